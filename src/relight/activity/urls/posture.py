"""Addresses of posture."""

from __future__ import annotations

from django.urls import URLPattern, path

from relight.activity.views import posture as views

urlpatterns: list[URLPattern] = [
    path("posture/", views.posture, name="posture"),
    path("posture/<slug:site>/", views.posture_site, name="posture-site"),
    path("posture/<slug:site>/set/", views.posture_put, name="posture-set"),
]
