"""Errors of the record (RL-REC). 001-099 store, import, export; 100-199 FHIR; 200-299 identity; 300-499 ward pages."""

from relight.kernel.errors import N_, ErrorKind, ErrorSpec

# -- the store ---------------------------------------------------------------------------------------
CONFLICT = ErrorSpec(
    code="RL-REC-001",
    kind=ErrorKind.RULE,
    message=N_("Somebody has changed this since you opened it: you saw version {seen}, it is now version {now}."),
    next=N_("Nothing of yours was written. Look at the new version, then write again."),
)
NO_RESOURCE = ErrorSpec(
    code="RL-REC-002",
    kind=ErrorKind.MISSING,
    message=N_("There is no {type} with this id."),
    next=N_("Search for it, or list what could not be resolved with “relight record unresolved”."),
)
NO_VERSION = ErrorSpec(
    code="RL-REC-003",
    kind=ErrorKind.MISSING,
    message=N_("This {type} has no version {version}."),
    next=N_("Look at its history: it lists every version there is."),
)
ID_TAKEN = ErrorSpec(
    code="RL-REC-004",
    kind=ErrorKind.RULE,
    message=N_("There is already a resource with this id."),
    next=N_("Amend that one, or let Relight give a new id."),
)
REASON_MISSING = ErrorSpec(
    code="RL-REC-005",
    kind=ErrorKind.INPUT,
    message=N_("A reason is missing: marking something as entered in error says why."),
    next=N_("Say in a few words what was wrong, then do it again."),
)
ALREADY_ERROR = ErrorSpec(
    code="RL-REC-006",
    kind=ErrorKind.RULE,
    message=N_("This is marked as entered in error already."),
    next=N_("Write it anew if it was right after all: the old text is in its history."),
)
TYPE_CHANGED = ErrorSpec(
    code="RL-REC-007",
    kind=ErrorKind.RULE,
    message=N_("A {held} cannot become a {new}."),
    next=N_("Make a new resource, and mark the old one as entered in error."),
)
# -- what comes in -----------------------------------------------------------------------------------
NOT_JSON = ErrorSpec(
    code="RL-REC-020",
    kind=ErrorKind.INPUT,
    message=N_("This is no valid JSON, at its line {line} and column {column}."),
    next=N_("It is kept aside as it came. Ask the sender for a whole copy, then import that."),
)
NO_TYPE = ErrorSpec(
    code="RL-REC-021",
    kind=ErrorKind.INPUT,
    message=N_("This has no resourceType that could be a FHIR type."),
    next=N_("It is kept aside as it came. Ask its sender what it is."),
)
NO_OBJECT = ErrorSpec(
    code="RL-REC-022",
    kind=ErrorKind.INPUT,
    message=N_("This is no FHIR resource but another kind of JSON value."),
    next=N_("It is kept aside as it came. Ask its sender what it is."),
)
BAD_ID = ErrorSpec(
    code="RL-REC-023",
    kind=ErrorKind.INPUT,
    message=N_("The id of this {type} is not a text of 1 to 64 characters."),
    next=N_("It is kept aside as it came. Mend its id, then import it again."),
)
TOO_DEEP = ErrorSpec(
    code="RL-REC-024",
    kind=ErrorKind.INPUT,
    message=N_("This {type} is nested deeper than {limit} levels."),
    next=N_("It is kept aside as it came. No FHIR resource is that deep: ask its sender what it is."),
)
BAD_TEXT = ErrorSpec(
    code="RL-REC-025",
    kind=ErrorKind.INPUT,
    message=N_("This {type} holds a character that no text may hold (U+0000)."),
    next=N_("It is kept aside as it came. Take the character out, then import it again."),
)
BAD_SHAPE = ErrorSpec(
    code="RL-REC-026",
    kind=ErrorKind.INPUT,
    message=N_("This {type} has not the shape FHIR gives it: {element}."),
    next=N_("It is kept aside as it came. Ask the sender for a correct copy, then import that."),
)
TRUNCATED = ErrorSpec(
    code="RL-REC-027",
    kind=ErrorKind.INPUT,
    message=N_("The file breaks off here: what comes before is in, this and what should follow is not."),
    next=N_("Ask the sender for a whole copy, then import that; what is in already will not be doubled."),
)
TOO_LARGE = ErrorSpec(
    code="RL-REC-028",
    kind=ErrorKind.INPUT,
    message=N_("One JSON document is larger than {limit} MiB."),
    next=N_("Have it sent as NDJSON, which may be of any size, or in several bundles."),
)
BAD_MESSAGE = ErrorSpec(
    code="RL-REC-029",
    kind=ErrorKind.INPUT,
    message=N_("This HL7 message cannot be read: {reason}"),
    next=N_("It is kept aside as it came. Ask its sender to send it again."),
)
NO_SUCH_PATH = ErrorSpec(
    code="RL-REC-030",
    kind=ErrorKind.INPUT,
    message=N_("There is no such file or folder."),
    next=N_("Check the path, then run the command again."),
)
BAD_DATE = ErrorSpec(
    code="RL-REC-031",
    kind=ErrorKind.INPUT,
    message=N_("“{text}” is no date that could be read."),
    next=N_("Write it as 2026-11-23 or 2026-11-23T04:00+01:00."),
)
BAD_KIND = ErrorSpec(
    code="RL-REC-032",
    kind=ErrorKind.INPUT,
    message=N_("“{text}” is no kind of source."),
    next=N_("Choose one of: {kinds}."),
)
OTHER_KIND = ErrorSpec(
    code="RL-REC-033",
    kind=ErrorKind.RULE,
    message=N_("There is a source of this name already, and it is of another kind: {kind}."),
    next=N_("Give this source another name, or leave its kind out."),
)
FILE_BROKEN = ErrorSpec(
    code="RL-REC-034",
    kind=ErrorKind.INPUT,
    message=N_("The compressed file is damaged here; what comes before is in."),
    next=N_("Ask the sender for a whole copy, then import that; what is in already will not be doubled."),
)
# -- what goes out -----------------------------------------------------------------------------------
NOT_EMPTY = ErrorSpec(
    code="RL-REC-040",
    kind=ErrorKind.INPUT,
    message=N_("The folder is not empty."),
    next=N_("Name a new folder, so that an export never mixes with another."),
)
UNWRITABLE = ErrorSpec(
    code="RL-REC-041",
    kind=ErrorKind.PEER,
    message=N_("The export cannot be written: {reason}."),
    next=N_("Free space or choose another place, then export again; nothing of the record was changed."),
)
# -- FHIR --------------------------------------------------------------------------------------------
SEARCH_PARAMETER_UNKNOWN = ErrorSpec(
    code="RL-REC-100",
    kind=ErrorKind.INPUT,
    message=N_("{type} has no search parameter of this name here."),
    next=N_("Known are: {known}. “Prefer: handling=lenient” leaves out what is unknown, and says so."),
)
SEARCH_VALUE_UNREADABLE = ErrorSpec(
    code="RL-REC-101",
    kind=ErrorKind.INPUT,
    message=N_("The value of this search parameter cannot be read."),
    next=N_("Write it like this: {form}."),
)
SEARCH_MODIFIER_UNKNOWN = ErrorSpec(
    code="RL-REC-102",
    kind=ErrorKind.INPUT,
    message=N_("This search parameter does not take the modifier “{modifier}”."),
    next=N_("It takes: {allowed}."),
)
SEARCH_CHAIN_UNCLEAR = ErrorSpec(
    code="RL-REC-103",
    kind=ErrorKind.INPUT,
    message=N_("This chain of search parameters cannot be followed."),
    next=N_("One step is followed, with its type where it is not plain: {example}."),
)
SEARCH_TOO_MUCH = ErrorSpec(
    code="RL-REC-104",
    kind=ErrorKind.INPUT,
    message=N_("This search asks for more at once than is answered: {most} at most."),
    next=N_("Part it into several searches."),
)
PAGE_GONE = ErrorSpec(
    code="RL-REC-105",
    kind=ErrorKind.INPUT,
    message=N_("This link to a further page is not valid, or is somebody else's."),
    next=N_("Search again and follow the new link."),
)
TYPE_UNKNOWN = ErrorSpec(
    code="RL-REC-110",
    kind=ErrorKind.MISSING,
    message=N_("FHIR R4 has no resource type of this name."),
    next=N_("Look at /fhir/metadata: it lists the types."),
)
BODY_UNREADABLE = ErrorSpec(
    code="RL-REC-111",
    kind=ErrorKind.INPUT,
    message=N_("The body is no JSON object: {reason}."),
    next=N_("Send one FHIR resource as JSON, in UTF-8. Nothing was written."),
)
RESOURCE_WRONG = ErrorSpec(
    code="RL-REC-112",
    kind=ErrorKind.INPUT,
    message=N_("This is no valid FHIR R4 resource: {count} problem(s)."),
    next=N_("Mend the elements that are named and send it again. Nothing was written."),
)
TYPE_DIFFERS = ErrorSpec(
    code="RL-REC-113",
    kind=ErrorKind.INPUT,
    message=N_("The type or the id of the resource is not that of the address."),
    next=N_("Send it to the address of its own type and id. Nothing was written."),
)
MEDIA_WRONG = ErrorSpec(
    code="RL-REC-114",
    kind=ErrorKind.INPUT,
    message=N_("The body is of a type that is not read here."),
    next=N_("Send application/fhir+json (for a search: application/x-www-form-urlencoded). Nothing was written."),
)
MEDIA_UNWANTED = ErrorSpec(
    code="RL-REC-115",
    kind=ErrorKind.INPUT,
    message=N_("Answers are given in JSON only."),
    next=N_("Ask with Accept: application/fhir+json, or _format=json."),
)
BODY_TOO_LARGE = ErrorSpec(
    code="RL-REC-116",
    kind=ErrorKind.INPUT,
    message=N_("The body is larger than {limit} MiB."),
    next=N_("Part it into several. Nothing was written."),
)
NOT_DELETED = ErrorSpec(
    code="RL-REC-117",
    kind=ErrorKind.RULE,
    message=N_("Nothing is ever deleted from the record."),
    next=N_("Send it again (PUT with If-Match) with the status entered-in-error: its old text stays in its history."),
)
METHOD_WRONG = ErrorSpec(
    code="RL-REC-118",
    kind=ErrorKind.INPUT,
    message=N_("This address does not take {method}."),
    next=N_("It takes: {allowed}."),
)
ID_NOT_YOURS = ErrorSpec(
    code="RL-REC-119",
    kind=ErrorKind.RULE,
    message=N_("Ids are given by this record: PUT changes what is there and makes nothing new."),
    next=N_("Make it with POST; give If-None-Exist with its identifier so that it is made once."),
)
MATCH_MISSING = ErrorSpec(
    code="RL-REC-120",
    kind=ErrorKind.INPUT,
    message=N_("A change must say which version was seen: the header If-Match is missing or cannot be read."),
    next=N_('Read the resource, then send its ETag, for example If-Match: W/"3". Nothing was written.'),
)
SEVERAL_MATCH = ErrorSpec(
    code="RL-REC-121",
    kind=ErrorKind.RULE,
    message=N_("Several resources match this condition: it is not known which one is meant."),
    next=N_("Make the condition narrower, for example by an identifier. Nothing was written."),
)
CONDITION_MISSING = ErrorSpec(
    code="RL-REC-122",
    kind=ErrorKind.INPUT,
    message=N_("The condition names nothing to search for."),
    next=N_("Give at least one search parameter, for example identifier=system|value. Nothing was written."),
)
BUNDLE_WRONG = ErrorSpec(
    code="RL-REC-123",
    kind=ErrorKind.INPUT,
    message=N_("This bundle cannot be worked off: {reason}."),
    next=N_("Mend the entry that is named and send the bundle again. Nothing of it was written."),
)
TOKEN_NEEDED = ErrorSpec(
    code="RL-REC-124",
    kind=ErrorKind.RULE,
    message=N_("Writing and POST need a bearer token: a session of a browser is not enough."),
    next=N_("Have an administrator issue a token, and send it as Authorization: Bearer."),
)
NOT_SIGNED_IN = ErrorSpec(
    code="RL-REC-125",
    kind=ErrorKind.RULE,
    message=N_("A bearer token is missing, or it is not valid, has expired or was revoked."),
    next=N_("Send Authorization: Bearer with a valid token; an administrator issues them."),
)
OPERATION_UNKNOWN = ErrorSpec(
    code="RL-REC-126",
    kind=ErrorKind.MISSING,
    message=N_("There is no such operation or address here."),
    next=N_("Look at /fhir/metadata: it lists what there is."),
)
REFERENCE_NOWHERE = ErrorSpec(
    code="RL-REC-127",
    kind=ErrorKind.INPUT,
    message=N_("A reference points at nothing in this record or in the bundle."),
    next=N_("Send what it points at first or in the same transaction. Nothing was written."),
)
INCIDENT = ErrorSpec(
    code="RL-REC-128",
    kind=ErrorKind.PEER,
    message=N_("Something went wrong that nobody foresaw. Nothing was written."),
    next=N_("Try again; if it stays, tell the recovery team this code: {incident}."),
)
BUSY = ErrorSpec(
    code="RL-REC-129",
    kind=ErrorKind.PEER,
    message=N_("The database does not answer at this moment. Nothing was written."),
    next=N_("Try again in a few seconds."),
)
# -- identity (200-299) --------------------------------------------------------------------------------
NUMBERS_FILE = ErrorSpec(
    code="RL-REC-200",
    kind=ErrorKind.INPUT,
    message=N_("The table of national numbers cannot be read."),
    next=N_("Mend numbers.toml in the data folder, or take it away: then the shipped table counts."),
)
NUMBER_WRONG = ErrorSpec(
    code="RL-REC-201",
    kind=ErrorKind.INPUT,
    message=N_("This is no {kind}: its check digits are wrong."),
    next=N_("Read it again from the card. If the card says so, leave it out and note it in the remarks."),
)
NUMBER_UNREADABLE = ErrorSpec(
    code="RL-REC-202",
    kind=ErrorKind.INPUT,
    message=N_("A number is empty or longer than 64 characters."),
    next=N_("Type it as it stands on the card or the label."),
)
RANGE_UNFIT = ErrorSpec(
    code="RL-REC-203",
    kind=ErrorKind.INPUT,
    message=N_("A range of patient numbers begins with 4 or 5 digits, of which the third and fourth are 13 to 19."),
    next=N_("Choose such a beginning, 8013 for one: no number of it can be taken for a national number."),
)
RANGE_USED_UP = ErrorSpec(
    code="RL-REC-204",
    kind=ErrorKind.RULE,
    message=N_("All numbers of this range were given out."),
    next=N_("Reserve another range for the site."),
)
RANGE_OVERLAPS = ErrorSpec(
    code="RL-REC-205",
    kind=ErrorKind.RULE,
    message=N_("This range shares numbers with one reserved before."),
    next=N_("Choose another beginning."),
)
MISREAD = ErrorSpec(
    code="RL-REC-206",
    kind=ErrorKind.INPUT,
    message=N_("This number was read wrongly: its check digit does not fit."),
    next=N_("Scan it again. If it fails again, search by name and print a new wristband."),
)
NO_NAME = ErrorSpec(
    code="RL-REC-210",
    kind=ErrorKind.INPUT,
    message=N_("A family name is missing."),
    next=N_("Type it, or register the patient as unknown."),
)
BIRTH_UNFIT = ErrorSpec(
    code="RL-REC-211",
    kind=ErrorKind.INPUT,
    message=N_("The birth date is none, is ahead, or more than 125 years ago."),
    next=N_("Write it as 1970-02-01, or 1970-02 or 1970 where no more is known."),
)
SEX_UNFIT = ErrorSpec(
    code="RL-REC-212",
    kind=ErrorKind.INPUT,
    message=N_("The sex is none of male, female, other, unknown."),
    next=N_("Choose one of them."),
)
PROBABLY_HERE = ErrorSpec(
    code="RL-REC-213",
    kind=ErrorKind.RULE,
    message=N_("This person is probably in the record already: {count} found."),
    next=N_("Look at them. Take the one it is, or say that you looked and register anew."),
)
NUMBER_OTHER_BIRTH = ErrorSpec(
    code="RL-REC-214",
    kind=ErrorKind.RULE,
    message=N_("The national number says another birth date or another sex than was typed."),
    next=N_("Look at the card again. If both are right, say that you checked."),
)
NOT_UNKNOWN = ErrorSpec(
    code="RL-REC-215",
    kind=ErrorKind.RULE,
    message=N_("This patient is no longer unknown."),
    next=N_("Look at who they are now; correct the name there if it is wrong."),
)
NOT_A_PATIENT = ErrorSpec(
    code="RL-REC-216",
    kind=ErrorKind.RULE,
    message=N_("This record was merged into another, or entered in error: it takes no new entries."),
    next=N_("Open the record it leads to."),
)
SAME_PATIENT = ErrorSpec(
    code="RL-REC-220",
    kind=ErrorKind.INPUT,
    message=N_("A record cannot be merged with itself."),
    next=N_("Choose two records."),
)
MERGE_TWO_BEDS = ErrorSpec(
    code="RL-REC-221",
    kind=ErrorKind.RULE,
    message=N_("Both records have a patient lying in the house, at different places."),
    next=N_("Find out who lies where. Discharge the stay that is not real, then merge."),
)
NO_MERGE = ErrorSpec(
    code="RL-REC-222",
    kind=ErrorKind.MISSING,
    message=N_("There is no such merge, or it was undone already."),
    next=N_("Look at the list of merges of this patient."),
)
NO_PLACE = ErrorSpec(
    code="RL-REC-230",
    kind=ErrorKind.INPUT,
    message=N_("There is no such ward at this site, or the bed's name is longer than 20 characters."),
    next=N_("Choose one of the hospital's wards; name the bed as it is written on it."),
)
BED_TAKEN = ErrorSpec(
    code="RL-REC-231",
    kind=ErrorKind.RULE,
    message=N_("Somebody lies in this bed already."),
    next=N_("Look at the bed board. Transfer or discharge who is there, or choose another bed."),
)
IN_HOUSE = ErrorSpec(
    code="RL-REC-232",
    kind=ErrorKind.RULE,
    message=N_("This patient is in the house already."),
    next=N_("Transfer them instead of admitting them again."),
)
NOT_IN_HOUSE = ErrorSpec(
    code="RL-REC-233",
    kind=ErrorKind.RULE,
    message=N_("This patient is not in the house."),
    next=N_("Admit them first."),
)
BEFORE_IT_BEGAN = ErrorSpec(
    code="RL-REC-234",
    kind=ErrorKind.INPUT,
    message=N_("The time lies before the patient came there, or ahead."),
    next=N_("Correct the time."),
)
PATIENT_DEAD = ErrorSpec(
    code="RL-REC-235",
    kind=ErrorKind.RULE,
    message=N_("This patient is recorded as deceased."),
    next=N_("Check that it is the right person; correct the record if it is wrong."),
)
NO_RELATION = ErrorSpec(
    code="RL-REC-240",
    kind=ErrorKind.RULE,
    message=N_("This patient is not, and was not lately, in one of your wards."),
    next=N_(
        "If you need the record for their care, break the glass: say why. It is shown in their file and to the auditor."
    ),
)
GLASS_REASON = ErrorSpec(
    code="RL-REC-241",
    kind=ErrorKind.INPUT,
    message=N_("Breaking the glass takes a reason of 5 to 400 characters."),
    next=N_("Say in a few words what you need the record for."),
)
NOT_YOUR_WARD = ErrorSpec(
    code="RL-REC-242",
    kind=ErrorKind.RULE,
    message=N_("This ward is outside what your role is limited to."),
    next=N_("Ask somebody of that ward, or of the ward the patient is in."),
)
NOTHING_TO_PRINT = ErrorSpec(
    code="RL-REC-250",
    kind=ErrorKind.INPUT,
    message=N_("There is nobody to print for."),
    next=N_("Choose at least one patient."),
)
# -- the wards' pages: 300-329 ------------------------------------------------------------------------
NO_WARD = ErrorSpec(
    code="RL-REC-300",
    kind=ErrorKind.MISSING,
    message=N_("There is no such ward."),
    next=N_("Choose one from the list of wards."),
)
NO_UPLOAD = ErrorSpec(
    code="RL-REC-301",
    kind=ErrorKind.MISSING,
    message=N_("There is no such import."),
    next=N_("Look at the list of imports."),
)
UPLOAD_UNKEPT = ErrorSpec(
    code="RL-REC-302",
    kind=ErrorKind.INPUT,
    message=N_("The file could not be kept in the data folder: {reason}."),
    next=N_("Free some space, or import it where it lies with “relight record import PATH”."),
)
UPLOAD_GONE = ErrorSpec(
    code="RL-REC-303",
    kind=ErrorKind.INPUT,
    message=N_("The file that was sent in is no longer in the data folder."),
    next=N_("Send it in again; what was imported of it before stays, and nothing is doubled."),
)
UPLOAD_STOPPED = ErrorSpec(
    code="RL-REC-305",
    kind=ErrorKind.INPUT,
    message=N_("The import stopped {times} times on something Relight did not foresee. The file is kept in {folder}."),
    next=N_("Keep the file, show the worker's log to whoever maintains Relight; what was imported of it stays."),
)
NUMBER_NOBODY = ErrorSpec(
    code="RL-REC-304",
    kind=ErrorKind.INPUT,
    message=N_("No record has this number."),
    next=N_("Type the whole number as it stands on the wristband or in the list, or leave the field empty."),
)
# -- pages of a patient ------------------------------------------------------------------------------
OTHER_PATIENT = ErrorSpec(
    code="RL-REC-330",
    kind=ErrorKind.RULE,
    message=N_("This form was opened for another patient than the page it was sent to."),
    next=N_("Nothing was written. Open the patient again, check the name in the banner, then write it there."),
)
MERGED_SINCE = ErrorSpec(
    code="RL-REC-331",
    kind=ErrorKind.RULE,
    message=N_("This record was merged into another one since the form was opened."),
    next=N_("Nothing was written. Open the record that was kept, check the name in the banner, then write it there."),
)
NO_BYTES = ErrorSpec(
    code="RL-REC-332",
    kind=ErrorKind.MISSING,
    message=N_("The bytes of this file are not in the record, or are damaged."),
    next=N_("Look at the document's page: it says where the file lies. Ask its source for it again."),
)

