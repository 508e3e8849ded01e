"""Addresses of the laboratory, below /lab/."""

from django.urls import path

from relight.lab.views import board, compare, ladder, qc

app_name = "lab"
urlpatterns = [
    path("", board.board, name="board"),
    path("links/<slug:link>/ladder/", ladder.ladder, name="ladder"),
    path("links/<slug:link>/ladder/record/<slug:check>/", ladder.record, name="record"),
    path("links/<slug:link>/ladder/sign-laboratory/", ladder.sign_laboratory, name="sign-laboratory"),
    path("links/<slug:link>/ladder/sign-security/", ladder.sign_security, name="sign-security"),
    path("links/<slug:link>/ladder/lower/", ladder.lower, name="lower"),
    path("links/<slug:link>/compare/", compare.compare, name="compare"),
    path("links/<slug:link>/compare/open/", compare.compare_open, name="compare-open"),
    path("links/<slug:link>/compare/<uuid:sheet>/", compare.sheet, name="sheet"),
    path("links/<slug:link>/compare/<uuid:sheet>/close/", compare.close, name="sheet-close"),
    path("links/<slug:link>/compare/<uuid:sheet>/remove/<uuid:line>/", compare.remove, name="sheet-remove"),
    path("qc/", qc.qc, name="qc"),
    path("links/<slug:link>/qc/", qc.link_qc, name="link-qc"),
    path("links/<slug:link>/qc/target/", qc.target_set, name="target-set"),
    path("links/<slug:link>/qc/file/", qc.targets_file, name="targets-file"),
    path("links/<slug:link>/qc/<uuid:target>/", qc.series, name="series"),
    path("links/<slug:link>/qc/<uuid:target>/note/<uuid:point>/", qc.note, name="qc-note"),
]
