"""What a message says: every line becomes a result, a note, or a problem; no value is ever guessed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relight.lab.drivers import driver_find, driver_guess, driver_list, driver_read
from relight.lab.rules.driver import Driver, Standing
from relight.lab.rules.driver import TestMapping as Mapped
from relight.lab.rules.interpret import interpret, sender_of
from relight.lab.rules.values import Decimals, number_read, range_read, time_read
from relight.lab.types import HoldReason, MessageKind, Protocol
from relight.record.plain import is_loinc
from support.lab_reading import astm_bytes, lines_of, one_astm, one_hl7, oru, read_astm, read_hl7

GLUCOSE = "R|1|^^^GLU|{value}|{unit}|{range}|{flags}||{status}"


def chem(**more: str) -> Driver:
    """A driver with glucose, INR and a blood group."""
    text = "".join(f'{key} = "{value}"\n' for key, value in more.items())
    check = driver_read(
        f'format = 1\nid = "chem"\nname = "Chem"\n{text}texts = ["NEG"]\n'
        '[tests]\nGLU = "glucose"\nINR = "inr"\nABO = "abo"\nNa = "sodium"\n'.encode(),
        "chem.toml",
    )
    assert check.driver is not None
    return check.driver


def glucose(value: str, *, unit: str = "mg/dL", range: str = "", flags: str = "", status: str = "F", **more: str):  # type: ignore[no-untyped-def]
    """Read one glucose with that driver."""
    record = GLUCOSE.format(value=value, unit=unit, range=range, flags=flags, status=status)
    return one_astm(record, driver=chem(**more))


# -- numbers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "number"),
    [
        ("98", "98"),
        ("  5.90", "5.90"),
        ("<0.5", "<0.5"),
        ("> 1000", ">1000"),
        ("<=7", "<=7"),
        ("≥3", ">=3"),
        ("-1.5", "-1.5"),
        ("+4", "4"),
        ("0.10", "0.10"),
        (".5", "0.5"),
        ("007", "7"),
        ("123456789012345678.123456789", "123456789012345678.123456789"),
    ],
)
def test_a_number_is_kept_exactly(sent: str, number: str) -> None:
    """Every digit as sent, trailing zeros and comparators too."""
    line = glucose(sent)
    assert (line.number, line.value, line.hold) == (number, sent.strip(), None)


@pytest.mark.parametrize(
    "sent",
    ["1,234", "1.2.3", "5,4", "1E3", "1e-3", "4.", "٣", "5 4", "--", "", "No Result", "NaN", "inf", "0x10", "5-6", "5^6",
     "5\\6", "<", "<>5", "1/2", "5.4 mg/dL", "*5.4", "½"],
)  # fmt: skip
def test_what_could_be_read_in_two_ways_is_no_number(sent: str) -> None:
    """It waits for a person, with its value as sent."""
    line = glucose(sent)
    assert (line.number, line.hold) == ("", HoldReason.UNREADABLE)
    assert line.value == sent.strip()
    assert line.loinc == "2345-7"


def test_a_decimal_comma_is_read_only_where_the_driver_says_so() -> None:
    """And a point is then what cannot be read."""
    assert glucose("5,4", decimals=",").number == "5.4"
    assert glucose("5.4", decimals=",").hold is HoldReason.UNREADABLE
    assert glucose("1.234,5", decimals=",").hold is HoldReason.UNREADABLE


@pytest.mark.parametrize(
    ("sent", "unit", "number", "ucum", "loinc"),
    [
        ("0.98", "g/L", "98.00", "mg/dL", "2345-7"),
        ("<0.5", "g/l", "<50.0", "mg/dL", "2345-7"),
        ("5.4", "mmol/L", "5.4", "mmol/L", "14749-6"),
    ],
)
def test_units_are_converted_exactly_and_never_across_properties(
    sent: str, unit: str, number: str, ucum: str, loinc: str
) -> None:
    """Mass stays mass; another property is another LOINC code."""
    line = glucose(sent, unit=unit)
    assert (line.number, line.unit, line.loinc, line.unit_sent) == (number, ucum, loinc, unit)


@pytest.mark.parametrize("unit", ["", "U/L", "mg", "furlong", "MG/DL"])
def test_a_unit_the_driver_does_not_know_for_a_test_waits(unit: str) -> None:
    """A known test with no unit, a wrong one, or one in another case is not guessed."""
    line = glucose("98", unit=unit)
    assert (line.hold, line.loinc, line.number) == (HoldReason.UNKNOWN_UNIT, "", "")


def test_a_test_that_has_no_unit_needs_none() -> None:
    """An INR comes bare, or with its name for a unit."""
    for unit in ("", "INR", "{INR}"):
        line = one_astm(f"R|1|^^^INR|2.4|{unit}||||F", driver=chem())
        assert (line.number, line.unit, line.hold) == ("2.4", "{INR}", None)


def test_words_are_results_where_the_driver_says_so() -> None:
    """A blood group is a text; a word for a number only when it is listed."""
    group = one_astm("R|1|^^^ABO|A||||||F", driver=chem())
    assert (group.value, group.number, group.loinc, group.hold) == ("A", "", "883-9", None)
    assert glucose("NEG").hold is None
    assert glucose("POS").hold is HoldReason.UNREADABLE


# -- meaning ---------------------------------------------------------------------------------------


def test_the_generic_driver_knows_loinc_codes_sent_as_such_and_nothing_else() -> None:
    """ASTM by the universal part of the code, HL7 by its coding system LN."""
    assert one_astm("R|1|2345-7|98|mg/dL||||F").loinc == "2345-7"
    assert one_astm("R|1|^^^GLU^2345-7|98|mg/dL||||F").loinc == "2345-7"
    assert one_astm("R|1|^^^GLU|98|mg/dL||||F").hold is HoldReason.UNKNOWN_TEST
    assert one_astm("R|1|2345-8|98|mg/dL||||F").hold is HoldReason.UNKNOWN_TEST  # its check digit does not fit
    assert one_hl7("OBX|1|NM|2345-7^Glucose^LN||98|mg/dL|||||F").loinc == "2345-7"
    assert one_hl7("OBX|1|NM|GLU^Glucose^L^2345-7^Glucose^LN||98|mg/dL|||||F").loinc == "2345-7"
    assert one_hl7("OBX|1|NM|99-1^Glucose^L||98|mg/dL|||||F").hold is HoldReason.UNKNOWN_TEST


def test_a_loinc_code_with_a_unit_of_another_property_waits() -> None:
    """2345-7 is a mass: mmol/L with it is a contradiction."""
    assert one_hl7("OBX|1|NM|2345-7^Glucose^LN||5.4|mmol/L|||||F").hold is HoldReason.UNKNOWN_UNIT


def test_a_loinc_code_nobody_listed_goes_with_a_known_unit_only() -> None:
    """A number without a unit could be anything; a word needs none."""
    assert one_hl7("OBX|1|NM|1-8^Acyclovir^LN||5|mg/L|||||F").number == "5"
    assert one_hl7("OBX|1|NM|1-8^Acyclovir^LN||5||||||F").hold is HoldReason.UNKNOWN_UNIT
    assert one_hl7("OBX|1|CE|94500-6^SARS-CoV-2^LN||260415000^Not detected^SCT||||||F").value == "Not detected"


def test_what_a_person_mapped_counts_for_the_unit_it_was_mapped_for() -> None:
    """Beside the driver, on this link alone."""
    row = Mapped(code="ZZZ", unit_sent="x", loinc="2823-3", name="Potassium", unit="mmol/L", factor="0.1")
    found = one_astm("R|1|^^^ZZZ|41|x||||F", maps=[row])
    assert (found.loinc, found.number, found.unit, found.name) == ("2823-3", "4.1", "mmol/L", "Potassium")
    assert one_astm("R|1|^^^ZZZ|41|y||||F", maps=[row]).hold is HoldReason.UNKNOWN_UNIT


def test_another_specimen_than_the_driver_knows_a_test_for_waits() -> None:
    """The same code runs on serum and on urine: the urine is not posted as serum."""
    check = driver_read(
        b'format = 1\nid = "s"\nname = "S"\n[specimens]\nSER = "serum"\nUR = "urine"\n[tests]\nNa = "sodium"\n',
        "s.toml",
    )
    assert check.driver is not None
    for specimen, hold in (("SER", None), ("", None), ("UR", HoldReason.UNKNOWN_TEST), ("?", HoldReason.UNKNOWN_TEST)):
        order = "O|1|S1" + "|" * 13 + specimen
        line = lines_of(read_astm("P|1", order, "R|1|^^^Na|140|mmol/L||||F", driver=check.driver))[0]
        assert line.hold is hold, specimen


# -- standing, flags, ranges, times ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "standing", "hold"),
    [
        ("F", Standing.FINAL, None),
        ("", Standing.FINAL, None),
        ("P", Standing.PRELIMINARY, None),
        ("W", Standing.PRELIMINARY, None),
        ("C", Standing.CORRECTION, None),
        ("?", Standing.PRELIMINARY, None),
        ("X", Standing.UNUSABLE, HoldReason.UNREADABLE),
        ("I", Standing.UNUSABLE, HoldReason.UNREADABLE),
    ],
)
def test_a_status_says_how_a_result_stands(status: str, standing: Standing, hold: HoldReason | None) -> None:
    """What is not measured yet, or cannot be, waits; a word nobody knows is preliminary."""
    line = glucose("98", status=status)
    assert (line.standing, line.hold) == (standing, hold)


@pytest.mark.parametrize("status", ["D", "W", "X", "N", "I"])
def test_a_result_the_sender_takes_back_waits(status: str) -> None:
    """Deleted, posted for the wrong patient, not obtained: a person decides."""
    assert one_hl7(f"OBX|1|NM|2345-7^Glucose^LN||98|mg/dL|||||{status}").hold is HoldReason.UNREADABLE


def test_flags_are_kept_as_sent_and_mapped_by_the_driver() -> None:
    """Every repeat; a doubled one once. LL, HH and AA are critical."""
    assert glucose("98", flags="H\\A\\H").flags == ("H", "A")
    assert not glucose("98", flags="H").is_critical
    assert glucose("20", flags="LL").is_critical
    assert one_astm("R|1|^^^1.0+950+1.0|51|||^0^NQ\\^0^NR||F", driver="ortho-vitros").flags == ("NQ", "NR")


@pytest.mark.parametrize(
    ("value", "limits", "inside"),
    [
        ("98", "70-100", True),
        ("98", "70 - 90", False),
        ("70", "70-100", True),
        ("98", "<100", True),
        ("100", "<100", False),
        ("100", "<=100", True),
        ("98", ">100", False),
        ("98", "Negative", None),
        ("98", "", None),
        ("98", "100-70", None),
        ("<5", "<100", True),
        ("<5", "3-100", None),
        (">500", "70-100", None),
        (">500", ">100", True),
    ],
)
def test_a_range_is_judged_only_when_it_is_one(value: str, limits: str, inside: bool | None) -> None:
    """None where nobody can say: an inverted range, words, a comparator that leaves it open."""
    assert glucose(value, range=limits).in_range is inside


def test_times_are_read_with_and_without_an_offset() -> None:
    """Seconds may be missing; what is no time is none."""
    assert time_read("20261123085900") == datetime(2026, 11, 23, 8, 59)
    assert time_read("202611230859+0100") == datetime(2026, 11, 23, 7, 59, tzinfo=UTC)
    assert time_read("20261123") == datetime(2026, 11, 23)
    for bad in ("", "2026", "20261399", "20261123256100", "00010101", "99991231", "yesterday", "20261123085900+9900"):
        assert time_read(bad) is None


# -- samples, controls, messages -------------------------------------------------------------------


def test_several_orders_of_one_sample_are_one_sample() -> None:
    """In their order; samples without an id stay apart."""
    reading = read_astm(
        "P|1||A1", "O|1|S1", "R|1|2345-7|98|mg/dL||||F", "O|2|S1", "R|1|2823-3|4.1|mmol/L||||F",
        "O|3|", "R|1|2823-3|4.2|mmol/L||||F", "O|4|", "R|1|2823-3|4.3|mmol/L||||F",
    )  # fmt: skip
    assert [(sample.sample, len(sample.lines)) for sample in reading.samples] == [("S1", 2), ("", 1), ("", 1)]


def test_one_order_for_two_specimens_names_no_sample() -> None:
    """Nobody can say which of them was measured."""
    assert read_astm("P|1", "O|1|S1\\S2", "R|1|2345-7|98|mg/dL||||F").samples[0].sample == ""
    two = read_hl7("PID|1", "OBR|1||X", "OBX|1|NM|2345-7^G^LN||98|mg/dL|||||F", "SPM|1|S1", "SPM|2|S2")
    assert two.samples[0].sample == ""


def test_a_sample_id_too_long_to_keep_is_not_cut() -> None:
    """Cut, it could be somebody else's."""
    reading = read_astm("P|1", "O|1|" + "9" * 81, "R|1|2345-7|98|mg/dL||||F")
    assert reading.samples[0].sample == ""
    assert lines_of(reading)[0].hold is HoldReason.NO_SAMPLE


