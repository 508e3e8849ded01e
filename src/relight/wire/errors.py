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
    next=N_("Nothing of it was kept; the analyzer sends it again. If it keeps happening, compare the settings of the line."),
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
    next=N_("Nothing of it was kept. Take the character out of the field at the analyzer, or set the quirk of this link."),
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
    next=N_("It was broken off; what was acknowledged before is kept. Raise the limit of this link or send in smaller parts."),
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
