"""Tables of the restart office. No verbs: `services` write, `selectors` read."""

from relight.pmo.models.plans import DayForecast, Decision, DecisionSignature, Plan, Task
from relight.pmo.models.problems import Problem, ProblemVoice
from relight.pmo.models.reports import LedgerLine, Report, ReportText, Risk

__all__ = [
    "DayForecast",
    "Decision",
    "DecisionSignature",
    "LedgerLine",
    "Plan",
    "Problem",
    "ProblemVoice",
    "Report",
    "ReportText",
    "Risk",
    "Task",
]
