"""Accounts, sign-in, signatures. Cases: docs/design/people.md."""

from uuid import UUID

import pytest
from django.urls import reverse

from relight.journal.api import entry_list, writing
from relight.kernel.act import Act, Door
from relight.kernel.errors import InputError, MissingError, RelightError, RuleError
from relight.people.models import Signature as SignatureRow
from relight.people.models import Staff
from relight.people.services import (
    first_administrator_create,
    first_link_make,
    first_link_valid,
    password_change,
    password_reset,
    signature_make,
    staff_change,
    staff_create,
)
from support.people import PASSWORD

pytestmark = pytest.mark.django_db


def staff_id(person):
    return UUID(person.actor.removeprefix("staff:"))


def test_a_new_account_gets_a_one_time_password_and_the_journal_never_sees_it(act_for):
    view, password = staff_create(act=act_for("administrator"), username=" Zoé.D ", name="Zoé Dupont", roles=["nurse"])
    assert view.username == "zoé.d"
    assert view.must_change_password
    assert Staff.objects.get(pk=view.id).check_password(password)
    (entry,) = entry_list(subject=view.actor)
    assert password not in str(entry)
    assert password not in Staff.objects.get(pk=view.id).password


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"username": "taken"}, "RL-PPL-005"),
        ({"username": "TAKEN"}, "RL-PPL-005"),
        ({"roles": ["owner"]}, "RL-PPL-006"),
        ({"roles": ["system"]}, "RL-PPL-006"),
        ({"roles": ["king"]}, "RL-PPL-006"),
        ({"scope": ["ward:3"]}, "RL-PPL-014"),
    ],
)
def test_an_account_that_cannot_be_is_refused_by_code_and_nothing_is_kept(act_for, fields, code):
    staff_create(act=act_for("administrator"), username="taken", name="First", roles=["nurse"])
    with pytest.raises(InputError) as refusal:
        staff_create(
            **{"act": act_for("administrator"), "username": "new", "name": "New", "roles": ["nurse"], **fields}
        )
    assert refusal.value.code == code
    assert Staff.objects.count() == 1


