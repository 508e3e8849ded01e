"""Errors of liaison, declared once."""

from __future__ import annotations

from relight.kernel.errors import N_, ErrorKind, ErrorSpec

# -- directory and bulletins: 001-079 --------------------------------------------------------------

NUMBER_WRONG = ErrorSpec(
    code="RL-LIA-001",
    kind=ErrorKind.INPUT,
    message=N_("“{number}” is not a registration number: {why}."),
    next=N_("Eleven digits as on the practitioner’s stamp, such as 1-00007-90-999; or leave it empty."),
)
NUMBER_TAKEN = ErrorSpec(
    code="RL-LIA-002",
    kind=ErrorKind.INPUT,
    message=N_("Another practitioner has this registration number: {name}."),
    next=N_("Open that entry and change it, or correct the number."),
)
PHONE_WRONG = ErrorSpec(
    code="RL-LIA-003",
    kind=ErrorKind.INPUT,
    message=N_("“{number}” is not a telephone number that can be dialled."),
    next=N_("Write it as one dials it here, or with + and the country, such as +352 44 11 1."),
)
HOURS_WRONG = ErrorSpec(
    code="RL-LIA-004",
    kind=ErrorKind.INPUT,
    message=N_("The hours cannot be read from “{part}” on."),
    next=N_("Write them as Mo-Fr 08:30-12:00, 13:00-17:00; Sa 09:00-12:00; PH off. Or 24/7."),
)
EMAIL_WRONG = ErrorSpec(
    code="RL-LIA-005",
    kind=ErrorKind.INPUT,
    message=N_("“{address}” is not a mail address."),
    next=N_("Correct it, or leave it empty."),
)
WORD_UNKNOWN = ErrorSpec(
    code="RL-LIA-006",
    kind=ErrorKind.INPUT,
    message=N_("“{word}” means nothing in the column {field}."),
    next=N_("Write one of: {known}."),
)
WAY_WITHOUT_ADDRESS = ErrorSpec(
    code="RL-LIA-007",
    kind=ErrorKind.INPUT,
    message=N_("The preferred way has no address: {way}."),
    next=N_("Fill in that address, or choose a way that has one."),
)
NAME_MISSING = ErrorSpec(
    code="RL-LIA-008",
    kind=ErrorKind.INPUT,
    message=N_("The name is missing."),
    next=N_("Write the name people ask for."),
)
NO_ADDRESS = ErrorSpec(
    code="RL-LIA-009",
    kind=ErrorKind.INPUT,
    message=N_("There is no way to reach this practitioner: no mailbox, mail, fax, telephone or postal address."),
    next=N_("Fill in at least one."),
)
NO_PRACTITIONER = ErrorSpec(
    code="RL-LIA-010",
    kind=ErrorKind.MISSING,
    message=N_("There is no practitioner with this id."),
    next=N_("Look in the directory."),
)
NO_DESK = ErrorSpec(
    code="RL-LIA-011",
    kind=ErrorKind.MISSING,
    message=N_("There is no line with this id."),
    next=N_("Look in the list of lines."),
)
DESK_TWICE = ErrorSpec(
    code="RL-LIA-012",
    kind=ErrorKind.INPUT,
    message=N_("This line stands in the list already: same purpose, site, specialty and name."),
    next=N_("Open that line and change it, or give this one another name."),
)
LINE_WITHOUT_NUMBER = ErrorSpec(
    code="RL-LIA-013",
    kind=ErrorKind.INPUT,
    message=N_("This line has neither telephone, fax, mail nor secure mailbox."),
    next=N_("Fill in at least one of them."),
)
PLACE_UNKNOWN = ErrorSpec(
    code="RL-LIA-014",
    kind=ErrorKind.INPUT,
    message=N_("“{word}” is no site of this hospital."),
    next=N_("Write one of: {known}."),
)
FILE_UNREADABLE = ErrorSpec(
    code="RL-LIA-020",
    kind=ErrorKind.INPUT,
    message=N_("The file is no table: {why}."),
    next=N_("Save it as CSV with the names of its columns in the first line, then send it again."),
)
COLUMNS_MISSING = ErrorSpec(
    code="RL-LIA-021",
    kind=ErrorKind.INPUT,
    message=N_("No column was found for: {missing}."),
    next=N_("Name the columns in the first line, such as: {example}."),
)
FILE_TOO_LARGE = ErrorSpec(
    code="RL-LIA-022",
    kind=ErrorKind.INPUT,
    message=N_("The file is larger than {limit} MB."),
    next=N_("Split it, and send the parts one after the other."),
)
ROW_TWICE = ErrorSpec(
    code="RL-LIA-023",
    kind=ErrorKind.INPUT,
    message=N_("The file names the same entry on line {first}."),
    next=N_("Keep one of the two lines."),
)
FILE_DONE = ErrorSpec(
    code="RL-LIA-024",
    kind=ErrorKind.RULE,
    message=N_("This file was taken in already, or dropped."),
    next=N_("Send it again: what is the same stays as it is."),
)
NO_FILE = ErrorSpec(
    code="RL-LIA-025",
    kind=ErrorKind.MISSING,
    message=N_("There is no such file."),
    next=N_("Send it again."),
)
ROW_AMBIGUOUS = ErrorSpec(
    code="RL-LIA-026",
    kind=ErrorKind.INPUT,
    message=N_("Without a registration number this could be more than one practitioner of the directory."),
    next=N_("Add the registration number to the line."),
)
NO_DRAFT = ErrorSpec(
    code="RL-LIA-040",
    kind=ErrorKind.MISSING,
    message=N_("There is no draft."),
    next=N_("Draw the next bulletin first."),
)
NO_BULLETIN = ErrorSpec(
    code="RL-LIA-041",
    kind=ErrorKind.MISSING,
    message=N_("There is no bulletin {number}."),
    next=N_("See the list of bulletins."),
)
NONE_APPROVED = ErrorSpec(
    code="RL-LIA-042",
    kind=ErrorKind.RULE,
    message=N_("No bulletin has been approved yet: there is nothing to publish."),
    next=N_("Draw a bulletin, let one person edit it and another approve it."),
)
SAME_PERSON = ErrorSpec(
    code="RL-LIA-043",
    kind=ErrorKind.RULE,
    message=N_("Whoever wrote in a bulletin does not approve it."),
    next=N_("Ask a second person to read and approve it."),
)
DRAFT_CHANGED = ErrorSpec(
    code="RL-LIA-044",
    kind=ErrorKind.RULE,
    message=N_("The draft is not the one that was shown: somebody edited it, or the state of the hospital changed."),
    next=N_("Read it again as it stands now, then approve."),
)
FREE_TOO_LONG = ErrorSpec(
    code="RL-LIA-045",
    kind=ErrorKind.INPUT,
    message=N_("The message has {count} characters; {limit} are the most that leave the bulletin on its pages."),
    next=N_("Shorten it, or put the details on the lines of the directory."),
)
NOBODY_WROTE = ErrorSpec(
    code="RL-LIA-046",
    kind=ErrorKind.RULE,
    message=N_("Nobody has read this draft yet and said that it may go."),
    next=N_("The person who writes saves it first, even without a message; then a second person approves."),
)
LANGUAGE_MISSING = ErrorSpec(
    code="RL-LIA-047",
    kind=ErrorKind.RULE,
    message=N_("The message is missing in: {languages}."),
    next=N_("Write it there too, or say that it goes out in the languages it has."),
)
NOTHING_TO_SEND = ErrorSpec(
    code="RL-LIA-050",
    kind=ErrorKind.RULE,
    message=N_("Nobody is left to be sent this bulletin that way."),
    next=N_("See who has not been reached, and by which way they can be."),
)
NO_BATCH = ErrorSpec(
    code="RL-LIA-051",
    kind=ErrorKind.MISSING,
    message=N_("There is no such list."),
    next=N_("See the delivery of the bulletin."),
)
NOT_CHOSEN = ErrorSpec(
    code="RL-LIA-052",
    kind=ErrorKind.INPUT,
    message=N_("Nothing was chosen."),
    next=N_("Tick the practitioners, then say what is known of them."),
)
NOT_CURRENT = ErrorSpec(
    code="RL-LIA-053",
    kind=ErrorKind.RULE,
    message=N_("Bulletin {number} has been replaced by bulletin {latest}."),
    next=N_("Send the latest one."),
)
FOLDER_TAKEN = ErrorSpec(
    code="RL-LIA-060",
    kind=ErrorKind.INPUT,
    message=N_("The folder holds something that is no earlier site of Relight’s."),
    next=N_("Name an empty folder, or one this command wrote before."),
)
SEAL_WRONG = ErrorSpec(
    code="RL-LIA-061",
    kind=ErrorKind.RULE,
    message=N_("The bulletin does not hold: {why}."),
    next=N_("Do not go by it; fetch the bulletin again, or call the hospital."),
)
FORMAT_UNKNOWN = ErrorSpec(
    code="RL-LIA-062",
    kind=ErrorKind.INPUT,
    message=N_("The file is no bulletin of Relight’s."),
    next=N_("Give the file “relight liaison bulletin --json” wrote."),
)
