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

# -- settings -------------------------------------------------------------------------------------

SETTINGS_SYNTAX = ErrorSpec(
    code="RL-PMO-040",
    kind=ErrorKind.INPUT,
    message=N_("The settings of planning are no valid TOML: {problem}."),
    next=N_("Mend the file at the place named, or take it away: the shipped settings are then used."),
)
SETTINGS_VALUE = ErrorSpec(
    code="RL-PMO-041",
    kind=ErrorKind.INPUT,
    message=N_("“{key}” of the settings of planning cannot be used; expected: {expected}."),
    next=N_("Mend it as docs/design/planning.md shows."),
)
SETTINGS_TWICE = ErrorSpec(
    code="RL-PMO-042",
    kind=ErrorKind.INPUT,
    message=N_("The team {id} is there twice."),
    next=N_("Give each team an id of its own."),
)
SETTINGS_CLASS_MISSING = ErrorSpec(
    code="RL-PMO-043",
    kind=ErrorKind.INPUT,
    message=N_("Nothing says how long work of class {klass} takes."),
    next=N_("Add a [[work]] with this class."),
)
TEAM_EMPTY = ErrorSpec(
    code="RL-PMO-044",
    kind=ErrorKind.INPUT,
    message=N_("Nobody is in the team {team}: its work would never be done."),
    next=N_("Give it a shift with at least one lane, or give its work to another team."),
)
SHIFT_NEVER = ErrorSpec(
    code="RL-PMO-045",
    kind=ErrorKind.INPUT,
    message=N_("This shift never comes: it has no days, or ends when it begins."),
    next=N_("Name days from 1 (Monday) to 7, and hours between 00:00 and 24:00."),
)
TEAM_UNKNOWN = ErrorSpec(
    code="RL-PMO-046",
    kind=ErrorKind.INPUT,
    message=N_("Work is given to the team {team}, which does not exist."),
    next=N_("Add the team, or name one that is there."),
)

# -- the restart ----------------------------------------------------------------------------------

NOTHING_TO_PLAN = ErrorSpec(
    code="RL-PMO-050",
    kind=ErrorKind.RULE,
    message=N_("There is nothing left to plan: everything known works."),
    next=N_("Import what is missing, or look at the situation page."),
)
COUNT_WRONG = ErrorSpec(
    code="RL-PMO-051",
    kind=ErrorKind.INPUT,
    message=N_("{value} makes no sense for {option}."),
    next=N_("Give a whole number from 1 to {most}."),
)
PLAN_UNKNOWN = ErrorSpec(
    code="RL-PMO-052",
    kind=ErrorKind.MISSING,
    message=N_("There is no such plan."),
    next=N_("Open the restart plan again and go on from the latest."),
)
PLAN_OLD = ErrorSpec(
    code="RL-PMO-053",
    kind=ErrorKind.RULE,
    message=N_("Plan {number} is not the latest any more: plan {latest} was made meanwhile."),
    next=N_("Look at plan {latest}, then publish that one."),
)

# -- counts ---------------------------------------------------------------------------------------

COUNTS_EMPTY = ErrorSpec(
    code="RL-PMO-060",
    kind=ErrorKind.INPUT,
    message=N_("There is no count in this file."),
    next=N_("Give at least one line: a day and how many machines worked by its end, as in 10,220."),
)
COUNT_LINE = ErrorSpec(
    code="RL-PMO-061",
    kind=ErrorKind.INPUT,
    message=N_("Line {line} is no day and count."),
    next=N_("Write a day (10, D+10 or 2026-11-24, one kind in the file) and a whole number, separated by a comma."),
)
DAY_TWICE = ErrorSpec(
    code="RL-PMO-062",
    kind=ErrorKind.INPUT,
    message=N_("Line {line} has the same day as line {earlier}."),
    next=N_("Keep the count that holds and take the other line out."),
)
COUNT_HIGH = ErrorSpec(
    code="RL-PMO-063",
    kind=ErrorKind.INPUT,
    message=N_("Line {line} counts {count} machines, and there are only {total} in all."),
    next=N_("Correct the line, or give the total as it is known now with --total."),
)
TOTAL_WRONG = ErrorSpec(
    code="RL-PMO-064",
    kind=ErrorKind.INPUT,
    message=N_("A total of {value} machines makes no sense."),
    next=N_("Give a whole number from 1 with --total, or leave it out when nobody knows."),
)

