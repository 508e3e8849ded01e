"""What becomes of every path in scope: read to its end, or named with the reason."""

from __future__ import annotations

import getpass
import gzip
import io
import os
import shutil
import socket
import subprocess
import tarfile
import threading
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from relight.inspection.engine import Outcome, inspect
from relight.inspection.hashes import HashSet
from relight.inspection.members import Limits
from relight.inspection.scan import Plan, file_inspect
from relight.inspection.types import Kind, Verdict

from .makers import KB, ciphertext, docx, tarred, text, zipped


def run(*paths: Path, plan: Plan | None = None) -> Outcome:
    return inspect([os.fsencode(path) for path in paths], plan=plan or Plan())


def whys(outcome: Outcome) -> str:
    return "; ".join(f"{row.path}>{row.member}: {row.why.say()}" for row in outcome.unread)


def found(outcome: Outcome) -> set[tuple[str, str, Kind]]:
    return {(finding.path.rpartition("/")[2], finding.member, finding.kind) for finding in outcome.findings}


def test_a_tree_of_intact_files_is_clean_and_every_byte_was_read(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "letter.txt").write_bytes(text(5000))
    (tmp_path / "b.docx").write_bytes(docx())
    outcome = run(tmp_path)
    assert outcome.verdict is Verdict.CLEAN
    assert outcome.bytes_inspected == outcome.bytes_in_scope == 5000 + len(docx())
    assert outcome.files == 2


def test_a_link_is_never_followed_and_is_accounted_for(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    (outside / "bad.docx").write_bytes(ciphertext(9 * KB))
    (inside / "link").symlink_to(outside)
    (inside / "loop").symlink_to(inside)
    (inside / "nowhere").symlink_to(inside / "gone")
    outcome = run(inside)
    assert (outcome.files, outcome.verdict) == (0, Verdict.CLEAN)
    assert len(outcome.passed) == 3


def test_pipes_and_sockets_are_named_and_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "sock"))
        outcome = run(tmp_path)
    assert {one.why.say() for one in outcome.passed} == {"a pipe", "a socket"}


@pytest.mark.skipif(
    os.geteuid() == 0 and not Path("/proc/self/mem").exists(), reason="needs /proc to have a file root cannot read"
)
def test_a_file_that_cannot_be_read_makes_the_verdict_incomplete(tmp_path: Path) -> None:
    """Root reads everything but what the kernel refuses: a folder's bytes are gone while it is walked."""
    result = file_inspect(Plan(), os.fsencode(tmp_path / "gone.txt"))
    assert result.unread[0].why.say().startswith("cannot be read: No such file")
    if os.geteuid() != 0:
        (tmp_path / "locked").write_bytes(b"x")
        (tmp_path / "locked").chmod(0)
        assert run(tmp_path).verdict is Verdict.INCOMPLETE


