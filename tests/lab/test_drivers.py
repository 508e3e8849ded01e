"""Driver files: what is shipped is whole and right, and a faulty file says what is wrong and on which line."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relight.kernel.errors import RelightError
from relight.lab.drivers import driver_find, driver_guess, driver_list, driver_read, shared
from relight.lab.rules.driver import Driver, Place, Scale, Standing
from relight.lab.rules.driver import TestMapping as Mapped
from relight.lab.rules.driver import Tests as CodeBook
from relight.lab.rules.values import Decimals
from relight.lab.types import Protocol
from relight.record.plain import catalogue_read, is_loinc
from relight.wire.astm.link import FrameNumbers

DRIVERS = {driver.id: driver for driver in driver_list()}
WHOLE = 'format = 1\nid = "ours"\nname = "Our analyzer"\n'


def read(text: str) -> Driver:
    check = driver_read(text.encode(), "ours.toml")
    assert not check.faults, [str(fault) for fault in check.faults]
    assert check.driver is not None
    return check.driver


def faults(text: str) -> list[tuple[str, str]]:
    check = driver_read(text.encode(), "ours.toml")
    assert check.driver is None
    return [(fault.code, fault.where) for fault in check.faults]


# -- what is shipped -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(DRIVERS))
def test_every_shipped_driver_maps_to_loinc_codes_whose_check_digit_fits(name: str) -> None:
    """A mistyped LOINC code would post a result as another test."""
    for (code, unit), rule in DRIVERS[name].tests.items():
        assert is_loinc(rule.loinc), (code, rule.loinc)
        assert rule.name
        assert rule.factor > 0
        assert not unit or unit in DRIVERS[name].units.values()


def test_no_shipped_code_means_two_tests() -> None:
    """One LOINC code has one name and one unit wherever it stands: two meanings cannot share it."""
    seen: dict[str, tuple[str, str]] = {}
    for forms in shared().meanings.values():
        for form in forms:
            said = (form.rule.name, form.rule.unit)
            assert seen.setdefault(form.rule.loinc, said) == said
    assert len(seen) > 80


def test_units_agree_with_the_catalogue_of_tests() -> None:
    """What is measured and what is ordered are compared by number: the units must be the same."""
    text = Path(__file__).parents[2] / "src" / "relight" / "record" / "catalogue.toml"
    catalogue = catalogue_read(text.read_bytes())
    rules = [form.rule for forms in shared().meanings.values() for form in forms]
    common = [rule for rule in rules if rule.loinc in catalogue.tests]
    assert len(common) > 50
    assert {r.loinc: r.unit for r in common} == {r.loinc: catalogue.tests[r.loinc].unit for r in common}


@pytest.mark.parametrize(
    ("meaning", "sent", "loinc", "unit", "factor"),
    [
        ("hemoglobin", "g/L", "718-7", "g/dL", "0.1"),
        ("leukocytes", "10*3/uL", "6690-2", "10*9/L", "1"),
        ("leukocytes", "/uL", "6690-2", "10*9/L", "0.001"),
        ("glucose", "g/L", "2345-7", "mg/dL", "100"),
        ("glucose", "mmol/L", "14749-6", "mmol/L", "1"),
        ("creatinine", "umol/L", "14682-9", "umol/L", "1"),
        ("crp", "mg/dL", "1988-5", "mg/L", "10"),
        ("fibrinogen", "mg/dL", "3255-7", "g/L", "0.01"),
        ("hematocrit", "L/L", "4544-3", "%", "100"),
        ("tsh", "u[IU]/mL", "3016-3", "m[IU]/L", "1"),
    ],
)
def test_conversions_are_exact_and_keep_the_property(
    meaning: str, sent: str, loinc: str, unit: str, factor: str
) -> None:
    """Mass stays mass, amount of substance stays that: each has a code of its own."""
    found = [form for form in shared().meanings[meaning] if sent in form.factors]
    assert [(form.rule.loinc, form.rule.unit, form.factors[sent]) for form in found] == [(loinc, unit, Decimal(factor))]


@pytest.mark.parametrize(
    ("sender", "protocol", "name"),
    [
        ("XN-550 00-19 14718", Protocol.ASTM, "sysmex-xn"),
        ("xp-300 00-13", Protocol.ASTM, "sysmex-xp"),
        ("c311 1", Protocol.ASTM, "roche-cobas-c311"),
        ("cobas pro", Protocol.HL7, "roche-cobas-pro"),
        ("cobas pro", Protocol.ASTM, "generic"),
        ("Somebody Else", Protocol.ASTM, "generic"),
        ("", Protocol.HL7, "generic"),
    ],
)
def test_a_header_finds_its_driver(sender: str, protocol: Protocol, name: str) -> None:
    """By what it says of its sender, in the protocols of the driver; nothing that fits means generic."""
    assert driver_guess(sender, protocol=protocol).id == name


def test_an_unknown_id_is_refused_with_the_known_ones() -> None:
    """The next step names what there is."""
    with pytest.raises(RelightError) as refusal:
        driver_find("nothing")
    assert refusal.value.code == "RL-LAB-100"
    assert "sysmex-xn" in refusal.value.next()


# -- a file of one's own ---------------------------------------------------------------------------


def test_a_file_begins_from_the_generic_places() -> None:
    """Only what is different is said."""
    driver = read(WHOLE + '[astm]\nsample = ["O-4.3"]\n[astm.status_words]\nX = "preliminary"\n')
    layout, generic = driver.layouts[Protocol.ASTM], driver_find("generic").layouts[Protocol.ASTM]
    assert layout.sample == (Place(record="O", field=4, component=3),)
    assert layout.code == generic.code
    assert layout.standing_of("X") is Standing.PRELIMINARY
    assert layout.standing_of("C") is Standing.CORRECTION
    assert layout.standing_of("never heard of") is Standing.PRELIMINARY
    assert not driver.tests


def test_a_file_says_everything_a_driver_can() -> None:
    """Places with sub-components, quirks of the line, decimal commas, controls, tests of its own."""
    driver = read(
        WHOLE
        + """
