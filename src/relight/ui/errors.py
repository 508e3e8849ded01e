"""Errors of the web door itself. Everything else is declared by the app it belongs to."""

from __future__ import annotations

from relight.kernel.errors import N_, ErrorKind, ErrorSpec

BAD_REQUEST = ErrorSpec(
    code="RL-UI-400",
    kind=ErrorKind.INPUT,
    message=N_("The address or the form sent by the browser cannot be read."),
    next=N_("Nothing was changed. Go back, check what you typed and send it again."),
)
FORBIDDEN = ErrorSpec(
    code="RL-UI-403",
    kind=ErrorKind.RULE,
    message=N_("This page is not open to your role."),
    next=N_("Nothing was changed. Ask an administrator for the role, or sign in as somebody who has it."),
)
NOT_FOUND = ErrorSpec(
    code="RL-UI-404",
    kind=ErrorKind.MISSING,
    message=N_("There is no page at this address."),
    next=N_("Check the address, use the search box, or start again from the situation page."),
)
WRONG_METHOD = ErrorSpec(
    code="RL-UI-405",
    kind=ErrorKind.INPUT,
    message=N_("This address does not take {method} requests."),
    next=N_("Nothing was changed. Go back and use the buttons of the page."),
)
TOO_LARGE = ErrorSpec(
    code="RL-UI-413",
    kind=ErrorKind.INPUT,
    message=N_("What was sent is larger than Relight takes in one request."),
    next=N_("Nothing was kept. Send a smaller file, pack it with gzip, or use the command line on the server."),
)
STALE_FORM = ErrorSpec(
    code="RL-UI-419",
    kind=ErrorKind.INPUT,
    message=N_("This form was open too long, or was opened before you signed in again."),
    next=N_("Nothing was changed. Go back, load the page again and send the form once more: what you typed is kept."),
)
INCIDENT = ErrorSpec(
    code="RL-UI-500",
    kind=ErrorKind.PEER,
    message=N_("Relight made a mistake while answering. It was noted under incident {incident}."),
    next=N_("Nothing was half-written. Try once more; if it happens again, give the incident code to your technician."),
)
