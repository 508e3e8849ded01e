"""Who listens to which event, by name. The worker runs them; apps higher up never get imported below."""

from relight.journal.api import Subscription

SUBSCRIPTIONS: tuple[Subscription, ...] = (
    Subscription(
        name="fleet-import",
        events=frozenset({"fleet.import_requested"}),
        handler="relight.fleet.tasks.on_import_requested",
    ),
    Subscription(
        name="fleet-placing",
        events=frozenset({"hospital.loaded"}),
        handler="relight.fleet.tasks.on_hospital_loaded",
    ),
)
