"""The door of the restart office for every app above it."""

from relight.pmo.engine.restart import ORDER_WORDS, OrderBy
from relight.pmo.selectors.forecast import planned
from relight.pmo.selectors.plans import plan_latest
from relight.pmo.services.plans import plan_make, plan_publish

__all__ = ["ORDER_WORDS", "OrderBy", "plan_latest", "plan_make", "plan_publish", "planned"]
