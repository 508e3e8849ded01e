"""Addresses of writing into a chart: notes, vital signs, allergies, problems, documents, letters, drafts."""

from __future__ import annotations

from django.urls import URLPattern, path

from relight.record.views.writing import allergies, documents, drafts, letters, mistakes, notes, problems, vitals

P = "patients/<uuid:patient>/"
urlpatterns: list[URLPattern] = [
    path("wards/drafts/", drafts.drafts, name="drafts"),
    path("wards/drafts/<uuid:draft>/drop/", drafts.draft_gone, name="draft-drop"),
    path(f"{P}draft/", drafts.draft, name="draft"),
    path(f"{P}notes/", notes.notes, name="notes"),
    path(f"{P}notes/new/", notes.note_new, name="note-new"),
    path(f"{P}notes/new/<slug:template>/", notes.note_in, name="note-in"),
    path(f"{P}notes/<uuid:note>/edit/", notes.note_edit, name="note-edit"),
    path(f"{P}letters/new/", letters.letter, name="letter"),
    path(f"{P}letters/<uuid:letter>/", letters.letter_view, name="letter-view"),
    path(f"{P}letters/<uuid:note>/edit/", notes.note_edit, name="letter-edit"),
    path(f"{P}letters/<uuid:letter>.pdf", letters.letter_pdf, name="letter-pdf"),
    path(f"{P}vitals/new/", vitals.vitals_new, name="vitals-new"),
    path(f"{P}vitals/<uuid:set_id>/edit/", vitals.vitals_edit, name="vitals-edit"),
    path(f"{P}vitals/oxygen/", vitals.vitals_scale, name="vitals-scale"),
    path(f"{P}allergies/", allergies.allergies, name="allergies"),
    path(f"{P}allergies/new/", allergies.allergy_new, name="allergy-new"),
    path(f"{P}allergies/none/", allergies.allergies_unknown, name="allergies-none"),
    path(f"{P}allergies/<uuid:allergy>/edit/", allergies.allergy_edit, name="allergy-edit"),
    path(f"{P}allergies/<uuid:allergy>/refute/", allergies.allergy_off, name="allergy-refute"),
    path(f"{P}problems/", problems.problems, name="problems"),
    path(f"{P}problems/new/", problems.problem_new, name="problem-new"),
    path(f"{P}problems/<uuid:problem>/edit/", problems.problem_edit, name="problem-edit"),
    path(f"{P}problems/<uuid:problem>/over/", problems.problem_over, name="problem-over"),
    path(f"{P}documents/new/", documents.document_new, name="document-new"),
    path(f"{P}error/<str:type>/<uuid:id>/", mistakes.error, name="error"),
]
