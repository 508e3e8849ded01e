"""The ladder: what a link still lacks for its next rung, who may sign, what takes it down.

Owns the decisions and the digest people sign. Refuses tables, clocks and passwords.
Source: docs/design/lab.md, "The ladder", cases L1-L29.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address, ip_network

from relight.kernel.errors import N_, ErrorSpec, Word
from relight.kernel.verdict import YES, Verdict, no
from relight.lab import errors
from relight.lab.rules.policy import Ask, Check, Falls, LadderPolicy
from relight.lab.types import Rung, Transport

SOURCE = "docs/design/lab.md, The ladder"
LOCAL = ("127.0.0.0/8", "::1/128")
NAMED = 6  # how many names a sentence bears


class Capacity(StrEnum):
    """For whom one signs a rung."""

    LABORATORY = "laboratory"
    SECURITY = "security"

    @property
    def other(self) -> Capacity:
        return Capacity.SECURITY if self is Capacity.LABORATORY else Capacity.LABORATORY


CAPACITY_NAMES: dict[Capacity, str] = {
    Capacity.LABORATORY: N_("the laboratory"),
    Capacity.SECURITY: N_("security"),
}


# -- what is known of a link -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """The last valid message of a link. Args: quiet_since: when the one before it came, or the connection."""

    at: datetime
    peer: str
    quiet_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The last record of one check. Args: count: how many were alike. differing: how many were not."""

    met: bool
    at: datetime
    by: str = ""
    count: int = 0
    differing: int = 0
    settings: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetProof:
    """One closed comparison sheet. Args: settings: the link's when it was closed."""

    at: datetime
    met: bool
    settings: str
    samples: frozenset[str]
    tests: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class QcLevel:
    """One control with a target, as it stands. Args: measured_at: its last point, none before the first.
    broken: whether that point broke a rule that rejects. name: of the test and level."""

    code: str
    level: str
    lot: str
    name: str
    measured_at: datetime | None = None
    broken: bool = False
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderState:
    """All the ladder knows of one link.

    Args: settings: digest of what a change of voids evidence. tests: code of each test the link
    gives -> when its meaning was last changed here, none for the driver's own.
    """

    link: str
    rung: Rung
    rung_since: datetime
    version: int
    enabled: bool = True
    settings: str = ""
    connection: Proof | None = None
    queries: Proof | None = None
    agreement: Proof | None = None
    sheets: tuple[SheetProof, ...] = ()
    tests: Mapping[str, datetime | None] = field(default_factory=dict)
    qc: tuple[QcLevel, ...] = ()


# -- climbing --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLine:
    """One check of the next rung: met, or why not."""

    ask: Ask
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Climbing:
    """What stands between a link and its next rung. `to` is none on the highest."""

    to: Rung | None
    signatures: int
    lines: tuple[CheckLine, ...]
    verdict: Verdict

    @property
    def missing(self) -> tuple[CheckLine, ...]:
        return tuple(line for line in self.lines if not line.verdict)


def may_climb(state: LadderState, policy: LadderPolicy, at: datetime) -> Climbing:
    """Judge each check of the next rung. The verdict is the first refusal; signatures are apart."""
    to = state.rung.above()
    if to is None:
        return Climbing(to=None, signatures=0, lines=(), verdict=no(errors.TOP_RUNG, source=SOURCE))
    asked = policy.asked(to)
    lines = tuple(CheckLine(ask=ask, verdict=_JUDGES[ask.check](state, ask, at)) for ask in asked.asks)
    refused = [line.verdict for line in lines if not line.verdict]
    verdict = no(errors.LINK_OFF, source=SOURCE) if not state.enabled else refused[0] if refused else YES
    return Climbing(to=to, signatures=asked.signatures, lines=lines, verdict=verdict)


def connection_verdict(
    *,
    heard: Heard | None,
    since: datetime,
    problem_at: datetime | None,
    transport: Transport,
    host: str,
    peers: Sequence[str],
) -> Verdict:
    """Judge the connection by the last valid message of the link.

    Args: since: when the link came to its rung. problem_at: the last refused frame or message.
    peers: networks that may call; none means this machine alone.
    """
    if heard is None or heard.at < since or not _allowed(heard.peer, transport=transport, host=host, peers=peers):
        return no(errors.CONNECTION_UNHEARD, source=SOURCE)
    quiet_since = max(since, heard.quiet_since) if heard.quiet_since else since
    if problem_at is not None and quiet_since <= problem_at:
        return no(errors.CONNECTION_NOISY, source=SOURCE)
    return YES


