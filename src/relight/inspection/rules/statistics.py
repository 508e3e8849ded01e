"""Does this block look like random numbers: chi-square over byte counts, block by block.

Owns the arithmetic. Refuses to decide what a random look means: compressed data may look so too.
Source: NIST SP 800-22 for the idea; thresholds from the chi-square distribution with 255 degrees
of freedom (mean 255, standard deviation 22.6); docs/design/inspection.md, "Blocks".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

BLOCK = 4096
CHI_LOW = 165.0  # about -4 standard deviations
CHI_HIGH = 352.0  # about +4.3
POPCOUNT_MEAN = BLOCK * 4
POPCOUNT_SLACK = 480  # 5.3 standard deviations of 90.5

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocks:
    """The blocks of some bytes. Args: base: offset of the first. random: one flag a block. counts: byte
    counts of the random-looking blocks, in order (shape: number of them, 256)."""

    base: int
    random: npt.NDArray[np.bool_]
    counts: npt.NDArray[np.uint16]

    @property
    def total(self) -> int:
        return int(self.random.size)

    @property
    def random_total(self) -> int:
        return int(self.counts.shape[0])


def chi_square(data: bytes) -> float:
    """Return chi-square of the byte counts against the uniform distribution; 255 is what chance gives."""
    if not data:
        return 0.0
    return chi_of(np.bincount(np.frombuffer(data, dtype=np.uint8), minlength=256))


def chi_of(counts: npt.NDArray[np.integer]) -> float:
    """Return chi-square of 256 counts."""
    total = float(counts.sum())
    if total == 0:
        return 0.0
    expected = total / 256
    return float(((counts - expected) ** 2).sum() / expected)


def is_random(data: bytes) -> bool:
    """Say whether bytes look drawn at random.

    At least 64 bytes are needed to say yes. Under 1 KB the counts are thin: bounds widen, and the
    number of distinct values must be what chance gives.
    """
    size = len(data)
    if size < 64:
        return False
    values = np.frombuffer(data, dtype=np.uint8)
    counts = np.bincount(values, minlength=256)
    chi = chi_of(counts)
    if size >= 1024:
        return CHI_LOW <= chi <= CHI_HIGH
    distinct = int(np.count_nonzero(counts))
    expected = 256 * (1 - (1 - 1 / 256) ** size)
    high_half = int(np.count_nonzero(values & 0x80)) / size
    return (
        CHI_LOW <= chi <= CHI_HIGH + 20
        and distinct >= expected - max(6.0, expected * 0.07)
        and abs(high_half - 0.5) < 2.2 / size**0.5
    )


def blocks_of(data: bytes, *, base: int = 0) -> Blocks:
    """Cut into blocks of 4 KB (a shorter last one is left out) and mark those that look random.

    Counting bits first is ten times cheaper than counting bytes and rules out nearly all that is not random.
    """
    total = len(data) // BLOCK
    random = np.zeros(total, dtype=np.bool_)
    if not total:
        return Blocks(base=base, random=random, counts=np.zeros((0, 256), dtype=np.uint16))
    values = np.frombuffer(data, dtype=np.uint8, count=total * BLOCK).reshape(total, BLOCK)
    bits = np.bitwise_count(values.view(np.uint64)).sum(axis=1, dtype=np.int64)
    likely = np.flatnonzero(np.abs(bits - POPCOUNT_MEAN) <= POPCOUNT_SLACK)
    kept: list[npt.NDArray[np.uint16]] = []
    for index in likely:
        counts = np.bincount(values[index], minlength=256)
        if CHI_LOW <= chi_of(counts) <= CHI_HIGH:
            random[index] = True
            kept.append(counts.astype(np.uint16))
    stacked = np.stack(kept) if kept else np.zeros((0, 256), dtype=np.uint16)
    return Blocks(base=base, random=random, counts=stacked)


def runs_of(flags: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the runs of True as (first, one past last)."""
    padded = np.concatenate(([False], flags, [False])).astype(np.int8)
    edges = np.diff(padded)
    return list(zip(np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist(), strict=True))


def is_uniform(counts: npt.NDArray[np.integer]) -> bool:
    """Say whether many blocks taken together still look random: compressed data gives itself away here."""
    return CHI_LOW <= chi_of(counts) <= 335.0
