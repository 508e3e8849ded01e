"""Errors of people (RL-PPL)."""

from relight.kernel.errors import N_, ErrorKind, ErrorSpec

NOT_PERMITTED = ErrorSpec(
    code="RL-PPL-001",
    kind=ErrorKind.RULE,
    message=N_("Your role does not permit this: {permission}."),
    next=N_("These roles may: {roles}. Ask one of them, or the administrator for the role."),
)
WRONG_PASSWORD = ErrorSpec(
    code="RL-PPL-002",
    kind=ErrorKind.RULE,
    message=N_("The password is not right, so nothing was signed."),
    next=N_("Type your own password again."),
)
SIGN_NEEDS_PERSON = ErrorSpec(
    code="RL-PPL-003",
    kind=ErrorKind.RULE,
    message=N_("Only a person who signed in can sign."),
    next=N_("Sign in with your own account (on the command line: --as NAME)."),
)
STAFF_MISSING = ErrorSpec(
    code="RL-PPL-004",
    kind=ErrorKind.MISSING,
    message=N_("There is no staff member {name}."),
    next=N_("Look the name up in the staff list."),
)
USERNAME_TAKEN = ErrorSpec(
    code="RL-PPL-005",
    kind=ErrorKind.INPUT,
    message=N_("The user name {username} is taken."),
    next=N_("Choose another one."),
)
ROLE_UNKNOWN = ErrorSpec(
    code="RL-PPL-006",
    kind=ErrorKind.INPUT,
    message=N_("There is no role {role} that can be given to staff."),
    next=N_("Choose from: {roles}."),
)
PASSWORD_WEAK = ErrorSpec(
    code="RL-PPL-007",
    kind=ErrorKind.INPUT,
    message=N_("This password is too easy to guess: {reason}"),
    next=N_("Choose at least 10 characters, for example three words."),
)
LINK_USED = ErrorSpec(
    code="RL-PPL-008",
    kind=ErrorKind.MISSING,
    message=N_("This first-start link is not valid, or was used."),
    next=N_("Start Relight again on its terminal: it prints a new link while no administrator exists."),
)
LAST_ADMINISTRATOR = ErrorSpec(
    code="RL-PPL-009",
    kind=ErrorKind.RULE,
    message=N_("{name} is the last administrator."),
    next=N_("Give another person the administrator role first."),
)
SIGN_IN_REFUSED = ErrorSpec(
    code="RL-PPL-010",
    kind=ErrorKind.RULE,
    message=N_("The user name or the password is not right."),
    next=N_("Try again. After 5 wrong tries the name is locked for 10 minutes."),
)
LOCKED = ErrorSpec(
    code="RL-PPL-011",
    kind=ErrorKind.RULE,
    message=N_("Too many wrong passwords: this name is locked for 10 minutes."),
    next=N_("Wait, or ask the administrator for a new one-time password."),
)
SIGN_IN_NEEDED = ErrorSpec(
    code="RL-PPL-012",
    kind=ErrorKind.RULE,
    message=N_("You are not signed in, or your session has ended."),
    next=N_("Sign in again; what you saved is kept."),
)
PASSWORD_FIRST = ErrorSpec(
    code="RL-PPL-013",
    kind=ErrorKind.RULE,
    message=N_("The one-time password must be changed first."),
    next=N_("Choose your own password in the browser."),
)
SCOPE_UNKNOWN = ErrorSpec(
    code="RL-PPL-014",
    kind=ErrorKind.INPUT,
    message=N_("«{word}» is no scope."),
    next=N_("Write site:<id> or service:<id>, or leave it empty for everything."),
)
PASSWORD_SAME = ErrorSpec(
    code="RL-PPL-015",
    kind=ErrorKind.INPUT,
    message=N_("This is the password you have already."),
    next=N_("Choose another one: whoever gave you this one knows it too."),
)
TOKEN_MISSING = ErrorSpec(
    code="RL-PPL-016",
    kind=ErrorKind.MISSING,
    message=N_("There is no token {token}."),
    next=N_("List them with “relight people tokens”."),
)
TOKEN_DAYS = ErrorSpec(
    code="RL-PPL-017",
    kind=ErrorKind.INPUT,
    message=N_("A token lives from 1 to {most} days."),
    next=N_("Choose a number of days in between; a new token can be issued when it ends."),
)
TOKEN_NAME = ErrorSpec(
    code="RL-PPL-018",
    kind=ErrorKind.INPUT,
    message=N_("A token needs a name of 1 to 120 characters, and at least one role or a staff member."),
    next=N_("Name what will use it, for example the workstation and its ward."),
)
NOT_ENROLLED = ErrorSpec(
    code="RL-PPL-020",
    kind=ErrorKind.RULE,
    message=N_("Patients' data is shown on enrolled workstations only, and this workstation is not enrolled."),
    next=N_(
        "Use an enrolled workstation. To enrol this one, a technician makes a code on its page in the recovery line; "
        "type it here at /enrol/."
    ),
)
NO_AUTHORITY = ErrorSpec(
    code="RL-PPL-021",
    kind=ErrorKind.MISSING,
    message=N_("This Relight has no certificate authority yet: it serves this machine only."),
    next=N_("Start it with “relight up --listen ADDRESS”: the authority is made then."),
)
