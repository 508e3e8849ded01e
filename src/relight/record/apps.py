"""The Django app of the record."""

from django.apps import AppConfig


class RecordConfig(AppConfig):
    """Names the app; at start the makers of index rows are put on the store's list."""

    name = "relight.record"
    label = "record"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from relight.record.services.faces import FACES  # noqa: PLC0415 - tables stand only now
        from relight.record.services.projectors import PROJECTORS  # noqa: PLC0415
        from relight.record.services.request_rows import REQUESTS  # noqa: PLC0415
        from relight.record.services.search_rows import SEARCH  # noqa: PLC0415

        for projector in (SEARCH, FACES, REQUESTS):
            if projector not in PROJECTORS:
                PROJECTORS.append(projector)
