"""Ids are ordered by time and never collide; slugs are plain."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relight.kernel.act import Act, Door
from relight.kernel.ids import is_slug, uuid7

MOMENTS = st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC))
ENTROPY = st.binary(min_size=10, max_size=10)


@given(MOMENTS, ENTROPY)
def test_a_uuid7_says_its_version_variant_and_millisecond(at, entropy):
    made = uuid7(at=at, entropy=entropy)
    assert made.version == 7
    assert made.variant == "specified in RFC 4122"
    assert made.int >> 80 == int(at.timestamp() * 1000)


@given(MOMENTS, ENTROPY, ENTROPY)
def test_a_later_id_sorts_after_an_earlier_one(at, first, second):
    assert uuid7(at=at, entropy=first) < uuid7(at=at + timedelta(milliseconds=1), entropy=second)


@given(MOMENTS, ENTROPY, ENTROPY)
def test_other_entropy_makes_another_id_but_for_the_six_bits_it_has_to_spare(at, first, second):
    same_bits = int.from_bytes(first) & ~(0x3F << 62) == int.from_bytes(second) & ~(0x3F << 62)
    assert (uuid7(at=at, entropy=first) == uuid7(at=at, entropy=second)) == same_bits


def test_a_uuid7_refuses_a_naive_time_and_too_little_entropy():
    with pytest.raises(ValueError, match="aware"):
        uuid7(at=datetime(2026, 11, 23), entropy=bytes(10))
    with pytest.raises(ValueError, match="10 bytes"):
        uuid7(at=datetime(2026, 11, 23, tzinfo=UTC), entropy=bytes(9))


def test_an_act_refuses_a_naive_time():
    with pytest.raises(ValueError, match="aware"):
        Act(actor="os:root", at=datetime(2026, 11, 23), door=Door.CLI)


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("arlon", True),
        ("intensive-care", True),
        ("Arlon", False),
        ("a--b", False),
        ("a\n", False),
        ("", False),
        ("é", False),
    ],
)
def test_a_slug_is_lower_case_words_joined_by_single_dashes(text, good):
    assert is_slug(text) is good
