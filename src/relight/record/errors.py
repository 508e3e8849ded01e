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
