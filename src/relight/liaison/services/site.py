"""The static site: every approved bulletin in four languages, in a folder any web host can serve.

Owns the folder's files and their order: a page is there before another links to it, and each file is written beside and
renamed, so that a visitor never sees half of one. Refuses a folder that is somebody else's, a bulletin whose seal does
not hold, and lines that stay off the open net. No page has a script or an address outside the folder.
Source: docs/design/liaison.md, cases 80-89.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.template.loader import render_to_string

from relight.journal.api import Body, writing
from relight.kernel.act import Act
from relight.liaison import errors
from relight.liaison.models import Bulletin
from relight.liaison.rules.sheet import Sheet
from relight.liaison.rules.words import Words, words_of
from relight.liaison.selectors.bulletin_files import bulletin_file, site_style
from relight.liaison.selectors.bulletins import seal_holds, sheet_of
from relight.liaison.types import LANGUAGE_WORDS, LANGUAGES, BulletinState, Shape
from relight.people.api import Permission, service

INDEX = "bulletins.json"
EARLIER_SHOWN = 5
_FILES = ((Shape.PDF, ".pdf", "site_pdf"), (Shape.FAX, "-fax.pdf", "site_fax"), (Shape.TEXT, ".txt", "site_text"))

Made = tuple[str, Callable[[], bytes]]  # a path below the folder, and what makes its content


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteReport:
    """What was published. Args: number: of the bulletin in force. written, kept: files; kept: there already."""

    folder: str
    number: int
    bulletins: int
    written: int
    kept: int

    def document(self) -> dict[str, object]:
        return {
            "folder": self.folder, "number": self.number, "bulletins": self.bulletins, "written": self.written,
            "kept": self.kept,
        }  # fmt: skip


@service(Permission.LIAISON_DELIVER)
def site_publish(*, act: Act, folder: Path) -> SiteReport:
    """Write the site. Papers of earlier bulletins that are there stay as they are: they never change.

    Raises: RL-LIA-042 (none approved), 060 (the folder is somebody else's), 061 (a seal does not hold), 062 (the disk
    refuses).
    """
    rows = list(Bulletin.objects.filter(state=BulletinState.APPROVED.value).order_by("-number"))
    if not rows:
        raise errors.NONE_APPROVED.error(where="bulletin")
    for row in rows:
        if not seal_holds(row):
            raise errors.SEAL_WRONG.error(where=f"bulletin {row.number}", number=row.number)
    known = _known(folder)
    written = kept = 0
    try:
        for path, make in _files(rows):
            place = folder / path
            if known.get(_number(path)) == _digest(rows, path) and place.suffix != ".html" and place.is_file():
                kept += 1
                continue
            _write(place, make())
            written += 1
        _write(folder / INDEX, _index(rows))
    except OSError as refusal:
        raise errors.SITE_UNWRITABLE.error(where=str(folder), reason=refusal.strerror or "?") from refusal
    number = rows[0].number or 0
    report = SiteReport(folder=str(folder), number=number, bulletins=len(rows), written=written + 1, kept=kept)
    with writing(act) as log:
        body: Body = {"number": number, "bulletins": len(rows), "files": report.written, "digest": rows[0].digest}
        log.entry("liaison.publish", subject=f"bulletin:{rows[0].pk}", body=body)
    return report


# -- the folder ----------------------------------------------------------------------------------------


def _known(folder: Path) -> dict[int, str]:
    """Return what this folder has of earlier: number to digest. Raises: RL-LIA-060 when it is somebody else's."""
    if not folder.exists():
        return {}
    if not folder.is_dir():
        raise errors.FOLDER_TAKEN.error(where=str(folder))
    try:
        told = json.loads((folder / INDEX).read_text())
        return {int(one["number"]): str(one["digest"]) for one in told["bulletins"]}
    except FileNotFoundError:
        if any(folder.iterdir()):
            raise errors.FOLDER_TAKEN.error(where=str(folder)) from None
        return {}
    except (ValueError, KeyError, TypeError) as refusal:
        raise errors.FOLDER_TAKEN.error(where=str(folder / INDEX)) from refusal


def _number(path: str) -> int:
    """Return the number of the bulletin a path is about, 0 for none: `fr/bulletin-12-fax.pdf`."""
    word = path.rpartition("/")[2].removeprefix("bulletin-").partition(".")[0].partition("-")[0]
    return int(word) if word.isdigit() else 0


def _digest(rows: list[Bulletin], path: str) -> str:
    number = _number(path)
    return next((row.digest for row in rows if row.number == number), "")


