"""Judges the bytes of one file: intact, rightly protected, encrypted by someone else, or damaged.

Owns the decision and its reasons. A container that proves itself is intact whatever its entropy; random-looking
bytes where a format or a name promises structure are not. Refuses files.
Source: docs/design/inspection.md, "Encryption"; Davies 2021 and Venturini 2023 for why entropy alone fails.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from relight.inspection.rules import statistics
from relight.inspection.rules.embedded import explained
from relight.inspection.rules.formats import examine
from relight.inspection.rules.formats.magic import TEXTUAL, VAGUE, promise_of
from relight.inspection.rules.statistics import BLOCK, Blocks, blocks_of, is_random, is_uniform, runs_of
from relight.inspection.types import Assessment, Check, Data, Kind, Reason, Span, State, Trouble, because
from relight.kernel.errors import N_

HEAD_SIZES = (BLOCK, 3072, 2048, 1536, 1024, 768, 512, 384, 256, 192, 128, 96, 64)
WINDOW = 32 * 1024 * 1024
Windows = Iterable[tuple[int, bytes]]
EDGE = 256
PERIODS = (1, 2, 4, 8, 16, 32, 64, 128, 256)  # blocks of 4 KB
PROGRAMS = frozenset({"elf", "pe", "mz", "mach-o"})  # their tables of constants look random, one or two, page-aligned
FINE = frozenset({State.VERIFIED, State.PROTECTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """Random-looking bytes that nothing explains. Args: share: of the file's whole blocks, in percent."""

    reasons: tuple[Reason, ...]


def assess(source: Data, *, name: str, windows: Windows | None = None) -> Assessment:
    """Judge one file.

    Args: source: all its bytes. name: its last path part, as text: names promise formats. windows: the same bytes
    in order, as (offset, bytes), for who reads them anyway; not used up when the answer is known earlier.
    Returns: what it is, and at most one trouble (`encrypted` or `damaged`), each with reasons.
    """
    windows = _windows(source) if windows is None else windows
    check = examine(source)
    if check.state in FINE:
        return Assessment(content_type=check.format, state=check.state, remarks=_appended(source, check))
    head = random_head(source)
    if check.state is State.OTHER or (head >= 2048 and _is_weak(check)):
        return _unknown(source, windows, name=name, head=head)
    if check.state in (State.BROKEN, State.TRUNCATED):
        return _contradicting(source, windows, check)
    found = suspicion(windows, check)
    if found is not None:
        return _encrypted(check, (*found.reasons,))
    return Assessment(content_type=check.format, state=check.state, remarks=_appended(source, check))


# known by a byte or two: one random file in some thousands starts so, and then looks random all through
_WEAK_WORDS = "pgp mp3 aac ac3 dts mpeg-ts mz bmp compress pack arj arc pickle jxl cpio class swf ico cur"
WEAK = frozenset(_WEAK_WORDS.split())


def _is_weak(check: Check) -> bool:
    return check.format in WEAK and check.state is not State.BROKEN


def random_head(source: Data) -> int:
    """Return how many bytes at the start look random: the longest that do, at least 64, else 0."""
    start = source[:BLOCK]
    for size in HEAD_SIZES:
        if len(start) >= size and is_random(start[:size]):
            return size
    if 64 <= len(start) < 128 and is_random(start):
        return len(start)
    return 0


def _encrypted(check: Check, reasons: tuple[Reason, ...]) -> Assessment:
    return Assessment(
        content_type=check.format, state=check.state, troubles=(Trouble(kind=Kind.ENCRYPTED, reasons=reasons),)
    )


def _unknown(source: Data, windows: Windows, *, name: str, head: int) -> Assessment:
    """No format fits: a random start is what full and header-only encryption leave."""
    check = Check(format="unknown", state=State.OTHER)
    promised = promise_of(name)
    firm = bool(promised) and promised not in VAGUE
    alone = head >= 384 or (head >= 96 and _ends_sharply(source, head))
    if (head and firm) or (alone and not _has_header(source)):
        reasons = [because(N_("the first {size} bytes look random, and no known format starts so"), size=head)]
        if firm:
            reasons.append(because(N_("the name promises .{promised}"), promised=promised))
        rest = source[head : head + BLOCK]
        if len(rest) >= 256 and not is_random(rest):
            reasons.append(because(N_("what follows does not look random: only a part was overwritten")))
        return _encrypted(check, tuple(reasons))
    if firm and promised in TEXTUAL and _is_small_noise(source):
        what = because(
            N_("too short for statistics, but no text in any encoding, and the name promises .{promised}"),
            promised=promised,
        )
        return _encrypted(check, (what,))
    found = suspicion(windows, check)
    if found is not None:
        return _encrypted(check, found.reasons)
    return Assessment(content_type="unknown", state=State.OTHER)