# -- problems -------------------------------------------------------------------------------------

PROBLEM_UNKNOWN = ErrorSpec(
    code="RL-PMO-070",
    kind=ErrorKind.MISSING,
    message=N_("There is no problem {number}."),
    next=N_("Go back to the list of problems."),
)
THING_UNKNOWN = ErrorSpec(
    code="RL-PMO-071",
    kind=ErrorKind.INPUT,
    message=N_("What does not work is not known here: it was taken out, or the page is old."),
    next=N_("Choose again, or “something else”."),
)
PLACE_UNKNOWN = ErrorSpec(
    code="RL-PMO-072",
    kind=ErrorKind.INPUT,
    message=N_("This place is not known: it was taken out, or the page is old."),
    next=N_("Choose the place again."),
)
PROBLEM_CHANGED = ErrorSpec(
    code="RL-PMO-073",
    kind=ErrorKind.RULE,
    message=N_("Somebody changed this problem meanwhile. What you typed is kept."),
    next=N_("Read what they wrote, then save again."),
)
ANSWER_EMPTY = ErrorSpec(
    code="RL-PMO-074",
    kind=ErrorKind.INPUT,
    message=N_("There is no answer for the ward."),
    next=N_("Write in one sentence what is being done, or what they can do meanwhile."),
)
PROBLEM_SOLVED = ErrorSpec(
    code="RL-PMO-075",
    kind=ErrorKind.RULE,
    message=N_("Problem {number} is solved already."),
    next=N_("If it is back, report it again: it gets a new number."),
)

# -- situation reports ----------------------------------------------------------------------------

REPORT_NONE = ErrorSpec(
    code="RL-PMO-080",
    kind=ErrorKind.MISSING,
    message=N_("No situation report is approved yet."),
    next=N_("Draw one on the page of reports, or look at the draft with --draft."),
)
REPORT_UNKNOWN = ErrorSpec(
    code="RL-PMO-081",
    kind=ErrorKind.MISSING,
    message=N_("There is no situation report {number}."),
    next=N_("Look at the list of reports for the numbers there are."),
)
REPORT_NO_DRAFT = ErrorSpec(
    code="RL-PMO-082",
    kind=ErrorKind.RULE,
    message=N_("There is no draft: it was approved meanwhile, or nobody has drawn one."),
    next=N_("Draw a new one from the state of now."),
)
REPORT_SAME_PERSON = ErrorSpec(
    code="RL-PMO-083",
    kind=ErrorKind.RULE,
    message=N_("Who drew or wrote a report does not approve it."),
    next=N_("Ask another recovery lead or the medical director to read and approve it."),
)
REPORT_CHANGED = ErrorSpec(
    code="RL-PMO-084",
    kind=ErrorKind.RULE,
    message=N_("The draft is another than the one you were shown."),
    next=N_("Read it again as it stands now, then approve."),
)
REPORT_EDITED = ErrorSpec(
    code="RL-PMO-085",
    kind=ErrorKind.RULE,
    message=N_("Somebody saved this text meanwhile. What you typed is kept in the form."),
    next=N_("Compare with theirs, then save again."),
)
REPORT_OLD = ErrorSpec(
    code="RL-PMO-086",
    kind=ErrorKind.RULE,
    message=N_("These figures were counted more than {hours} hours ago."),
    next=N_("Draw the draft again: what was written stays."),
)
TEXT_LONG = ErrorSpec(
    code="RL-PMO-087",
    kind=ErrorKind.INPUT,
    message=N_("This text has {count} characters; there is room for {limit}."),
    next=N_("Shorten it: the report has two pages."),
)

# -- decisions ------------------------------------------------------------------------------------

