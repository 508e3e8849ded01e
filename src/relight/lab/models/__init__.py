"""Tables of the laboratory gateway.

Owns tables and constraints, no verbs: `services` write, `selectors` read. Actors, sites, roles and
wards are opaque ids. Source: docs/design/lab.md.
"""

from relight.lab.models.inbox import Exchange, Message, Report, Result
from relight.lab.models.ladder import Climb, Comparison, ComparisonLine, LinkEvidence, RungSignature
from relight.lab.models.links import Link, LinkState, Lis, TestMap
from relight.lab.models.orders import Call, ChartDue, Charted, ResultSheet, SheetResult, TestState
from relight.lab.models.qc import QcPoint, QcTarget

__all__ = [
    "Call",
    "ChartDue",
    "Charted",
    "Climb",
    "Comparison",
    "ComparisonLine",
    "Exchange",
    "Link",
    "LinkEvidence",
    "LinkState",
    "Lis",
    "Message",
    "QcPoint",
    "QcTarget",
    "Report",
    "Result",
    "ResultSheet",
    "RungSignature",
    "SheetResult",
    "TestMap",
    "TestState",
]