def test_a_control_is_told_from_a_patient() -> None:
    """By the action code, by its sample id; lot and level where the driver says they stand."""
    assert read_astm("P|1", "O|1|S1||||||||" + "|Q", "R|1|2345-7|98|mg/dL||||F").kind is MessageKind.QC
    control = read_astm("P|1", "O|1||^^QC-4711|", "R|1|^^^^WBC^1|7.1|10*3/uL||||F", driver="sysmex-xn")
    assert (control.kind, control.samples[0].lot) == (MessageKind.QC, "4711")
    law = read_hl7(
        "SPM|1|C1||SER|||||||Q^^HL70369", "OBR|1||C1", "OBX|1|NM|2345-7^G^LN||98|mg/dL|||||F", head="OUL^R22^OUL_R22"
    )
    assert law.kind is MessageKind.QC
    assert read_astm("P|1", "O|1|QC-1", "R|1|2345-7|98|mg/dL||||F").kind is MessageKind.RESULTS


def test_a_control_always_has_a_level_and_a_lot() -> None:
    """Targets hang on them: its own name for a level nobody says, a dash for a lot nobody says."""
    bare = read_astm("P|1", "O|1|CTRL1||||||||" + "|Q", "R|1|2345-7|98|mg/dL||||F").samples[0]
    assert (bare.level, bare.lot) == ("CTRL1", "-")
    unnamed = read_astm("P|1", "O|1|||||||||" + "|Q", "R|1|2345-7|98|mg/dL||||F").samples[0]
    assert (unnamed.level, unnamed.lot) == ("-", "-")
    assert read_astm("P|1", "O|1|S1", "R|1|2345-7|98|mg/dL||||F").samples[0].lot == ""


