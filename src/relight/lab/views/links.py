"""Links and laboratory systems: their settings, switched on and off, paused and resumed."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from relight.kernel.errors import RelightError
from relight.lab.forms.links import LinkForm, LisForm, ReasonForm
from relight.lab.selectors.flow import flow_page, lis_page, lis_pages
from relight.lab.services.links import link_remove, link_save, link_switch, lis_pause, lis_resume, lis_save
from relight.people.api import Permission, needs
from relight.ui.api import form_blame


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.LAB_LINKS)
def link_new(request: HttpRequest) -> HttpResponse:
    """Set up a link."""
    form = LinkForm(request.POST or None)
    if form.is_valid():
        try:
            settings = form.settings()
            link_save(act=request.act, settings=settings)
        except RelightError as error:
            form.blame(error)
        else:
            messages.success(request, gettext("The link is set up. It stands on paper until its evidence is there."))
            return redirect("lab:flow", link=settings.id)
    return render(request, "lab/link_edit.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.LAB_LINKS)
def link_edit(request: HttpRequest, link: str) -> HttpResponse:
    """Change a link's settings; what was changed voids signatures given over the old ones."""
    page = flow_page(link, at=request.act.at)
    form = LinkForm(request.POST or None, settings=page.link.settings, version=page.link.version)
    if form.is_valid():
        try:
            link_save(act=request.act, settings=form.settings(), version=form.cleaned_data["version"] or -1)
        except RelightError as error:
            form.blame(error)
        else:
            messages.success(request, gettext("The settings are saved."))
            return redirect("lab:flow", link=link)
    context = {"form": form, "page": page, "reason": ReasonForm()}
    return render(request, "lab/link_edit.html", context, status=422 if form.is_bound else 200)


@require_POST
@needs(Permission.LAB_LINKS)
def link_on(request: HttpRequest, link: str) -> HttpResponse:
    """Switch a link on."""
    return _switched(request, link, on=True)


@require_POST
@needs(Permission.LAB_LINKS)
def link_off(request: HttpRequest, link: str) -> HttpResponse:
    """Switch a link off."""
    return _switched(request, link, on=False)


def _switched(request: HttpRequest, link: str, *, on: bool) -> HttpResponse:
    form = ReasonForm(request.POST)
    done = gettext("The link is switched on.") if on else gettext("The link is switched off.")
    if _do(request, form, done, lambda reason: link_switch(act=request.act, link=link, on=on, reason=reason)):
        return redirect("lab:flow", link=link)
    return _link_again(request, link, form)


@require_POST
@needs(Permission.LAB_LINKS)
def link_drop(request: HttpRequest, link: str) -> HttpResponse:
    """Remove a link that never received anything."""
    form = ReasonForm(request.POST)
    done = gettext("The link is removed.")
    if _do(request, form, done, lambda reason: link_remove(act=request.act, link=link, reason=reason)):
        return redirect("lab:board")
    return _link_again(request, link, form)


def _link_again(request: HttpRequest, link: str, reason: Form) -> HttpResponse:
    page = flow_page(link, at=request.act.at)
    form = LinkForm(settings=page.link.settings, version=page.link.version)
    return render(request, "lab/link_edit.html", {"form": form, "page": page, "reason": reason}, status=422)


def _do(request: HttpRequest, form: Form, done: str, work: Callable[[str], object]) -> bool:
    """Run a service with the reason that was given; show its refusal in the form, or say that it is done."""
    if not form.is_valid():
        return False
    try:
        work(form.cleaned_data["reason"])
    except RelightError as error:
        form_blame(form, error)
        return False
    messages.success(request, done)
    return True


# -- laboratory systems ---------------------------------------------------------------------------


@require_safe
@needs(Permission.LAB_READ)
def systems(request: HttpRequest) -> HttpResponse:
    """The laboratory systems, and what waits for each."""
    return render(request, "lab/systems.html", {"pages": lis_pages()})


@require_safe
@needs(Permission.LAB_READ)
def lis(request: HttpRequest, lis: str) -> HttpResponse:
    """One laboratory system: whether it answers, what waits for it, what it refused last."""
    return render(request, "lab/lis.html", {"page": lis_page(lis), "reason": ReasonForm()})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.LAB_LINKS)
def lis_new(request: HttpRequest) -> HttpResponse:
    """Set up a laboratory system."""
    return _lis_form(request, LisForm(request.POST or None), is_new=True)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.LAB_LINKS)
def lis_edit(request: HttpRequest, lis: str) -> HttpResponse:
    """Change a laboratory system's settings."""
    return _lis_form(request, LisForm(request.POST or None, settings=lis_page(lis).lis), is_new=False)


def _lis_form(request: HttpRequest, form: LisForm, *, is_new: bool) -> HttpResponse:
    if form.is_valid():
        try:
            settings = form.settings()
            lis_save(act=request.act, settings=settings, is_new=is_new)
        except RelightError as error:
            form.blame(error)
        else:
            messages.success(request, gettext("The settings are saved."))
            return redirect("lab:lis", lis=settings.id)
    return render(request, "lab/lis_edit.html", {"form": form}, status=422 if form.is_bound else 200)


@require_POST
@needs(Permission.LAB_LINKS)
def lis_hold(request: HttpRequest, lis: str) -> HttpResponse:
    """Keep everything for a laboratory system here."""
    form = ReasonForm(request.POST)
    done = gettext("Delivery is paused. Everything for it is kept here, in order.")
    if _do(request, form, done, lambda reason: lis_pause(act=request.act, lis=lis, reason=reason)):
        return redirect("lab:lis", lis=lis)
    return render(request, "lab/lis.html", {"page": lis_page(lis), "reason": form}, status=422)


@require_POST
@needs(Permission.LAB_LINKS)
def lis_go(request: HttpRequest, lis: str) -> HttpResponse:
    """Deliver to a laboratory system again."""
    form = ReasonForm(request.POST)
    done = gettext("Delivery goes on from where it stopped.")
    if _do(request, form, done, lambda reason: lis_resume(act=request.act, lis=lis, reason=reason)):
        return redirect("lab:lis", lis=lis)
    return render(request, "lab/lis.html", {"page": lis_page(lis), "reason": form}, status=422)
