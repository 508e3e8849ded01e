"""Errors of the fleet, RL-FLT-001 … 059 of the line, 060 … 099 of the imports,
150 … 159 of the workstations.

Owns sentences, no decisions. Parameters never hold patient data.
"""

from __future__ import annotations

from relight.kernel.errors import N_, ErrorKind, ErrorSpec

ITEM_UNKNOWN = ErrorSpec(
    code="RL-FLT-001",
    kind=ErrorKind.MISSING,
    message=N_("There is no item {item} in the fleet."),
    next=N_("Check the id or search for the serial number, the host name or the room."),
)
NO_ITEMS = ErrorSpec(
    code="RL-FLT-002",
    kind=ErrorKind.INPUT,
    message=N_("No item was chosen."),
    next=N_("Choose at least one item and try again."),
)
ITEM_AMBIGUOUS = ErrorSpec(
    code="RL-FLT-003",
    kind=ErrorKind.INPUT,
    message=N_("“{item}” names {count} items: {names}."),
    next=N_("Use the serial number or the id of the one you mean."),
)
TOO_MANY = ErrorSpec(
    code="RL-FLT-004",
    kind=ErrorKind.INPUT,
    message=N_("{count} items at once are too many: the limit is {limit}."),
    next=N_("Narrow the list and go in several batches."),
)
FIELD_BAD = ErrorSpec(
    code="RL-FLT-005",
    kind=ErrorKind.INPUT,
    message=N_("{field} cannot be “{value}”."),
    next=N_("Choose one of: {choices}."),
)
NAME_EMPTY = ErrorSpec(
    code="RL-FLT-006",
    kind=ErrorKind.INPUT,
    message=N_("An item needs a name."),
    next=N_("Give the name written on it, or what people call it."),
)
SERIAL_TAKEN = ErrorSpec(
    code="RL-FLT-007",
    kind=ErrorKind.INPUT,
    message=N_("The serial number {serial} already belongs to {name}."),
    next=N_("Open {name} instead of adding it again."),
)
REASON_MISSING = ErrorSpec(
    code="RL-FLT-008",
    kind=ErrorKind.INPUT,
    message=N_("This needs a reason."),
    next=N_("Write in a few words why, so that others understand it later."),
)
CLASS_KIND = ErrorSpec(
    code="RL-FLT-009",
    kind=ErrorKind.INPUT,
    message=N_("{name} is a {kind} and cannot become a {klass}."),
    next=N_("Add it again as what it is, and retire this one."),
)

STAGE_FOREIGN = ErrorSpec(
    code="RL-FLT-010",
    kind=ErrorKind.RULE,
    message=N_("{name}: a {klass} does not go through “{stage}”."),
    next=N_("Its stages are: {stages}."),
)
STAGE_SKIPPED = ErrorSpec(
    code="RL-FLT-011",
    kind=ErrorKind.RULE,
    message=N_("{name} is “{stage}”: it cannot skip to “{to}”."),
    next=N_("Move it to “{following}” first."),
)
CHECKS_MISSING = ErrorSpec(
    code="RL-FLT-012",
    kind=ErrorKind.RULE,
    message=N_("{name} cannot be “{to}” yet: {missing}."),
    next=N_("Have these checks attested, then move it again."),
)
BACK_REASON = ErrorSpec(
    code="RL-FLT-013",
    kind=ErrorKind.INPUT,
    message=N_("{name} would go back from “{stage}” to “{to}”: that needs a reason."),
    next=N_("Write why it goes back; what was attested from there on is void."),
)
IS_QUARANTINED = ErrorSpec(
    code="RL-FLT-014",
    kind=ErrorKind.RULE,
    message=N_("{name} is quarantined."),
    next=N_("Release it from quarantine first."),
)
IS_RETIRED = ErrorSpec(
    code="RL-FLT-015",
    kind=ErrorKind.RULE,
    message=N_("{name} is retired."),
    next=N_("Return it to the line first."),
)
ADMISSION_BY_SIGNATURE = ErrorSpec(
    code="RL-FLT-016",
    kind=ErrorKind.RULE,
    message=N_("{name} cannot be moved to “admitted”: admission takes two signatures."),
    next=N_("Have it signed for security and for the owning service."),
)
NOT_QUARANTINED = ErrorSpec(
    code="RL-FLT-017",
    kind=ErrorKind.RULE,
    message=N_("{name} is not quarantined."),
    next=N_("Nothing needs to be released."),
)
NOT_RETIRED = ErrorSpec(
    code="RL-FLT-018",
    kind=ErrorKind.RULE,
    message=N_("{name} is not retired."),
    next=N_("Nothing needs to be returned."),
)
BATCH_REFUSED = ErrorSpec(
    code="RL-FLT-019",
    kind=ErrorKind.RULE,
    message=N_("Nothing was changed: {refused} of {count} may not. {first}"),
    next=N_("Mend what is missing, or go on with the {allowed} that may."),
)

