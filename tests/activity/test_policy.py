"""A policy file: what it means, what is refused with its line and reason, which words name what."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relight.activity.plain import (
    Appointment,
    Decision,
    Kind,
    Outcome,
    Policy,
    SpineState,
    UnitLevel,
    Urgency,
    decider,
    decisions_differ,
    policy_depends,
    policy_faults,
    policy_read,
    policy_seen,
    policy_shipped,
    policy_shipped_text,
    policy_strangers,
    state_down,
    state_read,
)
from relight.activity.rules.decide import Reasons
from relight.kernel.errors import RelightError

OTHERS = [kind.value for kind in Kind if kind is not Kind.OPERATION]
HEAD = """format = 1
[policy]
id = "ours"
version = 2
dated = 2026-11-24
title.en = "Ours"
[[category]]
id = "pregnancy"
names.en = "Pregnancy"
follow_up = true
words = ["pregnan*"]
[[category]]
id = "yearly"
names.en = "Yearly"
follow_up = false
words = ["yearly"]
"""
REST = f"""
[[set]]
id = "rest"
kinds = {json.dumps(OTHERS)}
[[set.rule]]
id = "other"
decision = "ask"
because.en = "A doctor decides."
"""
SHIPPED = policy_shipped()
STATE = SpineState(units={("laboratory", "arlon"): UnitLevel.DOWN, ("laboratory", "marche"): UnitLevel.DEGRADED})


def rule(id: str, conditions: str, decision: str = "ask") -> str:
    return f'[[set.rule]]\nid = "{id}"\n{conditions}\ndecision = "{decision}"\nbecause.en = "Because."\n'


def text(*rules: str, rest: str = REST) -> bytes:
    return (HEAD + '[[set]]\nid = "operations"\nkinds = ["operation"]\n' + "".join(rules) + rest).encode()


def codes(raw: bytes) -> list[str]:
    return [fault.code for fault in policy_faults(raw)]


def policy(*rules: str) -> Policy:
    return policy_read(text(*rules))


def decide_one(rules: Policy, **fields: object) -> Decision:
    given_fields = {"id": "1", "kind": Kind.OPERATION, "site": "arlon", **fields}
    return decider(rules, STATE, sites=("arlon", "libramont", "marche"))(Appointment(**given_fields))  # type: ignore[arg-type]


# -- what a rule means ------------------------------------------------------------------------------------


def test_the_first_rule_whose_every_condition_holds_decides() -> None:
    """Case 10: order decides, and a condition that is not written holds for anything."""
    found = policy(
        rule("both", 'urgency = ["elective"]\nsite = ["arlon"]', "cancel"),
        rule("one", 'urgency = ["elective"]', "keep"),
        rule("rest", ""),
    )
    assert decide_one(found, urgency=Urgency.ELECTIVE).rule == "both"
    assert decide_one(found, urgency=Urgency.ELECTIVE, site="virton").rule == "one"
    assert decide_one(found).rule == "rest"


def test_the_state_is_looked_at_where_the_appointment_is() -> None:
    """Case 11: `at = "site"`; what the state does not know is `unknown`, never down; what was looked at is told."""
    found = policy(
        rule("down", 'state = [{ unit = "laboratory", at = "site", is = ["down"] }]'), rule("rest", "", "keep")
    )
    assert decide_one(found).saw == (("laboratory@arlon", "down"),)
    assert decide_one(found).rule == "down"
    assert decide_one(found, site="virton").rule == "rest"
    assert decide_one(found, site="virton").saw == (("laboratory@virton", "unknown"),)
    assert decide_one(found, site="").rule == "rest"


def test_a_function_is_the_one_of_the_site_where_it_has_one() -> None:
    """Case 12: `network@arlon` before `network`."""
    found = policy(rule("down", 'state = [{ function = "network", is = ["down"] }]'), rule("rest", "", "keep"))
    state = SpineState(functions={"network": UnitLevel.NORMAL, "network@arlon": UnitLevel.DOWN})
    decide = decider(found, state, sites=())
    here, there = (Appointment(id="1", kind=Kind.OPERATION, site=site) for site in ("arlon", "marche"))
    assert decide(here).rule == "down"
    assert decide(there).saw == (("network", "normal"),)


def test_a_move_goes_to_the_site_that_works_best_and_never_to_its_own() -> None:
    """Case 13: a normal one before a degraded one, then the order given; where there is none, `otherwise`."""
    move = 'move_needs = [{ unit = "laboratory" }]\notherwise = "ask"'
    found = policy(rule("move", move, "move"))
    decide = decider(found, STATE, sites=("arlon", "marche"))
    assert decide(Appointment(id="1", kind=Kind.OPERATION, site="arlon")).to_site == "marche"
    assert decide(Appointment(id="1", kind=Kind.OPERATION, site="marche")).outcome is Outcome.ASK
    better = SpineState(units={**STATE.units, ("laboratory", "virton"): UnitLevel.NORMAL})
    best = decider(found, better, sites=("arlon", "marche", "virton"))
    assert best(Appointment(id="1", kind=Kind.OPERATION, site="arlon")).to_site == "virton"


def test_a_decision_says_why_in_four_languages_and_which_version_decided() -> None:
    """Case 14: a language the policy does not have is given in the first it has."""
    told = decide_one(policy(rule("rest", "")))
    assert told.policy == "ours@2"
    assert dict(told.because) == dict.fromkeys(("fr", "nl", "de", "en"), "Because.")
    assert all(len(set(one.because.values())) == 4 for part in SHIPPED.sets for one in part.rules)


# -- refused ----------------------------------------------------------------------------------------------


def test_a_kind_in_no_set_is_refused() -> None:
    """Case 20."""
    assert codes(text(rule("rest", ""), rest="")) == ["RL-ACT-009"]


def test_a_kind_in_two_sets_is_refused() -> None:
    """Case 21."""
    again = (
        REST.replace('id = "rest"', 'id = "again"')
        .replace('id = "other"', 'id = "more"')
        .replace("[[set]]", "[[set]]", 1)
    )
    assert set(codes(text(rule("a", ""), rest=REST + again))) == {"RL-ACT-008"}


def test_a_case_no_rule_takes_is_refused_and_named() -> None:
    """Case 22: also without a last rule for all the rest, every urgency written out is enough."""
    (fault,) = policy_faults(text(rule("planned", 'urgency = ["elective", "expedited"]', "cancel")))
    assert fault.code == "RL-ACT-010"
    assert "urgency = immediate" in fault.message()
    every = [rule(word.value, f'urgency = ["{word.value}"]') for word in Urgency]
    assert codes(text(*every)) == []


def test_two_rules_that_contradict_each_other_are_refused() -> None:
    """Case 23: the same conditions, another decision; the order of a list is no difference."""
    one = rule("a", 'urgency = ["elective", "unknown"]', "cancel")
    other = rule("b", 'urgency = ["unknown", "elective"]', "keep")
    (fault,) = policy_faults(text(one, other, rule("rest", "")))
    assert (fault.code, fault.params["rule"], fault.params["other"]) == ("RL-ACT-011", "b", "a")


def test_a_rule_that_earlier_ones_cover_together_is_refused() -> None:
    """Case 24: each alone leaves it something, both leave it nothing."""
    (fault,) = policy_faults(
        text(
            rule("follow", "follow_up = true"),
            rule("not", "follow_up = false"),
            rule("never", 'follow_up = "unknown"\nurgency = ["urgent"]', "keep"),
            rule("nothing", 'urgency = ["urgent"]', "keep"),
            rule("rest", ""),
        )
    )
    assert (fault.code, fault.params["rule"]) == ("RL-ACT-012", "nothing")
    assert fault.params["covering"] == ("follow", "not", "never")


def test_a_rule_whose_conditions_exclude_each_other_is_refused() -> None:
    """Case 25: an appointment of a follow-up category always is follow-up."""
    impossible = rule("never", 'category = ["pregnancy"]\nfollow_up = false')
    assert codes(text(impossible, rule("rest", ""))) == ["RL-ACT-013"]


def test_a_rule_that_would_cancel_what_is_urgent_is_refused() -> None:
    """Case 26: in words or by what is left to it, and also by `otherwise`; after a rule for the urgent it may."""
    assert codes(text(rule("all", "", "cancel"))) == ["RL-ACT-014"]
    moved = rule("move", 'move_needs = [{ unit = "laboratory" }]\notherwise = "cancel"', "move")
    assert codes(text(moved)) == ["RL-ACT-014"]
    assert codes(text(rule("first", 'urgency = ["immediate", "urgent"]'), rule("all", "", "cancel"))) == []


@pytest.mark.parametrize(
    ("before", "after", "code", "line"),
    [
        ('decision = "ask"', 'decision = "shelve"', "RL-ACT-005", 23),
        ('id = "a"', 'id = "a"\nurgencies = ["urgent"]', "RL-ACT-003", 22),
        ('id = "a"', 'id = "a"\nurgency = ["soon"]', "RL-ACT-005", 22),
        ('id = "a"', 'id = "a"\ncategory = ["cancer"]', "RL-ACT-005", 22),
        ('id = "a"', 'id = "a"\nfollow_up = "maybe"', "RL-ACT-005", 22),
        ('id = "a"', 'id = "a"\notherwise = "ask"', "RL-ACT-004", 22),
        ('id = "a"', 'id = "a"\nstate = [{ unit = "lab" }]', "RL-ACT-006", 22),
        ('id = "a"', 'id = "other"', "RL-ACT-007", 30),
        ("version = 2", "version = 0", "RL-ACT-004", 4),
        ("dated = 2026-11-24", 'dated = "today"', "RL-ACT-004", 5),
        ("format = 1", "format = 9", "RL-ACT-002", 1),
        ('words = ["yearly"]', 'words = ["*"]', "RL-ACT-004", 16),
    ],
)
def test_what_is_no_word_of_a_policy_is_refused_on_its_line(before: str, after: str, code: str, line: int) -> None:
    """Case 27: unknown keys, words and ids; wrong values; something missing."""
    raw = text(rule("a", "")).decode().replace(before, after, 1).encode()
    found = policy_faults(raw, filename="p.toml")
    assert [(fault.code, fault.where) for fault in found] == [(code, f"p.toml:{line}")]


def test_every_fault_comes_at_once() -> None:
    """Case 28."""
    raw = text(rule("a", 'urgency = ["soon"]\nspecialty = ["Heart!"]', "shelve"))
    assert codes(raw) == ["RL-ACT-005", "RL-ACT-004", "RL-ACT-005"]


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(raw: bytes) -> None:
    """Case 29: anything that is no policy is refused with a code."""
    assert policy_faults(raw)


@given(st.integers(0, len(policy_shipped_text()) - 1), st.sampled_from(['"', "[", "]", "x", "\n", "= ", ""]))
def test_a_damaged_policy_is_read_or_refused_and_never_breaks(at: int, new: str) -> None:
    """Case 29: one character of the shipped policy changed."""
    raw = policy_shipped_text()
    try:
        policy_read(raw[:at] + new.encode() + raw[at + 1 :])
    except RelightError as refusal:
        assert refusal.code.startswith("RL-ACT-0")


def test_rules_too_tangled_to_prove_are_refused() -> None:
    """Case 30: a policy that cannot be proved sound is not let in."""
    pair = 'state = [{{ function = "a{0}", is = ["down"] }}, {{ function = "b{0}", is = ["down"] }}]'
    found = codes(text(*[rule(f"r{n}", pair.format(n)) for n in range(16)], rule("rest", "")))
    assert found == ["RL-ACT-015"]


# -- words ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reason", "categories"),
    [
        ("Suivi GROSSESSE à risque", {"pregnancy", "carries-on"}),
        ("Zwangerschapscontrole", {"pregnancy"}),
        ("Schwangerschaftskontrolle", {"pregnancy"}),
        ("Antenatal check, pregnancy 20 weeks", {"pregnancy"}),
        ("Brustkrebs", {"oncology"}),
        ("Borstkanker, chemotherapie", {"oncology", "chemotherapy"}),
        ("contrôle plâtre", {"cast-check"}),
        ("Gipskontrolle", {"cast-check"}),
        ("hémodialyse", {"dialysis"}),
        ("Diabète de type 2", {"diabetes"}),
        ("pas de diabète", set()),
        ("Pas de signe de grossesse", set()),
        ("geen diabetes", set()),
        ("kein Hinweis auf Schwangerschaft", set()),
        ("without cancer", set()),
        ("grossesse exclue", set()),
        ("Diabète : non", set()),
        ("Ne pas annuler, grossesse", {"pregnancy"}),
        ("Ne pas annuler grossesse", {"pregnancy"}),
        ("diabète, non vu depuis mars", {"diabetes"}),
        ("pas de diabète, grossesse", {"pregnancy"}),
        ("non urgent", set()),
        ("niet dringend", set()),
        ("urgent", {"says-urgent"}),
        ("Contrôle annuel", {"routine-check"}),
        ("routine yearly check", {"routine-check"}),
        ("Jahreskontrolle", {"routine-check"}),
        ("jaarlijkse controle", {"routine-check"}),
        ("broadcast", set()),
        ("Platon, Castille", set()),
    ],
)
def test_a_reason_names_categories_by_whole_words_in_four_languages(reason: str, categories: set[str]) -> None:
    """Case 31: without accents and case; a negation right beside the word takes it away, one further off does not."""
    found, _ = Reasons(SHIPPED.categories).read(Appointment(id="1", kind=Kind.CONSULTATION, reason=reason))
    assert found == categories


@given(st.text(max_size=80))
def test_no_reason_breaks_deciding(reason: str) -> None:
    """Case 32: any text is decided, the same each time."""
    appointment = Appointment(id="1", kind=Kind.CONSULTATION, reason=reason)
    assert DECIDE(appointment) == decider(SHIPPED, state_down(), sites=())(appointment)


DECIDE = decider(SHIPPED, state_down(), sites=())


def test_the_source_s_own_categories_count_by_id_or_in_words() -> None:
    """Case 33."""
    for stated in ("chemotherapy", "Chimiothérapie"):
        told = DECIDE(Appointment(id="1", kind=Kind.CONSULTATION, categories=(stated,)))
        assert (told.outcome, told.categories) == (Outcome.KEEP, ("chemotherapy",))


# -- state, difference ------------------------------------------------------------------------------------


def test_the_state_is_what_relight_status_prints() -> None:
    """Case 40: levels of units and functions, `up` for a function that is normal."""
    services = [{"id": "laboratory", "site": "arlon", "tier": 1, "level": "down"}]
    document = {"day": 10, "services": services, "functions": [{"id": "imaging", "state": "up"}], "more": 1}
    state = state_read(json.dumps(document).encode())
    assert state.units == {("laboratory", "arlon"): UnitLevel.DOWN}
    assert state.functions == {"imaging": UnitLevel.NORMAL}


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b'{"services": 1}', b'{"services": [{"id": "a"}]}', b"\xff"])
def test_another_document_is_no_state(raw: bytes) -> None:
    """Case 41: it is refused, not taken for a hospital where all works."""
    with pytest.raises(RelightError) as refusal:
        state_read(raw, filename="s.json")
    assert (refusal.value.code, refusal.value.where) == ("RL-ACT-016", "s.json")


def test_a_change_no_rule_looks_at_changes_nothing_a_policy_sees() -> None:
    """Case 42: so deciding anew is spared."""
    assert policy_depends(SHIPPED) == {"laboratory", "oncology-day", "radiotherapy"}
    before = policy_seen(SHIPPED, STATE)
    meals = SpineState(units=STATE.units, functions={"meals": UnitLevel.DOWN})
    assert policy_seen(SHIPPED, meals) == before
    lab = SpineState(units={**STATE.units, ("laboratory", "arlon"): UnitLevel.NORMAL})
    assert policy_seen(SHIPPED, lab) != before


def test_what_a_policy_names_and_the_hospital_does_not_have_is_told() -> None:
    """Case 43: a misspelt service would never be down."""
    known = frozenset({"laboratory", "oncology-day", "radiotherapy"})
    assert policy_strangers(SHIPPED, services=known, functions=frozenset(), sites=frozenset()) == ()
    assert policy_strangers(SHIPPED, services=known - {"laboratory"}, functions=frozenset(), sites=frozenset()) == (
        "laboratory",
    )


def test_the_difference_says_whom_it_touches() -> None:
    """Case 44: cancelled then kept is restored; asked then kept is kept; gone and unchanged are counted apart."""

    def told(id: str, outcome: Outcome, to_site: str = "") -> Decision:
        return Decision(id=id, outcome=outcome, rule="r", because={}, policy="p@1", to_site=to_site)

    keep, cancel, move, ask = Outcome.KEEP, Outcome.CANCEL, Outcome.MOVE, Outcome.ASK
    before = [told("a", keep), told("b", cancel), told("c", ask), told("d", move, "x"), told("e", keep), told("g", ask)]
    after = [told("a", cancel), told("b", keep), told("c", keep), told("d", move, "y"), told("e", keep), told("n", ask)]
    found = decisions_differ(before, after)
    assert found.counts == {"cancel": 1, "restore": 1, "move": 1, "ask": 1, "keep": 1}
    assert (found.cancel, found.restore, found.move, found.ask, found.keep) == (("a",), ("b",), ("d",), ("n",), ("c",))
    assert (found.gone, found.same) == (("g",), 1)
    assert not decisions_differ(after, after).changes


def test_the_shipped_policy_is_the_file_that_is_tested() -> None:
    """The package holds it, and its digest is of its bytes."""
    place = Path(__file__).parents[2] / "src/relight/activity/policy/shipped.toml"
    assert place.read_bytes() == policy_shipped_text()
    assert policy_faults(policy_shipped_text()) == ()
