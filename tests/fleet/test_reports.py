"""Reports of the inspection engine in the line. Cases: docs/design/evidence.md.

The reports here are made by the engine itself, over real files, and signed with a real key.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relight.fleet.api import (
    NewReport,
    hunt_preview,
    hunt_run,
    indicators_read,
    inspector_enrol,
    inspector_withdraw,
    items_move,
    report_add,
    reports_add,
)
from relight.fleet.models import Attestation, Report
from relight.fleet.rules.reports import Found, ReportFacts, is_about
from relight.fleet.selectors.items import items_get, met_checks
from relight.fleet.types import Stage
from relight.inspection.engine import inspect
from relight.inspection.report import Circumstances, hashes_of, report_document
from relight.inspection.scan import Plan
from relight.inspection.signing import report_sign
from relight.journal.api import evidence_read
from relight.kernel.errors import RelightError

pytestmark = pytest.mark.django_db

KEY = Ed25519PrivateKey.generate()
NOTE = (
    "All your files have been encrypted. To decrypt your files contact us on Tor and pay in Bitcoin. "
    "Do not try to recover files yourself."
)
FACTS = ReportFacts(
    digest="0" * 64,
    kid="0" * 16,
    public=bytes(32),
    verdict=Found.CLEAN,
    files=1,
    bytes_in_scope=1,
    bytes_inspected=1,
    findings=0,
    unread=0,
    started=datetime(2026, 11, 14, 10, tzinfo=UTC),
    finished=datetime(2026, 11, 14, 11, tzinfo=UTC),
    serial="",
    uuid="",
    hashes="0" * 64,
    hash_count=1,
)
BAD = b"MZ this stands for the attackers' tool" * 20


@pytest.fixture(autouse=True)
def _own_evidence(tmp_path: Path, settings: Any) -> None:
    settings.RELIGHT_HOME = tmp_path / "home"


def engine(folder: Path, *, at: datetime, key: Ed25519PrivateKey = KEY, subject: Any = None) -> tuple[bytes, bytes]:
    """Inspect a folder with the real engine; return report.json and hashes.sha256."""
    plan = Plan()
    outcome = inspect([bytes(folder)], plan=plan)
    about = Circumstances(paths=(bytes(folder),), started=at, finished=at + timedelta(minutes=2), host="bench-1")
    document = report_document(outcome, plan=plan, about=about)
    if subject:
        document["subject"] = subject
    return json.dumps(report_sign(document, key=key)).encode(), hashes_of(outcome)


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    """A disk with nothing wrong on it."""
    folder = tmp_path / "disk"
    folder.mkdir()
    (folder / "notes.txt").write_text("Bench 4, disk 2.\n" * 50)
    return folder


@pytest.fixture
def infected(clean: Path, tmp_path: Path) -> Path:
    """A disk with a ransom note and random bytes where a document was."""
    import os

    (clean / "planning.docx.locked").write_bytes(os.urandom(200_000))
    (clean / "README_RESTORE_FILES.txt").write_text(NOTE)
    return clean


@pytest.fixture
def enrolled(line: Any) -> str:
    """The engine's key, enrolled by a security officer."""
    kid, _ = inspector_enrol(act=line.security.act(), public=KEY.public_key().public_bytes_raw(), name="stick 4")
    return kid


def at_scan(line: Any, count: int = 1) -> list[Any]:
    """Items one step before `verified`, where the clean scan is asked for."""
    items: list[Any] = line.add(count)
    line.take(items, "reconfigured")
    line.clock.advance(minutes=30)
    return items


def refused(**arguments: Any) -> str:
    with pytest.raises(RelightError) as refusal:
        report_add(**arguments)
    return refusal.value.code


def met(item: Any) -> set[str]:
    return set(met_checks([item])[item])


def test_case_1_a_clean_report_of_an_enrolled_key_meets_the_clean_scan(line: Any, clean: Path, enrolled: str) -> None:
    (item,) = at_scan(line)
    content, hashes = engine(clean, at=line.clock.now())
    outcome = report_add(act=line.tech, item=item, content=content, hashes=hashes)
    assert (outcome.verdict.value, outcome.key, "clean-scan" in outcome.checks) == ("clean", "enrolled", True)
    assert "clean-scan" in met(item)
    attested = Attestation.objects.get(item_id=item, check_id="clean-scan")
    assert (attested.how, attested.evidence[0]["digest"]) == ("report", hashlib.sha256(content).hexdigest())


