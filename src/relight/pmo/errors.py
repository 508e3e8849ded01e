"""Errors of the restart office (RL-PMO)."""

from relight.kernel.errors import N_, ErrorKind, ErrorSpec, Word

SECTION_MISSING = ErrorSpec(
    code="RL-PMO-001",
    kind=ErrorKind.INPUT,
    message=N_("This is no complete PSPLIB project: the part “{part}” is not there."),
    next=N_("Give a single-mode .sm file as PSPLIB has them, whole; it may be cut off."),
)
LINE_UNREADABLE = ErrorSpec(
    code="RL-PMO-002",
    kind=ErrorKind.INPUT,
    message=N_("This line of the project cannot be read: {reason}."),
    next=N_("Compare the line with its neighbours and mend it, or fetch the file again; it may be cut off."),
)
SUCCESSOR_UNKNOWN = ErrorSpec(
    code="RL-PMO-003",
    kind=ErrorKind.INPUT,
    message=N_("Job {job} goes before job {successor}, which does not exist."),
    next=N_("Mend the list of successors: jobs are numbered from 1 to {count}."),
)
CYCLE_FOUND = ErrorSpec(
    code="RL-PMO-004",
    kind=ErrorKind.INPUT,
    message=N_("These wait for each other in a circle, so none can ever start: {cycle}."),
    next=N_("Take one of these precedences out."),
)
DEMAND_TOO_HIGH = ErrorSpec(
    code="RL-PMO-005",
    kind=ErrorKind.INPUT,
    message=N_("{job} needs {demand} of {resource}, and there are only {capacity}: it can never be done."),
    next=N_("Raise what there is, or lower what is needed."),
)
NEGATIVE_NUMBER = ErrorSpec(
    code="RL-PMO-006",
    kind=ErrorKind.INPUT,
    message=N_("{what} is {value}: it cannot be negative."),
    next=N_("Mend the number, then run the command again."),
)
KIND_UNSUPPORTED = ErrorSpec(
    code="RL-PMO-007",
    kind=ErrorKind.INPUT,
    message=N_("This project has {what}, which this engine does not plan."),
    next=N_("Give a single-mode project with renewable resources only (PSPLIB .sm)."),
)
TIME_LIMIT_WRONG = ErrorSpec(
    code="RL-PMO-008",
    kind=ErrorKind.INPUT,
    message=N_("A time limit of {value} seconds makes no sense."),
    next=N_("Give a number of seconds above 0 and up to {most}."),
)
PROJECT_TOO_LARGE = ErrorSpec(
    code="RL-PMO-009",
    kind=ErrorKind.INPUT,
    message=N_("This project is larger than this engine plans: {jobs} jobs, {time} units of time in all."),
    next=N_("Plan it in parts, or in a coarser unit of time."),
)

NOT_WHOLE = Word(N_("whole numbers are expected"))
OUT_OF_ORDER = Word(N_("each job has one row, in the order of their numbers"))
ROWS_MISSING = Word(N_("rows of jobs are missing after it"))
SUCCESSORS_DIFFER = Word(N_("it does not list as many successors as it announces"))
TOO_FEW_OR_MANY = Word(N_("it has too few or too many numbers"))
SEVERAL_MODES = Word(N_("jobs with several modes"))
OTHER_RESOURCES = Word(N_("resources that are used up"))
