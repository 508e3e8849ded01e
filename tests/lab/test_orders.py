"""Orders: one number, one patient; nothing doubled, nothing lost, nothing of a patient in the journal."""

from __future__ import annotations

import gzip
import json
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relight.kernel.errors import InputError, MissingError, RelightError, RuleError
from relight.lab.rules.orders_table import date_read, time_read
from relight.lab.selectors.orders import (
    order_get,
    order_of_sample,
    orders_of_samples,
    orders_open,
)
from relight.lab.services.order_import import orders_import
from relight.lab.services.order_states import order_tests_done
from relight.lab.services.orders import (
    order_cancel,
    order_make,
    order_tests_add,
)
from relight.record.api import catalogue_now, sample_numbers_take, series_list, series_reserve
from relight.record.plain import Lookup, Series, check_digit, sample_refusal, series_refusal
from support.lab_orders import CREATININE, HAEMOGLOBIN, POTASSIUM, SODIUM, new_order, order_typed

DIGITS = st.text("0123456789", min_size=1, max_size=11)


class TestNumbers:
    """Reserved sample numbers."""

    @given(DIGITS, st.integers(0, 10), st.integers(1, 9))
    def test_one_wrong_digit_is_always_found(self, body: str, place: int, shift: int) -> None:
        """Every number differs from every other in more than one digit."""
        number = body + check_digit(body)
        at = place % len(number)
        wrong = number[:at] + str((int(number[at]) + shift) % 10) + number[at + 1 :]
        assert check_digit(wrong[:-1]) != wrong[-1]

    @given(DIGITS, st.integers(0, 10))
    def test_two_neighbours_that_changed_places_are_always_found(self, body: str, place: int) -> None:
        """The commonest slip of tired fingers."""
        number = body + check_digit(body)
        at = place % (len(number) - 1)
        swapped = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
        assert swapped == number or check_digit(swapped[:-1]) != swapped[-1]

    def test_damms_own_example(self) -> None:
        """572 has the check digit 4. Source: Damm's thesis."""
        assert check_digit("572") == "4"

    @pytest.mark.parametrize(
        ("sample", "code"),
        [
            ("9010000010", "RL-LAB-203"),
            ("9010000083", "RL-LAB-205"),
            ("A B", "RL-LAB-204"),
            ("é1", "RL-LAB-204"),
            ("-1", "RL-LAB-204"),
            ("1" * 41, "RL-LAB-204"),
            ("12^34", "RL-LAB-204"),
        ],
    )
    def test_a_number_that_cannot_be_right_is_refused(self, sample: str, code: str) -> None:
        """A wrong check digit, a number not given out, what no barcode or analyzer carries."""
        series = Series(prefix="901", digits=6, last=5)
        sample = sample if code != "RL-LAB-205" else series.number(8)
        sample = sample if code != "RL-LAB-203" else series.number(1)[:-1] + str((int(series.number(1)[-1]) + 1) % 10)
        refusal = sample_refusal(sample, series=[series])
        assert refusal is not None
        assert refusal.code == code

    def test_the_laboratory_systems_own_numbers_are_taken_as_they_are(self) -> None:
        """Only what lies in a reserved range has Relight's check digit."""
        assert sample_refusal("26-1123.0042_A", series=[Series(prefix="901", digits=6, last=5)]) is None

    @pytest.mark.parametrize(("prefix", "digits"), [("9", 6), ("90a1", 6), ("901", 3), ("901234", 8), ("９０１", 6)])
    def test_a_range_an_analyzer_could_not_carry_is_not_reserved(self, prefix: str, digits: int) -> None:
        """Digits only, twelve at most."""
        refusal = series_refusal(Series(prefix=prefix, digits=digits), others=[])
        assert refusal is not None
        assert refusal.code == "RL-LAB-212"

    @pytest.mark.parametrize("prefix", ["901", "90", "9012"])
    def test_two_ranges_never_share_a_number(self, prefix: str) -> None:
        """Not the same prefix, not one that begins or continues it."""
        refusal = series_refusal(Series(prefix=prefix, digits=6), others=[Series(prefix="901", digits=6)])
        assert refusal is not None
        assert refusal.code == "RL-LAB-213"

    def test_a_range_ends_with_an_error_and_not_with_a_longer_number(self) -> None:
        """The ten-thousandth number of four digits is refused."""
        with pytest.raises(RuleError, match="RL-LAB-214"):
            Series(prefix="901", digits=4).number(10_000)


