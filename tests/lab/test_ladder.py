"""The ladder, cases L1-L29 of docs/design/lab.md: what a rung asks, who signs, what falls."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from relight.kernel.errors import InputError, RuleError
from relight.lab.rules.ladder import (
    Capacity,
    Climbing,
    Heard,
    Held,
    LadderState,
    Proof,
    QcLevel,
    SheetProof,
    Watch,
    climbs,
    connection_verdict,
    fall_of,
    may_climb,
    may_lower,
    may_sign,
    rung_digest,
)
from relight.lab.rules.policy import Check, policy_read
from relight.lab.types import Rung, Transport
from support.lab_ladder import SHIPPED

AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
POLICY = policy_read(SHIPPED.read_bytes(), filename="ladder.toml")
SAMPLES = frozenset(f"S{n:02}" for n in range(20))


def ago(**span: float) -> datetime:
    return AT - timedelta(**span)


def code(verdict) -> str:
    return verdict.error().code


def sheet(**fields) -> SheetProof:
    given = {"at": ago(days=1), "met": True, "settings": "x", "samples": SAMPLES, "tests": frozenset({"GLU", "NA"})}
    return SheetProof(**{**given, **fields})


def control(**fields) -> QcLevel:
    given = {"code": "GLU", "level": "1", "lot": "A", "name": "GLU 1", "measured_at": ago(hours=2)}
    return QcLevel(**{**given, **fields})


def ready(rung: Rung = Rung.IDENTIFICATION, **fields) -> LadderState:
    """A link that lacks nothing but signatures for the next rung."""
    given = {
        "link": "chem",
        "rung": rung,
        "rung_since": ago(days=2),
        "version": 3,
        "settings": "x",
        "connection": Proof(met=True, at=ago(days=1), settings="x"),
        "queries": Proof(met=True, at=ago(days=1), count=5, settings="x"),
        "agreement": Proof(met=True, at=ago(days=1), count=200, settings="x"),
        "sheets": (sheet(),),
        "tests": {"GLU": None, "NA": None},
        "qc": (control(), control(level="2", name="GLU 2")),
    }
    return LadderState(**{**given, **fields})


# -- the policy ------------------------------------------------------------------------------------


def test_the_shipped_policy_asks_of_every_rung_above_paper():
    """L1."""
    asked = {rung.value: [ask.check.value for ask in POLICY.asked(rung).asks] for rung in Rung}
    assert asked == {
        "paper": [],
        "identification": ["connection-test"],
        "results": ["comparison", "qc-in-range"],
        "orders": ["host-query", "qc-in-range"],
        "autovalidation": ["agreement", "qc-in-range"],
    }
    assert [POLICY.asked(rung).signatures for rung in Rung] == [0, 0, 2, 2, 2]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("format = 1", "format = 2"),
        ('id = "orders"', 'id = "results"'),
        ('id = "orders"', 'id = "sky"'),
        ("count = 20 ", "count = 0 "),
        ('kind = "agreement"', 'kind = "hope"'),
        ("refused = 10", "refused = true"),
        ('percent = "2"', 'percent = "-2"'),
    ],
)
def test_a_faulty_policy_is_refused_with_its_line(before, after):
    """L2."""
    text = SHIPPED.read_text()
    line = text[: text.index(before)].count("\n") + 1
    with pytest.raises(InputError) as refusal:
        policy_read(text.replace(before, after).encode(), filename="own.toml")
    assert (refusal.value.code, refusal.value.where) == ("RL-LAB-193", f"own.toml:{line}")


# -- what a rung asks ------------------------------------------------------------------------------


@pytest.mark.parametrize("rung", [rung for rung in Rung if rung.above()])
def test_a_link_with_all_its_evidence_may_climb_each_rung(rung):
    """L3."""
    assert may_climb(ready(rung), POLICY, AT).verdict.allowed


def test_the_highest_rung_has_nothing_above():
    """L4."""
    climbing = may_climb(ready(Rung.AUTOVALIDATION), POLICY, AT)
    assert (climbing.to, code(climbing.verdict)) == (None, "RL-LAB-160")


@pytest.mark.parametrize(
    ("case", "rung", "change", "expected"),
    [
        ("L5 never tested", Rung.PAPER, {"connection": None}, "RL-LAB-163"),
        ("L5 tested before it fell", Rung.PAPER, {"rung_since": ago(hours=1)}, "RL-LAB-163"),
        ("L5 tested with other settings", Rung.PAPER, {"settings": "y"}, "RL-LAB-163"),
        ("L6 no sheet", Rung.IDENTIFICATION, {"sheets": ()}, "RL-LAB-164"),
        ("L6 one sample short", Rung.IDENTIFICATION, {"sheets": (sheet(samples=SAMPLES - {"S00"}),)}, "RL-LAB-164"),
        ("L7 too old", Rung.IDENTIFICATION, {"sheets": (sheet(at=ago(days=31)),)}, "RL-LAB-164"),
        ("L7 of other settings", Rung.IDENTIFICATION, {"sheets": (sheet(settings="y"),)}, "RL-LAB-164"),
        ("L8 a test never compared", Rung.IDENTIFICATION, {"tests": {"GLU": None, "K": None}}, "RL-LAB-165"),
        ("L8 mapped anew since", Rung.IDENTIFICATION, {"tests": {"GLU": ago(hours=3)}}, "RL-LAB-165"),
        (
            "L9 the last sheet fell short",
            Rung.IDENTIFICATION,
            {"sheets": (sheet(), sheet(at=ago(hours=1), met=False))},
            "RL-LAB-166",
        ),
        ("L11 no target", Rung.IDENTIFICATION, {"qc": ()}, "RL-LAB-167"),
        (
            "L11 a level not measured today",
            Rung.IDENTIFICATION,
            {"qc": (control(measured_at=ago(hours=25)),)},
            "RL-LAB-168",
        ),
        ("L11 a level never measured", Rung.ORDERS, {"qc": (control(), control(measured_at=None))}, "RL-LAB-168"),
        ("L12 a control out", Rung.RESULTS, {"qc": (control(), control(broken=True))}, "RL-LAB-169"),
        (
            "L13 too few queries",
            Rung.RESULTS,
            {"queries": Proof(met=False, at=AT, count=4, settings="x")},
            "RL-LAB-170",
        ),
        ("L13 no query", Rung.RESULTS, {"queries": None}, "RL-LAB-170"),
        (
            "L14 too few alike",
            Rung.ORDERS,
            {"agreement": Proof(met=False, at=AT, count=199, settings="x")},
            "RL-LAB-171",
        ),
        (
            "L14 decided otherwise",
            Rung.ORDERS,
            {"agreement": Proof(met=False, at=AT, count=500, differing=1, settings="x")},
            "RL-LAB-172",
        ),
        ("L15 switched off", Rung.RESULTS, {"enabled": False}, "RL-LAB-173"),
    ],
)
def test_a_rung_says_what_is_missing(case, rung, change, expected):
    """L5-L15: each check refuses by its own code."""
    climbing = may_climb(ready(rung, **change), POLICY, AT)
    assert code(climbing.verdict) == expected, case


def test_samples_and_tests_add_up_over_sheets_since_the_last_that_fell_short():
    """L10: what was compared before a sheet that fell short counts no longer."""
    first = sheet(at=ago(days=3), samples=frozenset(sorted(SAMPLES)[:12]), tests=frozenset({"GLU"}))
    second = sheet(at=ago(days=1), samples=frozenset(sorted(SAMPLES)[10:]), tests=frozenset({"NA"}))
    assert may_climb(ready(sheets=(first, second)), POLICY, AT).verdict.allowed
    between = sheet(at=ago(days=2), met=False)
    assert code(may_climb(ready(sheets=(first, between, second)), POLICY, AT).verdict) == "RL-LAB-164"


def test_every_check_of_the_rung_is_told_not_only_the_first():
    """L16: the board shows all that is missing at once."""
    climbing = may_climb(ready(sheets=(), qc=()), POLICY, AT)
    assert [line.ask.check for line in climbing.missing] == [Check.COMPARISON, Check.QC]


# -- the connection --------------------------------------------------------------------------------


def connection(**fields):
    given = {
        "heard": Heard(at=ago(minutes=5), peer="10.1.2.3"),
        "since": ago(hours=1),
        "problem_at": None,
        "transport": Transport.TCP_SERVER,
        "host": "",
        "peers": ["10.1.2.0/24"],
    }
    return connection_verdict(**{**given, **fields})


def test_a_clean_message_from_an_allowed_address_proves_the_connection():
    """L17."""
    assert connection()
    assert connection(heard=Heard(at=AT, peer="127.0.0.1"), peers=[])
    assert connection(heard=Heard(at=AT, peer="/dev/ttyS0"), transport=Transport.SERIAL)
    assert connection(heard=Heard(at=AT, peer="10.9.9.9"), transport=Transport.TCP_CLIENT, host="10.9.9.9")


@pytest.mark.parametrize(
    ("case", "change"),
    [
        ("none came", {"heard": None}),
        ("it came before the rung", {"since": ago(minutes=1)}),
        ("from another network", {"heard": Heard(at=AT, peer="10.1.3.3")}),
        ("from a file that was replayed", {"heard": Heard(at=AT, peer="replay")}),
        ("from nowhere", {"heard": Heard(at=AT, peer="")}),
        ("no network may call and it is not this machine", {"peers": []}),
    ],
)
def test_what_is_no_message_of_this_analyzer_proves_nothing(case, change):
    """L18."""
    assert code(connection(**change)) == "RL-LAB-161", case


def test_a_frame_refused_within_the_last_message_is_no_clean_connection():
    """L19: one refused before the message began is forgiven."""
    noisy = {"heard": Heard(at=ago(minutes=5), peer="10.1.2.3", quiet_since=ago(minutes=30))}
    assert code(connection(**noisy, problem_at=ago(minutes=6))) == "RL-LAB-162"
    assert connection(**noisy, problem_at=ago(minutes=40))


# -- signatures ------------------------------------------------------------------------------------


def offer(state: LadderState | None = None) -> Climbing:
    return may_climb(state or ready(), POLICY, AT)


def held(capacity: Capacity, actor: str) -> Held:
    return Held(capacity=capacity, actor=actor, at=AT)


def test_two_people_in_two_capacities_climb():
    """L20."""
    one, other = held(Capacity.LABORATORY, "a"), held(Capacity.SECURITY, "b")
    assert climbs([one, other])
    assert not climbs([one])
    assert not climbs([one, held(Capacity.LABORATORY, "b")])
    assert not climbs([one, held(Capacity.SECURITY, "a")])


@pytest.mark.parametrize(
    ("case", "before", "scope", "expected"),
    [
        ("the same capacity again", [held(Capacity.LABORATORY, "b")], True, "RL-LAB-174"),
        ("the same person in the other capacity", [held(Capacity.SECURITY, "me")], True, "RL-LAB-175"),
        ("another site's laboratory", [], False, "RL-LAB-180"),
    ],
)
def test_a_signature_is_refused_with_its_reason(case, before, scope, expected):
    """L21."""
    verdict = may_sign(offer(), capacity=Capacity.LABORATORY, actor="me", held=before, in_scope=scope)
    assert code(verdict) == expected, case


def test_nobody_signs_what_is_not_ready_or_asks_for_no_signature():
    """L22."""
    args = {"capacity": Capacity.SECURITY, "actor": "me", "held": (), "in_scope": True}
    assert code(may_sign(offer(ready(qc=())), **args)) == "RL-LAB-167"
    assert code(may_sign(offer(ready(Rung.PAPER)), **args)) == "RL-LAB-177"


def test_what_is_signed_changes_with_what_was_shown_and_not_with_the_next_control():
    """L23."""
    state = ready()
    digest = rung_digest(state, offer(state), POLICY)
    for change in ({"version": 4}, {"settings": "y"}, {"sheets": (sheet(samples=SAMPLES | {"S20"}),)}):
        other = replace(state, **change)
        assert rung_digest(other, offer(other), POLICY) != digest
    later = replace(state, qc=(control(measured_at=AT), control(level="2", name="GLU 2", measured_at=AT)))
    assert rung_digest(later, offer(later), POLICY) == digest


# -- falling ---------------------------------------------------------------------------------------


def watch(**fields) -> Watch:
    given = {"rung": Rung.RESULTS, "rung_since": ago(days=3), "connected": True, "heard_at": ago(minutes=1)}
    return Watch(**{**given, **fields})


@pytest.mark.parametrize(
    ("case", "fields", "expected"),
    [
        ("L24 quiet within its limit", {"silence_s": 120}, None),
        ("L24 silent, though connected", {"silence_s": 60}, ("RL-LAB-150", Rung.PAPER)),
        ("L24 a new rung gives a new chance", {"silence_s": 60, "rung_since": ago(seconds=30)}, None),
        ("L24 quiet while nobody listened", {"silence_s": 60, "watched_since": ago(seconds=30)}, None),
        (
            "L25 Relight itself was off for two days",
            {"connected": False, "heard_at": ago(hours=48), "watched_since": ago(hours=1)},
            None,
        ),
        ("L25 away for a night", {"connected": False, "heard_at": ago(hours=12)}, None),
        ("L25 lost", {"connected": False, "heard_at": ago(hours=27)}, ("RL-LAB-151", Rung.PAPER)),
        ("L25 connected, and no limit of its own", {"heard_at": ago(hours=27)}, None),
        ("L25 never heard since it climbed", {"connected": False, "heard_at": None}, ("RL-LAB-151", Rung.PAPER)),
        ("L26 nine refused", {"problems": 9, "problem_at": AT}, None),
        ("L26 ten refused", {"problems": 10, "problem_at": AT}, ("RL-LAB-152", Rung.PAPER)),
        ("L26 refused before it climbed", {"problems": 10, "problem_at": ago(days=4)}, None),
        ("L27 a control out", {"qc_out": True}, ("RL-LAB-153", Rung.IDENTIFICATION)),
        ("L27 a control out, nothing relied upon", {"qc_out": True, "rung": Rung.IDENTIFICATION}, None),
        ("L28 on paper nothing falls", {"rung": Rung.PAPER, "problems": 99, "problem_at": AT}, None),
        ("L28 switched off nothing falls", {"enabled": False, "qc_out": True}, None),
    ],
)
def test_a_link_falls_for_its_reason_and_for_no_other(case, fields, expected):
    """L24-L28."""
    fall = fall_of(watch(**fields), POLICY.falls, AT)
    assert (fall and (fall.spec.code, fall.to)) == expected, case


def test_a_person_takes_a_link_down_never_up():
    """L29."""
    assert may_lower(Rung.ORDERS, Rung.RESULTS)
    assert code(may_lower(Rung.RESULTS, Rung.RESULTS)) == "RL-LAB-178"
    assert code(may_lower(Rung.RESULTS, Rung.ORDERS)) == "RL-LAB-178"
    with pytest.raises(RuleError):
        may_lower(Rung.PAPER, Rung.PAPER).demand()


# -- the services ----------------------------------------------------------------------------------


def standing(link="chem"):
    from relight.lab.selectors.ladder import ladder_policy, ladder_standing, link_get

    return lambda at: ladder_standing([link_get(link)], at=at, policy=ladder_policy())[link]


def sign(person, capacity, link="chem", **fields):
    from relight.lab.services.ladder import rung_sign

    return rung_sign(act=person.act(), link=link, capacity=capacity, password=person.password, **fields)


def test_a_connection_test_alone_lifts_a_link_to_identification(link, message, act_for, clock):
    """And one without a message is kept as evidence that it was not met."""
    from relight.lab.models import LinkEvidence
    from relight.lab.services.ladder import connection_test

    link("chem")
    act = act_for("technician")
    assert code(connection_test(act=act, link="chem").verdict) == "RL-LAB-161"
    clock.advance(minutes=1)
    message("chem", peer="127.0.0.1")
    assert connection_test(act=act_for("technician"), link="chem").climbed is Rung.IDENTIFICATION
    assert sorted(LinkEvidence.objects.values_list("met", flat=True)) == [False, True]


def test_the_second_of_two_signatures_climbs_and_tells_the_graph(ready_link, staff_of, clock):
    """One transaction: rung, history, component, journal, event."""
    from relight.hospital.models import Component
    from relight.journal.api import entry_list
    from relight.lab.models import Climb, Link

    first = sign(staff_of("laboratory"), Capacity.LABORATORY)
    assert (first.climbed, Link.objects.get().rung) == (None, "identification")
    assert not Component.objects.get(ref="lab:chem").operational
    second = sign(staff_of("security-officer"), Capacity.SECURITY)
    assert (second.climbed, Link.objects.get().rung) == (Rung.RESULTS, "results")
    component = Component.objects.get(ref="lab:chem")
    assert (component.operational, component.stages_left, component.evidence) == (True, 0, "link:chem")
    assert Climb.objects.filter(from_rung="identification", to_rung="results").count() == 1
    climb = next(entry for entry in entry_list() if entry.verb == "lab.climb" and entry.events)
    assert [event.name for event in climb.events] == ["lab.climbed"]


def test_one_person_with_both_roles_cannot_climb_alone(ready_link, staff_of):
    both = staff_of("laboratory", "security-officer")
    sign(both, Capacity.LABORATORY)
    with pytest.raises(RuleError) as refusal:
        sign(both, Capacity.SECURITY)
    assert refusal.value.code == "RL-LAB-175"


def test_a_change_of_settings_voids_a_signature_and_the_evidence(ready_link, staff_of, act_for):
    from relight.lab.models import Link
    from relight.lab.selectors.links import link_settings
    from relight.lab.services.links import link_save

    sign(staff_of("laboratory"), Capacity.LABORATORY)
    row = Link.objects.get()
    moved = replace(link_settings(row), port=row.port + 1)
    link_save(act=act_for("laboratory"), settings=moved, version=row.version)
    with pytest.raises(RuleError) as refusal:
        sign(staff_of("security-officer"), Capacity.SECURITY)
    assert refusal.value.code == "RL-LAB-164"


def test_a_new_name_voids_a_signature_and_no_evidence(ready_link, staff_of, act_for, clock):
    """Who signs next gives the first signature again."""
    from relight.lab.models import Link
    from relight.lab.selectors.links import link_settings
    from relight.lab.services.links import link_save

    person = staff_of("laboratory")
    sign(person, Capacity.LABORATORY)
    row = Link.objects.get()
    named = replace(link_settings(row), name="Chemistry 2")
    link_save(act=act_for("laboratory"), settings=named, version=row.version)
    assert standing()(clock.now()).held == ()
    assert sign(staff_of("security-officer"), Capacity.SECURITY).climbed is None
    assert sign(person, Capacity.LABORATORY).climbed is Rung.RESULTS


def test_who_was_shown_something_else_signs_nothing(ready_link, staff_of):
    from relight.lab.models import RungSignature

    with pytest.raises(RuleError) as refusal:
        sign(staff_of("laboratory"), Capacity.LABORATORY, digest="0" * 64)
    assert (refusal.value.code, RungSignature.objects.count()) == ("RL-LAB-176", 0)


def test_a_wrong_password_leaves_no_trace_of_a_signature(ready_link, staff_of):
    from relight.lab.models import RungSignature
    from relight.lab.services.ladder import rung_sign

    person = staff_of("laboratory")
    with pytest.raises(RuleError):
        rung_sign(act=person.act(), link="chem", capacity=Capacity.LABORATORY, password="guess")
    assert not RungSignature.objects.exists()


def test_roles_of_another_site_sign_nothing_here(ready_link, staff_of):
    with pytest.raises(RuleError) as refusal:
        sign(staff_of("laboratory", scope=["site:virton"]), Capacity.LABORATORY)
    assert refusal.value.code == "RL-LAB-180"


def test_a_link_taken_down_by_a_person_keeps_the_reason(link, act_for):
    from relight.hospital.models import Component
    from relight.lab.models import Climb, Link
    from relight.lab.services.ladder import link_lower

    link("chem", rung=Rung.ORDERS)
    link_lower(act=act_for("security-officer"), link="chem", to=Rung.PAPER, reason="odd values on two wards")
    assert (Link.objects.get().rung, Climb.objects.get().reason) == ("paper", "odd values on two wards")
    assert not Component.objects.get(ref="lab:chem").operational


def test_a_silent_link_falls_once_and_climbs_again_only_on_new_evidence(link, act_for, clock, message):
    from relight.lab.models import Climb, Link
    from relight.lab.services.ladder import connection_test, links_watch
    from relight.lab.types import Limits

    link("chem", rung=Rung.RESULTS, limits=Limits(silence_s=300))
    clock.advance(seconds=299)
    assert links_watch(act=act_for("system")) == 0
    clock.advance(seconds=1)
    assert links_watch(act=act_for("system")) == 1
    clock.advance(hours=1)
    assert links_watch(act=act_for("system")) == 0
    assert (Link.objects.get().rung, Climb.objects.get().code) == ("paper", "RL-LAB-150")
    message("chem", peer="127.0.0.1")
    assert connection_test(act=act_for("laboratory"), link="chem").climbed is Rung.IDENTIFICATION
    assert Link.objects.get().fell_because == ""


def test_watching_writes_nothing_while_nothing_falls(link, act_for, django_assert_max_num_queries):
    """Called every few seconds: a handful of reads, however many links."""
    from relight.journal.api import version
    from relight.lab.services.ladder import links_watch

    for number in range(12):
        link(f"link-{number}", rung=Rung.RESULTS)
    before = version()
    with django_assert_max_num_queries(5):
        links_watch(act=act_for("system"))
    assert version() == before


def test_with_a_faulty_policy_links_fall_by_the_shipped_one_and_none_climbs(
    link, message, act_for, clock, relight_home
):
    from relight.lab.services.ladder import connection_test, links_watch
    from relight.lab.types import Limits

    link("chem", rung=Rung.RESULTS, limits=Limits(silence_s=300))
    own = relight_home / "ladder.toml"
    own.write_text("format = 1")
    try:
        clock.advance(hours=1)
        assert links_watch(act=act_for("system")) == 1
        message("chem", peer="127.0.0.1")
        with pytest.raises(InputError) as refusal:
            connection_test(act=act_for("technician"), link="chem")
    finally:
        own.unlink()
    assert refusal.value.code == "RL-LAB-193"


def test_a_fall_needs_a_declared_code_and_a_link_above(link, act_for):
    from relight.lab.services.ladder import link_fall

    link("chem")
    with pytest.raises(ValueError, match="not declared"):
        link_fall(act=act_for("system"), link="chem", code="RL-LAB-999")
    assert not link_fall(act=act_for("system"), link="chem", code="RL-LAB-152")


def test_links_are_judged_in_as_many_queries_whatever_their_number(ready_link, link, clock, django_assert_num_queries):
    from relight.lab.models import Link
    from relight.lab.selectors.ladder import ladder_policy, ladder_standing

    for number in range(9):
        link(f"link-{number}", rung=Rung.IDENTIFICATION)
    rows = list(Link.objects.all())
    with django_assert_num_queries(8):
        ladder_standing(rows, at=clock.now(), policy=ladder_policy())


def test_host_queries_count_when_they_were_answered_with_an_order_of_the_sample(link, message, act_for, gateway, clock):
    """One that found no order, or whose answer was refused, proves nothing."""
    from uuid import uuid4

    from relight.journal.api import new_id, writing
    from relight.lab.models import Exchange, Message
    from relight.lab.services.ladder import evidence_record

    link("chem", rung=Rung.RESULTS)
    question = message("chem")
    with writing(gateway()) as log:
        row = Message.objects.get(id=question)
        order = uuid4()
        answers = [(order, "sent")] * 4 + [(order, "refused"), (None, "sent")]
        for known, state in answers:
            Exchange.objects.create(
                id=new_id(clock.now()),
                link_id="chem",
                message=row,
                order=known,
                kind="answer",
                content=b"x",
                made_at=clock.now(),
                state=state,
            )
        log.entry("lab.read", subject="lab:inbox", body={"count": 1})
    act = act_for("laboratory")
    found = evidence_record(act=act, link="chem", check=Check.QUERIES)
    assert (code(found.verdict), found.verdict.params["count"]) == ("RL-LAB-170", 4)
    with writing(gateway()) as log:
        Exchange.objects.filter(state="refused").update(state="accepted")
        log.entry("lab.read", subject="lab:inbox", body={"count": 1})
    clock.advance(minutes=1)
    assert evidence_record(act=act_for("laboratory"), link="chem", check=Check.QUERIES).verdict
    asked = {line.ask.check: line.verdict.allowed for line in standing()(clock.now()).climbing.lines}
    assert asked[Check.QUERIES]


@pytest.mark.parametrize(
    ("counts", "expected"), [((200, 0), None), ((199, 0), "RL-LAB-171"), ((5000, 1), "RL-LAB-172")]
)
def test_one_result_the_rules_alone_would_have_let_through_keeps_a_link_from_autovalidation(
    link, act_for, monkeypatch, counts, expected
):
    """How they are counted is told by the tests of matching; here, what a count means."""
    from relight.lab.models import LinkEvidence
    from relight.lab.services.ladder import evidence_record

    monkeypatch.setattr("relight.lab.services.ladder.agreement_counts", lambda row, since: counts)
    link("chem", rung=Rung.ORDERS)
    found = evidence_record(act=act_for("laboratory"), link="chem", check=Check.AGREEMENT)
    assert (code(found.verdict) if expected else found.verdict.allowed) == (expected or True)
    kept = LinkEvidence.objects.get()
    assert (kept.met, kept.facts["count"], kept.facts["differing"]) == (expected is None, *counts)


def test_a_check_that_is_read_from_elsewhere_is_not_recorded_by_hand(link, act_for):
    from relight.kernel.errors import InputError as Refused
    from relight.lab.services.ladder import evidence_record

    link("chem")
    for check in (Check.COMPARISON, Check.QC):
        with pytest.raises(Refused) as refusal:
            evidence_record(act=act_for("laboratory"), link="chem", check=check)
        assert refusal.value.code == "RL-LAB-181"


def test_a_climb_shows_in_the_graph_and_a_fall_takes_it_back(ready_link, staff_of, act_for):
    """A function that needs one linked analyzer: down, up at the second signature, down with the fall."""
    from hospital.small import SMALL
    from relight.hospital import api as hospital
    from relight.lab.services.ladder import link_fall

    text = SMALL.replace(
        '[[function]]\nid = "dns"',
        '[[function]]\nid = "analyzers"\n'
        'names = { fr = "Automates", nl = "A", de = "A", en = "Analyzers" }\nacceptance = false\n'
        'components = [{ select = { role = "analyzer-link" }, need = 1, of = 1 }]\n[[function]]\nid = "dns"',
    )
    check = hospital.description_read(text.encode(), filename="hospital.toml")
    assert check.description is not None
    hospital.description_load(act=act_for("recovery-lead"), description=check.description)

    def state():
        return next(one.state for one in hospital.function_list() if one.id == "analyzers")

    seen = [state()]
    sign(staff_of("laboratory"), Capacity.LABORATORY)
    sign(staff_of("security-officer"), Capacity.SECURITY)
    seen.append(state())
    link_fall(act=act_for("system"), link="chem", code="RL-LAB-152")
    seen.append(state())
    assert seen == ["down", "up", "down"]


def test_the_situation_and_the_status_count_the_analyzers_linked(link, client_of, clock):
    """One number everywhere: the board, the first page, `relight status`."""
    from relight.console.selectors.status import status_document, status_lines

    link("above", rung=Rung.RESULTS)
    link("below")
    document = status_document(at=clock.now())
    assert document["links"] == [{"id": "above", "rung": "results"}, {"id": "below", "rung": "paper"}]
    assert status_lines(at=clock.now())[-1] == "Analyzers linked: 1 of 2"
    page = client_of("nurse", language="en").get("/").content.decode()
    assert 'href="/lab/"' in page
    assert "50%" in page
