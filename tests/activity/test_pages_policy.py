"""The pages of the policy and of proposals: what changes is shown before it takes effect. docs/design/activity.md."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from relight.activity.models import Appointment, DebtItem, PolicyVersion, Proposal
from relight.activity.plain import policy_shipped_text
from relight.activity.services.debt import debt_book, debt_sync
from relight.activity.services.imports import appointments_import
from relight.activity.services.overrides import override_set
from relight.activity.services.policies import policy_draft
from relight.activity.types import Outcome
from relight.journal.models import Entry
from relight.kernel.act import Act
from support.people import PASSWORD

pytestmark = pytest.mark.django_db
ActFor = Callable[..., Act]
HEADER = "id;kind;urgency;site;date;time;reason;family;given;birth date\n"
CATARACT = "A1;operation;elective;arlon;DAY;08:30;Cataracte;Dupont;Marie;1957-03-12"
APPENDIX = "A2;operation;immediate;arlon;DAY;09:30;Appendicite;Martin;Luc;1960-01-01"
SHIPPED = policy_shipped_text().decode()


def bring(act: Act, *lines: str) -> None:
    day = (act.at + timedelta(days=3)).date().isoformat()
    text = HEADER + "".join(f"{line.replace('DAY', day)}\n" for line in lines)
    appointments_import(act=act, source="theatre", name="x.csv", raw=text.encode())


def kept(text: str) -> str:
    """The shipped policy, but operations that were cancelled by rule are kept."""
    head, rest = text.split('[[set]]\nid = "operations"', 1)
    own, *others = rest.split("[[set]]\n")
    changed = own.replace('decision = "cancel"', 'decision = "keep"')
    assert changed != own
    return head + '[[set]]\nid = "operations"' + "[[set]]\n".join([changed, *others])


def signed_and_taken(client: Any, number: int) -> None:
    row = PolicyVersion.objects.get(number=number)
    answer = client.post(reverse("activity:policy-sign", args=[number]), {"digest": row.digest, "password": PASSWORD})
    assert answer.status_code == 302
    proposal = Proposal.objects.get(state="waiting")
    assert answer["Location"] == reverse("activity:proposal", args=[proposal.pk])
    assert client.post(reverse("activity:proposal-take", args=[proposal.pk])).status_code == 302


def outcomes() -> dict[str, str]:
    return dict(Appointment.objects.values_list("origin_id", "outcome"))


def test_before_any_policy_the_page_shows_the_shipped_one_and_offers_it(client_of: Any) -> None:
    page = client_of("medical-lead", language="en").get(reverse("activity:policy"))
    text = page.content.decode()
    assert "No policy is in force yet" in text and text.count('class="policy-set"') >= 3
    assert reverse("activity:policy-draft") in text
    assert (
        reverse("activity:policy-draft")
        not in client_of("nurse", language="en").get(reverse("activity:policy")).content.decode()
    )


def test_a_draft_is_signed_shown_and_only_then_takes_effect(client_of: Any, act_for: ActFor) -> None:
    """What would change is counted before: nothing is decided until the proposal is taken."""
    bring(act_for("desk"), CATARACT, APPENDIX)
    client = client_of("medical-lead", language="en")
    assert client.post(reverse("activity:policy-draft"))["Location"] == reverse("activity:policy-edit", args=[1])
    row = PolicyVersion.objects.get(number=1)
    answer = client.post(reverse("activity:policy-sign", args=[1]), {"digest": row.digest, "password": PASSWORD})
    assert outcomes() == {"A1": "", "A2": ""}
    page = client.get(answer["Location"]).content.decode()
    assert "It will cancel 1." in page and "Policy 1 comes into force." in page and "DUPONT" in page
    proposal = Proposal.objects.get(state="waiting")
    client.post(reverse("activity:proposal-take", args=[proposal.pk]))
    assert outcomes() == {"A1": "cancel", "A2": "keep"}


def test_a_wrong_password_signs_nothing_and_says_so(client_of: Any) -> None:
    client = client_of("medical-lead", language="en")
    client.post(reverse("activity:policy-draft"))
    row = PolicyVersion.objects.get(number=1)
    answer = client.post(reverse("activity:policy-sign", args=[1]), {"digest": row.digest, "password": "no"})
    assert answer.status_code == 422 and not Proposal.objects.exists()
    assert PolicyVersion.objects.get(number=1).state == "draft"


def test_a_changed_rule_shows_its_difference_as_it_is_typed_and_writes_nothing(client_of: Any, act_for: ActFor) -> None:
    bring(act_for("desk"), CATARACT, APPENDIX)
    client = client_of("medical-lead", language="en")
    client.post(reverse("activity:policy-draft"))
    signed_and_taken(client, 1)
    client.post(reverse("activity:policy-draft"))
    before = Entry.objects.count()
    page = client.post(reverse("activity:policy-preview", args=[2]), {"text": kept(SHIPPED)}).content.decode()
    assert "It will restore 1." in page and "Rules that differ" in page
    assert Entry.objects.count() == before and outcomes()["A1"] == "cancel"


def test_a_text_with_faults_is_refused_by_line_and_kept_in_the_form(client_of: Any) -> None:
    client = client_of("medical-lead", language="en")
    client.post(reverse("activity:policy-draft"))
    wrong = SHIPPED.replace('decision = "cancel"', 'decision = "forbid"', 1)
    line = next(n for n, text in enumerate(wrong.splitlines(), start=1) if "forbid" in text)
    answer = client.post(reverse("activity:policy-edit", args=[1]), {"text": wrong, "do": "save"})
    text = answer.content.decode()
    assert answer.status_code == 422 and f"Line {line}" in text and "RL-ACT-" in text
    assert "forbid" in text and PolicyVersion.objects.get(number=1).text == SHIPPED


def test_two_who_edit_one_draft_do_not_write_over_each_other(client_of: Any, act_for: ActFor) -> None:
    first, second = client_of("medical-lead", language="en"), client_of("recovery-lead", language="en")
    first.post(reverse("activity:policy-draft"))
    shown = PolicyVersion.objects.get(number=1).digest
    at = reverse("activity:policy-edit", args=[1])
    assert first.post(at, {"text": kept(SHIPPED), "shown": shown, "do": "save"}).status_code == 302
    late = second.post(at, {"text": SHIPPED, "shown": shown, "do": "save"})
    assert late.status_code == 422 and "changed after it was shown to you" in late.content.decode()
    assert PolicyVersion.objects.get(number=1).text == kept(SHIPPED)


def test_a_draft_thrown_away_is_gone_and_stands_in_the_journal(client_of: Any) -> None:
    client = client_of("medical-lead", language="en")
    client.post(reverse("activity:policy-draft"))
    client.post(reverse("activity:policy-edit", args=[1]), {"do": "drop"})
    assert not PolicyVersion.objects.exists()
    assert json.loads(Entry.objects.get(verb="activity.policy_drop").body)["text"] == SHIPPED


def test_a_doctors_word_survives_another_policy(client_of: Any, act_for: ActFor) -> None:
    bring(act_for("desk"), CATARACT, APPENDIX)
    client = client_of("medical-lead", language="en")
    client.post(reverse("activity:policy-draft"))
    signed_and_taken(client, 1)
    row = Appointment.objects.get(origin_id="A2")
    override_set(act=act_for("clinician"), appointment=row.pk, outcome=Outcome.CANCEL, reason="Died at home.")
    policy_draft(act=act_for("medical-lead"), text=kept(SHIPPED))
    signed_and_taken(client, 2)
    assert outcomes() == {"A1": "keep", "A2": "cancel"}


def test_a_dropped_proposal_leaves_everything_and_the_policy_is_a_draft_again(client_of: Any, act_for: ActFor) -> None:
    bring(act_for("desk"), CATARACT)
    client = client_of("medical-lead", language="en")
    client.post(reverse("activity:policy-draft"))
    row = PolicyVersion.objects.get(number=1)
    client.post(reverse("activity:policy-sign", args=[1]), {"digest": row.digest, "password": PASSWORD})
    client.post(reverse("activity:proposal-drop", args=[Proposal.objects.get().pk]))
    assert outcomes() == {"A1": ""} and PolicyVersion.objects.get(number=1).state == "draft"


def test_what_was_decided_meanwhile_is_not_taken_as_it_was_shown(client_of: Any, act_for: ActFor) -> None:
    """An appointment that came after the proposal was shown: nothing takes effect, a new one waits."""
    bring(act_for("desk"), CATARACT)
    client = client_of("medical-lead", language="en")
    client.post(reverse("activity:policy-draft"))
    row = PolicyVersion.objects.get(number=1)
    client.post(reverse("activity:policy-sign", args=[1]), {"digest": row.digest, "password": PASSWORD})
    shown = Proposal.objects.get(state="waiting")
    bring(act_for("desk"), CATARACT, "A3;operation;elective;arlon;DAY;10:00;Hernie;Petit;Jo;1970-02-02")
    answer = client.post(reverse("activity:proposal-take", args=[shown.pk]), follow=True)
    assert "was made anew" in answer.content.decode()
    assert outcomes() == {"A1": "", "A3": ""} and Proposal.objects.get(state="waiting").pk != shown.pk


def test_who_may_not_read_appointments_sees_counts_and_no_name(client_of: Any, act_for: ActFor) -> None:
    bring(act_for("desk"), CATARACT)
    client = client_of("medical-lead", language="en")
    client.post(reverse("activity:policy-draft"))
    row = PolicyVersion.objects.get(number=1)
    client.post(reverse("activity:policy-sign", args=[1]), {"digest": row.digest, "password": PASSWORD})
    at = reverse("activity:proposal", args=[Proposal.objects.get().pk])
    seen = Entry.objects.filter(verb="activity.see").count()
    page = client_of("technician", language="en").get(at).content.decode()
    assert "It will cancel 1." in page and "DUPONT" not in page.upper()
    assert Entry.objects.filter(verb="activity.see").count() == seen
    client.get(at)
    assert Entry.objects.filter(verb="activity.see").count() == seen + 1


def test_two_versions_are_compared_rule_by_rule_and_line_by_line(client_of: Any, act_for: ActFor) -> None:
    lead = act_for("medical-lead")
    policy_draft(act=lead)
    policy_draft(act=lead, text=kept(SHIPPED))
    page = client_of("nurse", language="en").get(reverse("activity:policy-changes", args=[1, 2])).content.decode()
    assert "Rules that differ" in page and "line-in" in page and "line-out" in page


def test_what_has_a_new_date_is_never_restored_to_its_old_one_by_a_policy(client_of: Any, act_for: ActFor) -> None:
    """The patient knows the new date: a rule that keeps such operations again must not bring the old one back."""
    lead = act_for("medical-lead")
    bring(act_for("desk"), CATARACT, APPENDIX)
    client = client_of("medical-lead", language="en")
    client.post(reverse("activity:policy-draft"))
    signed_and_taken(client, 1)
    debt_sync(act=lead)
    debt_book(act=act_for("desk"), item=DebtItem.objects.get().pk, starts_at=lead.at + timedelta(days=30))
    policy_draft(act=lead, text=kept(SHIPPED))
    signed_and_taken(client, 2)
    assert outcomes()["A1"] == "cancel" and DebtItem.objects.get().state == "booked"