BATCH_REFUSED_ALL = ErrorSpec(
    code="RL-FLT-028",
    kind=ErrorKind.RULE,
    message=N_("Nothing was changed: none of the {count} may. {first}"),
    next=N_("Mend what is missing, then try again."),
)

CHECK_FOREIGN = ErrorSpec(
    code="RL-FLT-020",
    kind=ErrorKind.RULE,
    message=N_("{name}: the policy asks no check “{check}” of a {klass}."),
    next=N_("Attest one of: {checks}."),
)
CHECK_ROLE = ErrorSpec(
    code="RL-FLT-021",
    kind=ErrorKind.RULE,
    message=N_("“{check}” cannot be attested in your role."),
    next=N_("Ask one of: {roles}."),
)
CHECK_FILES = ErrorSpec(
    code="RL-FLT-022",
    kind=ErrorKind.INPUT,
    message=N_("“{check}” asks for a file that shows it."),
    next=N_("Attach the report, the photograph or the certificate."),
)
CHECK_NOTE = ErrorSpec(
    code="RL-FLT-023",
    kind=ErrorKind.INPUT,
    message=N_("“{check}” asks for a note: {hint}"),
    next=N_("Write it in the note."),
)
CHECK_EARLY = ErrorSpec(
    code="RL-FLT-024",
    kind=ErrorKind.RULE,
    message=N_("{name} is “{stage}”: “{check}” is asked at “{asked}”, further on."),
    next=N_("Move it along first; a check attested before its stage proves nothing."),
)
NO_CHECKS = ErrorSpec(
    code="RL-FLT-025",
    kind=ErrorKind.INPUT,
    message=N_("No check was chosen."),
    next=N_("Choose what you attest."),
)

EDIT_ADMITTED = ErrorSpec(
    code="RL-FLT-026",
    kind=ErrorKind.RULE,
    message=N_("{name} is admitted: two people signed for its site, service, role and class."),
    next=N_("Move it back to “verified” with a reason, correct it, and have it signed again."),
)
NO_CHANGE = ErrorSpec(
    code="RL-FLT-027",
    kind=ErrorKind.INPUT,
    message=N_("Nothing was changed: no field was filled in."),
    next=N_("Fill in what should be different."),
)

SIGN_STAGE = ErrorSpec(
    code="RL-FLT-030",
    kind=ErrorKind.RULE,
    message=N_("{name} is “{stage}”: only what is “verified” can be signed for admission."),
    next=N_("Take it along the line first."),
)
SIGN_SCOPE = ErrorSpec(
    code="RL-FLT-032",
    kind=ErrorKind.RULE,
    message=N_("{name} belongs to {service} at {site}: you do not sign for that."),
    next=N_("Ask the owner of that service."),
)
SIGN_TWICE = ErrorSpec(
    code="RL-FLT-033",
    kind=ErrorKind.RULE,
    message=N_("You already signed {name} {capacity}."),
    next=N_("The second signature is another person's."),
)
ZONE_SHUT = ErrorSpec(
    code="RL-FLT-034",
    kind=ErrorKind.RULE,
    message=N_("{name}: the clean zone of {site} is not open."),
    next=N_("Have the zone segment of {site} opened by two people, then sign again."),
)
SIGN_CHANGED = ErrorSpec(
    code="RL-FLT-035",
    kind=ErrorKind.RULE,
    message=N_("What you were shown has changed since: nothing was signed."),
    next=N_("Read the page again and sign what it shows now."),
)
SIGN_PLACELESS = ErrorSpec(
    code="RL-FLT-036",
    kind=ErrorKind.RULE,
    message=N_("{name} has no site yet: nobody can say which zone it enters."),
    next=N_("Give it its site first."),
)
SIGN_BEFORE = ErrorSpec(
    code="RL-FLT-037",
    kind=ErrorKind.RULE,
    message=N_("{name} is already signed {capacity}, by {actor}."),
    next=N_("It still needs the signature {other}."),
)

