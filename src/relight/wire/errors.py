"""Errors of the codecs (RL-WIR)."""

from relight.kernel.errors import N_, ErrorKind, ErrorSpec

NO_PASSPORT = ErrorSpec(
    code="RL-WIR-001",
    kind=ErrorKind.INPUT,
    message=N_("This text is no passport of Relight, or it was cut off."),
    next=N_("Scan the whole code of the label again, or give the whole token."),
)
NO_REVOCATIONS = ErrorSpec(
    code="RL-WIR-002",
    kind=ErrorKind.INPUT,
    message=N_("This is no revocation list signed by a key known here, so nothing was judged with it."),
    next=N_("Export it again with “relight passport revocations”, and the keys with “relight passport keys”."),
)
NO_KEYS = ErrorSpec(
    code="RL-WIR-003",
    kind=ErrorKind.INPUT,
    message=N_("This is no set of public keys."),
    next=N_("Export it again with “relight passport keys”."),
)

# --- ASTM: link (RL-WIR-100 to 149) ---

LINK_MISUSED = ErrorSpec(
    code="RL-WIR-101",
    kind=ErrorKind.RULE,
    message=N_("The link cannot do “{act}” while it is “{state}”."),
    next=N_("This is a fault of Relight: report it with the journal of this link."),
)
CHECKSUM_WRONG = ErrorSpec(
    code="RL-WIR-102",
    kind=ErrorKind.PEER,
    message=N_("Frame {number} was damaged on the way: its checksum does not fit its content."),
    next=N_("Nothing of it was kept; the analyzer sends it again. If it keeps happening, check cable and adapter."),
)
FRAME_NUMBER_WRONG = ErrorSpec(
    code="RL-WIR-103",
    kind=ErrorKind.PEER,
    message=N_("A frame has the number {number} where {expected} comes next: a frame before it is missing."),
    next=N_("Nothing of it was kept. Send the whole transmission again from the analyzer."),
)
FRAME_GARBLED = ErrorSpec(
    code="RL-WIR-104",
    kind=ErrorKind.PEER,
    message=N_("{size} bytes arrived that are no whole frame."),
    next=N_("Nothing of it was kept; the analyzer sends it again. If it keeps happening, compare the line settings."),
)
FRAME_TOO_LONG = ErrorSpec(
    code="RL-WIR-105",
    kind=ErrorKind.PEER,
    message=N_("A frame is longer than {limit} bytes."),
    next=N_("Nothing of it was kept. Raise the limit of this link if the analyzer's manual allows such frames."),
)
FRAME_RESTRICTED = ErrorSpec(
    code="RL-WIR-106",
    kind=ErrorKind.PEER,
    message=N_("The text of a frame holds the control character {character}, which the protocol keeps for itself."),
    next=N_("Nothing of it was kept. Take the character out at the analyzer, or set the quirk of this link."),
)
FRAME_REFUSED_HERE = ErrorSpec(
    code="RL-WIR-107",
    kind=ErrorKind.PEER,
    message=N_("Frame {number} could not be stored here and was answered with NAK."),
    next=N_("The analyzer sends it again. Free space or mend the storage first."),
)
SESSION_TOO_LONG = ErrorSpec(
    code="RL-WIR-108",
    kind=ErrorKind.PEER,
    message=N_("A transmission is longer than {limit} bytes."),
    next=N_("It was broken off; what was acknowledged before is kept. Send in smaller parts, or raise the limit."),
)
RECEIVER_TIMED_OUT = ErrorSpec(
    code="RL-WIR-109",
    kind=ErrorKind.PEER,
    message=N_("The analyzer fell silent for {seconds} s in the middle of a transmission."),
    next=N_("What was acknowledged before is kept. Send the transmission again from the analyzer."),
)
SESSION_RESTARTED = ErrorSpec(
    code="RL-WIR-110",
    kind=ErrorKind.PEER,
    message=N_("The analyzer asked to send anew without ending the transmission before."),
    next=N_("What was acknowledged before is kept. Look whether the analyzer was restarted."),
)
NO_REPLY = ErrorSpec(
    code="RL-WIR-111",
    kind=ErrorKind.PEER,
    message=N_("No answer came within {seconds} s."),
    next=N_("It will be sent again. Check that the other end is switched on and its interface active."),
)
STAYED_BUSY = ErrorSpec(
    code="RL-WIR-112",
    kind=ErrorKind.PEER,
    message=N_("The other end was asked {tries} times and never let us send."),
    next=N_("It will be sent again. Look whether its interface is set to receive."),
)
NOT_ACCEPTED = ErrorSpec(
    code="RL-WIR-113",
    kind=ErrorKind.PEER,
    message=N_("The other end did not accept frame {number} in {tries} tries."),
    next=N_("It will be sent again. If it keeps happening, compare checksum and frame settings on both ends."),
)
TEXT_RESTRICTED = ErrorSpec(
    code="RL-WIR-114",
    kind=ErrorKind.INPUT,
    message=N_("The text to send holds the control character {character} at byte {at}."),
    next=N_("Take the character out, or escape it."),
)
NO_CHECKSUM = ErrorSpec(
    code="RL-WIR-115",
    kind=ErrorKind.INPUT,
    message=N_("A frame carries no checksum, so nobody can tell whether it is whole."),
    next=N_("Nothing of it was read. Switch the checksum on at the analyzer, or give a capture of the line itself."),
)
FRAME_ORPHANED = ErrorSpec(
    code="RL-WIR-116",
    kind=ErrorKind.INPUT,
    message=N_("Frame {number} follows a frame that is missing or was refused, so it cannot be placed."),
    next=N_("It was not joined to anything. Send the whole transmission again from the analyzer."),
)
LINE_NOISE = ErrorSpec(
    code="RL-WIR-117",
    kind=ErrorKind.INPUT,
    message=N_("{size} bytes belong to no frame."),
    next=N_("They were passed over. If results are missing, send the transmission again from the analyzer."),
)
LINE_ENDS_MENDED = ErrorSpec(
    code="RL-WIR-118",
    kind=ErrorKind.INPUT,
    message=N_("A program changed the line ends of this capture; checksums fit once they are changed back."),
    next=N_("It was read that way. Save captures as binary files."),
)
PEER_GONE = ErrorSpec(
    code="RL-WIR-119",
    kind=ErrorKind.PEER,
    message=N_("The connection was lost in the middle of a transmission."),
    next=N_("What was acknowledged before is kept. The rest comes again when the connection is back."),
)
SESSION_HOPELESS = ErrorSpec(
    code="RL-WIR-120",
    kind=ErrorKind.PEER,
    message=N_("{count} times in a row no good frame arrived."),
    next=N_("The transmission was broken off; what was acknowledged before is kept. Check cable and line settings."),
)
LEFT_BY_RECEIVER = ErrorSpec(
    code="RL-WIR-121",
    kind=ErrorKind.PEER,
    message=N_("The other end left the transmission and asked to send itself."),
    next=N_("What it did not acknowledge will be sent again after its own transmission."),
)

