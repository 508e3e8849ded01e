"""Addresses of liaison."""

from __future__ import annotations

from relight.liaison.urls import bulletins, delivery, directory, requests

app_name = "liaison"
urlpatterns = [
    *directory.urlpatterns,
    *bulletins.urlpatterns,
    *delivery.urlpatterns,
    *requests.urlpatterns,
]