POLICY_UNREADABLE = ErrorSpec(
    code="RL-FLT-040",
    kind=ErrorKind.INPUT,
    message=N_("The policy of the line is no readable TOML: {why}"),
    next=N_("Mend the line named, and start again."),
)
POLICY_FAULTY = ErrorSpec(
    code="RL-FLT-041",
    kind=ErrorKind.INPUT,
    message=N_("The policy of the line has {count} faults. {first}"),
    next=N_("Mend them all, and start again: until then the line stands still rather than go by another policy."),
)

POLICY_KEY_UNKNOWN = ErrorSpec(
    code="RL-FLT-042",
    kind=ErrorKind.INPUT,
    message=N_("“{key}” is no key of the policy here."),
    next=N_("Known here: {known}."),
)
POLICY_KEY_MISSING = ErrorSpec(
    code="RL-FLT-043",
    kind=ErrorKind.INPUT,
    message=N_("The key “{key}” is missing."),
    next=N_("Add it to this table."),
)
POLICY_VALUE = ErrorSpec(
    code="RL-FLT-044",
    kind=ErrorKind.INPUT,
    message=N_("“{key}” cannot be {value}."),
    next=N_("Write instead: {wanted}."),
)
POLICY_UNKNOWN = ErrorSpec(
    code="RL-FLT-045",
    kind=ErrorKind.INPUT,
    message=N_("“{name}” is named here and declared nowhere."),
    next=N_("Declare it, or use one of: {known}."),
)
POLICY_TWICE = ErrorSpec(
    code="RL-FLT-046",
    kind=ErrorKind.INPUT,
    message=N_("“{name}” stands here a second time."),
    next=N_("Keep one of them."),
)
POLICY_STAGES = ErrorSpec(
    code="RL-FLT-047",
    kind=ErrorKind.INPUT,
    message=N_("The stages of this class are out of order or incomplete."),
    next=N_("Start with seen, end with verified and admitted, and keep the order of the line between them."),
)
POLICY_SEEN = ErrorSpec(
    code="RL-FLT-048",
    kind=ErrorKind.INPUT,
    message=N_("“seen” asks for checks, but being seen proves nothing yet."),
    next=N_("Ask for these checks at the next stage."),
)
POLICY_CLASS_MISSING = ErrorSpec(
    code="RL-FLT-049",
    kind=ErrorKind.INPUT,
    message=N_("The class “{klass}” has no stages."),
    next=N_("Add a [[class]] table for it."),
)

EVIDENCE_UNKNOWN = ErrorSpec(
    code="RL-FLT-050",
    kind=ErrorKind.MISSING,
    message=N_("This item has no evidence file {digest}."),
    next=N_("Open the item and choose a file from its list."),
)
FILE_TOO_LARGE = ErrorSpec(
    code="RL-FLT-051",
    kind=ErrorKind.INPUT,
    message=N_("{name} is larger than {limit} MB."),
    next=N_("Attach an extract, and keep the whole where the note says."),
)

# -- imports: a file refused whole ---------------------------------------------------------------

