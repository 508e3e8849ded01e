"""Wristbands and labels: what a scanner reads from the printed page is what finds the patient."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from relight.kernel.errors import RelightError
from relight.paper.labels import Sheet
from relight.record.rules.identity import Person, Unknown
from relight.record.rules.places import Place

pytestmark = pytest.mark.django_db


def program(name: str, package: str) -> str:
    """Where a program is; without it the test skips and names the package."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"needs {name} (Debian: {package})")
    return found


def codes_of(pdf: bytes, folder: Path) -> list[list[tuple[str, str]]]:
    """Kind and content of the codes of each page as a 203 dpi label printer prints them, read by zbar."""
    render, scan = program("pdftoppm", "poppler-utils"), program("zbarimg", "zbar-tools")
    (folder / "bands.pdf").write_bytes(pdf)
    subprocess.run([render, "-r", "203", "-png", "bands.pdf", "page"], cwd=folder, check=True, timeout=60)
    found = []
    for page in sorted(folder.glob("page*.png")):
        done = subprocess.run([scan, "-q", page.name], cwd=folder, capture_output=True, timeout=60)
        found.append([tuple(line.split(":", 1)) for line in done.stdout.decode().splitlines()])
    return found  # type: ignore[return-value] # two parts each


def text_of(pdf: bytes) -> str:
    done = subprocess.run(
        [program("pdftotext", "poppler-utils"), "-raw", "-", "-"],
        input=pdf,
        capture_output=True,
        check=True,
        timeout=60,
    )
    return done.stdout.decode()


@pytest.fixture
def two(act_for: Any) -> Any:
    """An unknown patient in a bed, and somebody with a long name."""
    from relight.record.services.identity import patient_register
    from relight.record.services.stays import patient_admit

    act = act_for("nurse")
    unknown = patient_register(act=act, person=Unknown(text="X, male, about 40, emergency 14:05", sex="male", about=40))
    long = Person(family="Vandenbroucke-Geerts de Saint-Aubain", given="Marie-Antoinette Élise", birth="1951-03-09")
    known = patient_register(act=act, person=long)
    patient_admit(
        act=act, patient=unknown.patient, place=Place(site="arlon", ward="emergency", bed="3", name="Urgences")
    )
    return unknown, known


def test_a_scan_of_the_wristband_finds_its_patient_alone(two: Any, act_for: Any, tmp_path: Path) -> None:
    """Barcode and both QR codes, on the roll and on a sheet of two; each leads to one patient, with nothing to choose."""
    from relight.record.selectors.finding import patients_find
    from relight.record.services.bands import wristbands_print

    act = act_for("nurse")
    pdf = wristbands_print(act=act, patients=[one.patient for one in two], sheet=Sheet.ROLL)
    pages = codes_of(pdf, tmp_path)
    for one, codes in zip(two, pages, strict=True):
        assert {content for _, content in codes} == {one.number}
        assert {kind for kind, _ in codes} == {"CODE-128", "QR-Code"}
        assert [found.patient for found in patients_find(codes[0][1], act=act)] == [one.patient]
    (tmp_path / "a4").mkdir()
    [sheet] = codes_of(
        wristbands_print(act=act, patients=[one.patient for one in two], sheet=Sheet.A4), tmp_path / "a4"
    )
    assert {content for _, content in sheet} == {one.number for one in two}


def test_what_is_guessed_is_said_to_be(two: Any, act_for: Any) -> None:
    """Nobody takes an age for a birth date, or an unknown for somebody known."""
    from relight.record.services.bands import wristbands_print

    text = text_of(wristbands_print(act=act_for("nurse"), patients=[two[0].patient], sheet=Sheet.ROLL))
    for said in ("X, male, about 40, emergency 14:05", "about 40 years, male", "IDENTITY UNKNOWN", "Urgences, 3"):
        assert said in text, said


def test_a_long_name_is_set_smaller_and_never_cut(two: Any, act_for: Any) -> None:
    """Whole, on the band and on the label."""
    from relight.record.services.bands import patient_labels_print, wristbands_print

    act = act_for("nurse")
    for pdf in (
        wristbands_print(act=act, patients=[two[1].patient], sheet=Sheet.ROLL),
        patient_labels_print(act=act, patients=[two[1].patient], sheet=Sheet.ROLL),
    ):
        text = " ".join(text_of(pdf).split())
        assert "VANDENBROUCKE-GEERTS DE SAINT-AUBAIN Marie-Antoinette Élise" in text
        assert "09.03.1951" in text


def test_labels_come_in_copies(two: Any, act_for: Any, tmp_path: Path) -> None:
    """Twelve of one patient on a sheet, each readable."""
    from relight.record.services.bands import patient_labels_print

    pdf = patient_labels_print(act=act_for("nurse"), patients=[two[1].patient], sheet=Sheet.A4, copies=12)
    [codes] = codes_of(pdf, tmp_path)
    assert {content for _, content in codes} == {two[1].number}
    assert text_of(pdf).count(two[1].number) == 12


def test_that_they_were_printed_is_in_the_journal(two: Any, act_for: Any) -> None:
    """A band is a reading of who somebody is; the entry names records only."""
    from relight.journal.api import entry_list
    from relight.record.services.bands import wristbands_print

    wristbands_print(act=act_for("nurse"), patients=[two[0].patient], sheet=Sheet.ROLL)
    entry = entry_list(limit=1)[0]
    assert entry.verb == "record.read"
    assert str(two[0].patient) in str(entry.body)
    with pytest.raises(RelightError) as refusal:
        wristbands_print(act=act_for("nurse"), patients=[], sheet=Sheet.ROLL)
    assert refusal.value.code == "RL-REC-250"


def test_the_same_bands_make_the_same_bytes() -> None:
    """And a text that looks like a command is only text."""
    from relight.paper.wristbands import Wristband, wristbands_pdf

    band = Wristband(code="80130000012", name="#panic() $x$ *B*", born="1951", number="8013", place="#[x]", alert="!")
    pdf = wristbands_pdf([band], sheet=Sheet.ROLL, title="t", language="en")
    assert pdf == wristbands_pdf([band], sheet=Sheet.ROLL, title="t", language="en")
    assert "#panic() $x$ *B*" in text_of(pdf)
    with pytest.raises(ValueError, match="no wristband"):
        wristbands_pdf([], sheet=Sheet.ROLL, title="t", language="en")
