"""Errors of the command line (RL-CLI)."""

from relight.kernel.errors import N_, ErrorKind, ErrorSpec

FILE_UNREADABLE = ErrorSpec(
    code="RL-CLI-001",
    kind=ErrorKind.INPUT,
    message=N_("The file cannot be read: {reason}."),
    next=N_("Check the name and your rights on it, then run the command again."),
)
SIGN_IN_FAILED = ErrorSpec(
    code="RL-CLI-002",
    kind=ErrorKind.RULE,
    message=N_("The user name or the password is not right."),
    next=N_("Run the command again with --as NAME; the password is asked, or read from RELIGHT_PASSWORD."),
)
NOT_A_GZIP = ErrorSpec(
    code="RL-CLI-003",
    kind=ErrorKind.INPUT,
    message=N_("The file is named .gz, but its content cannot be unpacked."),
    next=N_("Get the file again from where it comes, or give the unpacked file."),
)
USAGE = ErrorSpec(
    code="RL-CLI-004",
    kind=ErrorKind.INPUT,
    message=N_("The command was not understood: {reason}"),
    next=N_("Run it with --help to see what it takes."),
)
UNEXPECTED = ErrorSpec(
    code="RL-CLI-005",
    kind=ErrorKind.PEER,
    message=N_("Something Relight did not foresee stopped this command ({kind}). Nothing was half-done."),
    next=N_("Run it again. If it stops again, keep {log} and show it to whoever maintains Relight."),
)
DATABASE_AWAY = ErrorSpec(
    code="RL-CLI-006",
    kind=ErrorKind.PEER,
    message=N_("The database does not answer."),
    next=N_("Check RELIGHT_DATABASE_URL, the data folder's disk and its rights, then run the command again."),
)
FILE_TOO_LARGE = ErrorSpec(
    code="RL-CLI-007",
    kind=ErrorKind.INPUT,
    message=N_("The file unpacks to more than {limit} MB."),
    next=N_("Split it, or unpack it first if you know what it is."),
)
FILE_UNWRITABLE = ErrorSpec(
    code="RL-CLI-008",
    kind=ErrorKind.INPUT,
    message=N_("The file cannot be written: {reason}."),
    next=N_("Name another place, or free space and rights there, then run the command again."),
)
FOLDER_UNUSABLE = ErrorSpec(
    code="RL-CLI-009",
    kind=ErrorKind.INPUT,
    message=N_("The data folder cannot be used: {reason}."),
    next=N_("Let RELIGHT_HOME name a folder that you may write to, then run the command again."),
)
DATABASE_URL_WRONG = ErrorSpec(
    code="RL-CLI-010",
    kind=ErrorKind.INPUT,
    message=N_("RELIGHT_DATABASE_URL is no address of a database."),
    next=N_("Write postgres://user:password@host/name, or leave it empty for SQLite in the data folder."),
)
DATABASE_BROKEN = ErrorSpec(
    code="RL-CLI-011",
    kind=ErrorKind.PEER,
    message=N_("The database file is damaged or is no database."),
    next=N_("Keep it aside, put your last copy of the data folder in its place, and run `relight journal verify`."),
)
ALREADY_UP = ErrorSpec(
    code="RL-CLI-020",
    kind=ErrorKind.RULE,
    message=N_("Relight already runs on this data folder (process {process})."),
    next=N_("Use the one that runs, or stop it with Ctrl-C first; another RELIGHT_HOME is another Relight."),
)
PORT_TAKEN = ErrorSpec(
    code="RL-CLI-021",
    kind=ErrorKind.PEER,
    message=N_("Port {port} is taken by another program."),
    next=N_("Start with another one: relight up --port {other}"),
)
HOST_OUTSIDE = ErrorSpec(
    code="RL-CLI-022",
    kind=ErrorKind.RULE,
    message=N_("{host} can be reached from other machines, and the connection would not be encrypted."),
    next=N_(
        "Leave --host out: it is for this machine only. To serve workstations with TLS: relight up --listen {host}"
    ),
)
PORT_REFUSED = ErrorSpec(
    code="RL-CLI-023",
    kind=ErrorKind.INPUT,
    message=N_("Port {port} cannot be opened: {reason}."),
    next=N_("Give a port between 1024 and 65535: relight up --port 8000"),
)
LISTEN_WRONG = ErrorSpec(
    code="RL-CLI-024",
    kind=ErrorKind.INPUT,
    message=N_("“{text}” is no address of this machine to listen on."),
    next=N_("Give ADDRESS or ADDRESS:PORT, for example relight up --listen 0.0.0.0:8443"),
)
LISTEN_TAKEN = ErrorSpec(
    code="RL-CLI-025",
    kind=ErrorKind.PEER,
    message=N_("Port {port} is taken, by another program or by the pages of this machine itself."),
    next=N_("Choose another one for the workstations: relight up --listen {other}"),
)
LISTEN_REFUSED = ErrorSpec(
    code="RL-CLI-026",
    kind=ErrorKind.INPUT,
    message=N_("{text} cannot be opened: {reason}."),
    next=N_("Give an address this machine has, or 0.0.0.0 for all of them, and a port between 1024 and 65535."),
)
NO_KEYS_HERE = ErrorSpec(
    code="RL-CLI-030",
    kind=ErrorKind.INPUT,
    message=N_("There are no public keys here to check a passport with."),
    next=N_("Give --keys FILE: the installation that issued it prints it with “relight passport keys”."),
)
