"""The demonstration, loaded through the services: what stands there afterwards is real.

Loaded once for all tests of this file, in one transaction that is taken back at the end.
"""

from __future__ import annotations

import hashlib
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.conf import settings
from django.db import transaction

from relight.activity.api import debt_counts
from relight.activity.models import Appointment, Notice
from relight.activity.plain import policy_shipped_text
from relight.activity.selectors.appointments import policy_now
from relight.cli.scenario.bench_file import benches_read
from relight.cli.scenario.disks import TOOL_SHA256, data_make
from relight.cli.scenario.patients_plan import Density
from relight.cli.scenario.replay import DemoReport, demo_load
from relight.cli.scenario.types import Scenario
from relight.fleet.api import (
    How,
    State,
    counts,
    counts_by_site,
    hunt_preview,
    inspector_keys,
    item_resolve,
    passport_lines,
    policy_current,
)
from relight.fleet.models import AdmissionSignature, Attestation, DoubtfulMatch, ImportRun, LineItem, Report, SignedItem
from relight.fleet.types import Klass, Stage
from relight.hospital.api import Level, ZoneState, day_of, day_zero, function_list, site_list, unit_list, why
from relight.inspection.signing import report_verify
from relight.journal.api import chain_verify, entry_list, evidence_read, key_list
from relight.journal.models import Entry
from relight.kernel.act import Act, Door
from relight.kernel.errors import RuleError
from relight.lab.api import link_rungs, linked_share, order_query, reconcile
from relight.lab.models import Call, Climb, Comparison, Link, QcPoint, RungSignature
from relight.lab.models import Report as LabReport
from relight.lab.models import Result as LabResult
from relight.people.api import staff_list
from relight.wire.passport import passport_check
from support.loop import no_loop

from .conftest import NOW

OWNER = Act(actor="os:test", at=NOW, door=Door.CLI, roles=frozenset({"owner"}))


pytestmark = pytest.mark.timeout(900)  # the first test loads the whole demonstration


@pytest.fixture(scope="module")
def loaded(scenario: Scenario, django_db_setup: None, django_db_blocker: Any) -> Iterator[DemoReport]:
    shutil.rmtree(Path(settings.RELIGHT_HOME) / "demonstration", ignore_errors=True)  # of a loading before, taken back
    with no_loop(), django_db_blocker.unblock(), transaction.atomic():
        yield demo_load(scenario, act=OWNER, density=Density.FEW)
        transaction.set_rollback(True)


def test_exactly_3000_machines_are_seen_and_220_admitted(loaded: DemoReport) -> None:
    assert loaded.fresh
    assert counts()["seen"] == 3000
    assert counts()["admitted"] == 220
    assert dict(loaded.machines) == counts()


def test_today_is_the_tenth_day(loaded: DemoReport) -> None:
    assert day_zero() == NOW - timedelta(days=10)
    assert day_of(NOW) == 10


def test_four_sites_are_equipped_and_two_are_next(loaded: DemoReport) -> None:
    assert {site.id: site.zone for site in site_list()} == {
        "arlon": ZoneState.OPEN,
        "libramont": ZoneState.OPEN,
        "marche": ZoneState.OPEN,
        "bastogne": ZoneState.OPEN,
        "bertrix": ZoneState.BUILDING,
        "virton": ZoneState.PLANNED,
    }
    admitted = {site: numbers["admitted"] for site, numbers in counts_by_site().items()}
    assert min(admitted[site] for site in ("arlon", "libramont", "marche", "bastogne")) > 0
    assert admitted["bertrix"] == admitted["virton"] == 0


def test_each_admitted_machine_carries_every_check_of_its_policy(loaded: DemoReport) -> None:
    policy = policy_current()
    met: dict[Any, set[str]] = {}
    for item, check in Attestation.objects.filter(void=False).values_list("item_id", "check_id"):
        met.setdefault(item, set()).add(check)
    admitted = LineItem.objects.filter(stage=Stage.ADMITTED.value, quarantined=False, retired=False)
    for row in admitted:
        asked = {check.id for step in policy.line(Klass(row.klass)).stages for check in step.checks}
        assert asked <= met[row.pk], row.name