def _allowed(peer: str, *, transport: Transport, host: str, peers: Sequence[str]) -> bool:
    """Say whether a message came from where this link's messages come from."""
    if transport is Transport.SERIAL:
        return bool(peer)
    if transport is Transport.TCP_CLIENT and peer and peer == host:
        return True
    try:
        address = ip_address(peer)
    except ValueError:  # a file that was replayed, a name: nobody called
        return False
    if transport is Transport.TCP_CLIENT:
        return True  # Relight called it: the host is a name, this its address
    networks = [ip_network(net, strict=False) for net in (peers or LOCAL)]
    return any(address.version == net.version and address in net for net in networks)


def _connection(state: LadderState, ask: Ask, at: datetime) -> Verdict:
    proof = state.connection
    if proof is None or proof.at < state.rung_since or proof.settings != state.settings:
        return no(errors.CONNECTION_UNTESTED, source=SOURCE)
    return YES if proof.met else no(errors.CONNECTION_UNHEARD, source=SOURCE)


def _comparison(state: LadderState, ask: Ask, at: datetime) -> Verdict:
    sheets = [one for one in state.sheets if one.settings == state.settings and _fresh(one.at, ask, at)]
    sheets.sort(key=lambda one: one.at)
    if sheets and not sheets[-1].met:
        return no(errors.COMPARISON_SHORT, source=SOURCE)
    failed = max((number for number, one in enumerate(sheets) if not one.met), default=-1)
    good = sheets[failed + 1 :]
    samples = {sample for one in good for sample in one.samples}
    if len(samples) < ask.count:
        return no(errors.SAMPLES_FEW, source=SOURCE, count=len(samples), needed=ask.count, days=ask.valid_days)
    untried = sorted(code for code, changed in state.tests.items() if not _tried(code, changed, good))
    return no(errors.TESTS_UNCOMPARED, source=SOURCE, tests=named(untried)) if untried else YES


def _tried(code: str, changed: datetime | None, sheets: Sequence[SheetProof]) -> bool:
    return any(code in one.tests and (changed is None or one.at >= changed) for one in sheets)


def _qc(state: LadderState, ask: Ask, at: datetime) -> Verdict:
    if not state.qc:
        return no(errors.QC_NO_TARGET, source=SOURCE)
    broken = [one.name for one in state.qc if one.broken]
    if broken:
        return no(errors.QC_BROKEN, source=SOURCE, levels=named(broken))
    oldest = at - timedelta(hours=ask.within_h)
    stale = [one.name for one in state.qc if one.measured_at is None or one.measured_at < oldest]
    return no(errors.QC_STALE, source=SOURCE, hours=ask.within_h, levels=named(stale)) if stale else YES


def _queries(state: LadderState, ask: Ask, at: datetime) -> Verdict:
    proof = _valid(state.queries, state, ask, at)
    count = proof.count if proof else 0
    if count >= ask.count:
        return YES
    return no(errors.QUERIES_FEW, source=SOURCE, count=count, needed=ask.count, days=ask.valid_days)


def _agreement(state: LadderState, ask: Ask, at: datetime) -> Verdict:
    proof = _valid(state.agreement, state, ask, at)
    if proof and proof.differing:
        return no(errors.AGREEMENT_SHORT, source=SOURCE, count=proof.differing)
    count = proof.count if proof else 0
    if count >= ask.count:
        return YES
    return no(errors.AGREEMENT_FEW, source=SOURCE, count=count, needed=ask.count, days=ask.valid_days)


def _valid(proof: Proof | None, state: LadderState, ask: Ask, at: datetime) -> Proof | None:
    """Return a record that still counts: of these settings, and not too old."""
    return proof if proof and proof.settings == state.settings and _fresh(proof.at, ask, at) else None


def _fresh(made: datetime, ask: Ask, at: datetime) -> bool:
    return not ask.valid_days or made >= at - timedelta(days=ask.valid_days)


_JUDGES = {
    Check.CONNECTION: _connection,
    Check.COMPARISON: _comparison,
    Check.QC: _qc,
    Check.QUERIES: _queries,
    Check.AGREEMENT: _agreement,
}


def named(names: Sequence[str]) -> str:
    """Write names for a sentence; a long list ends with how many more there are."""
    shown = ", ".join(names[:NAMED])
    return f"{shown} (+{len(names) - NAMED})" if len(names) > NAMED else shown