@pytest.mark.django_db
class TestMaking:
    """Orders typed by hand."""

    def test_an_order_without_a_number_gets_the_next_reserved_one_of_its_site(self, act_for: Any) -> None:
        """Each site counts for itself, and each number is right by its check digit."""
        act = act_for("laboratory")
        arlon = [order_typed(act).sample for _ in range(3)]
        virton = order_typed(act, site="virton").sample
        assert len({*arlon, virton}) == 4
        assert [number[:-1] for number in arlon] == ["9010000001", "9010000002", "9010000003"]
        assert virton[:-1] == "9011000001"
        assert all(check_digit(n[:-1]) == n[-1] for n in [*arlon, virton])

    def test_a_reserved_range_replaces_the_sites_own_and_the_old_one_stays_taken(self, act_for: Any) -> None:
        """What the laboratory system agreed to is used from then on."""
        act = act_for("laboratory")
        old = order_typed(act).sample
        series_reserve(act=act, site="arlon", prefix="77", digits=5)
        assert order_typed(act).sample.startswith("7700001")
        assert [row.open for row in series_list()] == [True, False]
        refused = None
        try:
            order_typed(act, sample=old)
        except RuleError as error:
            refused = error.code
        assert refused == "RL-LAB-202"

    def test_numbers_given_out_ahead_are_taken_by_the_order_that_is_typed_for_them(self, act_for: Any) -> None:
        """Labels may be stuck on at the bedside before the order is typed."""
        act = act_for("nurse")
        numbers = sample_numbers_take(act=act, site="arlon", count=3)
        assert order_typed(act, sample=numbers[1]).sample == numbers[1]
        assert order_typed(act).sample not in numbers

    def test_two_patients_never_share_a_number(self, act_for: Any) -> None:
        """The second order is refused with its code, and the first is left as it was."""
        act = act_for("laboratory")
        first = order_typed(act, sample="26112300042")
        with pytest.raises(RuleError, match="RL-LAB-202"):
            order_make(act=act, order=new_order(sample=" 26112300042 ", family="Other"))
        assert order_of_sample("26112300042") == first

    @pytest.mark.parametrize(
        ("fields", "code"),
        [({"family": " "}, "RL-LAB-208"), ({"birth_date": date(2999, 1, 1)}, "RL-LAB-232")],
    )
    def test_an_order_says_who_it_is_for(self, act_for: Any, fields: dict[str, Any], code: str) -> None:
        """A name, and a birth date that has been."""
        with pytest.raises(InputError) as refused:
            order_make(act=act_for("nurse"), order=new_order(**fields))
        assert refused.value.code == code

    def test_the_same_test_twice_is_wanted_once(self, act_for: Any) -> None:
        """Two panels that share a test."""
        assert [t.loinc for t in order_typed(act_for("nurse"), SODIUM, POTASSIUM, SODIUM).tests] == [SODIUM, POTASSIUM]

    def test_nothing_of_the_patient_stands_in_the_journal(self, act_for: Any) -> None:
        """Neither name, nor number of record, nor sample."""
        from relight.journal.api import entry_list

        act = act_for("laboratory")
        order = order_typed(act, note="son appelle")
        order_tests_add(act=act, order=order.id, tests=new_order(CREATININE).tests)
        order_cancel(act=act, order=order.id, reason="Jeanne went home")
        text = json.dumps([[e.subject, dict(e.body), [dict(v.body) for v in e.events]] for e in entry_list()[0:50]])
        for secret in ("Noël", "Jeanne", "A-104233", order.sample, "son appelle"):
            assert secret not in text

    def test_reading_many_orders_costs_seven_queries(self, act_for: Any, django_assert_num_queries: Any) -> None:
        """However many samples a message names."""
        act = act_for("laboratory")
        samples = [order_typed(act).sample for _ in range(12)]
        with django_assert_num_queries(7):
            found = orders_of_samples([*samples, "unknown", ""])
        assert set(found) == set(samples)


