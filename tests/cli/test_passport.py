"""`relight passport verify` on a machine with nothing but the public keys."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from relight.wire.passport import (
    REVOCATIONS,
    TYPE,
    Passport,
    RevocationList,
    key_set,
    passport_claims,
    revocation_claims,
    signing_input,
    token_join,
)

KEY = Ed25519PrivateKey.generate()
RAW = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
NOW = datetime.now(tz=UTC).replace(microsecond=0)
ID = UUID(int=7)


def signed(type: str, claims: dict[str, object]) -> str:
    covered = signing_input(kid="k1", type=type, claims=claims)
    return token_join(covered, KEY.sign(covered))


def token(*, days: int = 30) -> str:
    passport = Passport(
        id=ID,
        item=UUID(int=8),
        name="arl-urg-pc014",
        serial="5CG2140XYZ",
        site="arlon",
        service="emergency",
        policy="1",
        evidence=bytes(32),
        security="staff:00000000-0000-0000-0000-000000000001",
        owner="staff:00000000-0000-0000-0000-000000000002",
        issued_at=NOW - timedelta(days=40),
        expires_at=NOW + timedelta(days=days),
    )
    return signed(TYPE, passport_claims(passport))


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    place = tmp_path / "keys.json"
    place.write_text(json.dumps(key_set({"k1": RAW})))
    return place


def verify(tmp_path: Path, *words: str) -> tuple[int, dict[str, object]]:
    """Run the command in a process of its own; its home must stay as empty as it was."""
    home = tmp_path / "never-made"
    source = str(Path(__file__).parents[2] / "src")
    settings = {"RELIGHT_HOME": str(home), "PYTHONPATH": source, "PATH": os.environ["PATH"], "LANG": "C"}
    command = [sys.executable, "-m", "relight", "passport", "verify", *words, "--json"]
    ran = subprocess.run(command, capture_output=True, text=True, env=settings, timeout=60, check=False)
    assert not home.exists()
    assert "Traceback" not in ran.stderr
    document: dict[str, object] = json.loads(ran.stdout)
    return ran.returncode, document


def test_a_valid_passport_exits_0_and_makes_no_data_folder(tmp_path: Path, keys: Path) -> None:
    code, document = verify(tmp_path, token(), "--keys", str(keys))
    assert (code, document["standing"]) == (0, "valid")
    assert document["passport"]["name"] == "arl-urg-pc014"  # type: ignore[index]


def test_expired_revoked_altered_and_foreign_ones_exit_1_each_with_its_own_answer(tmp_path: Path, keys: Path) -> None:
    listed = tmp_path / "revoked.txt"
    listed.write_text(signed(REVOCATIONS, revocation_claims(RevocationList(issued_at=NOW, revoked=frozenset({ID})))))
    foreign = tmp_path / "other.json"
    foreign.write_text(json.dumps(key_set({"k9": RAW})))
    head, claims, _ = token().split(".")
    altered = f"{head}.{claims}.{token(days=31).split('.')[2]}"
    assert verify(tmp_path, token(days=-1), "--keys", str(keys))[1]["standing"] == "expired"
    answers = {
        "expired": verify(tmp_path, token(days=-1), "--keys", str(keys)),
        "revoked": verify(tmp_path, token(), "--keys", str(keys), "--revoked", str(listed)),
        "altered": verify(tmp_path, altered, "--keys", str(keys)),
        "unknown-key": verify(tmp_path, token(), "--keys", str(foreign)),
    }
    assert {name: (code, document["standing"]) for name, (code, document) in answers.items()} == {
        name: (1, name) for name in answers
    }


def test_what_is_no_passport_and_a_machine_without_keys_exit_2_with_a_coded_error(tmp_path: Path, keys: Path) -> None:
    code, document = verify(tmp_path, "5CG2140XYZ", "--keys", str(keys))
    assert (code, document["error"]["code"]) == (2, "RL-WIR-001")  # type: ignore[index]
    code, document = verify(tmp_path, token())
    assert (code, document["error"]["code"]) == (2, "RL-CLI-030")  # type: ignore[index]