version = "3"
protocols = ["hl7"]
matches = ["Ours*"]
decimals = ","
code_starts = "+"
code_ends = "/"
repeat_s = 600
encoding = "cp850"
texts = ["NEG"]
beside = ["SCAT_*"]
[hl7]
sample = ["SPM-2.1.1", "OBR-3"]
[qc]
samples = ["K?-*"]
lot_after = "K1-"
[flags]
"++" = "HH"
[units]
"Einheit" = "U/L"
[link]
numbers = "free"
line_feeds = true
[tests]
GLU = "glucose"
X = { loinc = "2823-3", name = "Potassium", unit = "mmol/L", from = { "meq/L" = "1" } }
Y = { loinc = "883-9", name = "ABO group", text = true }
"""
    )
    assert (driver.decimals, driver.repeat_s, driver.encoding) == (Decimals.COMMA, 600, "cp850")
    assert driver.layouts[Protocol.HL7].sample[0] == Place(record="SPM", field=2, component=1, sub=1)
    assert str(driver.layouts[Protocol.HL7].sample[0]) == "SPM-2.1.1"
    assert (driver.quirks.numbers, driver.quirks.line_feeds) == (FrameNumbers.FREE, True)
    assert driver.qc.is_control_id("K1-4711")
    assert driver.qc.lot_of("K1-4711", ()) == "4711"
    assert driver.code_of("1.0+GLU/7") == "GLU"
    assert driver.unit_of("Einheit") == "U/L"
    assert driver.unit_of("furlong") is None
    assert {code for code, _ in driver.tests} == {"GLU", "X", "Y"}
    assert driver.tests["Y", ""].scale is Scale.TEXT
    assert driver.is_beside("SCAT_WDF")
    assert driver.fits("ours 2000")
    assert len(driver.digest) == 64


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id = \n", [("RL-LAB-101", "ours.toml:1")]),
        ('format = 2\nid = "ours"\nname = "N"\n', [("RL-LAB-104", "ours.toml:1")]),
        ('format = 1\nname = "N"\n', [("RL-LAB-103", "ours.toml:1")]),
        (WHOLE + "colour = 1\n", [("RL-LAB-102", "ours.toml:4")]),
        (WHOLE + "[astm]\nsample = 3\n", [("RL-LAB-104", "ours.toml:5")]),
        (WHOLE + '[astm]\nsample = ["O3"]\n', [("RL-LAB-104", "ours.toml:5")]),
        (WHOLE + '[astm]\nsmple = ["O-3"]\n', [("RL-LAB-102", "ours.toml:5")]),
        (WHOLE + '[hl7.status_words]\nF = "done"\n', [("RL-LAB-104", "ours.toml:5")]),
        (WHOLE + '[tests]\nGLU = "no-such-meaning"\n', [("RL-LAB-104", "ours.toml:5")]),
        (WHOLE + '[tests]\nK = { loinc = "2823-4", name = "K", unit = "mmol/L" }\n', [("RL-LAB-105", "ours.toml:5")]),
        (WHOLE + '[tests]\nK = { loinc = "2823-3", name = "K", unit = "mmol" }\n', [("RL-LAB-106", "ours.toml:5")]),
        (
            WHOLE + '[tests]\nK = { loinc = "2823-3", name = "K", unit = "g/L", from = { "g/dL" = "1e1" } }\n',
            [("RL-LAB-104", "ours.toml:5")],
        ),
        (WHOLE + 'decimals = ";"\nrepeat_s = -1\n', [("RL-LAB-104", "ours.toml:4"), ("RL-LAB-104", "ours.toml:5")]),
        (WHOLE + '[link]\nnumbers = "loose"\n', [("RL-LAB-104", "ours.toml:5")]),
        (WHOLE + 'protocols = ["fax"]\n', [("RL-LAB-104", "ours.toml:4")]),
    ],
)
def test_every_fault_has_its_line(text: str, expected: list[tuple[str, str]]) -> None:
    """All faults at once, in the order of the file."""
    assert faults(text) == expected


def test_a_file_without_end_is_refused() -> None:
    """A megabyte is no driver."""
    check = driver_read(b"#" * 1_000_001, "ours.toml")
    assert [fault.code for fault in check.faults] == ["RL-LAB-107"]


@given(st.binary(max_size=300) | st.text(alphabet='[]{}="\n.#abc1,', max_size=200).map(str.encode))
def test_any_bytes_give_a_driver_or_faults(content: bytes) -> None:
    """Never an exception, and always one of the two."""
    check = driver_read(content, "ours.toml")
    assert (check.driver is None) == bool(check.faults)


# -- what people mapped ----------------------------------------------------------------------------


def test_what_a_person_mapped_comes_before_the_driver() -> None:
    """By the unit as sent; another unit of the same code stays with the driver."""
    row = Mapped(code="GLU", unit_sent="mg/dl", loinc="2339-0", name="Glucose, blood", unit="mg/dL", factor="1")
    tests = CodeBook.of(read(WHOLE + '[tests]\nGLU = "glucose"\n'), [row])
    assert tests.find("GLU", "mg/dl").loinc == "2339-0"  # type: ignore[union-attr]
    assert tests.find("GLU", "mg/dL").loinc == "2345-7"  # type: ignore[union-attr]
    assert tests.find("GLU", "g/dL") is None
    assert tests.knows("GLU")
    assert not tests.knows("K")


def test_a_mapping_without_factor_is_a_text() -> None:
    """Numbers need a factor, words have none."""
    row = Mapped(code="ABO", unit_sent="", loinc="883-9", name="ABO group", unit="", factor="")
    assert row.rule().scale is Scale.TEXT


# -- the folder of a site --------------------------------------------------------------------------


@pytest.fixture
def folder(relight_home: Path) -> Any:
    place = relight_home / "drivers"
    place.mkdir(exist_ok=True)
    yield place
    for file in place.iterdir():
        file.unlink()
    place.rmdir()


def test_a_file_of_ones_own_stands_in_place_of_a_shipped_one(folder: Path) -> None:
    """It is read again when it changes, and gone when it is gone."""
    from relight.lab.selectors.drivers import driver_now

    assert driver_now("sysmex-xp").name == "Sysmex XP"
    (folder / "xp.toml").write_text(WHOLE.replace('"ours"', '"sysmex-xp"'))
    assert driver_now("sysmex-xp").name == "Our analyzer"
    (folder / "xp.toml").write_text(WHOLE.replace('"ours"', '"sysmex-xp"').replace("Our", "Their own"))
    assert driver_now("sysmex-xp").name == "Their own analyzer"
    (folder / "xp.toml").unlink()
    assert driver_now("sysmex-xp").name == "Sysmex XP"


def test_a_faulty_file_is_told_and_knows_no_test(folder: Path) -> None:
    """A link that names it reads on, and every result waits for a person."""
    from relight.lab.selectors.drivers import drivers_now

    (folder / "bad.toml").write_text(WHOLE + "colour = 1\n")
    now = drivers_now()
    assert [(fault.code, fault.where) for fault in now.faults] == [("RL-LAB-102", "bad.toml:4")]
    assert "ours" not in now.drivers
    blind = now.get_or_blind("ours")
    assert not blind.tests
    assert not blind.believes_loinc


def test_drivers_of_a_site_can_be_named_by_a_link(folder: Path) -> None:
    """The list a link chooses from holds them."""
    from relight.lab.selectors.settings import drivers_known

    (folder / "ours.toml").write_text(WHOLE)
    known = drivers_known()
    assert known["ours"] == "Our analyzer"
    assert "sysmex-xn" in known
