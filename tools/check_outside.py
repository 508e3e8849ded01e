"""Everything works with the outside cable cut: nothing a browser loads names an outside address.

Owns the check of templates, styles, scripts, policies and locks; also that no file names a folder
of a developer's machine. Refuses exceptions but names that are never fetched (XML namespaces).
Source: DESIGN, "Invariants".
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from sources import ROOT

SERVED = frozenset({".html", ".css", ".js", ".svg", ".webmanifest"})
ADDRESS = re.compile(r"(?:https?|wss?|ftp)://[^\s\"'<>)]+", re.IGNORECASE)
PROTOCOL_RELATIVE = re.compile(r"(?:(?:src|href|action|srcset)\s*=\s*|url\(\s*|@import\s+|fetch\(\s*)[\"'`]?//[\w.]")
NEVER_FETCHED = ("http://www.w3.org/",)  # XML namespaces
LOCK_ADDRESS = re.compile(r"://|--index-url|--extra-index|--find-links|--trusted-host")
MACHINE_FOLDER = re.compile(r"(?<![\w.])/(?:home|root|Users|work)/[\w.-]+")
TEXT = SERVED | {".py", ".toml", ".md", ".lock", ".txt", ".po", ".yaml", ".yml", ".sh", ".json", ".ldif"}


def file_list() -> Iterator[Path]:
    """Yield the files git knows or would add, so that ignored ones never count."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    for name in listed.stdout.decode().split("\0"):
        path = ROOT / name
        if name and path.is_file():
            yield path


def faults_in(path: Path, text: str) -> Iterator[tuple[int, str]]:
    """Yield line and what stands there."""
    for number, line in enumerate(text.splitlines(), 1):
        if path.suffix in SERVED:
            for address in ADDRESS.findall(line):
                if not address.startswith(NEVER_FETCHED):
                    yield number, f"names the outside address {address}"
            if PROTOCOL_RELATIVE.search(line):
                yield number, "names a protocol-relative address"
        if path.suffix == ".lock" and LOCK_ADDRESS.search(line):
            yield number, "a lock names an address"
        if path.suffix in TEXT:
            for folder in MACHINE_FOLDER.findall(line):
                yield number, f"names a folder of one machine: {folder}"


def main() -> int:
    faults = []
    for path in file_list():
        if path.suffix in TEXT and path != Path(__file__).resolve():
            text = path.read_text(encoding="utf-8", errors="replace")
            faults += [f"{path.relative_to(ROOT)}:{number}: {what}" for number, what in faults_in(path, text)]
    print("\n".join(faults) if faults else "outside addresses: none")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
