"""IHE LAW, the laboratory's analytical workflow: queries (LAB-27), work orders (LAB-28), results (LAB-29).

Owns the typed values and their messages. Refuses what an analyzer family does its own way (drivers).
Source: IHE PaLM TF-2b; docs/design/hl7.md.
"""

from relight.wire.law.orders import (
    OrdersAnswer,
    answers_build,
    answers_read,
    negative,
    orders_build,
    orders_read,
)
from relight.wire.law.query import QueryResponse, query_build, query_read, response_build, response_read
from relight.wire.law.results import results
from relight.wire.law.types import (
    AnsweredOrder,
    AnsweredSample,
    Coded,
    Envelope,
    Order,
    OrderAnswer,
    OrderControl,
    Patient,
    PatientId,
    Query,
    QueryKind,
    QueryStatus,
    Reagent,
    ResultLine,
    Role,
    SampleId,
    SpecimenResults,
    WorkOrder,
)

__all__ = [
    "AnsweredOrder",
    "AnsweredSample",
    "Coded",
    "Envelope",
    "Order",
    "OrderAnswer",
    "OrderControl",
    "OrdersAnswer",
    "Patient",
    "PatientId",
    "Query",
    "QueryKind",
    "QueryResponse",
    "QueryStatus",
    "Reagent",
    "ResultLine",
    "Role",
    "SampleId",
    "SpecimenResults",
    "WorkOrder",
    "answers_build",
    "answers_read",
    "negative",
    "orders_build",
    "orders_read",
    "query_build",
    "query_read",
    "response_build",
    "response_read",
    "results",
]
