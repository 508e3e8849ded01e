"""Errors of the laboratory gateway (RL-LAB)."""

from relight.kernel.errors import N_, ErrorKind, ErrorSpec

# -- links and the gateway: 001-049 ----------------------------------------------------------------

NO_LINK = ErrorSpec(
    code="RL-LAB-001",
    kind=ErrorKind.MISSING,
    message=N_("There is no link with this id."),
    next=N_("See the links with “relight lab links”, or on the laboratory's page."),
)
NO_LIS = ErrorSpec(
    code="RL-LAB-002",
    kind=ErrorKind.MISSING,
    message=N_("There is no laboratory system with this id."),
    next=N_("See the laboratory systems on the laboratory's page."),
)
LINKS_REFUSED = ErrorSpec(
    code="RL-LAB-003",
    kind=ErrorKind.INPUT,
    message=N_("The file of links has {count} faults; nothing was taken in."),
    next=N_("Mend them all, then load the file again."),
)
LINKS_SYNTAX = ErrorSpec(
    code="RL-LAB-004",
    kind=ErrorKind.INPUT,
    message=N_("This is not valid TOML: {problem}."),
    next=N_("Mend this line; the rest is read once it is valid."),
)
LINKS_FORMAT = ErrorSpec(
    code="RL-LAB-005",
    kind=ErrorKind.INPUT,
    message=N_("The file does not say a format of links this Relight reads."),
    next=N_("Write “format = 1” on the first line."),
)
KEY_UNKNOWN = ErrorSpec(
    code="RL-LAB-006",
    kind=ErrorKind.INPUT,
    message=N_("The key “{key}” means nothing here."),
    next=N_("Take it out, or write one of: {known}."),
)
KEY_MISSING = ErrorSpec(
    code="RL-LAB-007",
    kind=ErrorKind.INPUT,
    message=N_("“{key}” is missing."),
    next=N_("Add it, such as {example}."),
)
VALUE_WRONG = ErrorSpec(
    code="RL-LAB-008",
    kind=ErrorKind.INPUT,
    message=N_("“{value}” cannot stand for “{key}”."),
    next=N_("Write {wanted}, such as {example}."),
)
VALUE_UNKNOWN = ErrorSpec(
    code="RL-LAB-009",
    kind=ErrorKind.INPUT,
    message=N_("“{value}” is not known as “{key}”."),
    next=N_("Write one of: {known}."),
)
NOT_HERE = ErrorSpec(
    code="RL-LAB-010",
    kind=ErrorKind.INPUT,
    message=N_("“{key}” means nothing for a link by {transport}."),
    next=N_("Take it out, or change the transport."),
)
ID_TWICE = ErrorSpec(
    code="RL-LAB-011",
    kind=ErrorKind.INPUT,
    message=N_("“{id}” is already declared on line {first_line}."),
    next=N_("Give one of the two another id, or take it out."),
)
ADDRESS_TAKEN = ErrorSpec(
    code="RL-LAB-012",
    kind=ErrorKind.INPUT,
    message=N_("{address} is already the address of the link “{other}”."),
    next=N_("Give each link an address of its own."),
)
KEY_ALONE = ErrorSpec(
    code="RL-LAB-013",
    kind=ErrorKind.INPUT,
    message=N_("“{key}” is not enough without “{other}”."),
    next=N_("Name both files, or neither."),
)
LINK_KNOWN = ErrorSpec(
    code="RL-LAB-014",
    kind=ErrorKind.INPUT,
    message=N_("There is already a link, or a laboratory system, “{id}”."),
    next=N_("Choose another id, or open the one that is there and change it."),
)
LINK_RECEIVED = ErrorSpec(
    code="RL-LAB-015",
    kind=ErrorKind.RULE,
    message=N_("This link has received {count} messages; it cannot be removed."),
    next=N_("Switch it off instead: what it received stays readable."),
)
LINK_CHANGED = ErrorSpec(
    code="RL-LAB-016",
    kind=ErrorKind.RULE,
    message=N_("The link was changed by somebody else while you were typing."),
    next=N_("Look at what it is now, then change it again."),
)
NO_MESSAGE = ErrorSpec(
    code="RL-LAB-017",
    kind=ErrorKind.MISSING,
    message=N_("There is no message with this id."),
    next=N_("Find it in the list of messages; ids come from there."),
)
ACT_NOT_HERE = ErrorSpec(
    code="RL-LAB-019",
    kind=ErrorKind.RULE,
    message=N_("“{what}” is not possible for results that are {state}."),
    next=N_("Look at the queue again: somebody may have decided already."),
)
RUNG_TOO_LOW = ErrorSpec(
    code="RL-LAB-020",
    kind=ErrorKind.RULE,
    message=N_("The link “{link}” is not trusted with results yet: it stands on the rung “{rung}”."),
    next=N_("Take the link up the ladder first, or close these results as transcribed by hand."),
)
QC_STILL_OUT = ErrorSpec(
    code="RL-LAB-021",
    kind=ErrorKind.RULE,
    message=N_("Quality control of these tests is still out of its limits on the link “{link}”."),
    next=N_("Run the control again; once it is in range, release. Otherwise close these results."),
)
SAMPLE_MISTYPED = ErrorSpec(
    code="RL-LAB-022",
    kind=ErrorKind.INPUT,
    message=N_("The sample number typed again is not that of the order chosen; nothing was changed."),
    next=N_("Read it from the tube, or scan it; if it differs, these results belong to another order."),
)
NO_SUCH_ORDER = ErrorSpec(
    code="RL-LAB-023",
    kind=ErrorKind.INPUT,
    message=N_("No open order has this sample number."),
    next=N_("Read it from the tube again, or enter the order first."),
)
SEVERAL_LINKS = ErrorSpec(
    code="RL-LAB-024",
    kind=ErrorKind.INPUT,
    message=N_("These results come from several links, or wait for several reasons."),
    next=N_("Choose results of one link that wait for one reason, and decide about them together."),
)
NONE_CHOSEN = ErrorSpec(
    code="RL-LAB-025",
    kind=ErrorKind.INPUT,
    message=N_("No results were chosen."),
    next=N_("Mark those to decide about, then choose what to do."),
)
FACTOR_WRONG = ErrorSpec(
    code="RL-LAB-026",
    kind=ErrorKind.INPUT,
    message=N_("“{value}” is no factor to multiply a value with."),
    next=N_("Write a number above nothing, such as 1 or 0.0113; leave it empty for results in words."),
)
LOINC_WRONG = ErrorSpec(
    code="RL-LAB-027",
    kind=ErrorKind.INPUT,
    message=N_("“{value}” is no LOINC code."),
    next=N_("Write digits, a hyphen and the check digit, such as 15074-8."),
)
NOT_THIS_RESULT = ErrorSpec(
    code="RL-LAB-028",
    kind=ErrorKind.INPUT,
    message=N_("A line that was changed is none of these results."),
    next=N_("Open the report again from the queue."),
)
PROTOCOL_OTHER = ErrorSpec(
    code="RL-LAB-029",
    kind=ErrorKind.INPUT,
    message=N_("The file holds {found}; the link “{link}” speaks {wanted}."),
    next=N_("Name the link it was recorded on, or one that speaks the same."),
)

