"""Addresses of medicines and requests of one patient."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
