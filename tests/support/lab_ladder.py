"""A link that lacks nothing but two signatures for the rung results: import the two fixtures where a test needs it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from relight.lab.types import HoldReason, QcReading, ReportState, Rung

SHIPPED = Path(__file__).parents[2] / "src/relight/lab/ladder.toml"


@pytest.fixture
def small_policy(relight_home: Path) -> Iterator[Path]:
    """A policy in the data folder that asks for two samples and one of everything else."""
    own = relight_home / "ladder.toml"
    own.write_text(SHIPPED.read_text().replace("count = 20 ", "count = 2 ").replace("count = 200", "count = 1"))
    yield own
    own.unlink()


@pytest.fixture
def ready_link(
    small_policy: Path, link: Callable[..., str], report: Callable[..., Any], act_for: Any, clock: Any, gateway: Any
) -> str:
    """A link at identification: compared on two samples, its one control in range."""
    from relight.journal.api import writing
    from relight.lab.services.compare import line_add, sheet_close, sheet_open
    from relight.lab.services.qc import TargetGiven, qc_points_add, qc_targets_set

    link("chem", rung=Rung.IDENTIFICATION)
    act = act_for("laboratory")
    sheet = sheet_open(act=act, link="chem")
    for sample in ("S1", "S2"):
        report("chem", sample=sample, state=ReportState.HELD, hold=HoldReason.RUNG)
        line_add(act=act, link="chem", sheet=sheet, sample=sample, test="GLU", by_hand="5.4")
    assert sheet_close(act=act, link="chem", sheet=sheet)
    target = TargetGiven(code="GLU", level="1", lot="A", mean="5", sd="0.1")
    qc_targets_set(act=act, link="chem", targets=[target])
    point = QcReading(code="GLU", value="5.05", number="5.05", level="1", lot="A", measured_at=clock.now())
    with writing(gateway()) as log:
        qc_points_add(act=gateway(), log=log, link="chem", points=[point])
    return "chem"
