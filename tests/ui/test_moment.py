"""Times, spans and numbers as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from relight.ui.api import number, share, share_of
from relight.ui.moment import date_words, day_number, day_word, span_words

NOW = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
D0 = datetime(2026, 11, 13, 3, 30, tzinfo=UTC)


def test_today_is_written_as_the_time_alone() -> None:
    assert date_words(datetime(2026, 11, 23, 4, 10, tzinfo=UTC), now=NOW, day_zero=D0) == "05:10"


def test_another_day_has_its_date_and_its_day_of_the_crisis() -> None:
    with translation.override("fr"):
        assert date_words(datetime(2026, 11, 14, 4, 10, tzinfo=UTC), now=NOW, day_zero=D0) == "14 nov. 05:10 · J+1"


def test_another_year_is_written_out_and_days_before_the_crisis_have_no_number() -> None:
    assert date_words(datetime(2025, 3, 2, 10, 0, tzinfo=UTC), now=NOW, day_zero=D0) == "2 March 2025 11:00"


def test_days_of_the_crisis_are_calendar_days_here_not_spans_of_24_hours() -> None:
    late_evening = datetime(2026, 11, 13, 22, 59, tzinfo=UTC)  # 23:59 in Brussels
    assert day_number(late_evening, day_zero=D0) == 0
    assert day_number(late_evening + timedelta(minutes=2), day_zero=D0) == 1
    assert day_number(NOW, day_zero=None) is None


def test_the_day_of_the_crisis_follows_the_language() -> None:
    assert day_word(10) == "D+10"
    with translation.override("fr"):
        assert day_word(10) == "J+10"
    assert day_word(-1) == "D\N{MINUS SIGN}1"


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=5), "under a minute"),
        (timedelta(minutes=2), "2 min"),
        (timedelta(hours=1, minutes=5), "1 hour 5 min"),
        (timedelta(days=3, hours=4, minutes=50), "3 days 4 hours"),
        (timedelta(days=1), "1 day"),
    ],
)
def test_a_span_is_told_by_its_two_largest_units(span: timedelta, words: str) -> None:
    assert span_words(span) == words


def test_numbers_have_the_separators_of_the_language() -> None:
    assert number(12345) == "12,345"
    with translation.override("fr"):
        assert number(12345).replace("\u202f", " ").replace("\xa0", " ") == "12 345"
    assert (number("D+3"), number(None), number(True)) == ("D+3", "", "True")


def test_a_share_is_never_rounded_to_nothing_or_to_all() -> None:
    assert (share(0.001), share(0.999), share(0), share(1), share_of(1, 0)) == ("1%", "99%", "0%", "100%", "")
