"""Addresses of the wards room: census, finding, admitting, who opened what."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
