"""The rules of the line, without a database: moves, attestations, what comes back from where."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relight.fleet import errors
from relight.fleet.rules import admission, line
from relight.fleet.rules.policy import Policy, policy_read
from relight.fleet.rules.search import item_text, query_words, scan_variants
from relight.fleet.types import IN_LINE, Capacity, ItemState, Klass, Stage, State, state_of
from relight.people.types import STAFF_ROLES

SHIPPED = Path(line.__file__).parent.parent / "policy.toml"
ITEM = UUID("01a20aa3-3d80-74e5-8091-334b77e55c6b")
AT = datetime(2026, 11, 20, 8, tzinfo=UTC)


def shipped() -> Policy:
    check = policy_read(SHIPPED.read_bytes(), filename="policy.toml", roles=list(STAFF_ROLES))
    assert check.policy is not None, [str(fault) for fault in check.faults]
    return check.policy


POLICY = shipped()


def item(stage: str = "seen", *, klass: str = "workstation", met: Any = (), **fields: Any) -> ItemState:
    values: dict[str, Any] = {
        "id": ITEM,
        "name": "arl-pc01",
        "klass": Klass(klass),
        "stage": Stage(stage),
        "quarantined": False,
        "retired": False,
        "site": "arlon",
        "service": "emergency",
        "version": 1,
        "met": frozenset(met),
    }
    return ItemState(**{**values, **fields})


def asked(stage: str, klass: str = "workstation") -> frozenset[str]:
    return frozenset(check.id for check in POLICY.line(Klass(klass)).asked(Stage(stage)))


def code(verdict: Any) -> str:
    return "" if verdict else verdict.error().code


# -- the shipped policy ---------------------------------------------------------------------------


def test_every_class_has_its_stages_and_every_check_its_guidance() -> None:
    """The shipped file covers all classes; each check cites where it comes from, in four languages."""
    assert set(POLICY.lines) == set(Klass)
    used = {check.id for klass in POLICY.lines.values() for step in klass.stages for check in step.checks}
    assert used == set(POLICY.checks)
    for check in POLICY.checks.values():
        assert check.guidance and set(check.names) == {"fr", "nl", "de", "en"}, check.id
        assert not check.note or set(check.note) == {"fr", "nl", "de", "en"}


def test_evidence_is_preserved_before_anything_is_wiped() -> None:
    """In every class that wipes or resets, the evidence check stands at an earlier stage."""
    for klass, steps in POLICY.lines.items():
        for wiping in ("wiped", "factory-reset"):
            wiped_at, kept_at = steps.stage_of(wiping), steps.stage_of("evidence-preserved")
            if wiped_at is not None:
                assert kept_at is not None and kept_at.order < wiped_at.order, klass


def test_classes_go_their_own_way() -> None:
    """A new workstation starts at reconfigured, an analyzer is never reinstalled, a data set is restored."""
    assert POLICY.line(Klass.NEW_WORKSTATION).entry() is Stage.RECONFIGURED
    analyzer = {check.id for step in POLICY.line(Klass.ANALYZER).stages for check in step.checks}
    assert "vendor-certificate" in analyzer and not analyzer & {"wiped", "reinstalled"}
    dataset = {check.id for step in POLICY.line(Klass.DATASET).stages for check in step.checks}
    assert {"restore-point-chosen", "restore-point-clean", "restored", "restore-tested"} == dataset


# -- moves ----------------------------------------------------------------------------------------


def test_a_move_needs_the_checks_of_the_stage_and_says_who_can_meet_them() -> None:
    """The refusal lists each missing check with the roles that can meet it."""
    verdict = line.may_move(POLICY, item(), to=Stage.RETRIEVED)
    assert code(verdict) == "RL-FLT-012"
    assert "technician" in str(verdict.params["missing"])
    assert line.may_move(POLICY, item(met=asked("retrieved")), to=Stage.RETRIEVED)


@pytest.mark.parametrize("klass", list(Klass))
def test_no_stage_is_skipped_whatever_is_met(klass: Klass) -> None:
    """Two stages at once are refused even with every check met."""
    stages = POLICY.line(klass).names()
    everything = frozenset(POLICY.checks)
    for here, beyond in zip(stages, stages[2:], strict=False):
        state = item(here.value, klass=klass.value, met=everything)
        assert code(line.may_move(POLICY, state, to=beyond)) == "RL-FLT-011"


def test_a_stage_of_another_class_is_refused_by_name() -> None:
    """An analyzer is never cleaned."""
    verdict = line.may_move(POLICY, item("inspected", klass="analyzer"), to=Stage.CLEANED)
    assert code(verdict) == "RL-FLT-010"


def test_going_back_takes_a_reason_and_no_checks() -> None:
    """Back to any earlier stage of the class, admitted items included."""
    for stage in ("verified", "admitted"):
        assert code(line.may_move(POLICY, item(stage), to=Stage.CLEANED)) == "RL-FLT-013"
        assert line.may_move(POLICY, item(stage), to=Stage.CLEANED, reason="scan found a dropper")


def test_admitted_is_reached_by_signatures_only() -> None:
    """A move to admitted is refused even when nothing is missing."""
    assert code(line.may_move(POLICY, item("verified"), to=Stage.ADMITTED, reason="now")) == "RL-FLT-016"


@pytest.mark.parametrize(("field", "expected"), [("quarantined", "RL-FLT-014"), ("retired", "RL-FLT-015")])
def test_nothing_moves_out_of_quarantine_or_retirement_by_a_move(field: str, expected: str) -> None:
    """They have their own ways back."""
    state = item("cleaned", met=frozenset(POLICY.checks), **{field: True})
    for to in POLICY.line(Klass.WORKSTATION).names():
        assert code(line.may_move(POLICY, state, to=to, reason="why")) == expected


@given(
    here=st.sampled_from(list(Stage)),
    to=st.sampled_from(list(Stage)),
    klass=st.sampled_from(list(Klass)),
    met=st.sets(st.sampled_from(sorted(POLICY.checks))),
    reason=st.sampled_from(["", " ", "because"]),
)
def test_whoever_advances_has_every_check_met(here: Stage, to: Stage, klass: Klass, met: set[str], reason: str) -> None:
    """Whatever the state, an allowed forward move goes one stage and lacks no check."""
    state = item(here.value, klass=klass.value, met=met)
    verdict = line.may_move(POLICY, state, to=to, reason=reason)
    if verdict and to.order > here.order:
        steps = POLICY.line(klass)
        assert to is steps.following(here) and to is not Stage.ADMITTED
        assert {check.id for check in steps.asked(to)} <= met
    if not verdict:
        assert verdict.error().message() and verdict.error().next()


# -- attestations ---------------------------------------------------------------------------------


def test_only_the_roles_of_a_check_attest_it() -> None:
    """The refusal names who can; the owner of the data folder may on day 0."""
    state = item("reconfigured", klass="analyzer")
    state = item("inspected", klass="analyzer")
    verdict = line.may_attest(POLICY, state, check="quality-control", roles=["technician"])
    assert code(verdict) == "RL-FLT-021" and "laboratory" in str(verdict.params["roles"])
    assert line.may_attest(POLICY, state, check="quality-control", roles=["laboratory"])
    assert line.may_attest(POLICY, state, check="quality-control", roles=["owner"])


def test_a_check_of_a_later_stage_proves_nothing_yet() -> None:
    """A clean scan before the wipe is refused; the next stage's checks are taken."""
    verdict = line.may_attest(POLICY, item("inspected"), check="clean-scan", roles=["technician"])
    assert code(verdict) == "RL-FLT-024"
    assert line.may_attest(POLICY, item("reconfigured"), check="clean-scan", roles=["technician"])


