"""Errors of activity, declared once."""

from __future__ import annotations

from relight.kernel.errors import N_, ErrorKind, ErrorSpec

# -- policy, state, decisions: 001 to 029 -----------------------------------------------------------

POLICY_UNREADABLE = ErrorSpec(
    code="RL-ACT-001",
    kind=ErrorKind.INPUT,
    message=N_("This is no policy file: {fault}."),
    next=N_("A policy is a TOML text in UTF-8. Start from the shipped one."),
)
POLICY_FORMAT = ErrorSpec(
    code="RL-ACT-002",
    kind=ErrorKind.INPUT,
    message=N_("This policy does not say format = {wanted}."),
    next=N_("Write format = {wanted} on the first line."),
)
POLICY_KEY_UNKNOWN = ErrorSpec(
    code="RL-ACT-003",
    kind=ErrorKind.INPUT,
    message=N_("“{key}” means nothing in {place}."),
    next=N_("Write one of: {known}."),
)
POLICY_VALUE_WRONG = ErrorSpec(
    code="RL-ACT-004",
    kind=ErrorKind.INPUT,
    message=N_("“{key}” must be {wanted}."),
    next=N_("Correct the value on this line."),
)
POLICY_WORD_UNKNOWN = ErrorSpec(
    code="RL-ACT-005",
    kind=ErrorKind.INPUT,
    message=N_("“{word}” is no word for “{key}”."),
    next=N_("Write one of: {known}."),
)
POLICY_MISSING = ErrorSpec(
    code="RL-ACT-006",
    kind=ErrorKind.INPUT,
    message=N_("“{key}” is missing."),
    next=N_("Add it to this part of the policy."),
)
POLICY_TWICE = ErrorSpec(
    code="RL-ACT-007",
    kind=ErrorKind.INPUT,
    message=N_("“{id}” stands here twice."),
    next=N_("Give the second one a name of its own, or remove it."),
)
POLICY_KIND_TWICE = ErrorSpec(
    code="RL-ACT-008",
    kind=ErrorKind.INPUT,
    message=N_("Two sets decide the same kind: {kind} is in {other} already."),
    next=N_("Leave it in one of them."),
)
POLICY_KIND_UNDECIDED = ErrorSpec(
    code="RL-ACT-009",
    kind=ErrorKind.INPUT,
    message=N_("No set decides: {kinds}."),
    next=N_('Add every kind to a set. What nobody can decide by rule is decision = "ask".'),
)
POLICY_CASE_UNDECIDED = ErrorSpec(
    code="RL-ACT-010",
    kind=ErrorKind.INPUT,
    message=N_("The set “{set}” leaves a case undecided: {case}."),
    next=N_("Add a rule for it; a last rule without conditions catches all that is left."),
)
POLICY_CONTRADICTS = ErrorSpec(
    code="RL-ACT-011",
    kind=ErrorKind.INPUT,
    message=N_("“{rule}” contradicts “{other}”: the same conditions, another decision."),
    next=N_("Keep one of the two."),
)
POLICY_NEVER_FIRES = ErrorSpec(
    code="RL-ACT-012",
    kind=ErrorKind.INPUT,
    message=N_("“{rule}” can never fire: {covering} takes every case of it first."),
    next=N_("Move it further up, or remove it."),
)
POLICY_IMPOSSIBLE = ErrorSpec(
    code="RL-ACT-013",
    kind=ErrorKind.INPUT,
    message=N_("“{rule}” can never fire: its own conditions exclude each other."),
    next=N_("Remove one of its conditions; an appointment of a follow-up category always is follow-up."),
)
POLICY_CANCELS_URGENT = ErrorSpec(
    code="RL-ACT-014",
    kind=ErrorKind.INPUT,
    message=N_("“{rule}” would cancel what is immediate or urgent: {case}."),
    next=N_('Name its urgencies, or write decision = "ask": a doctor decides about these.'),
)
POLICY_TANGLED = ErrorSpec(
    code="RL-ACT-015",
    kind=ErrorKind.INPUT,
    message=N_("The rules of “{set}” look at too many things at once to be checked."),
    next=N_("Split the set, or let fewer rules look at categories and states."),
)
STATE_UNREADABLE = ErrorSpec(
    code="RL-ACT-016",
    kind=ErrorKind.INPUT,
    message=N_("This is no state of the hospital: {fault}."),
    next=N_("Give the document that `relight status --json` prints."),
)

