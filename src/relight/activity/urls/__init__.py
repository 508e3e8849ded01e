"""Addresses of activity."""

from __future__ import annotations

from relight.activity.urls import appointments, debt, policy, posture, telling

app_name = "activity"
urlpatterns = [
    *appointments.urlpatterns,
    *policy.urlpatterns,
    *telling.urlpatterns,
    *debt.urlpatterns,
    *posture.urlpatterns,
]
