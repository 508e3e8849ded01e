"""Errors of liaison, declared once."""

from __future__ import annotations

from relight.kernel.errors import N_, ErrorKind, ErrorSpec

# -- directory and bulletins: 001-079 --------------------------------------------------------------

NUMBER_WRONG = ErrorSpec(
    code="RL-LIA-001",
    kind=ErrorKind.INPUT,
    message=N_("“{number}” is not a registration number: {why}."),
    next=N_("Eleven digits as on the practitioner’s stamp, such as 1-00000-07-999; or leave it empty."),
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
    message=N_("Whoever drew a bulletin or wrote in it does not approve it."),
    next=N_("Ask a second person to read and approve it."),
)
DRAFT_CHANGED = ErrorSpec(
    code="RL-LIA-044",
    kind=ErrorKind.RULE,
    message=N_("The draft is not the one that was shown: somebody edited it or drew it again."),
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
EDITED_MEANWHILE = ErrorSpec(
    code="RL-LIA-048",
    kind=ErrorKind.RULE,
    message=N_("Somebody else saved the draft meanwhile; yours was not saved and stands below."),
    next=N_("Bring the two together, then save again."),
)
FACTS_MOVED = ErrorSpec(
    code="RL-LIA-049",
    kind=ErrorKind.RULE,
    message=N_("The state of the hospital has changed since the draft was drawn."),
    next=N_("Draw it again, or say that it goes out as it stood then."),
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
    message=N_(
        "The signature of bulletin {number} does not hold: it was changed after its approval, or its key is gone."
    ),
    next=N_("Do not go by it. Approve a new bulletin, and have the security officer look at the database."),
)
SITE_UNWRITABLE = ErrorSpec(
    code="RL-LIA-062",
    kind=ErrorKind.INPUT,
    message=N_("The site cannot be written: {reason}."),
    next=N_("Make room or ask for the right to write there, then publish again: nothing half-written is shown."),
)

# 080-129: requests, duty, summaries
REQUEST_MISSING = ErrorSpec(
    code="RL-LIA-080",
    kind=ErrorKind.MISSING,
    message=N_("There is no such request."),
    next=N_("Open it from the list of requests."),
)
REQUEST_CLOSED = ErrorSpec(
    code="RL-LIA-081",
    kind=ErrorKind.RULE,
    message=N_("This request is closed."),
    next=N_("Log a new one; it may name this one's number."),
)
REQUEST_MOVED = ErrorSpec(
    code="RL-LIA-082",
    kind=ErrorKind.RULE,
    message=N_("Somebody else has gone on with this request meanwhile."),
    next=N_("Look at it as it is now, then decide again."),
)
IDENTITY_THIN = ErrorSpec(
    code="RL-LIA-083",
    kind=ErrorKind.RULE,
    message=N_("Two identifiers that fit are needed; {count} fits."),
    next=N_("Ask the caller for name, birth date, national or record number."),
)
IDENTITY_DIFFERS = ErrorSpec(
    code="RL-LIA-084",
    kind=ErrorKind.RULE,
    message=N_("This differs from the record: {what}."),
    next=N_("Ask again and correct what was misheard, or choose another record. Give nothing out."),
)
CALLER_UNVERIFIED = ErrorSpec(
    code="RL-LIA-085",
    kind=ErrorKind.RULE,
    message=N_("Nobody has checked who the caller is."),
    next=N_("Call back on the number the directory has, then note how they were verified."),
)
PATIENT_UNCHECKED = ErrorSpec(
    code="RL-LIA-086",
    kind=ErrorKind.RULE,
    message=N_("The request is not tied to a checked patient."),
    next=N_("Check the patient's identity by two identifiers first."),
)
NO_LINK = ErrorSpec(
    code="RL-LIA-087",
    kind=ErrorKind.RULE,
    message=N_("No therapeutic link is noted, or no consent."),
    next=N_("Note how the practitioner treats this patient, and on what consent."),
)
CONSENT_REFUSED = ErrorSpec(
    code="RL-LIA-088",
    kind=ErrorKind.RULE,
    message=N_("The patient refuses that this is given out."),
    next=N_("Close the request, saying so to the practitioner and no more."),
)
WHY_MISSING = ErrorSpec(
    code="RL-LIA-089",
    kind=ErrorKind.INPUT,
    message=N_("What it is given out for is not said."),
    next=N_("Write in a few words what the practitioner needs it for."),
)
SUMMARY_CHANGED = ErrorSpec(
    code="RL-LIA-090",
    kind=ErrorKind.RULE,
    message=N_("The record has changed since this summary was shown."),
    next=N_("Look at the summary as it is now, then release it."),
)
DISCLOSURE_MISSING = ErrorSpec(
    code="RL-LIA-091",
    kind=ErrorKind.MISSING,
    message=N_("There is no such summary given out."),
    next=N_("Open it from its request."),
)
NOT_ANSWERED = ErrorSpec(
    code="RL-LIA-092",
    kind=ErrorKind.RULE,
    message=N_("There is no answer to call back with yet."),
    next=N_("Note the specialist's answer first, or close the request saying why there is none."),
)
CLOSE_WHY = ErrorSpec(
    code="RL-LIA-093",
    kind=ErrorKind.INPUT,
    message=N_("Closing without having reached the caller takes a reason."),
    next=N_("Say in a few words why."),
)
DUTY_MISSING = ErrorSpec(
    code="RL-LIA-094",
    kind=ErrorKind.MISSING,
    message=N_("There is no such turn of duty."),
    next=N_("Open it from the duty roster."),
)
DUTY_TIMES = ErrorSpec(
    code="RL-LIA-095",
    kind=ErrorKind.INPUT,
    message=N_("The turn ends before it begins, or lasts longer than {days} days."),
    next=N_("Write beginning and end with date and hour."),
)
DUTY_FILE = ErrorSpec(
    code="RL-LIA-096",
    kind=ErrorKind.INPUT,
    message=N_("No duty roster could be read from this file: {reason}."),
    next=N_("Send a CSV file with columns for specialty, name, phone, beginning and end."),
)
DUTY_LINE = ErrorSpec(
    code="RL-LIA-097",
    kind=ErrorKind.INPUT,
    message=N_("{column} cannot be read."),
    next=N_("Correct this line and send the file again; what is known is not doubled."),
)
DUTY_CLASH = ErrorSpec(
    code="RL-LIA-098",
    kind=ErrorKind.RULE,
    message=N_("Somebody else has this rank for the specialty at that time."),
    next=N_("Give another rank, or end the other turn first."),
)
NOBODY_NAMED = ErrorSpec(
    code="RL-LIA-099",
    kind=ErrorKind.INPUT,
    message=N_("The request is routed to nobody: name and phone are missing."),
    next=N_("Choose who is on duty, or write whom you reached and on which line."),
)
RECEIVED_KNOWN = ErrorSpec(
    code="RL-LIA-100",
    kind=ErrorKind.RULE,
    message=N_("This very file stands in the patient's record already."),
    next=N_("Nothing was added; open the patient's documents to see it."),
)
RECEIVED_OTHER = ErrorSpec(
    code="RL-LIA-101",
    kind=ErrorKind.RULE,
    message=N_("The document is about somebody else: {what} differs from the checked patient."),
    next=N_("Nothing was put in. Check the patient again, or send the document back to who sent it."),
)
RECEIVED_UNREAD = ErrorSpec(
    code="RL-LIA-102",
    kind=ErrorKind.INPUT,
    message=N_("This is no FHIR document that can be put in: {reason}."),
    next=N_("Nothing was put in. Send a PDF of it instead, or type what matters."),
)
RECEIVED_TWO = ErrorSpec(
    code="RL-LIA-103",
    kind=ErrorKind.RULE,
    message=N_("The document is about {count} patients."),
    next=N_("Only a document about one patient is put in. Ask the practitioner for one."),
)
RECEIVED_EMPTY = ErrorSpec(
    code="RL-LIA-104",
    kind=ErrorKind.INPUT,
    message=N_("There is neither a file nor anything typed."),
    next=N_("Choose a file, or type allergies, medicines or problems, one a line."),
)
RECEIVED_DATE = ErrorSpec(
    code="RL-LIA-105",
    kind=ErrorKind.INPUT,
    message=N_("The date of the document lies in the future or cannot be read."),
    next=N_("Write the day the practitioner wrote it, such as 03/11/2026."),
)
RECEIVED_KMEHR = ErrorSpec(
    code="RL-LIA-106",
    kind=ErrorKind.INPUT,
    message=N_("This is a KMEHR or other XML file, which Relight does not read."),
    next=N_("Ask the practitioner for a PDF or a FHIR document, or type what matters."),
)
CALLER_UNNAMED = ErrorSpec(
    code="RL-LIA-107",
    kind=ErrorKind.INPUT,
    message=N_("Who calls is not said."),
    next=N_("Choose the practitioner in the directory, or write name, registration number and phone."),
)
VERIFIED_NOT_LISTED = ErrorSpec(
    code="RL-LIA-108",
    kind=ErrorKind.RULE,
    message=N_("A caller who is not in the directory cannot be verified by it."),
    next=N_("Find them in the directory first, or have a colleague who knows them confirm by voice."),
)
