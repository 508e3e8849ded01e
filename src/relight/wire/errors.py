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
