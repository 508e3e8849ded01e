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
REASON_MISSING = ErrorSpec(
    code="RL-LAB-017",
    kind=ErrorKind.INPUT,
    message=N_("A reason is missing."),
    next=N_("Write why, in a few words; it stands in the journal."),
)
