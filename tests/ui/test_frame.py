"""The frame: headers, rail, language, theme; nothing in it names an outside address."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils.module_loading import import_string

import relight.ui
from relight.ui.context import rail_entries

FOLDER = Path(relight.ui.__file__).parent
PAGE = {"HTTP_ACCEPT": "text/html"}


@pytest.mark.django_db
def test_every_page_has_a_strict_content_security_policy() -> None:
    policy = Client().get("/sign-in/", **PAGE)["Content-Security-Policy"]
    rules = {rule.split()[0]: rule.split()[1:] for rule in policy.split(";")}
    assert rules["default-src"] == ["'none'"]
    assert rules["style-src"] == ["'self'"]
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*"} & {word for words in rules.values() for word in words}


def test_no_template_style_or_script_names_an_outside_address_or_carries_inline_code() -> None:
    namespaces = {"http://www.w3.org/2000/svg"}
    for file in [*FOLDER.rglob("*.html"), *FOLDER.rglob("*.css"), *FOLDER.rglob("*.js"), *FOLDER.rglob("*.svg")]:
        text = file.read_text()
        assert set(re.findall(r"https?://[^\s\"')]+", text)) <= namespaces, file
        if file.suffix == ".html":
            assert not re.search(r"\son\w+=|\sstyle=|<script(?![^>]*src=)", text), file


@pytest.mark.parametrize(
    ("path", "current"),
    [("/", "Home"), ("/line/items/", "Items"), ("/line/bench/", "Line"), ("/search/", None)],
)
def test_the_room_one_stands_in_is_the_one_whose_address_begins_the_path_longest(
    path: str, current: str | None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = {"home": "/", "line": "/line/", "items": "/line/items/"}
    monkeypatch.setattr("relight.ui.context.address_of", lambda name: places.get(name, ""))
    settings.RELIGHT_RAIL = [{"label": name.title(), "url": name} for name in (*places, "gone")]
    entries = rail_entries(path=path, may=lambda permission: True)
    assert [entry.label for entry in entries] == ["Home", "Line", "Items"]
    assert [entry.label for entry in entries if entry.current] == ([current] if current else [])


def test_a_room_without_permission_is_not_shown(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("relight.ui.context.address_of", lambda name: "/x/")
    settings.RELIGHT_RAIL = [{"label": "Secret", "url": "x", "permission": "journal.read"}]
    assert rail_entries(path="/", may={"people.read"}.__contains__) == []


@pytest.mark.django_db
def test_the_style_guide_is_there_for_those_who_build_and_for_nobody_else(settings: Any) -> None:
    assert Client().get("/styleguide/", **PAGE).status_code == 404
    settings.RELIGHT_STYLEGUIDE = True
    assert Client().get("/styleguide/", **PAGE).status_code == 200


@pytest.mark.django_db
def test_a_page_knows_the_version_it_was_read_at_and_where_to_ask_for_the_next(
    client_of: Callable[..., Any], settings: Any
) -> None:
    client = client_of("administrator")
    text = client.get("/people/", **PAGE).content.decode()
    version = import_string(settings.RELIGHT_LIVE_VERSION)()
    assert f'<meta name="relight-live" content="{version}" data-href="/live/" data-sign-in="/sign-in/">' in text


@pytest.mark.django_db
def test_somebody_who_is_not_signed_in_asks_for_nothing() -> None:
    assert "relight-live" not in Client().get("/sign-in/", **PAGE).content.decode()


@pytest.mark.django_db
def test_the_theme_of_this_browser_is_in_the_page_before_any_script() -> None:
    client = Client()
    client.cookies["relight_theme"] = "dark"
    assert 'data-theme="dark"' in client.get("/sign-in/", **PAGE).content.decode()
    client.cookies["relight_theme"] = '"><script>'
    assert 'data-theme="auto"' in client.get("/sign-in/", **PAGE).content.decode()


@pytest.mark.django_db
def test_the_wall_screen_is_the_same_page_by_its_address(settings: Any) -> None:
    settings.RELIGHT_STYLEGUIDE = True
    assert 'class="wall"' in Client().get("/styleguide/?wall=1", **PAGE).content.decode()
    assert 'class="wall"' not in Client().get("/styleguide/", **PAGE).content.decode()