def admitted_items() -> list[LineItem]:
    return list(LineItem.objects.filter(stage=Stage.ADMITTED.value, quarantined=False, retired=False))


def test_each_admitted_machine_rests_on_a_clean_report_of_the_engine_with_its_list(loaded: DemoReport) -> None:
    """Counted, of the one enrolled key, newest of its reports, its list of hashes as long as the report says."""
    ((key, _, _),) = inspector_keys()
    newest = {report.item_id: report for report in Report.objects.order_by("at")}
    items = admitted_items()
    assert sum(row.kind == "machine" for row in items) == 220
    for row in items:
        report = newest[row.pk]
        assert (report.verdict, report.counted, report.kid) == ("clean", True, key.kid), row.name
        document = orjson.loads(evidence_read(report.digest))
        assert report_verify(document, public_key=bytes.fromhex(key.public)) == key.kid
        assert len(evidence_read(report.hashes)) == 32 * document["hashes"]["count"] > 0


def test_what_a_report_can_prove_nobody_attested_by_word(loaded: DemoReport) -> None:
    by_report = {check.id for check in policy_current().checks.values() if How.REPORT in check.how}
    assert set(Attestation.objects.filter(check_id__in=by_report).values_list("how", flat=True)) == {How.REPORT.value}


def test_each_admitted_machines_passport_checks_with_the_public_keys_alone(loaded: DemoReport) -> None:
    keys = {key.kid: key.raw for key in key_list()}
    items = admitted_items()
    tokens = {line.item: line.token for line in passport_lines([row.pk for row in items])}
    checked = {row.pk: passport_check(tokens[row.pk], keys=keys, at=NOW) for row in items}
    assert all(one.valid for one in checked.values())
    assert [one.passport.name for one in checked.values() if one.passport] == [row.name for row in items]


def test_wrecks_were_found_encrypted_and_came_back_only_after_a_clean_scan(loaded: DemoReport) -> None:
    hit = set(Report.objects.filter(verdict="findings").values_list("item_id", flat=True))
    back = {row.pk for row in admitted_items()} & hit
    assert len(hit) > 40 and len(back) >= 5
    for item in back:
        verdicts = list(Report.objects.filter(item_id=item).order_by("at").values_list("verdict", flat=True))
        assert verdicts == ["findings", "clean"]


def test_a_hunt_for_the_attackers_tool_finds_the_machines_set_apart_for_it(loaded: DemoReport) -> None:
    found = hunt_preview(act=replace(OWNER, roles=frozenset({"security-officer"})), indicators=[TOOL_SHA256.hex()])
    names = {LineItem.objects.get(pk=hit.item).hostname for hit in found.hits}
    assert names == {"arl-con-pc017", "arl-con-pc021", "arl-con-pc022", "mar-urg-pc009"}
    assert (found.reports, found.without_hashes) == (Report.objects.count(), 0)
    assert all(LineItem.objects.get(pk=hit.item).quarantined for hit in found.hits)


def test_a_data_set_came_from_its_last_intact_restore_point_and_was_admitted_by_two(
    loaded: DemoReport, scenario: Scenario
) -> None:
    """The search is kept as evidence; what the engine saw is what was backed up two nights before the damage."""
    row = LineItem.objects.get(name="Base du laboratoire")
    assert row.state is State.ADMITTED
    chosen = Attestation.objects.get(item=row, check_id="restore-point-chosen")
    document = orjson.loads(evidence_read(chosen.evidence[0]["digest"]))
    kind = "restic" if shutil.which("restic") else "dated"
    assert document["repository"]["kind"] == kind
    assert kind == "restic" or "restic n'étant pas installé" in chosen.note
    assert document["last_intact"][:8] in chosen.note or kind == "dated"
    assert [point["verdict"] for point in document["points"]] == ["intact", "intact", "damaged", "damaged"]
    report = Report.objects.get(item=row)
    files = data_make(row.name, nights=2, seed=str(scenario.fleet.seed))
    wanted = {hashlib.sha256(content).digest() for content in files.values()}
    kept = evidence_read(report.hashes)
    assert wanted <= {kept[at : at + 32] for at in range(0, len(kept), 32)}
    assert report.counted
    assert len(set(SignedItem.objects.filter(item=row).values_list("signed__actor", flat=True))) == 2