def test_a_message_with_a_control_and_a_patient_is_split() -> None:
    """Each sample is what it is; the message is one of results."""
    reading = read_astm(
        "P|1||A1", "O|1|QC-1", "R|1|^^^^WBC^1|7.1|10*3/uL||||F", "P|2||A2", "O|1|S2", "R|1|^^^^WBC^1|6.0|10*3/uL||||F",
        driver="sysmex-xn",
    )  # fmt: skip
    assert reading.kind is MessageKind.RESULTS
    assert [(sample.sample, sample.is_qc) for sample in reading.samples] == [("QC-1", True), ("S2", False)]
    assert reading.samples[0].patient.is_silent


def test_supplementary_observations_are_notes_of_the_result_above_them() -> None:
    """LAW sends pipetting times and reagent states as OBX: they are no results, and not lost."""
    reading = read_hl7(
        "SPM|1|S1", "OBR|1||S1",
        "OBX|1|NM|2345-7^Glucose^LN||98|mg/dL|||||F",
        "OBX|2|DTM|PT^Pipetting_Time^99^S_OTHER^Other^IHELAW||20261123085900||||||F",
        "NTE|1||seen",
        head="OUL^R22^OUL_R22",
    )  # fmt: skip
    assert [line.notes for line in lines_of(reading)] == ["PT: 20261123085900\nseen"]
    assert reading.beside == 1


