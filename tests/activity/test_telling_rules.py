"""Rules of telling patients. Numbered cases of docs/design/telling.md."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from uuid import UUID
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relight.activity.rules.gsm import BASIC, EXTENDED, gsm_plain, number_e164, number_shown, sms_of, takes_texts
from relight.activity.rules.mailing import Receipt, Text, address_lines, provider_file, receipts_read
from relight.activity.rules.telling import (
    TRIES_MOST,
    Attempt,
    Belief,
    Nearness,
    What,
    Whose,
    arrives,
    call_back_refusal,
    in_calling_hours,
    is_unreachable,
    may_take,
    nearness,
    next_attempt,
    same_person,
    what_to_tell,
)
from relight.activity.rules.told_words import (
    LANGUAGES,
    From,
    Told,
    language_of,
    script_of,
    sms_text,
    when_words,
    words_read,
)
from relight.activity.types import Kind, Outcome
from relight.kernel.errors import InputError

ZONE = ZoneInfo("Europe/Brussels")
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=ZONE)
RAW = files("relight.activity").joinpath("telling.toml").read_bytes()
WORDS = words_read(RAW)
SENDER = From(house="Réseau Lumière", phone="063 23 11 11")
SAID = (None, What.CANCELLED, What.MOVED, What.RESTORED, What.NEW_DATE)


# -- what is to be told -----------------------------------------------------------------------------

TABLE = {  # outcome now: what is to be said to somebody who was told nothing, cancelled, moved, restored, a new date
    Outcome.CANCEL: (What.CANCELLED, None, What.CANCELLED, What.CANCELLED, None),
    Outcome.MOVE: (What.MOVED, What.MOVED, None, What.MOVED, None),
    Outcome.KEEP: (None, What.RESTORED, What.RESTORED, None, None),
    Outcome.ASK: (None, None, None, None, None),
    None: (None, None, None, None, None),
}


@pytest.mark.parametrize("outcome", list(TABLE), ids=lambda one: one.value if one else "undecided")
def test_what_is_told_follows_from_what_was_told_last_and_what_is_decided(outcome: Outcome | None) -> None:
    """Cases 1-12, the whole table."""
    site = "libramont" if outcome is Outcome.MOVE else ""
    said = [Belief(what=one, to_site="libramont" if one is What.MOVED else "") if one else None for one in SAID]
    assert tuple(what_to_tell(outcome=outcome, to_site=site, belief=one) for one in said) == TABLE[outcome]


def test_a_move_to_another_site_than_was_told_is_told_anew() -> None:
    """Case 13."""
    belief = Belief(what=What.MOVED, to_site="libramont")
    assert what_to_tell(outcome=Outcome.MOVE, to_site="bastogne", belief=belief) is What.MOVED


@given(st.sampled_from(list(Outcome)), st.sampled_from(SAID))
def test_nobody_is_told_the_same_thing_twice(outcome: Outcome, said: What | None) -> None:
    """Case 14: what was just told is never to be told again."""
    first = what_to_tell(outcome=outcome, to_site="x", belief=Belief(what=said, to_site="y") if said else None)
    if first is not None:
        told = Belief(what=first, to_site="x" if first is What.MOVED else "")
        assert what_to_tell(outcome=outcome, to_site="x", belief=told) is None


# -- nearness ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (-0.1, Nearness.PASSED),
        (0, Nearness.PASSED),
        (2.9, Nearness.ON_THE_WAY),
        (5, Nearness.TODAY),
        (15, Nearness.TOMORROW),
        (72, Nearness.LATER),
    ],
)
def test_who_may_be_on_the_way_stands_out(hours: float, expected: Nearness) -> None:
    """Case 15: three hours before, a patient may have left home."""
    assert nearness(MONDAY + timedelta(hours=hours), at=MONDAY, zone=ZONE) is expected


def test_midnight_in_the_hospital_parts_today_from_tomorrow() -> None:
    """00:30 local is tomorrow, though the same day in UTC."""
    at = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)
    assert nearness(datetime(2026, 11, 23, 23, 30, tzinfo=UTC), at=at, zone=ZONE) is Nearness.TOMORROW


# -- the next attempt -------------------------------------------------------------------------------


def after(attempt: Attempt, *, tries: int = 1, days: float | None = 9, at: datetime = MONDAY) -> timedelta:
    starts = at + timedelta(days=days) if days is not None else None
    return next_attempt(attempt, tries=tries, at=at, starts=starts, zone=ZONE) - at


def test_no_answer_is_tried_in_an_hour_then_three_then_the_next_morning() -> None:
    """Case 30."""
    hours = [after(Attempt.NO_ANSWER, tries=n) / timedelta(hours=1) for n in (1, 2, 3, 4)]
    assert hours == [1, 3, 22, 22]


def test_the_nearer_the_appointment_the_sooner_the_next_call() -> None:
    """Case 31: a quarter of what remains, and never less than ten minutes."""
    assert after(Attempt.NO_ANSWER, days=2 / 24) == timedelta(minutes=30)
    assert after(Attempt.VOICEMAIL, days=0.2 / 24) == timedelta(minutes=10)


def test_nobody_is_called_at_night_unless_it_would_be_too_late() -> None:
    """Case 32: 19:30 + 1 h is tomorrow at eight; not when the appointment is at nine."""
    evening = MONDAY.replace(hour=19, minute=30)
    assert in_calling_hours(evening + timedelta(hours=1), starts=None, zone=ZONE).astimezone(ZONE).hour == 8
    soon = evening.replace(hour=9) + timedelta(days=1)
    assert in_calling_hours(evening + timedelta(hours=1), starts=soon, zone=ZONE) == evening + timedelta(hours=1)


def test_a_wrong_number_lets_the_next_one_be_dialled_at_once() -> None:
    """Case 33."""
    assert after(Attempt.WRONG_NUMBER) == timedelta(0)


def test_a_time_the_patient_asked_for_is_kept_as_it_is() -> None:
    """Case 34: at 21:15, though nobody is called then otherwise."""
    asked = MONDAY.replace(hour=21, minute=15)
    assert next_attempt(Attempt.CALL_BACK, tries=1, at=MONDAY, starts=None, zone=ZONE, asked=asked) == asked


def test_a_time_to_call_back_is_ahead_and_before_the_appointment() -> None:
    """Case 35."""
    starts = MONDAY + timedelta(days=1)
    assert call_back_refusal(None, at=MONDAY, starts=starts) == "missing"
    assert call_back_refusal(MONDAY, at=MONDAY, starts=starts) == "past"
    assert call_back_refusal(starts, at=MONDAY, starts=starts) == "too-late"
    assert call_back_refusal(MONDAY + timedelta(hours=1), at=MONDAY, starts=starts) == ""


@given(
    st.sampled_from([Attempt.NO_ANSWER, Attempt.BUSY, Attempt.VOICEMAIL, Attempt.SOMEBODY]),
    st.integers(1, 12),
    st.integers(21, 60 * 24 * 20),
    st.integers(0, 60 * 24),
)
def test_the_next_call_is_ahead_of_now_and_before_the_appointment(
    attempt: Attempt, tries: int, minutes: int, minute_of_day: int
) -> None:
    """Case 36: for any hour of the day and any distance beyond twenty minutes."""
    at = MONDAY.replace(hour=0) + timedelta(minutes=minute_of_day)
    starts = at + timedelta(minutes=minutes)
    assert at < next_attempt(attempt, tries=tries, at=at, starts=starts, zone=ZONE) < starts


def test_six_tries_or_no_number_make_a_patient_unreachable() -> None:
    """Case 37."""
    assert is_unreachable(tries=0, numbers_left=0)
    assert is_unreachable(tries=TRIES_MOST, numbers_left=2)
    assert not is_unreachable(tries=TRIES_MOST - 1, numbers_left=1)


def test_a_patient_is_one_callers_until_the_time_is_over() -> None:
    """Case 20."""
    until = MONDAY + timedelta(minutes=20)
    assert may_take(holder="", until=None, actor="b", at=MONDAY)
    assert may_take(holder="a", until=until, actor="a", at=MONDAY)
    assert not may_take(holder="a", until=until, actor="b", at=MONDAY)
    assert may_take(holder="a", until=until, actor="b", at=until)


def test_a_letter_posted_before_christmas_counts_the_holidays_out() -> None:
    """Case 61: posted on Wednesday the 23rd, it is read on Tuesday the 29th."""
    assert arrives(date(2026, 12, 23), holidays=[date(2026, 12, 25)]) == date(2026, 12, 29)


# -- one patient or two -----------------------------------------------------------------------------

ONE = Whose(patient=UUID(int=1), national_number="50030412345", name="lambert|jeanne", birth_date=date(1950, 3, 4))


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (Whose(patient=UUID(int=1)), True),
        (Whose(name="lambert|jeanne", birth_date=date(1950, 3, 4)), True),
        (Whose(name="lambert|jeanne", national_number="50030412345"), True),
        (Whose(national_number="50030412345"), False),
        (Whose(name="lambert|jeanne"), False),
        (Whose(name="lambert|jean", birth_date=date(1950, 3, 4)), False),
        (Whose(name="lambert|jeanne", birth_date=date(1950, 4, 3)), False),
        (Whose(name="lambert|jeanne", birth_date=date(1950, 3, 4), national_number="50030499999"), False),
        (Whose(patient=UUID(int=2), name="lambert|jeanne", birth_date=date(1950, 3, 4)), False),
    ],
)
def test_doubt_makes_two_patients(other: Whose, expected: bool) -> None:
    """Cases 16-19: twins, a misread birth date, a number that contradicts: two calls."""
    assert same_person(ONE, other) is expected
    assert same_person(other, ONE) is expected


def test_without_a_birth_date_the_same_telephone_is_asked_for() -> None:
    """Case 19."""
    one = Whose(name="lambert|jeanne", phones=frozenset({"+3263231111"}))
    assert same_person(one, Whose(name="lambert|jeanne", phones=frozenset({"+3263231111"})))
    assert not same_person(one, Whose(name="lambert|jeanne", phones=frozenset({"+3263239999"})))


# -- words ------------------------------------------------------------------------------------------


def told(what: What = What.CANCELLED, kind: Kind = Kind.CONSULTATION) -> Told:
    starts = datetime(2026, 11, 24, 14, 5, tzinfo=ZONE)
    return Told(what=what, kind=kind, starts=starts, site="Arlon", with_whom="Dr Noël")


def test_times_are_said_as_they_are_spoken() -> None:
    """Case 50."""
    starts = datetime(2026, 11, 24, 14, 5, tzinfo=ZONE)
    assert [when_words(starts, language=one) for one in LANGUAGES] == [
        "mardi 24 novembre à 14 h 05",
        "dinsdag 24 november om 14.05 uur",
        "Dienstag, 24. November um 14.05 Uhr",
        "Tuesday 24 November at 14:05",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", list(What))
def test_every_script_is_whole_in_every_language(language: str, what: What) -> None:
    """Cases 51-53: no brace is left; who comes is told what to bring, who does not is told whom to call instead."""
    script = script_of(WORDS, [told(what)], patient="Jeanne Lambert", sender=SENDER, language=language)
    everything = " ".join([script.hello, *script.news, *script.after, script.questions, script.voicemail])
    assert "{" not in everything
    assert "Jeanne Lambert" in script.hello
    assert "063 23 11 11" in script.questions
    assert bool(script.to_bring) is (what is not What.CANCELLED)
    assert ("112" in " ".join(script.after)) is (what is What.CANCELLED)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_voicemail_and_a_relative_learn_nothing_of_the_appointment(language: str) -> None:
    """Case 54: who we are, whom we want, where to call; no date, no kind, no practitioner."""
    script = script_of(WORDS, [told()], patient="Jeanne Lambert", sender=SENDER, language=language)
    what = WORDS.say("kinds.consultation", language=language)
    for text in (script.hello, script.voicemail, script.relative):
        assert "Noël" not in text and "24" not in text and what not in text.lower()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", list(What))
@pytest.mark.parametrize("kind", list(Kind))
def test_a_text_message_is_one_part_and_names_neither_kind_nor_practitioner(
    language: str, what: What, kind: Kind
) -> None:
    """Cases 70 and 71."""
    sms = sms_text(WORDS, told(what, kind), sender=SENDER, language=language)
    assert sms.parts == 1 and sms.septets <= 160, (sms.septets, sms.text)
    if kind is not Kind.OTHER:
        assert WORDS.say(f"kinds.{kind.value}", language=language).lower() not in sms.text.lower()
    assert "Noël" not in sms.text and "24/11 14:05" in sms.text


def test_a_patient_whose_language_we_do_not_speak_hears_the_desks() -> None:
    """Case 55."""
    assert language_of("nl-BE", otherwise="fr") == "nl"
    assert language_of("lb", otherwise="de") == "de"
    assert language_of("", otherwise="xx") == "fr"


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (b'en = "Could you tell me back', b'en = "{phone} Could you tell me back'),
        (b'nl = "Kunt u mij herhalen', b'xx = "Kunt u mij herhalen'),
        (b"format = 1", b"format = 2"),
        (b"[call.worse]", b"[call.wors]"),
        (b"[call.worse]", b"[call.worse"),
    ],
)
def test_a_file_of_sentences_that_lacks_something_is_refused(before: bytes, now: bytes) -> None:
    """Case 56: a language or a name that one of the four does not have is found before anybody telephones."""
    assert before in RAW
    with pytest.raises(InputError, match="RL-ACT-110"):
        words_read(RAW.replace(before, now, 1))


# -- text messages and numbers ----------------------------------------------------------------------


def test_a_text_of_160_is_one_part_and_of_161_two() -> None:
    """Case 72."""
    assert (sms_of("a" * 160).parts, sms_of("a" * 161).parts, sms_of("a" * 306).parts, sms_of("a" * 307).parts) == (
        1, 2, 2, 3,
    )  # fmt: skip


def test_a_doubled_character_takes_two_places_and_is_never_torn() -> None:
    """Case 73: 152 letters and a euro sign do not fit into a part of 153."""
    assert sms_of("€" * 80).septets == 160 and sms_of("€" * 80).parts == 1
    assert sms_of("a" * 152 + "€" + "a" * 152).parts == 3


@given(st.text(max_size=400))
def test_what_goes_out_is_the_gsm_alphabet_alone(text: str) -> None:
    """Case 74, and counting holds: never fewer parts than places ask for."""
    sms = sms_of(text)
    assert all(c in BASIC or c in EXTENDED for c in sms.text)
    assert sms.parts >= -(-sms.septets // 160) if sms.septets else sms.parts == 1


def test_accents_the_alphabet_lacks_are_dropped_and_those_it_has_stay() -> None:
    """Case 74."""
    assert gsm_plain("Hôpital de Nîmes, été, ça, Noël, « 5 € »") == 'Hopital de Nimes, été, ca, Noel, " 5 € "'


def test_numbers_are_written_as_providers_want_them() -> None:
    """Case 75: Belgian by default, others by their country."""
    assert number_e164("0470/12.34.56") == "+32470123456"
    assert number_e164("00352 621 123 456") == "+352621123456"
    assert number_e164("12") == number_e164("") == number_e164("inconnu") == ""
    assert number_shown("+32470123456") == "0470 12 34 56"
    assert number_shown("+352621123456").startswith("+352 ")


def test_a_landline_takes_no_text() -> None:
    """Case 76."""
    assert takes_texts("+32470123456")
    assert not takes_texts("+3263231111")
    assert not takes_texts("")


@given(st.sampled_from(["BE", "FR", "LU", "NL", "DE"]))
def test_the_example_mobile_number_of_every_neighbour_takes_texts(region: str) -> None:
    """Case 76."""
    number = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    text = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    assert number_e164(text) == text and takes_texts(text)


# -- files ------------------------------------------------------------------------------------------


def test_the_providers_file_is_read_back_as_it_was_written() -> None:
    """Case 77: commas and quotes in a text do not tear its line."""
    content = provider_file([Text(to="+32470123456", text='a, "b"', reference="ab12", parts=1)])
    assert content == b'to,text,reference,parts\r\n+32470123456,"a, ""b""",ab12,1\r\n'


