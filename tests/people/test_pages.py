"""Pages of people: sign-in, first start, own account, staff, matrix."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from axes.utils import reset
from django.test import Client

from relight.journal.api import entry_list
from relight.kernel.act import Act
from relight.people.api import first_link_make, staff_create
from relight.people.models import Staff
from relight.people.types import STAFF_ROLES, Permission
from support.people import Person, client_signed_in

pytestmark = pytest.mark.django_db
PAGE = {"HTTP_ACCEPT": "text/html"}


@pytest.fixture(autouse=True)
def no_lock() -> None:
    reset()


def sign_in(client: Client, person: Person, *, password: str = "", place: str = "/", kind: str = "own") -> Any:
    data = {"username": person.username, "password": password or person.password, "workstation": kind, "next": place}
    return client.post("/sign-in/", data, **PAGE)


def some_scopes() -> tuple[tuple[str, str], ...]:
    """A hospital of one site and one service."""
    return (("site:arlon", "Arlon"), ("service:emergency", "Emergency"))


class TestSignIn:
    def test_the_page_that_was_asked_for_opens_after_signing_in(self, staff_of: Callable[..., Person]) -> None:
        client = Client()
        asked = client.get("/people/?role=nurse", **PAGE)
        assert asked["Location"] == "/sign-in/?next=%2Fpeople%2F%3Frole%3Dnurse"
        page = client.get(asked["Location"], **PAGE).content.decode()
        assert 'name="next" value="/people/?role=nurse"' in page
        assert (
            sign_in(client, staff_of("administrator"), place="/people/?role=nurse")["Location"] == "/people/?role=nurse"
        )

    @pytest.mark.parametrize(
        "place", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
    )
    def test_it_never_leads_out_of_this_relight(self, staff_of: Callable[..., Person], place: str) -> None:
        assert sign_in(Client(), staff_of("nurse"), place=place)["Location"] == "/"

    def test_a_wrong_password_says_what_to_do_and_keeps_the_name_but_not_the_password(
        self, staff_of: Callable[..., Person]
    ) -> None:
        person = staff_of("nurse")
        answer = sign_in(Client(), person, password="not-this-one")
        text = answer.content.decode()
        assert answer.status_code == 403
        assert "Le nom d’utilisateur ou le mot de passe n’est pas juste." in text
        assert person.username in text
        assert "not-this-one" not in text

    def test_after_five_wrong_passwords_the_page_says_it_is_locked_even_to_the_right_one(
        self, staff_of: Callable[..., Person]
    ) -> None:
        person, client = staff_of("nurse"), Client()
        for _ in range(5):
            answer = sign_in(client, person, password="wrong")
        assert answer.status_code == 429
        answer = sign_in(client, person)
        assert answer.status_code == 429
        assert "ce nom est bloqué pendant 10 minutes" in answer.content.decode()

    def test_a_workstation_is_shared_unless_somebody_says_it_is_theirs(self, staff_of: Callable[..., Person]) -> None:
        page = Client().get("/sign-in/", **PAGE).content.decode()
        assert re.search(r'value="shared"[^>]* checked', page)
        shared, own = Client(), Client()
        sign_in(shared, staff_of("nurse"), kind="shared")
        sign_in(own, staff_of("nurse"), kind="own")
        assert (shared.session["shared"], own.session["shared"]) == (True, False)

    def test_a_session_that_stood_idle_ends_and_signing_in_again_returns_to_the_same_page(
        self, staff_of: Callable[..., Person]
    ) -> None:
        person, client = staff_of("administrator"), Client()
        sign_in(client, person, kind="shared")
        session = client.session
        session["seen_at"] -= 11 * 60
        session.save()
        asked = client.get("/people/", **PAGE)
        assert asked["Location"] == "/sign-in/?next=%2Fpeople%2F"
        assert "votre session est terminée" in client.get(asked["Location"], **PAGE).content.decode()

    def test_who_is_signed_in_already_is_led_on(self, client_of: Callable[..., Any]) -> None:
        assert client_of("nurse").get("/sign-in/?next=/profile/", **PAGE)["Location"] == "/profile/"

    def test_before_any_account_exists_the_page_points_to_the_terminal(self) -> None:
        assert "lien à usage unique que Relight a affiché" in Client().get("/sign-in/", **PAGE).content.decode()

    def test_signing_out_takes_a_form_and_ends_the_session(self, client_of: Callable[..., Any]) -> None:
        client = client_of("nurse")
        assert client.get("/sign-out/", **PAGE).status_code == 405
        assert client.post("/sign-out/", **PAGE)["Location"] == "/sign-in/"
        assert "/sign-in/" in client.get("/profile/", **PAGE)["Location"]


class TestFirstStart:
    DATA = {
        "name": "Lucie Lambert",
        "username": "l.lambert",
        "language": "fr",
        "password": "three quiet words",
        "again": "three quiet words",
    }

    @pytest.fixture
    def token(self, act_for: Callable[..., Act]) -> str:
        return first_link_make(act=act_for("owner")) or ""

    def test_the_link_makes_the_administrator_signs_them_in_and_works_once(self, token: str) -> None:
        client = Client()
        assert client.get(f"/first/{token}/", **PAGE).status_code == 200
        assert client.post(f"/first/{token}/", self.DATA, **PAGE)["Location"] == "/"
        assert client.get("/people/", **PAGE).status_code == 200
        again = Client().get(f"/first/{token}/", **PAGE)
        assert (again.status_code, b"RL-PPL-008" in again.content) == (404, True)

    def test_a_guessed_link_is_refused(self, token: str) -> None:
        assert Client().get(f"/first/{token[:-1]}x/", **PAGE).status_code == 404

    def test_a_weak_password_and_two_that_differ_are_shown_at_their_field_and_the_link_still_works(
        self, token: str
    ) -> None:
        weak = Client().post(f"/first/{token}/", {**self.DATA, "password": "123", "again": "123"}, **PAGE)
        assert "RL-PPL" not in weak.content.decode()
        assert 'id="id_password_error"' in weak.content.decode()
        other = Client().post(f"/first/{token}/", {**self.DATA, "again": "something else"}, **PAGE)
        assert 'id="id_again_error"' in other.content.decode()
        assert Client().get(f"/first/{token}/", **PAGE).status_code == 200
        assert not Staff.objects.exists()


class TestOwnAccount:
    def test_a_one_time_password_leads_nowhere_but_to_choosing_ones_own(self, act_for: Callable[..., Act]) -> None:
        staff, password = staff_create(act=act_for("owner"), username="new", name="New", roles=["nurse"])
        client = Client()
        data = {"username": "new", "password": password, "workstation": "shared", "next": "/profile/"}
        assert client.post("/sign-in/", data, **PAGE)["Location"] == "/password/"
        assert client.get("/profile/", **PAGE)["Location"] == "/password/"
        assert client.get("/password/", **PAGE).status_code == 200
        refused = client.post("/appearance/", {"theme": "dark"}, **PAGE)
        assert refused.status_code == 302
        new = {"old": password, "password": "my own three words", "again": "my own three words"}
        assert client.post("/password/", new, **PAGE)["Location"] == "/"
        assert client.get("/profile/", **PAGE).status_code == 200
        assert not Staff.objects.get(pk=staff.id).must_change_password

    def test_the_old_password_is_asked_for_and_its_error_stands_at_its_field(
        self, client_of: Callable[..., Any]
    ) -> None:
        client = client_of("nurse")
        new = {"old": "not it", "password": "my own three words", "again": "my own three words"}
        text = client.post("/password/", new, **PAGE).content.decode()
        assert 'id="id_old_error"' in text

    def test_changing_the_password_keeps_this_session(self, client_of: Callable[..., Any]) -> None:
        client = client_of("nurse")
        new = {"old": client.person.password, "password": "my own three words", "again": "my own three words"}
        assert client.post("/password/", new, **PAGE)["Location"] == "/"
        assert client.get("/profile/", **PAGE).status_code == 200

    def test_the_language_is_kept_with_the_account_and_with_the_browser(self, client_of: Callable[..., Any]) -> None:
        client = client_of("nurse")
        answer = client.post("/appearance/", {"language": "en", "next": "/profile/"}, **PAGE)
        assert answer["Location"] == "/profile/"
        assert client.cookies["django_language"].value == "en"
        assert "What you may do" in client.get("/profile/", **PAGE).content.decode()
        assert [entry.verb for entry in entry_list(actor=client.person.actor)][:1] == ["people.language"]

    def test_language_and_theme_work_before_sign_in_and_unheard_of_ones_change_nothing(self) -> None:
        client = Client()
        client.post("/appearance/", {"language": "en", "theme": "dark"}, **PAGE)
        text = client.get("/sign-in/", **PAGE).content.decode()
        assert 'lang="en" data-theme="dark"' in text
        client.post("/appearance/", {"language": "xx", "theme": "pink"}, **PAGE)
        assert 'lang="en" data-theme="dark"' in client.get("/sign-in/", **PAGE).content.decode()

    def test_the_profile_lists_what_one_may_do_and_nothing_else(self, client_of: Callable[..., Any]) -> None:
        text = client_of("nurse", language="en").get("/profile/", **PAGE).content.decode()
        assert "See the situation" in text
        assert "Make and change accounts" not in text


class TestStaff:
    def test_the_list_is_one_query_however_many_people(
        self, client_of: Callable[..., Any], staff_of: Callable[..., Person], django_assert_max_num_queries: Any
    ) -> None:
        client = client_of("administrator")
        for _ in range(12):
            staff_of("nurse")
        with django_assert_max_num_queries(7):  # the last: answers to what the reader reported
            text = client.get("/people/", **PAGE).content.decode()
        assert text.count("<tr data-href") == 13

    def test_filters_and_order_stand_in_the_address(
        self, client_of: Callable[..., Any], staff_of: Callable[..., Person]
    ) -> None:
        client = client_of("administrator")
        nurse = staff_of("nurse")
        text = client.get("/people/?role=nurse&sort=-name", **PAGE).content.decode()
        assert nurse.username in text
        assert client.person.username.title() not in re.sub(
            r'class="menu-who".*?</p>', "", text.split("<main")[1], flags=re.S
        )

    def test_the_list_as_csv_has_every_row(self, client_of: Callable[..., Any]) -> None:
        client = client_of("administrator", language="en")
        answer = client.get("/people/?format=csv", **PAGE)
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        assert text.splitlines()[0] == "Name,User name,Roles,Limited to,Account,Last sign-in"
        assert client.person.username in text

    def test_a_new_account_shows_its_password_once_and_it_opens_the_door(self, client_of: Callable[..., Any]) -> None:
        client = client_of("administrator")
        data = {
            "name": "An Peeters",
            "username": "A.Peeters",
            "roles": ["nurse"],
            "scope": "site:arlon, service:emergency",
        }
        answer = client.post("/people/add/", {**data, "language": "fr"}, **PAGE)
        password = re.search(r'(?<=class="secret">)[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}', answer.content.decode())
        assert password is not None
        assert "no-store" in answer["Cache-Control"]
        row = Staff.objects.get(username="a.peeters")
        assert (row.scope, row.roles) == (["service:emergency", "site:arlon"], ["nurse"])
        assert row.check_password(password.group())
        assert password.group() not in client.get(f"/people/{row.pk}/", **PAGE).content.decode()

    def test_known_sites_and_services_are_ticked_and_named_and_an_old_word_is_kept(
        self, client_of: Callable[..., Any], settings: Any
    ) -> None:
        settings.RELIGHT_SCOPES = "tests.people.test_pages.some_scopes"
        client = client_of("administrator", language="en")
        data = {"name": "An", "username": "a.tick", "roles": ["nurse"], "language": "en"}
        client.post("/people/add/", {**data, "places": ["site:arlon"], "scope": "service:gone"}, **PAGE)
        row = Staff.objects.get(username="a.tick")
        assert row.scope == ["service:gone", "site:arlon"]
        page = client.get(f"/people/{row.pk}/", **PAGE).content.decode()
        assert re.search(r'value="site:arlon"[^>]* checked', page)
        assert 'value="service:gone"' in page
        assert "service:gone, Arlon" in client.get("/people/", **PAGE).content.decode()

    def test_a_taken_name_and_a_wrong_scope_are_shown_at_their_fields_and_what_was_typed_stays(
        self, client_of: Callable[..., Any]
    ) -> None:
        client = client_of("administrator")
        data = {"name": "Twin", "username": client.person.username, "roles": ["nurse"], "language": "fr"}
        text = client.post("/people/add/", {**data, "scope": ""}, **PAGE).content.decode()
        assert 'id="id_username_error"' in text
        assert 'value="Twin"' in text
        text = client.post("/people/add/", {**data, "username": "other", "scope": "arlon"}, **PAGE).content.decode()
        assert 'id="id_scope_error"' in text

    def test_a_change_is_kept_and_the_last_administrator_cannot_be_closed(self, client_of: Callable[..., Any]) -> None:
        client = client_of("administrator")
        row = Staff.objects.get(username=client.person.username)
        data = {"name": "New Name", "roles": ["administrator", "auditor"], "scope": "", "language": "fr"}
        assert "RL-PPL" not in client.post(f"/people/{row.pk}/", data, **PAGE).content.decode()
        row.refresh_from_db()
        assert (row.is_active, row.name != "New Name") == (True, True)
        assert client.post(f"/people/{row.pk}/", {**data, "active": "on"}, **PAGE)["Location"] == "/people/"
        row.refresh_from_db()
        assert (row.name, row.roles) == ("New Name", ["administrator", "auditor"])

    def test_a_new_one_time_password_is_asked_about_first_and_stops_the_old_one(
        self, client_of: Callable[..., Any], staff_of: Callable[..., Person]
    ) -> None:
        client, person = client_of("administrator"), staff_of("nurse")
        row = Staff.objects.get(username=person.username)
        other = client_signed_in(person)
        asked = client.get(f"/people/{row.pk}/password/", **PAGE).content.decode()
        assert row.name in asked
        row.refresh_from_db()
        assert row.check_password(person.password)
        assert client.post(f"/people/{row.pk}/password/", **PAGE).status_code == 200
        row.refresh_from_db()
        assert not row.check_password(person.password)
        assert "/sign-in/" in other.get("/profile/", **PAGE)["Location"]

    def test_somebody_who_is_not_there_is_a_404_with_its_code(self, client_of: Callable[..., Any]) -> None:
        answer = client_of("administrator").get("/people/01890000-0000-7000-8000-000000000000/", **PAGE)
        assert (answer.status_code, b"RL-PPL-004" in answer.content) == (404, True)

    def test_readers_see_no_button_they_cannot_use(self, client_of: Callable[..., Any]) -> None:
        text = client_of("auditor").get("/people/", **PAGE).content.decode()
        assert "/people/add/" not in text
        assert "data-href" not in text.split("<main")[1]

    def test_the_matrix_page_shows_every_permission_and_every_role(self, client_of: Callable[..., Any]) -> None:
        text = client_of("auditor", language="en").get("/people/roles/", **PAGE).content.decode()
        assert text.count('<th scope="row">') == len(Permission)
        assert text.count("<span>Recovery lead</span>") == 1
        assert text.count("<td>") == len(Permission) * len(STAFF_ROLES)


def test_a_refusal_names_the_permission_and_the_roles_that_may_in_the_readers_language(
    client_of: Callable[..., Any],
) -> None:
    answer = client_of("nurse").get("/people/", **PAGE)
    text = answer.content.decode()
    assert answer.status_code == 403
    assert "Votre rôle ne permet pas ceci : Voir le personnel et les rôles." in text.replace("\xa0", " ")
    assert "Responsable de la reprise, Auditeur, Administrateur" in text
