"""Clock, chain, canonical JSON, references and facts: pure, each claim of docs/design/record.md."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from relight.record.rules.canonical import dumps, loads
from relight.record.rules.chain import GENESIS, Link, body_digest, entry_form, link_hash
from relight.record.rules.clock import COUNTER_END, Stamp, meet, stamp_read, tick
from relight.record.rules.entered_in_error import in_error
from relight.record.rules.facts import clinical_at, is_newer, same_person, time_read
from relight.record.rules.hl7_values import time_value
from relight.record.rules.json_walk import entries_walk, line_at
from relight.record.rules.opening import opened
from relight.record.rules.references import references_find

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
stamps = st.builds(Stamp, st.integers(0, (1 << 47)), st.integers(0, COUNTER_END - 1))


@given(stamps, st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2100, 1, 1)))
def test_a_clock_only_goes_on_whatever_the_wall_says(last: Stamp, at: datetime) -> None:
    after = tick(last, at=at.replace(tzinfo=UTC))
    assert after > last
    assert str(after) > str(last)
    assert stamp_read(str(after)) == after


@given(stamps, stamps)
def test_a_node_that_meets_another_goes_on_after_both(mine: Stamp, theirs: Stamp) -> None:
    assert meet(mine, theirs, at=NOON) > max(mine, theirs)


def test_the_worked_example_of_the_design_is_right() -> None:
    body = b'{"resourceType":"Flag","id":"f"}'
    link = Link(
        number=1, id=UUID(int=1), node=UUID(int=2), clock="019ab00000000000", resource=UUID(int=3), type="Flag",
        version=1, previous=None, act="create", actor="os:nurse", at=datetime(2026, 11, 23, 14, 5, tzinfo=UTC),
        reason="", source=None, document="", scope="", origin_id="", url="", status="current", batch=1,
        digest=body_digest(body),
    )  # fmt: skip
    design = (Path(__file__).resolve().parents[2] / "docs" / "design" / "record.md").read_text()
    for text in (body_digest(body).hex(), entry_form(link).decode(), link_hash(GENESIS, link).hex()):
        assert text in design


numbers = st.from_regex(r"-?(0|[1-9][0-9]{0,12})(\.[0-9]{1,18})?([eE][+-]?[0-9]{1,2})?", fullmatch=True).filter(
    lambda text: text != "-0"
)


@given(st.lists(numbers, min_size=1, max_size=5))
@example(["0.000001"])
@example(["10000000.000100001", "12345678.12345678", "-9007199254740.993"])
@example(["12.00001", "0.00001", "-0.0000120"])
def test_decimals_come_back_digit_for_digit(texts: list[str]) -> None:
    raw = ('{"value":[' + ",".join(texts) + "]}").encode()
    assert dumps(loads(raw)) == raw


@pytest.mark.parametrize("text", ['{"a":NaN}', '{"a":"\\ud800"}', "{'a':1}", '{"a":1.50,"b":"\\ud800"}'])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=""):
        loads(text)


def test_a_reference_to_what_is_contained_is_none_and_an_extensions_url_neither() -> None:
    resource = {
        "resourceType": "Observation",
        "contained": [{"resourceType": "Patient", "id": "p"}],
        "subject": {"reference": "#p"},
        "extension": [{"url": "urn:uuid:x", "valueReference": {"reference": "Patient/2"}}],
        "identifier": [{"system": "s", "value": "v"}],
    }
    assert [(one.path, one.key) for one in references_find(resource)] == [("extension[0].valueReference", "Patient/2")]


def test_a_resource_without_end_stays_aside() -> None:
    deep: dict = {"resourceType": "Basic"}
    inner = deep
    for _ in range(200):
        inner["extension"] = [{}]
        inner = inner["extension"][0]
    pieces, bad = opened(deep, delivery="r:x")
    assert (pieces, bad[0].spec.code) == ([], "RL-REC-024")


@pytest.mark.parametrize(
    ("new", "held", "expected"),
    [
        ({"lastUpdated": "2026-01-02T00:00:00Z"}, {"lastUpdated": "2026-01-01T23:00:00-03:00"}, False),
        ({"lastUpdated": "2026-01-03T00:00:00Z"}, {"lastUpdated": "2026-01-02T00:00:00Z"}, True),
        ({"versionId": "10"}, {"versionId": "9"}, True),
        ({"versionId": "a"}, {"versionId": "9"}, None),
        ({}, {}, None),
    ],
)
def test_newer_is_what_says_so(new: dict, held: dict, expected: bool | None) -> None:
    assert is_newer({"meta": new}, {"meta": held}) is expected


def person(number: str = "", family: str = "Peeters", birth: str = "1950-03-01", system: str = "nn") -> dict:
    return {
        "name": [{"family": family}],
        "birthDate": birth,
        "identifier": [{"system": system, "value": number}] if number else [],
    }


@pytest.mark.parametrize(
    ("new", "held", "expected"),
    [
        (person("1"), person("1", family="Peters"), True),
        (person("1"), person("2"), False),
        (person("1"), person("1", family="Dubois", birth="1988-08-08"), False),
        (person("1"), person(""), False),
        (person(), person(), True),
        (person(), person(birth="1951-03-01"), False),
    ],
)
def test_one_person_is_told_by_more_than_an_id(new: dict, held: dict, expected: bool) -> None:
    assert same_person(new, held) is expected


def test_the_clinical_time_is_what_the_type_means_by_it() -> None:
    observation = {"resourceType": "Observation", "issued": "2026-01-02", "effectivePeriod": {"start": "2026-01-01"}}
    assert clinical_at(observation) == datetime(2026, 1, 1, tzinfo=UTC)
    assert clinical_at({"resourceType": "Basic", "created": "2026"}) == datetime(2026, 1, 1, tzinfo=UTC)
    assert clinical_at({"resourceType": "Observation", "effectiveDateTime": "soon"}) is None


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1)), st.integers(-14, 14))
def test_a_time_is_read_as_the_moment_it_names(at: datetime, hours: int) -> None:
    sign = "-" if hours < 0 else "+"
    text = f"{at.isoformat(timespec='microseconds')}{sign}{abs(hours):02}:00"
    assert time_read(text) == at.replace(tzinfo=UTC) - timedelta(hours=hours)


def test_an_hl7_time_keeps_what_it_says_and_no_more() -> None:
    assert time_value("202611", zone=UTC) == "2026-11"
    assert time_value("20261123140500+0100", zone=UTC) == "2026-11-23T14:05:00+01:00"
    assert time_value("tomorrow", zone=UTC) == ""


def test_entered_in_error_is_said_where_fhir_has_a_word_for_it() -> None:
    assert in_error("Observation", {"status": "final"}) == {"status": "entered-in-error"}
    condition = in_error("Condition", {"clinicalStatus": {}, "code": {}})
    assert condition["verificationStatus"]["coding"][0]["code"] == "entered-in-error"
    assert "clinicalStatus" not in condition
    assert in_error("Patient", {"gender": "female"}) == {"gender": "female"}


def test_the_entries_of_a_broken_text_are_found_up_to_the_break() -> None:
    text = '{"resourceType":"Bundle",\n"entry":[\n{"a":1},\n{"b":2},\n{"c"'
    found = [(line_at(text, offset), member) for offset, member in entries_walk(text)]
    assert found == [(3, '{"a":1}'), (4, '{"b":2}'), (5, None)]