@pytest.mark.django_db
class TestChanging:
    """What happens to an order afterwards."""

    def test_a_test_added_later_opens_a_finished_order_again(self, act_for: Any, gateway: Any) -> None:
        """An add-on is measured like the rest."""
        order = order_typed(act_for("nurse"), SODIUM)
        _done(gateway(), order, SODIUM)
        assert order_get(order.id).state == "done"
        order_tests_add(act=act_for("nurse"), order=order.id, tests=new_order(CREATININE).tests)
        found = order_get(order.id)
        assert found.state == "open"
        assert [t.loinc for t in found.open_tests] == [CREATININE]

    def test_an_order_is_done_when_its_last_test_is(self, act_for: Any, gateway: Any) -> None:
        """Not before."""
        order = order_typed(act_for("nurse"), SODIUM, POTASSIUM)
        _done(gateway(), order, SODIUM)
        assert order_get(order.id).state == "open"
        _done(gateway(), order, POTASSIUM)
        assert order_get(order.id).state == "done"

    def test_a_cancelled_order_keeps_its_number_and_its_reason(self, act_for: Any) -> None:
        """Nobody else gets the number, and the next shift reads why."""
        act = act_for("nurse")
        order = order_typed(act)
        order_cancel(act=act, order=order.id, reason="Tube broken")
        found = order_get(order.id)
        assert (found.state, found.cancel_reason, found.open_tests) == ("cancelled", "Tube broken", ())
        with pytest.raises(RuleError, match="RL-LAB-202"):
            order_make(act=act, order=new_order(sample=order.sample))
        with pytest.raises(RuleError, match="RL-LAB-209"):
            order_tests_add(act=act, order=order.id, tests=new_order(CREATININE).tests)

    def test_no_reason_no_cancelling(self, act_for: Any) -> None:
        """The ward will ask."""
        act = act_for("nurse")
        with pytest.raises(InputError, match="RL-LAB-211"):
            order_cancel(act=act, order=order_typed(act).id, reason="  ")

    def test_an_order_with_a_result_cannot_be_cancelled(self, act_for: Any, gateway: Any) -> None:
        """Results stay with their sample."""
        act = act_for("nurse")
        order = order_typed(act, SODIUM)
        _done(gateway(), order, SODIUM)
        with pytest.raises(RuleError, match="RL-LAB-210"):
            order_cancel(act=act, order=order.id, reason="no longer needed")

    def test_an_unknown_order_is_said_to_be_unknown(self, act_for: Any) -> None:
        """A code, no stack trace."""
        with pytest.raises(MissingError, match="RL-LAB-201"):
            order_cancel(act=act_for("nurse"), order=uuid4(), reason="x")

    def test_the_open_ones_come_immediate_first(self, act_for: Any, clock: Any) -> None:
        """Then urgent, then by time; with LOINC only those an analyzer can do."""
        made = {}
        for priority in ("routine", "urgent", "stat"):
            clock.advance(minutes=1)
            made[priority] = order_typed(act_for("nurse"), SODIUM, priority=_priority(priority)).sample
        clock.advance(minutes=1)
        count = order_typed(act_for("nurse"), HAEMOGLOBIN)
        assert [o.sample for o in orders_open(loincs=[SODIUM])] == [made["stat"], made["urgent"], made["routine"]]
        assert [o.sample for o in orders_open(loincs=[HAEMOGLOBIN])] == [count.sample]
        assert orders_open(site="virton") == []


TABLE = """sample;nom;prénom;naissance;sexe;dossier;service;lit;priorité;prélevé;analyses
26-001;Noël;Jeanne;09/03/1951;F;A-104233;Urgences;12;stat;2026-11-23T08:05;Na, K, CRP
26-002;De Smet;Piet;19700101;M;A-104234;Chirurgie;3;;;Hémogramme|INR
;Nobody;X;1970-01-01;M;;;;;;Na
26-003;Maes;An;31/02/1980;F;;;;;;Na
26-004;Maes;An;1980-02-01;F;;;;;;Philosophy
26-005;Maes;An;1980-02-01;F;;;;;;
"""

OML = "\r".join(
    [
        "MSH|^~\\&|LIS|LAB|RELIGHT|LAB|20261123080000||OML^O33^OML_O33|C1|P|2.5.1||||||UNICODE UTF-8",
        "PID|1||A-104233^^^RECORD^MR||NOËL^JEANNE||19510309|F",
        "PV1|1|I|URG^12^A^ARLON",
        "SPM|1|26-101||SER^Serum^HL70487",
        "ORC|NW|P-1",
        "TQ1|||||||||S",
        "OBR|1|P-1||2951-2^Sodium^LN|||20261123075500",
        "ORC|NW|P-2",
        "OBR|2|P-2||K^Potassium^L^2823-3^Potassium^LN",
        "SPM|2|26-102||BLD^Blood^HL70487",
        "ORC|NW|P-3",
        "OBR|3|P-3||58410-2^CBC panel^LN",
        "",
    ]
).encode()