# -- posture of sites, debt (RL-ACT-150 to 189) ---------------------------------------------------
POSTURE_BEDS = ErrorSpec(
    code="RL-ACT-150",
    kind=ErrorKind.INPUT,
    message=N_("Beds ({kind}): {free} free of {total} cannot be."),
    next=N_("Count the staffed beds, then those of them that are empty. Nothing was changed."),
)
POSTURE_THEATRES = ErrorSpec(
    code="RL-ACT-151",
    kind=ErrorKind.INPUT,
    message=N_("Theatres: {open} usable of {total} cannot be."),
    next=N_("Give how many theatres there are, then how many of them can be used now. Nothing was changed."),
)
POSTURE_DIVERTED_WHERE = ErrorSpec(
    code="RL-ACT-152",
    kind=ErrorKind.INPUT,
    message=N_("Ambulances are diverted, but nobody says where to."),
    next=N_("Say which hospital takes them, or who decides. Nothing was changed."),
)
POSTURE_BEDS_TWICE = ErrorSpec(
    code="RL-ACT-153",
    kind=ErrorKind.INPUT,
    message=N_("A kind of bed is there twice."),
    next=N_("Give each kind once. Nothing was changed."),
)
POSTURE_SITE = ErrorSpec(
    code="RL-ACT-154",
    kind=ErrorKind.MISSING,
    message=N_("There is no site “{site}”."),
    next=N_("Choose one of: {known}."),
)
POSTURE_NOT_YOURS = ErrorSpec(
    code="RL-ACT-155",
    kind=ErrorKind.RULE,
    message=N_("Your role does not reach the site “{site}”."),
    next=N_("Ask somebody of that site, the medical lead or the recovery lead."),
)
POSTURE_STALE = ErrorSpec(
    code="RL-ACT-156",
    kind=ErrorKind.RULE,
    message=N_("Somebody else has set this site meanwhile. Nothing was changed."),
    next=N_("What was set stands beside what you typed: compare, then save again."),
)
DEBT_UNKNOWN = ErrorSpec(
    code="RL-ACT-160",
    kind=ErrorKind.MISSING,
    message=N_("This wait is not here."),
    next=N_("Go back to the list of what waits."),
)
DEBT_OVER = ErrorSpec(
    code="RL-ACT-161",
    kind=ErrorKind.RULE,
    message=N_("This one does not wait any more: somebody has dealt with it. Nothing was changed."),
    next=N_("Look at it again for what was done, and by whom."),
)
DEBT_PAST = ErrorSpec(
    code="RL-ACT-162",
    kind=ErrorKind.INPUT,
    message=N_("The new date lies in the past."),
    next=N_("Give a date and time to come. Nothing was booked."),
)
DEBT_SITE = ErrorSpec(
    code="RL-ACT-163",
    kind=ErrorKind.MISSING,
    message=N_("There is no site “{site}”."),
    next=N_("Choose one of: {known}. Nothing was booked."),
)
DEBT_NOTHING = ErrorSpec(
    code="RL-ACT-164",
    kind=ErrorKind.RULE,
    message=N_("Nobody waits in this line any more. Nothing was booked."),
    next=N_("Choose another line."),
)
DEBT_SLOTS = ErrorSpec(
    code="RL-ACT-165",
    kind=ErrorKind.INPUT,
    message=N_("{slots} places a week cannot be."),
    next=N_("Give a number from 0 to {most}, or leave it empty. Nothing was changed."),
)
DEBT_NOTE = ErrorSpec(
    code="RL-ACT-166",
    kind=ErrorKind.INPUT,
    message=N_("The reason is missing."),
    next=N_("Say in a sentence why; it stands in the journal. Nothing was changed."),
)
DEBT_NOT_BOOKED = ErrorSpec(
    code="RL-ACT-167",
    kind=ErrorKind.RULE,
    message=N_("This one has no new date that could be given back."),
    next=N_("Look at it again for what was done, and by whom."),
)
DEBT_STALE = ErrorSpec(
    code="RL-ACT-168",
    kind=ErrorKind.RULE,
    message=N_(
        "The line has changed since this page was shown: it would not be the same patients. Nothing was booked."
    ),
    next=N_("Look at who comes next now, then book again."),
)