FILE_EMPTY = ErrorSpec(
    code="RL-FLT-060",
    kind=ErrorKind.INPUT,
    message=N_("The file is empty."),
    next=N_("Export it again; if the source is empty too, there is nothing to import."),
)
KIND_BINARY = ErrorSpec(
    code="RL-FLT-061",
    kind=ErrorKind.INPUT,
    message=N_("This is no text: a picture, a program or another binary file ({found})."),
    next=N_("Import the inventory itself, as CSV, JSON, XML, LDIF or DHCP leases."),
)
KIND_SPREADSHEET = ErrorSpec(
    code="RL-FLT-062",
    kind=ErrorKind.INPUT,
    message=N_("This is a spreadsheet or an office document."),
    next=N_("Open it and save the sheet with the machines as CSV, then import that."),
)
KIND_HTML = ErrorSpec(
    code="RL-FLT-063",
    kind=ErrorKind.INPUT,
    message=N_("This is a web page."),
    next=N_("Export the list as CSV or JSON from the tool that showed it: a saved page often stops short of the list."),
)
KIND_SWITCH = ErrorSpec(
    code="RL-FLT-064",
    kind=ErrorKind.INPUT,
    message=N_("This is what a switch or router printed, as text for people."),
    next=N_("Import an inventory of machines instead (nmap, DHCP leases, NetBox, GLPI); keep this file for later."),
)
KIND_PEOPLE = ErrorSpec(
    code="RL-FLT-065",
    kind=ErrorKind.INPUT,
    message=N_("This lists people, not machines."),
    next=N_("Export the computers of the directory (objectClass=computer); people are not imported here."),
)
KIND_DIRECTORY = ErrorSpec(
    code="RL-FLT-066",
    kind=ErrorKind.INPUT,
    message=N_("This is a directory file without a single computer: groups, units or settings of the server."),
    next=N_("Export the computers of the directory (objectClass=computer)."),
)
KIND_JSON = ErrorSpec(
    code="RL-FLT-067",
    kind=ErrorKind.INPUT,
    message=N_("This JSON is neither a NetBox export nor a GLPI inventory."),
    next=N_("Export the machines from NetBox or GLPI, or as CSV from any other tool."),
)
KIND_XML = ErrorSpec(
    code="RL-FLT-068",
    kind=ErrorKind.INPUT,
    message=N_("This XML (<{root}>) is neither an nmap scan nor a GLPI inventory."),
    next=N_("Run nmap with -oX, or export the machines as CSV."),
)
KIND_TEXT = ErrorSpec(
    code="RL-FLT-069",
    kind=ErrorKind.INPUT,
    message=N_("This text is no inventory Relight knows: no table, no leases, no directory export."),
    next=N_("Export the machines as CSV with a line of column names."),
)
KIND_CLINICAL = ErrorSpec(
    code="RL-FLT-070",
    kind=ErrorKind.INPUT,
    message=N_("This file is about patients, not machines. Nothing of it was kept."),
    next=N_("Take it back to where patient data belongs."),
)
FILE_DAMAGED = ErrorSpec(
    code="RL-FLT-071",
    kind=ErrorKind.INPUT,
    message=N_("The file is damaged or breaks off at line {line}: {why}"),
    next=N_("Export or copy it again. Nothing was imported, so that no half list is taken for a whole one."),
)
FILE_TOO_BIG = ErrorSpec(
    code="RL-FLT-072",
    kind=ErrorKind.INPUT,
    message=N_("The file is larger than {limit} MB once unpacked."),
    next=N_("Split it and import the parts."),
)
XML_FORBIDDEN = ErrorSpec(
    code="RL-FLT-073",
    kind=ErrorKind.INPUT,
    message=N_("This XML defines entities of its own: no inventory needs them, attacks do."),
    next=N_("Have the security officer look at where the file comes from."),
)
NO_COLUMN = ErrorSpec(
    code="RL-FLT-074",
    kind=ErrorKind.INPUT,
    message=N_("None of the columns is known to name a machine. The columns are: {headers}."),
    next=N_("Say which column holds what: --map serial=“{example}” (or name, hostname, fqdn, uuid, mac, ip)."),
)
MAP_HEADER = ErrorSpec(
    code="RL-FLT-075",
    kind=ErrorKind.INPUT,
    message=N_("There is no column “{header}”. The columns are: {headers}."),
    next=N_("Write the column as the file does."),
)
MAP_FIELD = ErrorSpec(
    code="RL-FLT-076",
    kind=ErrorKind.INPUT,
    message=N_("“{field}” is no field of a machine."),
    next=N_("Write FIELD=COLUMN with one of: {fields}."),
)
NO_MACHINE = ErrorSpec(
    code="RL-FLT-077",
    kind=ErrorKind.INPUT,
    message=N_("The file was read to its end ({format}) and names no machine."),
    next=N_("Check that the export was made of the machines, and not of another list."),
)
KIND_ARCHIVE = ErrorSpec(
    code="RL-FLT-078",
    kind=ErrorKind.INPUT,
    message=N_("This is an archive of files."),
    next=N_("Unpack it and import the files one by one (a single .gz is read as it is)."),
)
FILE_UNREADABLE = ErrorSpec(
    code="RL-FLT-079",
    kind=ErrorKind.INPUT,
    message=N_("The file cannot be read: {why}"),
    next=N_("Check the name and the rights, then try again."),
)

# -- imports: a row kept aside -------------------------------------------------------------------

