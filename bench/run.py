"""Runs the measurements of this folder and writes what they found.

A script that takes `--json` measures one claim and prints one JSON document: `claim` (a sentence),
`results` (list of `what`, `value`, `unit`); exit 1 when a target is missed. This one runs them one
after the other, keeps all documents in `build/bench.json` and rewrites the table of README.md.
`run.py poll graph` runs only those.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
OUT = ROOT / "build" / "bench.json"
BEGIN, END = "<!-- results: written by run.py -->", "<!-- end of results -->"
LONGEST_S = 900


def measure(script: Path) -> dict[str, Any]:
    """Run one script. Returns: its document, or one whose `failed` says why."""
    paths = os.pathsep.join([str(ROOT / "src"), str(HERE)])
    try:
        done = subprocess.run(
            [sys.executable, str(script), "--json"],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": paths},
            stdout=subprocess.PIPE,
            text=True,
            timeout=LONGEST_S,
            check=False,
        )
        document: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.SubprocessError, json.JSONDecodeError) as fault:
        return {"claim": "", "failed": str(fault), "results": []}
    if done.returncode:
        document["failed"] = f"exit {done.returncode}"
    return document


def results_of(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what was measured and how much, for the table."""
    plain = [{"what": key, "value": value} for key, value in document.items() if isinstance(value, int | float)]
    for result in document.get("results", plain):
        value = result["value"]
        shown = f"{value:,.0f}" if isinstance(value, int | float) and abs(value) >= 100 else f"{value}"
        yield str(result["what"]), f"{shown} {result.get('unit', '')}".strip()
    if document.get("failed"):
        yield "failed", str(document["failed"])


def machine() -> str:
    """Describe this machine without naming it."""
    memory_gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory_gib:.0f} GiB, {platform.system()}, Python {platform.python_version()}"


def table(documents: dict[str, dict[str, Any]]) -> str:
    """Return the table of README.md."""
    lines = ["| script | claim | measured | value |", "|---|---|---|---|"]
    for name, document in documents.items():
        claim = document.get("claim", "")
        for what, value in results_of(document):
            lines.append(f"| `{name}` | {claim} | {what} | {value} |")
            claim = ""
    return "\n".join(lines)


def main(only: list[str]) -> int:
    own = Path(__file__).resolve()
    scripts = [path for path in sorted(HERE.glob("*.py")) if path != own and '"--json"' in path.read_text()]
    known = [script.stem for script in scripts]
    if unknown := set(only) - set(known):
        print(f"no such measurement: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
        return 2
    before = json.loads(OUT.read_text())["documents"] if only and OUT.exists() else {}
    documents: dict[str, dict[str, Any]] = dict(before)
    for script in scripts:
        if not only or script.stem in only:
            print(f"{script.stem} …", flush=True)
            documents[script.stem] = measure(script)
            for what, value in results_of(documents[script.stem]):
                print(f"  {what}: {value}")
    day = f"{datetime.now(tz=UTC):%Y-%m-%d}"
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps({"day": day, "machine": machine(), "documents": documents}, indent=2) + "\n")
    readme = HERE / "README.md"
    head, _, rest = readme.read_text().partition(BEGIN)
    _, _, tail = rest.partition(END)
    told = f"{BEGIN}\n\n{day}, {machine()}, `make bench`:\n\n{table(documents)}\n\n{END}"
    readme.write_text(head + told + tail)
    return 1 if any(document.get("failed") for document in documents.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
