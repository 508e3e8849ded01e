"""Addresses of the policy and of proposals."""

from __future__ import annotations

from django.urls import URLPattern, path

from relight.activity.views import policy, proposals

_ONE = "proposals/<uuid:proposal>/"

urlpatterns: list[URLPattern] = [
    path("policy/", policy.policy, name="policy"),
    path("policy/draft/", policy.policy_draft_new, name="policy-draft"),
    path("policy/<int:number>/", policy.policy_version, name="policy-version"),
    path("policy/<int:number>/edit/", policy.policy_edit, name="policy-edit"),
    path("policy/<int:number>/preview/", policy.policy_preview, name="policy-preview"),
    path("policy/<int:number>/sign/", policy.policy_signing, name="policy-sign"),
    path("policy/<int:number>/changes/<int:other>/", policy.policy_differences, name="policy-changes"),
    path("proposals/", proposals.proposals, name="proposals"),
    path(_ONE, proposals.proposal, name="proposal"),
    path(f"{_ONE}take/", proposals.proposal_taken, name="proposal-take"),
    path(f"{_ONE}drop/", proposals.proposal_dropped, name="proposal-drop"),
]
