"""Writes of the line: batches, history, graph and journal in one transaction."""

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


def test_a_bench_of_forty_moves_at_once_with_one_journal_entry(line: Any) -> None:
    """One transaction, one entry, one event and one line of history for each machine."""
    from relight.fleet.api import Stage, items_move
    from relight.fleet.models import StageMove
    from relight.journal.api import entry_list

    items = line.add(40)
    line.attest(items, "retrieved")
    report = items_move(act=line.tech, items=items, to=Stage.RETRIEVED)
    assert report.done == tuple(items) and not report.refused
    (entry,) = entry_list(verb="line.move")
    assert entry.body["to"] == "retrieved" and entry.body["items"] == [str(item) for item in items]
    assert len([event for event in entry.events if event.name == "line.moved"]) == 40
    assert StageMove.objects.filter(batch=report.batch, to_state="retrieved").count() == 40


def test_a_batch_is_all_or_nothing_and_lists_what_each_lacks(line: Any) -> None:
    """One machine that may not holds all; the refusal names it and what is missing."""
    from relight.fleet.api import Stage, items_move

    ready, late = line.add(3), line.add(1, klass="printer", role="", service="")
    line.attest(ready, "retrieved")
    error = refused(items_move, act=line.tech, items=[*ready, *late], to=Stage.RETRIEVED)
    assert error.code == "RL-FLT-019"
    assert [(refusal.item, refusal.code) for refusal in error.params["refusals"]] == [(late[0], "RL-FLT-012")]
    assert states([*ready, *late]) == ["seen"] * 4


def test_a_partial_batch_moves_those_who_may_and_says_who_stayed(line: Any) -> None:
    """`partial` is asked for, never assumed."""
    from relight.fleet.api import Stage, items_move

    ready, late = line.add(3), line.add(1, klass="printer", role="", service="")
    line.attest(ready, "retrieved")
    report = items_move(act=line.tech, items=[*ready, *late], to=Stage.RETRIEVED, partial=True)
    assert report.done == tuple(ready) and [refusal.item for refusal in report.refused] == late


def test_moving_twice_changes_nothing_twice(line: Any) -> None:
    """A double click or a repeated scan is no second move and no second entry."""
    from relight.fleet.api import Stage, items_move
    from relight.journal.api import entry_list

    items = line.add(1)
    line.take(items, "retrieved")
    before = len(entry_list(verb="line.move"))
    report = items_move(act=line.tech, items=items, to=Stage.RETRIEVED)
    assert report.same == tuple(items) and report.done == ()
    assert len(entry_list(verb="line.move")) == before


def test_going_back_voids_what_was_attested_beyond(line: Any) -> None:
    """After a move back to inspected, wiping and reinstalling have to be attested again."""
    from relight.fleet.api import Stage, items_move
    from relight.fleet.selectors.items import met_checks

    items = line.add(1)
    line.take(items, "verified")
    items_move(act=line.tech, items=items, to=Stage.INSPECTED, reason="the image was old")
    met = met_checks(items)[items[0]]
    assert "evidence-preserved" in met and not met & {"wiped", "reinstalled", "clean-scan"}
    assert refused(items_move, act=line.tech, items=items, to=Stage.CLEANED).code == "RL-FLT-012"


def test_the_act_s_time_is_the_time_of_the_move(line: Any) -> None:
    """A scenario writes the past: nothing reads the clock."""
    from relight.fleet.api import Stage, items_move
    from relight.fleet.models import LineItem, StageMove

    items = line.add(1)
    line.attest(items, "retrieved")
    act = line.act_for("technician", at=line.clock.now().replace(day=15, hour=3))
    items_move(act=act, items=items, to=Stage.RETRIEVED)
    assert LineItem.objects.get().stage_since == act.at
    assert StageMove.objects.get().at == act.at