class TestSignIn:
    """Cases 1, 2, 3, 7, 8."""

    def sign_in(self, client, person, password=PASSWORD, **fields):
        values = {"username": person.username, "password": password, "workstation": "shared", **fields}
        return client.post(reverse("people:sign-in"), values)

    def test_case_1_five_wrong_passwords_lock_the_name_also_for_the_right_one(self, client, staff_of, act_for):
        person = staff_of("technician")
        for _ in range(5):
            self.sign_in(client, person, "wrong")
        self.sign_in(client, person)
        assert "_auth_user_id" not in client.session
        (entry,) = entry_list(verb="people.locked")
        assert entry.body["username"] == person.username
        assert "wrong" not in str(entry)
        fresh = password_reset(act=act_for("administrator"), staff=staff_id(person))
        self.sign_in(client, person, fresh)
        assert "_auth_user_id" in client.session

    def test_a_name_nobody_has_is_not_kept_for_it_may_be_a_password(self, client):
        for _ in range(6):
            client.post(
                reverse("people:sign-in"), {"username": "geheim-wachtwoord", "password": "x", "workstation": "own"}
            )
        (entry,) = entry_list(verb="people.locked")
        assert "geheim" not in str(entry)

    def test_signing_in_and_out_are_in_the_journal(self, client, staff_of):
        person = staff_of("technician")
        self.sign_in(client, person)
        client.post(reverse("people:sign-out"))
        assert "_auth_user_id" not in client.session
        assert [entry.verb for entry in entry_list(actor=person.actor)] == ["people.sign_out", "people.sign_in"]

    def test_case_2_an_idle_session_ends_polling_does_not_keep_it_work_does(self, client, staff_of, monkeypatch):
        person = staff_of("recovery-lead")
        self.sign_in(client, person)
        from relight.people import middleware

        start = middleware.clock()

        def at(minutes, **headers):
            from datetime import timedelta

            monkeypatch.setattr(middleware, "clock", lambda: start + timedelta(minutes=minutes))
            return client.get("/", headers=headers).status_code

        assert at(6) == 200
        assert at(12) == 200  # 6 minutes after work
        assert at(18, **{"X-Relight-Live": "1"}) == 200
        assert at(23) == 302  # 11 minutes after work: the poll at 18 was none

    def test_case_3_a_one_time_password_opens_only_the_page_that_changes_it(self, client, act_for):
        view, password = staff_create(act=act_for("administrator"), username="new", name="New", roles=["recovery-lead"])
        client.post(reverse("people:sign-in"), {"username": "new", "password": password, "workstation": "own"})
        assert client.get("/")["Location"] == reverse("people:password")
        assert client.get(reverse("people:password")).status_code == 200
        answer = client.post(reverse("people:password"), {"old": password, "password": PASSWORD, "again": PASSWORD})
        assert answer.status_code == 302
        assert client.get("/").status_code == 200
        assert not Staff.objects.get(pk=view.id).must_change_password

    def test_case_7_a_disabled_account_is_out_at_its_next_request(self, client, staff_of, act_for):
        person = staff_of("recovery-lead")
        self.sign_in(client, person)
        assert client.get("/").status_code == 200
        staff_change(
            act=act_for("administrator"),
            staff=staff_id(person),
            name="Gone",
            roles=["recovery-lead"],
            scope=[],
            language="fr",
            active=False,
        )
        assert client.get("/").status_code == 302

    @pytest.mark.parametrize(
        "place", ["https://example.org/", "//example.org/", "javascript:alert(1)", "\\\\example.org"]
    )
    def test_case_8_next_leads_only_inside_relight(self, client, staff_of, place):
        answer = self.sign_in(client, staff_of("nurse"), next=place)
        assert answer["Location"] == "/"


class TestFirstStart:
    """Case 4."""

    def act(self, clock):
        return Act(actor="relight:start", at=clock.now(), door=Door.CLI)

    def create(self, clock, token, **fields):
        values = {"username": "ada", "name": "Ada", "password": PASSWORD, "language": "fr", **fields}
        return first_administrator_create(act=self.act(clock), token=token, **values)

    def test_the_link_makes_one_administrator_once(self, clock):
        token = first_link_make(act=self.act(clock))
        assert first_link_valid(token)
        assert "administrator" in self.create(clock, token).roles
        assert not first_link_valid(token)
        with pytest.raises(MissingError, match="RL-PPL-008"):
            self.create(clock, token, username="eve")
        assert first_link_make(act=self.act(clock)) is None

    def test_only_the_newest_link_counts_and_none_stands_in_clear(self, clock):
        old, new = first_link_make(act=self.act(clock)), first_link_make(act=self.act(clock))
        assert (first_link_valid(old), first_link_valid(new)) == (False, True)
        assert new not in str([entry.body for entry in entry_list()])

    def test_a_weak_password_is_refused_and_the_link_stays_good(self, clock):
        token = first_link_make(act=self.act(clock))
        with pytest.raises(InputError, match="RL-PPL-007"):
            self.create(clock, token, password="password")
        assert first_link_valid(token)