# -- telling people: RL-ACT-110 to 149 ---------------------------------------------------------------

TELLING_FAULTY = ErrorSpec(
    code="RL-ACT-110",
    kind=ErrorKind.INPUT,
    message=N_("The sentences for patients are incomplete: {what}."),
    next=N_("Write it in all four languages, with the same names in braces."),
)
NO_CARD = ErrorSpec(
    code="RL-ACT-111",
    kind=ErrorKind.MISSING,
    message=N_("There is no such patient to tell."),
    next=N_("Go back to the call list; somebody may have told them meanwhile."),
)
NO_DESK = ErrorSpec(
    code="RL-ACT-112",
    kind=ErrorKind.MISSING,
    message=N_("There is no such desk."),
    next=N_("Choose one of the desks, or make a new one."),
)
CARD_HELD = ErrorSpec(
    code="RL-ACT-113",
    kind=ErrorKind.RULE,
    message=N_("{who} is calling this patient, until {until}."),
    next=N_("Take another patient; nothing of what you typed was kept for this one."),
)
NOTHING_DUE = ErrorSpec(
    code="RL-ACT-114",
    kind=ErrorKind.RULE,
    message=N_("Nobody of this desk is to be called now."),
    next=N_("Those not reached come back at their time; others are being called by your colleagues."),
)
NAME_MISSING = ErrorSpec(
    code="RL-ACT-115",
    kind=ErrorKind.INPUT,
    message=N_("Who took the message is missing."),
    next=N_("Write the name, and what they are to the patient."),
)
NOTE_MISSING = ErrorSpec(
    code="RL-ACT-116",
    kind=ErrorKind.INPUT,
    message=N_("What the patient objects is missing."),
    next=N_("Write it in a few words: a doctor reads it."),
)
CALL_BACK_UNFIT = ErrorSpec(
    code="RL-ACT-117",
    kind=ErrorKind.INPUT,
    message=N_("The patient cannot be called back at that time: {why}."),
    next=N_("Give a time from now on and before the appointment."),
)
NUMBER_UNFIT = ErrorSpec(
    code="RL-ACT-118",
    kind=ErrorKind.INPUT,
    message=N_("This is no telephone number."),
    next=N_("Type it as one dials it, from abroad with + and the country."),
)
CARD_DONE = ErrorSpec(
    code="RL-ACT-119",
    kind=ErrorKind.RULE,
    message=N_("There is nothing left to tell this patient."),
    next=N_("Take the next patient. What was told stands in their history."),
)
DESK_NAME_TAKEN = ErrorSpec(
    code="RL-ACT-120",
    kind=ErrorKind.RULE,
    message=N_("A desk of this name exists."),
    next=N_("Choose another name, or change that desk."),
)
NOBODY_TO_WRITE = ErrorSpec(
    code="RL-ACT-121",
    kind=ErrorKind.RULE,
    message=N_("There is nobody to write to."),
    next=N_("All were told, have a letter or text of a batch already, or have no address or mobile number."),
)
NO_MAILING = ErrorSpec(
    code="RL-ACT-122",
    kind=ErrorKind.MISSING,
    message=N_("There is no such batch, or it was settled already."),
    next=N_("Look at the list of batches."),
)
RECEIPTS_UNREADABLE = ErrorSpec(
    code="RL-ACT-123",
    kind=ErrorKind.INPUT,
    message=N_("The receipts cannot be read: {what}."),
    next=N_("Give the provider's file with the columns reference and status; nothing was changed."),
)
NOT_DECEASED = ErrorSpec(
    code="RL-ACT-124",
    kind=ErrorKind.RULE,
    message=N_("Nobody noted that this patient died."),
    next=N_("There is nothing to take back."),
)
NUMBER_NOT_GIVEN = ErrorSpec(
    code="RL-ACT-126",
    kind=ErrorKind.INPUT,
    message=N_("Which number was wrong is missing."),
    next=N_("Choose the number you dialled."),
)

