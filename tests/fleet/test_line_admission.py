"""Admission by two people: who, what exactly, and what makes a signature void."""

from __future__ import annotations

from typing import Any

import pytest

from relight.kernel.errors import RelightError

pytestmark = pytest.mark.django_db


def refused(call: Any, **arguments: Any) -> RelightError:
    with pytest.raises(RelightError) as caught:
        call(**arguments)
    return caught.value


def states(items: Any) -> list[str]:
    from relight.fleet.selectors.items import items_get

    return [row.state.value for row in items_get(items)]


@pytest.fixture
def verified(line: Any) -> list[Any]:
    """Two workstations of the emergency department, verified."""
    items: list[Any] = line.add(2)
    line.take(items, "verified")
    return items


def test_the_second_of_two_signatures_admits_whichever_comes_first(line: Any, verified: list[Any]) -> None:
    """Security first or the owner first: one signature admits nothing, two admit."""
    first, second = verified[:1], verified[1:]
    assert line.sign(first, line.security, "security").admitted == ()
    assert line.sign(first, line.owner, "owner").admitted == tuple(first)
    assert line.sign(second, line.owner, "owner").admitted == ()
    assert line.sign(second, line.security, "security").admitted == tuple(second)
    assert states(verified) == ["admitted"] * 2


def test_one_person_in_both_capacities_is_one_person(line: Any, verified: list[Any], staff_of: Any) -> None:
    """Both roles do not make two people."""
    both = staff_of("security-officer", "service-owner")
    line.sign(verified, both, "security")
    assert line_error(line, verified, both, "owner").code == "RL-FLT-033"
    assert states(verified) == ["verified"] * 2


def line_error(line: Any, items: Any, who: Any, capacity: str, **fields: Any) -> RelightError:
    return refused(lambda **kw: line.sign(items[:1], who, capacity, **kw), **fields)


def test_a_wrong_password_signs_nothing(line: Any, verified: list[Any]) -> None:
    """No signature, no entry that looks like one."""
    from relight.fleet.models import AdmissionSignature

    assert line_error(line, verified, line.security, "security", password="guess").code == "RL-PPL-002"
    assert not AdmissionSignature.objects.exists()


def test_roles_and_scope_decide_who_signs(line: Any, verified: list[Any], staff_of: Any) -> None:
    """A technician signs nothing; an owner signs for their own service and site only."""
    laboratory = staff_of("service-owner", scope=["service:laboratory"])
    virton = staff_of("service-owner", scope=["site:virton"])
    assert line_error(line, verified, staff_of("technician"), "security").code == "RL-PPL-001"
    assert line_error(line, verified, line.security, "owner").code == "RL-PPL-001"
    assert line_error(line, verified, laboratory, "owner").code == "RL-FLT-032"
    assert line_error(line, verified, virton, "owner").code == "RL-FLT-032"


def test_a_signature_on_a_changed_item_is_void(line: Any, verified: list[Any]) -> None:
    """A new attestation or a correction after the first signature: the second alone does not admit."""
    from relight.fleet.api import items_attest, items_edit

    line.sign(verified, line.security, "security")
    items_attest(act=line.tech, items=verified[:1], checks=["clean-scan"], note="once more")
    items_edit(act=line.tech, items=verified[1:], changes={"room": "U 13"})
    assert line.sign(verified, line.owner, "owner").admitted == ()
    assert line.sign(verified, line.security, "security").admitted == tuple(verified)


def test_being_seen_again_voids_nothing(line: Any, verified: list[Any]) -> None:
    """The digest is over what was signed, not over when a scan last saw the machine."""
    from relight.fleet.api import Capacity, admission_sheet

    act = line.security.act()
    first = admission_sheet(act=act, items=verified, capacity=Capacity.SECURITY).digest
    line.clock.advance(days=1)
    assert admission_sheet(act=act, items=verified, capacity=Capacity.SECURITY).digest == first


def test_what_was_shown_is_what_is_signed(line: Any, verified: list[Any]) -> None:
    """When something changed between reading and signing, nothing is signed."""
    from relight.fleet.api import Capacity, admission_sheet, items_attest

    shown = admission_sheet(act=line.security.act(), items=verified[:1], capacity=Capacity.SECURITY).digest
    items_attest(act=line.tech, items=verified[:1], checks=["works"], note="again")
    assert line_error(line, verified, line.security, "security", digest=shown).code == "RL-FLT-035"


def test_a_shut_zone_admits_nobody(line: Any) -> None:
    """Virton's zone is not open: the refusal says so by name."""
    items = line.add(1, site="virton")
    line.take(items, "verified")
    error = line_error(line, items, line.security, "security")
    assert error.code == "RL-FLT-034" and "Virton" in error.message()


def test_a_zone_closed_between_two_signatures_admits_nobody(line: Any, verified: list[Any], staff_of: Any) -> None:
    """The second signature asks again."""
    from relight.hospital.api import zone_close

    line.sign(verified, line.security, "security")
    zone_close(act=staff_of("recovery-lead").act(), site="arlon", note="beacon in the segment")
    assert line_error(line, verified, line.owner, "owner").code == "RL-FLT-034"


def test_a_changed_policy_voids_signatures_under_the_old_one(line: Any, verified: list[Any], relight_home: Any) -> None:
    """Two people sign under one policy."""
    from relight.fleet.selectors.policy import SHIPPED

    line.sign(verified, line.security, "security")
    own = relight_home / "policy.toml"
    try:
        own.write_text(SHIPPED.read_text().replace("2026-11-1", "ours-2"))
        assert line.sign(verified, line.owner, "owner").admitted == ()
    finally:
        own.unlink()


def test_a_batch_signs_in_part_only_when_asked(line: Any, verified: list[Any]) -> None:
    """One machine that is not ready holds the batch; `partial` signs the others and says who stayed."""
    late = line.add(1, klass="server", role="file-server")
    with pytest.raises(RelightError) as caught:
        line.sign([*verified, *late], line.security, "security")
    assert caught.value.code == "RL-FLT-019"
    report = line.sign([*verified, *late], line.security, "security", partial=True)
    assert report.signed == tuple(verified) and [refusal.item for refusal in report.refused] == late


def test_the_journal_holds_what_was_signed(line: Any, verified: list[Any]) -> None:
    """Digest of the sheet, digest of each item, the policy, the signature's own entry."""
    from relight.journal.api import chain_verify, entry_list

    report = line.sign(verified, line.security, "security")
    (entry,) = entry_list(verb="line.sign")
    assert entry.body["digest"] == report.digest and len(entry.body["items"]) == 2
    assert entry.body["signature"] == str(report.signature)
    assert chain_verify().intact


def test_moving_an_admitted_item_back_takes_it_down(line: Any, verified: list[Any]) -> None:
    """Back with a reason: out of service at once, its signatures spent."""
    from relight.fleet.api import Stage, items_move
    from relight.fleet.models import LineItem

    line.sign(verified, line.security, "security")
    line.sign(verified, line.owner, "owner")
    items_move(act=line.tech, items=verified, to=Stage.RECONFIGURED, reason="patched outside")
    assert not any(row.operational or row.admitted_at for row in LineItem.objects.all())
