"""Appointments out of files: docs/design/appointments.md, cases 1-40."""

from __future__ import annotations

import gzip
import io
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from relight.activity.rules.booked import Aside, Booked, BookingState
from relight.activity.rules.meaning import follow_up_of, kind_of, specialty_of, urgency_of
from relight.activity.rules.reading import ReadOptions, appointments_read, reading_open
from relight.activity.rules.values import birth_of, clock_of, moment_of, telephone_of
from relight.activity.types import Kind, Urgency
from relight.kernel.errors import RelightError

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
SIU = "hl7v2/microsoft+FHIR-Converter/data/SampleData/Hl7v2"
FHIR = "fhir/google+fhir/spec/hl7.fhir.r4.examples/4.0.1/package"
ZONE = ZoneInfo("Europe/Brussels")
SITES = ReadOptions(sites={"arlon": ("Arlon", "Aarlen"), "libramont": ("Libramont",)})
HEADER = "N° RDV;Date RDV;Heure;Patient;Date de naissance;GSM;Spécialité;Motif;Site;Statut\n"


def sample(path: str) -> bytes:
    place = DATA / path
    if not place.is_file():
        pytest.skip(f"the public sets (../shared/data/{path}) are not here")
    return place.read_bytes()


def theatre_list() -> bytes:
    """A theatre list as its secretariat keeps it: titles, merged groups of names, days in every form."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"] = "Programme opératoire – Site d'Arlon"
    sheet.merge_cells("A1:K1")
    sheet["A2"] = "Semaine du 24/11/2025 au 28/11/2025"
    for place, text, span in (
        ("A4", "Rendez-vous", "A4:D4"),
        ("E4", "Patient", "E4:H4"),
        ("J4", "Chirurgien", "J4:K4"),
    ):
        sheet[place] = text
        sheet.merge_cells(span)
    sheet["I4"] = "Intervention"
    sheet.merge_cells("I4:I5")
    names = ["N°", "Date", "Heure", "Durée", "Nom", "Prénom", "Né(e) le", "Tél."]
    for column, name in enumerate(names, start=1):
        sheet.cell(5, column, name)
    sheet["J5"], sheet["K5"] = "Nom", "Degré d'urgence"
    sheet.append(
        [
            1,
            "lundi 24/11/2025",
            "8h30",
            "1h30",
            "DUPONT",
            "Marie",
            "12/03/1957",
            "063/23.10.10",
            "Prothèse",
            "Dr L",
            "Programmé",
        ]
    )
    sheet.append(
        [
            2,
            date(2025, 11, 24),
            time(10, 0),
            90,
            "MARTIN",
            "Luc",
            20000,
            "0475/12.34.56",
            "Appendicectomie",
            "Dr L",
            "Urgent",
        ]
    )
    sheet.append([3, 45986, 0.354166667, "45 min", "PETIT", "Zoé", "03.04.1999", "", "Cataracte", "Dr W", "non urgent"])
    sheet.append(["Total", None, None, 3])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def booked(name: str, raw: bytes, options: ReadOptions = SITES) -> list[Booked]:
    return [row for row in reading_open(name, raw, options=options).rows if isinstance(row, Booked)]


def test_a_theatre_list_with_titles_and_merged_names_is_read() -> None:
    """Case 1: names over two lines, days as text, as dates and as Excel's numbers; the surgeon is not the patient."""
    first, second, third = booked("bloc.xlsx", theatre_list())
    assert [row.appointment.starts for row in (first, second, third)] == [
        datetime(2025, 11, 24, 8, 30, tzinfo=ZONE),
        datetime(2025, 11, 24, 10, 0, tzinfo=ZONE),
        datetime(2025, 11, 25, 8, 30, tzinfo=ZONE),
    ]
    assert {row.appointment.kind for row in (first, second, third)} == {Kind.OPERATION}
    assert [row.appointment.urgency for row in (first, second, third)] == [
        Urgency.ELECTIVE,
        Urgency.URGENT,
        Urgency.ELECTIVE,
    ]
    assert (first.person.family, first.practitioner, first.appointment.site) == ("DUPONT", "Dr L", "arlon")
    assert (second.person.birth_date, second.person.mobile, second.minutes) == (date(1954, 10, 3), "+32475123456", 90)


def test_a_total_below_a_list_is_put_aside_and_not_lost() -> None:
    """Case 2."""
    aside = [row for row in reading_open("bloc.xlsx", theatre_list()).rows if isinstance(row, Aside)]
    assert [(row.code, row.text) for row in aside] == [("RL-ACT-039", "Total | 3")]


