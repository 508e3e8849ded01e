"""Addresses of the laboratory, below /lab/."""

from django.urls import path

from relight.lab.views import board, compare, flow, ladder, links, messages, qc, queues, reconcile

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
    path("links/new/", links.link_new, name="link-new"),
    path("links/<slug:link>/edit/", links.link_edit, name="link-edit"),
    path("links/<slug:link>/on/", links.link_on, name="link-on"),
    path("links/<slug:link>/off/", links.link_off, name="link-off"),
    path("links/<slug:link>/remove/", links.link_drop, name="link-drop"),
    path("flow/<slug:link>/", flow.flow, name="flow"),
    path("lis/", links.systems, name="systems"),
    path("lis/new/", links.lis_new, name="lis-new"),
    path("lis/<slug:lis>/", links.lis, name="lis"),
    path("lis/<slug:lis>/edit/", links.lis_edit, name="lis-edit"),
    path("lis/<slug:lis>/pause/", links.lis_hold, name="lis-hold"),
    path("lis/<slug:lis>/resume/", links.lis_go, name="lis-go"),
    path("messages/", messages.messages, name="messages"),
    path("messages/<uuid:message>/", messages.message, name="message"),
    path("messages/<uuid:message>/raw/", messages.message_raw, name="message-raw"),
    path("held/", queues.held, name="held"),
    path("refused/", queues.refused, name="refused"),
    path("decide/", queues.decide_many, name="decide-many"),
    path("decide/<uuid:report>/", queues.decide, name="decide"),
    path("reconcile/", reconcile.reconciliation, name="reconcile"),
]