def test_the_graph_hears_of_an_admission_and_of_a_quarantine_at_once(line: Any) -> None:
    """Admitted workstations bring the unit up; quarantine takes it down in the same transaction."""
    from relight.fleet.api import items_quarantine
    from relight.hospital.api import unit_list

    def level() -> str:
        return next(unit.state for unit in unit_list() if unit.id == "emergency@arlon")

    items = line.add(2)
    assert level() == "down"
    line.admit(items)
    assert level() == "normal"
    items_quarantine(act=line.tech, items=items[:1], reason="beacon to a known address")
    assert level() == "degraded"
    items_quarantine(act=line.tech, items=items[1:], reason="same bench")
    assert level() == "down"


def test_a_failure_half_way_leaves_nothing(line: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the graph cannot be told, no row, no history and no entry stays."""
    from relight.fleet.api import Stage, items_move
    from relight.fleet.models import StageMove
    from relight.fleet.services import line as services
    from relight.journal.api import version

    items = line.add(5)
    line.attest(items, "retrieved")
    before = version()

    def breaks(**_: Any) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(services, "components_tell", breaks)
    with pytest.raises(OSError, match="disk"):
        items_move(act=line.tech, items=items, to=Stage.RETRIEVED)
    assert states(items) == ["seen"] * 5
    assert not StageMove.objects.exists() and version() == before


def test_only_a_security_officer_releases_from_quarantine(line: Any) -> None:
    """Released, the item begins again; what was attested after its first stage is void."""
    from relight.fleet.api import items_quarantine, items_release

    items = line.add(1)
    line.take(items, "reconfigured")
    items_quarantine(act=line.tech, items=items, reason="beacon")
    assert refused(items_release, act=line.tech, items=items, reason="fine").code == "RL-PPL-001"
    items_release(act=line.security.act(), items=items, reason="looked at it")
    assert states(items) == ["retrieved"]


def test_a_false_alarm_comes_back_where_it_was_but_never_admitted(line: Any) -> None:
    """An admitted item is released at most verified, and needs two new signatures."""
    from relight.fleet.api import Stage, items_quarantine, items_release

    items = line.add(1)
    line.admit(items)
    items_quarantine(act=line.tech, items=items, reason="beacon")
    items_release(act=line.security.act(), items=items, reason="false alarm", to=Stage.VERIFIED)
    assert states(items) == ["verified"]
    report = line.sign(items, line.owner, "owner")
    assert report.admitted == ()


def test_retirement_is_no_way_out_of_quarantine(line: Any) -> None:
    """What was quarantined, retired and returned is still quarantined."""
    from relight.fleet.api import items_quarantine, items_retire, items_return

    items = line.add(1)
    items_quarantine(act=line.tech, items=items, reason="beacon")
    items_retire(act=line.tech, items=items, reason="scrap")
    assert states(items) == ["retired"]
    items_return(act=line.tech, items=items, reason="needed after all")
    assert states(items) == ["quarantined"]


def test_an_attestation_keeps_its_note_and_files(line: Any) -> None:
    """The file's digest stands in the journal, and the content is read back checked."""
    from relight.fleet.api import Upload, items_attest
    from relight.fleet.models import Attestation
    from relight.journal.api import entry_list, evidence_read

    items = line.add(2)
    file = Upload(name="photo.jpg", media_type="image/jpeg", content=b"\xff\xd8", size_bytes=2)
    items_attest(act=line.tech, items=items, checks=["unplugged"], note="both cables", files=[file])
    rows = list(Attestation.objects.all())
    assert len(rows) == 2 and {row.note for row in rows} == {"both cables"}
    digest = rows[0].evidence[0]["digest"]
    assert evidence_read(digest) == b"\xff\xd8"
    assert entry_list(verb="line.attest")[0].body["evidence"] == [digest]


def test_a_signed_item_keeps_its_place(line: Any) -> None:
    """Site, service, role and class of an admitted item are what was signed; room and tags are not."""
    from relight.fleet.api import items_edit

    items = line.add(1)
    line.admit(items)
    for field, value in [("site", "virton"), ("service", "laboratory"), ("role", "kiosk"), ("klass", "server")]:
        assert refused(items_edit, act=line.tech, items=items, changes={field: value}).code == "RL-FLT-026"
    items_edit(act=line.tech, items=items, changes={"room": "U 12", "tags": ["spare"], "site": "arlon"})
    assert states(items) == ["admitted"]


def test_a_changed_class_keeps_what_the_new_class_knows_of_the_way(line: Any) -> None:
    """A cleaned `other` that proves to be an analyzer stands at inspected, the furthest it has in common."""
    from relight.fleet.api import items_edit

    items = line.add(1, klass="other")
    line.take(items, "cleaned", klass="other")
    items_edit(act=line.tech, items=items, changes={"klass": "analyzer"})
    assert states(items) == ["inspected"]
    assert refused(items_edit, act=line.tech, items=items, changes={"klass": "dataset"}).code == "RL-FLT-009"


def test_a_change_of_class_skips_nothing(line: Any) -> None:
    """A `new-workstation` that proves to be an old one begins where an old one must: nothing was wiped."""
    from relight.fleet.api import items_edit

    items = line.add(1, klass="new-workstation")
    line.take(items, "reconfigured", klass="new-workstation")
    items_edit(act=line.tech, items=items, changes={"klass": "workstation"})
    assert states(items) == ["seen"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"site": "atlantis"}, "RL-FLT-005"),
        ({"service": "alchemy"}, "RL-FLT-005"),
        ({"klass": "toaster"}, "RL-FLT-005"),
        ({"tags": ["Not A Slug"]}, "RL-FLT-005"),
        ({"stage": "admitted"}, "RL-FLT-005"),
        ({"name": "  "}, "RL-FLT-006"),
        ({}, "RL-FLT-027"),
    ],
)
def test_bad_corrections_are_refused_at_their_field(line: Any, changes: dict[str, Any], code: str) -> None:
    """Unknown places, classes, tags and fields: nothing is written."""
    from relight.fleet.api import items_edit

    error = refused(items_edit, act=line.tech, items=line.add(1), changes=changes)
    assert error.code == code and error.where == next(iter(changes), "")


