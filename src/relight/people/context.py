"""Tells templates what the person may do: `{% if may.line_move %}`."""

from __future__ import annotations

from django.http import HttpRequest

from relight.people.rules import permissions_of


def people(request: HttpRequest) -> dict[str, object]:
    """Give `may`: a map from permission words (dots and dashes as underscores) to whether they hold."""
    act = getattr(request, "act", None)
    held = permissions_of(act.roles, door=act.door) if act is not None else frozenset()
    return {"may": {word.value.replace(".", "_").replace("-", "_"): True for word in held}}
