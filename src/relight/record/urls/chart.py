"""Addresses of reading one patient's chart."""

from __future__ import annotations

from django.urls import URLPattern, path

from relight.record.views.chart import documents, items, overview, results, vitals

urlpatterns: list[URLPattern] = [
    path("patients/<uuid:patient>/", overview.overview, name="chart"),
    path("patients/<uuid:patient>/pulse/", overview.pulse, name="pulse"),
    path("patients/<uuid:patient>/results/", results.results, name="results"),
    path("patients/<uuid:patient>/results/<uuid:result>/", results.trend, name="trend"),
    path("patients/<uuid:patient>/vitals/", vitals.vitals, name="vitals"),
    path("patients/<uuid:patient>/documents/", documents.documents, name="documents"),
    path("patients/<uuid:patient>/documents/<str:type>/<uuid:id>/", documents.document, name="document"),
    path(
        "patients/<uuid:patient>/documents/<str:type>/<uuid:id>/<int:place>/",
        documents.document_file,
        name="document-file",
    ),
    path("patients/<uuid:patient>/everything/", items.everything, name="everything"),
    path("patients/<uuid:patient>/item/<str:type>/<uuid:id>/", items.item, name="item"),
]
