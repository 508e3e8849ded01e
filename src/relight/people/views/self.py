"""One's own account: profile, language, appearance, password."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from relight.kernel.errors import RelightError
from relight.people.forms import PasswordForm
from relight.people.guards import needs
from relight.people.models import Staff
from relight.people.scopes import scope_names, scope_pairs
from relight.people.selectors import staff_view
from relight.people.services import password_change
from relight.people.types import PERMISSION_NAMES, ROLE_NAMES, Permission
from relight.ui.api import form_blame


@needs(Permission.SELF)
def profile(request: HttpRequest) -> HttpResponse:
    """Show what Relight knows of the reader, what they may do, and how pages look to them."""
    staff = staff_view(request.user)  # type: ignore[arg-type] # the middleware let a staff member in
    context = {
        "staff": staff,
        "scope": scope_names(staff.scope, pairs=scope_pairs()),
        "roles": [gettext(ROLE_NAMES[role]) for role in staff.roles],
        "permissions": [
            gettext(PERMISSION_NAMES[permission])
            for permission in Permission
            if request.may(permission.value)  # type: ignore[attr-defined]
        ],
    }
    return render(request, "people/profile.html", context)


@sensitive_post_parameters("old", "password", "again")
@never_cache
@needs(Permission.SELF)
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; the first sign-in with a one-time password leads here."""
    staff: Staff = request.user  # type: ignore[assignment]
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            password_change(
                act=request.act,  # type: ignore[attr-defined]
                staff=staff.pk,
                old=form.cleaned_data["old"],
                new=form.cleaned_data["password"],
            )
        except RelightError as error:
            form_blame(form, error)
        else:
            staff.refresh_from_db()
            update_session_auth_hash(request, staff)
            messages.success(request, gettext("Your password is changed."))
            return redirect("/")
    return render(request, "people/password.html", {"form": form, "first": staff.must_change_password})


password.password = True  # type: ignore[attr-defined] # reached with a one-time password
