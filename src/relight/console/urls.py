"""Addresses of the console."""

from django.urls import path

from relight.console.views import journal, live, search, situation

app_name = "console"
urlpatterns = [
    path("", situation.situation, name="situation"),
    path("burn-up/", situation.burn_up, name="burn-up"),
    path("live/", live.live, name="live"),
    path("search/", search.search, name="search"),
    path("journal/", journal.journal, name="journal"),
    path("journal/timeline/", journal.timeline, name="timeline"),
    path("journal/verify/", journal.verify, name="journal-verify"),
    path("journal/lag/", journal.lag, name="journal-lag"),
    path("journal/evidence/<str:digest>/", journal.evidence, name="evidence"),
    path("journal/evidence/<str:digest>/file/", journal.evidence_file, name="evidence-file"),
    path("journal/<int:seq>/", journal.entry, name="journal-entry"),
]
