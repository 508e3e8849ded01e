"""The record's door for what needs no database: catalogue of tests, sample numbers, what a request asks for, how
what is written looks, errors.

Owns nothing of its own. Refuses Django, so that the laboratory's rules and a process that is no part of Relight can
use it.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from relight.record.errors import (
    CATALOGUE_FAULTY,
    NO_TESTS,
    SAMPLE_CHECK_DIGIT,
    SAMPLE_NOT_GIVEN_OUT,
    SAMPLE_TAKEN,
    SAMPLE_UNREADABLE,
    SERIES_OVERLAPS,
    SERIES_UNFIT,
    SERIES_USED_UP,
    TEST_NOT_LISTED,
)
from relight.record.rules.allergies import AllergyGiven, Certainty, Criticality, allergy_body, none_known_body
from relight.record.rules.authors import author
from relight.record.rules.canonical import dumps, loads
from relight.record.rules.chart import coding
from relight.record.rules.chart.allergies import Allergy, AllergyState, allergy_read, allergy_state
from relight.record.rules.chart.flags import Flag, flag_read
from relight.record.rules.chart.medicines import Dosage, Medicine, medicine_read
from relight.record.rules.chart.origin import origin_of
from relight.record.rules.chart.problems import Problem, problem_read
from relight.record.rules.chart.results import Result, Standing, result_read
from relight.record.rules.chart.values import Value, bounds_read, value_read
from relight.record.rules.chart.vitals import LOINCS as SIGN_LOINCS
from relight.record.rules.chart.vitals import Sign
from relight.record.rules.documents import LIMIT_BYTES, binary_body, content_type, document_body
from relight.record.rules.documents import Kind as DocumentKind
from relight.record.rules.facts import time_read
from relight.record.rules.letters import letter_body
from relight.record.rules.medication.doses import Dose
from relight.record.rules.medication.giving import Giving, administration_body
from relight.record.rules.medication.orders import Prescription, line_of, order_body
from relight.record.rules.medication.timing import Kind, Schedule, due_times
from relight.record.rules.medication.words import BY_UCUM
from relight.record.rules.names import plain as name_plain
from relight.record.rules.news2 import Consciousness, Scale, Score
from relight.record.rules.notes import NotePart, note_body
from relight.record.rules.numbers import check_digit, number_plain
from relight.record.rules.oxygen_target import target_body
from relight.record.rules.problems import ProblemGiven, problem_body
from relight.record.rules.requests import LOINC, PRIORITY_NAMES, Lookup, Priority, Wanted, tests_once
from relight.record.rules.said import LABORATORY_SYSTEM, Said, SaidNumber, same_said
from relight.record.rules.samples import (
    NUMBER_LENGTH,
    SAMPLE_LENGTH,
    Series,
    sample_refusal,
    series_refusal,
)
from relight.record.rules.tests_catalogue import (
    COLOUR_NAMES,
    FACTORS,
    GROUP_NAMES,
    LANGUAGES,
    NO_TUBE,
    YEAR_DAYS,
    Catalogue,
    Panel,
    Range,
    Specimen,
    Test,
    Tolerance,
    age_days,
    catalogue_read,
    decimal_of,
    factor_between,
    is_loinc,
    named,
    plain,
)
from relight.record.rules.vitals import VitalSet, score_body, set_bodies, set_score

__all__ = [
    "BY_UCUM",
    "CATALOGUE_FAULTY",
    "COLOUR_NAMES",
    "FACTORS",
    "GROUP_NAMES",
    "LABORATORY_SYSTEM",
    "LANGUAGES",
    "LIMIT_BYTES",
    "LOINC",
    "NO_TESTS",
    "NO_TUBE",
    "NUMBER_LENGTH",
    "PRIORITY_NAMES",
    "SAMPLE_CHECK_DIGIT",
    "SAMPLE_LENGTH",
    "SAMPLE_NOT_GIVEN_OUT",
    "SAMPLE_TAKEN",
    "SAMPLE_UNREADABLE",
    "SERIES_OVERLAPS",
    "SERIES_UNFIT",
    "SERIES_USED_UP",
    "SIGN_LOINCS",
    "TEST_NOT_LISTED",
    "YEAR_DAYS",
    "Allergy",
    "AllergyGiven",
    "AllergyState",
    "Catalogue",
    "Certainty",
    "Consciousness",
    "Criticality",
    "DocumentKind",
    "Dosage",
    "Dose",
    "Flag",
    "Giving",
    "Kind",
    "Lookup",
    "Medicine",
    "NotePart",
    "Panel",
    "Prescription",
    "Priority",
    "Problem",
    "ProblemGiven",
    "Range",
    "Result",
    "Said",
    "SaidNumber",
    "Scale",
    "Schedule",
    "Score",
    "Series",
    "Sign",
    "Specimen",
    "Standing",
    "Test",
    "Tolerance",
    "Value",
    "VitalSet",
    "Wanted",
    "administration_body",
    "age_days",
    "allergy_body",
    "allergy_read",
    "allergy_state",
    "author",
    "binary_body",
    "bounds_read",
    "catalogue_read",
    "catalogue_shipped",
    "check_digit",
    "coding",
    "content_type",
    "decimal_of",
    "document_body",
    "due_times",
    "dumps",
    "factor_between",
    "flag_read",
    "is_loinc",
    "letter_body",
    "line_of",
    "loads",
    "medicine_read",
    "name_plain",
    "named",
    "none_known_body",
    "note_body",
    "number_exact",
    "number_plain",
    "order_body",
    "origin_of",
    "plain",
    "problem_body",
    "problem_read",
    "result_read",
    "same_said",
    "sample_refusal",
    "score_body",
    "series_refusal",
    "set_bodies",
    "set_score",
    "target_body",
    "tests_once",
    "time_read",
    "value_read",
]


def number_exact(text: str) -> Any:
    """Return a JSON number that is written digit for digit as it was: `7.40`. Raises: ValueError for no number."""
    return loads(f"[{text}]")[0]  # in a list: a number by itself is read without its digits


def catalogue_shipped() -> Catalogue:
    """Return the catalogue of tests Relight comes with."""
    return catalogue_read((files("relight.record") / "catalogue.toml").read_bytes())
