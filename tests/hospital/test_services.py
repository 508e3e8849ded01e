"""Loading, component reports, acceptances, zones: what they write, refuse and tell. Cases: docs/design/hospital.md."""

import time

import pytest

from relight.hospital import api
from relight.hospital.models import Acceptance, Component, Node, NodeChange, Pool, ZoneSegment
from relight.hospital.rules.graph import count_pools, evaluate
from relight.hospital.selectors.standing import components_read, hospital_get, open_gates, pool_key, revision
from relight.journal.api import EventDraft, chain_verify, entry_list, event_list, writing
from relight.kernel.errors import InputError, MissingError, RelightError, RuleError

from .small import SMALL, machine

pytestmark = pytest.mark.django_db

DCS = [machine(number, "domain-controller") for number in (1, 2)]
DNS = machine(10, "dns-server")


def levels():
    found = {function.id: function.state for function in api.function_list()}
    return {**found, **{unit.id: unit.state for unit in api.unit_list()}}


def check_stored():
    """Hold every stored level and count against computing it all anew."""
    graph = hospital_get().graph
    counts, known = count_pools(graph, components_read())
    stored = {row.key: (row.operational, row.known) for row in Pool.objects.all()}
    assert stored == {pool_key(pool): (counts[n], known[n]) for n, pool in enumerate(graph.pools)}
    gates = [graph.gate_index[gate] for gate in open_gates() if gate in graph.gate_index]
    state = evaluate(graph, counts=counts, open_gates=gates)
    rows = dict(Node.objects.filter(aside=False).values_list("id", "level"))
    assert rows == {id: state.levels[place] for place, id in enumerate(graph.ids)}


def events(name):
    return [event for event in event_list(after=0, limit=1000) if event.name == name]


# -- loading --------------------------------------------------------------------------------------


def test_case_80_before_any_load_every_list_is_empty_and_a_question_says_what_to_do():
    assert (api.site_list(), api.service_list(), api.unit_list(), api.function_list()) == ([], [], [], [])
    assert (api.placement_rules(), api.next_unlocks(5), api.day_zero(), api.group_name()) == ((), [], None, "")
    with pytest.raises(MissingError) as refusal:
        api.why("dns")
    assert refusal.value.code == "RL-HOS-041"


def test_case_81_the_first_load_makes_everything_down_since_day_zero(load):
    report = load()
    assert report.loaded
    assert levels() == {"dns": "down", "directory": "down", "emergency@arlon": "down", "emergency@virton": "down"}
    assert {unit.since for unit in api.unit_list()} == {api.day_zero()}
    assert [site.zone.value for site in api.site_list()] == ["planned", "planned"]
    assert [event.subject for event in events("hospital.loaded")] == ["group:small"]
    check_stored()


def test_case_82_the_same_file_again_writes_nothing(load):
    load()
    before = (revision(), len(entry_list()))
    assert not load().loaded
    assert (revision(), len(entry_list())) == before


def test_case_83_a_removal_is_named_and_refused_until_it_is_confirmed(load):
    load()
    without = SMALL.replace('sites = ["arlon", "virton"]', 'sites = ["arlon"]')
    with pytest.raises(RuleError) as refusal:
        load(without)
    assert (refusal.value.code, refusal.value.params["ids"]) == ("RL-HOS-042", "unit emergency@virton")
    assert "emergency@virton" in levels()
    load(without, removals_confirmed=True)
    assert "emergency@virton" not in levels()
    check_stored()


def test_case_84_what_was_taken_out_comes_back_with_its_acceptance_state_and_date(load, report, accept, clock):
    load()
    report(DNS, *DCS)
    accept("directory")
    since = {function.id: function.since for function in api.function_list()}
    text = SMALL.split("[[function]]")
    without = ("[[function]]".join(text[:2])).replace('vital = ["directory"]', 'vital = ["dns"]')
    clock.advance(hours=1)
    load(without, removals_confirmed=True)
    assert "directory" not in levels()
    assert Acceptance.objects.filter(function="directory", ended_at=None).exists()
    clock.advance(hours=1)
    check = api.description_read(SMALL.encode(), filename="h")
    assert check.description is not None
    assert "directory" in api.description_diff(check.description).returning
    load()
    assert levels()["directory"] == "up"
    assert {f.id: f.since for f in api.function_list()}["directory"] == since["directory"]
    check_stored()


def test_case_85_a_difference_shown_against_another_description_is_not_applied(load):
    load()
    with pytest.raises(RuleError) as refusal:
        load(SMALL + "\n# more\n", shown_against="")
    assert refusal.value.code == "RL-HOS-043"
    load(SMALL + "\n# more\n", shown_against=api.digest_in_force())