def test_case_2_a_report_of_an_unknown_key_is_kept_and_counts_from_its_enrolment_on(line: Any, clean: Path) -> None:
    (item,) = at_scan(line)
    content, hashes = engine(clean, at=line.clock.now())
    outcome = report_add(act=line.tech, item=item, content=content, hashes=hashes)
    assert (outcome.key, outcome.checks) == ("unknown", ())
    assert "clean-scan" not in met(item)
    _, counted = inspector_enrol(act=line.security.act(), public=KEY.public_key().public_bytes_raw(), name="stick 4")
    assert counted == 1
    assert "clean-scan" in met(item)


def test_case_3_only_a_security_officer_enrols(line: Any) -> None:
    with pytest.raises(RelightError, match="RL-PPL-001"):
        inspector_enrol(act=line.tech, public=KEY.public_key().public_bytes_raw(), name="stick 4")


def test_case_4_findings_meet_no_clean_scan_and_void_the_word_of_whoever_gave_it(
    line: Any, infected: Path, enrolled: str
) -> None:
    (item,) = at_scan(line)
    line.attest([item], "verified")
    assert "clean-scan" in met(item)
    content, hashes = engine(infected, at=line.clock.now())
    outcome = report_add(act=line.tech, item=item, content=content, hashes=hashes)
    assert outcome.verdict.value == "findings"
    assert "clean-scan" not in met(item)
    with pytest.raises(RelightError, match="RL-FLT-01"):
        items_move(act=line.tech, items=[item], to=Stage.VERIFIED)


def test_case_5_findings_on_an_admitted_machine_take_it_down_at_once(line: Any, infected: Path, enrolled: str) -> None:
    from relight.fleet.api import passport_lines

    (item,) = line.add(1)
    line.admit([item])
    line.clock.advance(hours=1)
    content, hashes = engine(infected, at=line.clock.now())
    outcome = report_add(act=line.tech, item=item, content=content, hashes=hashes)
    assert outcome.quarantined
    assert items_get([item])[0].state.value == "quarantined"
    assert passport_lines([item]) == []


def test_case_6_findings_of_an_unknown_key_take_nothing_down(line: Any, infected: Path) -> None:
    (item,) = line.add(1)
    line.admit([item])
    line.clock.advance(hours=1)
    content, hashes = engine(infected, at=line.clock.now())
    assert not report_add(act=line.tech, item=item, content=content, hashes=hashes).quarantined
    assert items_get([item])[0].state.value == "admitted"


def test_case_7_an_altered_report_is_refused_and_nothing_is_kept(line: Any, infected: Path, enrolled: str) -> None:
    (item,) = at_scan(line)
    content, _ = engine(infected, at=line.clock.now())
    document = json.loads(content)
    document["verdict"], document["findings"] = "clean", []
    assert refused(act=line.tech, item=item, content=json.dumps(document).encode()) == "RL-INS-012"
    assert not Report.objects.exists()


def test_case_8_a_report_that_says_clean_against_its_own_figures_is_no_report(
    line: Any, clean: Path, enrolled: str
) -> None:
    """Signed with the right key by a broken engine: bytes in scope were not read."""
    (item,) = at_scan(line)
    content, _ = engine(clean, at=line.clock.now())
    document = {key: value for key, value in json.loads(content).items() if key != "signature"}
    document["bytes_inspected"] -= 1
    forged = json.dumps(report_sign(document, key=KEY)).encode()
    assert refused(act=line.tech, item=item, content=forged) == "RL-FLT-134"


def test_case_9_a_report_about_another_machine_is_refused(line: Any, clean: Path, enrolled: str) -> None:
    item = line.add(1, serial="5CG2140XYZ")[0]
    line.take([item], "reconfigured")
    line.clock.advance(minutes=30)
    other, _ = engine(clean, at=line.clock.now(), subject={"serial": "CZC4000001"})
    assert refused(act=line.tech, item=item, content=other) == "RL-FLT-130"
    same, _ = engine(clean, at=line.clock.now(), subject={"serial": " 5cg2140xyz "})
    assert report_add(act=line.tech, item=item, content=same).checks


