"""Errors of the inspection engine (RL-INS)."""

from relight.kernel.errors import N_, ErrorKind, ErrorSpec

NOTHING_THERE = ErrorSpec(
    code="RL-INS-001",
    kind=ErrorKind.INPUT,
    message=N_("There is nothing to inspect under this name: {reason}."),
    next=N_("Check the path and your rights on it, then run the command again."),
)
RULE_BROKEN = ErrorSpec(
    code="RL-INS-002",
    kind=ErrorKind.INPUT,
    message=N_("A YARA rule does not compile: {reason}"),
    next=N_("Mend or remove this rule file; nothing was inspected, since a rule left out would be a hole."),
)
RULES_ABSENT = ErrorSpec(
    code="RL-INS-003",
    kind=ErrorKind.INPUT,
    message=N_("The rules folder holds no .yar or .yara file."),
    next=N_("Give the folder or file that holds the rules, or leave --rules out."),
)
LIST_BROKEN = ErrorSpec(
    code="RL-INS-004",
    kind=ErrorKind.INPUT,
    message=N_("This line is no SHA-256: {reason}"),
    next=N_("One SHA-256 a line in hexadecimal, anything may follow it after a space; # starts a comment."),
)
LIST_UNREADABLE = ErrorSpec(
    code="RL-INS-005",
    kind=ErrorKind.INPUT,
    message=N_("The list of hashes cannot be read: {reason}."),
    next=N_("Check the name and your rights on it, then run the command again."),
)
KEY_UNUSABLE = ErrorSpec(
    code="RL-INS-006",
    kind=ErrorKind.INPUT,
    message=N_("The inspector's key cannot be used: {reason}."),
    next=N_("Name another file with --key, in a folder you may write to, or leave signing out with --unsigned."),
)
OUT_UNWRITABLE = ErrorSpec(
    code="RL-INS-007",
    kind=ErrorKind.INPUT,
    message=N_("The report cannot be written: {reason}."),
    next=N_("Name a folder you may write to with --out; it must not lie inside what is inspected."),
)
RESUME_NEEDS_OUT = ErrorSpec(
    code="RL-INS-008",
    kind=ErrorKind.INPUT,
    message=N_("--resume goes on from the progress file in the report's folder, and no folder was named."),
    next=N_("Give the same --out as in the run that stopped."),
)
CLUSTER_AWAY = ErrorSpec(
    code="RL-INS-009",
    kind=ErrorKind.PEER,
    message=N_("The cluster does not answer: {reason}."),
    next=N_("Check the scheduler's address and that it runs, or use --jobs on this machine instead."),
)
EXTRA_ABSENT = ErrorSpec(
    code="RL-INS-010",
    kind=ErrorKind.INPUT,
    message=N_("The optional part '{extra}' is not installed, and {purpose} needs it."),
    next=N_("Install relight[{extra}], or work without it."),
)
REPORT_BROKEN = ErrorSpec(
    code="RL-INS-011",
    kind=ErrorKind.INPUT,
    message=N_("This is no inspection report: {reason}."),
    next=N_("Give the report.json that `relight inspect --out` wrote."),
)
SIGNATURE_WRONG = ErrorSpec(
    code="RL-INS-012",
    kind=ErrorKind.RULE,
    message=N_("The signature does not fit this report: {reason}."),
    next=N_("Do not rely on it. Get the report again from where it was made, or inspect again."),
)
VIRUS_DAEMON_AWAY = ErrorSpec(
    code="RL-INS-013",
    kind=ErrorKind.PEER,
    message=N_("ClamAV's daemon does not answer on this socket: {reason}."),
    next=N_("Start clamd, name its socket with --clamav, or leave it out with --no-clamav."),
)
BAD_CHOICE = ErrorSpec(
    code="RL-INS-014",
    kind=ErrorKind.INPUT,
    message=N_("This choice cannot be used: {reason}."),
    next=N_("Run the command with --help to see what it takes."),
)
SCANNER_ABSENT = ErrorSpec(
    code="RL-INS-016",
    kind=ErrorKind.INPUT,
    message=N_("The YARA-X library cannot be loaded here ({reason}), and --rules needs it."),
    next=N_("Run on a system Relight was installed for, or leave --rules out."),
)
SUBJECT_UNKNOWN = ErrorSpec(
    code="RL-INS-020",
    kind=ErrorKind.INPUT,
    message=N_("The firmware of this machine tells neither serial number nor UUID."),
    next=N_("Run it as root, or give the number on the machine's label with --serial."),
)