def test_a_specimen_below_its_order_is_that_orders() -> None:
    """ORU^R01 names the specimen behind the results, OUL^R22 before them."""
    obx = "OBX|1|NM|2345-7^Glucose^LN||{}|mg/dL|||||F"
    below = read_hl7("PID|1", "OBR|1||A", obx.format(1), "SPM|1|S1", "OBR|2||B", obx.format(2), "SPM|1|S2")
    assert [(s.sample, s.lines[0].value) for s in below.samples] == [("S1", "1"), ("S2", "2")]
    above = read_hl7(
        "SPM|1|S1", "OBR|1||A", obx.format(1), "SPM|1|S2", "OBR|2||B", obx.format(2), head="OUL^R22^OUL_R22"
    )
    assert [(s.sample, s.lines[0].value) for s in above.samples] == [("S1", "1"), ("S2", "2")]


def test_a_new_patient_takes_nothing_over_from_the_one_before() -> None:
    """Sample, order and specimen begin anew with PID."""
    reading = read_hl7(
        "PID|1||A1||DOE^JANE", "OBR|1||S1", "OBX|1|NM|2345-7^G^LN||98|mg/dL|||||F",
        "PID|2||A2||ROE^JOHN", "OBX|1|NM|2345-7^G^LN||99|mg/dL|||||F", "OBR|1||S2", "OBX|1|NM|2345-7^G^LN||97|mg/dL|||||F",
    )  # fmt: skip
    assert [(s.sample, s.patient.family) for s in reading.samples] == [("S1", "DOE"), ("S2", "ROE")]
    assert reading.beside == 1  # an observation of the patient, in a message that has orders, is no result
    assert [problem.code for problem in reading.problems] == ["RL-LAB-110"]


