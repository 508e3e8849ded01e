"""Addresses of bulletins."""

from __future__ import annotations

from django.urls import URLPattern, path

from relight.liaison.views import bulletins

urlpatterns: list[URLPattern] = [
    path("bulletins/", bulletins.bulletins, name="bulletins"),
    path("bulletins/draw/", bulletins.draw, name="bulletin-draw"),
    path("bulletins/draft/", bulletins.draft, name="bulletin-draft"),
    path("bulletins/draft/write/", bulletins.write, name="bulletin-write"),
    path("bulletins/draft/approve/", bulletins.approve, name="bulletin-approve"),
    path("bulletins/draft/file/<slug:shape>/", bulletins.draft_paper, name="bulletin-draft-file"),
    path("bulletins/<int:number>/", bulletins.bulletin, name="bulletin"),
    path("bulletins/<int:number>/<slug:shape>/", bulletins.bulletin_paper, name="bulletin-file"),
]
