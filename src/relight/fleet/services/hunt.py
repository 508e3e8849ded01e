"""Retro-hunt: an indicator learned today, looked for in every report kept so far.

Source: docs/design/evidence.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from django.utils.translation import gettext

from relight.fleet import errors
from relight.fleet.models import Indicator, LineItem, Report
from relight.fleet.selectors.items import items_get
from relight.fleet.selectors.reports import hashes_hit
from relight.fleet.services.line import quarantine_apply
from relight.fleet.types import State
from relight.hospital.api import impact, naming_now
from relight.journal.api import EventDraft, writing
from relight.kernel.act import Act
from relight.kernel.errors import MissingError
from relight.people.api import Permission, service

_LINE = re.compile(r"\s*([0-9a-fA-F]{64})(?:[\s,;].*)?\s*\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One item on which a file known to be bad was seen. Args: falls: what its loss takes down, by name."""

    item: UUID
    name: str
    state: State
    hashes: tuple[str, ...]
    reports: tuple[str, ...]
    falls: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HuntReport:
    """What a hunt came to. Args: reports: searched. without_hashes: reports kept without their list,
    in which nothing can be looked for. quarantined: admitted items taken out of the zone."""

    indicators: int
    reports: int
    without_hashes: int
    hits: tuple[Hit, ...]
    quarantined: tuple[UUID, ...] = ()

    def document(self) -> dict[str, object]:
        return {
            "indicators": self.indicators,
            "reports": self.reports,
            "without_hashes": self.without_hashes,
            "hits": [
                {
                    "item": str(hit.item),
                    "name": hit.name,
                    "state": hit.state.value,
                    "sha256": list(hit.hashes),
                    "reports": list(hit.reports),
                    "falls": list(hit.falls),
                }
                for hit in self.hits
            ],
            "quarantined": [str(item) for item in self.quarantined],
        }


def indicators_read(text: str) -> tuple[str, ...]:
    """Read SHA-256 values, one a line; blank lines and those that start with # are passed over.

    Raises: InputError RL-FLT-139 when a line holds none: nothing is hunted by halves; RL-FLT-141 for no line at all.
    """
    found: dict[str, None] = {}
    bad: list[int] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _LINE.match(line)
        if match:
            found[match.group(1).lower()] = None
        else:
            bad.append(number)
    if bad:
        raise errors.INDICATOR_BAD.error(count=len(bad), line=bad[0])
    if not found:
        raise errors.INDICATOR_NONE.error()
    return tuple(found)


@service(Permission.LINE_QUARANTINE)
def hunt_preview(*, act: Act, indicators: Sequence[str]) -> HuntReport:
    """Look for indicators in all reports kept, and change nothing."""
    return _search(indicators)


@service(Permission.LINE_QUARANTINE)
def hunt_run(*, act: Act, indicators: Sequence[str], source: str) -> HuntReport:
    """Note indicators for good, look for them, and put admitted items that hold one into quarantine.

    Their passports are revoked and their components are down when this returns. Reports that come
    later are held against the indicators too.
    """
    with writing(act) as log:
        known = set(Indicator.objects.filter(sha256__in=indicators).values_list("sha256", flat=True))
        fresh = [sha256 for sha256 in indicators if sha256 not in known]
        Indicator.objects.bulk_create(
            [Indicator(sha256=sha256, source=source[:120], at=act.at, actor=act.actor) for sha256 in fresh],
            batch_size=500,
        )
        found = _search(indicators)
        rows = items_get([hit.item for hit in found.hits], lock=True) if found.hits else []
        admitted = [row for row in rows if row.state is State.ADMITTED]
        if admitted:
            quarantine_apply(act=act, log=log, rows=admitted, reason=gettext("hunt: {source}").format(source=source))
        log.entry(
            "line.hunt",
            subject="fleet:hunt",
            body={
                "source": source,
                "indicators": list(indicators),
                "hits": [{"item": str(hit.item), "sha256": list(hit.hashes)} for hit in found.hits],
                "quarantined": [str(row.pk) for row in admitted],
            },
            events=[
                EventDraft(name="line.hunted", subject="fleet:hunt", body={"hits": len(found.hits), "source": source})
            ],
        )
    return HuntReport(
        indicators=found.indicators,
        reports=found.reports,
        without_hashes=found.without_hashes,
        hits=found.hits,
        quarantined=tuple(row.pk for row in admitted),
    )


def _search(indicators: Sequence[str]) -> HuntReport:
    wanted = sorted({bytes.fromhex(text) for text in indicators})
    hits: dict[UUID, dict[str, set[str]]] = {}
    searched = 0
    for report in Report.objects.exclude(hashes="").only("item_id", "digest", "hashes"):
        searched += 1
        for hash in hashes_hit(report.hashes, wanted):
            hits.setdefault(report.item_id, {}).setdefault(hash.hex(), set()).add(report.digest)
    return HuntReport(
        indicators=len(wanted),
        reports=searched,
        without_hashes=Report.objects.filter(hashes="").count(),
        hits=tuple(_hits(hits)),
    )


def _hits(found: Mapping[UUID, Mapping[str, Iterable[str]]]) -> Iterable[Hit]:
    for row in LineItem.objects.filter(pk__in=list(found)).order_by("name"):
        by_hash = found[row.pk]
        yield Hit(
            item=row.pk,
            name=row.name,
            state=row.state,
            hashes=tuple(sorted(by_hash)),
            reports=tuple(sorted({digest for digests in by_hash.values() for digest in digests})),
            falls=_falls(row) if row.state is State.ADMITTED else (),
        )


def _falls(row: LineItem) -> tuple[str, ...]:
    """Name what falls when an admitted item is lost; nothing where the dependencies do not count it."""
    try:
        changes = cast("list[dict[str, str]]", impact(row.ref).document()["changes"])
    except MissingError:
        return ()
    naming = naming_now()
    return tuple(naming.node(change["id"]) if naming else change["id"] for change in changes)
