"""The policy file: every fault at once, each with its line; nothing in a file breaks the reader."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relight.fleet.rules import policy as rules
from relight.people.types import STAFF_ROLES

SHIPPED = (Path(rules.__file__).parent.parent / "policy.toml").read_text()


def read(text: str) -> rules.PolicyCheck:
    return rules.policy_read(text.encode(), filename="policy.toml", roles=list(STAFF_ROLES))


def line_of(text: str, words: str) -> int:
    return text[: text.index(words)].count("\n") + 1


@pytest.mark.parametrize(
    ("found", "put", "code", "at"),
    [
        ('checks = ["wiped"]', 'checks = ["wipedd"]', "RL-FLT-045", 'checks = ["wipedd"]'),
        ('files = "required"', 'files = "must"', "RL-FLT-044", 'files = "must"'),
        ('roles = ["laboratory"]', 'roles = ["wizard"]', "RL-FLT-044", 'roles = ["wizard"]'),
        ('id = "bmc"', 'id = "dfe"', "RL-FLT-046", 'publisher = "NSA'),
        ('version = "2026-11-1"', 'versoin = "1"', "RL-FLT-042", 'versoin = "1"'),
        ("format = 1", "format = 2", "RL-FLT-044", "format = 2"),
        ('{ source = "bmc"', '{ source = "bmx"', "RL-FLT-045", '{ source = "bmx"'),
        ('names.fr = "Disques', 'names.xx = "Disques', "RL-FLT-044", 'names.xx = "Disques'),
    ],
)
def test_a_fault_is_named_with_its_line(found: str, put: str, code: str, at: str) -> None:
    """Code and line of each kind of fault."""
    text = SHIPPED.replace(found, put, 1)
    faults = read(text).faults
    assert code in [fault.code for fault in faults]
    fault = next(fault for fault in faults if fault.code == code)
    expected = line_of(text, at)
    assert abs(int(fault.where.rpartition(":")[2]) - expected) <= 1, (fault.where, expected)


def test_all_faults_are_reported_at_once_in_order() -> None:
    """Three mistakes, three faults, from the top of the file down."""
    text = SHIPPED.replace('files = "required"', 'files = "must"').replace("[[guidance]]\nid", "[[guidance]]\nidd", 1)
    text = text.replace('checks = ["wiped"]', 'checks = ["wipedd"]')
    faults = read(text).faults
    lines = [int(fault.where.rpartition(":")[2]) for fault in faults]
    assert len(faults) >= 3 and lines == sorted(lines)


def test_what_is_no_toml_is_refused_with_its_line() -> None:
    """A broken quote names the line the parser stopped at."""
    (fault,) = read('format = 1\nversion = "x\n').faults
    assert fault.code == "RL-FLT-040" and fault.where == "policy.toml:2"


def test_stages_out_of_order_are_refused() -> None:
    """seen first, verified and admitted last, the order of the line between."""
    for found, put in [
        ('[[class.stage]]\nid = "retrieved"', '[[class.stage]]\nid = "cleaned"'),
        ('[[class.stage]]\nid = "seen"\n', ""),
        ('[[class.stage]]\nid = "admitted"\n', ""),
    ]:
        assert "RL-FLT-047" in [fault.code for fault in read(SHIPPED.replace(found, put, 1)).faults], put


def test_seen_asks_for_nothing() -> None:
    """Being seen proves nothing, so nothing can be asked for it."""
    text = SHIPPED.replace('id = "seen"', 'id = "seen"\nchecks = ["works"]', 1)
    codes = [fault.code for fault in read(text).faults]
    assert "RL-FLT-048" in codes or "RL-FLT-046" in codes


def test_a_missing_class_is_a_fault() -> None:
    """A machine of a class without stages would stand still unnoticed."""
    start = SHIPPED.index('[[class]]\nid = "printer"')
    end = SHIPPED.index('[[class]]\nid = "other"')
    (fault,) = read(SHIPPED[:start] + SHIPPED[end:]).faults
    assert fault.code == "RL-FLT-049" and fault.params["klass"] == "printer"


VALUES = st.sampled_from(['""', "0", "true", "[]", "{}", "[[]]", '["x"]', "{ a = 1 }", '"-"', "1979-05-27", "1.5"])
KEYS = st.sampled_from(sorted(set(re.findall(r"^([a-z]+) = ", SHIPPED, re.MULTILINE))))


@settings(max_examples=120, deadline=None)
@given(key=KEYS, value=VALUES, nth=st.integers(0, 200))
def test_no_value_anywhere_breaks_the_reader(key: str, value: str, nth: int) -> None:
    """Whatever stands after a key, the answer is a policy or faults with lines, never an exception."""
    places = list(re.finditer(rf"^{key} = [^\n]*$", SHIPPED, re.MULTILINE))
    match = places[nth % len(places)]
    text = SHIPPED[: match.start()] + f"{key} = {value}" + SHIPPED[match.end() :]
    check = read(text)
    assert (check.policy is None) == bool(check.faults)
    for fault in check.faults:
        assert str(fault) and fault.where.startswith("policy.toml")


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(noise: bytes) -> None:
    """Noise is refused in words."""
    check = rules.policy_read(noise, filename="p", roles=list(STAFF_ROLES))
    assert check.faults and check.policy is None


@pytest.mark.parametrize("text", ["a = " + "[" * 20_000, "a = " + "9" * 10_000])
def test_a_nest_or_a_number_without_end_is_a_fault_and_no_crash(text: str) -> None:
    assert [fault.code for fault in read(text).faults] == ["RL-FLT-040"]