# -- requests: 470-499; the catalogue and sample numbers keep the codes laboratories know them by -----------------

CATALOGUE_FAULTY = ErrorSpec(
    code="RL-LAB-200",
    kind=ErrorKind.INPUT,
    message=N_("The catalogue of tests is faulty: {fault}."),
    next=N_("Mend this entry of laboratory-catalogue.toml, or take the file out of the data folder."),
)
SAMPLE_TAKEN = ErrorSpec(
    code="RL-LAB-202",
    kind=ErrorKind.RULE,
    message=N_("This sample number belongs to another order already."),
    next=N_("Look at the label again. If it is right, open the other order; two patients must never share a number."),
)
SAMPLE_CHECK_DIGIT = ErrorSpec(
    code="RL-LAB-203",
    kind=ErrorKind.INPUT,
    message=N_("This number lies in the range reserved for Relight, but its check digit is wrong."),
    next=N_("Scan the label, or type its number again."),
)
SAMPLE_UNREADABLE = ErrorSpec(
    code="RL-LAB-204",
    kind=ErrorKind.INPUT,
    message=N_("This sample number holds characters a barcode or an analyzer cannot carry."),
    next=N_("Use letters, digits, full stop, hyphen and underscore, at most 40 of them."),
)
SAMPLE_NOT_GIVEN_OUT = ErrorSpec(
    code="RL-LAB-205",
    kind=ErrorKind.INPUT,
    message=N_("This number lies in the range reserved for Relight, but was not given out yet."),
    next=N_("Leave the field empty for the next number, or scan the label."),
)
NO_TESTS = ErrorSpec(
    code="RL-LAB-206",
    kind=ErrorKind.INPUT,
    message=N_("No test was chosen."),
    next=N_("Choose at least one test or panel."),
)
TEST_NOT_LISTED = ErrorSpec(
    code="RL-LAB-207",
    kind=ErrorKind.INPUT,
    message=N_("“{test}” is no test of the catalogue."),
    next=N_("Choose it from the list, or add it to laboratory-catalogue.toml."),
)
SERIES_UNFIT = ErrorSpec(
    code="RL-LAB-212",
    kind=ErrorKind.INPUT,
    message=N_("This range of sample numbers cannot be reserved."),
    next=N_("Give a prefix of 2 to 6 digits and 4 to 8 digits for the counter, 12 digits in all at most."),
)
SERIES_OVERLAPS = ErrorSpec(
    code="RL-LAB-213",
    kind=ErrorKind.RULE,
    message=N_("This prefix is, begins or continues the prefix of another site."),
    next=N_("Choose a prefix no other site and no laboratory system uses."),
)
SERIES_USED_UP = ErrorSpec(
    code="RL-LAB-214",
    kind=ErrorKind.RULE,
    message=N_("All sample numbers of this range are given out."),
    next=N_("Reserve another range for the site on the orders page."),
)
NO_REQUEST = ErrorSpec(
    code="RL-REC-470",
    kind=ErrorKind.MISSING,
    message=N_("There is no such request."),
    next=N_("Open the patient's requests again."),
)
REQUEST_OVER = ErrorSpec(
    code="RL-REC-471",
    kind=ErrorKind.RULE,
    message=N_("This request is done or cancelled already."),
    next=N_("Look at what became of it; make a new request if something is still wanted."),
)
REQUEST_REASON = ErrorSpec(
    code="RL-REC-472",
    kind=ErrorKind.INPUT,
    message=N_("The reason for cancelling is missing."),
    next=N_("Write it in a few words: the laboratory will ask."),
)
# -- writing into a chart: drafts, notes, vital signs, allergies, problems, documents, letters --------
DRAFT_TICKET = ErrorSpec(
    code="RL-REC-350",
    kind=ErrorKind.INPUT,
    message=N_("This form does not say whose it is, or was opened more than 12 hours ago."),
    next=N_("Copy what you typed, open the form again and paste it there."),
)
FORM_OF_ANOTHER = ErrorSpec(
    code="RL-REC-351",
    kind=ErrorKind.RULE,
    message=N_("This form was opened by somebody else, who was signed in here before you."),
    next=N_("Nothing was written under your name. What was typed is kept as their draft; open the form anew as yours."),
)
DRAFT_TOO_LONG = ErrorSpec(
    code="RL-REC-352",
    kind=ErrorKind.INPUT,
    message=N_("What was typed is longer than the {limit} kB a draft may have."),
    next=N_("Save a part of it as a note of its own. What was kept before is still kept."),
)
NO_DRAFT = ErrorSpec(
    code="RL-REC-353",
    kind=ErrorKind.MISSING,
    message=N_("This draft is not there any more: it was written, or thrown away."),
    next=N_("Look into the chart whether it was written."),
)
NOT_IN_CHART = ErrorSpec(
    code="RL-REC-354",
    kind=ErrorKind.MISSING,
    message=N_("There is no {type} with this id in this patient's chart."),
    next=N_("Open it from the chart it belongs to."),
)
NOT_CURRENT = ErrorSpec(
    code="RL-REC-355",
    kind=ErrorKind.RULE,
    message=N_("This is marked as entered in error and is amended no more."),
    next=N_("Write it anew if it was right after all: the old text is in its history."),
)
NOT_TO_MARK = ErrorSpec(
    code="RL-REC-356",
    kind=ErrorKind.RULE,
    message=N_("A {type} is not marked as entered in error from here."),
    next=N_("Identity, places and stays are corrected on the patient's identity page."),
)
NOT_OURS_TO_MARK = ErrorSpec(
    code="RL-REC-357",
    kind=ErrorKind.RULE,
    message=N_("A result of the laboratory is corrected by the laboratory."),
    next=N_("Call the laboratory: its correction arrives here by itself."),
)
NOTE_EMPTY = ErrorSpec(
    code="RL-REC-360",
    kind=ErrorKind.INPUT,
    message=N_("There is nothing in this note yet."),
    next=N_("Write at least one line, then save."),
)
NO_TEMPLATE = ErrorSpec(
    code="RL-REC-361",
    kind=ErrorKind.MISSING,
    message=N_("There is no note template “{template}”."),
    next=N_("Choose one of the list."),
)
TEMPLATES_FILE = ErrorSpec(
    code="RL-REC-362",
    kind=ErrorKind.INPUT,
    message=N_("The note templates cannot be read."),
    next=N_("Mend notes.toml in the data folder, or take it away: then the shipped templates count."),
)
VITAL_IMPOSSIBLE = ErrorSpec(
    code="RL-REC-365",
    kind=ErrorKind.INPUT,
    message=N_("{value} {unit} is no value this can have: it lies between {low} and {high} {unit}."),
    next=N_("Check the point and the unit, then type it again."),
)
VITAL_UNREADABLE = ErrorSpec(
    code="RL-REC-366",
    kind=ErrorKind.INPUT,
    message=N_("This is no number with at most {decimals} decimals."),
    next=N_("Type digits, with a point or a comma: 37.5."),
)
VITALS_UNLIKELY = ErrorSpec(
    code="RL-REC-367",
    kind=ErrorKind.RULE,
    message=N_("Unusual: {names}."),
    next=N_("Measure again or correct it; if it is right, tick that you checked, and save."),
)
VITALS_EMPTY = ErrorSpec(
    code="RL-REC-368",
    kind=ErrorKind.INPUT,
    message=N_("No value is filled in."),
    next=N_("Fill in at least one value, then save."),
)
VITALS_TIME = ErrorSpec(
    code="RL-REC-369",
    kind=ErrorKind.INPUT,
    message=N_("The time lies ahead, or more than {days} days back."),
    next=N_("Correct the time of measuring. What is older goes into a note."),
)
PRESSURE_ORDER = ErrorSpec(
    code="RL-REC-370",
    kind=ErrorKind.INPUT,
    message=N_("The diastolic pressure is not below the systolic one."),
    next=N_("Check whether the two were exchanged."),
)
SCALE_REASON = ErrorSpec(
    code="RL-REC-371",
    kind=ErrorKind.INPUT,
    message=N_("Another oxygen target takes a reason of 5 to 400 characters."),
    next=N_("Say why, such as known hypercapnic respiratory failure."),
)
SUBSTANCE_MISSING = ErrorSpec(
    code="RL-REC-375",
    kind=ErrorKind.INPUT,
    message=N_("What the patient reacts to is missing."),
    next=N_("Choose a substance or type it in your own words."),
)
ALLERGIES_THERE = ErrorSpec(
    code="RL-REC-376",
    kind=ErrorKind.RULE,
    message=N_("Allergies are recorded for this patient: {count}."),
    next=N_("Look at them; refute those that were wrong before stating that none is known."),
)
ALLERGY_TWICE = ErrorSpec(
    code="RL-REC-377",
    kind=ErrorKind.RULE,
    message=N_("This allergy is recorded already."),
    next=N_("Amend the one that is there."),
)
NONE_KNOWN_ALREADY = ErrorSpec(
    code="RL-REC-378",
    kind=ErrorKind.RULE,
    message=N_("It is recorded already that no allergy is known."),
    next=N_("Confirm it again only if it was asked again."),
)
PROBLEM_MISSING = ErrorSpec(
    code="RL-REC-380",
    kind=ErrorKind.INPUT,
    message=N_("What the problem is, is missing."),
    next=N_("Type it in your own words; a code is not needed."),
)
PROBLEM_DATES = ErrorSpec(
    code="RL-REC-381",
    kind=ErrorKind.INPUT,
    message=N_("The date lies ahead, or the end lies before the beginning."),
    next=N_("Correct the date; a year alone is enough."),
)
PARTIAL_DATE = ErrorSpec(
    code="RL-REC-382",
    kind=ErrorKind.INPUT,
    message=N_("This is no date that can be read."),
    next=N_("Type a year, a month and a year or a full date: 2019, 03/2019 or 14/03/2019."),
)
FILE_TOO_LARGE = ErrorSpec(
    code="RL-REC-385",
    kind=ErrorKind.INPUT,
    message=N_("The file is larger than {limit} MB."),
    next=N_("Scan it with fewer dots per inch, or part it in several files."),
)
FILE_TYPE = ErrorSpec(
    code="RL-REC-386",
    kind=ErrorKind.INPUT,
    message=N_("By its content this file is neither a PDF, nor a JPEG or PNG picture, nor plain text."),
    next=N_("Save or print it as a PDF, or take a picture of it."),
)
FILE_EMPTY = ErrorSpec(
    code="RL-REC-387",
    kind=ErrorKind.INPUT,
    message=N_("The file is empty."),
    next=N_("Choose the file again."),
)
LETTER_SIGNED = ErrorSpec(
    code="RL-REC-390",
    kind=ErrorKind.RULE,
    message=N_("This letter is signed already."),
    next=N_("Amend it if something in it is wrong: the new version is signed anew."),
)
LETTER_CHANGED = ErrorSpec(
    code="RL-REC-391",
    kind=ErrorKind.RULE,
    message=N_("The letter is not the one you read any more: somebody changed it meanwhile."),
    next=N_("Nothing was signed. Read it again, then sign."),
)