# -- the ladder, quality control, comparison: 150-199 ----------------------------------------------

FELL_SILENT = ErrorSpec(
    code="RL-LAB-150",
    kind=ErrorKind.PEER,
    message=N_("The link went silent: nothing was heard for longer than it may be quiet."),
    next=N_("See whether the analyzer is on and its cable in; let it send a message, then test the connection."),
)
FELL_LOST = ErrorSpec(
    code="RL-LAB-151",
    kind=ErrorKind.PEER,
    message=N_("The connection was lost and did not come back."),
    next=N_("See whether the analyzer is on and its cable in; let it send a message, then test the connection."),
)
FELL_FAILING = ErrorSpec(
    code="RL-LAB-152",
    kind=ErrorKind.PEER,
    message=N_("The link failed: too many of its frames or messages were refused."),
    next=N_("Look at the refused messages and at the line's settings; then test the connection."),
)
FELL_QC = ErrorSpec(
    code="RL-LAB-153",
    kind=ErrorKind.RULE,
    message=N_("Quality control went out of its limits."),
    next=N_("Find the cause, measure the control again, note what was done; then two people sign again."),
)

# what a rung still asks

TOP_RUNG = ErrorSpec(
    code="RL-LAB-160",
    kind=ErrorKind.RULE,
    message=N_("The link stands on the highest rung."),
    next=N_("Nothing is left to climb."),
)
CONNECTION_UNHEARD = ErrorSpec(
    code="RL-LAB-161",
    kind=ErrorKind.RULE,
    message=N_("No valid message came from an allowed address since the link came to its rung."),
    next=N_("Let the analyzer send a message (a control will do), then test the connection."),
)
CONNECTION_NOISY = ErrorSpec(
    code="RL-LAB-162",
    kind=ErrorKind.RULE,
    message=N_("Frames of the last message were refused before it came through."),
    next=N_("Look at the line's settings and cable; let the analyzer send again, then test the connection."),
)
CONNECTION_UNTESTED = ErrorSpec(
    code="RL-LAB-163",
    kind=ErrorKind.RULE,
    message=N_("The connection was not tested since the link came to its rung."),
    next=N_("Let the analyzer send a message, then test the connection."),
)
SAMPLES_FEW = ErrorSpec(
    code="RL-LAB-164",
    kind=ErrorKind.RULE,
    message=N_("{count} of {needed} samples were compared with hand transcription in the last {days} days."),
    next=N_("Type what was transcribed on a comparison sheet, and close it."),
)
TESTS_UNCOMPARED = ErrorSpec(
    code="RL-LAB-165",
    kind=ErrorKind.RULE,
    message=N_("These tests of the link were never compared: {tests}."),
    next=N_("Put a sample with each of them on a comparison sheet."),
)
COMPARISON_SHORT = ErrorSpec(
    code="RL-LAB-166",
    kind=ErrorKind.RULE,
    message=N_("The last comparison sheet fell short: values differ or are missing."),
    next=N_("Find out why, mend it, and compare again on a new sheet."),
)
QC_NO_TARGET = ErrorSpec(
    code="RL-LAB-167",
    kind=ErrorKind.RULE,
    message=N_("No control of this link has a target."),
    next=N_("Type the mean and standard deviation of each control level on the quality control page."),
)
QC_STALE = ErrorSpec(
    code="RL-LAB-168",
    kind=ErrorKind.RULE,
    message=N_("Not measured in the last {hours} hours: {levels}."),
    next=N_("Measure these controls."),
)
QC_BROKEN = ErrorSpec(
    code="RL-LAB-169",
    kind=ErrorKind.RULE,
    message=N_("Out of its limits: {levels}."),
    next=N_("Find the cause, note what was done, and measure the control again."),
)
QUERIES_FEW = ErrorSpec(
    code="RL-LAB-170",
    kind=ErrorKind.RULE,
    message=N_("{count} of {needed} host queries were answered with the sample asked for in the last {days} days."),
    next=N_("Let the analyzer ask for samples that have an order, then record the test."),
)
AGREEMENT_FEW = ErrorSpec(
    code="RL-LAB-171",
    kind=ErrorKind.RULE,
    message=N_("{count} of {needed} results were decided alike by the rules and by a person in the last {days} days."),
    next=N_("Go on validating; then record the comparison of decisions."),
)
AGREEMENT_SHORT = ErrorSpec(
    code="RL-LAB-172",
    kind=ErrorKind.RULE,
    message=N_("The rules would have validated results that a person did not: {count}."),
    next=N_("Look at those results and at the rules before the link climbs."),
)
LINK_OFF = ErrorSpec(
    code="RL-LAB-173",
    kind=ErrorKind.RULE,
    message=N_("The link is switched off."),
    next=N_("Switch it on in its settings first."),
)
SIGNED_BEFORE = ErrorSpec(
    code="RL-LAB-174",
    kind=ErrorKind.RULE,
    message=N_("This rung is signed already for {capacity}."),
    next=N_("The other signature is still missing: {other}."),
)
SIGNED_TWICE = ErrorSpec(
    code="RL-LAB-175",
    kind=ErrorKind.RULE,
    message=N_("You have signed this rung already, for {capacity}."),
    next=N_("Another person gives the second signature."),
)
SIGN_CHANGED = ErrorSpec(
    code="RL-LAB-176",
    kind=ErrorKind.RULE,
    message=N_("What you were shown has changed since: the evidence, the settings or the rung."),
    next=N_("Read the page again and sign what stands there now."),
)
SIGN_NONE = ErrorSpec(
    code="RL-LAB-177",
    kind=ErrorKind.RULE,
    message=N_("This rung asks for no signature."),
    next=N_("It is climbed as soon as its checks are met."),
)
LOWER_ONLY = ErrorSpec(
    code="RL-LAB-178",
    kind=ErrorKind.RULE,
    message=N_("The link does not stand above this rung."),
    next=N_("Choose a rung below the one it stands on."),
)
REASON_MISSING = ErrorSpec(
    code="RL-LAB-179",
    kind=ErrorKind.INPUT,
    message=N_("The reason is missing."),
    next=N_("Write why, in a few words: the next shift reads it."),
)
OUT_OF_SCOPE = ErrorSpec(
    code="RL-LAB-180",
    kind=ErrorKind.RULE,
    message=N_("Your roles are limited to other sites or services than this link's."),
    next=N_("Ask a colleague of this site's laboratory."),
)
CHECK_NOT_RECORDED = ErrorSpec(
    code="RL-LAB-181",
    kind=ErrorKind.INPUT,
    message=N_("This check is not one a person records."),
    next=N_("It is read from the control points, or from a closed comparison sheet."),
)