ROW_NAMELESS = ErrorSpec(
    code="RL-FLT-080",
    kind=ErrorKind.INPUT,
    message=N_("Nothing here names a machine."),
    next=N_("Give it a serial number, a UUID, a MAC address or a name."),
)
ROW_CELLS = ErrorSpec(
    code="RL-FLT-081",
    kind=ErrorKind.INPUT,
    message=N_("The row has {cells} cells, the table has {columns} columns."),
    next=N_("Add or remove the separator that is missing or too many."),
)
ROW_VALUE = ErrorSpec(
    code="RL-FLT-082",
    kind=ErrorKind.INPUT,
    message=N_("“{value}” in column “{column}” cannot be read as what the column holds."),
    next=N_("Correct the value, or empty the cell."),
)
ROW_BROKEN = ErrorSpec(
    code="RL-FLT-083",
    kind=ErrorKind.INPUT,
    message=N_("The record cannot be read: {why}"),
    next=N_("Correct it as the other records are written."),
)
ROW_URL = ErrorSpec(
    code="RL-FLT-084",
    kind=ErrorKind.INPUT,
    message=N_("“{attribute}” points to a file elsewhere instead of holding a value."),
    next=N_("Write the value itself: files named by a record are never fetched."),
)
ROW_QUOTE = ErrorSpec(
    code="RL-FLT-085",
    kind=ErrorKind.INPUT,
    message=N_("A quotation mark opened here is never closed."),
    next=N_("Close it, or double it where it belongs to the text."),
)

# -- imports: runs and rows kept aside -----------------------------------------------------------

RUN_UNKNOWN = ErrorSpec(
    code="RL-FLT-090",
    kind=ErrorKind.MISSING,
    message=N_("There is no import {run}."),
    next=N_("Choose one from the list of imports."),
)
ASIDE_UNKNOWN = ErrorSpec(
    code="RL-FLT-091",
    kind=ErrorKind.MISSING,
    message=N_("This row is not kept aside."),
    next=N_("Open the import again and choose a row of its list."),
)
ASIDE_DONE = ErrorSpec(
    code="RL-FLT-092",
    kind=ErrorKind.RULE,
    message=N_("This row was mended already."),
    next=N_("Open the import again to see what is left."),
)
SOURCE_BAD = ErrorSpec(
    code="RL-FLT-093",
    kind=ErrorKind.INPUT,
    message=N_("“{source}” is no name for a source."),
    next=N_("Use 1 to 120 characters: the tool or list the file comes from, the same one each time."),
)
RUN_BUSY = ErrorSpec(
    code="RL-FLT-094",
    kind=ErrorKind.RULE,
    message=N_("This import is {status}: it can no longer be changed."),
    next=N_("Open it to see what it brought; import the file again for another mapping."),
)
MEND_ONE = ErrorSpec(
    code="RL-FLT-095",
    kind=ErrorKind.INPUT,
    message=N_("The mended text makes {count} records: it must make one."),
    next=N_("Keep to this one record; import a file for more."),
)

# -- passports -----------------------------------------------------------------------------------

NO_PASSPORT_HELD = ErrorSpec(
    code="RL-FLT-124",
    kind=ErrorKind.MISSING,
    message=N_("None of these items holds a passport."),
    next=N_("Labels are printed for admitted items; choose some of those."),
)

# -- evidence of the inspection engine -----------------------------------------------------------

