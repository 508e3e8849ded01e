"""The static site and the command line of bulletins: docs/design/liaison.md, cases 80-89."""

from __future__ import annotations

import json
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from typer.testing import CliRunner

from relight.kernel.act import Act
from relight.kernel.errors import RelightError
from relight.liaison.models import Bulletin
from relight.liaison.selectors.bulletins import draft_get, draft_shown
from relight.liaison.services.bulletins import bulletin_approve, bulletin_draw, bulletin_write
from relight.liaison.services.site import site_publish
from relight.liaison.types import LANGUAGES
from support.bulletins import desk_add, hospital_load, works
from support.people import PASSWORD, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def approved(act_for: Callable[..., Act], staff_of: Callable[..., Person]) -> Callable[[], int]:
    """`approved()`: a small hospital; draw, write and approve its next bulletin."""
    house = act_for("owner")
    hospital_load(house)
    desk_add(house, kind="urgent", name="Coordination", phone="+3263231000")
    desk_add(house, kind="specialist", name="Ligne réservée", phone="+3263239999", public=False)
    writer, lead = staff_of("liaison").act(), staff_of("medical-lead").act()

    def approve() -> int:
        bulletin_draw(act=writer)
        bulletin_write(act=writer, number=0, free={"fr": "<script>alert(1)</script> & « bonjour »"})
        return bulletin_approve(act=lead, shown=draft_shown(draft_get()), password=PASSWORD, partial=True)

    approve()
    return approve


