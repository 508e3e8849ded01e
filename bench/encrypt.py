"""Encrypts copies of a corpus the ways ransomware does, to measure what the inspection engine sees.

Owns the methods. Never touches the corpus: copies go to another folder, or stay in memory. Deterministic: the key comes
from the file's name and the method. Source: published analyses of LockBit, BlackCat, Play, Black Basta, Royal, Agenda
(intermittent and percentage patterns); docs/design/inspection.md, "Measured".

    python bench/encrypt.py CORPUS OUT [--method full …] [--rename]
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

KB = 1024
Span = tuple[int, int]
EXTENSION = ".qz7lock"


def full(size: int) -> list[Span]:
    """Every byte."""
    return [(0, size)]


def header(size: int) -> list[Span]:
    """The first 4 KB only."""
    return [(0, min(size, 4 * KB))]


def every_other(block: int, *, phase: int) -> Callable[[int], list[Span]]:
    """Every other block, the first included (phase 0) or spared (phase 1)."""

    def spans(size: int) -> list[Span]:
        return [(at, min(at + block, size)) for at in range(phase * block, size, 2 * block)]

    return spans


def percent_spread(size: int) -> list[Span]:
    """20 % of each tenth of the file."""
    part = max(size // 10, 1)
    return [(at, min(at + max(part // 5, 1), size)) for at in range(0, size, part)]


def percent_first(size: int) -> list[Span]:
    """The first 20 %."""
    return [(0, max(size // 5, 1))]


METHODS: dict[str, Callable[[int], list[Span]]] = {
    "full": full,
    "header-4k": header,
    "intermittent-4k": every_other(4 * KB, phase=0),
    "intermittent-16k": every_other(16 * KB, phase=0),
    "intermittent-64k": every_other(64 * KB, phase=0),
    "percent-20-spread": percent_spread,
    "percent-20-first": percent_first,
    "footer": full,
    # not asked for, and harder: the start of the file is left as it was
    "sparing-4k": every_other(4 * KB, phase=1),
    "sparing-16k": every_other(16 * KB, phase=1),
    "sparing-64k": every_other(64 * KB, phase=1),
}
CIPHERS = ("aes-ctr", "chacha20")


def keystream(cipher: str, seed: str, size: int) -> bytes:
    """Return `size` bytes of the cipher's key stream for a seed."""
    digest = hashlib.sha512(seed.encode()).digest()
    algorithm = algorithms.AES(digest[:32]) if cipher == "aes-ctr" else algorithms.ChaCha20(digest[:32], digest[32:48])
    mode = modes.CTR(digest[32:48]) if cipher == "aes-ctr" else None
    return Cipher(algorithm, mode).encryptor().update(bytes(size))


def encrypt(data: bytes, *, method: str, cipher: str, seed: str) -> bytes:
    """Encrypt some bytes by a method; `footer` also appends what a family needs to undo it."""
    stream = keystream(cipher, seed, len(data))
    out = bytearray(data)
    for start, end in METHODS[method](len(data)):
        mixed = int.from_bytes(data[start:end]) ^ int.from_bytes(stream[start:end])
        out[start:end] = mixed.to_bytes(end - start)
    if method == "footer":
        out += b"KEYBLOCK" + keystream("aes-ctr", seed + "rsa", 512) + len(data).to_bytes(8, "little")
    return bytes(out)


def corpus_files(corpus: Path) -> Iterator[Path]:
    """Yield the files of a corpus, in order."""
    for path in sorted(corpus.rglob("*")):
        if path.is_file() and not path.is_symlink() and path.name != "legit_encrypted.txt":
            yield path


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--method", action="append", choices=sorted(METHODS))
    parser.add_argument("--cipher", choices=CIPHERS, default="aes-ctr")
    parser.add_argument("--rename", action="store_true", help=f"append {EXTENSION}")
    chosen = parser.parse_args()
    written = 0
    for method in chosen.method or METHODS:
        for path in corpus_files(chosen.corpus):
            place = chosen.out / method / path.relative_to(chosen.corpus)
            place.parent.mkdir(parents=True, exist_ok=True)
            name = place.name + (EXTENSION if chosen.rename else "")
            seed = f"{method}:{path.relative_to(chosen.corpus)}"
            place.with_name(name).write_bytes(
                encrypt(path.read_bytes(), method=method, cipher=chosen.cipher, seed=seed)
            )
            written += 1
    sys.stdout.write(f"{written} encrypted copies under {chosen.out}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