# -- 030-079: appointments, their files, decisions in force ---------------------------------------------------

FILE_EMPTY = ErrorSpec(
    code="RL-ACT-030",
    kind=ErrorKind.INPUT,
    message=N_("The file is empty."),
    next=N_("Export it again and check that it holds appointments."),
)
FILE_UNKNOWN = ErrorSpec(
    code="RL-ACT-031",
    kind=ErrorKind.INPUT,
    message=N_("The file is no list of appointments that Relight can read: {found}."),
    next=N_(
        "Bring CSV, XLSX, FHIR Appointment (JSON or NDJSON), HL7 v2 SIU or iCalendar; save an .xls or .ods as .xlsx."
    ),
)
FILE_DAMAGED = ErrorSpec(
    code="RL-ACT-032",
    kind=ErrorKind.INPUT,
    message=N_("The file is damaged: {why}."),
    next=N_("Copy or export it again; what arrived cannot be trusted."),
)
FILE_TOO_BIG = ErrorSpec(
    code="RL-ACT-033",
    kind=ErrorKind.INPUT,
    message=N_("The file holds more than {limit} MiB."),
    next=N_("Export it in parts, for instance a week each."),
)
NO_COLUMNS = ErrorSpec(
    code="RL-ACT-034",
    kind=ErrorKind.INPUT,
    message=N_("No line of the file names its columns."),
    next=N_(
        "Put a line with column names above the rows, or say which column is which (kind, date, reason and so on)."
    ),
)
MAP_COLUMN = ErrorSpec(
    code="RL-ACT-035",
    kind=ErrorKind.INPUT,
    message=N_("There is no such column as this one."),
    next=N_("Use one of these words: {words}."),
)
MAP_HEADER = ErrorSpec(
    code="RL-ACT-036",
    kind=ErrorKind.INPUT,
    message=N_("No column of the file is called {header}."),
    next=N_("Its columns are: {headers}."),
)
ROW_CELLS = ErrorSpec(
    code="RL-ACT-037",
    kind=ErrorKind.INPUT,
    message=N_("The row has {cells} cells, the table has {columns}: its values may have slipped."),
    next=N_("Look for a separator inside a text, mend the row and import it again."),
)
ROW_QUOTE = ErrorSpec(
    code="RL-ACT-038",
    kind=ErrorKind.INPUT,
    message=N_("A quotation mark opens in this row and never closes."),
    next=N_("Mend the row and import it again."),
)
ROW_NOTHING = ErrorSpec(
    code="RL-ACT-039",
    kind=ErrorKind.INPUT,
    message=N_("The row holds no appointment: neither what, nor when, nor why."),
    next=N_("If it is a title or a total, nothing is lost; otherwise say which column is which."),
)
ROW_DATE = ErrorSpec(
    code="RL-ACT-040",
    kind=ErrorKind.INPUT,
    message=N_("The day or the time of the appointment cannot be read."),
    next=N_("Write it as 24/11/2025 08:30 and import the row again."),
)
WITHDRAWN_THERE = ErrorSpec(
    code="RL-ACT-041",
    kind=ErrorKind.RULE,
    message=N_("The appointment is cancelled in its source already: there is nothing to decide."),
    next=N_("Nothing; it is listed so that it is not missed."),
)
DONE_THERE = ErrorSpec(
    code="RL-ACT-042",
    kind=ErrorKind.RULE,
    message=N_("The appointment is over according to its source: there is nothing to decide."),
    next=N_("Nothing; it is listed so that it is not missed."),
)
BAD_JSON = ErrorSpec(
    code="RL-ACT-043",
    kind=ErrorKind.INPUT,
    message=N_("This is no valid JSON."),
    next=N_("Export it again; a copy may have broken off."),
)
NOT_APPOINTMENT = ErrorSpec(
    code="RL-ACT-044",
    kind=ErrorKind.INPUT,
    message=N_("This is a {found}, no appointment."),
    next=N_("Nothing, if the file holds appointments beside it."),
)
BAD_MESSAGE = ErrorSpec(
    code="RL-ACT-045",
    kind=ErrorKind.INPUT,
    message=N_("This HL7 message cannot be read."),
    next=N_("Check it with `relight lab decode`, then export it again."),
)
BAD_CALENDAR = ErrorSpec(
    code="RL-ACT-046",
    kind=ErrorKind.INPUT,
    message=N_("The calendar, or this event of it, cannot be read."),
    next=N_("Export it again as iCalendar (.ics)."),
)
ID_TWICE = ErrorSpec(
    code="RL-ACT-047",
    kind=ErrorKind.INPUT,
    message=N_("The same number stands in the file twice, with different contents."),
    next=N_("Check which row is right, or which column holds the number of the appointment, and import it again."),
)
NO_APPOINTMENTS = ErrorSpec(
    code="RL-ACT-048",
    kind=ErrorKind.INPUT,
    message=N_("The file holds no appointment at all."),
    next=N_("Check that it is the right file."),
)

