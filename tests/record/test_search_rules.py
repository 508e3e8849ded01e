"""The pure rules of /fhir: index values, queries, validation, bundles."""

import json
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relight.kernel.errors import InputError
from relight.record.rules.bundle import references_put
from relight.record.rules.params import PARAMS, params_of
from relight.record.rules.search_query import query_read
from relight.record.rules.search_values import index_values, key_of, norm_of, number_of, span_of
from relight.record.rules.structures import TYPES
from relight.record.rules.validate import structures, validate
from support.fhir_program import DATA, NO_DATA, observation, patient

OFFICIAL = sorted((DATA / "google+fhir").rglob("*.json"))
ALL = [
    *OFFICIAL,
    *sorted((DATA / "hl7-be+lab").rglob("*.json")),
    *sorted((DATA / "hl7au+au-fhir-test-data").rglob("*.json")),
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "coding",
                    "system",
                    "code",
                    "value",
                    "start",
                    "end",
                    "reference",
                    "identifier",
                    "family",
                    "given",
                    "event",
                    "unit",
                ]
            )
            | st.text(max_size=4),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)
ELEMENTS = sorted({path[0].name for params in PARAMS.values() for param in params.values() for path in param.paths})


def resources(path):
    """Every resource of a file, those of a bundle each."""
    parsed = json.loads(path.read_text())
    if parsed.get("resourceType") == "Bundle":
        return [one["resource"] for one in parsed.get("entry", ()) if "resource" in one]
    return [parsed]


@pytest.mark.skipif(not OFFICIAL, reason=NO_DATA)
@pytest.mark.parametrize("path", OFFICIAL, ids=lambda path: path.stem)
def test_every_official_example_is_accepted(path):
    for resource in resources(path):
        assert validate(resource) == ()


@pytest.mark.skipif(not ALL, reason=NO_DATA)
def test_every_real_resource_gives_values_and_no_error():
    found = [index_values(one) for path in ALL for one in resources(path)]
    assert len(found) > 1000
    assert sum(bool(one.tokens) for one in found) > len(found) * 0.9


@given(
    st.dictionaries(st.sampled_from(ELEMENTS) | st.text(max_size=5), JSON, max_size=6),
    st.sampled_from(sorted(TYPES)) | st.text(max_size=4),
)
def test_whatever_json_comes_values_and_judgement_never_raise(body, kind):
    resource = {**body, "resourceType": kind}
    index_values(resource)
    assert len(validate(resource)) <= 50


@given(st.text(max_size=30))
def test_whatever_is_written_a_date_is_a_span_or_nothing(text):
    span = span_of(text)
    assert span is None or span[0] < span[1]


@pytest.mark.parametrize(
    ("text", "length_ms"),
    [
        ("2026", 365 * 86_400_000),
        ("2024-02", 29 * 86_400_000),
        ("2026-11-23", 86_400_000),
        ("2026-11-23T10:15", 60_000),
        ("2026-11-23T10:15:30+01:00", 1000),
        ("2026-11-23T10:15:30.5Z", 100),
        ("2026-11-23T10:15:30.123456Z", 1),
    ],
)
def test_a_date_covers_as_much_as_it_says(text, length_ms):
    low, high = span_of(text, zone=UTC)
    assert high - low == length_ms


def test_a_day_is_the_day_of_the_house():
    house, utc = span_of("2026-11-23", zone=ZoneInfo("Europe/Brussels")), span_of("2026-11-23")
    assert utc[0] - house[0] == 3_600_000


def test_accents_and_case_are_no_difference_between_names():
    assert norm_of("  HÉLÈNE\tNoël ") == norm_of("helene noel") == "helene noel"


def test_no_two_parameters_of_a_type_share_a_number():
    for kind in TYPES:
        names = [*params_of(kind), *(f"{name}:identifier" for name in params_of(kind))]
        assert len({key_of(kind, name) for name in names}) == len(names)


def test_every_declared_path_begins_with_an_element_of_its_type():
    for kind, params in PARAMS.items():
        for param in params.values():
            for path in param.paths:
                assert path[0].name in structures()[kind].elements or _choice(kind, path[0].name), (
                    kind,
                    param.name,
                )


def _choice(kind, name):
    """A choice is declared for every form its parameter compares; R4 may have fewer."""
    return any(
        element.choice and name.startswith(element.choice[:-3]) for element in structures()[kind].elements.values()
    )


@given(st.lists(st.tuples(st.sampled_from([*params_of("Observation"), "_has", "_sort", "_include", "_count", "x"]).flatmap(
    lambda name: st.sampled_from([name, f"{name}:not", f"{name}:missing", f"{name}:identifier", f"{name}.code", f"{name}:Patient.name", f"{name}:Observation:patient:code"])
), st.text(max_size=20)), max_size=4))  # fmt: skip
def test_whatever_is_asked_a_query_is_read_or_refused_by_code(pairs):
    try:
        query_read("Observation", pairs)
    except InputError as refusal:
        assert refusal.code.startswith("RL-REC-10")


def test_a_comma_and_a_bar_can_be_part_of_a_value():
    (condition,) = query_read("Patient", [("name", r"Smith\, John,Doe"), ("_count", "5")]).conditions
    assert condition.values == ("smith, john", "doe")
    (token,) = query_read("Patient", [("identifier", r"urn:x|a\|b")]).conditions[0].values
    assert (token.system, token.code) == ("urn:x", "a|b")


@given(JSON)
def test_numbers_are_finite_or_nothing(value):
    number = number_of(value)
    assert number is None or abs(number) < float("inf")


def test_what_is_wrong_never_repeats_what_was_written():
    secret = "Noël Hélène 58.03.07"
    wrong = patient(birthDate=secret, gender=secret, name=[{"family": secret, secret: secret}], **{secret: secret})
    problems = validate(wrong)
    assert problems
    assert not any(secret in one.path or secret in one.words for one in problems)


def test_a_resource_nested_without_end_is_refused_and_not_walked():
    deep = observation("Patient/1")
    node = deep
    for _ in range(500):
        node["extension"] = [{"url": "urn:x"}]
        node = node["extension"][0]
    assert any("deep" in one.words for one in validate(deep))


def test_a_reference_to_this_records_own_address_becomes_relative():
    body = references_put(
        {"subject": {"reference": "http://here/fhir/Patient/7"}, "performer": [{"reference": "urn:uuid:1#x"}]},
        known={"urn:uuid:1": "Practitioner/3"},
        base="http://here/fhir",
    )
    assert body == {"subject": {"reference": "Patient/7"}, "performer": [{"reference": "Practitioner/3#x"}]}
