"""The duty roster: turns added, changed by taking one away, brought in from a list.

Owns DutyTurn. Refuses two people with one rank at one time. A list sent twice doubles nothing. Source:
docs/design/liaison-requests.md, cases 40-49.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from django.db.models import Q
from django.utils.timezone import get_default_timezone

from relight.hospital.api import site_list
from relight.journal.api import EventDraft, Json, Log, new_id, writing
from relight.kernel.act import Act
from relight.liaison import errors
from relight.liaison.models import DutyTurn
from relight.liaison.rules.duty import Line, Turn, clashes, roster_read, turn_refusal
from relight.liaison.selectors.duty import turn_of
from relight.people.api import Permission, service
from relight.record.plain import name_plain


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterReport:
    """What a list brought. Args: columns: which header was taken for what."""

    new: int
    known: int
    aside: tuple[Line, ...]
    columns: Mapping[str, str]


@service(Permission.LIAISON_DIRECTORY)
def duty_add(*, act: Act, turn: Turn) -> UUID:
    """Add a turn of duty. Returns: its id. Raises: RL-LIA-095 for its times, 098 when the rank is taken."""
    turn_refusal(turn).demand(where="ends")
    with writing(act) as log:
        if clashes(turn, _overlapping(turn)):
            raise errors.DUTY_CLASH.error(where="rank")
        row = _row(act, turn, source="")
        known = DutyTurn.objects.filter(
            specialty=turn.specialty, site=turn.site, rank=turn.rank, begins_at=turn.begins, name=turn.name
        ).first()
        if known is not None:
            _again(known, turn)
            row = known
        row.save()
        _told(log, "liaison.duty_add", {"turn": str(row.pk), "specialty": turn.specialty, "site": turn.site})
    return row.pk


@service(Permission.LIAISON_DIRECTORY)
def duty_remove(*, act: Act, turn: UUID) -> None:
    """Take a turn away. Raises: RL-LIA-094."""
    with writing(act) as log:
        row = DutyTurn.objects.filter(pk=turn).first()
        if row is None:
            raise errors.DUTY_MISSING.error(where="turn")
        body: dict[str, Json] = {
            "turn": str(turn), "specialty": row.specialty, "site": row.site, "name": row.name,
            "begins": row.begins_at.isoformat(), "ends": row.ends_at.isoformat(),
        }  # fmt: skip
        row.delete()
        _told(log, "liaison.duty_remove", body)


@service(Permission.LIAISON_DIRECTORY)
def duty_import(*, act: Act, raw: bytes, filename: str) -> RosterReport:
    """Bring in a CSV roster. Lines that cannot be read, or whose rank is taken, stay aside and are told.

    Raises: RL-LIA-096 when nothing of it is a roster.
    """
    roster = roster_read(raw, zone=get_default_timezone(), sites=site_words())
    aside = list(roster.aside)
    new = known = 0
    with writing(act) as log:
        for turn in roster.turns:
            same = DutyTurn.objects.filter(
                specialty=turn.specialty, site=turn.site, rank=turn.rank, begins_at=turn.begins, name=turn.name
            ).first()
            if same is not None:
                known += 1
                _again(same, turn)
                same.save()
            elif clashes(turn, _overlapping(turn)):
                aside.append(Line(line=turn.line, error=errors.DUTY_CLASH.error(where=str(turn.line))))
            else:
                new += 1
                _row(act, turn, source=f"{filename}:{turn.line}"[:200]).save()
        body: dict[str, Json] = {
            "digest": sha256(raw).hexdigest(), "new": new, "known": known, "aside": len(aside),
        }  # fmt: skip
        _told(log, "liaison.duty_import", body)
    return RosterReport(
        new=new, known=known, aside=tuple(sorted(aside, key=lambda one: one.line)), columns=roster.columns
    )


def site_words() -> dict[str, str]:
    """Return the sites by every word a list may use for them: id and name."""
    return {name_plain(word): site.id for site in site_list() for word in (site.id, site.name)}


def _overlapping(turn: Turn) -> list[Turn]:
    rows = DutyTurn.objects.filter(
        Q(specialty=turn.specialty, site=turn.site, rank=turn.rank), begins_at__lt=turn.ends, ends_at__gt=turn.begins
    )
    return [turn_of(row) for row in rows]


def _row(act: Act, turn: Turn, *, source: str) -> DutyTurn:
    return DutyTurn(
        id=new_id(act.at), specialty=turn.specialty, site=turn.site, name=turn.name, phone=turn.phone,
        phone2=turn.phone2, rank=turn.rank, begins_at=turn.begins, ends_at=turn.ends, note=turn.note, source=source,
        at=act.at, by=act.actor,
    )  # fmt: skip


def _again(row: DutyTurn, turn: Turn) -> None:
    """A list that says the same turn again may have another phone or another end."""
    row.phone, row.phone2, row.ends_at, row.note = turn.phone, turn.phone2, turn.ends, turn.note


def _told(log: Log, verb: str, body: dict[str, Json]) -> None:
    log.entry(verb, subject="liaison:duty", body=body, events=[EventDraft(name=verb, subject="liaison:duty", body={})])