def test_a_list_of_one_day_takes_its_day_from_the_title() -> None:
    """Case 3: theatre lists name the day once, above; the rows have times only."""
    raw = "Programme opératoire du 24/11/2025;;\nHeure;Nom;Intervention\n8h30;Dupont Marie;Hernie\n"
    (row,) = booked("x.csv", raw.encode())
    assert row.appointment.starts == datetime(2025, 11, 24, 8, 30, tzinfo=ZONE)
    assert row.appointment.kind is Kind.OPERATION


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("packed", [False, True])
def test_a_list_is_read_in_any_encoding_packed_or_not(charset: str, packed: bool) -> None:
    """Case 4."""
    raw = (HEADER + "101;24/11/2025;9h15;LEROY Anaïs;01/02/1980;0475/11 22 33;Gynécologie;Contrôle;Arlon;\n").encode(
        charset
    )
    (row,) = booked("consultations.csv", gzip.compress(raw) if packed else raw)
    assert (row.person.given, row.appointment.specialty, row.appointment.reason) == ("Anaïs", "gynaecology", "Contrôle")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("103;xx;9h;A B;;;;suivi;Arlon;", "RL-ACT-040"),
        ("103;24/11/2025;9h;A B;;;;sui;vi;Arlon;x", "RL-ACT-037"),
        ('103;24/11/2025;9h;"A B;;;;suivi;Arlon;', "RL-ACT-038"),
        ("103;;;;;;;;;", "RL-ACT-039"),
    ],
)
def test_a_row_that_does_not_fit_costs_itself_alone(line: str, code: str) -> None:
    """Cases 5-8: the row is put aside with its line, word for word; the one below it is read."""
    rows = list(reading_open("x.csv", f"{HEADER}{line}\n104;25/11/2025;10h;C D;;;;avis;Arlon;\n".encode()).rows)
    asides = [row for row in rows if isinstance(row, Aside)]
    assert [(row.line, row.code, row.text) for row in asides] == [(2, code, line)]
    assert [row.origin_id for row in rows if isinstance(row, Booked)] == ["104"]


def test_a_row_cut_off_at_the_end_of_the_file_is_put_aside() -> None:
    """Case 9: without its last columns nobody knows what it said."""
    (row,) = reading_open("x.csv", f"{HEADER}101;24/11/2025;9h;A B;;;Card".encode()).rows
    assert isinstance(row, Aside) and row.code == "RL-ACT-037"


def test_a_file_without_column_names_is_refused_without_repeating_its_patients() -> None:
    """Case 10."""
    with pytest.raises(RelightError) as refusal:
        reading_open("x.csv", b"Dupont;Marie;12/03/1957\nMartin;Luc;01/01/1960\n")
    assert refusal.value.code == "RL-ACT-034"
    assert "Dupont" not in str(refusal.value)


def test_what_is_cancelled_in_its_source_is_not_decided_and_not_missed() -> None:
    """Case 11."""
    raw = (HEADER + "1;24/11/2025;9h;A B;;;;avis;Arlon;Annulé\n2;24/11/2025;9h;A B;;;;avis;Arlon;à annuler\n").encode()
    cancelled, other = appointments_read("x.csv", raw)
    assert isinstance(cancelled, Aside) and cancelled.code == "RL-ACT-041"
    assert not isinstance(other, Aside)


def test_a_mapping_stands_above_the_guess() -> None:
    """Case 12: a person says which column is which; one that is not there is refused with those that are."""
    raw = b"Colonne A;Colonne B;Quand\nX1;IRM genou;24/11/2025\n"
    options = ReadOptions(mapping={"id": "Colonne A", "act": "Colonne B", "date": "Quand"})
    (row,) = booked("x.csv", raw, options)
    assert (row.origin_id, row.appointment.kind) == ("X1", Kind.IMAGING)
    with pytest.raises(RelightError) as refusal:
        reading_open("x.csv", HEADER.encode(), options=ReadOptions(mapping={"id": "Dossier"}))
    assert refusal.value.code == "RL-ACT-036"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Consultation pré-opératoire", Kind.CONSULTATION),
        ("IRM de contrôle", Kind.IMAGING),
        ("Hôpital de jour – chimiothérapie", Kind.TREATMENT),
        ("Cholécystectomie", Kind.OPERATION),
        ("Bloedafname", Kind.SAMPLING),
        ("Röntgen Thorax", Kind.IMAGING),
        ("PET-CT", Kind.SCINTIGRAPHY),
        ("rien de connu", None),
    ],
)
def test_words_say_the_kind_and_none_is_guessed(text: str, kind: Kind | None) -> None:
    """Case 20."""
    assert kind_of(text) is kind


@pytest.mark.parametrize(
    ("text", "header", "urgency"),
    [
        ("non urgent", "", Urgency.ELECTIVE),
        ("niet dringend", "", Urgency.ELECTIVE),
        ("Programmé, semi-urgent", "", Urgency.EXPEDITED),
        ("2", "Classe NCEPOD", Urgency.URGENT),
        ("2", "Urgence", Urgency.UNKNOWN),
        ("oui", "Urgent", Urgency.URGENT),
        ("???", "", Urgency.UNKNOWN),
    ],
)
def test_an_urgency_is_what_is_stated_and_of_two_the_soonest(text: str, header: str, urgency: Urgency) -> None:
    """Cases 21-24: a digit counts as NCEPOD only where the column says so; other scales run the other way."""
    assert urgency_of(text, header) is urgency


