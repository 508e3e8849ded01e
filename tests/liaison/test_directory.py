"""The directory and the delivery: each claim of docs/design/liaison-directory.md by its number."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from console.small import hospital_load
from relight.kernel.errors import RelightError
from relight.liaison.rules.delivery import way_next
from relight.liaison.rules.numbers import registration_read
from relight.liaison.rules.specialties import specialties, specialty_find
from relight.liaison.types import FileKind, Receipt, Way

pytestmark = pytest.mark.django_db
ROWS = Path(__file__).parents[2] / "scenarios" / "six-sites" / "directory"
HEAD = "INAMI;Nom;Prénom;Code postal;Téléphone;E-mail\n"


@pytest.fixture
def desk(act_for: Any) -> Any:
    return act_for("liaison")


def taken(act: Any, text: str | bytes, **more: Any) -> Any:
    from relight.liaison.services.directory import directory_import

    content = text if isinstance(text, bytes) else text.encode()
    told = {"filename": "list.csv", "kind": FileKind.PRACTITIONERS, **more}
    return directory_import(act=act, content=content, **told)


def people() -> Any:
    from relight.liaison.models import Practitioner

    return Practitioner.objects


def bulletin(number: int = 1) -> Any:
    from relight.journal.api import new_id, writing
    from relight.kernel.act import Act, Door
    from relight.liaison.models import Bulletin

    now = datetime.now(tz=UTC)
    act = Act(actor="os:test", at=now, door=Door.CLI, roles=frozenset({"owner"}))
    with writing(act) as log:
        row = Bulletin.objects.create(id=new_id(now), number=number, state="approved", drawn_at=now, approved_at=now)
        log.entry("test.bulletin", subject=f"bulletin:{row.pk}", body={})
    return row


def test_demo_rows_go_in_whole_and_twice_changes_nothing(desk: Any, act_for: Any) -> None:
    """1, 2: every demo row is read; the same file again brings nothing new and changes nothing."""
    hospital_load(act_for("owner"))
    content = (ROWS / "practitioners.csv").read_bytes()
    first, again = taken(desk, content), taken(desk, content)
    assert (first.new, first.aside) == (118, ())
    assert (again.new, again.changed, again.known) == (0, 0, 118)


def test_a_dry_run_says_the_same_and_writes_nothing(desk: Any) -> None:
    """3."""
    assert taken(desk, HEAD + ";Saule;Ann;6700;063 23 11 11;\n", dry_run=True).new == 1
    assert people().count() == 0


def test_rows_that_cannot_be_read_stay_aside_with_line_and_code(desk: Any) -> None:
    """4: a bad check digit, a phone nobody can dial, a second row of one number; the good one is in."""
    good = f"1-00101-{97 - 100101 % 97:02d}-999"
    text = (
        HEAD
        + f"{good};Saule;;6700;063 23 11 11;\n1-00101-00-999;Orme;;;063 23 11 11;\n;If;;;123456;\n{good};X;;;063 23 11 11;\n"
    )
    report = taken(desk, text)
    assert report.new == 1
    assert [(line, one.code) for line, one in report.aside] == [(3, "RL-LIA-001"), (4, "RL-LIA-003"), (5, "RL-LIA-023")]


def test_windows_text_with_commas_is_read(desk: Any) -> None:
    """5."""
    taken(desk, "Nom,Prénom,Téléphone\nGenêt,Élise,063 23 11 11\n".encode("cp1252"))
    assert people().get().name == "GENÊT Élise"


def test_a_blank_cell_keeps_what_is_known_and_a_number_finds_who_had_none(desk: Any) -> None:
    """6, 7."""
    taken(desk, HEAD + ";Saule;Ann;6700;063 23 11 11;ann@a.invalid\n")
    number = f"1-00101-{97 - 100101 % 97:02d}-999"
    report = taken(desk, HEAD + f"{number};Saule;Ann;6700;063 23 11 12;\n")
    row = people().get()
    assert (report.changed, row.email, row.phone) == (1, "ann@a.invalid", "+3263231112")
    assert row.number == registration_read(number)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<!DOCTYPE html>\n<html><body>Nom</body></html>", "RL-LIA-020"),
        (b"Nom\0;x\n", "RL-LIA-020"),
        (b"", "RL-LIA-020"),
        (b"Telephone;Fax\n1;2\n", "RL-LIA-021"),
        (b"x" * 16_000_001, "RL-LIA-022"),
    ],
)
def test_a_hostile_file_is_refused_with_a_code(desk: Any, content: bytes, code: str) -> None:
    """8."""
    with pytest.raises(RelightError) as refusal:
        taken(desk, content)
    assert refusal.value.code == code


def test_only_the_directory_people_import(act_for: Any) -> None:
    """9."""
    with pytest.raises(RelightError, match="RL-PPL-001"):
        taken(act_for("nurse"), HEAD)


def test_no_word_means_two_specialties_and_ent_and_eyes_are_there() -> None:
    """10."""
    assert (specialty_find("ORL"), specialty_find("Ophtalmologie")) == ("ent", "ophthalmology")
    words = [word for one in specialties() for word in one.words]
    assert len(words) == len(set(words))


def test_a_file_is_shown_its_columns_changed_and_the_choice_kept(client_of: Any) -> None:
    """11: uploaded, looked at, mapped otherwise, taken; the next file with these headers begins with that choice."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from relight.liaison.models import DirectoryFile

    client = client_of("liaison")
    text = "Nom;Tel privé;Tel\nSaule;063 23 11 12;063 23 11 11\n"

    def send(body: str) -> Any:
        file = SimpleUploadedFile("a.csv", body.encode())
        client.post(reverse("liaison:directory-import"), {"kind": "practitioners", "file": file})
        return DirectoryFile.objects.order_by("-at", "-id").first()

    kept = send(text)
    page = reverse("liaison:directory-file", args=[kept.pk])
    assert b"column-phone" in client.get(page).content
    assert people().count() == 0
    client.post(page, {"column-family": "Nom", "column-phone": "Tel privé", "take": "1"})
    assert people().get().phone == "+3263231112"
    assert send(text + "Orme;063 23 11 13;063 23 11 14\n").mapping["phone"] == "Tel privé"
    with_again = client.post(page, {"take": "1"})
    assert with_again.status_code == 200
    assert people().count() == 1


