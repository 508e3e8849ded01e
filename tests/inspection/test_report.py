"""The report: stable keys, a signature that shows any change, pages that interpret nothing, a run that goes on."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from relight.inspection.pages import page_html, page_pdf
from relight.inspection.report import share
from relight.inspection.signing import key_load, report_verify
from relight.kernel.errors import InputError, RuleError

from .makers import KB, ciphertext, docx, text

SOURCE = Path(__file__).resolve().parents[2] / "src"


def command(*arguments: object, home: Path, module: str = "relight.inspection") -> tuple[int, str, str]:
    environment = {
        **os.environ,
        "RELIGHT_HOME": str(home),
        "PYTHONPATH": str(SOURCE),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
    }
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    ran = subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        capture_output=True,
        env=environment,
        timeout=120,
        check=False,
    )
    return ran.returncode, ran.stdout.decode(), ran.stderr.decode()


@pytest.fixture
def scope(tmp_path: Path) -> Path:
    folder = tmp_path / "scope"
    folder.mkdir()
    (folder / "letter.txt").write_bytes(text(4000))
    (folder / "bad.docx").write_bytes(ciphertext(9 * KB))
    return folder


@pytest.fixture
def report(scope: Path, tmp_path: Path) -> dict[str, Any]:
    code, out, _ = command(scope, "--json", "--out", tmp_path / "out", "--no-clamav", home=tmp_path / "home")
    assert code == 1
    document: dict[str, Any] = json.loads(out)
    return document


def test_the_stable_keys_are_there(report: dict[str, Any], scope: Path) -> None:
    assert report["verdict"] == "findings"
    assert report["files"] == 2
    assert report["bytes_in_scope"] == report["bytes_inspected"] == 4000 + 9 * KB
    assert report["unread"] == []
    (finding,) = report["findings"]
    assert finding["path"] == str(scope / "bad.docx")
    assert finding["kind"] == "encrypted"
    assert finding["reasons"]


def test_the_key_is_made_once_and_only_its_owner_may_read_it(
    report: dict[str, Any], tmp_path: Path, scope: Path
) -> None:
    place = tmp_path / "home" / "inspector.key"
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    _, out, _ = command(scope, "--json", "--no-clamav", home=tmp_path / "home")
    assert json.loads(out)["signature"]["key_id"] == report["signature"]["key_id"]


def test_a_key_others_may_read_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "inspector.key"
    key_load(place)
    place.chmod(0o644)
    with pytest.raises(InputError, match="RL-INS-006"):
        key_load(place)


def test_the_signature_holds_and_any_change_breaks_it(report: dict[str, Any]) -> None:
    report_verify(report)
    for change in ({"verdict": "clean"}, {"files": 3}, {"findings": []}, {"extra": 1}):
        with pytest.raises(RuleError, match="RL-INS-012"):
            report_verify({**report, **change})


def test_another_key_than_the_enrolled_one_is_refused(report: dict[str, Any]) -> None:
    with pytest.raises(RuleError, match="RL-INS-012"):
        report_verify(report, public_key=bytes(32))


def test_verify_answers_on_the_command_line(report: dict[str, Any], tmp_path: Path) -> None:
    place = tmp_path / "out" / "report.json"
    assert command("--verify", place, home=tmp_path / "home")[0] == 0
    place.write_text(place.read_text().replace('"findings",', '"clean",', 1))
    code, _, err = command("--verify", place, home=tmp_path / "home")
    assert (code, "RL-INS-012" in err) == (1, True)


def test_hashes_are_kept_sorted_32_bytes_each(report: dict[str, Any], tmp_path: Path) -> None:
    raw = (tmp_path / "out" / "hashes.sha256").read_bytes()
    rows = [raw[at : at + 32] for at in range(0, len(raw), 32)]
    assert rows == sorted(rows)
    assert len(rows) == report["hashes"]["count"] == 2


def test_html_and_pdf_are_written_and_reach_out_to_nothing(report: dict[str, Any], tmp_path: Path) -> None:
    html = (tmp_path / "out" / "report.html").read_text()
    assert "bad.docx" in html
    assert "<script" not in html
    assert "http" not in html
    assert (tmp_path / "out" / "report.pdf").read_bytes().startswith(b"%PDF-")


def test_a_hostile_file_name_is_text_on_every_page(report: dict[str, Any]) -> None:
    finding = {**report["findings"][0], "path": '/x/<script>alert(1)</script>"#read("/etc/passwd")#eval("1")'}
    hostile = {**report, "findings": [finding]}
    assert "<script" not in page_html(hostile)
    assert page_pdf(hostile).startswith(b"%PDF-")


def test_the_share_is_rounded_down_so_that_all_means_all() -> None:
    assert share(10**9 - 1, 10**9) < 1.0
    assert share(0, 0) == 1.0


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        (["/nowhere/at/all"], 2, "RL-INS-001"),
        ([], 2, "RL-INS-014"),
        ([".", "--resume"], 2, "RL-INS-008"),
        ([".", "--jobs", "-3"], 2, "RL-INS-014"),
        ([".", "--rules", "/nowhere"], 2, "RL-INS-003"),
        ([".", "--known-bad", "/nowhere"], 2, "RL-INS-005"),
        ([".", "--bogus"], 2, "RL-INS-014"),
        (["--verify", "/nowhere"], 2, "RL-INS-011"),
    ],
)
def test_wrong_use_is_a_coded_error_and_exit_2(tmp_path: Path, arguments: list[str], code: int, error: str) -> None:
    got, out, _ = command(*arguments, "--json", home=tmp_path / "home")
    assert got == code
    assert json.loads(out)["error"]["code"] == error
    assert set(json.loads(out)["error"]) == {"code", "message", "where", "next"}


def test_a_bad_line_in_a_list_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_text("# indicators\n" + "ab" * 32 + " tool.exe\nnot-a-hash\n")
    code, out, _ = command(tmp_path, "--known-bad", tmp_path / "bad.txt", "--json", home=tmp_path / "home")
    assert (code, json.loads(out)["error"]["where"]) == (2, f"{tmp_path}/bad.txt:3")


def test_relight_inspect_is_the_same_command_and_needs_no_data_folder(tmp_path: Path, scope: Path) -> None:
    code, out, _ = command("inspect", scope, "--json", "--no-clamav", home=tmp_path / "home", module="relight")
    assert (code, json.loads(out)["verdict"]) == (1, "findings")
    assert not (tmp_path / "home" / "relight.sqlite3").exists()


def test_a_clean_scope_exits_0(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.docx").write_bytes(docx())
    code, out, _ = command(tmp_path / "in", "--unsigned", "--no-clamav", home=tmp_path / "home")
    assert (code, out.startswith("Clean: 1 files")) == (0, True)
    assert not (tmp_path / "home").exists()


def test_a_report_folder_inside_the_scope_is_not_inspected(tmp_path: Path, scope: Path) -> None:
    command(scope, "--out", scope / "out", "--no-clamav", home=tmp_path / "home")
    _, out, _ = command(scope, "--out", scope / "out", "--no-clamav", "--json", home=tmp_path / "home")
    assert json.loads(out)["files"] == 2
