"""Passports along the line: issued with the admission, gone with it. Cases: docs/design/passport.md."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest

from relight.fleet.api import Stage, items_move, items_quarantine, items_retire, label_sheet, passport_lines
from relight.fleet.selectors.passports import passport_judge
from relight.fleet.services.passports import revocation_list
from relight.journal.api import entry_list, key_list
from relight.kernel.errors import RelightError
from relight.paper.labels import Sheet
from relight.wire.passport import Standing, passport_check, revocations_read

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_keys(tmp_path: Any, settings: Any) -> None:
    settings.RELIGHT_HOME = tmp_path


def keys() -> dict[str, bytes]:
    return {key.kid: key.raw for key in key_list()}


@pytest.fixture
def admitted(line: Any) -> list[Any]:
    """Two admitted workstations."""
    items: list[Any] = line.add(2)
    line.admit(items)
    return items


def test_case_14_the_second_signature_issues_a_passport_that_names_both_people(line: Any, admitted: list[Any]) -> None:
    one, other = passport_lines(admitted)
    checked = passport_check(one.token, keys=keys(), at=line.clock.now())
    assert checked.standing is Standing.VALID
    assert checked.passport is not None
    assert (checked.passport.item, checked.passport.name, checked.passport.site) == (one.item, one.name, "arlon")
    assert (checked.passport.security, checked.passport.owner) == (line.security.actor, line.owner.actor)
    assert one.token != other.token
    (entry,) = entry_list(verb="line.passport_issue")
    assert hashlib.sha256(one.token.encode()).hexdigest() in str(entry.body)


def test_one_signature_issues_nothing(line: Any) -> None:
    items = line.add(1)
    line.take(items, "verified")
    line.sign(items, line.security, "security")
    assert passport_lines(items) == []


@pytest.mark.parametrize("way", ["quarantine", "retire", "back"])
def test_case_14_leaving_the_zone_revokes_it_at_once_with_its_reason(line: Any, admitted: list[Any], way: str) -> None:
    token = passport_lines(admitted[:1])[0].token
    chosen: dict[str, Any] = {"act": line.tech, "items": admitted[:1], "reason": "beacon seen"}
    {
        "quarantine": lambda: items_quarantine(**chosen),
        "retire": lambda: items_retire(**chosen),
        "back": lambda: items_move(**chosen, to=Stage.CLEANED),
    }[way]()
    assert passport_lines(admitted[:1]) == []
    (gone,) = passport_lines(admitted[:1], revoked=True)
    assert gone.reason == "beacon seen"
    assert passport_judge(token, at=line.clock.now()).standing is Standing.REVOKED
    assert passport_judge(passport_lines(admitted[1:])[0].token, at=line.clock.now()).valid


def test_the_signed_revocation_list_carries_it_to_where_no_network_reaches(line: Any, admitted: list[Any]) -> None:
    token = passport_lines(admitted[:1])[0].token
    items_quarantine(act=line.tech, items=admitted[:1], reason="beacon seen")
    listed = revocations_read(revocation_list(act=line.tech), keys=keys())
    offline = passport_check(token, keys=keys(), revoked=listed.revoked, at=line.clock.now())
    assert offline.standing is Standing.REVOKED


def test_case_15_a_new_admission_gives_a_new_passport_and_the_old_one_stays_revoked(
    line: Any, admitted: list[Any]
) -> None:
    old = passport_lines(admitted[:1])[0]
    items_move(act=line.tech, items=admitted[:1], to=Stage.CLEANED, reason="disk replaced")
    line.admit(admitted[:1])
    new = passport_lines(admitted[:1])[0]
    assert new.id != old.id
    assert passport_judge(new.token, at=line.clock.now()).valid
    assert passport_judge(old.token, at=line.clock.now()).standing is Standing.REVOKED


def test_case_16_nobody_is_admitted_when_relights_key_cannot_be_used(
    line: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    from relight.fleet.selectors.items import items_get
    from relight.journal.api import key_rotate

    items = line.add(1)
    line.take(items, "verified")
    line.sign(items, line.security, "security")
    key = key_rotate(act=line.tech)
    (tmp_path / "keys" / f"{key.kid}.key").unlink()
    with pytest.raises(RelightError, match="RL-JNL-006"):
        line.sign(items, line.owner, "owner")
    assert [row.state.value for row in items_get(items)] == ["verified"]
    assert passport_lines(items) == []


def test_an_expired_passport_is_told_from_a_valid_one_here_too(line: Any, admitted: list[Any]) -> None:
    held = passport_lines(admitted[:1])[0]
    assert passport_judge(held.token, at=held.expires_at - timedelta(seconds=1)).valid
    assert passport_judge(held.token, at=held.expires_at).standing is Standing.EXPIRED


class TestLabels:
    """What is printed."""

    def test_a_label_each_for_those_that_hold_a_passport_as_pdf(self, line: Any, admitted: list[Any]) -> None:
        pending = line.add(1)
        pdf, count = label_sheet(act=line.tech, items=[*admitted, *pending], sheet=Sheet.A4)
        assert (pdf[:5], count) == (b"%PDF-", 2)

    def test_no_label_where_nobody_holds_a_passport(self, line: Any) -> None:
        with pytest.raises(RelightError, match="RL-FLT-124"):
            label_sheet(act=line.tech, items=line.add(1), sheet=Sheet.ROLL)

    def test_the_page_of_a_machine_offers_it_and_the_download_is_a_pdf(
        self, line: Any, admitted: list[Any], client_of: Any
    ) -> None:
        client = client_of("technician", language="en")
        page = client.get(f"/line/items/{admitted[0]}/").content.decode()
        address = f"/line/batch/labels/?items={admitted[0]}&amp;paper=roll"
        assert address in page
        answer = client.get(address.replace("&amp;", "&"))
        assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")


class TestCheckPage:
    """A scanned code is judged in words."""

    def judge(self, client: Any, token: str) -> str:
        answer = client.post("/line/passport/", {"token": token})
        assert answer.status_code == 200
        return str(answer.content.decode())

    def test_a_valid_one_names_machine_and_signatories(self, line: Any, admitted: list[Any], client_of: Any) -> None:
        held = passport_lines(admitted[:1])[0]
        page = self.judge(client_of("technician", language="en"), held.token)
        assert held.name in page
        assert "Signed for security by" in page

    def test_an_altered_one_keeps_the_machine_out(self, line: Any, admitted: list[Any], client_of: Any) -> None:
        head, claims, _ = passport_lines(admitted[:1])[0].token.split(".")
        other = passport_lines(admitted[1:])[0].token.split(".")[2]
        page = self.judge(client_of("technician", language="en"), f"{head}.{claims}.{other}")
        assert "Do not let the machine in" in page

    def test_what_is_no_passport_says_so_at_the_field(self, client_of: Any) -> None:
        page = self.judge(client_of("technician", language="en"), "5CG2140XYZ")
        assert "no passport of Relight" in page