REPORT_FOREIGN = ErrorSpec(
    code="RL-FLT-130",
    kind=ErrorKind.RULE,
    message=N_("The report is about another machine than {name}: its {word} is {said}, not {known}."),
    next=N_("Open the machine the report was made on and add it there; correct the {word} here if it is wrong."),
)
REPORT_OLD = ErrorSpec(
    code="RL-FLT-131",
    kind=ErrorKind.RULE,
    message=N_("The report was made before {name} came to its present stage."),
    next=N_("Inspect it again: what was seen before a wipe proves nothing after it."),
)
REPORT_FUTURE = ErrorSpec(
    code="RL-FLT-132",
    kind=ErrorKind.RULE,
    message=N_("The report about {name} says it was made later than now."),
    next=N_("Set the clock of the machine that inspected, and inspect again."),
)
REPORT_USED = ErrorSpec(
    code="RL-FLT-133",
    kind=ErrorKind.RULE,
    message=N_("This very report was already added to {name}."),
    next=N_("A report is about one machine only: inspect each one by itself."),
)
REPORT_UNREADABLE = ErrorSpec(
    code="RL-FLT-134",
    kind=ErrorKind.INPUT,
    message=N_("This is no report of the inspection engine: {why}"),
    next=N_("Give the file report.json as “relight inspect --out” wrote it, unchanged."),
)
HASHES_FOREIGN = ErrorSpec(
    code="RL-FLT-135",
    kind=ErrorKind.INPUT,
    message=N_("The list of hashes does not belong to this report."),
    next=N_("Give the file hashes.sha256 that was written beside the report."),
)
KEY_KNOWN = ErrorSpec(
    code="RL-FLT-136",
    kind=ErrorKind.RULE,
    message=N_("The key {kid} is enrolled already, as “{name}”."),
    next=N_("Nothing needs to be done."),
)
KEY_UNKNOWN = ErrorSpec(
    code="RL-FLT-137",
    kind=ErrorKind.MISSING,
    message=N_("There is no inspector key {kid}."),
    next=N_("Look it up in the list of inspector keys."),
)
KEY_UNREADABLE = ErrorSpec(
    code="RL-FLT-138",
    kind=ErrorKind.INPUT,
    message=N_("This is no public key of an inspector."),
    next=N_("Give the 64 hexadecimal digits the inspector prints, or a report it signed."),
)
INDICATOR_BAD = ErrorSpec(
    code="RL-FLT-139",
    kind=ErrorKind.INPUT,
    message=N_("{count} lines hold no SHA-256; the first is line {line}."),
    next=N_("Give one SHA-256 a line (64 hexadecimal digits; what follows it on the line is passed over)."),
)
REPORT_MISSING = ErrorSpec(
    code="RL-FLT-140",
    kind=ErrorKind.MISSING,
    message=N_("There is no such report about this item."),
    next=N_("Open the item and choose one of its reports."),
)
INDICATOR_NONE = ErrorSpec(
    code="RL-FLT-141",
    kind=ErrorKind.INPUT,
    message=N_("This list holds no SHA-256 at all."),
    next=N_("Give one SHA-256 a line (64 hexadecimal digits; what follows it on the line is passed over)."),
)
ENROL_ROLE = ErrorSpec(
    code="RL-FLT-150",
    kind=ErrorKind.RULE,
    message=N_("{name} cannot be enrolled: its role is not “workstation”."),
    next=N_("Correct its role first, on its page."),
)
ENROL_STATE = ErrorSpec(
    code="RL-FLT-151",
    kind=ErrorKind.RULE,
    message=N_("{name} cannot be enrolled: it is not admitted to the clean zone."),
    next=N_("Take it through the recovery line until it is admitted, then make a code."),
)
CODE_WRONG = ErrorSpec(
    code="RL-FLT-152",
    kind=ErrorKind.INPUT,
    message=N_("This is not a code for a workstation."),
    next=N_("Compare it with the technician's screen, letter by letter, and type it again."),
)
CODE_EXPIRED = ErrorSpec(
    code="RL-FLT-153",
    kind=ErrorKind.RULE,
    message=N_("This code is over: it was valid for 24 hours, or a newer one was made."),
    next=N_("Ask the technician for a new one."),
)
CODE_USED = ErrorSpec(
    code="RL-FLT-154",
    kind=ErrorKind.RULE,
    message=N_("This code was used already: it enrols one workstation, once."),
    next=N_("Ask the technician for a new one. If nobody you know used it, tell the security officer."),
)
CODE_TRIES = ErrorSpec(
    code="RL-FLT-155",
    kind=ErrorKind.RULE,
    message=N_("Too many wrong codes from this workstation."),
    next=N_("Wait ten minutes, then type the code again."),
)
ENROL_PLAIN = ErrorSpec(
    code="RL-FLT-156",
    kind=ErrorKind.RULE,
    message=N_("This is Relight's own machine: it needs no enrolment."),
    next=N_("Open /enrol/ on the workstation, at the https address that “relight up --listen” printed."),
)
WORKSTATION_NONE = ErrorSpec(
    code="RL-FLT-157",
    kind=ErrorKind.MISSING,
    message=N_("{name} is not an enrolled workstation."),
    next=N_("Look at the list of enrolled workstations; it may have been revoked already."),
)