# comparison sheets

NO_SHEET = ErrorSpec(
    code="RL-LAB-182",
    kind=ErrorKind.MISSING,
    message=N_("There is no such comparison sheet, or it has no such line."),
    next=N_("Open the link's page and choose a sheet there."),
)
SHEET_OPEN = ErrorSpec(
    code="RL-LAB-183",
    kind=ErrorKind.RULE,
    message=N_("This link has an open comparison sheet already."),
    next=N_("Go on with it, or close it first."),
)
SHEET_CLOSED = ErrorSpec(
    code="RL-LAB-184",
    kind=ErrorKind.RULE,
    message=N_("This comparison sheet is closed: it is evidence and no longer changes."),
    next=N_("Open a new sheet for further samples."),
)
SHEET_EMPTY = ErrorSpec(
    code="RL-LAB-185",
    kind=ErrorKind.RULE,
    message=N_("This comparison sheet has no line yet."),
    next=N_("Type what was transcribed by hand first."),
)
LINE_TWICE = ErrorSpec(
    code="RL-LAB-186",
    kind=ErrorKind.RULE,
    message=N_("This sample and test stand on the sheet already."),
    next=N_("Change that line, or take it out first."),
)

# quality control

TARGET_NUMBER = ErrorSpec(
    code="RL-LAB-187",
    kind=ErrorKind.INPUT,
    message=N_("This is no number: “{text}”."),
    next=N_("Write digits with one point or comma, such as 4.12."),
)
TARGET_SD = ErrorSpec(
    code="RL-LAB-188",
    kind=ErrorKind.INPUT,
    message=N_("The standard deviation must be above zero."),
    next=N_("Take it from the control's sheet, or from your own last months."),
)
TARGET_COLUMNS = ErrorSpec(
    code="RL-LAB-189",
    kind=ErrorKind.INPUT,
    message=N_("The file lacks these columns: {columns}."),
    next=N_("The first line names them: test, level, lot, mean, sd, unit."),
)
TARGET_EMPTY = ErrorSpec(
    code="RL-LAB-190",
    kind=ErrorKind.INPUT,
    message=N_("Test, level and lot must be given."),
    next=N_("Write them as the analyzer sends them."),
)
NO_QC_POINT = ErrorSpec(
    code="RL-LAB-191",
    kind=ErrorKind.MISSING,
    message=N_("There is no such control point or series on this link."),
    next=N_("Open the link's quality control page and choose one there."),
)
FILE_UNREADABLE = ErrorSpec(
    code="RL-LAB-192",
    kind=ErrorKind.INPUT,
    message=N_("This file cannot be read as a table: it is no UTF-8 text, or too long."),
    next=N_("Save it as CSV in UTF-8, up to 1 MB, and send it again."),
)
LADDER_FAULTY = ErrorSpec(
    code="RL-LAB-193",
    kind=ErrorKind.INPUT,
    message=N_("The ladder's policy is faulty: {fault}."),
    next=N_("Mend this line of ladder.toml; until then no link climbs."),
)