ORM = "\r".join(
    [
        "MSH|^~\\&|HIS|A|LIS|A|20261123||ORM^O01|C2|P|2.3",
        "PID|1||123||DUCK^DONALD||19341009|M",
        "ORC|NW|P-9|26-201",
        "OBR|1|P-9|26-201|718-7^Hemoglobin^LN",
        "",
    ]
).encode()


@pytest.mark.django_db
class TestTakingIn:
    """Files of orders."""

    def test_a_table_in_french_is_taken_and_bad_rows_stay_aside_with_line_and_code(self, act_for: Any) -> None:
        """Two orders, four rows aside."""
        report = orders_import(act=act_for("nurse"), content=TABLE.encode(), filename="ward.csv")
        assert (report.new, report.known) == (2, 0)
        assert [(row.line, row.refusal.code) for row in report.aside] == [
            (4, "RL-LAB-217"),
            (5, "RL-LAB-218"),
            (6, "RL-LAB-207"),
            (7, "RL-LAB-206"),
        ]
        order = order_of_sample("26-001")
        assert order is not None
        assert (order.family, order.birth_date, order.priority.value) == ("Noël", date(1951, 3, 9), "stat")
        assert [t.loinc for t in order.tests] == [SODIUM, POTASSIUM, "1988-5"]
        assert order.taken_at is not None
        count = order_of_sample("26-002")
        assert count is not None
        assert [t.loinc for t in count.tests][-1] == "6301-6"
        assert len(count.tests) == 11

    @pytest.mark.parametrize(
        "content", [TABLE.encode(), TABLE.encode("cp1252"), gzip.compress(TABLE.encode()), OML, ORM]
    )
    def test_a_file_read_again_changes_nothing(self, act_for: Any, content: bytes) -> None:
        """In any character set, packed or not."""
        first = orders_import(act=act_for("nurse"), content=content, filename="orders")
        again = orders_import(act=act_for("nurse"), content=content, filename="orders")
        assert first.new > 0
        assert (again.new, again.known, again.tests, again.cancelled) == (0, first.new, 0, 0)
        assert [row.line for row in again.aside] == [row.line for row in first.aside]

    def test_an_oml_gives_an_order_a_sample(self, act_for: Any) -> None:
        """Two samples of one patient; a panel's LOINC code is its tests."""
        report = orders_import(act=act_for("laboratory"), content=OML, filename="o33.hl7")
        assert (report.new, report.aside) == (2, ())
        serum, blood = order_of_sample("26-101"), order_of_sample("26-102")
        assert serum is not None and blood is not None
        assert [t.loinc for t in serum.tests] == [SODIUM, POTASSIUM]
        assert (serum.family, serum.ward, serum.site, serum.bed, serum.priority.value) == (
            "NOËL",
            "URG",
            "ARLON",
            "12 A",
            "stat",
        )
        assert len(blood.tests) == 10

    def test_an_orm_names_its_sample_in_the_fillers_number(self, act_for: Any) -> None:
        """As version 2.3 does, which has no SPM."""
        orders_import(act=act_for("laboratory"), content=ORM, filename="orm.hl7")
        order = order_of_sample("26-201")
        assert order is not None
        assert [t.loinc for t in order.tests] == [HAEMOGLOBIN]

    def test_tests_that_come_later_join_the_order_that_is_here(self, act_for: Any) -> None:
        """Of the same patient under the same number."""
        orders_import(act=act_for("laboratory"), content=ORM, filename="orm.hl7")
        more = ORM.replace(b"718-7^Hemoglobin", b"777-3^Platelets")
        report = orders_import(act=act_for("laboratory"), content=more, filename="orm2.hl7")
        assert (report.new, report.known, report.tests) == (0, 1, 1)
        order = order_of_sample("26-201")
        assert order is not None
        assert [t.loinc for t in order.tests] == [HAEMOGLOBIN, "777-3"]

    @pytest.mark.parametrize(
        ("old", "new"), [(b"DUCK^DONALD", b"DUCK^DAISY"), (b"19341009", b"19341010"), (b"|M\r", b"|F\r")]
    )
    def test_another_patient_under_a_known_number_stays_aside(self, act_for: Any, old: bytes, new: bytes) -> None:
        """Name, birth date or sex: one that differs is another patient, and nothing is changed."""
        orders_import(act=act_for("laboratory"), content=ORM, filename="orm.hl7")
        before = order_of_sample("26-201")
        report = orders_import(act=act_for("laboratory"), content=ORM.replace(old, new), filename="orm.hl7")
        assert [row.refusal.code for row in report.aside] == ["RL-LAB-219"]
        assert order_of_sample("26-201") == before

    def test_the_sender_takes_back_what_was_not_measured(self, act_for: Any) -> None:
        """ORC-1 CA; an order nothing is left of is cancelled, and reading the first file again revives nothing."""
        act = act_for("laboratory")
        orders_import(act=act, content=ORM, filename="orm.hl7")
        report = orders_import(act=act, content=ORM.replace(b"ORC|NW", b"ORC|CA"), filename="orm.hl7")
        assert report.cancelled == 1
        order = order_of_sample("26-201")
        assert order is not None and order.is_cancelled
        again = orders_import(act=act, content=ORM, filename="orm.hl7")
        assert [row.refusal.code for row in again.aside] == ["RL-LAB-209"]

    @pytest.mark.parametrize("content", [b"", b"hello", b"\x00\xff" * 50, b"a,b,c\n1,2,3\n", b"\x1f\x8bnot gzip"])
    def test_what_holds_no_orders_is_refused_whole(self, act_for: Any, content: bytes) -> None:
        """And nothing is written."""
        with pytest.raises(InputError, match="RL-LAB-215"):
            orders_import(act=act_for("nurse"), content=content, filename="x")

    def test_a_packed_file_is_never_unpacked_beyond_the_limit(self, act_for: Any) -> None:
        """A small file that would fill the memory is refused."""
        with pytest.raises(InputError, match="RL-LAB-216"):
            orders_import(act=act_for("nurse"), content=gzip.compress(b"0" * (17 * 1024 * 1024)), filename="bomb.gz")

    @given(st.binary(max_size=300))
    def test_any_row_gives_an_order_or_a_code(self, noise: bytes) -> None:
        """Readers raise coded errors only, whatever stands in the file."""
        from django.utils.timezone import get_current_timezone

        from relight.lab.rules.orders_hl7 import messages_read
        from relight.lab.rules.orders_table import table_read

        lookup, zone = Lookup.over(catalogue_now()), get_current_timezone()
        text = "sample;family;tests;birth_date;taken\n" + noise.decode("latin-1")
        for row in table_read(text, lookup=lookup, zone=zone, source="x") or ():
            assert (row.order is None) != (row.refusal is None)
        for row in messages_read(ORM[:40] + noise + ORM[40:], lookup=lookup, zone=zone, source="x") or ():
            assert (row.order is None) != (row.refusal is None)


