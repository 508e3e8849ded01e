"""Reports of the inspection engine: whether one is about this item, and which checks it meets.

Owns the decisions. Refuses signatures, files and tables: facts come in. Source: docs/design/evidence.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from relight.fleet import errors
from relight.fleet.readers.values import serial_of, uuid_of
from relight.fleet.rules.policy import Policy
from relight.fleet.types import How, ItemState, Proves
from relight.kernel.errors import N_, Translate
from relight.kernel.verdict import YES, Verdict, no

SOURCE = "docs/design/evidence.md"
CLOCK_SLACK = timedelta(minutes=10)  # a rescue stick's clock is never quite right


class Found(Enum):
    """The verdict of a report."""

    CLEAN = "clean"
    FINDINGS = "findings"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFacts:
    """What the rules need to know of a report whose signature holds.

    Args: digest: SHA-256 of the file. kid, public: of the key that signed. findings, unread: counts.
    serial, uuid: of the machine the engine ran on, as its firmware says; empty where it did not say.
    hashes: SHA-256 of the list of hashes that belongs to it, `hash_count` its length.
    """

    digest: str
    kid: str
    public: bytes
    verdict: Found
    files: int
    bytes_in_scope: int
    bytes_inspected: int
    findings: int
    unread: int
    started: datetime
    finished: datetime
    serial: str
    uuid: str
    hashes: str
    hash_count: int


def is_about(facts: ReportFacts, *, name: str, serial: str, uuid: str) -> Verdict:
    """Say whether a report can be about an item: what both know of it must not differ.

    Both are read as inventories are: a UUID in either byte order is one UUID, a maker's filler says nothing.
    """
    pairs = (
        ("serial", facts.serial, serial, _serial),
        ("UUID", facts.uuid, uuid, _uuid),
    )
    for word, said, known, read in pairs:
        if read(said) and read(known) and read(said) != read(known):
            return no(errors.REPORT_FOREIGN, source=SOURCE, name=name, word=word, said=said, known=known)
    return YES


def _serial(text: str) -> str:
    return "".join(c for c in serial_of(text).lower() if c.isalnum())


def _uuid(text: str) -> str:
    try:
        return uuid_of(text)
    except ValueError:
        return text.strip().lower()


def in_time(facts: ReportFacts, *, name: str, stage_since: datetime, at: datetime) -> Verdict:
    """Say whether a report is from the item's present stage: what was seen before a wipe proves nothing after it."""
    if facts.started + CLOCK_SLACK < stage_since:
        return no(errors.REPORT_OLD, source=SOURCE, name=name)
    if facts.finished - CLOCK_SLACK > at:
        return no(errors.REPORT_FUTURE, source=SOURCE, name=name)
    return YES


def checks_met(policy: Policy, item: ItemState, facts: ReportFacts) -> Iterator[str]:
    """Yield the checks a report meets now: those the item's present and next stage ask for, that take a
    report, and that its verdict suffices for."""
    if item.retired or item.quarantined:
        return
    line = policy.line(item.klass)
    following = line.following(item.stage)
    for stage in dict.fromkeys(stage for stage in (item.stage, following) if stage is not None):
        for check in line.asked(stage):
            if How.REPORT in check.how and suffices(facts.verdict, check.report):
                yield check.id


def suffices(verdict: Found, proves: Proves) -> bool:
    """Say whether a verdict is enough. An incomplete one never is: bytes in scope were not read."""
    if verdict is Found.INCOMPLETE:
        return False
    return proves is Proves.DONE or verdict is Found.CLEAN


def note_key(facts: ReportFacts) -> str:
    """Write what a signatory should know of a report, to be said in each reader's language later."""
    named = "" if facts.serial or facts.uuid else ":unnamed"
    return f"inspector:{facts.kid}{named}"


def note_words(note: str, *, translate: Translate) -> str:
    """Say a report's note in words; any other note is what a person wrote, and stays."""
    if not note.startswith("inspector:"):
        return note
    kid, _, unnamed = note.removeprefix("inspector:").partition(":")
    if unnamed:
        text = N_("report of the inspection engine, key {kid}; it does not name its machine, whoever added it did")
    else:
        text = N_("report of the inspection engine, key {kid}")
    return translate(text).format(kid=kid)