def test_case_86_a_changed_need_moves_levels_and_the_event_says_it_was_the_description(load, report):
    load()
    report(DNS)
    load(SMALL.replace("need = 1, of = 2", "need = 2, of = 2"))
    assert levels()["dns"] == "down"
    last = events("hospital.function_changed")[-1]
    assert (last.body["from"], last.body["to"], last.body["cause"]["root"]) == ("up", "down", "description:")
    check_stored()


def test_case_87_what_was_reported_before_the_first_load_counts_afterwards(load, report):
    report(DNS, *DCS)
    load()
    assert levels()["dns"] == "up"
    check_stored()


def test_case_88_day_zero_is_the_files_else_the_first_loads(load, clock):
    without = SMALL.replace("d0 = 2026-11-13T04:30:00+01:00\n", "")
    load(without)
    assert api.day_zero() == clock.now()
    clock.advance(days=3)
    load(without + "# again\n")
    assert api.day_of(clock.now()) == 3
    load()
    assert api.day_of(clock.now()) == 13


def test_a_technician_may_not_load(load, act_for):
    with pytest.raises(RuleError) as refusal:
        load(act=act_for("technician"))
    assert refusal.value.code == "RL-PPL-001"


# -- components -----------------------------------------------------------------------------------


def test_case_90_a_report_moves_what_stands_on_it_and_says_which_machine_did(load, report):
    load()
    assert report(DNS) == 1
    assert levels()["dns"] == "up"
    (event,) = events("hospital.function_changed")
    assert event.subject == "function:dns"
    assert event.body == {
        "id": "dns",
        "from": "down",
        "to": "up",
        "cause": {"via": "role=dns-server", "root": "fleet:10"},
    }
    change = NodeChange.objects.get(node="dns")
    assert (change.before, change.after, change.root) == (0, 2, "fleet:10")
    check_stored()


def test_case_91_the_same_report_again_writes_nothing(load, report):
    load()
    report(DNS)
    before = (revision(), len(entry_list()))
    assert report(DNS) == 0
    assert (revision(), len(entry_list())) == before


def test_case_92_in_the_owners_write_all_is_one_transaction_and_undone_with_it(load, act_for):
    load()
    with pytest.raises(RuntimeError, match="power cut"), writing(act_for("technician")) as log:
        log.entry(
            "line.move", subject="site:arlon", body={}, events=[EventDraft(name="line.moved", subject="site:arlon")]
        )
        api.components_report(act=act_for("technician"), reports=[DNS])
        raise RuntimeError("power cut")
    assert not Component.objects.exists()
    assert levels()["dns"] == "down"
    assert chain_verify().intact


def test_case_93_a_retired_machine_takes_what_stood_on_it_down(load, report):
    load()
    report(DNS)
    report(machine(10, "dns-server", available=False))
    assert levels()["dns"] == "down"
    check_stored()


def test_case_94_a_machine_that_moves_to_another_role_leaves_one_pool_for_another(load, report, accept):
    load()
    report(DNS, *DCS, machine(3, "workstation", site="arlon", service="emergency"))
    report(machine(10, "domain-controller"))
    assert levels()["dns"] == "down"
    check_stored()


def test_case_95_three_thousand_components_take_under_three_seconds(load, act_for):
    load()
    many = [
        machine(n, "workstation", site="arlon" if n % 2 else "virton", service="emergency", operational=n % 3 == 0)
        for n in range(3000)
    ]
    start = time.perf_counter()
    api.components_report(act=act_for("technician"), reports=many)
    assert time.perf_counter() - start < 3
    assert Component.objects.count() == 3000
    check_stored()


def test_case_96_one_report_costs_a_fixed_number_of_queries(load, report, act_for, django_assert_max_num_queries):
    load()
    report(*(machine(n, "workstation", site="arlon", service="emergency") for n in range(100, 400)))
    with django_assert_max_num_queries(32):
        report(DNS)


# -- acceptance -----------------------------------------------------------------------------------


def test_case_60_a_function_that_takes_no_acceptance_cannot_be_accepted(load, report, accept):
    load()
    report(DNS)
    with pytest.raises(RuleError) as refusal:
        accept("dns")
    assert refusal.value.code == "RL-HOS-050"


def test_case_61_servers_that_run_are_no_service_that_works_until_a_person_signs(load, report, accept):
    load()
    report(DNS, *DCS)
    assert levels()["directory"] == "down"
    accept("directory", note="signed in on two wards")
    assert levels()["directory"] == "up"
    row = Acceptance.objects.get()
    assert (row.note, row.actor.startswith("staff:")) == ("signed in on two wards", True)
    (entry,) = entry_list(verb="hospital.accept")
    assert entry.body["digest"] == row.digest
    (signature,) = entry_list(verb="people.sign")
    assert signature.body["digest"] == row.digest
    with pytest.raises(RuleError) as refusal:
        accept("directory")
    assert refusal.value.code == "RL-HOS-052"
    check_stored()