def test_the_patient_is_taken_as_said() -> None:
    """Every id; the null date of some programs is no date."""
    said = read_astm("P|1|H1|L2||DOE^JANE^Q||18991230|F", "O|1|S1", "R|1|2345-7|98|mg/dL||||F").samples[0].patient
    assert (said.ids, said.family, said.given, said.birth_date, said.sex) == (("H1", "L2"), "DOE", "JANE", "", "F")
    pid = "PID|1||A1^^^HOSP^MR~77^^^NAT||Noël^Jeanne||19510309|F"
    named = read_hl7(pid, "OBR|1||S1", "OBX|1|NM|2345-7^G^LN||98|mg/dL|||||F").samples[0].patient
    assert named.document() == {
        "ids": ["A1", "77"], "family": "Noël", "given": "Jeanne", "birth_date": "1951-03-09", "sex": "F",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("records", "kind"),
    [
        (["Q|1|^S1||ALL"], MessageKind.QUERY),
        (["P|1", "O|1|S1||^^^GLU|R"], MessageKind.OTHER),
        (["P|1", "O|1|S1||^^^GLU|R" + "|" * 20 + "X"], MessageKind.ORDER_REPLY),
        (["M|1|status"], MessageKind.OTHER),
        (["P|1", "O|1|S1", "R|1|2345-7|98|mg/dL||||F", "Q|1|^S1||ALL"], MessageKind.RESULTS),
    ],
)
def test_a_message_is_what_a_patient_waits_for_first(records: list[str], kind: MessageKind) -> None:
    """Results before anything else."""
    assert read_astm(*records).kind is kind


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        ("QBP^Q11", MessageKind.QUERY),
        ("ORL^O34", MessageKind.ORDER_REPLY),
        ("ACK", MessageKind.OTHER),
        ("ADT^A01", MessageKind.INVALID),
        ("ORU^R01", MessageKind.OTHER),
    ],
)
def test_an_hl7_message_is_what_its_header_says(head: str, kind: MessageKind) -> None:
    """Observations of a patient in an admission are no results of an analyzer."""
    segments = ["PID|1", "OBX|1|NM|8302-2^Height^LN||180|cm|||||F"] if head.startswith("ADT") else ["PID|1"]
    reading = read_hl7(*segments, head=head)
    assert (reading.kind, reading.samples) == (kind, ())


