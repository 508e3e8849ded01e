"""The bench of the story: attests what a stage asks, in the words of those who may."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from relight.cli.scenario.story import Deed
from relight.cli.scenario.types import Scenario
from relight.fleet.api import Klass, Stage, Upload, item_get, items_attest, policy_current
from relight.kernel.act import Act


@dataclass(frozen=True, slots=True, kw_only=True)
class _Word:
    """Attestations given in one go: who, the note, whether a file comes with it."""

    by: str
    note: str
    file: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Args: as_: makes the act of a member of staff at a moment."""

    scenario: Scenario
    as_: Callable[[str, datetime], Act]

    def attest(self, deed: Deed, *, items: Mapping[str, UUID], at: datetime) -> None:
        """Attest what the stage of a deed asks, class by class."""
        classes: dict[Klass, list[UUID]] = {}
        for item in items.values():
            classes.setdefault(Klass(item_get(item).klass), []).append(item)
        for klass, group in classes.items():
            for word, checks in self._words(klass, Stage(deed.to), deed).items():
                files = [self._certificate(deed)] if word.file else []
                items_attest(act=self.as_(word.by, at), items=group, checks=checks, note=word.note, files=files)

    def _words(self, klass: Klass, stage: Stage, deed: Deed) -> dict[_Word, list[str]]:
        """Share the checks of a stage out: the technician attests what a technician may."""
        words: dict[_Word, list[str]] = {}
        for check in policy_current().line(klass).asked(stage):
            by = deed.by if "technician" in check.roles else self._first_of(check.roles)
            lines = self.scenario.story.notes.get(check.id, ())
            note = lines[int(deed.hours * 10) % len(lines)] if lines else ""
            word = _Word(by=by, note=note, file=check.files.value == "required")
            words.setdefault(word, []).append(check.id)
        return words

    def _first_of(self, roles: tuple[str, ...]) -> str:
        return next(member.username for member in self.scenario.staff if set(member.roles) & set(roles))

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
