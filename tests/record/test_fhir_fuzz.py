"""Whatever is sent to /fhir: never a 5xx, never a stack trace, never a write without its journal entry."""

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relight.journal.models import Entry as JournalEntry
from relight.record.models import Entry
from relight.record.rules.params import PARAMS
from support.fhir_program import JSON, Program, observation, patient, token_for

pytestmark = pytest.mark.django_db
ANY = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))

words = st.text(max_size=12)
kinds = st.sampled_from(["Patient", "Observation", "Location", "Basic", "Bundle", "Nothing"]) | words
names = st.sampled_from(
    [
        *PARAMS["Observation"], "_count", "_sort", "_include", "_revinclude", "_summary", "_elements", "_page", "_has",
        "_has:Observation:patient:code", "patient.name", "subject:Patient.birthdate", "code:not", "date:missing", "_since",
        "_format", "_total", "family:exact", "value-quantity", "_type",
    ]
) | words  # fmt: skip
values = (
    st.sampled_from(
        [
            "true",
            "a|b",
            "gt2026",
            "eb9999",
            "lt0001",
            "5.4||mg",
            "1e400",
            "-date",
            "Observation:patient",
            "\x00",
            "9" * 40,
        ]
    )
    | words
)
leaves = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=10)
)
anything = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=12,
)
elements = st.sampled_from(
    ["status", "code", "subject", "valueQuantity", "identifier", "name", "meta", "text", "id", "extension"]
)
bodies = (
    st.dictionaries(elements, anything, max_size=4).map(lambda more: {**patient(), **more})
    | st.dictionaries(elements, anything, max_size=4).map(lambda more: {**observation("Patient/1"), **more})
    | anything
)
methods = st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
headers = st.dictionaries(
    st.sampled_from(["if_match", "if_none_exist", "prefer", "accept", "if_none_match"]),
    st.sampled_from(
        ['W/"1"', "identifier=urn:test:mrn|A-1", "handling=lenient", "*/*", "application/xml", "birthdate=", "x"]
    ),
    max_size=3,
)
entries = st.fixed_dictionaries(
    {},
    optional={
        "resource": bodies,
        "fullUrl": st.sampled_from(["urn:uuid:1", "x"]) | words,
        "request": st.fixed_dictionaries(
            {}, optional={"method": methods | words, "url": kinds | words, "ifMatch": words, "ifNoneExist": words}
        )
        | anything,
    },
)


@pytest.fixture
def nurse(act_for):
    return Program(token_for(act_for("administrator"), "nurse"))


def answered(answer):
    """Check one answer: no fault of ours, and every refusal an outcome."""
    assert answer.status_code < 500, answer.content
    assert b"Traceback" not in answer.content
    if answer.status_code >= 400 and answer.content:
        assert orjson.loads(answer.content)["resourceType"] == "OperationOutcome"


def journalled():
    """Every entry of the record is counted in a journal entry."""
    told = JournalEntry.objects.filter(verb="record.write").values_list("body", flat=True)
    bodies = [orjson.loads(body) if isinstance(body, str) else body for body in told]
    assert sum(body["entries"] for body in bodies) == Entry.objects.count()


@ANY
@given(kind=kinds, pairs=st.lists(st.tuples(names, values), max_size=4), asked=headers)
def test_any_search_is_answered(nurse, kind, pairs, asked):
    from urllib.parse import quote, urlencode

    answered(nurse.get(f"/fhir/{quote(kind)}?{urlencode(pairs)}", **asked))


@ANY
@given(method=methods, parts=st.lists(kinds | words, max_size=4), asked=headers)
def test_any_address_is_answered(nurse, method, parts, asked):
    from urllib.parse import quote

    answered(nurse.send(method, "/fhir/" + "/".join(quote(part, safe="") for part in parts), {}, **asked))


@ANY
@given(kind=kinds, body=bodies, asked=headers)
def test_any_body_is_taken_or_refused_and_what_is_taken_is_in_the_journal(nurse, kind, body, asked):
    from urllib.parse import quote

    answered(nurse.post(f"/fhir/{quote(kind)}", body, **asked))
    journalled()


@ANY
@given(body=bodies, asked=headers)
def test_any_change_is_taken_or_refused_and_what_is_taken_is_in_the_journal(nurse, body, asked):
    made = nurse.make(patient())
    if isinstance(body, dict):
        body["id"] = made["id"]
    answered(nurse.put(f"/fhir/Patient/{made['id']}", body, **asked))
    journalled()


@ANY
@given(kind=st.sampled_from(["transaction", "batch"]), sent=st.lists(entries, max_size=4) | anything)
def test_any_bundle_is_worked_off_or_refused_and_what_is_taken_is_in_the_journal(nurse, kind, sent):
    answered(nurse.post("/fhir", {"resourceType": "Bundle", "type": kind, "entry": sent}))
    journalled()


@ANY
@given(st.binary(max_size=60), st.sampled_from([JSON, "application/json", "text/plain", "", "x"]))
def test_any_bytes_are_refused_politely(nurse, raw, kind):
    answered(nurse.send("POST", "/fhir/Patient", raw, kind=kind))
    answered(nurse.send("POST", "/fhir/Patient/_search", raw, kind="application/x-www-form-urlencoded"))
    journalled()


def test_numbers_and_depths_at_the_edges_are_refused_or_kept(nurse):
    person = nurse.make(patient())
    start = orjson.dumps(observation(f"Patient/{person['id']}"))
    for number in (b"1e999", b"-1e400", b"1" * 400, b"0." + b"1" * 300, b"NaN", b"1e-400"):
        answered(nurse.post("/fhir/Observation", start.replace(b"4.1", number)))
    answered(nurse.post("/fhir/Patient", b'{"a":' * 5000 + b"1" + b"}" * 5000))
    answered(nurse.post("/fhir/Patient", b'{"a":1.10,"b":' + b"[" * 3000 + b"]" * 3000 + b"}"))
    answered(nurse.post("/fhir/Basic", {"resourceType": "Basic", "code": {"text": "a\x00b"}}))
    answered(nurse.post("/fhir/Patient", patient(identifier=[{"system": "urn:\x00", "value": "x" * 5000}])))
    answered(nurse.post("/fhir/Patient", patient(identifier=[{"system": "s" * 5000, "value": "x"}])))
    answered(nurse.post("/fhir/Patient", b'{"resourceType":"Patient","name":[{"family":"\\ud800"}]}'))
