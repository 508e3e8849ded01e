"""Root of all addresses."""

from importlib.util import find_spec

from django.urls import include, path

ROOMS = [
    ("", "record"),  # first, for programs read from it a thousand times a second
    ("", "console"),
    ("", "people"),
    ("line/", "fleet"),
    ("dependencies/", "hospital"),
    ("lab/", "lab"),
    ("activity/", "activity"),
    ("liaison/", "liaison"),
    ("plan/", "pmo"),
    ("zone/", "cleanzone"),
    ("", "ui"),
]
urlpatterns = [path(at, include(f"relight.{app}.urls")) for at, app in ROOMS if find_spec(f"relight.{app}.urls")]
urlpatterns.append(path("", include("relight.fleet.doors")))

handler400 = "relight.ui.views.bad_request"
handler403 = "relight.ui.views.forbidden"
handler404 = "relight.ui.views.not_found"
handler500 = "relight.ui.views.server_error"
