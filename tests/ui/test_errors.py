"""Errors reach a person as one document: page, JSON or notice, with the right status and no stack trace."""

from __future__ import annotations

import logging
import re

import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.urls("ui.urls_broken")]
PAGE = {"HTTP_ACCEPT": "text/html"}
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def visitor() -> Client:
    """Somebody who is not signed in and whose crashes are answered, not raised."""
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/input/", 400, "RL-TST-902"),
        ("/bad/", 400, "RL-UI-400"),
        ("/denied/", 403, "RL-UI-403"),
        ("/missing/", 404, "RL-TST-904"),
        ("/not-found/", 404, "RL-UI-404"),
        ("/no/such/page/", 404, "RL-UI-404"),
        ("/rule/", 409, "RL-TST-901"),
        ("/large/", 413, "RL-UI-413"),
        ("/crash/", 500, "RL-UI-500"),
        ("/peer/", 502, "RL-TST-903"),
    ],
)
def test_each_kind_of_error_has_its_status_and_shows_its_code(
    visitor: Client, address: str, status: int, code: str
) -> None:
    for accept in (PAGE, JSON):
        answer = visitor.get(address, **accept)
        assert answer.status_code == status
        assert code in answer.content.decode()


def test_json_is_the_error_document_and_nothing_else(visitor: Client) -> None:
    answer = visitor.get("/rule/", **JSON)
    assert answer.json() == {
        "error": {
            "code": "RL-TST-901",
            "message": "PC-<12> is not verified.",
            "where": "PC-<12>",
            "next": "Attest the scan first.",
        }
    }


def test_a_page_says_what_where_and_what_to_do_and_escapes_what_was_typed(visitor: Client) -> None:
    text = visitor.get("/rule/", **PAGE).content.decode()
    assert "PC-&lt;12&gt; is not verified." in text
    assert "Attest the scan first." in text
    assert "PC-<12>" not in text


def test_htmx_gets_a_notice_that_goes_to_the_top_of_the_page(visitor: Client) -> None:
    answer = visitor.get("/rule/", HTTP_HX_REQUEST="true", **PAGE)
    assert (answer.status_code, answer["HX-Retarget"], answer["HX-Reswap"]) == (409, "#notices", "innerHTML")
    assert "<html" not in answer.content.decode()


def test_a_crash_shows_an_incident_code_that_stands_in_the_log_and_nothing_of_its_inside(
    visitor: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, logger="relight.ui"):
        text = visitor.get("/crash/", **PAGE).content.decode()
    assert "secret is 42" not in text
    assert "Traceback" not in text
    incident = re.search(r"incident ([0-9A-Z]{4}-[0-9A-Z]{4})", text)
    assert incident is not None
    record = next(record for record in caplog.records if record.name == "relight.ui")
    assert incident.group(1) in record.getMessage()
    assert record.exc_info is not None


def test_two_crashes_are_two_incidents(visitor: Client) -> None:
    first, second = (visitor.get("/crash/", **JSON).json()["error"]["message"] for _ in range(2))
    assert first != second


def test_a_wrong_method_is_explained_and_names_the_right_one(visitor: Client) -> None:
    answer = visitor.get("/post/", **PAGE)
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "RL-UI-405" in answer.content.decode()


def test_a_form_without_its_token_is_refused_in_words(settings: object) -> None:
    answer = Client(enforce_csrf_checks=True).post("/post-guarded/", **PAGE)
    assert answer.status_code == 403
    assert "RL-UI-419" in answer.content.decode()


def test_the_error_page_speaks_french(visitor: Client) -> None:
    text = visitor.get("/no/such/page/", HTTP_ACCEPT_LANGUAGE="fr", **PAGE).content.decode()
    assert "Il n’y a pas de page à cette adresse." in text


def test_when_the_page_cannot_be_drawn_the_code_is_still_told(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> str:
        raise OSError("no templates")

    monkeypatch.setattr("relight.ui.error_pages.render_to_string", broken)
    answer = visitor.get("/crash/", **PAGE)
    assert answer.status_code == 500
    assert answer["Content-Type"].startswith("text/plain")
    assert "RL-UI-500" in answer.content.decode()
