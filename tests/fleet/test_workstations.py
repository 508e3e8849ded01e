"""Enrolled workstations: a code counts once, a token is a machine, a revocation cuts the next request."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from relight.fleet.middleware import COOKIE
from relight.fleet.models import Workstation, WorkstationCode
from relight.fleet.rules.workstations import CODE_LETTERS, code_read, code_shown
from relight.fleet.selectors.workstations import workstation_by_token, workstation_counts
from relight.fleet.services.workstations import (
    workstation_code_make,
    workstation_enrol,
    workstation_revoke,
    workstation_settle,
    workstation_turn,
)
from relight.hospital.models import Component
from relight.journal.api import entry_list
from relight.kernel.act import Act, Door
from relight.kernel.errors import RelightError
from relight.people.api import MATRIX, PATIENT_DATA, Permission, may

pytestmark = pytest.mark.django_db


@pytest.fixture
def station(line: Any) -> Any:
    """An admitted workstation of the emergency department at Arlon."""
    items = line.add(1)
    line.admit(items)
    return items[0]


def _browser(line: Any, at: datetime | None = None) -> Act:
    return Act(actor="nobody:", at=at or line.tech.at, door=Door.UNENROLLED)


def _code(error: pytest.ExceptionInfo[RelightError]) -> str:
    return error.value.code


@pytest.mark.parametrize("typed", ["K7QM2X4T", "k7qm-2x4t", " K7QM 2X4T "])
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert code_read(typed) == "K7QM2X4T"
    assert code_read(code_shown("K7QM2X4T")) == "K7QM2X4T"
    assert code_read("oil") == "011"
    assert not {"O", "I", "L", "U"} & set(CODE_LETTERS)


def test_a_code_enrols_its_workstation_once_and_the_machine_stays_one_component(line: Any, station: Any) -> None:
    components = Component.objects.count()
    made = workstation_code_make(act=line.tech, item=station)
    enrolled = workstation_enrol(act=_browser(line), code=code_shown(made.code).lower())
    found = workstation_by_token(enrolled.token)
    assert found is not None
    assert (found.item, found.site, found.service) == (station, "arlon", "emergency")
    assert Component.objects.count() == components
    with pytest.raises(RelightError) as refusal:
        workstation_enrol(act=_browser(line), code=made.code)
    assert _code(refusal) == "RL-FLT-154"
    assert Workstation.objects.count() == 1


def test_neither_code_nor_token_stands_in_the_database_or_the_journal(line: Any, station: Any) -> None:
    made = workstation_code_make(act=line.tech, item=station)
    enrolled = workstation_enrol(act=_browser(line), code=made.code)
    kept = [str(row) for model in (Workstation, WorkstationCode) for row in model.objects.values()]
    told = [str(entry.body) for entry in entry_list()]
    assert not [text for text in kept + told if made.code in text or enrolled.token in text]


def test_a_code_ends_after_24_hours_and_when_a_newer_one_is_made(line: Any, station: Any) -> None:
    first = workstation_code_make(act=line.tech, item=station)
    line.clock.advance(minutes=1)
    second = workstation_code_make(act=line.tech, item=station)
    with pytest.raises(RelightError) as refusal:
        workstation_enrol(act=_browser(line), code=first.code)
    assert _code(refusal) == "RL-FLT-153"
    last = second.expires_at - timedelta(seconds=1)
    with pytest.raises(RelightError) as refusal:
        workstation_enrol(act=_browser(line, second.expires_at), code=second.code)
    assert _code(refusal) == "RL-FLT-153"
    assert workstation_enrol(act=_browser(line, last), code=second.code).item == station


def test_a_wrong_code_enrols_nothing(line: Any, station: Any) -> None:
    workstation_code_make(act=line.tech, item=station)
    with pytest.raises(RelightError) as refusal:
        workstation_enrol(act=_browser(line), code="00000000")
    assert _code(refusal) == "RL-FLT-152"
    assert not Workstation.objects.exists()


def test_what_is_not_admitted_or_no_workstation_gets_no_code(line: Any) -> None:
    waiting = line.add(1)[0]
    with pytest.raises(RelightError) as refusal:
        workstation_code_make(act=line.tech, item=waiting)
    assert _code(refusal) == "RL-FLT-151"
    server = line.add(1, klass="server", role="domain-controller")[0]
    with pytest.raises(RelightError) as refusal:
        workstation_code_make(act=line.tech, item=server)
    assert _code(refusal) == "RL-FLT-150"


@pytest.mark.parametrize("how", ["revoke", "quarantine", "retire", "back"])
def test_a_token_is_worth_nothing_once_its_machine_is_revoked_or_leaves_the_zone(
    line: Any, station: Any, how: str
) -> None:
    from relight.fleet.api import Stage, items_move, items_quarantine, items_retire

    token = workstation_enrol(act=_browser(line), code=workstation_code_make(act=line.tech, item=station).code).token
    waiting = workstation_code_make(act=line.tech, item=station)
    line.clock.advance(minutes=1)
    if how == "revoke":
        workstation_revoke(act=line.tech, item=station, reason="stolen")
    elif how == "quarantine":
        items_quarantine(act=line.tech, items=[station], reason="odd traffic")
    elif how == "retire":
        items_retire(act=line.tech, items=[station], reason="broken")
    else:
        items_move(act=line.tech, items=[station], to=Stage.RECONFIGURED, reason="again")
    assert workstation_by_token(token) is None
    assert Workstation.objects.get().revoked_at == line.clock.now()
    with pytest.raises(RelightError) as refusal:
        workstation_enrol(act=_browser(line), code=waiting.code)
    assert _code(refusal) == "RL-FLT-153"


def test_enrolled_anew_the_token_before_is_worth_nothing(line: Any, station: Any) -> None:
    tokens = []
    for _ in range(2):
        made = workstation_code_make(act=line.tech, item=station)
        tokens.append(workstation_enrol(act=_browser(line), code=made.code).token)
        line.clock.advance(minutes=1)
    assert workstation_by_token(tokens[0]) is None
    assert workstation_by_token(tokens[1]) is not None
    assert [(c.admitted, c.enrolled) for c in workstation_counts(site="arlon")] == [(1, 1)]


def test_a_turned_token_never_locks_a_workstation_out_that_lost_the_answer(line: Any, station: Any) -> None:
    """The old one stays good until the new one was brought; two requests at once turn it once."""
    old = workstation_enrol(act=_browser(line), code=workstation_code_make(act=line.tech, item=station).code).token
    later = _browser(line, line.clock.advance(days=8))
    new = workstation_turn(act=later, token=old)
    assert new
    assert workstation_turn(act=_browser(line, later.at + timedelta(seconds=1)), token=old) == "", "turned twice"
    first, second = workstation_by_token(old), workstation_by_token(new)
    assert first is not None and first.previous
    assert second is not None and not second.previous and second.waits
    workstation_settle(act=later, workstation=second.id)
    assert workstation_by_token(old) is None
    assert workstation_by_token(new) is not None


def test_a_lost_answer_is_made_good_by_turning_again(line: Any, station: Any) -> None:
    old = workstation_enrol(act=_browser(line), code=workstation_code_make(act=line.tech, item=station).code).token
    at = line.clock.advance(days=8)
    lost = workstation_turn(act=_browser(line, at), token=old)
    again = workstation_turn(act=_browser(line, at + timedelta(minutes=3)), token=old)
    assert again and again != lost
    assert workstation_by_token(lost) is None
    assert workstation_by_token(old) is not None


def test_revoking_needs_a_reason_and_an_enrolment(line: Any, station: Any) -> None:
    for reason, code in ((" ", "RL-FLT-008"), ("lost", "RL-FLT-157")):
        with pytest.raises(RelightError) as refusal:
            workstation_revoke(act=line.tech, item=station, reason=reason)
        assert _code(refusal) == code


def test_by_a_strange_workstations_door_no_role_reaches_patients_data(act_for: Any) -> None:
    """Whatever names a record or holds a result is in the list; all else stays open."""
    assert {p for p in Permission if p.value.startswith("record.")} <= PATIENT_DATA
    assert {Permission.LAB_RESULTS, Permission.LAB_MESSAGES} <= PATIENT_DATA
    for permission in Permission:
        for role in MATRIX[permission]:
            verdict = may(act_for(role, door=Door.UNENROLLED), permission)
            assert bool(verdict) == (permission not in PATIENT_DATA), (permission, role)


def _secure(client: Any, method: str, place: str, **data: Any) -> Any:
    return getattr(client, method)(place, data or None, secure=True)


def test_pages_of_patients_open_on_an_enrolled_workstation_and_nowhere_else_over_tls(
    line: Any, station: Any, client_of: Any
) -> None:
    nurse = client_of("nurse")
    refused = _secure(nurse, "get", "/lab/results/")
    assert (refused.status_code, b"RL-PPL-020" in refused.content, b"/enrol/" in refused.content) == (403, True, True)
    assert _secure(nurse, "get", "/").status_code == 200
    assert nurse.get("/lab/results/").status_code == 200, "plain HTTP is Relight's own machine"
    technician = client_of("technician")
    shown = technician.post(f"/line/items/{station}/code/")
    code = shown.context["code"]
    enrolled = _secure(nurse, "post", "/enrol/", code=code)
    assert enrolled.status_code == 302
    cookie = enrolled.cookies[COOKIE]
    assert (cookie["secure"], cookie["httponly"], cookie["path"], cookie["domain"]) == (True, True, "/", "")
    page = _secure(nurse, "get", "/lab/results/")
    assert page.status_code == 200
    assert b"workstation-000" in page.content
    technician.post(f"/line/items/{station}/revoke/", {"reason": "gone"})
    assert _secure(nurse, "get", "/lab/results/").status_code == 403


def test_wrong_codes_are_counted_and_then_not_listened_to(line: Any, station: Any, client: Any) -> None:
    answers = [_secure(client, "post", "/enrol/", code=f"0000000{n}") for n in range(6)]
    assert [answer.status_code for answer in answers] == [400] * 5 + [429]
    assert b"RL-FLT-155" in answers[-1].content or answers[-1].context["form"].errors


@pytest.fixture(autouse=True)
def patient_again() -> Any:
    """Each test begins with no wrong code counted."""
    from relight.people.patience import tried

    yield
    tried("enrol:127.0.0.1", right=True, at=datetime.now(tz=UTC))


def test_relights_own_machine_needs_no_enrolment_and_a_forged_header_makes_no_tls(client: Any) -> None:
    answer = client.get("/enrol/", headers={"X-Forwarded-Proto": "https", "Accept": "application/json"})
    assert answer.json()["error"]["code"] == "RL-FLT-156"


def test_the_item_page_and_the_list_show_who_is_enrolled(line: Any, station: Any, client_of: Any) -> None:
    workstation_enrol(act=_browser(line), code=workstation_code_make(act=line.tech, item=station).code)
    client = client_of("technician", language="en")
    assert b"item-workstation" in client.get(f"/line/items/{station}/").content
    page = client.get("/line/workstations/?site=arlon")
    assert b"workstation-000" in page.content
    assert b"workstation-000" not in client.get("/line/workstations/?site=virton").content
    assert b"workstation-000" in b"".join(client.get("/line/workstations/?format=csv").streaming_content)


def test_a_sign_in_says_at_which_workstation_it_was(line: Any, station: Any, client: Any, staff_of: Any) -> None:
    token = workstation_enrol(act=_browser(line), code=workstation_code_make(act=line.tech, item=station).code).token
    client.cookies[COOKIE] = token
    person = staff_of("nurse")
    data = {"username": person.username, "password": person.password, "workstation": "shared"}
    assert _secure(client, "post", "/sign-in/", **data).status_code == 302
    entry = next(iter(entry_list(verb="people.sign_in")))
    assert (entry.body["workstation"], entry.door) == ("workstation-000", "web")