# -- orders, answers, results here, calls: 200-249 -------------------------------------------------

NO_ORDER = ErrorSpec(
    code="RL-LAB-201",
    kind=ErrorKind.MISSING,
    message=N_("There is no such order."),
    next=N_("Look for it by its sample number on the orders page."),
)
NO_FAMILY = ErrorSpec(
    code="RL-LAB-208",
    kind=ErrorKind.INPUT,
    message=N_("The patient's family name is missing."),
    next=N_("Write the name as it stands on the wristband; write “UNKNOWN” with a number for somebody not identified."),
)
ORDER_CLOSED = ErrorSpec(
    code="RL-LAB-209",
    kind=ErrorKind.RULE,
    message=N_("This order is cancelled already."),
    next=N_("Make a new order with a new sample number."),
)
ORDER_HAS_RESULTS = ErrorSpec(
    code="RL-LAB-210",
    kind=ErrorKind.RULE,
    message=N_("Results have arrived for this order; it cannot be cancelled."),
    next=N_("Decide about its results instead: they stay with the sample."),
)
CANCEL_REASON_MISSING = ErrorSpec(
    code="RL-LAB-211",
    kind=ErrorKind.INPUT,
    message=N_("The reason for cancelling is missing."),
    next=N_("Write it in a few words: the ward will ask."),
)
IMPORT_UNREADABLE = ErrorSpec(
    code="RL-LAB-215",
    kind=ErrorKind.INPUT,
    message=N_(
        "This file holds no orders: neither HL7 messages nor a table with the columns sample, family and tests."
    ),
    next=N_("Give HL7 OML or ORM messages, or a CSV file whose first line names its columns."),
)
IMPORT_TOO_LARGE = ErrorSpec(
    code="RL-LAB-216",
    kind=ErrorKind.INPUT,
    message=N_("The file is larger than {limit} MB."),
    next=N_("Cut it into parts."),
)
ROW_WITHOUT_SAMPLE = ErrorSpec(
    code="RL-LAB-217",
    kind=ErrorKind.INPUT,
    message=N_("The order names no sample number."),
    next=N_("Add it, or type this order by hand and let Relight give a number."),
)
ROW_DATE_UNREADABLE = ErrorSpec(
    code="RL-LAB-218",
    kind=ErrorKind.INPUT,
    message=N_("A date of this order cannot be read."),
    next=N_("Write dates as 2026-11-23, times as 2026-11-23T14:05."),
)
ROW_DIFFERS = ErrorSpec(
    code="RL-LAB-219",
    kind=ErrorKind.RULE,
    message=N_("An order with this sample number is here already, for another patient."),
    next=N_("Find out which of the two is right; nothing was changed."),
)
QUERY_UNREADABLE = ErrorSpec(
    code="RL-LAB-220",
    kind=ErrorKind.PEER,
    message=N_("The query names no sample in a way this link understands."),
    next=N_("Look at the message, and at the analyzer's setting of what it asks for."),
)
ANSWER_REFUSED = ErrorSpec(
    code="RL-LAB-221",
    kind=ErrorKind.PEER,
    message=N_("The analyzer did not take what it was sent."),
    next=N_("Look at its own display; order the tests there by hand if it is urgent."),
)
NO_EXCHANGE = ErrorSpec(
    code="RL-LAB-222",
    kind=ErrorKind.MISSING,
    message=N_("There is nothing of this kind to send to an analyzer."),
    next=N_("Open the order and look at what was sent."),
)
NO_REPORT = ErrorSpec(
    code="RL-LAB-223",
    kind=ErrorKind.MISSING,
    message=N_("There is no such report of results."),
    next=N_("Look for the sample on the results page."),
)
NOTHING_TO_VALIDATE = ErrorSpec(
    code="RL-LAB-224",
    kind=ErrorKind.RULE,
    message=N_("There is nothing to validate here: the results are validated, put aside, or waiting for a decision."),
    next=N_("Reload the page to see where they stand."),
)
RESULTS_CHANGED = ErrorSpec(
    code="RL-LAB-225",
    kind=ErrorKind.RULE,
    message=N_("These results changed since you opened the page."),
    next=N_("Read them again, then validate what stands there now."),
)
NO_CALL = ErrorSpec(
    code="RL-LAB-226",
    kind=ErrorKind.MISSING,
    message=N_("There is no such call."),
    next=N_("Open the list of calls."),
)
CALL_CLOSED = ErrorSpec(
    code="RL-LAB-227",
    kind=ErrorKind.RULE,
    message=N_("This call is closed already."),
    next=N_("Open the list of calls and take the next one."),
)
CALL_NOBODY = ErrorSpec(
    code="RL-LAB-228",
    kind=ErrorKind.INPUT,
    message=N_("The name of the person reached is missing."),
    next=N_("Ask for the name and write it down."),
)
CALL_NOT_READ_BACK = ErrorSpec(
    code="RL-LAB-229",
    kind=ErrorKind.RULE,
    message=N_("What was read back is not the value of this result, so the call stays open."),
    next=N_("Have the other person repeat patient, test and value; type the value as they said it."),
)
NO_SHEET_RESULTS = ErrorSpec(
    code="RL-LAB-230",
    kind=ErrorKind.RULE,
    message=N_("No result of this ward is left to print."),
    next=N_("Choose an earlier time to print results again."),
)
NO_RESULT_SHEET = ErrorSpec(
    code="RL-LAB-231",
    kind=ErrorKind.MISSING,
    message=N_("There is no such result sheet."),
    next=N_("Open the list of printed sheets."),
)
BIRTH_AHEAD = ErrorSpec(
    code="RL-LAB-232",
    kind=ErrorKind.INPUT,
    message=N_("The birth date lies ahead."),
    next=N_("Write the date as it stands on the wristband."),
)