def test_a_check_may_ask_for_a_note_or_a_file() -> None:
    """Preserved evidence says where it is; a vendor's certificate is attached."""
    assert code(line.may_attest(POLICY, item("retrieved"), check="evidence-preserved", roles=["technician"])) == (
        "RL-FLT-023"
    )
    state = item("inspected", klass="modality")
    assert code(line.may_attest(POLICY, state, check="vendor-certificate", roles=["technician"])) == "RL-FLT-022"
    assert line.may_attest(POLICY, state, check="vendor-certificate", roles=["technician"], has_files=True)


def test_a_check_of_another_class_is_refused() -> None:
    """A workstation needs no quality control."""
    assert code(line.may_attest(POLICY, item(), check="quality-control", roles=["owner"])) == "RL-FLT-020"


# -- coming back ----------------------------------------------------------------------------------


@given(stage=st.sampled_from(list(Stage)), klass=st.sampled_from(list(Klass)))
def test_nothing_comes_back_admitted(stage: Stage, klass: Klass) -> None:
    """From quarantine or retirement an item comes back at most verified, where it had been."""
    state = item(stage.value, klass=klass.value, quarantined=True)
    for back in line.back_stages(POLICY, state):
        assert back.order <= min(stage.order, Stage.VERIFIED.order)
    assert line.stage_back(POLICY, state, None).order <= min(stage.order, Stage.VERIFIED.order)
    assert code(line.may_release(POLICY, state, to=Stage.ADMITTED, reason="false alarm")) == "RL-FLT-010"


def test_quarantine_release_and_retirement_ask_for_a_reason() -> None:
    """Without a reason nobody understands it later."""
    assert code(line.may_quarantine(item(), reason=" ")) == "RL-FLT-008"
    assert code(line.may_release(POLICY, item(quarantined=True), to=None, reason="")) == "RL-FLT-008"
    assert code(line.may_retire(item(), reason="")) == "RL-FLT-008"
    assert code(line.may_return(POLICY, item(retired=True), to=None, reason="")) == "RL-FLT-008"


