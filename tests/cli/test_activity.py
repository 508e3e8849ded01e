"""`relight activity decide`: a file in, one document out, with neither database nor account."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
LIST = """N° RDV;Date;Heure;Type;Urgence;Site;Spécialité;Motif
1;24/11/2026;08:00;Consultation;;Arlon;Cardiologie;Contrôle annuel
2;24/11/2026;08:10;Consultation;;Arlon;Gynécologie;Suivi grossesse
3;24/11/2020;08:20;Opération;programmée;Marche;Orthopédie;PTH
4;24/11/2026;08:30;Opération;urgente;Arlon;Chirurgie;Appendicite
5;demain;08:30;Scanner;planifié;Arlon;Radiologie;Lombalgie
"""
STATE = {"sites": [{"id": "arlon"}], "services": [{"id": "laboratory", "site": "arlon", "level": "normal"}]}


@pytest.fixture
def run(tmp_path: Path) -> Any:
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    (tmp_path / "state.json").write_text(json.dumps(STATE), encoding="utf-8")

    def run(*words: str) -> tuple[int, Any]:
        env = {**os.environ, "RELIGHT_HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT / "src"), "LC_ALL": "C"}
        env.pop("RELIGHT_DATABASE_URL", None)
        command = [sys.executable, "-m", "relight", "activity", "decide", *words]
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False, timeout=60)
        return done.returncode, json.loads(done.stdout) if "--json" in words else done.stdout

    return run


def outcomes(document: Any) -> dict[str, str]:
    return {one["id"]: one["decision"] for one in document["decisions"]}


def test_every_appointment_is_decided_with_its_rule_and_reason(run: Any, tmp_path: Path) -> None:
    """In an empty home all is down; past dates are decided too; what cannot be read is aside; nothing is stored."""
    code, told = run("list.csv", "--json")
    assert code == 0
    assert outcomes(told) == {"1": "cancel", "2": "keep", "3": "cancel", "4": "ask"}
    assert [(one["line"], one["code"]) for one in told["aside"]] == [(6, "RL-ACT-040")]
    assert {one["rule"] for one in told["decisions"]} >= {"consultation-routine", "operation-urgent-no-laboratory"}
    assert all(set(one["because"]) == {"fr", "nl", "de", "en"} for one in told["decisions"])
    assert not (tmp_path / "home").exists()


def test_the_state_given_is_the_one_decided_by(run: Any) -> None:
    """Where the laboratory works, the urgent operation takes place, and the decision says what it saw."""
    _, told = run("list.csv", "--state", "state.json", "--json")
    (urgent,) = [one for one in told["decisions"] if one["id"] == "4"]
    assert (urgent["decision"], urgent["saw"]) == ("keep", {"laboratory@arlon": "normal"})


def test_what_a_list_holds_may_be_said_for_all_of_it(run: Any, tmp_path: Path) -> None:
    """`--assume-urgency` counts only where a row states none."""
    (tmp_path / "irm.csv").write_text("id;date;type;urgence\n1;24/11/2026;IRM;\n2;24/11/2026;IRM;urgent\n", "utf-8")
    assert outcomes(run("irm.csv", "--json")[1]) == {"1": "ask", "2": "ask"}
    assert outcomes(run("irm.csv", "--assume-urgency", "elective", "--json")[1]) == {"1": "cancel", "2": "ask"}


def test_a_faulty_policy_decides_nothing(run: Any, tmp_path: Path) -> None:
    """All faults come with their lines, exit 2."""
    (tmp_path / "p.toml").write_text("format = 1\n", encoding="utf-8")
    code, told = run("list.csv", "--policy", "p.toml", "--json")
    assert (code, told["error"]["code"], told["error"]["where"]) == (2, "RL-ACT-006", "p.toml:1")
    assert "decisions" not in told


def test_a_file_that_breaks_off_leaves_one_whole_document_that_says_so(run: Any, tmp_path: Path) -> None:
    """What was read until there is decided, `error` stands beside it, exit 2."""
    many = LIST + "".join(f"X{n};24/11/2026;09:00;Consultation;;Arlon;Cardiologie;{n * 7919}\n" for n in range(40_000))
    packed = gzip.compress(many.encode())
    (tmp_path / "cut.csv.gz").write_bytes(packed[: len(packed) // 2])
    code, told = run("cut.csv.gz", "--json")
    assert (code, told["error"]["code"]) == (2, "RL-ACT-032")
    assert told["decisions"]
    (tmp_path / "empty.csv").write_text("")
    code, told = run("empty.csv", "--json")
    assert (code, told["error"]["code"], "decisions" in told) == (2, "RL-ACT-030", False)


def test_a_terminal_gets_a_line_each_and_the_counts(run: Any) -> None:
    """No name of a patient; the policy with its version."""
    code, told = run("list.csv")
    assert code == 0
    assert (
        "4 appointments under degraded-mode@1: keep 1, cancel 2, move elsewhere 0, ask a doctor 1. Kept aside: 1."
        in told
    )