@pytest.mark.parametrize(
    "raw",
    [
        b"reference,status\r\nab12,DELIVERED\r\ncd34,expired\r\nef56,enroute\r\n",
        "Numéro;Référence;Statut\n+32470;ab12;délivré\n+32471;cd34;rejeté\n+32472;ef56;en cours\n".encode(),
        "Numéro;Référence;Statut\n+32470;ab12;délivré\n+32471;cd34;rejeté\n+32472;ef56;en cours\n".encode("cp1252"),
    ],
)
def test_receipts_are_read_in_the_forms_providers_write(raw: bytes) -> None:
    """Case 78: on the way is neither delivered nor failed."""
    read = receipts_read(raw)
    assert read.by_reference == {"ab12": Receipt.DELIVERED, "cd34": Receipt.FAILED}
    assert read.unknown == 1


@pytest.mark.parametrize("raw", [b"", b"a;b\n1;2\n", b"\x00\x01\x02", b'reference,status\n"ab'])
def test_a_file_without_reference_and_status_is_refused(raw: bytes) -> None:
    """Case 79: an unfinished quote alone is a line without an end, and says nothing."""
    try:
        read = receipts_read(raw)
    except InputError as error:
        assert error.code == "RL-ACT-123"
    else:
        assert raw.startswith(b"reference") and not read.by_reference


@given(st.binary(max_size=300))
def test_no_file_of_receipts_breaks_the_reader(raw: bytes) -> None:
    """Case 79."""
    try:
        receipts_read(raw)
    except InputError as error:
        assert error.code == "RL-ACT-123"


def test_an_address_is_read_from_lines_or_commas_and_needs_a_number() -> None:
    """Case 62."""
    assert address_lines("Rue Haute 12, 6700 Arlon") == ("Rue Haute 12", "6700 Arlon")
    assert address_lines("Rue Haute 12\nBoîte 3\n6700 Arlon") == ("Rue Haute 12", "Boîte 3", "6700 Arlon")
    assert address_lines("inconnue") == address_lines("") == ()
