"""Errors of the console (RL-CON)."""

from relight.kernel.errors import N_, ErrorKind, ErrorSpec

DAY_UNREADABLE = ErrorSpec(
    code="RL-CON-001",
    kind=ErrorKind.INPUT,
    message=N_("“{day}” is not a day."),
    next=N_("Write it as year-month-day, for example 2026-11-23, or as a day of the crisis, for example D+3."),
)
