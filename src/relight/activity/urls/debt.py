"""Addresses of debt."""

from __future__ import annotations

from django.urls import URLPattern, path

from relight.activity.views import debt as views

urlpatterns: list[URLPattern] = [
    path("debt/", views.debt, name="debt"),
    path("debt/line/", views.debt_line, name="debt-line"),
    path("debt/session/", views.debt_session, name="debt-session"),
    path("debt/given/", views.debt_given, name="debt-given"),
    path("debt/places/<slug:site>/", views.debt_places, name="debt-places"),
    path("debt/places/<slug:site>/set/", views.debt_places_set, name="debt-places-set"),
    path("debt/<uuid:item>/", views.debt_item, name="debt-item"),
    path("debt/<uuid:item>/book/", views.debt_item_book, name="debt-book"),
    path("debt/<uuid:item>/end/", views.debt_item_end, name="debt-end"),
    path("debt/<uuid:item>/return/", views.debt_item_return, name="debt-return"),
]
