"""A program that speaks FHIR to the record: signs in by a token of its own, sends and reads JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "fhir"
NO_DATA = "the real FHIR resources (../shared/data/fhir) are not here"
JSON = "application/fhir+json"


def token_for(act: Any, *roles: str, **fields: Any) -> str:
    """Issue a token with these roles. Args: act: of an administrator."""
    from relight.people.services import staff_create  # noqa: F401 - the app must be loaded
    from relight.people.tokens import token_issue

    return token_issue(act=act, name="-".join(roles) or "test", roles=roles, **fields)[1]


class Program:
    """A test client that sends a bearer token with every request."""

    def __init__(self, token: str) -> None:
        from django.test import Client

        self.client = Client(raise_request_exception=False)
        self.token = token

    def send(self, method: str, path: str, body: Any = None, *, kind: str = JSON, **headers: str) -> Any:
        """Send one request. Args: body: bytes as they are, anything else as JSON. headers: `if_match="W/\\"1\\""`."""
        data = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"Authorization": f"Bearer {self.token}", **named}
        return self.client.generic(method, path, data, content_type=kind, headers=sent)

    def get(self, path: str, **headers: str) -> Any:
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.send("POST", path, body, **headers)

    def put(self, path: str, body: Any, **headers: str) -> Any:
        return self.send("PUT", path, body, **headers)

    def make(self, body: dict[str, Any]) -> dict[str, Any]:
        """Make a resource. Returns: it as the record holds it."""
        answer = self.post(f"/fhir/{body['resourceType']}", body)
        assert answer.status_code == 201, answer.content
        return answer.json()

    def found(self, path: str) -> list[dict[str, Any]]:
        """Search. Returns: the matches of the first page."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.content
        return [one["resource"] for one in answer.json().get("entry", []) if one["search"]["mode"] == "match"]


def patient(**fields: Any) -> dict[str, Any]:
    """A patient of no hospital."""
    return {
        "resourceType": "Patient",
        "name": [{"family": "Noël", "given": ["Hélène", "Marie"]}],
        "gender": "female",
        "birthDate": "1958-03-07",
        "identifier": [{"system": "urn:test:mrn", "value": "A-1"}],
        **fields,
    }


def observation(subject: str, **fields: Any) -> dict[str, Any]:
    """A potassium of that patient."""
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "2823-3"}]},
        "subject": {"reference": subject},
        "effectiveDateTime": "2026-11-22T23:30:00+00:00",
        "valueQuantity": {"value": 4.1, "unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L"},
        **fields,
    }