def test_case_62_what_cannot_work_yet_cannot_be_accepted_and_the_refusal_says_what_is_missing(load, report, accept):
    load()
    report(DCS[0])
    with pytest.raises(RuleError) as refusal:
        accept("directory")
    assert refusal.value.code == "RL-HOS-051"
    assert "DNS names" in str(refusal.value.params["missing"])
    assert "domain-controller" in str(refusal.value.params["missing"])
    assert not Acceptance.objects.exists()


def test_case_63_a_wrong_password_signs_nothing(load, report, staff_of):
    load()
    report(DNS, *DCS)
    person = staff_of("service-owner")
    with pytest.raises(RelightError) as refusal:
        api.function_accept(act=person.act(), function="directory", note="tried", password="no")
    assert refusal.value.code == "RL-PPL-002"
    assert not Acceptance.objects.exists()


def test_case_64_the_owner_of_the_folder_cannot_sign_for_a_person(load, report, act_for):
    load()
    report(DNS, *DCS)
    with pytest.raises(RuleError):
        api.function_accept(act=act_for("owner"), function="directory", note="tried", password="x")


def test_case_65_an_acceptance_is_withdrawn_with_a_reason(load, report, accept, act_for):
    load()
    report(DNS, *DCS)
    accept("directory")
    with pytest.raises(InputError) as refusal:
        api.acceptance_withdraw(act=act_for("service-owner"), function="directory", note="  ")
    assert refusal.value.code == "RL-HOS-054"
    api.acceptance_withdraw(act=act_for("service-owner"), function="directory", note="nobody can sign in")
    assert levels()["directory"] == "down"
    with pytest.raises(RuleError) as again:
        api.acceptance_withdraw(act=act_for("service-owner"), function="directory", note="once more")
    assert again.value.code == "RL-HOS-053"
    check_stored()


def test_case_66_it_lapses_when_an_own_vital_pool_falls_below_its_need_and_stays_lapsed(load, report, accept):
    load()
    report(DNS, *DCS)
    accept("directory")
    report(machine(1, "domain-controller", operational=False))
    row = Acceptance.objects.get()
    assert (row.lapsed, row.ended_at is not None) == (True, True)
    assert [entry.body["function"] for entry in entry_list(verb="hospital.acceptance_lapse")] == ["directory"]
    report(DCS[0])
    assert levels()["directory"] == "down"
    accept("directory")
    assert levels()["directory"] == "up"
    check_stored()


def test_case_67_it_does_not_lapse_when_something_it_relies_on_falls(load, report, accept):
    load()
    report(DNS, *DCS)
    accept("directory")
    report(machine(10, "dns-server", operational=False))
    assert levels()["directory"] == "down"
    report(DNS)
    assert levels()["directory"] == "up"


def test_an_unknown_function_is_named_with_what_is_close(load, accept):
    load()
    with pytest.raises(MissingError) as refusal:
        accept("directori")
    assert "directory" in str(refusal.value.params["close"])


# -- zones ----------------------------------------------------------------------------------------


def test_case_70_a_segment_goes_planned_building_open_closed_and_nothing_else(load, act_for, staff_of):
    load()
    person = staff_of("security-officer")
    with pytest.raises(RuleError) as refusal:
        api.zone_open_sign(act=person.act(), site="arlon", password=person.password)
    assert refusal.value.code == "RL-HOS-060"
    api.zone_build(act=act_for("recovery-lead"), site="arlon")
    with pytest.raises(RuleError):
        api.zone_build(act=act_for("recovery-lead"), site="arlon")


def test_case_71_two_different_people_open_it_and_its_units_come_back(load, report, accept, open_zone):
    load()
    report(DNS, *DCS, *(machine(n, "workstation", site="arlon", service="emergency") for n in (20, 21)))
    accept("directory")
    assert levels()["emergency@arlon"] == "down"
    open_zone("arlon")
    assert api.zone_is_open("arlon")
    assert not api.zone_is_open("virton")
    assert levels()["emergency@arlon"] == "normal"
    assert [event.body["to"] for event in events("hospital.zone_changed")] == ["building", "open"]
    assert events("hospital.unit_changed")[-1].body["cause"]["root"] == "zone:arlon"
    check_stored()