def test_a_yearly_check_is_no_follow_up_whatever_else_the_cell_says() -> None:
    """Case 25."""
    assert follow_up_of("Contrôle annuel") is False
    assert follow_up_of("suivi") is True
    assert follow_up_of("?") is None


def test_specialties_have_one_name_in_four_languages() -> None:
    """Case 26."""
    assert {specialty_of(text) for text in ("Cardiologie", "Kardiologie", "cardiology", "Cardio")} == {"cardiology"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("24/11/2025 8h30", "2025-11-24T08:30:00+01:00"),
        ("lundi 24 novembre 2025 à 8h30", "2025-11-24T08:30:00+01:00"),
        ("45985.354166", "2025-11-24T08:30:00+01:00"),
        ("2025-11-24T08:30:00Z", "2025-11-24T08:30:00+00:00"),
        ("202511240830", "2025-11-24T08:30:00+01:00"),
        ("31/02/2025", ""),
    ],
)
def test_days_are_read_in_the_forms_exports_write(text: str, shown: str) -> None:
    """Case 27."""
    found = moment_of(text, zone=ZONE)
    assert (found.isoformat() if found else "") == shown


def test_a_birth_date_of_two_digits_is_read_only_where_one_century_is_possible() -> None:
    """Case 28: the date is asked for on the telephone, and a wrong one names somebody else."""
    day = date(2025, 11, 24)
    assert birth_of("12/03/57", before=day) == date(1957, 3, 12)
    assert birth_of("12/03/20", before=day) is None


def test_times_and_telephones() -> None:
    """Case 29."""
    assert clock_of("14u") == time(14, 0) and clock_of("25:00") is None
    assert telephone_of("063/23.10.10") == ("+3263231010", False)


def test_a_scheduling_message_is_read_with_its_patient() -> None:
    """Case 30: of an emergency booked, nothing may be cancelled silently."""
    (row,) = booked("a.hl7", sample(f"{SIU}/SIU-S12-01.hl7"))
    assert (row.origin_id, row.appointment.kind, row.appointment.urgency) == ("36996", Kind.ENDOSCOPY, Urgency.URGENT)
    assert (row.person.family, row.person.birth_date) == ("EVERYMAN", date(1988, 8, 18))


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("SIU-S13-02", BookingState.BOOKED),
        ("SIU-S15-01", BookingState.WITHDRAWN),
        ("SIU-S17-01", BookingState.WITHDRAWN),
        ("SIU-S26-02", BookingState.DONE),
    ],
)
def test_a_message_says_whether_the_appointment_stands(name: str, state: BookingState) -> None:
    """Cases 31-34."""
    (row,) = booked("a.hl7", sample(f"{SIU}/{name}.hl7"))
    assert row.state is state


def test_a_fhir_appointment_is_read_and_its_priority_taken_for_no_urgency() -> None:
    """Case 35: its scale is the sender's own."""
    (row,) = booked("a.json", sample(f"{FHIR}/Appointment-example.json"))
    assert (row.origin_id, row.appointment.kind, row.appointment.follow_up) == ("example", Kind.CONSULTATION, True)
    assert row.appointment.urgency is Urgency.UNKNOWN
    assert row.person.family == "Chalmers"


def test_a_calendar_spreads_what_repeats() -> None:
    """Case 36: each occurrence is an appointment of its own."""
    raw = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:d1\r\nDTSTAMP:20251101T000000Z\r\n"
        "DTSTART:20251124T083000Z\r\nDTEND:20251124T123000Z\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\nSUMMARY:Dialyse\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    rows = booked("a.ics", raw.encode())
    assert [row.appointment.kind for row in rows] == [Kind.TREATMENT] * 3
    assert len({row.origin_id for row in rows}) == 3
    assert rows[0].minutes == 240


def test_plain_json_is_a_table() -> None:
    """Case 37."""
    raw = b'[{"id": "a", "kind": "imaging", "urgency": "elective", "follow_up": true, "starts": "2025-11-24T08:30"}]'
    (row,) = booked("a.json", raw)
    assert (row.appointment.kind, row.appointment.follow_up) == (Kind.IMAGING, True)


@pytest.mark.parametrize(
    ("raw", "code"),
    [(b"", "RL-ACT-030"), (b"%PDF-1.4", "RL-ACT-031"), (b"PK\x03\x04xx", "RL-ACT-032"), (b"\x1f\x8bxx", "RL-ACT-032")],
)
def test_what_is_no_list_is_refused_with_a_code(raw: bytes, code: str) -> None:
    """Cases 38-40."""
    with pytest.raises(RelightError) as refusal:
        list(reading_open("x", raw).rows)
    assert refusal.value.code == code