@pytest.mark.parametrize("protocol", list(Protocol))
@pytest.mark.parametrize("content", [b"", b"\x00\xff", b"hello", b"P|1\r", b"MSH", b"H"])
def test_what_is_no_message_is_invalid_with_its_place(content: bytes, protocol: Protocol) -> None:
    """Never an exception: a code and a byte."""
    reading = interpret(content, protocol=protocol, driver=driver_find("generic"))
    assert reading.kind is MessageKind.INVALID
    assert reading.problems[0].code.startswith("RL-WIR-")


def test_no_text_a_database_cannot_keep_comes_out() -> None:
    """A zero byte becomes the sign for what cannot be shown."""
    reading = interpret(
        astm_bytes("P|1||A\x001", "O|1|S\x001", "R|1|^^^G\x00|9\x00|m||||F"),
        protocol=Protocol.ASTM,
        driver=driver_find("generic"),
    )
    texts = [reading.samples[0].sample, *reading.samples[0].patient.ids, *(line.value for line in lines_of(reading))]
    assert not any("\0" in text for text in texts)


# -- nothing is lost, nothing breaks ---------------------------------------------------------------

WORDS = st.sampled_from(
    ["", "1", "5.4", "<3", "1,5", "GLU", "2345-7", "^^^GLU", "^^^^WBC^1", "mg/dL", "F", "P", "X", "H\\L", "Q", "^", "\\", "&F&",
     "S1", "S1\\S2", "é", "\x00", "19700101", "~", "LN", "NM", "CE", "a^b^c", "\"\""]
)  # fmt: skip
FIELDS = st.lists(WORDS, max_size=16).map("|".join)
RECORD = st.tuples(st.sampled_from(["P", "O", "R", "C", "M", "Q", "L", "X"]), FIELDS).map("|1|".join)
SEGMENT = st.tuples(
    st.sampled_from(["PID", "OBR", "ORC", "SPM", "SAC", "OBX", "NTE", "PV1", "ZZZ", "TCD"]), FIELDS
).map("|1|".join)
DRIVERS = st.sampled_from(driver_list())


@given(st.lists(RECORD, max_size=12), DRIVERS)
def test_no_line_of_an_astm_message_is_lost(records: list[str], driver: Driver) -> None:
    """Each R record is one result, or one note of one, or among the problems."""
    content = astm_bytes(*records)
    reading = interpret(content, protocol=Protocol.ASTM, driver=driver)
    sent = sum(part.startswith(b"R|") for part in content.split(b"\r"))
    assert len(lines_of(reading)) + reading.beside == sent
    assert len({line.at for line in lines_of(reading)}) == len(lines_of(reading))


