"""The columns of the list and of its CSV file, and one item made ready for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from relight.fleet.models import LineItem
from relight.fleet.rules.words import Words
from relight.fleet.types import Klass
from relight.kernel.errors import N_
from relight.ui.api import Column


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemCells:
    """One row of the list, its words chosen and its address made."""

    id: str
    href: str
    name: str
    hostname: str
    serial: str
    state: str
    state_word: str
    since: datetime
    site: str
    room: str
    klass: str
    service: str
    role: str
    model: str
    os: str
    tags: str
    seen: datetime | None


def item_cells(row: LineItem, words: Words) -> ItemCells:
    """Make an item ready for a row."""
    state = row.state
    return ItemCells(
        id=str(row.pk),
        href=reverse("fleet:item", args=[row.pk]),
        name=row.name,
        hostname=row.hostname,
        serial=row.serial,
        state=state.value,
        state_word=words.state(state),
        since=row.stage_since,
        site=words.site(row.site),
        room=row.room,
        klass=words.klass(Klass(row.klass)),
        service=words.service(row.service),
        role=words.machine_role(row.role),
        model=row.model,
        os=row.os,
        tags=" ".join(row.tags),
        seen=row.seen_last,
    )


def _time(at: datetime | None) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at else ""


COLUMNS: tuple[Column, ...] = (
    Column(key="name", label=N_("Name"), sort=("name", "id"), always=True, value=lambda r: r.name),
    Column(key="serial", label=N_("Serial number"), sort=("serial", "name", "id"), value=lambda r: r.serial),
    Column(key="state", label=N_("State"), sort=("stage", "stage_since", "id"), value=lambda r: r.state_word),
    Column(key="since", label=N_("Since"), sort=("stage_since", "name", "id"), value=lambda r: _time(r.since)),
    Column(key="site", label=N_("Site"), sort=("site", "room", "name", "id"), value=lambda r: r.site),
    Column(key="room", label=N_("Room"), sort=("room", "name", "id"), value=lambda r: r.room),
    Column(key="klass", label=N_("Class"), sort=("klass", "name", "id"), value=lambda r: r.klass),
    Column(key="service", label=N_("Service"), sort=("service", "name", "id"), value=lambda r: r.service),
    Column(key="role", label=N_("Role"), sort=("role", "name", "id"), shown=False, value=lambda r: r.role),
    Column(key="model", label=N_("Model"), sort=("model", "name", "id"), shown=False, value=lambda r: r.model),
    Column(key="os", label=N_("Operating system"), sort=("os", "name", "id"), shown=False, value=lambda r: r.os),
    Column(key="hostname", label=N_("Host name"), sort=("hostname", "id"), shown=False, value=lambda r: r.hostname),
    Column(key="tags", label=N_("Tags"), shown=False, value=lambda r: r.tags),
    Column(key="seen", label=N_("Last seen"), sort=("seen_last", "id"), shown=False, value=lambda r: _time(r.seen)),
)
