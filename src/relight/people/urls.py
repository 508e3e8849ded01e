"""Addresses of people."""

from __future__ import annotations

from django.urls import path

from relight.people.views import entry, self, staff, trust

app_name = "people"
urlpatterns = [
    path("sign-in/", entry.sign_in_page, name="sign-in"),
    path("sign-out/", entry.sign_out_now, name="sign-out"),
    path("first/<str:token>/", entry.first_start, name="first"),
    path("trust/", trust.trust, name="trust"),
    path(f"trust/{trust.FILE}", trust.trust_file, name="trust-file"),
    path("appearance/", entry.appearance, name="appearance"),
    path("profile/", self.profile, name="profile"),
    path("password/", self.password, name="password"),
    path("people/", staff.staff_page, name="staff"),
    path("people/add/", staff.staff_add, name="staff-add"),
    path("people/roles/", staff.matrix, name="matrix"),
    path("people/<uuid:staff_id>/", staff.staff_edit, name="staff-edit"),
    path("people/<uuid:staff_id>/password/", staff.staff_password, name="staff-password"),
]