@pytest.mark.parametrize(
    ("said", "same"),
    [
        ({"uuid": "21709310-D584-4321-84AB-CDAB2DBC1C77"}, True),
        ({"uuid": "10937021-84d5-2143-84ab-cdab2dbc1c77"}, True),
        ({"uuid": "21709310-d584-4321-84ab-cdab2dbc1c78"}, False),
        ({"uuid": "no uuid"}, False),
        ({"serial": "To Be Filled By O.E.M.", "uuid": "00000000-0000-0000-0000-000000000000"}, True),
        ({}, True),
    ],
)
def test_case_9_a_uuid_in_either_byte_order_is_one_and_a_makers_filler_says_nothing(
    said: dict[str, str], same: bool
) -> None:
    """A rescue system reads the firmware's order, an inventory may have printed the other one."""
    facts = replace(FACTS, serial=said.get("serial", ""), uuid=said.get("uuid", ""))
    known = "10937021-84d5-2143-84ab-cdab2dbc1c77"
    assert bool(is_about(facts, name="ARL-NTP1", serial="5CG2140XYZ", uuid=known)) is same


def test_case_10_one_report_is_for_one_machine(line: Any, clean: Path, enrolled: str) -> None:
    one, other = at_scan(line, 2)
    content, _ = engine(clean, at=line.clock.now())
    report_add(act=line.tech, item=one, content=content)
    assert refused(act=line.tech, item=other, content=content) == "RL-FLT-133"


def test_case_11_a_report_from_before_the_present_stage_or_from_the_future_is_refused(
    line: Any, clean: Path, enrolled: str
) -> None:
    (item,) = at_scan(line)
    old, _ = engine(clean, at=line.clock.now() - timedelta(days=1))
    assert refused(act=line.tech, item=item, content=old) == "RL-FLT-131"
    future, _ = engine(clean, at=line.clock.now() + timedelta(days=1))
    assert refused(act=line.tech, item=item, content=future) == "RL-FLT-132"


def test_case_12_a_list_of_hashes_of_another_report_is_refused(line: Any, clean: Path, enrolled: str) -> None:
    (item,) = at_scan(line)
    content, hashes = engine(clean, at=line.clock.now())
    assert refused(act=line.tech, item=item, content=content, hashes=hashes + bytes(32)) == "RL-FLT-135"


def bench(line: Any, folder: Path, items: list[Any]) -> list[NewReport]:
    """One report an item, each of a disk of its own."""
    reports = []
    for item in items:
        (folder / "name.txt").write_text(str(item))
        content, hashes = engine(folder, at=line.clock.now())
        reports.append(NewReport(item=item, content=content, hashes=hashes))
    return reports


def test_the_reports_of_a_bench_each_count_for_their_own_machine(line: Any, clean: Path, enrolled: str) -> None:
    items = at_scan(line, 3)
    reports = bench(line, clean, items)
    outcomes = reports_add(act=line.tech, reports=reports)
    assert [outcome.checks for outcome in outcomes] == [("clean-scan",)] * 3
    for item, new in zip(items, reports, strict=True):
        (attested,) = Attestation.objects.filter(item_id=item, check_id="clean-scan")
        assert attested.evidence[0]["digest"] == hashlib.sha256(new.content).hexdigest()
        assert hash_list(item) == new.hashes


def hash_list(item: Any) -> bytes:
    return evidence_read(Report.objects.get(item_id=item).hashes)


def test_one_refused_report_refuses_the_bench_whole(line: Any, clean: Path, enrolled: str) -> None:
    items = at_scan(line, 3)
    reports = bench(line, clean, items)
    twice = [*reports[:2], replace(reports[0], item=items[2])]
    with pytest.raises(RelightError, match="RL-FLT-133"):
        reports_add(act=line.tech, reports=twice)
    assert not Report.objects.exists() and "clean-scan" not in met(items[0])


def test_two_reports_about_one_machine_take_effect_one_after_the_other(line: Any, clean: Path, enrolled: str) -> None:
    """Clean, then a finding, in one go: the finding voids what the first one proved."""
    (item,) = at_scan(line)
    (first,) = bench(line, clean, [item])
    (clean / "README_RESTORE_FILES.txt").write_text(NOTE)
    (second,) = bench(line, clean, [item])
    outcomes = reports_add(act=line.tech, reports=[first, second])
    assert [outcome.verdict.value for outcome in outcomes] == ["clean", "findings"]
    assert "clean-scan" not in met(item)