def test_search_finds_without_accents_by_name_specialty_and_place(client_of: Any, desk: Any) -> None:
    """20: and the telephone is a link that dials."""
    taken(desk, "Nom;Spécialité;Localité;Téléphone\nÉglantine;ORL;Habay;063 23 11 11\nSaule;;Arlon;063 23 11 12\n")
    client = client_of("liaison", language="fr")
    for word in ("eglantine", "orl", "habay"):
        page = client.get(reverse("liaison:directory"), {"find": word}).content.decode()
        assert "ÉGLANTINE" in page
        assert "SAULE" not in page
        assert 'href="tel:+3263231111"' in page


def test_who_answers_now_stands_first_and_the_closed_say_when(desk: Any, act_for: Any) -> None:
    """21: on a Sunday night the line of all hours is before the office."""
    from relight.liaison.selectors.directory import desks_found

    hospital_load(act_for("owner"))
    text = "Type;Nom;Téléphone;Horaire\nrdv;A Bureau;063 23 11 11;Mo-Fr 08:00-12:00; PH off\nrdv;Z Nuit;063 23 11 12;24/7\n"
    taken(desk, text.replace("; PH off", ""), kind=FileKind.DESKS)
    sunday = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
    first, then = desks_found(text="", site="", specialty="", inactive=False, at=sunday)
    assert (first.row.name, then.row.name) == ("Z Nuit", "A Bureau")
    assert then.opens is not None
    assert then.opens.day == 23


def test_an_entry_is_added_refused_for_a_number_that_is_anothers_and_ended(client_of: Any) -> None:
    """30, 31, 32."""
    client = client_of("liaison", language="en")
    form = {
        "family": "Saule",
        "number": f"1-00101-{97 - 100101 % 97:02d}-999",
        "specialty": "general-practice",
        "phone": "063 23 11 11",
    }
    assert client.post(reverse("liaison:practitioner-new"), form).status_code == 302
    again = client.post(reverse("liaison:practitioner-new"), form | {"family": "Orme"})
    assert (again.status_code, b"Another practitioner" in again.content) == (400, True)
    row = people().get()
    client.post(reverse("liaison:practitioner-end", args=[row.pk]))
    row.refresh_from_db()
    assert row.active is False


def test_an_imported_practitioner_is_found_by_the_requests_desk(desk: Any) -> None:
    """33."""
    from relight.liaison.forms.requests import RequestForm as LogForm

    taken(desk, HEAD + ";Églantine;Ann;6700;063 23 11 11;\n")
    assert [one.family for one in LogForm({"find": "eglantine"}).found] == ["Églantine"]


class Person:
    street = postcode = city = mobile = fax = secure_mailbox = ""
    email, phone = "a@b.invalid", "+3263231111"


def test_the_next_way_has_an_address_and_is_neither_tried_nor_doubtful() -> None:
    """60."""
    assert way_next(Person(), preferred=Way.PHONE, doubtful=(), tried=()) is Way.PHONE
    assert way_next(Person(), preferred=Way.MAIL, doubtful=("mail",), tried=()) is Way.PHONE
    assert way_next(Person(), preferred=Way.MAIL, doubtful=("mail",), tried=("phone",)) is None