@given(st.lists(SEGMENT, max_size=12), DRIVERS, st.sampled_from(["ORU^R01", "OUL^R22", "OUL^R24"]))
def test_no_line_of_an_hl7_message_is_lost(segments: list[str], driver: Driver, head: str) -> None:
    """Each OBX segment likewise."""
    content = oru(*segments, head=head)
    reading = interpret(content, protocol=Protocol.HL7, driver=driver)
    sent = sum(part.startswith(b"OBX|") for part in content.split(b"\r"))
    assert len(lines_of(reading)) + reading.beside == sent
    assert len({line.at for line in lines_of(reading)}) == len(lines_of(reading))


@settings(max_examples=300)
@given(st.binary(max_size=400), st.sampled_from(Protocol), DRIVERS, st.booleans())
def test_any_bytes_are_read_or_refused(content: bytes, protocol: Protocol, driver: Driver, headed: bool) -> None:
    """Nothing but values comes out, whatever comes in."""
    start = (rb"H|\^&|||X" if protocol is Protocol.ASTM else rb"MSH|^~\&|X|||||ORU^R01|1|P|2.5.1") + b"\r"
    reading = interpret(start + content if headed else content, protocol=protocol, driver=driver)
    assert all(problem.code.startswith("RL-") for problem in reading.problems)
    for line in lines_of(reading):
        assert line.hold is not None or line.loinc
        assert not line.number or line.hold is None
    sender_of(content, protocol=protocol)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9))
def test_a_number_read_and_written_is_the_same(number: object) -> None:
    """Digit by digit."""
    text = f"{number:f}"
    found = number_read(text)
    assert found is not None
    assert f"{found.value:f}" == text
    assert number_read(text.replace(".", ","), decimals=Decimals.COMMA) == found
    assert number_read(text.replace(".", ",")) is None


def test_ranges_and_codes_refuse_what_looks_like_them() -> None:
    """Two dots, letters, a wrong check digit."""
    assert range_read("1.2.3-4") is None
    assert range_read("a-b") is None
    assert [is_loinc(code) for code in ("2345-7", "2345-8", "2345", "-7", "٢345-7")] == [
        True, False, False, False, False,
    ]  # fmt: skip


CAPTURES = [
    ("sysmex-xn", "astm/wordjelly+Ruby-ASTM/test/resources/sysmex_550_sample.txt", 28, {"WBC": "6690-2"}),
    ("stago-sta", "astm/wordjelly+Ruby-ASTM/test/resources/stago.txt", 6, {"SPT": "5902-2", "SAPTT": "14979-9"}),
    ("siemens-clinitek", "astm/wordjelly+Ruby-ASTM/test/resources/siemens_control.txt", 10, {"pH": "5803-2"}),
    ("horiba-h500", "astm/nishishailesh+astm_general/2020-04-07-17-07-04-681716", 27, {"PLT": "777-3"}),
    ("roche-cobas-pro", "hl7v2/medplum+medplum/LAW_OUL_R22_cobas_pro_c503.hl7", 1, {}),
    ("mindray-bc", "hl7v2/DIGI-UW+OpenELIS-Global-2/src/test/resources/testdata/hl7/mindray-cbc-result.hl7", 4, {"HCT": "4544-3"}),
]  # fmt: skip


@pytest.mark.parametrize(("driver", "path", "count", "loincs"), CAPTURES, ids=[name for name, *_ in CAPTURES])
def test_captures_of_real_analyzers_are_read_by_their_driver(
    driver: str, path: str, count: int, loincs: dict[str, str]
) -> None:
    """The header finds the driver; the counts are those of the capture."""
    from relight.lab.decode import decode

    file = Path(__file__).resolve().parents[3] / "shared" / "data" / path
    if not file.exists():
        pytest.skip("the real captures (../shared/data) are not here")
    found = decode(file.read_bytes())
    assert {message.driver for message in found.messages} == {driver}
    lines = [line for message in found.messages for line in lines_of(message.reading)]
    assert len(lines) == count
    assert {line.code: line.loinc for line in lines if line.code in loincs} == loincs
    assert driver_guess(found.messages[0].reading.sender, protocol=Protocol(found.protocol)).id == driver
