"""Whatever bytes come from outside, a reader reads them or refuses them with a coded error, and never anything else."""

from __future__ import annotations

import importlib.util
import random
import subprocess
import sys
from pathlib import Path

import pytest

from fuzz.readers import READERS, mutated, tried

RUN = Path(__file__).with_name("run.py")
DAMAGED = 300
NO_ATHERIS = (
    "atheris is not here: it exists for Linux on x86_64 and Python up to 3.13; run `make soak` on such a machine"
)


@pytest.mark.parametrize("name", READERS)
def test_whole_samples_are_read(name):
    """The seeds reach the reader's inside: at least one of them is not refused."""
    read = 0
    for seed in READERS[name].seeds:
        READERS[name].read(seed)
        read += 1
    assert read == len(READERS[name].seeds)


@pytest.mark.parametrize("name", READERS)
def test_damaged_samples_are_read_or_refused_with_a_coded_error(name):
    """The same damages every time: a first net, the coverage-guided one is `make soak`."""
    chance = random.Random(name)
    corpus = READERS[name].corpus(limit_bytes=4000)
    for _ in range(DAMAGED):
        tried(name, mutated(chance.choice(corpus), chance))


@pytest.mark.soak
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", READERS)
def test_a_minute_of_guided_fuzzing_finds_nothing(name, tmp_path):
    if importlib.util.find_spec("atheris") is None:
        pytest.skip(NO_ATHERIS)
    words = [sys.executable, str(RUN), name, "--seconds", "60", "--folder", str(tmp_path)]
    done = subprocess.run(words, capture_output=True, text=True, errors="replace", timeout=280, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
