"""Errors of the demonstration, RL-CLI-040 … 049."""

from __future__ import annotations

from relight.kernel.errors import N_, ErrorKind, ErrorSpec

SCENARIO_MISSING = ErrorSpec(
    code="RL-CLI-040",
    kind=ErrorKind.MISSING,
    message=N_("The scenario {name} is not complete here."),
    next=N_("Run the command from a full copy of Relight: the folder scenarios/ belongs to it."),
)
HOME_HOLDS_HOSPITAL = ErrorSpec(
    code="RL-CLI-041",
    kind=ErrorKind.RULE,
    message=N_("This data folder already holds a hospital: the demonstration was not loaded, nothing was changed."),
    next=N_("Name another folder with RELIGHT_HOME, or start this one with: relight up"),
)
REPLAY_SHORT = ErrorSpec(
    code="RL-CLI-042",
    kind=ErrorKind.RULE,
    message=N_("The demonstration ended with {got} {what} instead of {wanted}: it was not loaded."),
    next=N_("A file of scenarios/ was changed. Mend it, or take the folder from a fresh copy of Relight."),
)
BACKUP_FAILED = ErrorSpec(
    code="RL-CLI-043",
    kind=ErrorKind.PEER,
    message=N_("The backup of the demonstration could not be made with {program}: {reason}. It was not loaded."),
    next=N_("Check the room on the disk, then run the command again."),
)
PORTS_TAKEN = ErrorSpec(
    code="RL-CLI-044",
    kind=ErrorKind.PEER,
    message=N_("No free ports were found from {base} on for the demonstration's analyzers: it was not loaded."),
    next=N_("Name another first port with --lab-port."),
)
NO_BENCH = ErrorSpec(
    code="RL-CLI-045",
    kind=ErrorKind.MISSING,
    message=N_("This data folder holds no demonstration with a laboratory."),
    next=N_("Load it with: relight demo"),
)