def test_a_name_that_is_no_text_is_inspected_and_printable(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/caf\xe9\xff.docx"
    with open(path, "wb") as file:  # noqa: PTH123 - a name of bytes
        file.write(ciphertext(9 * KB))
    outcome = run(tmp_path)
    assert outcome.findings[0].path.endswith("caf\\xe9\\xff.docx")
    outcome.findings[0].path.encode("utf-8")


def test_a_file_that_changes_while_it_is_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "busy.log"
    place.write_bytes(text(50 * KB))
    from relight.inspection import scan

    real = scan.assess

    def assess_and_write(*args: object, **kwargs: object) -> object:
        with place.open("ab") as file:
            file.write(b"more\n")
        return real(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(scan, "assess", assess_and_write)
    outcome = run(place)
    assert outcome.verdict is Verdict.INCOMPLETE
    assert "changed while it was read" in whys(outcome)


def test_a_parser_that_fails_is_named_and_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_bytes(text(900))
    (tmp_path / "b.txt").write_bytes(text(800))
    from relight.inspection import scan

    def fail(*args: object, **kwargs: object) -> object:
        raise ZeroDivisionError

    monkeypatch.setattr(scan, "assess", fail)
    outcome = run(tmp_path)
    assert (outcome.files, outcome.verdict) == (2, Verdict.INCOMPLETE)
    assert "the engine failed on this file: ZeroDivisionError" in whys(outcome)


def test_a_path_named_twice_is_inspected_once(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(text(900))
    assert run(tmp_path, tmp_path / "a.txt", tmp_path).files == 1


@pytest.mark.parametrize("pack", ["zip", "tar", "tar.gz", "tar.bz2", "tar.xz", "zip-in-tar"])
def test_an_encrypted_member_is_found_and_named_and_not_counted_as_a_file(tmp_path: Path, pack: str) -> None:
    members = {"good.txt": text(9 * KB), "ward/bad.docx": ciphertext(20 * KB)}
    if pack == "zip":
        content = zipped(members)
    elif pack == "zip-in-tar":
        content = tarred({"inner.zip": zipped(members)})
    else:
        out = io.BytesIO()
        mode = {"tar": "w", "tar.gz": "w:gz", "tar.bz2": "w:bz2", "tar.xz": "w:xz"}[pack]
        with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
            for name, body in members.items():
                info = tarfile.TarInfo(name)
                info.size = len(body)
                archive.addfile(info, io.BytesIO(body))
        content = out.getvalue()
    (tmp_path / f"backup.{pack}").write_bytes(content)
    outcome = run(tmp_path)
    member = "inner.zip/ward/bad.docx" if pack == "zip-in-tar" else "ward/bad.docx"
    assert found(outcome) == {(f"backup.{pack}", member, Kind.ENCRYPTED)}
    assert outcome.files == 1


def test_one_compressed_file_is_unpacked_and_looked_at(tmp_path: Path) -> None:
    (tmp_path / "bad.docx.gz").write_bytes(gzip.compress(ciphertext(20 * KB)))
    assert found(run(tmp_path)) == {("bad.docx.gz", "bad.docx", Kind.ENCRYPTED)}


def test_an_archive_bomb_is_stopped_and_named(tmp_path: Path) -> None:
    (tmp_path / "bomb.zip").write_bytes(zipped({"zeros": bytes(200 * 1024 * KB)}))
    outcome = run(tmp_path)
    assert outcome.verdict is Verdict.INCOMPLETE
    assert "times its size" in whys(outcome)


def test_archives_nested_too_deep_are_named(tmp_path: Path) -> None:
    content = text(900)
    for _ in range(9):
        content = zipped({"inner.zip": content})
    (tmp_path / "deep.zip").write_bytes(content)
    outcome = run(tmp_path, plan=Plan(limits=Limits(depth=3)))
    assert "nested more than 3 deep" in whys(outcome)


def test_a_member_over_the_limit_is_named_not_called_clean(tmp_path: Path) -> None:
    (tmp_path / "big.zip").write_bytes(zipped({"big.bin": text(3000 * KB)}))
    outcome = run(tmp_path, plan=Plan(limits=Limits(member_bytes=1024 * KB)))
    assert outcome.verdict is Verdict.INCOMPLETE
    assert outcome.unread[0].member == "big.bin"


def test_members_behind_a_password_are_remarked(tmp_path: Path) -> None:
    plain = bytearray(zipped({"a.txt": text(9 * KB)}))
    plain[plain.find(b"PK\x03\x04") + 6] |= 1
    plain[plain.find(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "a.zip").write_bytes(plain)
    outcome = run(tmp_path)
    assert outcome.verdict is Verdict.CLEAN
    assert outcome.remarks[0].member == "a.txt"


def test_a_broken_archive_is_named_and_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "cut.tar.gz").write_bytes(gzip.compress(tarred({"a.txt": text(50 * KB)}))[:2000])
    (tmp_path / "fine.txt").write_bytes(text(400))
    outcome = run(tmp_path)
    assert (outcome.files, outcome.verdict) == (2, Verdict.INCOMPLETE)


def test_known_bad_is_found_and_known_good_raises_no_alarm(tmp_path: Path) -> None:
    import hashlib

    bad, odd = text(700), ciphertext(9 * KB)
    (tmp_path / "tool.txt").write_bytes(bad)
    (tmp_path / "vendor.docx").write_bytes(odd)
    plan = Plan(
        bad=HashSet(packed=hashlib.sha256(bad).digest()),
        good=HashSet(packed=hashlib.sha256(odd).digest()),
    )
    outcome = run(tmp_path, plan=plan)
    assert found(outcome) == {("tool.txt", "", Kind.KNOWN_BAD)}


def test_findings_of_a_member_and_its_archive_stay_apart(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("x.docx", ciphertext(9 * KB, 1))
        archive.writestr("y.docx", ciphertext(9 * KB, 2))
    (tmp_path / "a.zip").write_bytes(out.getvalue())
    assert {member for _, member, _ in found(run(tmp_path))} == {"x.docx", "y.docx"}


class Clamd(threading.Thread):
    """A clamd of this test: answers one question a connection, as the real one does for INSTREAM."""

    def __init__(self, place: Path) -> None:
        super().__init__(daemon=True)
        self.link = socket.socket(socket.AF_UNIX)
        self.link.bind(str(place))
        self.link.listen(8)
        self.sizes: list[int] = []

    def run(self) -> None:
        while True:
            try:
                peer, _ = self.link.accept()
            except OSError:
                return
            with peer, peer.makefile("rb") as wire:
                command = b"".join(iter(lambda wire=wire: wire.read(1), b"\0"))  # type: ignore[misc]
                if command == b"zVERSION":
                    peer.sendall(b"ClamAV 1.0.9\0")
                    continue
                body = b""
                while size := int.from_bytes(wire.read(4), "big"):
                    body += wire.read(size)
                self.sizes.append(len(body))
                peer.sendall(b"stream: Test.Marker FOUND\0" if b"EVIL" in body else b"stream: OK\0")


def test_clamav_finds_and_what_is_over_its_limit_is_never_called_clean(tmp_path: Path) -> None:
    from relight.inspection.virus_daemon import daemon_find

    scope = tmp_path / "scope"
    scope.mkdir()
    (scope / "a.txt").write_bytes(text(500) + b"EVIL")
    (scope / "b.txt").write_bytes(text(600))
    (scope / "big.txt").write_bytes(text(90 * KB))
    daemon = Clamd(tmp_path / "ctl")
    daemon.start()
    outcome = run(scope, plan=Plan(virus_daemon=daemon_find(str(tmp_path / "ctl"), limit_bytes=50 * KB)))
    daemon.link.close()
    assert found(outcome) == {("a.txt", "", Kind.MALWARE)}
    assert [row.path.rpartition("/")[2] for row in outcome.unread] == ["big.txt"]
    assert sorted(daemon.sizes) == [504, 600]


def test_the_real_clamd_finds_by_a_signature_of_our_own_and_names_what_it_refuses(tmp_path: Path) -> None:
    """Also where clamd's own limit is lower than what it told us."""
    program = shutil.which("clamd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        pytest.skip("clamd is not here: apt-get install clamav-daemon")
    from relight.inspection.virus_daemon import daemon_find

    base, scope = tmp_path / "base", tmp_path / "scope"
    base.mkdir()
    scope.mkdir()
    (base / "own.ndb").write_text(f"Own.Marker:0:*:{b'RELIGHT-EVIL'.hex()}\n")
    (scope / "bad.txt").write_bytes(text(500) + b"RELIGHT-EVIL")
    (scope / "big.txt").write_bytes(text(3000 * KB))
    settings = tmp_path / "clamd.conf"
    settings.write_text(
        f"LocalSocket {tmp_path}/ctl\nDatabaseDirectory {base}\nForeground yes\nStreamMaxLength 1M\nUser {getpass.getuser()}\n"
    )
    with subprocess.Popen(
        [program, "-c", str(settings)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as daemon:
        try:
            until = time.monotonic() + 60
            while not (tmp_path / "ctl").exists() and time.monotonic() < until and daemon.poll() is None:
                time.sleep(0.1)
            outcome = run(
                scope, plan=Plan(virus_daemon=daemon_find(str(tmp_path / "ctl"), limit_bytes=100 * 1024 * KB))
            )
        finally:
            daemon.terminate()
    assert found(outcome) == {("bad.txt", "", Kind.MALWARE)}
    assert [row.path.rpartition("/")[2] for row in outcome.unread] == ["big.txt"]
    assert "not scanned by ClamAV" in whys(outcome)


def test_a_daemon_that_was_named_and_does_not_answer_stops_the_run(tmp_path: Path) -> None:
    from relight.inspection.virus_daemon import daemon_find
    from relight.kernel.errors import PeerError

    with pytest.raises(PeerError, match="RL-INS-013"):
        daemon_find(str(tmp_path / "nothing"))


def test_a_marker_at_the_end_of_a_sparse_5_gb_file_is_found(tmp_path: Path) -> None:
    """Scaled by what a test may cost: 300 MB cross every window border the 5 GB of the long run do."""
    assert _marker_found(tmp_path, size=300 * 1024 * KB)


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_a_marker_at_the_end_of_a_sparse_5_gb_file_is_found_in_full_length(tmp_path: Path) -> None:
    assert _marker_found(tmp_path, size=5 * 1024**3)


def _marker_found(tmp_path: Path, *, size: int) -> bool:
    from relight.inspection.yara_scan import rules_compile

    (tmp_path / "marker.yar").write_text('rule marker { strings: $a = "RELIGHT-END-MARKER" condition: $a }')
    place = tmp_path / "image.raw"
    with place.open("wb") as file:
        file.truncate(size)
        file.seek(size - 18)
        file.write(b"RELIGHT-END-MARKER")
    compiled = rules_compile(tmp_path / "marker.yar")
    result = file_inspect(Plan(rules=compiled.blob), os.fsencode(place))
    assert result.read_bytes == result.size_bytes == size
    return [finding.kind for finding in result.findings] == [Kind.MALWARE]


def test_a_marker_across_two_windows_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from relight.inspection import scan
    from relight.inspection.yara_scan import rules_compile

    monkeypatch.setattr(scan, "WINDOW", 64 * KB)
    monkeypatch.setattr(scan, "OVERLAP", 1 * KB)
    (tmp_path / "marker.yar").write_text('rule marker { strings: $a = "ACROSS-THE-BORDER" condition: $a }')
    content = bytearray(text(200 * KB))
    content[64 * KB - 8 : 64 * KB + 9] = b"ACROSS-THE-BORDER"
    (tmp_path / "a.log").write_bytes(content)
    plan = Plan(rules=rules_compile(tmp_path / "marker.yar").blob)
    result = file_inspect(plan, os.fsencode(tmp_path / "a.log"))
    assert "at byte 65528" in result.findings[0].reasons[0].say()


def _rules(tmp_path: Path, sources: Sequence[str]) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    for number, source in enumerate(sources):
        (folder / f"{number}.yar").write_text(source)
    return folder


def test_a_rule_that_does_not_compile_is_named_and_nothing_is_inspected(tmp_path: Path) -> None:
    from relight.inspection.yara_scan import rules_compile
    from relight.kernel.errors import InputError

    folder = _rules(tmp_path, ["rule fine { condition: false }", 'rule broken { strings: $a = "x" condition: $b }'])
    with pytest.raises(InputError, match="RL-INS-002") as caught:
        rules_compile(folder)
    assert caught.value.where.endswith("1.yar")
    assert "$b" in caught.value.message()


def test_a_scan_that_runs_out_of_time_makes_the_verdict_incomplete(tmp_path: Path) -> None:
    from relight.inspection.yara_scan import rules_compile

    slow = "rule slow { condition: for all i in (0..2000000000) : ( uint8(i % filesize) != 300 ) }"
    plan = Plan(rules=rules_compile(_rules(tmp_path, [slow])).blob, rule_timeout_s=1)
    (tmp_path / "a.txt").write_bytes(text(2000))
    outcome = run(tmp_path / "a.txt", plan=plan)
    assert outcome.verdict is Verdict.INCOMPLETE
    assert "did not finish (timeout)" in whys(outcome)
