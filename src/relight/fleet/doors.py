"""Addresses of the fleet outside its room: a workstation's own door, mounted under `/`."""

from __future__ import annotations

from django.urls import path

from relight.fleet.views import workstations

app_name = "workstation"
urlpatterns = [path("enrol/", workstations.enrol, name="enrol")]
