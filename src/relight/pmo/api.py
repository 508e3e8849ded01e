"""The door of the restart office for every app above it."""

from relight.pmo.engine.restart import ORDER_WORDS, OrderBy
from relight.pmo.rules.tasks import TaskGiven
from relight.pmo.selectors.days import forecast_fan, forecast_latest
from relight.pmo.selectors.forecast import planned
from relight.pmo.selectors.plans import plan_latest
from relight.pmo.selectors.problems import answers_waiting
from relight.pmo.selectors.reports import ReportFile, document_signed, report_file, report_find, shown_digest
from relight.pmo.selectors.task_files import task_file
from relight.pmo.services.days import forecast_keep
from relight.pmo.services.decisions import decision_propose, decision_sign
from relight.pmo.services.ledger import LineGiven, line_add, risk_add
from relight.pmo.services.plans import plan_make, plan_publish
from relight.pmo.services.problems import problem_answer, problem_report, problem_take
from relight.pmo.services.reports import report_approve, report_draw, report_write
from relight.pmo.services.tasks import task_add, task_take, tasks_import
from relight.pmo.types import LANGUAGES, Audience, LedgerKind, Shape

__all__ = [
    "LANGUAGES",
    "ORDER_WORDS",
    "Audience",
    "LedgerKind",
    "LineGiven",
    "OrderBy",
    "ReportFile",
    "Shape",
    "TaskGiven",
    "answers_waiting",
    "decision_propose",
    "decision_sign",
    "document_signed",
    "forecast_fan",
    "forecast_keep",
    "forecast_latest",
    "line_add",
    "plan_latest",
    "plan_make",
    "plan_publish",
    "planned",
    "problem_answer",
    "problem_report",
    "problem_take",
    "report_approve",
    "report_draw",
    "report_file",
    "report_find",
    "report_write",
    "risk_add",
    "shown_digest",
    "task_add",
    "task_file",
    "task_take",
    "tasks_import",
]
