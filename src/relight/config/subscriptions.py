"""Who listens to which event, by name, and what is looked after again and again. The worker runs them; apps higher
up never get imported below."""

from relight.journal.api import Routine, Subscription

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
    Subscription(
        name="zone-revocations",
        events=frozenset({"line.passport_revoked"}),
        handler="relight.cleanzone.tasks.on_passport_revoked",
    ),
    Subscription(
        name="zone-flows",
        events=frozenset({"zone.flows_changed"}),
        handler="relight.cleanzone.tasks.on_flows_changed",
    ),
    Subscription(
        name="lab-requests",
        events=frozenset({"record.request_cancelled"}),
        handler="relight.lab.tasks.on_request_cancelled",
    ),
    Subscription(
        name="activity-proposals",
        events=frozenset({"hospital.unit_changed", "hospital.function_changed", "hospital.loaded"}),
        handler="relight.activity.tasks.on_hospital_changed",
    ),
    Subscription(
        name="activity-telling",
        events=frozenset({"activity.decided"}),
        handler="relight.activity.tasks.on_decided_tell",
    ),
    Subscription(
        name="activity-telling-dates",
        events=frozenset({"activity.rebooked", "activity.rebooking_returned"}),
        handler="relight.activity.tasks.on_rebooked_tell",
    ),
    Subscription(
        name="activity-debt",
        events=frozenset({"activity.decided"}),
        handler="relight.activity.tasks.on_decided_owe",
    ),
    Subscription(
        name="liaison-delivery",
        events=frozenset({"liaison.published"}),
        handler="relight.liaison.tasks.on_published",
    ),
)

ROUTINES: tuple[Routine, ...] = (
    Routine(name="record-print", every_s=15, handler="relight.record.tasks.print_when_due"),
    Routine(name="zone-closings", every_s=1, handler="relight.cleanzone.tasks.closings_when_owed"),
    Routine(name="zone-look", every_s=30, handler="relight.cleanzone.tasks.zone_look"),
    Routine(name="zone-addresses", every_s=30, handler="relight.cleanzone.tasks.addresses_when_due"),
    Routine(name="liaison-requests", every_s=15, handler="relight.liaison.tasks.requests_overdue"),
    Routine(name="pmo-forecast", every_s=600, handler="relight.pmo.tasks.forecast_when_due"),
    Routine(name="activity-uploads", every_s=2, handler="relight.activity.tasks.uploads_import"),
    Routine(name="record-uploads", every_s=2, handler="relight.record.tasks.uploads_import"),
)