# -- the gateway: 050-099 --------------------------------------------------------------------------

PEER_REFUSED = ErrorSpec(
    code="RL-LAB-050",
    kind=ErrorKind.PEER,
    message=N_("A machine that may not use this link tried to; its connection was closed."),
    next=N_("If it is the analyzer, add its address to the link. If not, find out what it is."),
)
LINK_IDLE = ErrorSpec(
    code="RL-LAB-051",
    kind=ErrorKind.PEER,
    message=N_("The analyzer was connected and silent for longer than the link allows; the connection was closed."),
    next=N_("See that the analyzer is on and sends; it may connect again at any time."),
)
TOO_FAST = ErrorSpec(
    code="RL-LAB-052",
    kind=ErrorKind.PEER,
    message=N_("The analyzer sends more messages a minute than the link allows; it is read more slowly."),
    next=N_("Nothing is lost. Raise the limit of the link if this is its normal rate."),
)
NOT_A_LABORATORY_MESSAGE = ErrorSpec(
    code="RL-LAB-053",
    kind=ErrorKind.PEER,
    message=N_("This is no message of a laboratory analyzer; it was kept and refused to its sender."),
    next=N_("Open the message. See whether the right machine is connected to this link."),
)
NOT_STORED = ErrorSpec(
    code="RL-LAB-054",
    kind=ErrorKind.PEER,
    message=N_("The message could not be stored, so it was not acknowledged; the sender has to send it again."),
    next=N_("See that the disk has room and the database answers."),
)
NOT_ANSWERED = ErrorSpec(
    code="RL-LAB-055",
    kind=ErrorKind.PEER,
    message=N_("The analyzer did not take what it was sent."),
    next=N_("See that it is connected and on; it is offered again."),
)
NO_TERMINATOR = ErrorSpec(
    code="RL-LAB-056",
    kind=ErrorKind.PEER,
    message=N_("The analyzer ended its transmission without an end record; what came was kept and read."),
    next=N_("Compare the results with the analyzer's own list."),
)
CUT_OFF = ErrorSpec(
    code="RL-LAB-057",
    kind=ErrorKind.PEER,
    message=N_("The transmission was cut off in the middle; what came was kept, nothing of it was used."),
    next=N_(
        "The analyzer sends it again by itself. If it does not within minutes, have it repeat the sample's results."
    ),
)
NOT_ANSWERED_HERE = ErrorSpec(
    code="RL-LAB-065",
    kind=ErrorKind.PEER,
    message=N_("A query of the analyzer could not be answered just now; it is kept."),
    next=N_("The analyzer asks again by itself. If it does not, load the order by hand on the analyzer."),
)
PORT_UNUSABLE = ErrorSpec(
    code="RL-LAB-058",
    kind=ErrorKind.PEER,
    message=N_("The gateway cannot listen on port {port} of {host}: {reason}."),
    next=N_("Free the port, or give the link another one."),
)
ANALYZER_AWAY = ErrorSpec(
    code="RL-LAB-059",
    kind=ErrorKind.PEER,
    message=N_("The gateway cannot reach the analyzer at {place}: {reason}."),
    next=N_("See that it is on and its cable is in; the gateway tries again by itself."),
)
TLS_UNUSABLE = ErrorSpec(
    code="RL-LAB-060",
    kind=ErrorKind.INPUT,
    message=N_("The certificate files of this link cannot be used: {reason}."),
    next=N_("Check the paths of certificate, key and authority."),
)
LIS_AWAY = ErrorSpec(
    code="RL-LAB-061",
    kind=ErrorKind.PEER,
    message=N_("The laboratory system does not answer at {place}: {reason}."),
    next=N_("Results are kept and delivered in order once it answers. Nothing has to be sent again by hand."),
)
LIS_SILENT = ErrorSpec(
    code="RL-LAB-062",
    kind=ErrorKind.PEER,
    message=N_("The laboratory system took a message and did not acknowledge it in time."),
    next=N_("The same message is sent again under the same number; the laboratory system recognises it."),
)
LIS_REFUSED = ErrorSpec(
    code="RL-LAB-063",
    kind=ErrorKind.PEER,
    message=N_("The laboratory system refused these results."),
    next=N_("Open the refused results, mend them and send them again; the others went on."),
)
GATEWAY_RUNS = ErrorSpec(
    code="RL-LAB-064",
    kind=ErrorKind.RULE,
    message=N_("A gateway runs already on this data folder (process {process})."),
    next=N_("Stop it first, or use that one: two would answer the same analyzers."),
)