# -- paper: 450-469 ---------------------------------------------------------------------------------------------------

PRINT_FOLDER = ErrorSpec(
    code="RL-REC-450",
    kind=ErrorKind.PEER,
    message=N_("The folder for paper copies cannot be written: {reason}."),
    next=N_("Plug the disk or stick in again, or name another folder. The copies made before are untouched."),
)
PRINT_FULL = ErrorSpec(
    code="RL-REC-451",
    kind=ErrorKind.PEER,
    message=N_("The folder for paper copies has no room left."),
    next=N_("Make room there, or name another folder. The copies made before are untouched."),
)
PRINT_PATH = ErrorSpec(
    code="RL-REC-452",
    kind=ErrorKind.INPUT,
    message=N_("Paper copies go to a folder named from the root, outside of Relight's own data folder."),
    next=N_("Name it whole, such as /media/stick/relight."),
)
PRINT_WARD = ErrorSpec(
    code="RL-REC-453",
    kind=ErrorKind.INPUT,
    message=N_("There is no ward “{ward}”."),
    next=N_("Name it as site/ward, such as arlon/surgery."),
)
PRINT_EVERY = ErrorSpec(
    code="RL-REC-454",
    kind=ErrorKind.INPUT,
    message=N_("The interval is none between 5 minutes and 24 hours."),
    next=N_("Write it as 30m, 2h or 90."),
)
PRINT_BUSY = ErrorSpec(
    code="RL-REC-455",
    kind=ErrorKind.RULE,
    message=N_("Paper copies are being printed at this moment."),
    next=N_("Wait until they are done, then try again."),
)
PRINT_FORM = ErrorSpec(
    code="RL-REC-456",
    kind=ErrorKind.INPUT,
    message=N_("There is no form “{form}”, or its count is none between 0 and 200."),
    next=N_("Choose from the list of forms, up to 200 of each."),
)
PRINT_WORDS = ErrorSpec(
    code="RL-REC-457",
    kind=ErrorKind.INPUT,
    message=N_("The description of the forms is faulty: {fault}."),
    next=N_("Mend paper-forms.toml, or take the file out of the data folder."),
)
PAPER_NUMBER = ErrorSpec(
    code="RL-REC-458",
    kind=ErrorKind.INPUT,
    message=N_("This number was not given out for paper, or its check digit is wrong."),
    next=N_("Read it again from the form. Without such a number, register without one: a new one is given."),
)
PAPER_NUMBER_USED = ErrorSpec(
    code="RL-REC-459",
    kind=ErrorKind.RULE,
    message=N_("The form with this number was entered already: a patient has it."),
    next=N_("Search the number, and go on in that record."),
)
PRINT_NOTHING = ErrorSpec(
    code="RL-REC-460",
    kind=ErrorKind.RULE,
    message=N_("There is nobody in these wards, and nothing to print."),
    next=N_("Choose other wards, or print every ward with --all."),
)
PRINT_KEEP = ErrorSpec(
    code="RL-REC-461",
    kind=ErrorKind.INPUT,
    message=N_("At least 2 and at most 200 sets are kept."),
    next=N_("Choose such a number: the older one is there while the newer one is written."),
)
PRINT_NO_PLACE = ErrorSpec(
    code="RL-REC-462",
    kind=ErrorKind.INPUT,
    message=N_("It is not said where to print to, or which wards."),
    next=N_("Name the folder with --to, and wards with --ward or --all."),
)
PRINT_PARTLY = ErrorSpec(
    code="RL-REC-463",
    kind=ErrorKind.PEER,
    message=N_("{count} wards could not be set as PDF; all others were printed."),
    next=N_("Open these wards' charts on the screen, and tell who looks after Relight."),
)
PRINT_NO_FORM = ErrorSpec(
    code="RL-REC-464",
    kind=ErrorKind.INPUT,
    message=N_("No form was chosen."),
    next=N_("Write beside a form how many are wanted."),
)
# -- medicines ---------------------------------------------------------------------------------------
DRUGS_FAULTY = ErrorSpec(
    code="RL-REC-400",
    kind=ErrorKind.INPUT,
    message=N_("The file of medicines has a fault: {fault}"),
    next=N_("Mend drugs.toml in the data folder, or take it away: the one that came with Relight then counts."),
)
DOSE_UNREAD = ErrorSpec(
    code="RL-REC-401",
    kind=ErrorKind.INPUT,
    message=N_("This dose cannot be read."),
    next=N_("Write a number and a unit: 0,5 mg, 1 g, 500 microgram, 2 tablets."),
)
DOSE_AMBIGUOUS = ErrorSpec(
    code="RL-REC-402",
    kind=ErrorKind.INPUT,
    message=N_("A point, comma or blank followed by three digits can be read two ways: as a thousand or not."),
    next=N_("Write 1000 for a thousand, without any sign; write a part with fewer digits, or in a smaller unit."),
)
DOSE_NO_UNIT = ErrorSpec(
    code="RL-REC-403",
    kind=ErrorKind.INPUT,
    message=N_("This dose has no unit."),
    next=N_("Write the unit behind the number: mg, g, microgram, ml, units."),
)
DOSE_NOTHING = ErrorSpec(
    code="RL-REC-404",
    kind=ErrorKind.INPUT,
    message=N_("A dose is more than nothing."),
    next=N_("Write the dose; stop the medicine if it is not to be given."),
)
DRUG_MISSING = ErrorSpec(
    code="RL-REC-405",
    kind=ErrorKind.INPUT,
    message=N_("No medicine is named."),
    next=N_("Type the first letters and choose one, or write its whole name."),
)
FREQUENCY_MISSING = ErrorSpec(
    code="RL-REC-406",
    kind=ErrorKind.INPUT,
    message=N_("How often it is given is missing."),
    next=N_("Choose a frequency, or say that it is given once or as needed."),
)
REASON_AS_NEEDED = ErrorSpec(
    code="RL-REC-407",
    kind=ErrorKind.INPUT,
    message=N_("A medicine as needed says what for, and how much at most in 24 hours."),
    next=N_("Write the reason and the most in 24 hours, in the unit of the dose."),
)
TIMES_CROSSED = ErrorSpec(
    code="RL-REC-408",
    kind=ErrorKind.INPUT,
    message=N_("The end lies before the start."),
    next=N_("Correct one of the two."),
)
WARNINGS_OPEN = ErrorSpec(
    code="RL-REC-410",
    kind=ErrorKind.RULE,
    message=N_("There are warnings about this prescription."),
    next=N_("Read them. To prescribe it all the same say why: the reason stays with the prescription."),
)
PRESCRIBER_MISSING = ErrorSpec(
    code="RL-REC-411",
    kind=ErrorKind.INPUT,
    message=N_("An order taken by telephone names the prescriber who gave it."),
    next=N_("Choose the prescriber. They sign it afterwards; until then it is shown as to be confirmed."),
)
NOT_ACTIVE = ErrorSpec(
    code="RL-REC-412",
    kind=ErrorKind.RULE,
    message=N_("This prescription is not active any more."),
    next=N_("Look at the list of medicines: it shows who stopped it, when and why."),
)
ALREADY_CONFIRMED = ErrorSpec(
    code="RL-REC-413",
    kind=ErrorKind.RULE,
    message=N_("This order is signed already."),
    next=N_("Nothing more is to be done."),
)
ORDER_CHANGED = ErrorSpec(
    code="RL-REC-414",
    kind=ErrorKind.RULE,
    message=N_("This order has changed since it was shown to you."),
    next=N_("Nothing was signed. Read it as it is now, then sign."),
)
NOT_CONTINUED = ErrorSpec(
    code="RL-REC-415",
    kind=ErrorKind.RULE,
    message=N_("This comes from before the outage and was not prescribed here."),
    next=N_("Have it read and continued here by a prescriber, or take their order by telephone; then record the dose."),
)
# -- giving medicines --------------------------------------------------------------------------------
GIVEN_ALREADY = ErrorSpec(
    code="RL-REC-420",
    kind=ErrorKind.RULE,
    message=N_("This dose was recorded already, or another of this medicine so shortly before."),
    next=N_("Look at what was given. If it was given twice indeed, say so: tick the box and record it again."),
)
NO_REASON = ErrorSpec(
    code="RL-REC-421",
    kind=ErrorKind.INPUT,
    message=N_("A reason is missing."),
    next=N_("Say in a few words why."),
)
OTHER_BAND = ErrorSpec(
    code="RL-REC-422",
    kind=ErrorKind.RULE,
    message=N_("The wristband scanned is not this patient's."),
    next=N_("Give nothing. Check who is in front of you, then open that patient's chart."),
)
BAND_MISSING = ErrorSpec(
    code="RL-REC-423",
    kind=ErrorKind.INPUT,
    message=N_("The wristband was not scanned."),
    next=N_("Scan it, or say why it cannot be scanned."),
)
TIME_AHEAD = ErrorSpec(
    code="RL-REC-424",
    kind=ErrorKind.INPUT,
    message=N_("This time lies ahead, or before the prescription began."),
    next=N_("Correct the time at which it was given."),
)
OVER_MAXIMUM = ErrorSpec(
    code="RL-REC-425",
    kind=ErrorKind.RULE,
    message=N_("With this dose the most in 24 hours that was prescribed is exceeded."),
    next=N_("Ask the prescriber. If it was given all the same, tick the box and record it."),
)
# -- requests ----------------------------------------------------------------------------------------
NO_QUESTION = ErrorSpec(
    code="RL-REC-430",
    kind=ErrorKind.INPUT,
    message=N_("The clinical question is missing."),
    next=N_("Say what is asked, in a sentence."),
)
NO_JUSTIFICATION = ErrorSpec(
    code="RL-REC-433",
    kind=ErrorKind.INPUT,
    message=N_("A request for an examination with rays says why they are justified."),
    next=N_("Write it in a few words: what the image will decide."),
)
NO_KIDNEY = ErrorSpec(
    code="RL-REC-434",
    kind=ErrorKind.INPUT,
    message=N_("A request with a contrast agent says what is known of the kidneys."),
    next=N_("Write the last creatinine or eGFR with its date, or that it is not known."),
)
NO_REGION = ErrorSpec(
    code="RL-REC-431",
    kind=ErrorKind.INPUT,
    message=N_("The examination or the region is missing."),
    next=N_("Say which part of the body, and which side."),
)
