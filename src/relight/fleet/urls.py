"""Addresses of the recovery line, mounted under `/line/`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from relight.fleet.views import batch, bench, board, evidence, imports, items, passports, workstations

app_name = "fleet"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", board.board, name="board"),
    path("policy/", board.policy, name="policy"),
    path("items/", items.items, name="items"),
    path("items/add/", items.add, name="item-add"),
    path("items/<uuid:item>/", items.item, name="item"),
    path("items/<uuid:item>/evidence/<str:digest>/", items.evidence, name="evidence"),
    path("scan/", items.scan, name="scan"),
    path("bench/", bench.bench, name="bench"),
    path("imports/", imports.imports, name="imports"),
    path("imports/new/", imports.upload, name="import-upload"),
    path("imports/<uuid:run>/", imports.run, name="import"),
    path("imports/<uuid:run>/confirm/", imports.confirm, name="import-confirm"),
    path("imports/<uuid:run>/drop/", imports.drop, name="import-drop"),
    path("imports/<uuid:run>/aside/<int:aside>/", imports.aside, name="aside"),
    path("doubts/", imports.doubts, name="doubts"),
    path("batch/move/", batch.move, name="move"),
    path("batch/attest/", batch.attest, name="attest"),
    path("batch/sign-security/", batch.sign_security, name="sign-security"),
    path("batch/sign-owner/", batch.sign_owner, name="sign-owner"),
    path("batch/quarantine/", batch.quarantine, name="quarantine"),
    path("batch/release/", batch.release, name="release"),
    path("batch/retire/", batch.retire, name="retire"),
    path("batch/return/", batch.return_, name="return"),
    path("items/<uuid:item>/report/", evidence.report, name="report"),
    path("items/<uuid:item>/reports/<uuid:report>/", evidence.report_file, name="report-file"),
    path("inspectors/", evidence.keys, name="keys"),
    path("inspectors/enrol/", evidence.enrol, name="key-enrol"),
    path("inspectors/<str:kid>/withdraw/", evidence.withdraw, name="key-withdraw"),
    path("hunt/", evidence.hunt, name="hunt"),
    path("passport/", passports.check, name="passport-check"),
    path("batch/labels/", passports.labels, name="labels"),
    path("workstations/", workstations.workstations, name="workstations"),
    path("items/<uuid:item>/code/", workstations.code, name="workstation-code"),
    path("items/<uuid:item>/revoke/", workstations.revoke, name="workstation-revoke"),
    path("batch/edit/", batch.edit, name="edit"),
]
