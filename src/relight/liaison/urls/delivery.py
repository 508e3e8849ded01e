"""Addresses of delivery."""

from __future__ import annotations

from django.urls import URLPattern, path

from relight.liaison.views import delivery as views

urlpatterns: list[URLPattern] = [
    path("delivery/", views.delivery, name="delivery"),
    path("delivery/<uuid:bulletin>/lists/", views.lists_write, name="delivery-lists"),
    path("delivery/<uuid:bulletin>/receipts/", views.receipts, name="delivery-receipts"),
    path("delivery/list/<uuid:batch>/", views.batch, name="batch"),
    path("delivery/list/<uuid:batch>/list.csv", views.batch_file, name="batch-file"),
]