# -- signatures ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A signature for the next rung that still counts: same version of the link, same digest."""

    capacity: Capacity
    actor: str
    at: datetime


def may_sign(climbing: Climbing, *, capacity: Capacity, actor: str, held: Sequence[Held], in_scope: bool) -> Verdict:
    """Say whether somebody may sign the next rung in a capacity: all checks met, not twice, two people."""
    if not climbing.verdict:
        return climbing.verdict
    if not climbing.signatures:
        return no(errors.SIGN_NONE, source=SOURCE)
    if not in_scope:
        return no(errors.OUT_OF_SCOPE, source=SOURCE)
    for signature in held:
        if signature.capacity is capacity:
            words = {"capacity": _word(capacity), "other": _word(capacity.other)}
            return no(errors.SIGNED_BEFORE, source=SOURCE, **words)
        if signature.actor == actor:
            return no(errors.SIGNED_TWICE, source=SOURCE, capacity=_word(signature.capacity))
    return YES


def _word(capacity: Capacity) -> Word:
    return Word(CAPACITY_NAMES[capacity])


def climbs(held: Sequence[Held]) -> bool:
    """Say whether signatures climb: one in each capacity, by two different people."""
    return any(
        one.actor != other.actor
        for one in held
        if one.capacity is Capacity.LABORATORY
        for other in held
        if other.capacity is Capacity.SECURITY
    )


def rung_digest(state: LadderState, climbing: Climbing, policy: LadderPolicy) -> str:
    """Digest what is signed: link, settings, rung, each check with what met it, the policy.

    Controls count by level and lot, not by time: the next point in range changes nothing that was shown.
    """
    shown = {
        "link": state.link,
        "version": state.version,
        "settings": state.settings,
        "from": state.rung.value,
        "to": climbing.to.value if climbing.to else "",
        "policy": {"version": policy.version, "digest": policy.digest},
        "checks": [{"check": line.ask.check.value, "met": line.verdict.allowed} for line in climbing.lines],
        "sheets": [
            {"at": one.at.isoformat(), "met": one.met, "samples": len(one.samples), "tests": sorted(one.tests)}
            for one in sorted(state.sheets, key=lambda one: one.at)
        ],
        "records": [
            {"met": proof.met, "at": proof.at.isoformat(), "by": proof.by, "count": proof.count}
            for proof in (state.connection, state.queries, state.agreement)
            if proof is not None
        ],
        "qc": sorted([one.code, one.level, one.lot] for one in state.qc),
    }
    text = json.dumps(shown, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


# -- falling ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What a fall is decided from.

    Args: watched_since: when the gateway began to listen; what was not heard before that says nothing about the
    link. problem_at: the last refused frame or message. qc_out: whether a control's last point broke a rule.
    """

    rung: Rung
    rung_since: datetime
    enabled: bool = True
    watched_since: datetime | None = None
    connected: bool = False
    heard_at: datetime | None = None
    problems: int = 0
    problem_at: datetime | None = None
    silence_s: int = 0
    qc_out: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fall:
    """A fall and its reason."""

    spec: ErrorSpec
    to: Rung


def fall_of(watch: Watch, falls: Falls, at: datetime) -> Fall | None:
    """Say whether a link falls by itself now, to which rung and why; the gravest reason first.

    A link that cannot be heard or read is back on paper. One whose controls are out is back at
    identification: the line is good, its results are not.
    """
    if not watch.enabled or watch.rung is Rung.PAPER:
        return None
    begun = [watch.rung_since, watch.heard_at, watch.watched_since]
    quiet_s = (at - max(moment for moment in begun if moment is not None)).total_seconds()
    if watch.problems >= falls.refused and watch.problem_at is not None and watch.problem_at >= watch.rung_since:
        return Fall(spec=errors.FELL_FAILING, to=Rung.PAPER)
    if watch.silence_s and quiet_s >= watch.silence_s:
        return Fall(spec=errors.FELL_SILENT, to=Rung.PAPER)
    if not watch.connected and quiet_s >= falls.lost_after_s:
        return Fall(spec=errors.FELL_LOST, to=Rung.PAPER)
    if falls.qc_out and watch.qc_out and watch.rung.gives_results:
        return Fall(spec=errors.FELL_QC, to=Rung.IDENTIFICATION)
    return None


def may_lower(rung: Rung, to: Rung) -> Verdict:
    """Say whether a person may take a link from a rung down to another."""
    return YES if to.height < rung.height else no(errors.LOWER_ONLY, source=SOURCE)