# -- drivers, reading, decoding: 100-149 -----------------------------------------------------------

NO_DRIVER = ErrorSpec(
    code="RL-LAB-100",
    kind=ErrorKind.MISSING,
    message=N_("There is no driver with this id."),
    next=N_("Use one of: {known}."),
)
DRIVER_SYNTAX = ErrorSpec(
    code="RL-LAB-101",
    kind=ErrorKind.INPUT,
    message=N_("This driver file is no valid TOML in UTF-8."),
    next=N_("Mend this line; the rest is read once it is valid."),
)
DRIVER_KEY = ErrorSpec(
    code="RL-LAB-102",
    kind=ErrorKind.INPUT,
    message=N_("The key “{key}” means nothing in a driver file."),
    next=N_("Take it out, or write one of: {known}."),
)
DRIVER_MISSING = ErrorSpec(
    code="RL-LAB-103",
    kind=ErrorKind.INPUT,
    message=N_("The driver file does not say its “{key}”."),
    next=N_("Add the line."),
)
DRIVER_VALUE = ErrorSpec(
    code="RL-LAB-104",
    kind=ErrorKind.INPUT,
    message=N_("What stands at “{key}” does not fit there."),
    next=N_("Write {wanted}."),
)
DRIVER_LOINC = ErrorSpec(
    code="RL-LAB-105",
    kind=ErrorKind.INPUT,
    message=N_("“{value}” is no LOINC code: its check digit does not fit."),
    next=N_("Copy the code again from LOINC."),
)
DRIVER_UNIT = ErrorSpec(
    code="RL-LAB-106",
    kind=ErrorKind.INPUT,
    message=N_("The unit “{value}” is not among the known ones."),
    next=N_("Write its UCUM code, and add it under [units] with the spelling the analyzer uses."),
)
DRIVER_TOO_LONG = ErrorSpec(
    code="RL-LAB-107",
    kind=ErrorKind.INPUT,
    message=N_("A driver file has at most {limit} bytes."),
    next=N_("Check that this is the right file."),
)
NO_RESULT_LINE = ErrorSpec(
    code="RL-LAB-110",
    kind=ErrorKind.INPUT,
    message=N_("{count} lines stand under an order and none of them is a result."),
    next=N_("Look at the message; if one of them is a result, mend the driver of this link."),
)
NO_CAPTURE = ErrorSpec(
    code="RL-LAB-113",
    kind=ErrorKind.INPUT,
    message=N_("This file holds neither ASTM nor HL7: no frame, no header record, no MSH segment."),
    next=N_("Give a capture of the line, or the messages themselves; tables of an analyzer cannot be read here."),
)
DRIVER_AWAY = ErrorSpec(
    code="RL-LAB-108",
    kind=ErrorKind.INPUT,
    message=N_("This driver file cannot be read."),
    next=N_("Check its permissions in the folder “drivers” of the data folder."),
)
READING_FAILED = ErrorSpec(
    code="RL-LAB-111",
    kind=ErrorKind.INPUT,
    message=N_("This message could not be read to its end; nothing of it was sent on."),
    next=N_("Look at it, write its results down by hand, and report the fault with this code."),
)
CALL_NOT_WITHDRAWN = ErrorSpec(
    code="RL-LAB-233",
    kind=ErrorKind.RULE,
    message=N_("This value still counts as a patient's result, so somebody must be told of it."),
    next=N_("Call; or put the result aside first, with the reason, if it is no patient's."),
)
WITHDRAW_REASON_MISSING = ErrorSpec(
    code="RL-LAB-234",
    kind=ErrorKind.INPUT,
    message=N_("The reason why nobody has to be called is missing."),
    next=N_("Write it in a few words; it stays with the call."),
)