NO_SUCH_APPOINTMENT = ErrorSpec(
    code="RL-ACT-055",
    kind=ErrorKind.MISSING,
    message=N_("There is no such appointment."),
    next=N_("Look for it in the list; its source may have been imported under another name."),
)
SOURCE_UNNAMED = ErrorSpec(
    code="RL-ACT-056",
    kind=ErrorKind.INPUT,
    message=N_("The list has no source: without one its appointments could not be told from those of another list."),
    next=N_("Name the list, the same each time it is imported, for instance after its department."),
)
POLICY_GONE = ErrorSpec(
    code="RL-ACT-057",
    kind=ErrorKind.MISSING,
    message=N_("There is no such version of the policy."),
    next=N_("Choose one from the list of versions."),
)
POLICY_NO_DRAFT = ErrorSpec(
    code="RL-ACT-058",
    kind=ErrorKind.RULE,
    message=N_("Version {number} of the policy is no draft any more."),
    next=N_("Start a new draft from it."),
)
POLICY_CHANGED = ErrorSpec(
    code="RL-ACT-059",
    kind=ErrorKind.RULE,
    message=N_("The draft was changed after it was shown to you. Nothing was saved and nothing signed."),
    next=N_("Open it in another window and read it as it is now, then save or sign."),
)
PROPOSAL_GONE = ErrorSpec(
    code="RL-ACT-060",
    kind=ErrorKind.MISSING,
    message=N_("There is no such proposal."),
    next=N_("Choose one of those that wait."),
)
PROPOSAL_ENDED = ErrorSpec(
    code="RL-ACT-061",
    kind=ErrorKind.RULE,
    message=N_("This proposal does not wait any more: it was taken, dropped, or a later one took its place."),
    next=N_("Look at the proposals that wait now."),
)
PROPOSAL_OUTDATED = ErrorSpec(
    code="RL-ACT-062",
    kind=ErrorKind.RULE,
    message=N_("Appointments or the hospital changed since this was shown. Nothing took effect."),
    next=N_("Look at the proposal as it is now; it was made anew."),
)
TAKE_NEEDS_PERSON = ErrorSpec(
    code="RL-ACT-063",
    kind=ErrorKind.RULE,
    message=N_("Only a person lets decisions take effect."),
    next=N_("Sign in as medical or recovery lead, look at the difference and take it."),
)
OVERRIDE_UNREASONED = ErrorSpec(
    code="RL-ACT-064",
    kind=ErrorKind.INPUT,
    message=N_("A doctor's word needs its reason."),
    next=N_("Write why, in a few words."),
)
OVERRIDE_NONE = ErrorSpec(
    code="RL-ACT-065",
    kind=ErrorKind.RULE,
    message=N_("No doctor's word stands on this appointment."),
    next=N_("Nothing; the policy decides it."),
)
MOVE_WHERE = ErrorSpec(
    code="RL-ACT-066",
    kind=ErrorKind.INPUT,
    message=N_("A move needs the site that takes the patient, another than where it is booked."),
    next=N_("Choose the site."),
)
NOT_BOOKED = ErrorSpec(
    code="RL-ACT-067",
    kind=ErrorKind.RULE,
    message=N_("The appointment is withdrawn or over: there is nothing to decide."),
    next=N_("Nothing."),
)
ASIDE_GONE = ErrorSpec(
    code="RL-ACT-068",
    kind=ErrorKind.MISSING,
    message=N_("There is no such row aside."),
    next=N_("Look at the rows aside of this source."),
)