def test_forty_reports_cost_as_many_queries_as_four(line: Any, clean: Path, enrolled: str) -> None:
    few, many = bench(line, clean, at_scan(line, 4)), bench(line, clean, at_scan(line, 40))
    with CaptureQueriesContext(connection) as of_few:
        reports_add(act=line.tech, reports=few)
    with CaptureQueriesContext(connection) as of_many:
        reports_add(act=line.tech, reports=many)
    assert len(of_many) == len(of_few)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff\xfe", b'{"verdict":"clean"}', b"PK\x03\x04"])
def test_what_is_no_report_is_refused_by_code(line: Any, content: bytes) -> None:
    (item,) = line.add(1)
    assert refused(act=line.tech, item=item, content=content) in ("RL-FLT-134", "RL-INS-011")


def test_case_13_withdrawing_a_key_voids_what_it_proved_and_names_who_is_inside(
    line: Any, clean: Path, enrolled: str
) -> None:
    inside, waiting = at_scan(line, 2)
    for n, item in enumerate((inside, waiting)):
        (clean / f"{n}.txt").write_text("one more")
        content, hashes = engine(clean, at=line.clock.now())
        report_add(act=line.tech, item=item, content=content, hashes=hashes)
    line.attest([inside], "verified")
    items_move(act=line.tech, items=[inside], to=Stage.VERIFIED)
    line.sign([inside], line.security, "security")
    line.sign([inside], line.owner, "owner")
    outcome = inspector_withdraw(act=line.security.act(), kid=enrolled, reason="stick lost")
    assert outcome.admitted == (inside,)
    assert "clean-scan" not in met(waiting)
    assert items_get([inside])[0].state.value == "admitted"


def test_what_a_signatory_should_know_of_a_report_is_said_in_their_language(
    line: Any, clean: Path, enrolled: str, client_of: Any
) -> None:
    """A report that names no machine says so; the journal keeps a key, each reader gets words."""
    (item,) = at_scan(line)
    content, _ = engine(clean, at=line.clock.now())
    report_add(act=line.tech, item=item, content=content)
    assert Attestation.objects.get(item_id=item, check_id="clean-scan").note == f"inspector:{enrolled}:unnamed"
    for language, words in (("en", "it does not name its machine"), ("fr", "il ne nomme pas sa machine")):
        page = client_of("technician", language=language).get(f"/line/items/{item}/").content.decode()
        assert words in page


