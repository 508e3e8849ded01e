"""The command `inspect`: parses, runs the engine, writes the report. Works without Django, database or hospital.

Owns options, progress on the terminal, exit codes: 0 clean, 1 findings or incomplete, 2 bad input or use.
"""

from __future__ import annotations

import gettext
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from relight.inspection.engine import Inline, Outcome, Report, executor_maker, inspect
from relight.inspection.errors import BAD_CHOICE, OUT_UNWRITABLE, REPORT_BROKEN, RESUME_NEEDS_OUT
from relight.inspection.hashes import HashSet, hash_list_read
from relight.inspection.pages import page_html, page_pdf
from relight.inspection.progress import Progress
from relight.inspection.report import VERDICT_WORDS, Circumstances, hashes_of, report_document, summary_lines
from relight.inspection.scan import Plan
from relight.inspection.signing import key_id, key_load, key_path, report_sign, report_verify
from relight.inspection.subject import Subject, this_machine
from relight.inspection.types import Verdict
from relight.inspection.virus_daemon import daemon_find
from relight.inspection.yara_scan import Compiled, rules_compile
from relight.kernel.errors import N_, RelightError, RuleError, Translate

PART = "inspection.part"


def mount(app: typer.Typer) -> None:
    """Give a command line the command `inspect`."""
    app.command("inspect")(inspect_command)