DECISION_UNKNOWN = ErrorSpec(
    code="RL-PMO-090",
    kind=ErrorKind.MISSING,
    message=N_("There is no decision {number}."),
    next=N_("Go back to the list of decisions."),
)
DECISION_EMPTY = ErrorSpec(
    code="RL-PMO-091",
    kind=ErrorKind.INPUT,
    message=N_("No service is put first."),
    next=N_("Choose at least one service that is not back to normal."),
)
DECISION_UNTITLED = ErrorSpec(
    code="RL-PMO-092",
    kind=ErrorKind.INPUT,
    message=N_("The decision has no title or no reason."),
    next=N_("Say in a few words what comes first, and in one sentence why."),
)
DECISION_CLOSED = ErrorSpec(
    code="RL-PMO-093",
    kind=ErrorKind.RULE,
    message=N_("Decision {number} is not open for signing any more."),
    next=N_("Look at it again; propose a new one if the order must change."),
)
DECISION_SIGNED_BY_YOU = ErrorSpec(
    code="RL-PMO-094",
    kind=ErrorKind.RULE,
    message=N_("You signed this decision already."),
    next=N_("Another person who may decide signs now."),
)
DECISION_CHANGED = ErrorSpec(
    code="RL-PMO-095",
    kind=ErrorKind.RULE,
    message=N_("This is not the decision you were shown."),
    next=N_("Read it again, then sign."),
)
TASK_UNKNOWN = ErrorSpec(
    code="RL-PMO-100",
    kind=ErrorKind.MISSING,
    message=N_("There is no task {number}."),
    next=N_("Go back to the list of tasks."),
)
TASK_FIELD = ErrorSpec(
    code="RL-PMO-101",
    kind=ErrorKind.INPUT,
    message=N_("“{value}” cannot be the {field} of a task."),
    next=N_("Expected: {expected}."),
)
TASK_CIRCLE = ErrorSpec(
    code="RL-PMO-102",
    kind=ErrorKind.INPUT,
    message=N_("These tasks wait for each other in a circle, so none can ever start: {cycle}."),
    next=N_("Take one of them out of what comes first."),
)
TASK_CHANGED = ErrorSpec(
    code="RL-PMO-103",
    kind=ErrorKind.RULE,
    message=N_("Somebody changed task {number} meanwhile."),
    next=N_("Look at it again, then decide."),
)
TASK_FILE = ErrorSpec(
    code="RL-PMO-104",
    kind=ErrorKind.INPUT,
    message=N_("This file holds no tasks that can be read: {reason}."),
    next=N_("Give CSV with a column title, an iCalendar file (.ics), or a Microsoft Project XML file."),
)

TITLE, TEAM, MINUTES, SITE = Word(N_("title")), Word(N_("team")), Word(N_("minutes")), Word(N_("site"))
BEFORE, AFTER, DAY = Word(N_("function that waits")), Word(N_("tasks before")), Word(N_("date"))
SOME_WORDS = Word(N_("a few words, at most 200 characters"))
SOME_MINUTES = Word(N_("whole minutes from 5 to 20,000"))
A_DAY = Word(N_("a date such as 2026-11-24"))
TASK_NUMBERS = Word(N_("numbers of tasks, separated by blanks"))
NO_TITLE = Word(N_("no column is called title"))
NOT_READABLE = Word(N_("it is cut off, or of another format"))
TOO_LARGE = Word(N_("it is larger than 5 MB"))

PLAN_NONE = ErrorSpec(
    code="RL-PMO-096",
    kind=ErrorKind.RULE,
    message=N_("No plan was computed yet, so nothing says what an order delays."),
    next=N_("Compute a plan first."),
)

# -- hours, costs, risks --------------------------------------------------------------------------

LINE_FIELD = ErrorSpec(
    code="RL-PMO-110",
    kind=ErrorKind.INPUT,
    message=N_("“{value}” cannot be entered: {expected}."),
    next=N_("Correct it and send it again; nothing was kept."),
)
LINE_UNKNOWN = ErrorSpec(
    code="RL-PMO-111",
    kind=ErrorKind.MISSING,
    message=N_("There is no line {number} that still counts."),
    next=N_("Look at the list again: it may be withdrawn already."),
)
RISK_UNKNOWN = ErrorSpec(
    code="RL-PMO-112",
    kind=ErrorKind.MISSING,
    message=N_("There is no open risk {number}."),
    next=N_("Look at the list again."),
)
RISK_CHANGED = ErrorSpec(
    code="RL-PMO-113",
    kind=ErrorKind.RULE,
    message=N_("Somebody changed risk {number} meanwhile."),
    next=N_("Look at it again, then decide."),
)

HOURS_A_DAY = Word(N_("hours are more than 0 and at most 24 for one person on one day"))
SOME_EUROS = Word(N_("an amount is more than 0 and at most 100 million euros"))
DAY_AHEAD = Word(N_("the day is not over yet"))
WORDS_MISSING = Word(N_("who and what are both needed"))
EVIDENCE_LARGE = Word(N_("a file of evidence has at most 20 MB"))
