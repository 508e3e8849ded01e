"""Measures the inspection engine on files encrypted as ransomware does, and on the same files intact.

Prints false alarms, the share found by method and by file type, and every miss; JSON with --json. Exit 1 when a target
is missed. Targets: false alarms <= 0.5 % of intact files; of files >= 4 KB: full >= 99 %, intermittent >= 97 %,
header-only >= 95 %.

    python bench/detection.py [CORPUS] [--sample 4] [--json] [--misses 40]
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from encrypt import CIPHERS, EXTENSION, METHODS, corpus_files, encrypt

from relight.inspection.rules.assess import assess
from relight.inspection.types import Kind

DEFAULT = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "filetypes"
TARGETS = {
    "full": 0.99,
    "footer": 0.99,
    "header-4k": 0.95,
    "intermittent-4k": 0.97,
    "intermittent-16k": 0.97,
    "intermittent-64k": 0.97,
    "percent-20-spread": 0.97,
    "percent-20-first": 0.97,
}
FALSE_ALARMS = 0.005
COUNTED_BYTES = 4096


def kinds_of(data: bytes, name: str) -> set[Kind]:
    """Return the kinds of trouble the engine sees in some bytes."""
    return {trouble.kind for trouble in assess(data, name=name).troubles}


def seen_as(data: bytes, name: str) -> str:
    """Return what the engine took missed bytes for."""
    found = assess(data, name=name)
    return f"{found.content_type}/{found.state.value}"


def family_of(name: str) -> str:
    """Return the extension a file is counted under."""
    return name.rpartition(".")[2].lower()[:10] if "." in name else "(none)"


def measure(corpus: Path, *, sample: int) -> dict[str, Any]:
    """Run every method over a corpus. Args: sample: take every n-th file."""
    files = list(corpus_files(corpus))[::sample]
    alarms: list[dict[str, str]] = []
    seen: Counter[tuple[str, str, str]] = Counter()
    found: Counter[tuple[str, str, str]] = Counter()
    misses: list[dict[str, Any]] = []
    by_type: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for number, path in enumerate(files):
        data = path.read_bytes()
        for kind in kinds_of(data, path.name):
            alarms.append({"path": str(path.relative_to(corpus)), "kind": kind.value})
        for method in METHODS:
            for rename in (False, True):
                cipher = CIPHERS[(number + rename) % 2]
                name = path.name + (EXTENSION if rename else "")
                changed = encrypt(data, method=method, cipher=cipher, seed=f"{method}:{path.name}")
                if changed == data:
                    continue
                size = "big" if len(data) >= COUNTED_BYTES else "small"
                key = (method, "renamed" if rename else "kept", size)
                hit = Kind.ENCRYPTED in kinds_of(changed, name)
                seen[key] += 1
                found[key] += hit
                if method in TARGETS and size == "big":
                    by_type[family_of(path.name)][0] += 1
                    by_type[family_of(path.name)][1] += hit
                if not hit and size == "big":
                    misses.append(
                        {
                            "method": method,
                            "name": key[1],
                            "path": str(path.relative_to(corpus)),
                            "size": len(data),
                            "seen": seen_as(changed, name),
                        }
                    )
    return {
        "files": len(files),
        "false_alarms": alarms,
        "false_alarm_share": len({row["path"] for row in alarms}) / max(len(files), 1),
        "methods": [
            {
                "method": m,
                "name": n,
                "size": s,
                "files": seen[m, n, s],
                "found": found[m, n, s],
                "share": found[m, n, s] / seen[m, n, s],
            }
            for m, n, s in sorted(seen)
        ],
        "types": {name: {"files": total, "found": hits} for name, (total, hits) in sorted(by_type.items())},
        "misses": misses,
    }


def is_met(result: dict[str, Any]) -> bool:
    """Say whether every target is met."""
    rows = [row for row in result["methods"] if row["size"] == "big" and row["method"] in TARGETS]
    return result["false_alarm_share"] <= FALSE_ALARMS and all(row["share"] >= TARGETS[row["method"]] for row in rows)


def results_of(result: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the measured shares in the shape every bench of this folder has."""
    rows = [{"what": "false alarms", "value": round(result["false_alarm_share"] * 100, 2), "unit": "%"}]
    for row in result["methods"]:
        if row["size"] == "big":
            what = f"{row['method']}, name {row['name']}"
            rows.append({"what": what, "value": round(row["share"] * 100, 2), "unit": "% found"})
    return rows


def show(result: dict[str, Any], *, misses: int) -> None:
    write = sys.stdout.write
    write(f"intact files: {result['files']}, false alarms: {result['false_alarm_share']:.2%}\n")
    for row in result["false_alarms"]:
        write(f"  alarm: {row['kind']}: {row['path']}\n")
    write(f"\n{'method':20} {'name':8} {'size':6} {'files':>6} {'found':>6} {'share':>8}  target\n")
    for row in result["methods"]:
        target = f"{TARGETS[row['method']]:.0%}" if row["method"] in TARGETS and row["size"] == "big" else "-"
        counted = f"{row['files']:6} {row['found']:6} {row['share']:8.2%}"
        write(f"{row['method']:20} {row['name']:8} {row['size']:6} {counted}  {target}\n")
    write("\nby file type (files of 4 KB and more, methods with a target):\n")
    for name, row in result["types"].items():
        flag = "" if row["files"] == row["found"] else "   <-"
        write(f"  {name:12} {row['found']:5} of {row['files']:5}{flag}\n")
    write(f"\nmisses: {len(result['misses'])}\n")
    targeted = [row for row in result["misses"] if row["method"] in TARGETS]
    for row in (targeted + [row for row in result["misses"] if row["method"] not in TARGETS])[:misses]:
        write(f"  {row['method']:20} {row['name']:8} {row['size']:8} {row['seen']:20} {row['path']}\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, nargs="?", default=DEFAULT)
    parser.add_argument("--sample", type=int, default=1)
    parser.add_argument("--misses", type=int, default=60)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    if not chosen.corpus.is_dir():
        sys.stderr.write(f"{chosen.corpus} is not here: name a folder of intact files to measure on\n")
        return 2
    result = measure(chosen.corpus, sample=chosen.sample)
    result["met"] = is_met(result)
    result["claim"] = (
        "false alarms at most 0.5 % of intact files; encrypted files found: full 99 %, intermittent 97 %, header 95 %"
    )
    result["results"] = results_of(result)
    if chosen.json:
        sys.stdout.write(json.dumps(result, indent=1) + "\n")
    else:
        show(result, misses=chosen.misses)
    return 0 if result["met"] else 1


if __name__ == "__main__":
    sys.exit(main())
