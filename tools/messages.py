"""The message catalogues: one folder of French per app, without Debian's gettext.

Owns extracting (Babel for Python, Django's `templatize` for templates), merging, compiling and
checking. Refuses guesses: nothing fuzzy is ever written. Source: docs.djangoproject.com,
"Translation"; every folder of `src/relight` has its own catalogue.

    messages.py update [APP…]    merge what the sources say into the .po files, then compile
    messages.py compile [APP…]   make the .mo files (git-ignored)
    messages.py check [APP…]     fail on every missing, fuzzy, unused or contradictory message
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

SOURCE = Path(__file__).resolve().parent.parent / "src" / "relight"
LANGUAGES = ("fr",)
DOMAIN = "django"

CONTEXT = ((1, "c"), 2)
CONTEXT_PLURAL = ((1, "c"), 2, 3)
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "N_": None,
    "gettext": None,
    "translate": None,  # cli.shell
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": CONTEXT,
    "pgettext_lazy": CONTEXT,
    "npgettext": CONTEXT_PLURAL,
    "npgettext_lazy": CONTEXT_PLURAL,
}

CALL = re.compile(r"\b(_|gettext|ngettext|pgettext|npgettext)\(")
BRACE = re.compile(r"\{[a-z_][\w.]*(?:![rs])?(?::[^{}]*)?\}")
PERCENT = re.compile(r"%\(\w+\)[#0\- +]*[\d.]*[a-z]|%[sd]")

Key = tuple[str, str]  # context ("" for none), English
Found = tuple[str, str | tuple[str, str], str]  # context, id (pair for a plural), "file:line"


def app_list() -> list[str]:
    """Return the folders of `src/relight` that hold code, each an app with its own catalogue."""
    return sorted(p.name for p in SOURCE.iterdir() if p.is_dir() and any(p.rglob("*.py")))


def po_path(app: str, language: str) -> Path:
    return SOURCE / app / "locale" / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def read_python(path: Path) -> Iterator[Found]:
    """Yield the marked sentences of one Python file."""
    data = io.BytesIO(path.read_bytes())
    for line, ids, _comments, context in extract("python", data, KEYWORDS, (), {"encoding": "utf-8"}):
        if ids:
            yield context or "", ids if isinstance(ids, str) else (ids[0], ids[1]), f"{path}:{line}"


def read_template(path: Path) -> Iterator[Found]:
    """Yield the marked sentences of one template, as `templatize` turns them into calls."""
    text = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    for match in CALL.finditer(text):
        call = call_at(text, match.start())
        if call is None:
            raise SystemExit(f"{path}: this marked sentence cannot be read: {text[match.start() : match.start() + 60]}")
        words = [a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        name = match.group(1)
        context = words.pop(0) if name in ("pgettext", "npgettext") else ""
        line = text.count("\n", 0, match.start()) + 1
        yield context, (words[0], words[1]) if name.startswith("n") else words[0], f"{path}:{line}"


def call_at(text: str, start: int) -> ast.Call | None:
    """Parse the call that begins at `start`: the shortest text up to a `)` that is one."""
    end = text.find(")", start)
    while end != -1 and end - start < 20_000:
        try:
            node = ast.parse(text[start : end + 1], mode="eval").body
        except SyntaxError:
            end = text.find(")", end + 1)
            continue
        return node if isinstance(node, ast.Call) else None
    return None


def catalog_extracted(app: str) -> Catalog:
    """Return all sentences the sources of one app mark, without translation."""
    catalog = Catalog(domain=DOMAIN)
    folder = SOURCE / app
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".py":
            found = read_python(path)
        elif path.suffix in (".html", ".txt") and "templates" in path.relative_to(folder).parts:
            found = read_template(path)
        else:
            continue
        for context, ids, place in found:
            if ids:
                catalog.add(ids, context=context or None, locations=[(place, 0)])
    return catalog


def catalog_read(app: str, language: str) -> Catalog:
    path = po_path(app, language)
    if not path.exists():
        return Catalog(locale=language, domain=DOMAIN)
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN, abort_invalid=True)


def catalog_write(app: str, language: str, catalog: Catalog) -> bool:
    """Write one .po file without dates or places, only when it changed.

    Returns: whether it was written.
    """
    out = io.BytesIO()
    write_po(out, catalog, width=110, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)
    header = (
        f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n"MIME-Version: 1.0\\n"\n'
        f'"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {catalog.plural_forms}\\n"\n\n'
    )
    data = header.encode() + out.getvalue().strip() + b"\n"
    path = po_path(app, language)
    if path.exists() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return True


def update(apps: Iterable[str]) -> int:
    """Merge the sources into the catalogues: translations stay, what is unused goes."""
    for app in apps:
        fresh = catalog_extracted(app)
        for language in LANGUAGES:
            if len(fresh) == 0 and not po_path(app, language).exists():
                continue
            known = catalog_read(app, language)
            merged = Catalog(locale=language, domain=DOMAIN)
            missing = 0
            for message in messages(fresh):
                old = known.get(message.id, context=message.context)
                string = old.string if old is not None and not old.fuzzy else ""
                merged.add(message.id, string, context=message.context)
                missing += not is_complete(merged.get(message.id, context=message.context))
            written = catalog_write(app, language, merged)
            print(f"{app} {language}: {len(merged)} messages, {missing} missing{'' if written else ', unchanged'}")
    return compile_all(apps)


def compile_all(apps: Iterable[str]) -> int:
    """Make the .mo files, next to the .po files, only those that are out of date."""
    for app in apps:
        for language in LANGUAGES:
            po = po_path(app, language)
            mo = po.with_suffix(".mo")
            if not po.exists() or (mo.exists() and mo.stat().st_mtime_ns > po.stat().st_mtime_ns):
                continue
            with mo.open("wb") as file:
                write_mo(file, catalog_read(app, language))
    return 0


def messages(catalog: Catalog) -> Iterator[Message]:
    """Yield the messages without the header."""
    return (message for message in catalog if message.id)


def forms_of(message: Message) -> tuple[str, ...]:
    """Return the translation: one form, or one for each plural."""
    string = message.string or ""
    return (string,) if isinstance(string, str) else tuple(string)


def is_complete(message: Message | None) -> bool:
    return message is not None and all(forms_of(message))


def placeholders(text: str) -> set[str]:
    return set(BRACE.findall(text)) | set(PERCENT.findall(text.replace("%%", "")))


def faults_of(app: str, language: str) -> Iterator[str]:
    """Yield one sentence for each fault of one catalogue."""
    fresh, known = catalog_extracted(app), catalog_read(app, language)
    for message in messages(fresh):
        text = message.id if isinstance(message.id, str) else message.id[0]
        place = message.locations[0][0] if message.locations else app
        translated = known.get(message.id, context=message.context)
        if translated is not None and translated.fuzzy:
            yield f"{place}: fuzzy in {language}: {text!r}"
        elif translated is None or not is_complete(translated):
            yield f"{place}: missing in {language}: {text!r}"
        else:
            yield from (f"{place}: {why}" for why in placeholder_faults(translated, language))
    for message in messages(known):
        if fresh.get(message.id, context=message.context) is None:
            yield f"{po_path(app, language)}: no longer in the sources: {message.id!r}"


def placeholder_faults(message: Message, language: str) -> Iterator[str]:
    """Yield what a translation says of its placeholders that the English does not, or leaves out.

    A singular may leave one out ("one machine"); only the last plural form must have all.
    """
    forms = forms_of(message)
    if isinstance(message.id, str):
        if placeholders(message.id) != placeholders(forms[0]):
            yield f"other placeholders in {language}: {message.id!r} -> {forms[0]!r}"
        return
    allowed = placeholders(message.id[0]) | placeholders(message.id[1])
    for form in forms:
        if placeholders(form) - allowed:
            yield f"unknown placeholders in {language}: {form!r}"
    if placeholders(forms[-1]) != placeholders(message.id[1]):
        yield f"other placeholders in {language}: {message.id[1]!r} -> {forms[-1]!r}"


def contradictions(language: str) -> Iterator[str]:
    """Yield the sentences two apps translate differently: Django would show one of them everywhere."""
    first: dict[Key, tuple[str, object]] = {}
    for app in app_list():
        for message in messages(catalog_read(app, language)):
            text = message.id if isinstance(message.id, str) else message.id[0]
            if not is_complete(message):
                continue
            string = forms_of(message)[0]
            other, other_string = first.setdefault((message.context or "", text), (app, string))
            if other_string != string:
                yield (
                    f"{text!r} is {other_string!r} in {other} and {string!r} in {app}: "
                    "agree, or give one a context with pgettext"
                )


def check(apps: Iterable[str]) -> int:
    """Print every fault. Returns: 0 when there is none, else 1."""
    faults = [fault for app in apps for language in LANGUAGES for fault in faults_of(app, language)]
    faults += [fault for language in LANGUAGES for fault in contradictions(language)]
    for fault in faults:
        print(fault.replace(f"{SOURCE.parent.parent}/", ""))
    print(f"messages: {len(faults)} faults" if faults else "messages: complete")
    return 1 if faults else 0


def main(arguments: list[str]) -> int:
    verbs = {"update": update, "compile": compile_all, "check": check}
    if not arguments or arguments[0] not in verbs:
        print(__doc__)
        return 2
    known = app_list()
    unknown = sorted(set(arguments[1:]) - set(known))
    if unknown:
        print(f"no such app: {', '.join(unknown)}; there are {', '.join(known)}")
        return 2
    return verbs[arguments[0]](arguments[1:] or known)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
