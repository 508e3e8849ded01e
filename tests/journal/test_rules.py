"""The chain's canonical form and its links. Cases: docs/design/journal.md."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relight.journal.rules import GENESIS, MAX_TRIES, canonical, entry_hash, link_fault, next_try, time_text
from relight.journal.types import EntryView, EventDraft

AT = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
ENTRY = EntryView(
    seq=1,
    id=UUID("01a208d0-254d-7d54-9dfc-5b1a314e390e"),
    at=AT,
    actor="os:root",
    door="cli",
    verb="line.move",
    subject="site:arlon",
    body={"to": "cleaned", "items": ["a", "b"], "é": None},
    events=(EventDraft(name="line.moved", subject="item:a", body={"n": 1}),),
    previous=GENESIS,
    hash="",
)


def test_case_1_the_canonical_form_is_sorted_tight_utf8():
    assert canonical({"b": 1, "a": ["é", None, True]}) == '{"a":["é",null,true],"b":1}'.encode()


def test_case_2_a_float_a_date_or_a_number_as_key_is_refused_with_its_place():
    for body, place in (({"a": 0.5}, r"\$\.a"), ({"a": [AT]}, r"\$\.a\[0\]"), ({1: "x"}, r"\$:")):
        with pytest.raises(ValueError, match=place):
            canonical(body)


def test_case_3_the_worked_example_has_the_hash_of_the_document():
    """The document in docs/design/journal.md, hashed by another program (sha256sum), gives this."""
    assert entry_hash(ENTRY) == "55c4ac9306869ffec4301f23fd68496e036df21d2cec1d03313b14f80d4db793"


def test_case_4_a_time_is_written_in_utc_whatever_its_zone():
    assert time_text(AT.astimezone(timezone(timedelta(hours=9)))) == "2026-11-23T14:05:00.000000Z"


CHANGES = st.sampled_from(
    [
        {"actor": "os:other"},
        {"at": AT + timedelta(microseconds=1)},
        {"door": "web"},
        {"verb": "line.admit"},
        {"subject": "site:bastogne"},
        {"body": {"to": "admitted"}},
        {"events": ()},
        {"events": (EventDraft(name="line.moved", subject="item:b", body={"n": 1}),)},
        {"id": UUID(int=7)},
    ]
)


@given(CHANGES)
def test_case_5_changing_anything_in_an_entry_breaks_it(change):
    good = replace(ENTRY, hash=entry_hash(ENTRY))
    assert link_fault(good, seq=1, previous=GENESIS) == ""
    assert link_fault(replace(good, **change), seq=1, previous=GENESIS) == "its content is not what was written"


def test_case_6_a_missing_entry_and_a_foreign_predecessor_are_told_apart():
    good = replace(ENTRY, hash=entry_hash(ENTRY))
    assert link_fault(good, seq=2, previous=GENESIS) == "an entry is missing before it"
    assert link_fault(good, seq=1, previous="f" * 64) == "it does not follow the entry before it"


def test_case_7_a_failing_event_is_tried_less_and_less_often_then_given_up():
    waits = [next_try(tries=tries, at=AT) - AT for tries in range(1, MAX_TRIES)]
    assert waits == sorted(waits)
    assert waits[0] == timedelta(seconds=1)
    assert next_try(tries=MAX_TRIES, at=AT) is None
