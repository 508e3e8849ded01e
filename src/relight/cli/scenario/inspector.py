"""The inspection bench of the story: writes a disk out, runs the real engine over it, signs its report.

Owns a temporary folder for the time of a replay. Refuses to invent a verdict: what the engine says, stands.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from relight.cli.scenario.disks import TOOL_SHA256, Files
from relight.inspection.engine import Outcome, inspect
from relight.inspection.hashes import HashSet
from relight.inspection.report import Circumstances, hashes_of, report_document
from relight.inspection.scan import Plan
from relight.inspection.signing import report_sign
from relight.inspection.subject import UNSAID, Subject

HOST = "banc-arlon"
LONGEST = timedelta(minutes=20)
PLAN = Plan(bad=HashSet(packed=TOOL_SHA256))
"""One plan for all: no rules, one known-bad file, the tool the attackers left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What an inspection leaves: report.json and hashes.sha256."""

    content: bytes
    hashes: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspector:
    """Args: folder: for disks while they are inspected. key: signs the reports."""

    folder: Path
    key: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        """The key's other half, 32 bytes."""
        return self.key.public_key().public_bytes_raw()

    def disk_report(self, files: Files, *, subject: Subject, since: datetime, at: datetime) -> Paper:
        """Inspect files as the disk that is connected just now: every one is read in the same place.

        Args: since: when the machine came to its stage. at: when the report is handed in.
        """
        place = self.folder / "disque"
        files_write(place, files)
        return self.report(place, subject=subject, since=since, at=at)

    def report(self, place: Path, *, subject: Subject = UNSAID, since: datetime, at: datetime) -> Paper:
        """Inspect what lies in a folder."""
        outcome = look(place)
        started = max(since, at - LONGEST)
        about = Circumstances(
            paths=(bytes(place),),
            started=started,
            finished=started + (at - started) * 0.8,
            host=HOST,
            subject=subject,
        )
        document = report_sign(report_document(outcome, plan=PLAN, about=about), key=self.key)
        return Paper(content=json.dumps(document, ensure_ascii=False).encode(), hashes=hashes_of(outcome))


def look(place: Path) -> Outcome:
    """Run the engine over a folder, in this process."""
    return inspect([bytes(place)], plan=PLAN)


def files_write(place: Path, files: Files) -> None:
    """Make a folder hold these files and no other. Empty folders may stay."""
    wanted = {str(place / name): content for name, content in files.items()}
    for folder, _, names in os.walk(place):
        for name in names:
            if f"{folder}/{name}" not in wanted:
                Path(folder, name).unlink()
    for folder in {name.rpartition("/")[0] for name in wanted}:
        Path(folder).mkdir(parents=True, exist_ok=True)
    for name, content in wanted.items():
        Path(name).write_bytes(content)
