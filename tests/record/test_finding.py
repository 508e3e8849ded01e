"""Finding a patient as people type: what never matters, what always wins, what is suggested and never assumed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relight.kernel.errors import RelightError
from relight.record.rules.birth import Reading, birth_read, births_near
from relight.record.rules.finding import Candidate, Why, ask_read, bed_plain, rank
from relight.record.rules.identity import Person, TypedNumber
from relight.record.rules.names import distance, grams_of, plain, prefix_distance, words_of
from relight.record.rules.numbers import Range, check_digit
from relight.record.rules.places import Place

TODAY = date(2026, 11, 23)
NISS = "https://www.ehealth.fgov.be/standards/fhir/core/NamingSystem/ssin"
WORDS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=4, max_size=12)
ACCENTED = str.maketrans({"a": "à", "e": "é", "i": "ï", "o": "ô", "u": "ù", "c": "ç", "n": "ñ"})


def asked(text: str, **more: Any) -> Any:
    return ask_read(text, today=TODAY, **more)


def candidate(*names: str, birth: str = "", numbers: tuple[str, ...] = (), **more: Any) -> Candidate:
    return Candidate(words=words_of(names), birth=birth, numbers=numbers, **more)


class TestBirthDates:
    """A birth date in any form."""

    @pytest.mark.parametrize(
        "text",
        [
            "01.02.1970", "1/2/1970", "1-2-70", "01.02.70", "1 fév 70", "1 février 1970", "1er fevrier 1970", "1 feb 1970",
            "01 Feb. 1970", "1 Februar 1970", "1970-02-01", "1970/2/1", "19700201", "01021970", "70-02-01", "010270",
            "700201", "1 2 1970", " 01 . 02 . 1970 ", "1fév70",
        ],
    )  # fmt: skip
    def test_every_form_says_the_first_of_february(self, text: str) -> None:
        """And says so first."""
        assert birth_read(text, today=TODAY)[0].birth == "1970-02-01"

    def test_day_and_month_exchanged_is_suggested_and_never_assumed(self) -> None:
        """The day stands first here; the other reading comes after and says what it is."""
        first, *others = birth_read("03/04/1970", today=TODAY)
        assert (first.birth, first.reading) == ("1970-04-03", Reading.MEANT)
        assert ("1970-03-04", Reading.SWAPPED) in [(one.birth, one.reading) for one in others]

    def test_a_day_beyond_twelve_cannot_be_a_month(self) -> None:
        """There is one reading; but month before day is understood where nothing else is possible."""
        assert [one.birth for one in birth_read("25/12/1970", today=TODAY)] == ["1970-12-25"]
        [american] = birth_read("12/25/1970", today=TODAY)
        assert (american.birth, american.reading) == ("1970-12-25", Reading.SWAPPED)

    def test_two_digits_of_a_year_may_be_two_centuries(self) -> None:
        """Whoever was born in 12 is 14 or 114."""
        assert {one.birth for one in birth_read("25.12.12", today=TODAY)} >= {"2012-12-25", "1912-12-25"}
        assert birth_read("25.12.26", today=TODAY)[0].birth == "1926-12-25", "the year is not over yet"

    @pytest.mark.parametrize(
        "text", ["", "31.02.1970", "1.2.3", "99", "12.13.14.15", "1700-01-01", "2031-01-01", "abc"]
    )
    def test_what_is_no_date_is_none(self, text: str) -> None:
        """No guess is better than a wrong one."""
        assert birth_read(text, today=TODAY) == ()

    @pytest.mark.parametrize(("text", "birth"), [("02.1970", "1970-02"), ("1970-02", "1970-02"), ("1970", "1970")])
    def test_less_than_a_date_stays_less(self, text: str, birth: str) -> None:
        """A month or a year is not made into a first of the month."""
        assert [one.birth for one in birth_read(text, today=TODAY)] == [birth]

    @given(st.dates(min_value=date(1902, 1, 1), max_value=TODAY))
    def test_every_date_is_read_back(self, born: date) -> None:
        """In each form with four digits of the year, first."""
        for form in ("%d.%m.%Y", "%d/%m/%Y", "%Y-%m-%d", "%d%m%Y", "%d %b %Y"):
            assert birth_read(born.strftime(form), today=TODAY)[0].birth == born.isoformat(), form

    @given(st.text(max_size=20))
    def test_no_text_breaks_it(self, text: str) -> None:
        """And each reading is a date that was."""
        for guess in birth_read(text, today=TODAY):
            assert guess.birth <= TODAY.isoformat()

    def test_near_dates_say_how(self) -> None:
        """So that a list can say what to check."""
        assert births_near("1970-02-01", "1970-01-02") == "swapped"
        assert births_near("1970-02-01", "1970-02-07") == "digit"
        assert births_near("1970-02-01", "1970") == "less"
        assert births_near("1970-02-01", "1981-11-21") == ""


class TestNames:
    """Accents, case, hyphens and order."""

    @given(st.lists(WORDS, min_size=1, max_size=4))
    def test_accents_and_case_never_matter(self, words: list[str]) -> None:
        """Whoever types them and whoever does not find the same."""
        name = " ".join(words)
        assert plain(name.translate(ACCENTED).upper()) == plain(name) == name

    @pytest.mark.parametrize(
        ("written", "form"),
        [("Noël-D'Hondt", "noel dhondt"), ("O’Brien", "obrien"), ("Weiß", "weiss"), ("Ærø", "aero"), ("Łódź", "lodz"),
         ("İnci", "inci"), ("  Van  den Berghe ", "van den berghe"), ("ﬁn", "fin")],
    )  # fmt: skip
    def test_names_have_a_plain_form(self, written: str, form: str) -> None:
        """What stands on a card and what a keyboard has."""
        assert plain(written) == form

    @given(st.lists(WORDS, min_size=2, max_size=4, unique=True), st.randoms())
    def test_order_never_matters(self, words: list[str], chance: Any) -> None:
        """Family or given name first: the same score, for the same reasons."""
        other = list(words)
        chance.shuffle(other)
        face = candidate(*words)
        assert rank(asked(" ".join(words) + " "), face) == rank(asked(" ".join(other) + " "), face)

    @given(WORDS, st.data())
    def test_one_typo_still_finds(self, word: str, data: Any) -> None:
        """A letter wrong, missing, twice, or changed with its neighbour."""
        at = data.draw(st.integers(0, len(word) - 2))
        kind = data.draw(st.sampled_from(("wrong", "missing", "twice", "changed")))
        typed = {
            "wrong": word[:at] + "x" + word[at + 1 :],
            "missing": word[:at] + word[at + 1 :],
            "twice": word[:at] + word[at] + word[at:],
            "changed": word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        }[kind]
        assert distance(typed, word, limit=2) <= 1
        if len(typed) >= 4:
            assert rank(asked(typed), candidate(word)) is not None

    @given(WORDS, WORDS)
    def test_distance_is_the_same_from_both_sides(self, one: str, other: str) -> None:
        """And counts nothing for the same word."""
        assert distance(one, other, limit=3) == distance(other, one, limit=3)
        assert distance(one, one, limit=3) == 0

    @given(WORDS, st.integers(1, 12))
    def test_a_beginning_is_no_typo(self, word: str, size: int) -> None:
        """As one types."""
        assert prefix_distance(word[:size], word, limit=1) == 0
        assert grams_of(word[:size]) & grams_of(word)

    def test_names_written_apart_and_joined_are_one(self) -> None:
        """`vandenberghe` and `van den berghe`, whichever is on the card."""
        assert rank(asked("vandenberghe"), candidate("Van den Berghe", "Luc"))
        assert rank(asked("van den berghe"), candidate("Vandenberghe", "Luc"))

    def test_short_words_are_not_guessed(self) -> None:
        """`li` is not `lu`: with three letters a typo is another name."""
        assert rank(asked("li "), candidate("Lu")) is None

    def test_a_better_fit_comes_first(self) -> None:
        """Exact before begun before nearly before in part."""
        names = ("Dupont Jean", "Dupontel Jean", "Dupond Jean", "Dupont Luc")
        scores = [rank(asked("dupont jean "), candidate(*name.split())).score for name in names]  # type: ignore[union-attr]
        assert scores == sorted(scores, reverse=True)
        assert len(set(scores)) == 4


class TestNumbers:
    """An exact number wins over everything."""

    @given(st.text(max_size=30), WORDS)
    def test_a_typo_never_hides_an_exact_number(self, typed: str, name: str) -> None:
        """Whatever stands before it, the face with the number is above every other."""
        number = "7" + "4" * 9
        words = "".join(c for c in typed if c.isalpha() or c.isspace())
        question = asked(f"{words} {number}")
        assert number in question.numbers
        exact = rank(question, candidate("Wauters", numbers=(number,)))
        best = rank(question, candidate(*(words.split() or [name]), birth="1970-02-01", is_near=True, is_in_house=True))
        assert exact is not None
        assert best is None or exact.score > best.score

    def test_a_name_that_is_not_theirs_is_said(self) -> None:
        """The number counts, and the list says that the name does not fit."""
        match = rank(asked("dupont 7444444444"), candidate("Wauters", numbers=("7444444444",)))
        assert match is not None
        assert match.why == (Why.NUMBER, Why.NUMBER_ONLY)

    @given(st.integers(1, 999_999), st.integers(0, 10), st.integers(1, 9))
    def test_a_misread_band_looks_for_nobody(self, counter: int, at: int, by: int) -> None:
        """One digit wrong outside the prefix is never another patient."""
        reserved = Range(prefix="8013", last=999_999)
        number = reserved.number(counter)
        assert asked(number, ranges=[reserved]).numbers == (number,)
        wrong = number[:at] + str((int(number[at]) + by) % 10) + number[at + 1 :]
        if reserved.holds(wrong):
            assert asked(wrong, ranges=[reserved]).misread

    def test_a_bed_is_found_however_it_is_said(self) -> None:
        """`lit 012-B`, `bed 12b`, `12B`."""
        for text in ("lit 012-B", "bed 12b", "12B", "Kamer 12b"):
            assert asked(text).beds == ("12b",), text
        assert bed_plain("012-B") == bed_plain("12b")


@pytest.mark.django_db
class TestFind:
    """Through the tables, on both databases."""

    @pytest.fixture
    def people(self, act_for: Any) -> Any:
        """Six people, one of them in a bed."""
        from relight.record.services.identity import patient_register
        from relight.record.services.stays import patient_admit

        act = act_for("nurse")
        made = {}
        for key, family, given_names, birth, number in (
            ("noel", "Noël", "Jeanne Marie", "1951-03-09", ""),
            ("dupont", "Dupont", "Jean-Pierre", "1970-04-03", "A-104233"),
            ("dupond", "Dupond", "Luc", "1970-03-04", "A-104234"),
            ("berghe", "Van den Berghe", "Éric", "1988-12-25", ""),
            ("hondt", "D'Hondt", "Françoise", "1962", ""),
            ("peeters", "Peeters", "Jean", "1985-07-30", ""),
        ):
            numbers = (TypedNumber(system="urn:hospital", value=number),) if number else ()
            person = Person(family=family, given=given_names, birth=birth, numbers=numbers)
            made[key] = patient_register(act=act, person=person).patient
        patient_admit(act=act, patient=made["peeters"], place=Place(site="arlon", ward="surgery", bed="12B"))
        return made

    @pytest.mark.parametrize(
        ("text", "key"),
        [
            ("noel", "noel"), ("NOËL jeanne", "noel"), ("marie noel", "noel"), ("noe", "noel"), ("jeanne 09.03.1951", "noel"),
            ("jeane noel", "noel"), ("dupont j", "dupont"), ("jean pierre dupont", "dupont"), ("a104233", "dupont"),
            ("A-104233", "dupont"), ("dupnot jean", "dupont"), ("vandenberghe", "berghe"), ("van den bergh", "berghe"),
            ("eric 25/12/88", "berghe"), ("dhondt", "hondt"), ("d'hondt francoise", "hondt"), ("francoise 1962", "hondt"),
            ("lit 12b", "peeters"), ("12B", "peeters"), ("30 juillet 1985", "peeters"), ("850730", "peeters"),
            ("peters", "peeters"), ("peetres jean", "peeters"),
        ],
    )  # fmt: skip
    def test_they_are_found_first(self, people: Any, act_for: Any, text: str, key: str) -> None:
        """As people type: any order, accents or none, typos, half words, dates, numbers, beds."""
        from relight.record.selectors.finding import patients_find

        found = patients_find(text, act=act_for("nurse"))
        assert found, text
        assert found[0].patient == people[key], [one.face.name for one in found]

    def test_the_swapped_date_is_offered_after_the_meant_one(self, people: Any, act_for: Any) -> None:
        """With the reason beside it."""
        from relight.record.selectors.finding import patients_find

        found = patients_find("03.04.1970", act=act_for("nurse"))
        assert [one.patient for one in found] == [people["dupont"], people["dupond"]]
        assert [one.why for one in found] == [(Why.BIRTH,), (Why.BIRTH_SWAPPED,)]

    def test_a_misread_band_is_refused_with_what_to_do(self, people: Any, act_for: Any) -> None:
        """It is scanned again; nobody is shown."""
        from relight.record.selectors.faces import face_get
        from relight.record.selectors.finding import patients_find

        number = face_get(people["noel"]).numbers[-1].plain
        wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
        with pytest.raises(RelightError) as refusal:
            patients_find(wrong, act=act_for("nurse"))
        assert refusal.value.code == "RL-REC-206"
        assert number[:-1] not in str(refusal.value)

    def test_what_a_scanner_adds_is_taken_off(self, people: Any, act_for: Any) -> None:
        """Symbology marks, FNC1, the return key."""
        from relight.record.selectors.faces import face_get
        from relight.record.selectors.finding import patients_find

        number = next(one.plain for one in face_get(people["noel"]).numbers)
        for scan in (f"]C0{number}", f"]Q1{number}\r\n", f"\x1d{number}", f"{number[:4]} {number[4:]}"):
            assert [one.patient for one in patients_find(scan, act=act_for("nurse"))] == [people["noel"]], scan

    def test_ones_own_ward_comes_first(self, act_for: Any) -> None:
        """Of two with one name, the one who lies there."""
        from relight.record.selectors.finding import patients_find
        from relight.record.services.identity import patient_register
        from relight.record.services.stays import patient_admit

        act = act_for("nurse")
        person = Person(family="Martin", given="Anne", birth="1960-01-01")
        first = patient_register(act=act, person=person).patient
        second = patient_register(act=act, person=person, looked_at=[first]).patient
        patient_admit(act=act, patient=second, place=Place(site="arlon", ward="surgery"))
        mine = act_for("nurse", scope=frozenset({"site:arlon", "service:surgery"}))
        assert [one.patient for one in patients_find("martin anne", act=mine)] == [second, first]

    @pytest.mark.parametrize("text", ["", "   ", "%", "'; --", "\x00", "a" * 500, "]C0", "😀", "_", "\\"])
    def test_no_text_breaks_it(self, people: Any, act_for: Any, text: str) -> None:
        """Nothing is found, and nothing is refused."""
        from relight.record.selectors.finding import patients_find

        assert patients_find(text, act=act_for("nurse")) == []

    def test_a_look_costs_few_statements(self, people: Any, act_for: Any, django_assert_max_num_queries: Any) -> None:
        """However many are found."""
        from relight.record.selectors.finding import patients_find

        with django_assert_max_num_queries(16):
            assert patients_find("jean dupont 03.04.1970", act=act_for("nurse"))

    @pytest.mark.django_db(transaction=True)
    def test_who_was_shown_is_in_the_journal_first(self, people: Any, act_for: Any) -> None:
        """Every one of the list, before it leaves."""
        from relight.record.models import ReadNote
        from relight.record.services.finding import patients_search

        shown = {one.patient for one in patients_search(act=act_for("nurse"), text="dup")}
        assert shown == set(ReadNote.objects.values_list("patient", flat=True)) == {people["dupont"], people["dupond"]}

    def test_who_may_not_read_finds_nobody(self, people: Any, act_for: Any) -> None:
        """A technician has no business there."""
        from relight.record.services.finding import patients_search

        with pytest.raises(RelightError) as refusal:
            patients_search(act=act_for("technician"), text="noel")
        assert refusal.value.code == "RL-PPL-001"


def test_damm_finds_what_a_hand_does() -> None:
    """One wrong digit, or two neighbours changed."""
    digits = "8013000001"
    good = digits + check_digit(digits)
    for at in range(10):
        changed = good[:at] + good[at + 1] + good[at] + good[at + 2 :]
        assert changed == good or check_digit(changed[:-1]) != changed[-1]


@given(
    st.dictionaries(
        st.sampled_from(
            ("name", "birthDate", "gender", "identifier", "deceasedDateTime", "link", "telecom", "address", "extension")
        ),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=8),
            lambda x: (
                st.lists(x, max_size=3)
                | st.dictionaries(
                    st.sampled_from(("family", "given", "text", "use", "system", "value", "url", "type", "other", "period",
                                     "valueInteger", "reference", "line")), x, max_size=4,
                )
            ),
            max_leaves=10,
        ),
    )
)  # fmt: skip
def test_a_face_is_taken_from_any_shape(body: Any) -> None:
    """A projector never refuses: what has another shape than FHIR says is passed over."""
    from relight.record.rules.faces import face_of

    face = face_of(body)
    assert all(word == plain(word) for word in face.words)