def test_each_admitted_machine_was_signed_by_two_different_people(loaded: DemoReport) -> None:
    signed: dict[Any, set[tuple[str, str]]] = {}
    for item, capacity, actor in SignedItem.objects.values_list("item_id", "signed__capacity", "signed__actor"):
        signed.setdefault(item, set()).add((capacity, actor))
    for row in LineItem.objects.filter(stage=Stage.ADMITTED.value):
        assert {capacity for capacity, _ in signed[row.pk]} == {"security", "owner"}, row.name
        assert len({actor for _, actor in signed[row.pk]}) == 2, row.name
    assert AdmissionSignature.objects.count() == 44


def test_no_act_lies_outside_the_ten_days_and_the_journal_is_in_order_of_time(loaded: DemoReport) -> None:
    times = list(Entry.objects.order_by("seq").values_list("at", flat=True))
    assert NOW - timedelta(days=10) <= min(times) and max(times) <= NOW
    assert times == sorted(times)


def test_the_chain_of_the_journal_is_whole(loaded: DemoReport) -> None:
    assert chain_verify().intact


def test_machines_stand_in_every_stage_and_some_are_quarantined_or_retired(loaded: DemoReport) -> None:
    rows = LineItem.objects.filter(kind="machine", retired=False, quarantined=False)
    stages = Counter(rows.values_list("stage", flat=True))
    assert set(stages) == {stage.value for stage in Stage}
    assert LineItem.objects.filter(quarantined=True).count() == 6
    assert counts()["retired"] == 22


def test_the_machine_taken_out_again_still_shows_what_was_signed(loaded: DemoReport) -> None:
    """Admitted on D+9, quarantined on D+10: it does not count as admitted, and its story is there."""
    row = item_resolve("arl-adm-pc003")
    assert (row.stage, row.quarantined, row.operational) == (Stage.ADMITTED.value, True, False)
    verbs = [entry.verb for entry in entry_list(subject=f"item:{row.pk}")]
    assert "line.quarantine" in verbs


def test_the_situation_is_mixed(loaded: DemoReport) -> None:
    levels = Counter(unit.level for unit in unit_list())
    assert min(levels[level] for level in Level) >= 5
    by_id = {unit.id: unit.level for unit in unit_list()}
    assert by_id["emergency@arlon"] is Level.DEGRADED
    assert by_id["maternity@arlon"] is Level.NORMAL
    assert by_id["radiology@arlon"] is Level.DOWN
    functions = {function.id: function.level for function in function_list()}
    assert functions["patient-record"] is Level.NORMAL


def test_servers_that_run_are_not_a_service_that_works(loaded: DemoReport) -> None:
    """The theatre server is admitted; nobody has signed the theatre planning; the theatres are on paper."""
    assert item_resolve("arl-blc1").operational
    words = " ".join(why("operating-theatre@arlon").sentences())
    assert "Theatre planning is not accepted" in words


def test_possible_doubles_and_bad_rows_wait_for_a_person(loaded: DemoReport, scenario: Scenario) -> None:
    assert DoubtfulMatch.objects.filter(state="open").count() == scenario.fleet.doubles
    runs = {run.filename: run.counts["rows_bad"] for run in ImportRun.objects.all()}
    assert len(runs) == 17 and sum(runs.values()) == 7


def test_there_is_somebody_for_every_role_and_all_are_marked_as_demonstration(loaded: DemoReport) -> None:
    from relight.people.models import Staff
    from relight.people.types import STAFF_ROLES

    assert {role for person in staff_list() for role in person.roles} == set(STAFF_ROLES)
    assert all(Staff.objects.values_list("demo", flat=True))