# --- ASTM: records (RL-WIR-150 to 199) ---

NO_HEADER = ErrorSpec(
    code="RL-WIR-150",
    kind=ErrorKind.INPUT,
    message=N_("These records do not begin with a header record (H)."),
    next=N_("Give the whole message, from its H record to its L record."),
)
NOT_ASTM = ErrorSpec(
    code="RL-WIR-151",
    kind=ErrorKind.INPUT,
    message=N_("This is no ASTM: neither a header record (H) nor a frame was found."),
    next=N_("Look which protocol or export format the analyzer writes, and choose it."),
)
DELIMITERS_ODD = ErrorSpec(
    code="RL-WIR-152",
    kind=ErrorKind.INPUT,
    message=N_("The header declares its delimiters in an odd way."),
    next=N_("It was read with “{used}”. Compare the fields with the analyzer's own display."),
)
NO_TERMINATOR = ErrorSpec(
    code="RL-WIR-153",
    kind=ErrorKind.INPUT,
    message=N_("The message has no terminator record (L): its end may be missing."),
    next=N_("Compare it with the analyzer's own list, and send it again if records are missing."),
)
AFTER_TERMINATOR = ErrorSpec(
    code="RL-WIR-154",
    kind=ErrorKind.INPUT,
    message=N_("A record of type {type} stands behind the terminator record."),
    next=N_("It was kept and belongs to no patient; a person has to look at it."),
)
UNKNOWN_RECORD = ErrorSpec(
    code="RL-WIR-155",
    kind=ErrorKind.INPUT,
    message=N_("A record has a type the standard does not know."),
    next=N_("It was kept as it is. A driver for this analyzer can give it a meaning."),
)
MISPLACED_RECORD = ErrorSpec(
    code="RL-WIR-156",
    kind=ErrorKind.INPUT,
    message=N_("A record of type {type} stands where no record above it can own it."),
    next=N_("It was kept and belongs to no patient or order; a person has to look at it."),
)
SEQUENCE_GAP = ErrorSpec(
    code="RL-WIR-157",
    kind=ErrorKind.INPUT,
    message=N_("A record of type {type} has the sequence number {number} where {expected} comes next."),
    next=N_("Compare the message with the analyzer's own list: a record may be missing."),
)
ENCODING_GUESSED = ErrorSpec(
    code="RL-WIR-158",
    kind=ErrorKind.INPUT,
    message=N_("The text does not fit the character set {expected}; it was read as {used}."),
    next=N_("No byte was lost. Set the character set of this link, then look at names with accents."),
)
ENCODING_UNKNOWN = ErrorSpec(
    code="RL-WIR-159",
    kind=ErrorKind.INPUT,
    message=N_("The character set “{encoding}” is not known here, or moves the delimiters."),
    next=N_("Choose one of the link's list, such as utf-8, iso8859-1 or cp850."),
)
ESCAPE_UNKNOWN = ErrorSpec(
    code="RL-WIR-160",
    kind=ErrorKind.INPUT,
    message=N_("Field {field} of a record of type {type} holds an escape sequence that is not known."),
    next=N_("It is shown as it was sent."),
)
NOT_ENCODABLE = ErrorSpec(
    code="RL-WIR-161",
    kind=ErrorKind.INPUT,
    message=N_("Field {field} of a record of type {type} holds a character that {encoding} cannot write."),
    next=N_("Choose another character set for this link, or write the field without it."),
)
DELIMITERS_CLASH = ErrorSpec(
    code="RL-WIR-162",
    kind=ErrorKind.INPUT,
    message=N_("The delimiters of a message must be different and neither letters, digits nor control characters."),
    next=N_("Choose others, such as |\\^&."),
)