class TestWords:
    """Reading what people write."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("2026-11-23", date(2026, 11, 23)),
            ("20261123", date(2026, 11, 23)),
            ("3/4/2026", date(2026, 4, 3)),
            ("", None),
        ],
    )
    def test_dates_are_iso_or_have_the_day_first(self, text: str, expected: date | None) -> None:
        """As in Belgium."""
        assert date_read(text) == expected

    @pytest.mark.parametrize("text", ["32/01/2026", "2026", "yesterday", "2026-13-01"])
    def test_a_date_that_is_none_is_refused(self, text: str) -> None:
        """Never half read."""
        with pytest.raises(RelightError, match="RL-LAB-218"):
            date_read(text)

    def test_a_time_without_a_zone_is_local(self) -> None:
        """HL7 digits and ISO alike."""
        from zoneinfo import ZoneInfo

        brussels = ZoneInfo("Europe/Brussels")
        for text in ("202611230805", "2026-11-23T08:05", "20261123080500"):
            found = time_read(text, zone=brussels)
            assert found is not None
            assert found.isoformat() == "2026-11-23T08:05:00+01:00"
        zoned = time_read("202611230805+0000", zone=brussels)
        assert zoned is not None
        assert zoned.isoformat() == "2026-11-23T08:05:00+00:00"

    def test_a_word_two_tests_share_finds_neither(self) -> None:
        """“Sodium” in French is one test; a LOINC code of no catalogue is a test all the same."""
        lookup = Lookup.over(catalogue_now())
        assert [t.loinc for t in lookup.tests("sodium")] == [SODIUM]
        assert [t.loinc for t in lookup.tests(" Ionogramme ")] == [SODIUM, POTASSIUM, "2075-0", "1963-8"]
        assert [t.loinc for t in lookup.tests("5671-3")] == ["5671-3"]
        assert lookup.tests("5671-4") == ()


def _priority(word: str) -> Any:
    from relight.lab.rules.orders import Priority

    return Priority(word)


def _done(act: Any, order: Any, *loincs: str) -> None:
    from relight.journal.api import writing

    with writing(act) as log:
        order_tests_done(done={order.id: loincs})
        log.entry("lab.read", subject="lab:inbox", body={"count": 1})
