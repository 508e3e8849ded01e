"""Tables of the record. Owns tables and constraints, no verbs: `services` write, `selectors` read."""

from relight.record.models.drafts import Draft
from relight.record.models.patients import (
    FaceWord,
    GlassBreak,
    Gram,
    Merge,
    NameWord,
    NumberRange,
    PatientFace,
    PatientNumber,
    Stay,
)
from relight.record.models.printing import PaperNumber, PrintKind, PrintRun, PrintSchedule
from relight.record.models.reads import ReadNote
from relight.record.models.requests import OrderRow, RequestRow, SampleRow, SampleSeries
from relight.record.models.search import DateIndex, QuantityIndex, ReferenceIndex, StringIndex, TokenIndex
from relight.record.models.store import (
    Alias,
    Aside,
    Entry,
    Identifier,
    ImportFile,
    ImportRun,
    Node,
    Reference,
    Resource,
    Source,
)
from relight.record.models.uploads import ImportRequest

__all__ = [
    "Alias",
    "Aside",
    "DateIndex",
    "Draft",
    "Entry",
    "FaceWord",
    "GlassBreak",
    "Gram",
    "Identifier",
    "ImportFile",
    "ImportRequest",
    "ImportRun",
    "Merge",
    "NameWord",
    "Node",
    "NumberRange",
    "OrderRow",
    "PaperNumber",
    "PatientFace",
    "PatientNumber",
    "PrintKind",
    "PrintRun",
    "PrintSchedule",
    "QuantityIndex",
    "ReadNote",
    "Reference",
    "ReferenceIndex",
    "RequestRow",
    "Resource",
    "SampleRow",
    "SampleSeries",
    "Source",
    "Stay",
    "StringIndex",
    "TokenIndex",
]