def inspect_command(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="PATH…", help="Folders, files, archives, disk images.")
    ] = None,
    rules: Annotated[Path | None, typer.Option(help="YARA rules: a folder or a file.")] = None,
    known_bad: Annotated[list[Path] | None, typer.Option(help="List of SHA-256 that condemn a file.")] = None,
    known_good: Annotated[list[Path] | None, typer.Option(help="List of SHA-256 that vouch for a file.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for report.json, .html, .pdf and hashes.sha256.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on after a stop, with the same --out.")] = False,
    jobs: Annotated[int, typer.Option(help="Local processes; 0: one a core.")] = 0,
    cluster: Annotated[str, typer.Option(help="Address of a Dask scheduler.")] = "",
    clamav: Annotated[
        str, typer.Option(metavar="SOCKET", help="clamd's socket; found by itself in the usual places.")
    ] = "",
    no_clamav: Annotated[bool, typer.Option("--no-clamav", help="Leave ClamAV out even when it is there.")] = False,
    clamav_limit: Annotated[int, typer.Option(metavar="MB", help="What clamd looks at; 0: from its settings.")] = 0,
    rule_timeout: Annotated[
        int, typer.Option(metavar="SECONDS", help="Time for the rules on one stretch of 32 MB.")
    ] = 60,
    key: Annotated[Path | None, typer.Option(help="The inspector's key; made on first use.")] = None,
    unsigned: Annotated[bool, typer.Option("--unsigned", help="Do not sign: the report is no evidence then.")] = False,
    serial: Annotated[str, typer.Option(help="Serial number on the label of the machine these files are of.")] = "",
    here: Annotated[
        bool, typer.Option("--this-machine", help="They are of the machine this runs on: its firmware says which.")
    ] = False,
    show_key: Annotated[
        bool, typer.Option("--show-key", help="Print the inspector's public key, to have it enrolled, and stop.")
    ] = False,
    verify: Annotated[Path | None, typer.Option(metavar="REPORT", help="Check a report's signature instead.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Inspect folders, files, archives and disk images: encrypted, damaged, malicious, not read."""
    try:
        if verify is not None:
            code = _verify(verify, as_json=json)
        elif show_key:
            code = _key_show(key, as_json=json)
        else:
            code = _inspect(
                paths=[os.fsencode(path) for path in paths or []],
                rules=rules,
                known_bad=known_bad or [],
                known_good=known_good or [],
                out=out,
                resume=resume,
                jobs=jobs,
                cluster=cluster,
                clamav=clamav,
                no_clamav=no_clamav,
                clamav_limit=clamav_limit,
                rule_timeout=rule_timeout,
                key=key,
                unsigned=unsigned,
                subject=this_machine() if here else Subject(serial=serial.strip()),
                as_json=json,
            )
    except RelightError as error:
        code = error_show(error, as_json=json)
    raise typer.Exit(code)


def error_show(error: RelightError, *, as_json: bool) -> int:
    """Show an error; return its exit code."""
    translate, _ = language()
    if as_json:
        sys.stdout.write(orjson.dumps(error.document(translate), option=orjson.OPT_INDENT_2).decode() + "\n")
    else:
        where = f" [{error.where}]" if error.where else ""
        sys.stderr.write(f"{error.code}: {error.message(translate)}{where}\n  {error.next(translate)}\n")
    return 1 if isinstance(error, RuleError) else 2


def language() -> tuple[Translate, str]:
    """Return the terminal's language; English where no catalogue was made."""
    spoken = (os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or "en")[:2]
    try:
        catalogue = gettext.translation("django", str(Path(__file__).parent / "locale"), languages=[spoken])
    except OSError:
        return (lambda message: message), "en"
    return catalogue.gettext, spoken


def _verify(place: Path, *, as_json: bool) -> int:
    try:
        document = orjson.loads(place.read_bytes())
    except (OSError, orjson.JSONDecodeError) as refusal:
        raise REPORT_BROKEN.error(where=str(place), reason=str(refusal)[:200]) from refusal
    if not isinstance(document, dict):
        raise REPORT_BROKEN.error(where=str(place), reason="it is no JSON object")
    key = report_verify(document)
    if as_json:
        sys.stdout.write(
            orjson.dumps({"signature": "holds", "key_id": key, "verdict": document["verdict"]}).decode() + "\n"
        )
    else:
        translate, _ = language()
        answer = str(document["verdict"])
        sentence = translate(N_("The signature holds: unaltered since key {key} signed it. Verdict: {verdict}."))
        sys.stdout.write(sentence.format(key=key, verdict=translate(VERDICT_WORDS.get(answer, answer))) + "\n")
    return 0


def _key_show(place: Path | None, *, as_json: bool) -> int:
    public = key_load(place or key_path()).public_key().public_bytes_raw()
    if as_json:
        sys.stdout.write(orjson.dumps({"key_id": key_id(public), "public": public.hex()}).decode() + "\n")
    else:
        sys.stdout.write(f"{public.hex()}\n")
    return 0


def _plan(options: dict[str, Any]) -> tuple[Plan, Compiled | None]:
    compiled = rules_compile(options["rules"]) if options["rules"] is not None else None
    daemon = None
    if not options["no_clamav"]:
        daemon = daemon_find(options["clamav"], limit_bytes=options["clamav_limit"] << 20)
    plan = Plan(
        rules=compiled.blob if compiled else b"",
        rules_digest=compiled.digest if compiled else "",
        rule_timeout_s=options["rule_timeout"],
        bad=_lists(options["known_bad"]),
        good=_lists(options["known_good"]),
        virus_daemon=daemon,
    )
    return plan, compiled


def _lists(places: list[Path]) -> HashSet:
    sets = [hash_list_read(place) for place in places]
    rows = {one.packed[at : at + 32] for one in sets for at in range(0, len(one.packed), 32)}
    return HashSet(packed=b"".join(sorted(rows)))


def _check(options: dict[str, Any]) -> None:
    if not options["paths"]:
        raise BAD_CHOICE.error(where="PATH", reason="no path was given")
    if options["jobs"] < 0 or options["jobs"] > 1024:
        raise BAD_CHOICE.error(where="--jobs", reason=f"{options['jobs']} processes")
    if options["rule_timeout"] < 1:
        raise BAD_CHOICE.error(where="--rule-timeout", reason="less than a second")
    if options["resume"] and options["out"] is None:
        raise RESUME_NEEDS_OUT.error(where="--resume")


def _inspect(*, as_json: bool, **options: Any) -> int:
    _check(options)
    started = datetime.now(tz=UTC)
    out: Path | None = options["out"]
    signer = None if options["unsigned"] else key_load(options["key"] or key_path())
    plan, compiled = _plan(options)
    if out is not None:
        _out_make(out)
    width = options["jobs"] or len(os.sched_getaffinity(0))
    make = executor_maker(jobs=width, cluster=options["cluster"])
    keeper = Progress(out / PART, plan_digest=plan.digest, resume=options["resume"]) if out is not None else None
    with keeper or nullcontext(), _bar() as report:
        outcome = inspect(
            options["paths"],
            plan=plan,
            make_executor=make,
            width=32 if options["cluster"] else 1 if make is Inline else width * 2,
            small_here=not options["cluster"],
            progress=keeper,
            report=report,
            leave_out=[os.fsencode(out)] if out is not None else [],
        )
    about = Circumstances(
        paths=tuple(options["paths"]),
        started=started,
        finished=datetime.now(tz=UTC),
        host=platform.node(),
        rules=compiled.count if compiled else 0,
        subject=options["subject"],
    )
    document = report_document(outcome, plan=plan, about=about)
    if signer is not None:
        document = report_sign(document, key=signer)
    if out is not None:
        _out_write(out, document, outcome)
        if keeper is not None:
            keeper.remove()
    _show(document, out, as_json=as_json)
    return 0 if outcome.verdict is Verdict.CLEAN else 1


def _show(document: dict[str, Any], out: Path | None, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.buffer.write(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
        sys.stdout.flush()
        return
    translate, _ = language()
    lines = [*summary_lines(document, translate=translate)]
    if out is not None:
        lines.append(translate(N_("Report: {path}")).format(path=out / "report.html"))
    sys.stdout.write("\n".join(lines).encode("utf-8", "backslashreplace").decode("utf-8") + "\n")


def _out_make(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        probe = out / PART
        probe.touch()
    except OSError as refusal:
        raise OUT_UNWRITABLE.error(where=str(out), reason=refusal.strerror or "?") from refusal


def _out_write(out: Path, document: dict[str, Any], outcome: Outcome) -> None:
    translate, spoken = language()
    try:
        _replace(out / "hashes.sha256", hashes_of(outcome))
        _replace(out / "report.html", page_html(document, translate=translate, language=spoken).encode("utf-8"))
        try:
            _replace(out / "report.pdf", page_pdf(document, translate=translate, language=spoken))
        except ImportError:
            sys.stderr.write(translate(N_("report.pdf was left out: typst is not installed here.")) + "\n")
        _replace(out / "report.json", orjson.dumps(document, option=orjson.OPT_INDENT_2))
    except OSError as refusal:
        raise OUT_UNWRITABLE.error(where=str(out), reason=refusal.strerror or "?") from refusal


def _replace(place: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    draft = place.with_name(place.name + ".new")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(place)


@contextmanager
def _bar() -> Iterator[Report]:
    """Show bytes, rate and time left on a terminal; elsewhere nothing."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console  # noqa: PLC0415 - only for terminals
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn  # noqa: PLC0415

    columns = (
        BarColumn(),
        DownloadColumn(binary_units=True),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("", total=None)

        def report(done: int, total: int, files_done: int, files: int) -> None:
            progress.update(task, completed=done, total=max(total, 1), description=f"{files_done} / {files}")

        yield report
