"""Errors of restore points (RL-RST)."""

from relight.kernel.errors import N_, ErrorKind, ErrorSpec

PROGRAM_ABSENT = ErrorSpec(
    code="RL-RST-001",
    kind=ErrorKind.INPUT,
    message=N_("The program '{program}' is not installed here, and this repository needs it."),
    next=N_("Install Debian's package {package} (apt-get install {package}), then run the command again."),
)
NO_REPOSITORY = ErrorSpec(
    code="RL-RST-002",
    kind=ErrorKind.INPUT,
    message=N_("This is no repository that can be read here: {reason}."),
    next=N_("Name a restic or borg repository, or a folder of dated copies (2026-11-13, 20261113-0430, …)."),
)
PASSWORD_WANTED = ErrorSpec(
    code="RL-RST-003",
    kind=ErrorKind.INPUT,
    message=N_("The repository's password is missing or wrong."),
    next=N_("Set {variable}, or name a file that holds it with --password-file; it is never taken as an argument."),
)
NOT_OPENED = ErrorSpec(
    code="RL-RST-004",
    kind=ErrorKind.PEER,
    message=N_("{program} cannot open the repository: {reason}"),
    next=N_("Check the name, your rights on it, and that the disk or server it lies on answers."),
)
NO_POINTS = ErrorSpec(
    code="RL-RST-005",
    kind=ErrorKind.INPUT,
    message=N_("The repository holds no restore point."),
    next=N_("Check that this is the repository you mean; look for older copies of it elsewhere."),
)
SEVERAL_SERIES = ErrorSpec(
    code="RL-RST-006",
    kind=ErrorKind.INPUT,
    message=N_("The repository holds the points of several machines or folders: {series}."),
    next=N_("Choose one with --series; run the command once for each."),
)
NO_SUCH_SERIES = ErrorSpec(
    code="RL-RST-007",
    kind=ErrorKind.INPUT,
    message=N_("No restore point is of this machine and folder; there are: {series}."),
    next=N_("Give one of these with --series."),
)
NO_SUCH_PATH = ErrorSpec(
    code="RL-RST-008",
    kind=ErrorKind.INPUT,
    message=N_("No restore point holds this path."),
    next=N_("Paths are those of the repository, such as {example}. Check the spelling and the case."),
)
SEVERAL_PATHS = ErrorSpec(
    code="RL-RST-009",
    kind=ErrorKind.INPUT,
    message=N_("This path fits several files: {paths}."),
    next=N_("Give the whole path."),
)
OUTPUT_UNWRITABLE = ErrorSpec(
    code="RL-RST-010",
    kind=ErrorKind.INPUT,
    message=N_("The file cannot be written there: {reason}."),
    next=N_("Name a file that does not exist yet, outside the repository, in a folder you may write to."),
)
OUTPUT_DIFFERS = ErrorSpec(
    code="RL-RST-011",
    kind=ErrorKind.PEER,
    message=N_("What was written is not what was inspected; the file was removed again."),
    next=N_("Check the disk it was written to, then run the command again."),
)
BAD_CHOICE = ErrorSpec(
    code="RL-RST-012",
    kind=ErrorKind.INPUT,
    message=N_("This choice cannot be used: {reason}."),
    next=N_("Run the command with --help to see what it takes."),
)
PASSWORD_UNREADABLE = ErrorSpec(
    code="RL-RST-013",
    kind=ErrorKind.INPUT,
    message=N_("The password file cannot be read: {reason}."),
    next=N_("Check its name and your rights on it."),
)
NO_INTACT_VERSION = ErrorSpec(
    code="RL-RST-014",
    kind=ErrorKind.RULE,
    message=N_("No restore point holds an intact version of this file, so nothing was written."),
    next=N_("Look at its versions without --output; look for older repositories or copies elsewhere."),
)