def _write(place: Path, content: bytes) -> None:
    """Write a file beside its place, then rename it there."""
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
    try:
        with beside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(0o644)
        beside.replace(place)
    except OSError:
        beside.unlink(missing_ok=True)
        raise


def _index(rows: list[Bulletin]) -> bytes:
    """Write what the site holds, for programs: numbers, digests, seals."""
    told = [
        {
            "number": row.number, "approved_at": row.approved_at.isoformat() if row.approved_at else "",
            "digest": row.digest, "kid": row.kid, "seal": row.seal,
        }
        for row in rows
    ]  # fmt: skip
    return json.dumps({"format": 1, "bulletins": told}, indent=1).encode() + b"\n"


# -- its pages -----------------------------------------------------------------------------------------


def _files(rows: list[Bulletin]) -> Iterator[Made]:
    """List the files in the order they are written: what is linked to comes before what links to it."""
    for language in LANGUAGES:
        for row in reversed(rows):
            for shape, suffix, _ in _FILES:
                yield f"{language}/bulletin-{row.number}{suffix}", _paper(row, shape, language)
    sites = [_Site(rows=rows, language=language, words=words_of(language)) for language in LANGUAGES]
    for row in reversed(rows):
        for site in sites:
            yield f"{site.language}/bulletin-{row.number}.html", _bound(site.bulletin, row)
    for site in sites:
        yield f"{site.language}/lines.html", site.lines
        yield f"{site.language}/archive.html", site.archive
    for site in sites:
        yield f"{site.language}/index.html", site.index
    yield "index.html", lambda: _door(rows[0])


def _paper(row: Bulletin, shape: Shape, language: str) -> Callable[[], bytes]:
    return lambda: bulletin_file(row, shape=shape, language=language, public_only=True).content


def _bound(make: Callable[[Bulletin], bytes], row: Bulletin) -> Callable[[], bytes]:
    return lambda: make(row)


def _door(row: Bulletin) -> bytes:
    """Write the first page: it asks for a language."""
    doors = [(code, LANGUAGE_WORDS[code], f"{code}/index.html", words_of(code).text("title")) for code in LANGUAGES]
    sheet = sheet_of(row, language=LANGUAGES[0], public_only=True)
    return render_to_string("liaison/site/door.html", {"sheet": sheet, "style": "", "doors": doors}).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Site:
    """The pages of one language. Args: rows: newest first."""

    rows: list[Bulletin]
    language: str
    words: Words

    def index(self) -> bytes:
        """The bulletin in force, its papers, the last ones before it."""
        row = self.rows[0]
        earlier = [self._link(one) for one in self.rows[1 : 1 + EARLIER_SHOWN]]
        sheet = self._sheet(row)
        return self._page("index", sheet, title=_title(sheet), files=self._papers(row), earlier=earlier)

    def bulletin(self, row: Bulletin) -> bytes:
        """One bulletin; one that was replaced says by which."""
        sheet, latest = self._sheet(row), self.rows[0].number
        replaced = "" if row.number == latest else self.words.text("site_replaced", number=latest)
        return self._page(
            f"bulletin-{row.number}", sheet, title=_title(sheet), files=self._papers(row), replaced=replaced
        )

    def lines(self) -> bytes:
        """The lines as the bulletin in force names them."""
        return self._page("lines", self._sheet(self.rows[0]), title=self.words.text("site_lines"))

    def archive(self) -> bytes:
        """Every bulletin."""
        earlier = [self._link(row) for row in self.rows]
        return self._page("archive", self._sheet(self.rows[0]), title=self.words.text("site_earlier"), earlier=earlier)

    def _sheet(self, row: Bulletin) -> Sheet:
        return sheet_of(row, language=self.language, public_only=True)

    def _link(self, row: Bulletin) -> tuple[str, str]:
        sheet = self._sheet(row)
        return f"bulletin-{row.number}.html", f"{sheet.heading} – {sheet.dated}"

    def _papers(self, row: Bulletin) -> list[tuple[str, str]]:
        return [(f"bulletin-{row.number}{suffix}", self.words.text(word)) for _, suffix, word in _FILES]

    def _page(self, page: str, sheet: Sheet, *, title: str, **more: object) -> bytes:
        languages = [(code, LANGUAGE_WORDS[code], f"../{code}/{page}.html") for code in LANGUAGES]
        context = {"sheet": sheet, "words": sheet.words, "page": page, "title": title, "languages": languages, **more}
        return render_to_string("liaison/site/page.html", {**context, "style": site_style()}).encode()


def _title(sheet: Sheet) -> str:
    return f"{sheet.title} – {sheet.heading}"
