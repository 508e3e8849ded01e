"""What only shows across files: mass renames to one unknown extension, the same small file in many folders.

Owns the thresholds. Refuses files. Source: docs/design/inspection.md, "Across files".
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from relight.inspection.rules.formats.magic import PROMISES
from relight.inspection.rules.notes import FOLDERS_SPREAD, SCORE_SPREAD
from relight.inspection.types import FileResult, Finding, Kind, because
from relight.kernel.errors import N_

RENAMED_FILES = 8
RENAMED_KINDS = 3
_USUAL_WORDS = """
bak old orig tmp temp part partial crdownload swp save sav copy new dist in sample example disabled off template tpl
j2 gz bz2 xz zst z lz4 br zip enc gpg pgp asc sig sign md5 sha1 sha256 sha512 crc torrent meta xmp json yml yaml xml
txt html log lock lck pid idx index map min license metadata properties ini url lnk desktop thumb webp png jpg jpeg
gif po mo patch diff rej rpmnew rpmsave dpkg-old dpkg-new dpkg-dist filepart download 0 1 2 3 4 5 6 7 8 9 10 crypt12
crypt14 crypt15
"""
USUAL = frozenset(_USUAL_WORDS.split())


def appended_extension(name: str) -> tuple[str, str]:
    """Split `report.docx.qz7` into what was there (`docx`) and what was appended (`.qz7`); empty when nothing was."""
    outer = name.rpartition(".")[2]
    if outer == name or outer.lower() in PROMISES or outer.lower() in USUAL or not 2 <= len(outer) <= 80:
        return "", ""
    stem = name[: -len(outer) - 1]
    match = re.search(r"\.([A-Za-z0-9]{1,6})(?:[-_.\[({]\S{3,120})?\Z", stem)
    if match is None or match[1].lower() not in PROMISES or outer.isdigit():
        return "", ""
    return match[1].lower(), f".{outer}"


def renames(names: Mapping[str, str]) -> dict[str, tuple[Finding, ...]]:
    """Find mass renames.

    Args: names: path to its last part. Returns: findings by appended extension.
    """
    groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for path, name in names.items():
        inner, outer = appended_extension(name)
        if outer:
            groups[outer.lower()].append((path, inner))
    found: dict[str, tuple[Finding, ...]] = {}
    for outer, members in sorted(groups.items()):
        kinds = {inner for _, inner in members}
        if len(members) < RENAMED_FILES or len(kinds) < RENAMED_KINDS:
            continue
        why = because(
            N_("{count} files of {kinds} kinds got the same unknown extension {extension} appended"),
            count=len(members),
            kinds=len(kinds),
            extension=outer,
        )
        found[outer] = tuple(Finding(path=path, kind=Kind.RENAMED, reasons=(why,)) for path, _ in members)
    return found


def spread_notes(results: Iterable[FileResult]) -> tuple[Finding, ...]:
    """Find one small file that says some of what notes say and lies in many folders."""
    groups: dict[str, list[FileResult]] = defaultdict(list)
    for result in results:
        if result.note_score >= SCORE_SPREAD and result.sha256:
            groups[result.sha256].append(result)
    findings: list[Finding] = []
    for digest, members in sorted(groups.items()):
        folders = {member.path.rpartition("/")[0] for member in members}
        if len(folders) < FOLDERS_SPREAD:
            continue
        why = because(
            N_("the same file lies in {count} folders and says some of what ransom notes say"), count=len(folders)
        )
        for member in members:
            if all(finding.kind is not Kind.RANSOM_NOTE for finding in member.findings):
                findings.append(Finding(path=member.path, kind=Kind.RANSOM_NOTE, reasons=(why,), sha256=digest))
    return tuple(findings)
