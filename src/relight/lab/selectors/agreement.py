"""Whether the rules of autovalidation decide as people do, on results a person has decided about."""

from __future__ import annotations

from datetime import datetime

from relight.lab.models import Link


def agreement_counts(link: Link, *, since: datetime) -> tuple[int, int]:
    return 0, 0
