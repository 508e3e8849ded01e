"""MB/s a core of one full inspection, beside its parts alone and the peers: sha256sum, YARA-X, yara-python, clamscan.

All in one run, on one mixed corpus made here (text, Office packages, pictures, databases, archives, zeros),
each tool one process, one after the other, on the same bytes in the page cache. Trust ratios more than figures.
Also one sparse file with a marker at its end: who finds it. Claims: the full pass costs at most twice the
slowest of its parts, and runs at four times clamscan or better. Exit 1 when a claim does not hold.

    python bench/inspect.py [--size-mb 2048] [--sparse-mb 5120] [--corpus DIR] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from encrypt import keystream

from relight.inspection.engine import inspect
from relight.inspection.scan import Plan
from relight.inspection.yara_scan import RuleScanner, rules_compile

MB = 1024 * 1024
MARKER = b"RELIGHT-BENCH-END-MARKER"
RULE_COUNT = 200
PEER_PATIENCE_S = 1800


def text_of(chance: random.Random, size: int) -> bytes:
    """Return prose-like text."""
    words = ["".join(chance.choices("abcdefghijklmnoprstuv", k=chance.randint(2, 10))) for _ in range(4000)]
    return " ".join(chance.choices(words, k=size // 6)).encode()[:size]


def makers() -> dict[str, Callable[[random.Random, int], bytes]]:
    """Return what a hospital's shares hold, by ending, each file from a seed."""

    def package(chance: random.Random, size: int) -> bytes:
        with tempfile.SpooledTemporaryFile() as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                archive.writestr("[Content_Types].xml", "<Types/>")
                archive.writestr("word/document.xml", text_of(chance, size * 2))
            file.seek(0)
            return file.read()

    def picture(chance: random.Random, size: int) -> bytes:
        scan = keystream("chacha20", str(chance.random()), size).replace(b"\xff", b"\xff\x00")
        return (
            b"\xff\xd8\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00"
            + scan
            + b"\xff\xd9"
        )

    def database(chance: random.Random, size: int) -> bytes:
        page = bytearray(4096)
        page[0] = 13
        page[2048:] = text_of(chance, 2048)
        head = bytearray(page)
        head[:16] = b"SQLite format 3\0"
        head[16:18], head[21:24] = (4096).to_bytes(2), bytes((64, 32, 32))
        pages = size // 4096
        head[28:32] = pages.to_bytes(4)
        return bytes(head) + bytes(page) * (pages - 1)

    def dicom(chance: random.Random, size: int) -> bytes:
        row = bytes(chance.choices(range(90), k=4096))
        pixels = row * (size // 4096)
        syntax = b"\x02\x00\x10\x00UI\x14\x00" + b"1.2.840.10008.1.2.1\0"
        return bytes(128) + b"DICM" + syntax + b"\xe0\x7f\x10\x00OW\0\0" + len(pixels).to_bytes(4, "little") + pixels

    return {
        "txt": text_of,
        "docx": package,
        "jpg": picture,
        "sqlite": database,
        "dcm": dicom,
        "gz": lambda chance, size: zlib.compress(text_of(chance, size * 2), 1, 31),
        "bin": lambda chance, size: bytes(size),
    }


def corpus_make(folder: Path, size_mb: int) -> int:
    """Write a mixed corpus: shares by bytes as listed, files from 20 KB to 40 MB. Returns: its bytes."""
    shares = {"txt": 15, "docx": 15, "jpg": 20, "sqlite": 17, "dcm": 25, "gz": 3, "bin": 5}
    chance, made = random.Random(7), 0
    for ending, share in shares.items():
        written, number = 0, 0
        while written < size_mb * MB * share // 100:
            size = min(int(20_000 * 2 ** chance.uniform(0, 11)), size_mb * MB * share // 100 - written + 20_000)
            content = makers()[ending](chance, size)
            place = folder / ending / f"{number:05}.{ending}"
            place.parent.mkdir(exist_ok=True, parents=True)
            place.write_bytes(content)
            written += len(content)
            number += 1
        made += written
    return made


def rules_make(folder: Path) -> Path:
    """Write rules of the usual kinds: strings, hexadecimal with gaps, regular expressions, counts."""
    chance = random.Random(11)
    place = folder / "rules.yar"
    rows = [f'rule marker {{ strings: $a = "{MARKER.decode()}" condition: $a }}']
    for number in range(RULE_COUNT):
        words = ["".join(chance.choices("bcdfghjklmnpqrstvwxz", k=chance.randint(10, 20))) for _ in range(3)]
        hexed = " ".join(f"{chance.randrange(256):02X}" for _ in range(12))
        rows.append(
            f'rule r{number} {{ strings: $a = "{words[0]}" ascii wide $b = "{words[1]}" nocase '
            f"$c = {{ {hexed} ?? {hexed} }} "
            f"$d = /{words[2]}[0-9]{{1,4}}/ condition: uint16(0) == 0x5A4D and 2 of them or $a }}"
        )
    place.write_text("\n".join(rows))
    return place


def files_of(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path


def timed(run: Callable[[], object]) -> float:
    """Return the processor seconds of this process and its children: one core's work, whoever else runs."""
    before = os.times()
    run()
    after = os.times()
    return (
        (after.user - before.user)
        + (after.system - before.system)
        + (after.children_user - before.children_user)
        + (after.children_system - before.children_system)
    )


def yara_x_alone(folder: Path, rules: Path) -> None:
    scanner = RuleScanner(rules_compile(rules).blob, timeout_s=600)
    for path in files_of(folder):
        scanner.scan(path.read_bytes())


def yara_python_alone(folder: Path, rules: Path) -> None:
    import yara  # noqa: PLC0415 - a peer that may be absent

    compiled = yara.compile(filepath=str(rules))
    for path in files_of(folder):
        compiled.match(data=path.read_bytes())


def program(*arguments: str) -> None:
    subprocess.run(
        arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, timeout=PEER_PATIENCE_S
    )


def signatures(folder: Path) -> Path:
    """Write a base for clamscan: it has none without the network. The marker as a body signature, at any place."""
    base = folder / "base"
    base.mkdir(exist_ok=True)
    (base / "bench.ndb").write_text(f"Bench.Marker:0:*:{MARKER.hex()}\n")
    return base


def measure(corpus: Path, work: Path) -> list[dict[str, Any]]:
    """Run every tool over the corpus."""
    size = sum(path.stat().st_size for path in files_of(corpus))
    rules = rules_make(work)
    plan = Plan(rules=rules_compile(rules).blob)
    tools: dict[str, Callable[[], object]] = {
        "(warm the page cache)": lambda: program("sha256sum", *map(str, files_of(corpus))),
        "sha256sum": lambda: program("sha256sum", *map(str, files_of(corpus))),
        "yara-x alone": lambda: yara_x_alone(corpus, rules),
        "relight, no rules": lambda: inspect([os.fsencode(corpus)], plan=Plan()),
        "relight, full pass": lambda: inspect([os.fsencode(corpus)], plan=plan),
    }
    if _has_yara_python():
        tools["yara-python"] = lambda: yara_python_alone(corpus, rules)
    if shutil.which("clamscan"):
        base = signatures(work)
        tools["clamscan"] = lambda: program("clamscan", "-r", "--no-summary", "-i", f"--database={base}", str(corpus))
    rows = []
    for name, run in tools.items():
        seconds = timed(run)
        if not name.startswith("("):
            rows.append(
                {"tool": name, "cpu_seconds": round(seconds, 2), "mb_per_s": round(size / MB / max(seconds, 0.001), 1)}
            )
    return rows


def _has_yara_python() -> bool:
    try:
        import yara  # noqa: F401, PLC0415
    except ImportError:
        return False
    return True


def sparse(work: Path, size_mb: int) -> dict[str, Any]:
    """Put a marker at the end of a sparse file and ask who finds it."""
    place = work / "sparse" / "disk.bin"
    place.parent.mkdir(exist_ok=True)
    with place.open("wb") as file:
        file.truncate(size_mb * MB - len(MARKER))
        file.seek(0, os.SEEK_END)
        file.write(MARKER)
    plan = Plan(rules=rules_compile(rules_make(work)).blob)
    started = time.monotonic()
    outcome = inspect([os.fsencode(place)], plan=plan)
    answer: dict[str, Any] = {
        "size_mb": size_mb,
        "relight": {
            "found": any(finding.kind.value == "malware" for finding in outcome.findings),
            "bytes_inspected": outcome.bytes_inspected,
            "seconds": round(time.monotonic() - started, 1),
        },
    }
    if shutil.which("clamscan"):
        ran = subprocess.run(
            ["clamscan", f"--database={signatures(work)}", str(place)],
            capture_output=True,
            check=False,
            timeout=PEER_PATIENCE_S,
        )
        answer["clamscan"] = {
            "found": ran.returncode == 1,
            "says": [line for line in ran.stdout.decode().splitlines() if str(place) in line or "Data" in line],
        }
    place.unlink()
    return answer


def claims(rows: list[dict[str, Any]], marker: dict[str, Any]) -> dict[str, bool | None]:
    """Say which claims hold; nothing where the peer is absent."""
    speed = {row["tool"]: row["mb_per_s"] for row in rows}
    full = speed["relight, full pass"]
    slowest = min(speed["yara-x alone"], speed["sha256sum"])
    return {
        "full pass at most twice its slowest part": full * 2 >= slowest,
        "four times clamscan": full >= 4 * speed["clamscan"] if "clamscan" in speed else None,
        "marker at the end found": marker["relight"]["found"],
    }


def main(*, as_json: bool) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size-mb", type=int, default=2048)
    parser.add_argument("--sparse-mb", type=int, default=5 * 1024)
    parser.add_argument("--corpus", type=Path, help="measure on these files instead of made ones")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        corpus = chosen.corpus or work / "corpus"
        if chosen.corpus is None:
            corpus_make(corpus, chosen.size_mb)
        rows = measure(corpus, work)
        marker = sparse(work, chosen.sparse_mb)
        size = sum(path.stat().st_size for path in files_of(corpus))
    held = claims(rows, marker)
    if as_json:
        document = {
            "claim": "the full pass costs at most twice its slowest part and runs at four times clamscan or better",
            "results": [{"what": row["tool"], "value": row["mb_per_s"], "unit": "MB/s a core"} for row in rows],
            "corpus_bytes": size,
            "tools": rows,
            "sparse": marker,
            "claims": held,
        }
        sys.stdout.write(json.dumps(document, indent=1) + "\n")
    else:
        sys.stdout.write(f"corpus: {size / MB:.0f} MB; processor seconds of one process, page cache warm\n\n")
        for row in rows:
            sys.stdout.write(f"  {row['tool']:22} {row['mb_per_s']:8.1f} MB/s   {row['cpu_seconds']:8.2f} s\n")
        sys.stdout.write(f"\nmarker at the end of {chosen.sparse_mb} MB: {json.dumps(marker)}\n\n")
        for claim, holds in held.items():
            sys.stdout.write(
                f"  {'peer absent' if holds is None else 'holds' if holds else 'DOES NOT HOLD'}: {claim}\n"
            )
    return 1 if False in held.values() else 0
