"""Reads of passports: the one an item holds, those on a label sheet, the keys that check them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext

from relight.fleet.models import Identifier, LineItem
from relight.fleet.models import Passport as PassportRow
from relight.fleet.selectors.policy import words_now
from relight.fleet.types import IdentifierKind, Kind
from relight.journal.api import key_list
from relight.people.api import names_of
from relight.wire.passport import STANDING_WORDS, Checked, Passport, Standing, passport_check


@dataclass(frozen=True, slots=True, kw_only=True)
class PassportLine:
    """One passport as pages and labels show it."""

    id: UUID
    item: UUID
    name: str
    serial: str
    site: str
    service: str
    issued_at: datetime
    expires_at: datetime
    kid: str
    token: str
    revoked_at: datetime | None
    revoked_by: str
    reason: str

    @property
    def short(self) -> str:
        """The last eight characters of its id, as printed on the label."""
        return str(self.id)[-8:]


@dataclass(frozen=True, slots=True, kw_only=True)
class PassportHolder:
    """A machine that has, or had, a passport. valid_until: None once it is revoked. macs: of its network cards."""

    item: UUID
    name: str
    site: str
    role: str
    service: str
    tags: tuple[str, ...]
    os: str
    macs: tuple[str, ...]
    valid_until: datetime | None
    held: bool


def passport_holders(items: Sequence[UUID] | None = None) -> list[PassportHolder]:
    """List machines that ever had a passport, by name; the given ones only, where some are given.

    held: quarantined, retired or sent back: whatever its passport says, it may not speak. Three queries.
    """
    passports = PassportRow.objects.filter(item__kind=Kind.MACHINE.value)
    cards = Identifier.objects.filter(kind=IdentifierKind.MAC.value, item__passports__isnull=False)
    if items is not None:
        passports, cards = passports.filter(item_id__in=items), cards.filter(item_id__in=items)
    valid = dict(passports.filter(revoked_at=None).values_list("item_id", "expires_at"))
    macs: dict[UUID, set[str]] = {}
    for item, value in cards.values_list("item_id", "value"):
        macs.setdefault(item, set()).add(value)
    rows = LineItem.objects.filter(pk__in=passports.values("item_id")).order_by("name", "id")
    return [
        PassportHolder(
            item=row.id,
            name=row.name,
            site=row.site,
            role=row.role,
            service=row.service,
            tags=tuple(str(tag) for tag in row.tags),
            os=row.os,
            macs=tuple(sorted(macs.get(row.id, ()))),
            valid_until=valid.get(row.id),
            held=not row.operational,
        )
        for row in rows
    ]


def passport_lines(items: Sequence[UUID], *, revoked: bool = False) -> list[PassportLine]:
    """Return the passports of items, newest first. Args: revoked: those revoked as well."""
    rows = PassportRow.objects.filter(item_id__in=list(items)).select_related("item").order_by("-issued_at", "-id")
    if not revoked:
        rows = rows.filter(revoked_at__isnull=True)
    return _lines(rows)


def _lines(rows: Iterable[PassportRow]) -> list[PassportLine]:
    found = list(rows)
    names = names_of({row.revoked_by for row in found if row.revoked_by})
    return [
        PassportLine(
            id=row.id,
            item=row.item_id,
            name=row.item.name,
            serial=row.item.serial,
            site=row.item.site,
            service=row.item.service,
            issued_at=row.issued_at,
            expires_at=row.expires_at,
            kid=row.kid,
            token=row.token,
            revoked_at=row.revoked_at,
            revoked_by=names.get(row.revoked_by, row.revoked_by),
            reason=row.reason,
        )
        for row in found
    ]


def passport_judge(text: str, *, at: datetime) -> Checked:
    """Check a scanned token here, with the keys and revocations of this installation.

    Raises: InputError RL-WIR-001.
    """
    keys = {key.kid: key.raw for key in key_list()}
    checked = passport_check(text, keys=keys, at=at)
    if checked.passport is None:
        return checked
    revoked = PassportRow.objects.filter(pk=checked.passport.id, revoked_at__isnull=False).values_list("pk", flat=True)
    return passport_check(text, keys=keys, revoked=frozenset(revoked), at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class PassportSaid:
    """The judgement on a scanned passport, in the reader's language.

    Args: state: of the state badge. item: where its machine is shown, None when it is not known here.
    """

    standing: Standing
    state: str
    word: str
    kid: str
    passport: Passport | None
    place: str
    signatories: tuple[str, str]
    item: UUID | None


_STATES = {
    Standing.VALID: "admitted",
    Standing.REVOKED: "revoked",
    Standing.EXPIRED: "degraded",
    Standing.NOT_YET: "degraded",
}


def passport_said(checked: Checked) -> PassportSaid:
    """Put a judgement into words."""
    passport = checked.passport
    words = words_now(places=True)
    names = names_of({passport.security, passport.owner}) if passport else {}
    known = passport is not None and LineItem.objects.filter(pk=passport.item).exists()
    return PassportSaid(
        standing=checked.standing,
        state=_STATES.get(checked.standing, "down"),
        word=gettext(STANDING_WORDS[checked.standing]),
        kid=checked.kid,
        passport=passport,
        place=words.place(passport.site, passport.service) if passport else "",
        signatories=(names[passport.security], names[passport.owner]) if passport else ("", ""),
        item=passport.item if passport and known else None,
    )