# 200-299: HL7 version 2, MLLP, IHE LAW

NOT_HL7 = ErrorSpec(
    code="RL-WIR-200",
    kind=ErrorKind.INPUT,
    message=N_("No HL7 message stands here."),
    next=N_("Check that the file or the link carries HL7 version 2. The bytes are kept as they came."),
)
NO_MSH = ErrorSpec(
    code="RL-WIR-201",
    kind=ErrorKind.INPUT,
    message=N_("The message does not begin with an MSH segment and its separator."),
    next=N_("Have the sender send the whole message again."),
)
BAD_DELIMITERS = ErrorSpec(
    code="RL-WIR-202",
    kind=ErrorKind.INPUT,
    message=N_("MSH-2 does not name four different delimiters; the usual ones stand in for those that are missing."),
    next=N_("Compare the message with its sender, and correct the sender's settings."),
)
UNKNOWN_CHARSET = ErrorSpec(
    code="RL-WIR-203",
    kind=ErrorKind.INPUT,
    message=N_("The character set “{charset}” of MSH-18 is not known; the text was read as {codec}."),
    next=N_("Check names and units with the sender, and correct MSH-18 there."),
)
GUESSED_CHARSET = ErrorSpec(
    code="RL-WIR-204",
    kind=ErrorKind.INPUT,
    message=N_("MSH-18 names no character set for these bytes, which are no UTF-8; the text was read as ISO 8859-1."),
    next=N_("Check names and units with the sender, and set MSH-18 there."),
)
BAD_BYTES = ErrorSpec(
    code="RL-WIR-205",
    kind=ErrorKind.INPUT,
    message=N_("These bytes are no text in the character set “{charset}” that MSH-18 names."),
    next=N_("Do not trust the marked characters; correct MSH-18 at the sender."),
)
BAD_SEGMENT = ErrorSpec(
    code="RL-WIR-206",
    kind=ErrorKind.INPUT,
    message=N_("Segment {number} does not begin with a segment name of three letters and digits."),
    next=N_("The segment is kept as it came. Compare it with its sender."),
)
LINE_FEEDS = ErrorSpec(
    code="RL-WIR-207",
    kind=ErrorKind.INPUT,
    message=N_("Segments end with line feeds, where HL7 asks for a carriage return alone."),
    next=N_("The message was read all the same; correct the sender's settings."),
)
BROKEN_LINE = ErrorSpec(
    code="RL-WIR-208",
    kind=ErrorKind.INPUT,
    message=N_("A line break stands inside segment {number}; the lines were joined."),
    next=N_("Compare the value with its sender."),
)
UNKNOWN_ESCAPE = ErrorSpec(
    code="RL-WIR-209",
    kind=ErrorKind.INPUT,
    message=N_("Segment {number} holds an escape sequence that is not known; it stands as it came."),
    next=N_("Compare the value with its sender."),
)
VALUE_CUT = ErrorSpec(
    code="RL-WIR-210",
    kind=ErrorKind.INPUT,
    message=N_("The sender marks a value of segment {number} as cut off."),
    next=N_("Ask the sender for the whole value."),
)
NO_CONTROL_ID = ErrorSpec(
    code="RL-WIR-211",
    kind=ErrorKind.INPUT,
    message=N_("MSH-10 is empty: the message has no control id."),
    next=N_("Have the sender number its messages; without it no acknowledgement can be matched."),
)
BEFORE_MSH = ErrorSpec(
    code="RL-WIR-212",
    kind=ErrorKind.INPUT,
    message=N_("A byte order mark or blanks stand before the MSH segment."),
    next=N_("The message was read all the same; correct the sender's settings."),
)
UNFINISHED_FRAME = ErrorSpec(
    code="RL-WIR-213",
    kind=ErrorKind.PEER,
    message=N_("The connection ended, or a new message began, before the end of this message."),
    next=N_("Have the sender send it again."),
)
BATCH_COUNT = ErrorSpec(
    code="RL-WIR-214",
    kind=ErrorKind.INPUT,
    message=N_("The batch says it holds {said}, and {found} were found."),
    next=N_("Ask the sender for the whole batch."),
)
NO_ACKNOWLEDGEMENT = ErrorSpec(
    code="RL-WIR-215",
    kind=ErrorKind.PEER,
    message=N_("The answer holds no MSA segment, so it acknowledges nothing."),
    next=N_("The message stays waiting. Check that the receiver answers with HL7 acknowledgements."),
)
BAD_ACKNOWLEDGEMENT = ErrorSpec(
    code="RL-WIR-216",
    kind=ErrorKind.PEER,
    message=N_("MSA-1 is none of AA, AE, AR, CA, CE, CR."),
    next=N_("The message stays waiting. Correct the receiver's settings."),
)
CONTROL_ID_REUSED = ErrorSpec(
    code="RL-WIR-217",
    kind=ErrorKind.RULE,
    message=N_("This control id was already sent on this connection."),
    next=N_("Give each message its own control id; say so when the same message is sent again."),
)
CANNOT_ENCODE = ErrorSpec(
    code="RL-WIR-218",
    kind=ErrorKind.INPUT,
    message=N_("A value of segment {segment} cannot be written in the character set {charset}."),
    next=N_("Set the link to UTF-8, or use other characters."),
)
BAD_NAME = ErrorSpec(
    code="RL-WIR-219",
    kind=ErrorKind.INPUT,
    message=N_("A message is built from an MSH segment and from segments with names of three letters and digits."),
    next=N_("Correct the name of segment {number}."),
)
NO_TYPE = ErrorSpec(
    code="RL-WIR-220",
    kind=ErrorKind.INPUT,
    message=N_("MSH-9 is empty: the message does not say what it is."),
    next=N_("Have the sender send the whole message again."),
)
OUTSIDE_FRAME = ErrorSpec(
    code="RL-WIR-221",
    kind=ErrorKind.PEER,
    message=N_("Bytes came outside any message."),
    next=N_("Check that the other end speaks MLLP."),
)
OVERLONG_FRAME = ErrorSpec(
    code="RL-WIR-222",
    kind=ErrorKind.PEER,
    message=N_("A message is longer than the {limit_bytes} bytes this link allows."),
    next=N_("Raise the limit of the link when such messages are expected."),
)
BAD_PATH = ErrorSpec(
    code="RL-WIR-223",
    kind=ErrorKind.INPUT,
    message=N_("“{path}” is no place in a message."),
    next=N_("Write it as PID-3, PID-3.1, OBX[2]-5[1].1 or SPM-2.1.1."),
)
UNKNOWN_VERSION = ErrorSpec(
    code="RL-WIR-224",
    kind=ErrorKind.INPUT,
    message=N_("MSH-12 names no version of HL7 from 2.1 to 2.9; the message was read as version 2."),
    next=N_("Compare the message with its sender."),
)
FRAME_END_INSIDE = ErrorSpec(
    code="RL-WIR-225",
    kind=ErrorKind.INPUT,
    message=N_("The message holds the two bytes that end a frame, so it cannot be sent whole."),
    next=N_("Send it in parts, or without these bytes."),
)
DOUBTFUL_CHARSET = ErrorSpec(
    code="RL-WIR-226",
    kind=ErrorKind.INPUT,
    message=N_("MSH-18 names the character set “{charset}”, but these bytes look like UTF-8."),
    next=N_("Check names and units with the sender, and correct MSH-18 there."),
)
NO_QUERY = ErrorSpec(
    code="RL-WIR-240",
    kind=ErrorKind.INPUT,
    message=N_("The query names no sample, no rack and no tray."),
    next=N_("Check that the analyzer read the label of the sample."),
)
WRONG_MESSAGE = ErrorSpec(
    code="RL-WIR-241",
    kind=ErrorKind.INPUT,
    message=N_("This is no {expected} message."),
    next=N_("Check what the link is set to send."),
)
NO_SAMPLE = ErrorSpec(
    code="RL-WIR-242",
    kind=ErrorKind.INPUT,
    message=N_("An order stands outside any sample."),
    next=N_("Have the sender send the whole message again."),
)
