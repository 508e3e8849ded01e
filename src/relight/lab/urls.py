"""Addresses of the laboratory, below /lab/."""

from django.urls import path

from relight.lab.views import board, ladder

app_name = "lab"
urlpatterns = [
    path("", board.board, name="board"),
    path("links/<slug:link>/ladder/", ladder.ladder, name="ladder"),
    path("links/<slug:link>/ladder/record/<slug:check>/", ladder.record, name="record"),
    path("links/<slug:link>/ladder/sign-laboratory/", ladder.sign_laboratory, name="sign-laboratory"),
    path("links/<slug:link>/ladder/sign-security/", ladder.sign_security, name="sign-security"),
    path("links/<slug:link>/ladder/lower/", ladder.lower, name="lower"),
]
