"""Root of all addresses."""

from django.urls import include, path

urlpatterns = [
    path("", include("relight.console.urls")),
    path("", include("relight.people.urls")),
    path("line/", include("relight.fleet.urls")),
    path("dependencies/", include("relight.hospital.urls")),
    path("", include("relight.ui.urls")),
]

handler400 = "relight.ui.views.bad_request"
handler403 = "relight.ui.views.forbidden"
handler404 = "relight.ui.views.not_found"
handler500 = "relight.ui.views.server_error"
