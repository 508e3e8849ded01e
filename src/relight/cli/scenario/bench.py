"""The bench of the story: attests what a stage asks, in the words of those who may, or by the engine's report.

Owns who attests what, and whose disk was found how. Refuses to attest what a report proves: the engine inspects.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cached_property
from random import Random
from uuid import UUID

from relight.cli.scenario.backups import Backup
from relight.cli.scenario.disks import Disk, data_make, disk_make
from relight.cli.scenario.inspector import Inspector, Paper
from relight.cli.scenario.story import Deed
from relight.cli.scenario.types import Klass as PlanKlass
from relight.cli.scenario.types import Machine, Scenario
from relight.fleet.api import (
    How,
    Klass,
    NewReport,
    Proves,
    Stage,
    Upload,
    items_attest,
    items_get,
    policy_current,
    reports_add,
)
from relight.inspection.subject import UNSAID, Subject
from relight.kernel.act import Act

BACKUP_CHECK = "restore-point-chosen"
ENCRYPTED_SHARE = 0.2
WIPED = frozenset({PlanKlass.SERVER, PlanKlass.WORKSTATION})
"""What is wiped and installed anew: only there may a wreck be found encrypted and still come back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Word:
    """Attestations given in one go: who, the note, the file that comes with it."""

    by: str
    note: str
    file: Upload | None = None


@dataclass(frozen=True, kw_only=True)
class Bench:
    """Args: as_: makes the act of a member of staff at a moment. machines: by host name. backups: of data sets,
    by name; the others have none. zone: of the hours people write down."""

    scenario: Scenario
    as_: Callable[[str, datetime], Act]
    machines: Mapping[str, Machine]
    inspector: Inspector
    zone: tzinfo
    backups: Mapping[str, Backup]

    @cached_property
    def found(self) -> frozenset[str]:
        """The machines on which an inspection finds the attackers' tool."""
        incidents = self.scenario.story.incidents
        return frozenset(name for incident in incidents if incident.found for name in incident.hostnames)

    def attest(self, deed: Deed, *, items: Mapping[str, UUID], at: datetime) -> None:
        """Meet what the stage of a deed asks, class by class: people attest first, then the reports come."""
        rows = {row.pk: row for row in items_get(items.values())}
        groups: dict[Klass, list[str]] = {}
        for name, item in items.items():
            groups.setdefault(Klass(rows[item].klass), []).append(name)
        for klass, names in groups.items():
            for (word, whose), checks in self._words(klass, deed, tuple(names)).items():
                files = [word.file] if word.file else []
                ids = [items[name] for name in whose]
                items_attest(act=self.as_(word.by, at), items=ids, checks=checks, note=word.note, files=files)
            proves = self._proves(klass, Stage(deed.to))
            if proves is not None:
                papers = {name: self._paper(name, proves, since=rows[items[name]].stage_since, at=at) for name in names}
                reports = [
                    NewReport(item=items[name], content=paper.content, hashes=paper.hashes)
                    for name, paper in papers.items()
                ]
                reports_add(act=self.as_(deed.by, at), reports=reports)

    def _words(
        self, klass: Klass, deed: Deed, names: tuple[str, ...]
    ) -> dict[tuple[_Word, tuple[str, ...]], list[str]]:
        """Share the checks of a stage out: the technician attests what a technician may, reports the rest."""
        words: dict[tuple[_Word, tuple[str, ...]], list[str]] = {}
        for check in policy_current().line(klass).asked(Stage(deed.to)):
            if How.REPORT in check.how:
                continue
            by = deed.by if "technician" in check.roles else self._first_of(check.roles)
            for name in [name for name in names if name in self.backups]:
                note = self._note(f"{check.id}-backup", deed) or self._note(check.id, deed)
                word = self._searched(name, by=by) if check.id == BACKUP_CHECK else _Word(by=by, note=note)
                words.setdefault((word, (name,)), []).append(check.id)
            rest = tuple(name for name in names if name not in self.backups)
            if rest:
                file = self._certificate(deed) if check.files.value == "required" else None
                word = _Word(by=by, note=self._note(check.id, deed), file=file)
                words.setdefault((word, rest), []).append(check.id)
        return words

    def _note(self, check: str, deed: Deed) -> str:
        lines = self.scenario.story.notes.get(check, ())
        return lines[int(deed.hours * 10) % len(lines)] if lines else ""

    def _first_of(self, roles: tuple[str, ...]) -> str:
        return next(member.username for member in self.scenario.staff if set(member.roles) & set(roles))

    def _searched(self, name: str, *, by: str) -> _Word:
        """What the search of a backup found, with its document."""
        chosen = self.backups[name].chosen
        note = self.scenario.story.notes[f"restore-point-{chosen.kind}"][0].format(
            point=chosen.id[:8],
            at=self._hour(chosen.at),
            points=chosen.points,
            damage=self._hour(chosen.damage_at),
            damaged=chosen.damaged,
        )
        content = chosen.content()
        file = Upload(
            name="points-de-restauration.json",
            media_type="application/json",
            content=content,
            size_bytes=len(content),
        )
        return _Word(by=by, note=note, file=file)

    def _hour(self, at: datetime) -> str:
        return f"{at.astimezone(self.zone):%d/%m %H:%M}"

    def _proves(self, klass: Klass, stage: Stage) -> Proves | None:
        """What a report must say at a stage, None where none is asked for."""
        asked = policy_current().line(klass).asked(stage)
        return next((check.report for check in asked if How.REPORT in check.how), None)

    def _paper(self, name: str, proves: Proves, *, since: datetime, at: datetime) -> Paper:
        """Inspect a machine's disk, or a data set as it was restored."""
        if name in self.backups:
            return self.inspector.report(self.backups[name].restore(), since=since, at=at)
        machine = self.machines.get(name)
        if machine is None:
            files = data_make(name, nights=3, seed=self._seed)
            return self.inspector.disk_report(files, subject=UNSAID, since=since, at=at)
        files = disk_make(name, machine.klass, self._disk(machine, proves), seed=self._seed)
        subject = Subject(serial=machine.serial, uuid=machine.uuid)
        return self.inspector.disk_report(files, subject=subject, since=since, at=at)

    def _disk(self, machine: Machine, proves: Proves) -> Disk:
        if proves is Proves.CLEAN:
            return Disk.FRESH
        if machine.hostname in self.found:
            return Disk.TOOL
        hit = Random(f"{self._seed}:{machine.hostname}:hit").random() < ENCRYPTED_SHARE  # noqa: S311 - a story, no secret
        return Disk.ENCRYPTED if hit and machine.klass in WIPED else Disk.WRECK

    @property
    def _seed(self) -> str:
        return str(self.scenario.fleet.seed)

    def _certificate(self, deed: Deed) -> Upload:
        """The vendor's certificate as the bench keeps it: a text, invented as all the rest."""
        lines = [
            "Certificat d'intervention (démonstration)",
            "",
            "Appareils contrôlés et trouvés sains :",
            *deed.machines,
        ]
        content = ("\n".join(lines) + "\n").encode()
        name = f"certificat-{deed.machines[0]}.txt"
        return Upload(name=name, media_type="text/plain", content=content, size_bytes=len(content))