# -- admission ------------------------------------------------------------------------------------


def sign(state: ItemState, **fields: Any) -> str:
    values: dict[str, Any] = {
        "capacity": Capacity.OWNER,
        "actor": "staff:owner",
        "actor_name": "Owner",
        "held": [],
        "zone_open": True,
        "in_scope": True,
    }
    return code(admission.may_sign(POLICY, state, **{**values, **fields}))


SECURITY = admission.Held(capacity=Capacity.SECURITY, actor="staff:security", at=AT)


def test_what_may_be_signed() -> None:
    """Verified, alive, placed, zone open, in scope, not signed before, by somebody else."""
    verified = item("verified")
    assert sign(verified) == ""
    assert sign(verified, held=[SECURITY]) == ""
    assert sign(item("reconfigured")) == errors.SIGN_STAGE.code
    assert sign(item("verified", quarantined=True)) == errors.IS_QUARANTINED.code
    assert sign(item("verified", retired=True)) == errors.IS_RETIRED.code
    assert sign(item("verified", site="")) == errors.SIGN_PLACELESS.code
    assert sign(verified, zone_open=False) == errors.ZONE_SHUT.code
    assert sign(verified, in_scope=False) == errors.SIGN_SCOPE.code
    assert sign(verified, held=[SECURITY], actor="staff:security") == errors.SIGN_TWICE.code
    assert sign(verified, held=[SECURITY], capacity=Capacity.SECURITY, actor="staff:x") == errors.SIGN_BEFORE.code


@given(
    st.lists(
        st.builds(
            admission.Held,
            capacity=st.sampled_from(list(Capacity)),
            actor=st.sampled_from(["a", "b", "c"]),
            at=st.just(AT),
        ),
        max_size=4,
    )
)
def test_two_people_in_two_capacities_admit_and_nothing_less(held: list[admission.Held]) -> None:
    """Whatever the signatures: they admit exactly when two different people hold the two capacities."""
    pairs = [(a, b) for a in held for b in held if a.capacity is not b.capacity and a.actor != b.actor]
    assert admission.admits(held) == bool(pairs)


def test_the_digest_covers_everything_that_is_shown() -> None:
    """Identity, place, class, version, policy, who attested what and when, each file: any change changes it."""
    proof = admission.Proof(check="works", by="staff:t", at=AT, evidence=("a" * 64,))

    def digest(state: ItemState, *, serial: str = "S1", role: str = "r", proofs: Any = (proof,)) -> str:
        return admission.item_digest(state, serial=serial, role=role, policy=POLICY, proofs=proofs)

    first = digest(item("verified"))
    others = [
        digest(item("verified", version=2)),
        digest(item("verified", name="other")),
        digest(item("verified", site="virton")),
        digest(item("verified", service="laboratory")),
        digest(item("verified", klass="server")),
        digest(item("verified"), serial="S2"),
        digest(item("verified"), role="x"),
        digest(item("verified"), proofs=()),
        digest(item("verified"), proofs=(admission.Proof(check="works", by="staff:u", at=AT, evidence=()),)),
    ]
    assert first not in others and len(set(others)) == len(others)
    assert digest(item("verified")) == first


# -- states and words -----------------------------------------------------------------------------


def test_an_item_counts_in_one_state() -> None:
    """Retired wins over quarantined, quarantined over the stage; quarantined counts as in the line."""
    assert state_of(Stage.ADMITTED, quarantined=True, retired=True) is State.RETIRED
    assert state_of(Stage.ADMITTED, quarantined=True, retired=False) is State.QUARANTINED
    assert state_of(Stage.ADMITTED, quarantined=False, retired=False) is State.ADMITTED
    assert State.QUARANTINED in IN_LINE and State.SEEN not in IN_LINE and State.ADMITTED not in IN_LINE


def test_a_mac_address_is_found_with_and_without_separators() -> None:
    """What is printed on the label and what the scanner sends are the same address."""
    text = item_text(fields=["ARL-PC01"], tags=["spare"], identifiers=["00:1a:2B:3c:4d:5e"])
    for typed in ("00:1A:2B:3C:4D:5E", "00-1a-2b-3c-4d-5e", "001a2b3c4d5e", "arl-pc01", "#spare#"):
        assert all(word in text for word in query_words(typed)), typed


def test_a_scanner_may_send_the_maker_s_prefix() -> None:
    """`S5CG…` is tried as it is, then without its `S`; control characters go."""
    assert scan_variants("S5CG1234XYZ\r") == ("S5CG1234XYZ", "5CG1234XYZ")
    assert scan_variants("S/N: 5CG1234XYZ")[1] == "5CG1234XYZ"
    assert scan_variants("\t ") == ()