class TestHunt:
    """Cases 14 to 17: an indicator learned later."""

    def admitted(self, line: Any, folder: Path) -> list[Any]:
        items: list[Any] = line.add(2)
        line.take(items, "reconfigured")
        line.clock.advance(minutes=30)
        for n, item in enumerate(items):
            (folder / "tool.bin").write_bytes(BAD if n == 0 else b"harmless" * 100)
            content, hashes = engine(folder, at=line.clock.now())
            report_add(act=line.tech, item=item, content=content, hashes=hashes)
        line.admit(items)
        return items

    def test_case_14_it_is_found_in_reports_kept_before_and_its_machine_alone_goes(
        self, line: Any, clean: Path, enrolled: str
    ) -> None:
        hit, other = self.admitted(line, clean)
        indicators = indicators_read(f"# CERT 114\n{hashlib.sha256(BAD).hexdigest().upper()}  tool.exe\n")
        preview = hunt_preview(act=line.security.act(), indicators=indicators)
        assert [found.item for found in preview.hits] == [hit]
        assert items_get([hit])[0].state.value == "admitted"
        done = hunt_run(act=line.security.act(), indicators=indicators, source="CERT 114")
        assert done.quarantined == (hit,)
        assert [row.state.value for row in items_get([hit, other])] == ["quarantined", "admitted"]

    def test_case_15_what_falls_with_it_is_named_before(self, line: Any, clean: Path, enrolled: str) -> None:
        self.admitted(line, clean)
        indicators = [hashlib.sha256(BAD).hexdigest()]
        (found,) = hunt_preview(act=line.security.act(), indicators=indicators).hits
        assert found.falls == ("Emergency · Arlon",)

    def test_case_16_a_report_that_comes_later_is_held_against_it(self, line: Any, clean: Path, enrolled: str) -> None:
        hunt_run(act=line.security.act(), indicators=[hashlib.sha256(BAD).hexdigest()], source="CERT 114")
        (item,) = at_scan(line)
        (clean / "tool.bin").write_bytes(BAD)
        content, hashes = engine(clean, at=line.clock.now())
        outcome = report_add(act=line.tech, item=item, content=content, hashes=hashes)
        assert outcome.indicators == (hashlib.sha256(BAD).hexdigest(),)
        assert "clean-scan" not in met(item)

    def test_case_17_reports_without_their_list_are_counted_as_not_searched(
        self, line: Any, clean: Path, enrolled: str
    ) -> None:
        (item,) = at_scan(line)
        content, _ = engine(clean, at=line.clock.now())
        report_add(act=line.tech, item=item, content=content)
        found = hunt_preview(act=line.security.act(), indicators=["0" * 64])
        assert (found.reports, found.without_hashes) == (0, 1)

    @pytest.mark.parametrize("text", ["abc", "0" * 63, f"{'0' * 64}\nMD5 d41d8cd98f00b204e9800998ecf8427e"])
    def test_a_list_with_a_line_that_holds_no_sha256_is_refused_whole(self, text: str) -> None:
        with pytest.raises(RelightError, match="RL-FLT-139"):
            indicators_read(text)

    @pytest.mark.parametrize("text", ["", "\n# from the CERT\n"])
    def test_a_list_without_a_single_line_is_refused_in_words_of_its_own(self, text: str) -> None:
        with pytest.raises(RelightError, match="RL-FLT-141"):
            indicators_read(text)


class TestPages:
    """Adding, enrolling, withdrawing, hunting in the browser."""

    def test_a_report_is_added_on_the_machines_page_and_shown_with_its_share(
        self, line: Any, clean: Path, enrolled: str, client_of: Any
    ) -> None:
        from django.core.files.uploadedfile import SimpleUploadedFile

        (item,) = at_scan(line)
        content, hashes = engine(clean, at=line.clock.now())
        client = client_of("technician", language="en")
        answer = client.post(
            f"/line/items/{item}/report/",
            {
                "report": SimpleUploadedFile("report.json", content),
                "hashes": SimpleUploadedFile("hashes.sha256", hashes),
            },
            follow=True,
        )
        page = answer.content.decode()
        assert "The report is kept" in page
        assert enrolled in page
        kept = Report.objects.get()
        download = client.get(f"/line/items/{item}/reports/{kept.pk}/")
        assert download.content == content

    def test_a_report_that_is_refused_says_why_at_the_field(self, line: Any, client_of: Any) -> None:
        from django.core.files.uploadedfile import SimpleUploadedFile

        (item,) = line.add(1)
        client = client_of("technician", language="en")
        answer = client.post(f"/line/items/{item}/report/", {"report": SimpleUploadedFile("x.json", b"[]")})
        assert "no report of the inspection engine" in answer.content.decode()

    def test_the_hunt_shows_what_it_would_do_before_it_does_it(self, line: Any, client_of: Any) -> None:
        client = client_of("security-officer", language="en")
        answer = client.post("/line/hunt/", {"source": "CERT 114", "indicators": "0" * 64})
        assert "What would happen" in answer.content.decode()
        assert client.post("/line/hunt/", {"source": "CERT", "indicators": "0" * 64, "confirm": "1"}).status_code == 302

    def test_a_key_is_enrolled_and_withdrawn_on_its_page(self, line: Any, client_of: Any) -> None:
        client = client_of("security-officer", language="en")
        client.post("/line/inspectors/enrol/", {"name": "stick 9", "key": "ab" * 32})
        page = client.get("/line/inspectors/").content.decode()
        assert "stick 9" in page
        kid = hashlib.sha256(bytes.fromhex("ab" * 32)).hexdigest()[:16]
        assert client.post(f"/line/inspectors/{kid}/withdraw/", {"reason": "lost"}).status_code == 302
        assert "withdrawn" in client.get("/line/inspectors/").content.decode()