# --- the laboratory ---


def test_half_of_the_links_give_results_on_the_tenth_day_on_every_rung(loaded: DemoReport) -> None:
    """50 % as the group published it for D+11; nothing was set, each link climbed by its evidence."""
    rungs = Counter(rung for _, rung in link_rungs())
    assert rungs == {"paper": 3, "identification": 4, "results": 4, "orders": 2, "autovalidation": 1}
    assert (linked_share().linked, linked_share().links) == (7, 14)


def test_each_rung_above_identification_was_signed_by_the_laboratory_and_by_security(loaded: DemoReport) -> None:
    for climb in Climb.objects.filter(to_rung__in=["results", "orders", "autovalidation"]):
        signed = RungSignature.objects.filter(link=climb.link_id, rung=climb.to_rung)
        assert {one.capacity for one in signed} == {"laboratory", "security"}, climb.link_id
        assert len({one.actor for one in signed}) == 2


def test_each_link_that_gives_results_was_compared_with_hand_transcription(loaded: DemoReport) -> None:
    climbed = set(Climb.objects.filter(to_rung="results").values_list("link", flat=True))
    sheets = {sheet.link_id: sheet for sheet in Comparison.objects.all()}
    assert set(sheets) == climbed and len(climbed) == 8
    for sheet in sheets.values():
        lines = sheet.lines.all()
        assert sheet.verdict == "pass"
        assert len({line.sample for line in lines}) >= 20
        assert all(line.result_id for line in lines)


def test_one_link_fell_by_itself_because_its_control_was_out(loaded: DemoReport) -> None:
    fallen = Link.objects.exclude(fell_because="").get()
    assert (fallen.pk, fallen.rung, fallen.fell_because) == ("libramont-immuno", "identification", "RL-LAB-153")
    broken = [point for point in QcPoint.objects.all() if "1-3s" in point.rules]
    assert [point.link_id for point in broken] == ["libramont-immuno"]
    assert LabReport.objects.filter(link=fallen, hold="qc-out").exists()


def test_something_waits_for_somebody_in_every_queue_of_the_laboratory(loaded: DemoReport) -> None:
    """Held for each reason a demonstration needs, one refused, critical values to be called, one called already."""
    holds = set(LabReport.objects.filter(state="held").values_list("hold", flat=True))
    assert holds == {"rung", "qc-out", "unknown-test", "patient-differs", "sample-unknown"}
    assert LabReport.objects.filter(state="refused", closed_by="").count() == 1
    assert Call.objects.filter(closed_at=None).count() >= 1
    assert Call.objects.exclude(closed_at=None).count() == 1
    assert LabResult.objects.exclude(superseded_by=None).exists()
    assert order_query(state="open").exists() and order_query(state="done").exists()


def test_what_the_laboratory_received_is_accounted_for(loaded: DemoReport) -> None:
    found = reconcile()
    assert found.balanced and found.total.messages.received > 400
    assert found.total.messages.waiting == 0 and found.total.qc > 40 and found.total.queries == 18


def test_every_patient_of_the_laboratory_is_invented(loaded: DemoReport, scenario: Scenario) -> None:
    """Who lies in the wards of the scenario, or somebody whose name begins with Demo."""
    assert scenario.patients
    families = set(scenario.patients.names.families)
    said = LabReport.objects.exclude(patient={}).values_list("patient", flat=True)
    for name in [*order_query().values_list("family", flat=True), *(one["family"] for one in said)]:
        assert name in families or name.startswith("Demo-") or not name