class Page(HTMLParser):
    """What a page links to, loads and names."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.attributes: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            self.attributes.append(name)
            if name in ("href", "src", "action", "srcset", "poster"):
                self.links.append(value or "")
            if name == "id":
                self.ids.append(value or "")


def pages(folder: Path) -> dict[Path, Page]:
    return {place: Page(place.read_text()) for place in sorted(folder.rglob("*.html"))}


def test_every_link_of_every_page_leads_to_a_file_or_a_place_in_the_folder(
    approved: Callable[[], int], act_for: Callable[..., Act], tmp_path: Path
) -> None:
    """Case 80: no address outside, no address from the root, so that it works from a stick as well as from a host."""
    approved()
    site_publish(act=act_for("owner"), folder=tmp_path / "site")
    found = pages(tmp_path / "site")
    reached = {tmp_path / "site" / "index.html"}
    assert len(found) == 1 + 4 * (2 + 3)
    for place, page in found.items():
        for link in page.links:
            parts = urlsplit(link)
            assert not parts.scheme and not parts.netloc and not parts.path.startswith("/"), (place, link)
            target = (place.parent / parts.path).resolve() if parts.path else place
            assert target.is_file() and tmp_path in target.parents, (place, link)
            if parts.fragment:
                assert parts.fragment in found[target].ids, (place, link)
            reached.add(target)
    assert reached == {one for one in (tmp_path / "site").rglob("*") if one.is_file() and one.name != "bulletins.json"}


def test_no_page_has_a_script_or_loads_anything(
    approved: Callable[[], int], act_for: Callable[..., Act], tmp_path: Path
) -> None:
    """Case 81."""
    site_publish(act=act_for("owner"), folder=tmp_path / "site")
    for place, page in pages(tmp_path / "site").items():
        assert not {"script", "link", "img", "iframe", "object", "form", "base"} & set(page.tags), place
        assert not [name for name in page.attributes if name.startswith("on")], place
        text = place.read_text()
        assert "@import" not in text and "url(" not in text, place
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in (tmp_path / "site" / "fr" / "index.html").read_text()


def test_lines_that_are_not_public_are_in_no_file(
    approved: Callable[[], int], act_for: Callable[..., Act], tmp_path: Path
) -> None:
    """Case 82."""
    site_publish(act=act_for("owner"), folder=tmp_path / "site")
    texts = [one for one in (tmp_path / "site").rglob("*") if one.suffix in (".html", ".txt", ".json")]
    assert any("23\u00a010\u00a000" in one.read_text() for one in texts)
    assert not [one for one in texts if "99\u00a099" in one.read_text() or "réservée" in one.read_text()]


def test_publishing_again_keeps_the_earlier_and_says_that_they_were_replaced(
    approved: Callable[[], int], act_for: Callable[..., Act], tmp_path: Path
) -> None:
    """Case 83."""
    folder, owner = tmp_path / "site", act_for("owner")
    first = site_publish(act=owner, folder=folder)
    paper = (folder / "fr" / "bulletin-1.pdf").read_bytes()
    assert "remplacé" not in (folder / "fr" / "bulletin-1.html").read_text()
    approved()
    second = site_publish(act=owner, folder=folder)
    assert (first.number, first.kept, second.number, second.bulletins, second.kept) == (1, 0, 2, 2, 12)
    assert (folder / "fr" / "bulletin-1.pdf").read_bytes() == paper
    assert "Ce bulletin est remplacé par le bulletin 2." in (folder / "fr" / "bulletin-1.html").read_text()
    assert "Bulletin n° 2" in (folder / "fr" / "index.html").read_text()
    assert [one["number"] for one in json.loads((folder / "bulletins.json").read_text())["bulletins"]] == [2, 1]


@pytest.mark.parametrize("cut", [5, 15, 20, 26])
def test_what_is_linked_to_is_there_before_and_no_file_is_ever_half_written(
    approved: Callable[[], int], act_for: Callable[..., Act], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cut: int
) -> None:
    """Case 84: cut off at any file, whoever comes by the first page finds every link answered."""
    from relight.liaison.services import site

    folder, owner = tmp_path / "site", act_for("owner")
    site_publish(act=owner, folder=folder)
    approved()
    index = (folder / "fr" / "index.html").read_bytes()
    real, written = site._write, []

    def until(place: Path, content: bytes) -> None:
        if len(written) >= cut:
            raise OSError(28, "No space left on device")
        written.append(place)
        real(place, content)

    monkeypatch.setattr(site, "_write", until)
    with pytest.raises(RelightError, match="RL-LIA-062"):
        site_publish(act=owner, folder=folder)
    assert (folder / "fr" / "index.html").read_bytes() == index
    found, waiting, seen = pages(folder), [folder / "index.html"], set()
    while waiting:
        place = waiting.pop()
        seen.add(place)
        for link in found[place].links:
            if path := urlsplit(link).path:
                target = (place.parent / path).resolve()
                assert target.is_file(), (place, link)
                if target.suffix == ".html" and target not in seen:
                    waiting.append(target)
    assert len(seen) >= 13
    assert not list(folder.rglob(".*"))


def test_a_folder_that_is_somebody_elses_is_left_alone(
    approved: Callable[[], int], act_for: Callable[..., Act], tmp_path: Path
) -> None:
    """Case 85."""
    (tmp_path / "index.html").write_text("ours")
    with pytest.raises(RelightError, match="RL-LIA-060"):
        site_publish(act=act_for("owner"), folder=tmp_path)
    (tmp_path / "bulletins.json").write_text("[]")
    with pytest.raises(RelightError, match="RL-LIA-060"):
        site_publish(act=act_for("owner"), folder=tmp_path)
    with pytest.raises(RelightError, match="RL-LIA-060"):
        site_publish(act=act_for("owner"), folder=tmp_path / "index.html")
    assert (tmp_path / "index.html").read_text() == "ours"


def test_nothing_is_published_before_an_approval_nor_after_a_seal_was_broken(
    approved: Callable[[], int], act_for: Callable[..., Act], tmp_path: Path
) -> None:
    """Case 86."""
    from relight.journal.api import writing

    with writing(act_for("owner")) as log:
        Bulletin.objects.update(approver="Somebody else")
        log.entry("test.tamper", subject="bulletin", body={})
    with pytest.raises(RelightError, match="RL-LIA-061"):
        site_publish(act=act_for("owner"), folder=tmp_path / "site")
    assert not (tmp_path / "site").exists()
    with writing(act_for("owner")) as log:
        Bulletin.objects.update(number=None, state="draft")
        log.entry("test.tamper", subject="bulletin", body={})
    with pytest.raises(RelightError, match="RL-LIA-042"):
        site_publish(act=act_for("owner"), folder=tmp_path / "site")


# -- the command line: 87-89 ----------------------------------------------------------------------------


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """`run("bulletin", "--json")`: exit code, bytes on stdout, text on stderr."""
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    from relight.cli.liaison import app

    def invoke(*words: object) -> tuple[int, bytes, str]:
        done = CliRunner().invoke(app, [str(word) for word in words])
        return done.exit_code, done.stdout_bytes, done.stderr

    return invoke


def test_the_command_prints_every_shape_and_the_signed_document(
    approved: Callable[[], int], run: Callable[..., Any], tmp_path: Path
) -> None:
    """Case 87."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    from relight.liaison.rules.facts import canonical

    assert "Bulletin n° 1".upper().encode() in run("bulletin")[1]
    assert run("bulletin", "--number", 1, "--language", "nl", "--format", "sms")[1].startswith(b"Groep bulletin 1")
    for shape, begins in (("pdf", b"%PDF"), ("fax", b"%PDF"), ("html", b"<!doctype html>")):
        code, out, _ = run("bulletin", "--format", shape)
        assert (code, out[: len(begins)]) == (0, begins)
    assert run("bulletin", "--format", "pdf", "--output", tmp_path / "b.pdf")[:2] == (0, b"")
    assert (tmp_path / "b.pdf").read_bytes().startswith(b"%PDF")
    document = json.loads(run("bulletin", "--json")[1])
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(document["public_key"]))
    key.verify(bytes.fromhex(document["seal"]), canonical(document["bulletin"]))  # by nothing but the document


