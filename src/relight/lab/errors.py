"""Errors of the laboratory gateway (RL-LAB)."""

from relight.kernel.errors import N_, ErrorKind, ErrorSpec

# -- links and the gateway: 001-049 ----------------------------------------------------------------

NO_LINK = ErrorSpec(
    code="RL-LAB-001",
    kind=ErrorKind.MISSING,
    message=N_("There is no link with this id."),
    next=N_("See the links with “relight lab links”, or on the laboratory's page."),
)