def test_case_72_the_same_person_cannot_sign_twice(load, act_for, staff_of):
    load()
    api.zone_build(act=act_for("recovery-lead"), site="arlon")
    person = staff_of("security-officer")
    assert not api.zone_open_sign(act=person.act(), site="arlon", password=person.password)
    with pytest.raises(RuleError) as refusal:
        api.zone_open_sign(act=person.act(), site="arlon", password=person.password)
    assert refusal.value.code == "RL-HOS-061"
    assert not api.zone_is_open("arlon")
    assert [s.actor for s in api.site_list()[0].signers] == [person.actor]


def test_case_73_closing_takes_one_person_and_a_reason_and_takes_the_units_down(
    load, report, accept, open_zone, act_for
):
    load()
    report(DNS, *DCS, *(machine(n, "workstation", site="arlon", service="emergency") for n in (20, 21)))
    accept("directory")
    open_zone("arlon")
    with pytest.raises(InputError):
        api.zone_close(act=act_for("security-officer"), site="arlon", note="")
    api.zone_close(act=act_for("security-officer"), site="arlon", note="beacon seen")
    assert levels()["emergency@arlon"] == "down"
    assert not api.zone_is_open("arlon")
    check_stored()


def test_case_74_a_closed_segment_is_built_again_and_old_signatures_do_not_count(load, open_zone, act_for, staff_of):
    load()
    open_zone("arlon")
    api.zone_close(act=act_for("security-officer"), site="arlon", note="beacon seen")
    api.zone_build(act=act_for("recovery-lead"), site="arlon")
    assert api.site_list()[0].signers == ()
    person = staff_of("security-officer")
    assert not api.zone_open_sign(act=person.act(), site="arlon", password=person.password)


def test_case_75_the_next_site_is_the_first_in_order_that_is_not_open(load, open_zone):
    load()
    assert api.site_next(api.site_list()) == "arlon"
    open_zone("arlon")
    assert api.site_next(api.site_list()) == "virton"
    open_zone("virton")
    assert api.site_next(api.site_list()) is None


def test_case_76_building_out_of_order_is_allowed_and_written_down(load, act_for):
    load()
    api.zone_build(act=act_for("recovery-lead"), site="virton")
    (entry,) = entry_list(verb="hospital.zone_build")
    assert entry.body["out_of_order"] is True


def test_case_77_a_site_nobody_knows_is_refused_by_name(load, act_for):
    load()
    with pytest.raises(MissingError) as refusal:
        api.zone_build(act=act_for("recovery-lead"), site="vitron")
    assert refusal.value.code == "RL-HOS-062"
    assert ZoneSegment.objects.count() == 2


# -- questions ------------------------------------------------------------------------------------


def test_an_answer_speaks_and_is_a_document(load, report):
    load()
    report(DNS, machine(1, "domain-controller"), machine(2, "domain-controller", operational=False))
    answer = api.why("emergency@arlon")
    document = answer.document()
    assert (document["id"], document["state"]) == ("emergency@arlon", "down")
    assert document["words"] == answer.sentences()
    assert any("Directory: 1 of 2 domain-controller" in sentence for sentence in answer.sentences())
    unlocked = api.unlock("directory")
    assert unlocked.document()["components"] == [{"ref": "fleet:2", "name": "m2", "stages_left": 3}]
    assert unlocked.document()["acceptances"] == ["directory"]
    gone = api.impact("fleet:10")
    assert gone.document()["changes"] == [{"id": "dns", "from": "up", "to": "down"}]


def test_leaves_can_be_asked_about_too(load, report):
    load()
    report(machine(10, "dns-server", operational=False))
    assert api.why("fleet:10").document()["state"] == "down"
    assert api.unlock("zone:arlon").document()["zones"] == ["arlon"]
    assert api.unlock("acceptance:directory").document()["acceptances"] == ["directory"]
    assert api.impact("fleet:10").document()["changes"] == [{"id": "dns", "from": "down", "to": "up"}]
    with pytest.raises(MissingError) as refusal:
        api.why("emergensy@arlon")
    assert "emergency@arlon" in str(refusal.value.params["close"])


def test_what_next_names_the_thing_its_set_and_its_gains(load, report, accept):
    load()
    report(DNS, *DCS)
    accept("directory")
    report(machine(10, "dns-server", operational=False, stages_left=1))
    first = api.next_unlocks(1)[0]
    assert (first.id, first.name, first.target) == ("directory", "Directory", "up")
    assert first.what == "bring back m10 (1 step left)"
    assert first.gains == (("dns", "DNS names", "up"), ("directory", "Directory", "up"))
    scores = [item.item.score for item in api.next_unlocks(10)]
    assert scores == sorted(scores, reverse=True)
