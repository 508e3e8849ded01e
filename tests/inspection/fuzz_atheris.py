"""Coverage-guided fuzzing of every parser, where atheris is installed; not collected by pytest.

    PYTHONPATH=src python tests/inspection/fuzz_atheris.py -max_total_time=600 CORPUS_DIR

Any exception is a crash; libFuzzer's -timeout finds hangs. Give it a folder of real files to start from.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["relight.inspection.rules"]):
    from relight.inspection.rules.assess import assess
    from relight.inspection.rules.formats import CHECKERS, LATE_CHECKERS, archives, run

EVERY = (*CHECKERS, *LATE_CHECKERS, ("zip", archives.check_zip))


def one_input(data: bytes) -> None:
    """Ask for a judgement, and ask one parser alone, chosen by the first byte."""
    assess(data, name="fuzz.docx")
    if data:
        name, checker = EVERY[data[0] % len(EVERY)]
        run(name, checker, data[1:])


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
