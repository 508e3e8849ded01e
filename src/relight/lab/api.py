"""The only door of the laboratory for other apps and for the command line."""

from relight.lab.drivers import driver_find
from relight.lab.rules.inbox import idem_of, kind_of_type
from relight.lab.rules.interpret import interpret
from relight.lab.rules.ladder import Capacity
from relight.lab.rules.links_file import LinksFile, links_dump
from relight.lab.rules.mapping import Meaning
from relight.lab.rules.orders import NewOrder, PatientId, Wanted
from relight.lab.rules.policy import Check
from relight.lab.rules.queues import CloseReason
from relight.lab.rules.standing import STANDING_LOOKS
from relight.lab.selectors.calls import call_query
from relight.lab.selectors.inbox import message_documents, message_filter
from relight.lab.selectors.ladder import Linked, link_rungs, linked_share
from relight.lab.selectors.link_list import LinkView, link_list
from relight.lab.selectors.orders import order_query
from relight.lab.selectors.queues import queue_query
from relight.lab.selectors.reconcile import Reconciliation, reconcile
from relight.lab.selectors.results import report_of_sample, report_query, reports_digests
from relight.lab.services.answers import exchange_outcome, query_answer
from relight.lab.services.calls import call_close
from relight.lab.services.charting import orders_chart
from relight.lab.services.compare import line_add, sheet_close, sheet_open
from relight.lab.services.delivery import Outcome, delivery_next, delivery_outcomes
from relight.lab.services.inbox import acks_record, inbox_store
from relight.lab.services.ladder import connection_test, evidence_record, links_watch, rung_sign
from relight.lab.services.links import LoadReport, links_file_read, links_load, links_text
from relight.lab.services.orders import order_make
from relight.lab.services.qc import TargetGiven, qc_targets_set
from relight.lab.services.queues import reports_close, test_map
from relight.lab.services.reading import messages_read
from relight.lab.services.replay import FeedReport, capture_feed
from relight.lab.services.validation import reports_validate
from relight.lab.types import (
    AckOutcome,
    Incoming,
    LinkSettings,
    LisSettings,
    MessageKind,
    MessageState,
    OrdersKept,
    Protocol,
    ReportState,
    Stored,
)
from relight.record.api import catalogue_now

__all__ = [
    "STANDING_LOOKS",
    "AckOutcome",
    "Capacity",
    "Check",
    "CloseReason",
    "FeedReport",
    "Incoming",
    "LinkSettings",
    "LinkView",
    "Linked",
    "LinksFile",
    "LisSettings",
    "LoadReport",
    "Meaning",
    "MessageKind",
    "MessageState",
    "NewOrder",
    "OrdersKept",
    "Outcome",
    "PatientId",
    "Protocol",
    "Reconciliation",
    "ReportState",
    "Stored",
    "TargetGiven",
    "Wanted",
    "acks_record",
    "call_close",
    "call_query",
    "capture_feed",
    "catalogue_now",
    "connection_test",
    "delivery_next",
    "delivery_outcomes",
    "driver_find",
    "evidence_record",
    "exchange_outcome",
    "idem_of",
    "inbox_store",
    "interpret",
    "kind_of_type",
    "line_add",
    "link_list",
    "link_rungs",
    "linked_share",
    "links_dump",
    "links_file_read",
    "links_load",
    "links_text",
    "links_watch",
    "message_documents",
    "message_filter",
    "messages_read",
    "order_make",
    "order_query",
    "orders_chart",
    "qc_targets_set",
    "query_answer",
    "queue_query",
    "reconcile",
    "report_of_sample",
    "report_query",
    "reports_close",
    "reports_digests",
    "reports_validate",
    "rung_sign",
    "sheet_close",
    "sheet_open",
    "test_map",
]
