"""`relight people`: tokens of programs."""

import json
import os
import subprocess
import sys
from pathlib import Path

SRC = Path(__file__).resolve().parents[2] / "src"


def relight(home, *words):
    environment = {**os.environ, "RELIGHT_HOME": str(home), "PYTHONPATH": str(SRC), "LC_ALL": "C.UTF-8"}
    environment.pop("RELIGHT_DATABASE_URL", None)
    return subprocess.run(
        [sys.executable, "-m", "relight", *words], env=environment, capture_output=True, text=True, check=False
    )


def test_a_token_is_issued_once_listed_without_its_text_and_revoked(tmp_path):
    issued = relight(tmp_path, "people", "token", "Ward 3", "--role", "nurse", "--scope", "site:arlon", "--json")
    assert issued.returncode == 0, issued.stderr
    made = json.loads(issued.stdout)
    listed = relight(tmp_path, "people", "tokens", "--json").stdout
    assert made["token"].startswith("rlt_")
    assert made["token"] not in listed
    (one,) = json.loads(listed)["tokens"]
    assert (one["id"], one["name"], one["roles"], one["scope"]) == (made["id"], "Ward 3", ["nurse"], ["site:arlon"])
    assert relight(tmp_path, "people", "token-revoke", made["id"]).returncode == 0
    assert json.loads(relight(tmp_path, "people", "tokens", "--json").stdout)["tokens"][0]["revoked_at"]


def test_a_token_without_a_role_or_for_too_long_is_refused_by_code(tmp_path):
    for words, code in ((["--days", "5"], "RL-PPL-018"), (["--role", "nurse", "--days", "400"], "RL-PPL-017")):
        refused = relight(tmp_path, "people", "token", "x", *words, "--json")
        assert refused.returncode == 2
        assert json.loads(refused.stdout)["error"]["code"] == code
