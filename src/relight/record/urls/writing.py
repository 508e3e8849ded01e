"""Addresses of writing into a chart: notes, vital signs, allergies, problems, documents, letters."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
