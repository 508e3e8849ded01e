"""Addresses of reading one patient's chart."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
