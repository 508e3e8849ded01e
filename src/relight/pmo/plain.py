"""The restart office's door for what needs no database: projects solved, forecasts made, recovery plans searched.

Owns nothing of its own. Refuses Django, so that a plan comes out on any machine, with an empty data folder or none.
"""

from __future__ import annotations

from relight.pmo.engine.curve import Curve, curve_of
from relight.pmo.engine.solve import Solved, solve
from relight.pmo.errors import COUNT_WRONG
from relight.pmo.rules.counts import Counts, counts_read
from relight.pmo.rules.project import faults_of, lower_bound, project_make
from relight.pmo.rules.psplib import project_read
from relight.pmo.types import Project, Proof, Schedule

__all__ = [
    "COUNT_WRONG",
    "Counts",
    "Curve",
    "Project",
    "Proof",
    "Schedule",
    "Solved",
    "counts_read",
    "curve_of",
    "faults_of",
    "lower_bound",
    "project_make",
    "project_read",
    "solve",
]