def test_the_draft_of_now_is_shown_without_keeping_it(
    approved: Callable[[], int], run: Callable[..., Any], act_for: Callable[..., Act]
) -> None:
    """Case 88."""
    works(act_for("owner"), "pbx")
    code, out, _ = run("bulletin", "--draft", "--language", "en")
    assert code == 0 and b"DRAFT, NOT APPROVED" in out
    assert b"Telephony: works (before: out of service)" in b" ".join(out.split())
    assert Bulletin.objects.count() == 1


def test_wrong_use_is_told_by_code_and_exit(
    approved: Callable[[], int], run: Callable[..., Any], tmp_path: Path
) -> None:
    """Case 89."""
    assert run("bulletin", "--number", 7)[0] == 2
    assert run("bulletin", "--language", "it")[0] == 2
    assert run("bulletin", "--format", "docx")[0] == 2
    assert run("bulletin", "--draft", "--number", 1)[0] == 2
    code, out, _ = run("publish", tmp_path / "site", "--json")
    assert (code, json.loads(out)["number"]) == (0, 1)
    Path(tmp_path / "other").mkdir()
    (tmp_path / "other" / "x").write_text("x")
    code, _, told = run("publish", tmp_path / "other")
    assert code == 2 and "RL-LIA-060" in told


def test_before_the_first_approval_the_answer_is_no(run: Callable[..., Any], tmp_path: Path) -> None:
    """Case 89."""
    assert run("bulletin")[0] == 1
    assert run("publish", tmp_path)[0] == 1
    assert run("bulletin", "--draft")[0] == 0


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_site_needs_no_script_and_has_no_finding_of_axe(
    approved: Callable[[], int], act_for: Callable[..., Act], chromium: Any, tmp_path: Path
) -> None:
    """Case 81: read from file://, with the scripts of pages off; axe itself runs in the tester's own world."""
    from support.axe import violations

    approved()
    folder = tmp_path / "site"
    site_publish(act=act_for("owner"), folder=folder)
    quiet = chromium.new_context(java_script_enabled=False)
    page = quiet.new_page()
    page.goto((folder / "index.html").as_uri())
    page.get_by_role("link", name="Français").click()
    page.get_by_role("link", name="Bulletin n° 1").click()
    assert page.get_by_text("Ce bulletin est remplacé par le bulletin 2.").is_visible()
    quiet.close()
    watched = chromium.new_context(viewport={"width": 360, "height": 740})
    page, asked = watched.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    found = []
    names = ("index", "fr/lines", "fr/archive", "fr/bulletin-1", *(f"{code}/index" for code in LANGUAGES))
    for path in names:
        page.goto((folder / f"{path}.html").as_uri())
        found += [f"{path}: {line}" for line in violations(page)]
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
    watched.close()
    assert found == []
    assert all(url.startswith("file://") for url in asked)
