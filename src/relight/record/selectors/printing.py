"""What was printed and how old it is, which wards there are to print, which numbers wait on paper.

Owns reading. Refuses patients: a printing is counted, never named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from relight.hospital.api import unit_list
from relight.kernel.errors import REGISTRY
from relight.record.models import PaperNumber, PatientNumber, PrintRun, PrintSchedule
from relight.record.rules.printing import PaperState, WardKey, paper_state
from relight.record.selectors.wards import houses_count


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperStanding:
    """How the paper copies stand, for a line on any page.

    Args: made_at: when the last set that lies in the folder was begun, None for never. age: since then, else since the
    schedule was set. wards: `site/ward`, empty for all. code: why the last try failed, empty for none.
    """

    state: PaperState
    folder: str
    made_at: datetime | None
    age: timedelta
    tried_at: datetime | None
    next_at: datetime | None
    every_min: int
    keep: int
    wards: tuple[str, ...]
    code: str
    failures: int

    @property
    def look(self) -> str:
        """Return the word of its state: `up`, `degraded`, `down`, `unknown` when nobody set a schedule."""
        return {"fresh": "up", "failed": "degraded", "late": "down", "off": "unknown"}[self.state.value]

    @property
    def why(self) -> str:
        """Return the English sentence of why the last try failed, to be translated; empty for none."""
        spec = REGISTRY.get(self.code)
        return spec.next if spec else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """A printing that was."""

    id: str
    kind: str
    at: datetime
    by: str
    wards: tuple[str, ...]
    what: dict[str, int]
    patients: int
    folder: str
    code: str
    took_ms: int

    @property
    def sheets(self) -> int:
        """Count the blank forms of it."""
        return sum(self.what.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingNumber:
    """A number on an admission form that nobody has entered yet."""

    number: str
    site: str
    ward: str
    at: datetime


def paper_standing(*, at: datetime) -> PaperStanding:
    """Return how old the paper copies are. One statement."""
    row = PrintSchedule.objects.filter(pk=1).first()
    if row is None:
        return PaperStanding(
            state=PaperState.OFF, folder="", made_at=None, age=timedelta(), tried_at=None, next_at=None, every_min=120,
            keep=6, wards=(), code="", failures=0,
        )  # fmt: skip
    state = paper_state(is_on=row.is_on, made_at=row.made_at, code=row.code, set_at=row.set_at, at=at)
    return PaperStanding(
        state=state, folder=row.folder, made_at=row.made_at, age=max(timedelta(), at - (row.made_at or row.set_at)),
        tried_at=row.tried_at, next_at=row.next_at if row.is_on else None, every_min=row.every_min, keep=row.keep,
        wards=tuple(row.wards), code=row.code, failures=row.failures,
    )  # fmt: skip


def runs_list(*, limit: int = 100) -> list[RunView]:
    """List what was printed, the latest first."""
    return [
        RunView(
            id=str(row.pk), kind=row.kind, at=row.at, by=row.by, wards=tuple(row.wards), what=row.what,
            patients=row.patients, folder=row.folder, code=row.code, took_ms=row.took_ms,
        )
        for row in PrintRun.objects.order_by("-at", "-id")[:limit]
    ]  # fmt: skip


def wards_known() -> frozenset[WardKey]:
    """Return the wards of the hospital's description; empty before one is loaded."""
    return frozenset(WardKey(site=unit.site, ward=unit.service) for unit in unit_list())


def wards_present() -> list[WardKey]:
    """List the wards with anybody in them, those whose ward is not said last."""
    found = [WardKey(site=site, ward=ward) for site, ward in houses_count()]
    return sorted(found, key=lambda key: (not key.ward, key))


def numbers_waiting(*, sites: Sequence[str] = (), limit: int = 500) -> list[WaitingNumber]:
    """List the numbers of admission forms that no patient has yet. Args: sites: none for all."""
    rows = PaperNumber.objects.filter(void_at=None).select_related("run").order_by("-run__at", "number")
    if sites:
        rows = rows.filter(site__in=sites)
    used = PatientNumber.objects.filter(plain__in=rows.values("number")).values_list("plain", flat=True)
    held = set(used)
    return [
        WaitingNumber(number=row.number, site=row.site, ward=row.ward, at=row.run.at)
        for row in rows[: limit + len(held)]
        if row.number not in held
    ][:limit]
