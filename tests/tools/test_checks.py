"""The checks of `make lint` find what they are for, and let pass what is right."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from babel.messages.catalog import Message

import check_doors
import check_outside
import check_pure
import messages
from sources import PACKAGE, module_at, module_list


@pytest.mark.parametrize(
    "code",
    [
        "datetime.now(tz=UTC)",
        "date.today()",
        "datetime.datetime.utcnow()",
        "timezone.now()",
        "os.urandom(10)",
        "uuid4()",
        "uuid.uuid4()",
        "time.time()",
        "time.monotonic()",
        "open('x')",
        "import random",
        "from secrets import token_hex",
        "import socket",
    ],
)
def test_a_pure_module_that_asks_the_clock_or_chance_is_found(code: str) -> None:
    assert list(check_pure.faults_in(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "from datetime import datetime, timedelta",
        "def overdue(*, at: datetime) -> bool: return at < datetime(2026, 1, 1)",
        "uuid7(at=at, entropy=entropy)",
        "act.at.timestamp()",
        "row.time",
        "datetime.fromisoformat(text)",
    ],
)
def test_a_pure_module_may_name_times_it_was_given(code: str) -> None:
    assert list(check_pure.faults_in(ast.parse(code))) == []


def test_every_types_errors_and_rules_counts_as_pure_also_when_it_is_a_folder() -> None:
    pure = {module.shown for module in module_list() if module.is_pure}
    assert "src/relight/kernel/ids.py" in pure
    assert "src/relight/journal/rules.py" in pure
    assert module_at(PACKAGE / "fleet" / "rules" / "identity.py").is_pure
    assert not module_at(PACKAGE / "fleet" / "services" / "moves.py").is_pure


def _module(app: str, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    module = module_at(PACKAGE / app / "services.py")
    monkeypatch.setattr(type(module), "tree", lambda self: ast.parse(code))
    return list(check_doors.faults_in(module))


@pytest.mark.parametrize(
    "code",
    [
        "from relight.people.models import Staff",
        "import relight.journal.services",
        "from relight.journal import services",
        "def f():\n    from relight.journal.selectors import version",
    ],
)
def test_an_import_round_another_apps_door_is_found_wherever_it_stands(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(_module("fleet", code, tmp_path, monkeypatch)) == 1


@pytest.mark.parametrize(
    ("app", "code"),
    [
        ("fleet", "from relight.people.api import may"),
        ("fleet", "from relight.journal import api as journal"),
        ("people", "from relight.people.models import Staff"),
        ("fleet", "from relight.kernel.errors import N_"),
        ("config", "from relight.people.middleware import PeopleMiddleware"),
    ],
)
def test_an_import_by_the_door_from_within_or_of_a_library_passes(
    app: str, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _module(app, code, tmp_path, monkeypatch) == []


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("a.html", '<script src="https://cdn.example/x.js"></script>'),
        ("a.html", '<img src="//cdn.example/x.png">'),
        ("a.css", "@import url(//fonts.example/a.css);"),
        ("a.css", "background: url('http://example/a.png')"),
        ("a.js", 'fetch("//example/x")'),
        ("a.js", "new WebSocket('wss://example')"),
        ("a.lock", "--index-url https://packages.example/simple"),
        ("a.py", 'PLACE = "/' + 'home/somebody/relight"'),
    ],
)
def test_an_outside_address_or_a_folder_of_one_machine_is_found(name: str, line: str) -> None:
    assert list(check_outside.faults_in(Path(name), line))


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("a.svg", '<svg xmlns="http://www.w3.org/2000/svg">'),
        ("a.html", '<a href="/line/items/">'),
        ("a.js", "// a comment // and another"),
        ("a.css", "/* work */ a { color: red }"),
        ("a.lock", "django==5.2 \\"),
        ("a.py", "return redirect('/home/')"),
    ],
)
def test_what_stays_on_this_machine_passes(name: str, line: str) -> None:
    assert list(check_outside.faults_in(Path(name), line)) == []


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("{name} is down", "est arrêté"),
        ("{name} is down", "{nom} est arrêté"),
        ("%(count)s machines", "%(nombre)s machines"),
        (("one machine", "{n} machines"), ("une machine", "machines")),
        (("one machine", "{n} machines"), ("{m} machine", "{n} machines")),
    ],
)
def test_a_translation_that_loses_or_invents_a_placeholder_is_found(english: object, french: object) -> None:
    assert list(messages.placeholder_faults(Message(english, string=french), "fr"))


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("{name} is {state}", "{state} : {name}"),
        ("50 %% of %(total)s", "50 %% de %(total)s"),
        (("one machine", "{n} machines"), ("une machine", "{n} machines")),
    ],
)
def test_a_translation_may_order_its_placeholders_as_it_likes(english: object, french: object) -> None:
    assert list(messages.placeholder_faults(Message(english, string=french), "fr")) == []


def test_marked_sentences_of_templates_and_code_are_all_extracted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "app" / "templates" / "app").mkdir(parents=True)
    (tmp_path / "app" / "errors.py").write_text('A = N_("The {x} is " "late")\nB = pgettext("verb", "Open")\n')
    (tmp_path / "app" / "templates" / "app" / "a.html").write_text(
        '{% load i18n %}{% translate "It\'s (here)" %}{{ x|default:_("nobody") }}\n'
        "{% blocktranslate trimmed count n=n %}\n one\n{% plural %}\n {{ n }} of them\n{% endblocktranslate %}"
    )
    monkeypatch.setattr(messages, "SOURCE", tmp_path)
    found = {(m.context, m.id) for m in messages.messages(messages.catalog_extracted("app"))}
    assert found == {
        (None, "The {x} is late"),
        ("verb", "Open"),
        (None, "It's (here)"),
        (None, "nobody"),
        (None, ("one", "%(n)s of them")),
    }


def test_an_update_keeps_translations_drops_what_is_unused_and_is_stable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "app").mkdir()
    source, po = tmp_path / "app" / "a.py", tmp_path / "app" / "locale" / "fr" / "LC_MESSAGES" / "django.po"
    monkeypatch.setattr(messages, "SOURCE", tmp_path)
    source.write_text('N_("Kept"); N_("Gone")')
    messages.main(["update"])
    po.write_text(po.read_text().replace('msgid "Kept"\nmsgstr ""', 'msgid "Kept"\nmsgstr "Gardé"'))
    source.write_text('N_("Kept"); N_("New")')
    messages.main(["update"])
    after = po.read_text()
    assert 'msgid "Kept"\nmsgstr "Gardé"' in after
    assert "Gone" not in after
    assert 'msgid "New"\nmsgstr ""' in after
    messages.main(["update"])
    assert po.read_text() == after
    assert messages.main(["check"]) == 1


def test_every_folder_with_a_catalogue_is_where_django_looks_for_one() -> None:
    from django.apps import apps
    from django.conf import settings

    looked_at = {Path(place).parent.name for place in settings.LOCALE_PATHS}
    looked_at |= {config.label for config in apps.get_app_configs() if config.name.startswith("relight.")}
    with_catalogue = {app for app in messages.app_list() if messages.po_path(app, "fr").exists()}
    assert with_catalogue <= looked_at
