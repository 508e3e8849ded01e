"""Coverage-guided fuzzing of one reader with atheris, in a process of its own; `make soak` runs each for a minute.

    .venv/bin/python tests/fuzz/run.py READER [--seconds N] [--folder DIR]

Exit 0 when nothing was found. Otherwise the input that broke the reader stands in DIR (else in a new folder that
is named): give it to the reader again with `--again FILE`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

LONGEST_INPUT = 4096
SLOWEST_S = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reader")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--again", type=Path, metavar="FILE")
    options = parser.parse_args()
    if options.again:
        from fuzz.readers import tried

        tried(options.reader, options.again.read_bytes())
        return

    import atheris

    with atheris.instrument_imports(include=["relight.wire", "relight.lab.rules", "relight.lab.drivers"]):
        from fuzz.readers import READERS, tried
    if options.reader not in READERS:
        parser.error(f"there is no reader {options.reader}: {', '.join(READERS)}")
    folder = options.folder or Path(tempfile.mkdtemp(prefix="fuzz-"))
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(READERS[options.reader].corpus(limit_bytes=LONGEST_INPUT)):
        (corpus / f"seed-{number}").write_bytes(seed)
    words = [
        sys.argv[0],
        str(corpus),
        f"-max_total_time={options.seconds}",
        f"-max_len={LONGEST_INPUT}",
        f"-timeout={SLOWEST_S}",
        f"-artifact_prefix={folder}/",
        "-rss_limit_mb=2048",
        "-print_final_stats=1",
    ]
    atheris.Setup(words, lambda data: tried(options.reader, data))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