def test_a_serial_is_one_machine(line: Any) -> None:
    """The same serial is not added twice, however it is written; a filler is no serial."""
    line.add(1, serial="5CG1234XYZ")
    for serial, code in [(" 5cg1234xyz", "RL-FLT-007"), ("To be filled by O.E.M.", "RL-FLT-005")]:
        with pytest.raises(RelightError) as caught:
            line.add(1, serial=serial)
        assert caught.value.code == code


def test_items_nobody_knows_are_refused(line: Any) -> None:
    """An unknown id, or none at all."""
    from relight.fleet.api import Stage, items_move
    from relight.journal.api import new_id

    gone = new_id(line.clock.now())
    assert refused(items_move, act=line.tech, items=[gone], to=Stage.RETRIEVED).code == "RL-FLT-001"
    assert refused(items_move, act=line.tech, items=[], to=Stage.RETRIEVED).code == "RL-FLT-002"


def test_the_hospital_s_own_policy_replaces_the_shipped_one(line: Any, relight_home: Any) -> None:
    """`policy.toml` of the data folder counts at once; with faults in it the line stands still."""
    from relight.fleet.api import Stage, items_move, policy_current
    from relight.fleet.selectors.policy import SHIPPED

    own = relight_home / "policy.toml"
    shipped = SHIPPED.read_text()
    items = line.add(1)
    try:
        own.write_text(shipped.replace("2026-11-1", "ours-1").replace('checks = ["unplugged", "identified"]', ""))
        assert policy_current().version == "ours-1"
        assert items_move(act=line.tech, items=items, to=Stage.RETRIEVED).done == tuple(items)
        own.write_text(shipped.replace('checks = ["wiped"]', 'checks = ["wippped"]'))
        error = refused(items_move, act=line.tech, items=items, to=Stage.INSPECTED)
        assert error.code == "RL-FLT-041" and "policy.toml" in error.where
    finally:
        own.unlink()
    assert policy_current().version == "2026-11-1"


def test_a_batch_of_forty_takes_a_fixed_number_of_queries(line: Any, django_assert_max_num_queries: Any) -> None:
    """Forty cost what four cost."""
    from relight.fleet.api import Stage, items_move

    items = line.add(40)
    line.attest(items, "retrieved")
    with django_assert_max_num_queries(34):
        items_move(act=line.tech, items=items, to=Stage.RETRIEVED)