@pytest.fixture
def sent(desk: Any) -> Any:
    """Three practitioners on the lists of a published bulletin."""
    from relight.journal.api import EventView  # noqa: F401 - the handler's own type
    from relight.liaison.services.delivery import delivery_write

    taken(
        desk,
        HEAD
        + ";Saule;A;6700;063 23 11 11;a@a.invalid\n;Orme;B;6700;063 23 11 12;b@a.invalid\n;If;C;6700;063 23 11 13;\n",
    )
    row = bulletin()
    assert delivery_write(act=desk, bulletin=row.pk) == 3
    assert delivery_write(act=desk, bulletin=row.pk) == 0
    return row


def noted(act: Any, row: Any, family: str, receipt: Receipt) -> None:
    from relight.liaison.services.delivery import receipts_note

    receipts_note(act=act, bulletin=row.pk, practitioners=[people().get(family=family).pk], receipt=receipt)


def test_what_came_back_is_doubtful_and_goes_the_next_way(desk: Any, sent: Any) -> None:
    """61, 62, 63: and who was reached stays reached, whatever is said after."""
    from relight.liaison.models import Delivery
    from relight.liaison.selectors.delivery import delivery_page
    from relight.liaison.services.delivery import delivery_write

    noted(desk, sent, "Saule", Receipt.RETURNED)
    noted(desk, sent, "Orme", Receipt.READ)
    noted(desk, sent, "Orme", Receipt.RETURNED)
    assert people().get(family="Saule").doubtful == ["mail"]
    assert people().get(family="Orme").doubtful == []
    page = delivery_page(sent)
    assert (page.total, page.reached, page.returned) == (3, 1, 1)
    assert page.waiting[0].row.family == "Saule"
    assert delivery_write(act=desk, bulletin=sent.pk) == 1
    assert [one.way for one in Delivery.objects.filter(practitioner__family="Saule").order_by("way")] == [
        "mail",
        "phone",
    ]
    taken(desk, HEAD + ";Saule;A;6700;;new@a.invalid\n")
    assert people().get(family="Saule").doubtful == []


def test_a_pasted_list_is_noted_and_what_fits_nobody_is_told(desk: Any, sent: Any) -> None:
    """64."""
    from relight.liaison.services.delivery import receipts_paste

    told = receipts_paste(act=desk, bulletin=sent.pk, text="A@a.invalid\n063/23.11.13\nNobody\n", receipt=Receipt.READ)
    assert (told.noted, told.unknown) == (2, (3,))


def test_an_old_bulletin_is_sent_no_more(desk: Any, sent: Any) -> None:
    """65."""
    from relight.liaison.services.delivery import delivery_write

    bulletin(2)
    with pytest.raises(RelightError, match="RL-LIA-053"):
        delivery_write(act=desk, bulletin=sent.pk)


def test_the_list_for_the_sender_holds_no_formula(client_of: Any, desk: Any) -> None:
    """66: a name that begins as a formula is text; a telephone stays one that can be dialled."""
    from relight.liaison.models import Batch
    from relight.liaison.services.delivery import delivery_write

    taken(desk, "Nom;Téléphone\n=cmd|x;063 23 11 11\n")
    delivery_write(act=desk, bulletin=bulletin().pk)
    text = client_of("liaison").get(reverse("liaison:batch-file", args=[Batch.objects.get().pk])).content.decode()
    assert "'=CMD|X" in text
    assert "\n+3263231111," in text


def test_the_pages_of_delivery_answer(client_of: Any, sent: Any) -> None:
    """67: a list marked as sent says so; somebody told by telephone leaves the list of those not reached."""
    from relight.liaison.models import Batch

    client = client_of("liaison")
    batch = Batch.objects.first()
    assert batch is not None
    assert client.post(reverse("liaison:batch", args=[batch.pk])).status_code == 302
    assert client.get(reverse("liaison:batch", args=[batch.pk])).status_code == 200
    chosen = {"ids": [str(people().get(family="If").pk)], "do": "called"}
    client.post(reverse("liaison:delivery-receipts", args=[sent.pk]), chosen)
    page = client.get(reverse("liaison:delivery")).content.decode()
    assert "SAULE" in page
    assert "IF C" not in page


def test_a_taken_file_shows_the_lines_that_stayed_aside(client_of: Any) -> None:
    """4, on the page: line, what is wrong, code."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = client_of("liaison", language="en")
    file = SimpleUploadedFile("a.csv", b"Nom;Tel\nSaule;123456\n")
    page = client.post(reverse("liaison:directory-import"), {"kind": "practitioners", "file": file}).url
    client.post(page, {"column-family": "Nom", "column-phone": "Tel", "take": "1"})
    shown = client.get(page).content.decode()
    assert "RL-LIA-003" in shown
    assert "123456” is not a telephone number" in shown


def test_a_missing_entry_is_a_coded_404(client_of: Any) -> None:
    """34."""
    assert client_of("liaison").get(reverse("liaison:practitioner", args=[uuid4()])).status_code == 404