def _has_header(source: Data) -> bool:
    """One value five times in 32 bytes: chance does so once in 20,000, headers of unknown formats nearly always."""
    start = source[:32]
    return any(start.count(value) >= 5 for value in set(start))


def _ends_sharply(source: Data, head: int) -> bool:
    """Say whether the bytes well after a random start plainly are not random."""
    after = source[2 * head : 2 * head + BLOCK]
    return len(after) >= 256 and statistics.chi_square(after) > 1500


def _is_small_noise(source: Data) -> bool:
    """Under 128 bytes: a tenth of random bytes are control characters, half have their high bit set."""
    raw = source[:128]
    if not len(raw) >= 16 or len(source) >= 128:
        return False
    high = sum(1 for byte in raw if byte & 0x80) / len(raw)
    control = sum(1 for byte in raw if byte < 32 and byte not in b"\t\r\n")
    return 0.25 < high < 0.75 and control >= max(1, len(raw) // 25) and len(set(raw)) > len(raw) * 0.7


def _contradicting(source: Data, windows: Windows, check: Check) -> Assessment:
    """A container that contradicts itself: encrypted where the bytes look random, damaged elsewhere."""
    if check.state is State.BROKEN:
        place = _random_near(source, check)
        if place >= 0:
            where = because(N_("the bytes from {at} on look random"), at=place)
            return _encrypted(check, (*check.reasons, where))
    found = suspicion(windows, check)
    if found is not None:
        return _encrypted(check, (*check.reasons, *found.reasons))
    if check.state is State.TRUNCATED:
        return Assessment(content_type=check.format, state=check.state, remarks=check.reasons)
    return Assessment(
        content_type=check.format, state=check.state, troubles=(Trouble(kind=Kind.DAMAGED, reasons=check.reasons),)
    )


def _random_near(source: Data, check: Check) -> int:
    """Return where random-looking bytes stand near a fault, -1 when none do."""
    for fault in check.faults[:16]:
        first = int(fault) // BLOCK * BLOCK
        at: int
        for at in (first, first + BLOCK, max(first - BLOCK, 0), *range(first + 2 * BLOCK, first + 18 * BLOCK, BLOCK)):
            piece = source[at : at + BLOCK]
            if len(piece) >= 256 and is_random(piece):
                return at
        for at in range(fault, fault + BLOCK, 512):
            piece = source[at : at + 512]
            if len(piece) == 512 and is_random(piece):
                return at
    return -1


def suspicion(windows: Windows, check: Check) -> Suspicion | None:
    """Look for random blocks that neither a proof nor an embedded object explains, window by window."""
    for base, raw in windows:
        blocks = blocks_of(raw, base=base)
        if not blocks.random_total:
            continue
        found = _window_suspicion(raw, blocks, check)
        if found is not None:
            return found
    return None


def _windows(source: Data) -> Iterator[tuple[int, bytes]]:
    for base in range(0, len(source), WINDOW):
        yield base, source[base : base + WINDOW]


def _window_suspicion(raw: bytes, blocks: Blocks, check: Check) -> Suspicion | None:
    opaque = _covered(blocks, check.opaque)
    proven = _covered(blocks, check.intact)
    rhythm = _rhythm(raw, blocks, proven)
    if rhythm is not None:
        return rhythm
    open_flags = blocks.random & ~opaque & ~proven
    if not open_flags.any():
        return None
    open_flags &= ~_covered(blocks, explained(raw, base=blocks.base, flags=open_flags, block=BLOCK))
    return _runs_suspicion(raw, blocks, open_flags, least=3 if check.format in PROGRAMS else 1)


def _covered(blocks: Blocks, spans: tuple[Span, ...]) -> np.ndarray:
    """Mark the blocks that lie, at least for the most part, inside spans."""
    flags = np.zeros(blocks.total, dtype=np.bool_)
    for span in spans:
        first = (span.start - blocks.base + BLOCK // 2) // BLOCK
        last = (span.end - blocks.base + BLOCK // 2) // BLOCK
        flags[max(first, 0) : max(min(last, blocks.total), 0)] = True
    return flags


def _runs_suspicion(raw: bytes, blocks: Blocks, flags: np.ndarray, *, least: int) -> Suspicion | None:
    """Runs of random blocks that begin and end exactly at block borders: something wrote that counts in blocks."""
    order = np.cumsum(blocks.random) - 1
    sharp = []
    for first, last in runs_of(flags):
        counts = blocks.counts[order[first:last]].sum(axis=0, dtype=np.int64)
        if is_uniform(counts) and _edge_sharp(raw, first * BLOCK, -1) and _edge_sharp(raw, last * BLOCK, 1):
            sharp.append((first, last))
    if len(sharp) < least:
        return None
    first, last = sharp[0]
    if len(sharp) == 1 and last - first == blocks.total and blocks.base == 0 and first == 0:
        return Suspicion(reasons=(because(N_("all of it looks random")),))
    where = because(
        N_("{count} stretches look random and begin and end exactly at 4 KB borders, the first at byte {at}"),
        count=len(sharp),
        at=blocks.base + first * BLOCK,
    )
    return Suspicion(reasons=(where,))


def _edge_sharp(raw: bytes, at: int, direction: int) -> bool:
    """Say whether the bytes just outside a border do not look random while those just inside do."""
    inside = raw[at : at + EDGE] if direction < 0 else raw[at - EDGE : at]
    outside = raw[max(at - EDGE, 0) : at] if direction < 0 else raw[at : at + EDGE]
    if len(outside) < 64 or (direction > 0 and len(raw) - at < BLOCK and is_random(raw[at:])):
        return True
    return is_random(inside) and not is_random(outside) and _plainly_not_random(outside)


def _plainly_not_random(piece: bytes) -> bool:
    return statistics.chi_square(piece) > 420


def _rhythm(raw: bytes, blocks: Blocks, proven: np.ndarray) -> Suspicion | None:
    """Every other stretch random and the ones between not: how intermittent encryption looks, also inside dense data.

    Compressed data is random-looking block by block but not in sum; ciphertext stays uniform in sum.
    """
    usable = blocks.total - int(np.count_nonzero(proven))
    if usable < 6 or blocks.random_total < 3:
        return None
    for period in PERIODS:
        if blocks.total < period * 3:
            break
        phase = (np.arange(blocks.total) // period) % 2
        for side in (0, 1):
            chosen = (phase == side) & ~proven
            between = (phase != side) & ~proven
            total = int(np.count_nonzero(chosen))
            if total < 3 or not np.count_nonzero(between) >= 2:
                continue
            share_in = np.count_nonzero(blocks.random & chosen) / total
            share_out = np.count_nonzero(blocks.random & between) / np.count_nonzero(between)
            if share_in >= 0.97 and share_out <= 0.5 and _sum_uniform(blocks, chosen):
                what = because(
                    N_("every other {size} KB looks random and what lies between does not"), size=period * BLOCK // 1024
                )
                return Suspicion(reasons=(what,))
    return None


def _sum_uniform(blocks: Blocks, chosen: np.ndarray) -> bool:
    order = np.cumsum(blocks.random) - 1
    picked = order[chosen & blocks.random]
    return is_uniform(blocks.counts[picked].sum(axis=0, dtype=np.int64))


def _appended(source: Data, check: Check) -> tuple[Reason, ...]:
    """Name random-looking bytes after a container's end: a footer, or a hidden second file."""
    if check.end < 0 or check.end >= len(source):
        return ()
    rest = source[check.end : check.end + BLOCK]
    if len(rest) >= 128 and is_random(rest):
        what = N_("{size} random-looking bytes are appended after the end of the {format}")
        return (because(what, size=len(source) - check.end, format=check.format),)
    return ()
