"""Errors of the record (RL-REC). 001-099 the store, import and export; 100-199 FHIR; 200-299 identity."""

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
