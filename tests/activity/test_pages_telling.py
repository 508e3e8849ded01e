"""The call desk: one caller a patient, every outcome kept, reached of to reach. docs/design/telling.md."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from activity.waiting import cancelled, outcome_becomes
from relight.activity.models import CallAttempt, CallCard, Mailing, MailItem, Notice
from relight.activity.selectors.telling import telling_counts
from relight.activity.services.desks import DeskGiven, desk_write
from relight.activity.services.notices import notices_settle
from relight.journal.models import Entry
from relight.kernel.act import Act

pytestmark = pytest.mark.django_db
ActFor = Callable[..., Act]
ADDRESS = "Rue des Prés 4, 6700 Arlon"


@pytest.fixture
def two(act_for: ActFor) -> list[CallCard]:
    """Two patients who have to hear that they need not come, and a desk."""
    lead = act_for("medical-lead")
    cancelled(lead, family="Lambert", given="Zoé", mobile="0470 12 34 56", days=9, address=ADDRESS, language="fr")
    cancelled(lead, family="Petit", given="Jo", mobile="0470 65 43 21", days=10, address=ADDRESS, language="fr")
    notices_settle(act=lead)
    desk_write(act=act_for("desk"), given=DeskGiven(name="Arlon", phone="063 22 00 00", sites=("arlon",)))
    return list(CallCard.objects.order_by("name"))


def english(client_of: Any, role: str = "desk") -> Any:
    return client_of(role, language="en")


def next_of(client: Any, word: str = "none") -> str:
    return str(client.post(reverse("activity:call-next"), {"desk": word})["Location"])


def desk_word() -> str:
    from relight.activity.selectors.telling import desk_list

    return str(desk_list()[0].pk)


def noted(client: Any, at: str, page: Any, **given: str) -> Any:
    shown = page.context["form"].initial["shown"]
    return client.post(at, {"shown": shown, "desk": desk_word(), **given})


def test_two_callers_get_two_patients_and_the_third_is_told_that_nobody_is_left(client_of: Any, two: Any) -> None:
    first, second, third = english(client_of), english(client_of), english(client_of)
    one, other = next_of(first, desk_word()), next_of(second, desk_word())
    assert one != other and str(two[0].pk) in one + other and str(two[1].pk) in one + other
    page = third.post(reverse("activity:call-next"), {"desk": desk_word()}, follow=True).content.decode()
    assert "Nobody of this desk is to be called now." in page


def test_who_opens_a_patient_another_calls_sees_who_and_cannot_note(client_of: Any, two: Any) -> None:
    first, second = english(client_of), english(client_of)
    at = next_of(first, desk_word()).partition("?")[0]
    page = second.get(at)
    assert "is calling this patient" in page.content.decode()
    answer = noted(second, at, first.get(at), outcome="reached", number="+32470123456", note="typed in vain")
    assert answer.status_code == 422 and not CallAttempt.objects.exists()


def test_a_reached_patient_is_counted_and_not_called_again(client_of: Any, two: Any) -> None:
    client = english(client_of)
    at = next_of(client, desk_word()).partition("?")[0]
    page = client.get(at)
    text = page.content.decode()
    assert "LAMBERT" in text and "063 22 00 00" in text and "0470 12 34 56" in text
    assert noted(client, at, page, outcome="reached", number="+32470123456").status_code == 302
    front = client.get(reverse("activity:calls"))
    assert (front.context["telling"].counts.reached, front.context["telling"].counts.to_reach) == (1, 2)
    assert str(two[0].pk) not in next_of(client, desk_word())


def test_a_voicemail_waits_for_its_time_and_a_wrong_number_for_another(client_of: Any, two: Any) -> None:
    client = english(client_of)
    at = next_of(client, desk_word()).partition("?")[0]
    noted(client, at, client.get(at), outcome="voicemail", number="+32470123456")
    row = CallCard.objects.get(pk=two[0].pk)
    assert row.next_at is not None and row.held_by == ""
    at = next_of(client, desk_word()).partition("?")[0]
    noted(client, at, client.get(at), outcome="wrong-number", number="+32470654321")
    assert CallCard.objects.get(pk=two[1].pk).unreachable
    steps = reverse("activity:call-step", args=[two[1].pk, "number"])
    client.post(steps, {"number": "061 12 34 56", "desk": desk_word()})
    assert not CallCard.objects.get(pk=two[1].pk).unreachable


@pytest.mark.parametrize(
    ("outcome", "lacking"), [("call-back", "back_at"), ("objects", "note"), ("representative", "spoke_with")]
)
def test_an_outcome_that_says_too_little_is_refused_at_its_field_and_what_was_typed_stays(
    client_of: Any, two: Any, outcome: str, lacking: str
) -> None:
    client = english(client_of)
    at = next_of(client, desk_word()).partition("?")[0]
    given = {"note": "kept words", "spoke_with": "kept name"} | {lacking: ""}
    answer = noted(client, at, client.get(at), outcome=outcome, number="+32470123456", **given)
    assert answer.status_code == 422 and lacking in answer.context["form"].errors
    assert "kept" in answer.content.decode() and not CallAttempt.objects.exists()


def test_what_changed_while_they_spoke_is_said_in_the_same_call(client_of: Any, act_for: ActFor, two: Any) -> None:
    """The caller reads "cancelled"; the decision becomes "keep" meanwhile: noting opens that it takes place after all."""
    client = english(client_of)
    at = next_of(client, desk_word()).partition("?")[0]
    page = client.get(at)
    outcome_becomes(act_for("medical-lead"), Notice.objects.get(card=two[0]).appointment_id, "keep")
    notices_settle(act=act_for("medical-lead"))
    answer = client.post(
        at,
        {
            "shown": page.context["form"].initial["shown"],
            "outcome": "reached",
            "number": "+32470123456",
            "desk": "none",
        },
        follow=True,
    )
    assert "takes place after all" in answer.content.decode()


def test_every_patient_read_stands_in_the_journal(client_of: Any, two: Any) -> None:
    client = english(client_of)
    at = next_of(client, desk_word()).partition("?")[0]
    before = Entry.objects.filter(verb="activity.see").count()
    client.get(at)
    assert Entry.objects.filter(verb="activity.see").count() == before + 1


def test_desks_are_set_up_changed_and_given_up_on_pages(client_of: Any, act_for: ActFor) -> None:
    client = english(client_of)
    given = {"name": "Nord", "phone": "061 22 00 00", "language": "fr", "hours": "8-17"}
    assert client.post(reverse("activity:desk-new"), given).status_code == 302
    again = client.post(reverse("activity:desk-new"), given)
    assert again.status_code == 422 and "A desk of this name exists." in again.content.decode()
    client.post(reverse("activity:desk", args=[desk_word()]), {**given, "name": "North"})
    assert "North" in client.get(reverse("activity:desks")).content.decode()
    client.post(reverse("activity:desk-close", args=[desk_word()]))
    assert "North" not in client.get(reverse("activity:desks")).content.decode()


def test_letters_are_made_taken_sent_and_one_that_comes_back_is_called_again(client_of: Any, two: Any) -> None:
    client = english(client_of)
    made = client.post(reverse("activity:mailing-make"), {"desk": desk_word(), "who": "everybody", "way": "letter"})
    batch = Mailing.objects.get()
    assert made["Location"] == reverse("activity:mailing", args=[batch.pk]) and batch.people == 2
    file = client.get(reverse("activity:mailing-file", args=[batch.pk]))
    assert file.content.startswith(b"%PDF") and file["Cache-Control"] == "no-store"
    page = client.get(made["Location"])
    client.post(
        reverse("activity:mailing-sent", args=[batch.pk]), {"on": page.context["form"].initial["on"], "do": "sent"}
    )
    assert telling_counts(at=two[0].opened_at).written == 2
    reference = MailItem.objects.order_by("place").first().reference  # type: ignore[union-attr]
    client.post(reverse("activity:mailing-returned"), {"reference": f"1 · {reference}"})
    assert telling_counts(at=two[0].opened_at).waiting == 1


def test_texts_count_when_their_receipt_says_delivered_and_not_before(client_of: Any, two: Any) -> None:
    client = english(client_of)
    client.post(reverse("activity:mailing-make"), {"desk": desk_word(), "who": "everybody", "way": "sms"})
    batch = Mailing.objects.get()
    lines = client.get(reverse("activity:mailing-file", args=[batch.pk])).content.decode().splitlines()
    assert lines[0] == "to,text,reference,parts" and "+32470123456" in lines[1]
    page = client.get(reverse("activity:mailing", args=[batch.pk]))
    client.post(
        reverse("activity:mailing-sent", args=[batch.pk]), {"on": page.context["form"].initial["on"], "do": "sent"}
    )
    assert telling_counts(at=two[0].opened_at).written == 0
    one, other = MailItem.objects.order_by("place").values_list("reference", flat=True)
    receipts = f"reference,status\n{one},delivered\n{other},failed\n"
    client.post(reverse("activity:mailing-receipts"), {"file": SimpleUploadedFile("r.csv", receipts.encode())})
    counts = telling_counts(at=two[0].opened_at)
    assert (counts.written, counts.waiting) == (1, 1)


def test_a_batch_that_never_left_leaves_everybody_to_be_told(client_of: Any, two: Any) -> None:
    client = english(client_of)
    client.post(reverse("activity:mailing-make"), {"desk": desk_word(), "who": "everybody", "way": "letter"})
    client.post(reverse("activity:mailing-sent", args=[Mailing.objects.get().pk]), {"do": "drop"})
    assert Mailing.objects.get().state == "dropped" and telling_counts(at=two[0].opened_at).waiting == 2


def test_a_desk_is_for_who_tells_patients(client_of: Any, two: Any) -> None:
    assert english(client_of, "technician").get(reverse("activity:calls")).status_code == 403