# -- pages of appointments and of the policy: 080 to 109 ------------------------------------------
APPOINTMENT_UNKNOWN = ErrorSpec(
    code="RL-ACT-080",
    kind=ErrorKind.MISSING,
    message=N_("There is no such appointment here."),
    next=N_("Look for it by the patient's name in the list of appointments."),
)
POLICY_VERSION_UNKNOWN = ErrorSpec(
    code="RL-ACT-081",
    kind=ErrorKind.MISSING,
    message=N_("There is no version {number} of the policy."),
    next=N_("Choose one of the versions on the page of the policy."),
)
DECIDED_MEANWHILE = ErrorSpec(
    code="RL-ACT-082",
    kind=ErrorKind.RULE,
    message=N_("It was decided anew while you looked at it. Nothing was changed."),
    next=N_("Read what is decided now, then decide again if you still would."),
)
NONE_CHOSEN = ErrorSpec(
    code="RL-ACT-083",
    kind=ErrorKind.INPUT,
    message=N_("No appointment is chosen."),
    next=N_("Tick appointments in the list, then say what becomes of them."),
)
TOO_MANY_CHOSEN = ErrorSpec(
    code="RL-ACT-084",
    kind=ErrorKind.INPUT,
    message=N_("{count} appointments are too many at once; the most is {limit}."),
    next=N_("Narrow the list by site, kind or day. For a whole kind of appointments, change the policy instead."),
)
UPLOAD_GONE = ErrorSpec(
    code="RL-ACT-085",
    kind=ErrorKind.MISSING,
    message=N_("This file is not here any more."),
    next=N_("Send it in again."),
)
UPLOAD_UNKEPT = ErrorSpec(
    code="RL-ACT-086",
    kind=ErrorKind.PEER,
    message=N_("The file could not be kept: {reason}."),
    next=N_("Make room in the data folder, then send it in again. Nothing was imported."),
)
SOURCE_NAMELESS = ErrorSpec(
    code="RL-ACT-087",
    kind=ErrorKind.INPUT,
    message=N_("The source has no name."),
    next=N_("Write which list of which system it is, the same name each time, so that nothing doubles."),
)
UPLOAD_OVER = ErrorSpec(
    code="RL-ACT-088",
    kind=ErrorKind.RULE,
    message=N_("This file was dealt with already."),
    next=N_("Look at it in the list of imports; send the file in again if it changed."),
)
UPLOAD_STOPPED = ErrorSpec(
    code="RL-ACT-089",
    kind=ErrorKind.PEER,
    message=N_("The import stopped {times} times on something unforeseen and was given up."),
    next=N_("Tell whoever looks after Relight; the log says what it was. What was imported before stays."),
)
