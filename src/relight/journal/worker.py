"""The worker: runs every subscriber over the events it takes, exactly once, within a second of their commit; and
routines, which look again and again whether something is due.

One thread a subscriber, so that a long import holds nobody else up. Each event is one transaction
with its cursor; a handler that fails is rolled back, tried again with back-off, and after the last
try set aside (and shown by `relight journal lag`), so that it does not block those behind it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import structlog
from django.db import close_old_connections, connections, transaction
from django.utils.module_loading import import_string

from relight.journal.models import AsideEvent, Cursor, Event
from relight.journal.rules import next_try
from relight.journal.selectors import event_view
from relight.journal.types import EventView, Handler, Routine, Subscription
from relight.kernel.act import Act, Door
from relight.kernel.errors import RelightError

log = structlog.get_logger(__name__)

Now = Callable[[], datetime]
POLL_S = 0.25
_BATCH = 100


def clock() -> datetime:
    """The real clock of the worker's shell."""
    return datetime.now(tz=UTC)


def subscription_run(subscription: Subscription, *, now: Now, limit: int = _BATCH) -> int:
    """Handle the events that wait for one subscriber. Returns: how many were handled or set aside."""
    handler: Handler = import_string(subscription.handler)
    cursor, _ = Cursor.objects.get_or_create(subscriber=subscription.name)
    if cursor.next_try_at is not None and cursor.next_try_at > now():
        return 0
    waiting = Event.objects.filter(seq__gt=cursor.seq, name__in=subscription.events).order_by("seq")[:limit]
    done = 0
    for event in [event_view(row) for row in waiting]:
        if not _handle(subscription, handler, event, now=now):
            break
        done += 1
    return done


def _handle(subscription: Subscription, handler: Handler, event: EventView, *, now: Now) -> bool:
    """Run one event. Returns: whether the subscriber may go on to the next one."""
    act = Act(actor=f"relight:{subscription.name}", at=now(), door=Door.WORKER, roles=frozenset({"system"}))
    try:
        with transaction.atomic():
            cursor = Cursor.objects.select_for_update().get(subscriber=subscription.name)
            if cursor.seq >= event.seq:
                return True
            handler(event, act)
            Cursor.objects.filter(pk=cursor.pk).update(seq=event.seq, tries=0, next_try_at=None, error="")
    except Exception as fault:
        return _failed(subscription, event, fault, at=now())
    return True


def _failed(subscription: Subscription, event: EventView, fault: Exception, *, at: datetime) -> bool:
    """Note a failure: try again later, or set the event aside. Returns: whether to go on."""
    reason = fault.code if isinstance(fault, RelightError) else type(fault).__name__
    with transaction.atomic():
        cursor = Cursor.objects.select_for_update().get(subscriber=subscription.name)
        cursor.tries += 1
        again = next_try(tries=cursor.tries, at=at)
        log.warning("event failed", subscriber=subscription.name, number=event.seq, tries=cursor.tries, reason=reason)
        if again is None:
            AsideEvent.objects.get_or_create(
                subscriber=subscription.name, event_seq=event.seq, defaults={"at": at, "error": reason}
            )
            cursor.seq, cursor.tries, cursor.next_try_at, cursor.error = event.seq, 0, None, ""
        else:
            cursor.next_try_at, cursor.error = again, reason
        cursor.save()
    return again is None


def aside_retry(subscription: Subscription, *, now: Now) -> int:
    """Run the events set aside for a subscriber once more. Returns: how many went through."""
    handler: Handler = import_string(subscription.handler)
    done = 0
    for row in AsideEvent.objects.filter(subscriber=subscription.name).order_by("event_seq"):
        act = Act(actor=f"relight:{subscription.name}", at=now(), door=Door.WORKER, roles=frozenset({"system"}))
        try:
            with transaction.atomic():
                handler(event_view(Event.objects.get(seq=row.event_seq)), act)
                row.delete()
        except Exception as fault:
            reason = fault.code if isinstance(fault, RelightError) else type(fault).__name__
            AsideEvent.objects.filter(pk=row.pk).update(error=reason, at=now())
        else:
            done += 1
    return done


def worker_run(
    subscriptions: Iterable[Subscription], *, stop: threading.Event, routines: Iterable[Routine] = (), now: Now = clock
) -> None:
    """Run until `stop` is set: one thread a subscriber and a routine; a database that is away is waited for."""
    threads = [
        threading.Thread(target=_loop, args=(subscription, stop, now), name=subscription.name, daemon=True)
        for subscription in subscriptions
    ]
    threads += [
        threading.Thread(target=_routine_loop, args=(routine, stop, now), name=routine.name, daemon=True)
        for routine in routines
    ]
    for thread in threads:
        thread.start()
    stop.wait()
    for thread in threads:
        thread.join(timeout=3)


def _loop(subscription: Subscription, stop: threading.Event, now: Now) -> None:
    while not stop.is_set():
        try:
            close_old_connections()
            done = subscription_run(subscription, now=now)
        except Exception as fault:
            log.warning("subscriber waits", subscriber=subscription.name, reason=type(fault).__name__)
            done = 0
            stop.wait(2)
        if not done:
            stop.wait(POLL_S)
    connections.close_all()


def routine_run(routine: Routine, *, now: Now) -> None:
    """Run a routine once; what it could not do is noted, and tried again at its next turn."""
    handler: Callable[[Act], None] = import_string(routine.handler)
    act = Act(actor=f"relight:{routine.name}", at=now(), door=Door.WORKER, roles=frozenset({"system"}))
    try:
        handler(act)
    except Exception as fault:
        reason = fault.code if isinstance(fault, RelightError) else type(fault).__name__
        log.warning("routine failed", routine=routine.name, reason=reason)


def _routine_loop(routine: Routine, stop: threading.Event, now: Now) -> None:
    while not stop.is_set():
        close_old_connections()
        routine_run(routine, now=now)
        stop.wait(routine.every_s)
    connections.close_all()