def test_the_analyzers_on_their_benches_know_where_to_call_and_which_tubes_wait(loaded: DemoReport) -> None:
    """Those that were never connected are not there; the ports are those of the links, on this machine."""
    benches = benches_read(Path(settings.RELIGHT_HOME))
    assert benches is not None
    ports = dict(Link.objects.values_list("id", "port"))
    assert {one.link: one.port for one in benches.analyzers} == {
        link: port for link, port in ports.items() if link not in ("arlon-hba1c", "marche-coeur")
    }
    known = set(order_query(state="open").values_list("sample", flat=True))
    for bench in benches.analyzers:
        assert {tube.sample for tube in bench.tubes} <= known
        assert set(Link.objects.filter(pk=bench.link).values_list("host", flat=True)) == {"127.0.0.1"}


def test_a_links_climb_shows_in_the_graph(loaded: DemoReport) -> None:
    """Haematology of Marche is on paper: its pool of links is not met, and says so."""
    words = " ".join(why("laboratory@marche").sentences())
    assert "analyzer link" in words and "Marche hématologie" in words


def test_loading_again_keeps_what_is_there(loaded: DemoReport, scenario: Scenario) -> None:
    before = Entry.objects.count()
    again = demo_load(scenario, act=replace(OWNER, at=NOW + timedelta(hours=1)))
    assert not again.fresh
    assert Entry.objects.count() == before


@pytest.mark.django_db
def test_a_folder_with_people_of_its_own_refuses_the_demonstration(
    scenario: Scenario, staff_of: Callable[..., Any]
) -> None:
    staff_of("administrator")
    with pytest.raises(RuleError) as refusal:
        demo_load(scenario, act=OWNER)
    assert refusal.value.code == "RL-CLI-041"


@pytest.mark.django_db
def test_a_scenario_whose_numbers_do_not_come_out_leaves_nothing(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without its inventories nothing is seen: accounts and description go again, too."""
    monkeypatch.setattr("relight.cli.scenario.replay.sources_make", lambda *plan, moments: ())
    short = replace(scenario, story=replace(scenario.story, waves=(), steps=(), incidents=(), data=()))
    with pytest.raises(RuleError) as refusal:
        demo_load(short, act=OWNER, density=Density.NONE)
    assert refusal.value.code == "RL-CLI-042"
    assert not Entry.objects.exists() and not LineItem.objects.exists() and not staff_list()


def test_each_appointment_is_decided_under_the_shipped_policy_and_no_urgent_one_is_cancelled(
    loaded: DemoReport,
) -> None:
    policy = policy_now()
    assert policy is not None and policy.text == policy_shipped_text().decode()
    rows = Appointment.objects.filter(state="booked")
    assert rows.count() > 1500 and not rows.filter(outcome="").exists()
    assert not rows.filter(outcome="cancel", outcome_by="policy", urgency__in=("immediate", "urgent")).exists()
    assert {"keep", "cancel", "ask"} <= set(rows.values_list("outcome", flat=True))


def test_everybody_whose_appointment_is_cancelled_and_to_come_is_told_or_waits_to_be(loaded: DemoReport) -> None:
    coming = Appointment.objects.filter(state="booked", outcome="cancel", starts_at__gt=NOW)
    assert coming.exists() and not coming.exclude(notices__isnull=False).exists()
    states = set(Notice.objects.values_list("state", flat=True))
    assert {"open", "told"} <= states


def test_what_was_cancelled_waits_and_the_first_have_a_new_date(loaded: DemoReport) -> None:
    owed = debt_counts(at=NOW)
    assert owed.waiting > 0 and owed.booked > 10


def test_three_bulletins_went_out_and_the_last_says_what_changed_on_two_pages(loaded: DemoReport) -> None:
    """Case 24."""
    import pikepdf

    from relight.liaison.api import LANGUAGES, Shape, bulletin_file, bulletin_find
    from relight.liaison.selectors.bulletins import seal_holds, sheet_of

    row = bulletin_find(at=NOW)
    assert row.number == 3 and seal_holds(row)
    for language in LANGUAGES:
        sheet = sheet_of(row, language=language)
        assert sheet.changes and sheet.message_language == language and len(sheet.going) == 9
        content = bulletin_file(row, shape=Shape.PDF, language=language).content
        assert len(pikepdf.open(BytesIO(content)).pages) == 2
