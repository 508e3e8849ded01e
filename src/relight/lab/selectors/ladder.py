"""The ladder as it stands: the policy in force, what each link has and lacks, the board's rows.

Owns reading, in a number of queries that does not grow with the links. Refuses decisions: `rules.ladder`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock

from django.conf import settings
from django.db.models import Q

from relight.kernel.errors import RelightError
from relight.lab.errors import NO_LINK
from relight.lab.models import (
    Climb,
    ComparisonLine,
    Exchange,
    Link,
    LinkEvidence,
    LinkState,
    Message,
    Report,
    Result,
    RungSignature,
    TestMap,
)
from relight.lab.rules.ladder import (
    Capacity,
    Climbing,
    Held,
    LadderState,
    Proof,
    SheetProof,
    Watch,
    may_climb,
    rung_digest,
)
from relight.lab.rules.ladder import Heard as HeardMessage
from relight.lab.rules.policy import Check, Falls, LadderPolicy, policy_read
from relight.lab.selectors.links import link_settings
from relight.lab.selectors.qc import Standing, qc_levels, standings
from relight.lab.types import HoldReason, MessageKind, MessageState, ReportState, Rung

SHIPPED = Path(__file__).parent.parent / "ladder.toml"
RECORDED = (Check.CONNECTION, Check.QUERIES, Check.AGREEMENT)
_cache: dict[tuple[str, int, int], LadderPolicy] = {}
_lock = Lock()


def ladder_policy() -> LadderPolicy:
    """Return the policy in force: `ladder.toml` of the data folder, else the shipped one.

    Read again only when the file changed. Raises: InputError RL-LAB-193.
    """
    own = Path(settings.RELIGHT_HOME) / "ladder.toml"
    path = own if own.is_file() else SHIPPED
    stat = path.stat()
    key = (str(path), stat.st_mtime_ns, stat.st_size)
    with _lock:
        if key not in _cache:
            policy = policy_read(path.read_bytes(), filename=path.name)
            _cache.clear()
            _cache[key] = policy
        return _cache[key]


def link_get(link: str, *, lock: bool = False) -> Link:
    """Return a link with what the gateway last knew of it. Raises: MissingError RL-LAB-001."""
    rows = Link.objects.select_for_update() if lock else Link.objects.select_related("now")
    row = rows.filter(pk=link).first()
    if row is None:
        raise NO_LINK.error(where=link)
    return row


def link_state(row: Link) -> LinkState | None:
    """Return what the gateway last knew of a link; none before it ever ran."""
    return getattr(row, "now", None)


def evidence_settings(row: Link) -> str:
    """Digest the settings a change of voids what was proven: who speaks, how, read by which driver."""
    given = link_settings(row)
    shown = {
        "driver": given.driver,
        "protocol": given.protocol.value,
        "transport": given.transport.value,
        "host": given.host,
        "port": given.port,
        "device": given.device,
        "serial": [given.serial.baud, given.serial.bits, given.serial.parity, given.serial.stop_bits],
        "orders": given.orders.value,
    }
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()


# -- what a link has proven ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Standings:
    """One link as the ladder sees it, with what it is judged to lack. Args: held: signatures that count."""

    row: Link
    state: LadderState
    climbing: Climbing
    digest: str
    held: tuple[Held, ...]
    controls: tuple[Standing, ...]


def ladder_standing(rows: Sequence[Link], *, at: datetime, policy: LadderPolicy) -> dict[str, Standings]:
    """Judge links for their next rung. Seven queries, however many links."""
    ids = [row.pk for row in rows]
    proofs, sheets = _evidence(ids, at=at)
    compared = [row.pk for row in rows if _asks(row, Check.COMPARISON, policy)]
    tests = tests_given(compared, at=at) if compared else {}
    controls = standings(ids)
    signatures: dict[str, list[RungSignature]] = {}
    for signature in RungSignature.objects.filter(link__in=ids):
        signatures.setdefault(signature.link_id, []).append(signature)
    found: dict[str, Standings] = {}
    for row in rows:
        state = LadderState(
            link=row.pk,
            rung=Rung(row.rung),
            rung_since=row.rung_since,
            version=row.version,
            enabled=row.enabled,
            settings=evidence_settings(row),
            connection=proofs.get((row.pk, Check.CONNECTION)),
            queries=proofs.get((row.pk, Check.QUERIES)),
            agreement=proofs.get((row.pk, Check.AGREEMENT)),
            sheets=tuple(sheets.get(row.pk, ())),
            tests=tests.get(row.pk, {}),
            qc=qc_levels(controls[row.pk]),
        )
        climbing = may_climb(state, policy, at)
        digest = rung_digest(state, climbing, policy)
        held = tuple(_held(signatures.get(row.pk, ()), climbing=climbing, digest=digest, version=row.version))
        found[row.pk] = Standings(
            row=row, state=state, climbing=climbing, digest=digest, held=held, controls=controls[row.pk]
        )
    return found


def _asks(row: Link, check: Check, policy: LadderPolicy) -> bool:
    above = Rung(row.rung).above()
    return above is not None and any(ask.check is check for ask in policy.asked(above).asks)


def _held(rows: Iterable[RungSignature], *, climbing: Climbing, digest: str, version: int) -> Iterable[Held]:
    """Keep the signatures for the next rung that were given over what still stands."""
    rung = climbing.to.value if climbing.to else ""
    for row in rows:
        if row.rung == rung and row.version == version and row.digest == digest:
            yield Held(capacity=Capacity(row.capacity), actor=row.actor, at=row.at)


def _evidence(
    ids: Sequence[str], *, at: datetime
) -> tuple[dict[tuple[str, Check], Proof], dict[str, list[SheetProof]]]:
    """Read the last record of each check, and the closed sheets."""
    policy = ladder_policy()
    days = max(ask.valid_days for asks in policy.rungs.values() for ask in asks.asks)
    rows = LinkEvidence.objects.filter(link__in=ids, check_id__in=[check.value for check in Check])
    if days:
        rows = rows.filter(Q(check_id=Check.CONNECTION.value) | Q(at__gte=at - timedelta(days=days)))
    rows = rows.order_by("at", "id")
    proofs: dict[tuple[str, Check], Proof] = {}
    closed: list[LinkEvidence] = []
    for row in rows:
        check = Check(row.check_id)
        if check is Check.COMPARISON:
            closed.append(row)
        else:
            proofs[row.link_id, check] = Proof(
                met=row.met,
                at=row.at,
                by=row.by,
                count=int(row.facts.get("count", 0)),
                differing=int(row.facts.get("differing", 0)),
                settings=str(row.facts.get("settings", "")),
            )
    return proofs, _sheets(closed)


def _sheets(closed: Sequence[LinkEvidence]) -> dict[str, list[SheetProof]]:
    if not closed:
        return {}
    lines: dict[object, set[tuple[str, str]]] = {}
    sheets = [row.comparison_id for row in closed]
    for sheet, sample, code in ComparisonLine.objects.filter(comparison__in=sheets).values_list(
        "comparison", "sample", "result__code"
    ):
        lines.setdefault(sheet, set()).add((sample, code or ""))
    found: dict[str, list[SheetProof]] = {}
    for row in closed:
        pairs = lines.get(row.comparison_id, set())
        proof = SheetProof(
            at=row.at,
            met=row.met,
            settings=str(row.facts.get("settings", "")),
            samples=frozenset(sample for sample, _ in pairs),
            tests=frozenset(code for _, code in pairs if code),
        )
        found.setdefault(row.link_id, []).append(proof)
    return found


def tests_given(ids: Sequence[str], *, at: datetime, days: int = 30) -> dict[str, dict[str, datetime | None]]:
    """Return the tests some links gave lately for patients, each with when its meaning was last changed here."""
    changed = {
        (link, code): when
        for link, code, when in TestMap.objects.filter(link__in=ids).order_by("at").values_list("link", "code", "at")
    }
    given = (
        Result.objects.filter(report__link__in=ids, report__made_at__gte=at - timedelta(days=days))
        .values_list("report__link", "code")
        .distinct()
    )
    found: dict[str, dict[str, datetime | None]] = {}
    for link, code in given:
        found.setdefault(link, {})[code] = changed.get((link, code))
    return found


# -- what a person records, what a fall is decided from --------------------------------------------


def heard_last(link: str) -> HeardMessage | None:
    """Return the last valid message of a link, with when the one before it came."""
    rows = list(
        Message.objects.filter(link=link)
        .exclude(kind=MessageKind.INVALID.value)
        .exclude(state=MessageState.REFUSED.value)
        .order_by("-seq")
        .values_list("received_at", "peer")[:2]
    )
    if not rows:
        return None
    return HeardMessage(at=rows[0][0], peer=rows[0][1], quiet_since=rows[1][0] if len(rows) > 1 else None)


def queries_answered(link: str, *, since: datetime) -> int:
    """Count host queries of a link that were answered with an order since a time."""
    return Exchange.objects.filter(
        link=link,
        kind="answer",
        order__isnull=False,
        message__isnull=False,
        state__in=["sent", "accepted"],
        made_at__gte=since,
    ).count()


def falls_now() -> Falls:
    """Return what takes a link down; with a faulty policy of its own a hospital has that of the shipped one."""
    try:
        return ladder_policy().falls
    except RelightError:
        return policy_read(SHIPPED.read_bytes(), filename=SHIPPED.name).falls


def watches(rows: Sequence[Link], *, since: datetime | None = None) -> dict[str, Watch]:
    """Return what a fall of each link is decided from. Args: since: when the gateway began to listen."""
    controls = standings([row.pk for row in rows])
    found: dict[str, Watch] = {}
    for row in rows:
        now = link_state(row)
        found[row.pk] = Watch(
            rung=Rung(row.rung),
            rung_since=row.rung_since,
            enabled=row.enabled,
            watched_since=since,
            connected=now is not None and now.connected_since is not None,
            heard_at=now.heard_at if now else None,
            problems=now.problems if now else 0,
            problem_at=now.last_code_at if now else None,
            silence_s=int(row.limits.get("silence_s", 0)),
            qc_out=any(one.broken for one in controls[row.pk]),
        )
    return found


# -- shares and lists ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """The percentage linked as the group publishes it. Args: linked: enabled links at results or above.
    links: all enabled links."""

    linked: int
    links: int


def linked_share() -> Linked:
    """Count the links as the group publishes them. One query."""
    rungs = list(Link.objects.filter(enabled=True).values_list("rung", flat=True))
    return Linked(linked=sum(Rung(rung).gives_results for rung in rungs), links=len(rungs))


def link_rungs() -> tuple[tuple[str, str], ...]:
    """List every link with its rung, by id. One query."""
    return tuple(Link.objects.order_by("pk").values_list("pk", "rung"))


def climbs_of(link: str, *, limit: int = 30) -> list[Climb]:
    """List a link's climbs and falls, the latest first."""
    return list(Climb.objects.filter(link=link).order_by("-at", "-id")[:limit])


def evidence_of(link: str, *, limit: int = 30) -> list[LinkEvidence]:
    """List what was recorded for a link, the latest first."""
    return list(LinkEvidence.objects.filter(link=link).order_by("-at", "-id")[:limit])


def held_for_rung(link: str) -> int:
    """Count the reports of a link that wait because it was not trusted with results when they came."""
    return Report.objects.filter(link=link, state=ReportState.HELD.value, hold=HoldReason.RUNG.value).count()
