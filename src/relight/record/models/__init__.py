"""Tables of the record. Owns tables and constraints, no verbs: `services` write, `selectors` read."""

from relight.record.models.reads import ReadNote
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

__all__ = [
    "Alias",
    "Aside",
    "DateIndex",
    "Entry",
    "Identifier",
    "ImportFile",
    "ImportRun",
    "Node",
    "QuantityIndex",
    "ReadNote",
    "Reference",
    "ReferenceIndex",
    "Resource",
    "Source",
    "StringIndex",
    "TokenIndex",
]