class TestSignature:
    """Case 5."""

    def sign(self, act, password=PASSWORD):
        with writing(act) as log:
            return signature_make(act=act, log=log, password=password, digest="d" * 64, meaning="line.sign-security")

    def test_a_signature_holds_the_digest_of_what_was_shown_in_the_journal(self, staff_of):
        person = staff_of("security-officer")
        made = self.sign(person.act())
        (entry,) = entry_list(verb="people.sign")
        assert (entry.actor, entry.body["digest"], entry.body["signature"]) == (person.actor, "d" * 64, str(made.id))

    def refused(self, act, password=PASSWORD):
        with pytest.raises(RelightError) as refusal:
            self.sign(act, password)
        assert SignatureRow.objects.count() == 0
        assert entry_list(verb="people.sign") == []
        return refusal.value.code

    def test_a_wrong_password_signs_nothing(self, staff_of):
        assert self.refused(staff_of("security-officer").act(), "wrong") == "RL-PPL-002"

    def test_five_wrong_passwords_in_ten_minutes_and_the_right_one_is_not_heard(self, staff_of, clock):
        person = staff_of("security-officer")
        for _ in range(5):
            assert self.refused(person.act(), "wrong") == "RL-PPL-002"
        assert self.refused(person.act()) == "RL-PPL-011"
        clock.advance(minutes=10)
        assert self.sign(person.act()).actor == person.actor

    def test_a_right_password_forgets_the_wrong_ones(self, staff_of):
        person = staff_of("security-officer")
        for _ in range(3):
            for _ in range(4):
                with pytest.raises(RelightError, match="RL-PPL-002"):
                    self.sign(person.act(), "wrong")
            self.sign(person.act())

    def test_the_owner_at_the_terminal_signs_nothing(self, act_for):
        assert self.refused(act_for("owner")) == "RL-PPL-003"

    def test_a_one_time_password_signs_nothing(self, staff_of, act_for):
        person = staff_of("security-officer")
        fresh = password_reset(act=act_for("administrator"), staff=staff_id(person))
        assert self.refused(person.act(), fresh) == "RL-PPL-013"

    def test_a_disabled_account_signs_nothing(self, staff_of, act_for):
        person = staff_of("security-officer")
        staff_change(
            act=act_for("administrator"),
            staff=staff_id(person),
            name="x",
            roles=[],
            scope=[],
            language="fr",
            active=False,
        )
        assert self.refused(person.act()) == "RL-PPL-003"


class TestPasswords:
    def test_one_changes_ones_own_password_with_the_old_one(self, staff_of):
        person = staff_of("nurse")
        password_change(act=person.act(), staff=staff_id(person), old=PASSWORD, new="drei-alte-Eichen")
        assert Staff.objects.get(pk=staff_id(person)).check_password("drei-alte-Eichen")

    def test_a_one_time_password_cannot_be_kept_as_ones_own(self, act_for):
        _, password = staff_create(
            act=act_for("administrator"), username="n.kept", name="N. Kept", roles=["nurse"], scope=[], language="fr"
        )
        row = Staff.objects.get(username="n.kept")
        act = Act(actor=row.actor, at=act_for("nurse").at, door=Door.WEB, roles=frozenset({"nurse"}))
        with pytest.raises(InputError) as refusal:
            password_change(act=act, staff=row.pk, old=password, new=password)
        assert refusal.value.code == "RL-PPL-015"
        assert Staff.objects.get(pk=row.pk).must_change_password

    def test_nobody_changes_anothers_password_without_resetting_it(self, staff_of):
        one, other = staff_of("nurse"), staff_of("administrator")
        with pytest.raises(RuleError):
            password_change(act=other.act(), staff=staff_id(one), old=PASSWORD, new="drei-alte-Eichen")
        assert Staff.objects.get(pk=staff_id(one)).check_password(PASSWORD)


def test_case_6_the_last_administrator_stays(staff_of, act_for):
    last = staff_of("administrator")
    fields = {"staff": staff_id(last), "name": "Last", "scope": [], "language": "fr"}
    for change in ({"roles": ["nurse"], "active": True}, {"roles": ["administrator"], "active": False}):
        with pytest.raises(RuleError, match="RL-PPL-009"):
            staff_change(act=act_for("administrator"), **fields, **change)
    second = staff_of("administrator")
    staff_change(act=second.act(), **fields, roles=["nurse"], active=True)
    assert Staff.objects.get(pk=staff_id(last)).roles == ["nurse"]
