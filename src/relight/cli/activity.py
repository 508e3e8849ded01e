"""`relight activity decide FILE`: appointments in, decisions with reasons out.

With `--state` it needs no data folder, no database and no account. Owns the two ways of printing. Refuses to say
anything of a patient: a decision carries the appointment's own id and nothing else of it.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO, Annotated, NamedTuple, TypeVar

import orjson
import typer

from relight.activity.plain import (
    OUTCOME_WORDS,
    Aside,
    Decision,
    Kind,
    Outcome,
    Policy,
    ReadOptions,
    SpineState,
    UnitLevel,
    Urgency,
    appointments_read,
    decider,
    policy_faults,
    policy_read,
    policy_shipped,
    sites_read,
    state_down,
    state_read,
)
from relight.cli import activity_import
from relight.cli.errors import FILE_UNREADABLE, USAGE
from relight.cli.shell import (
    Json,
    cli_act,
    error_show,
    file_read,
    group,
    home,
    plain_command,
    print_document,
    setup,
    terminal_language,
    translate,
)
from relight.kernel.errors import N_, RelightError

app = group("Appointments in degraded mode: which take place, which do not, and why.")
activity_import.mount(app)

FLUSH_ROWS = 2_000
SUMMARY = N_("{total} appointments under {policy}: {counts}. Kept aside: {aside}.")
Word = TypeVar("Word", Kind, Urgency)


class Hospital(NamedTuple):
    """What deciding asks of the hospital. Args: sites: id to names, in the order a patient is moved to."""

    state: SpineState
    sites: dict[str, tuple[str, ...]]


@app.command("decide")
@plain_command
def activity_decide(  # noqa: PLR0913 - one argument for each option
    file: Annotated[Path, typer.Argument(help="CSV, XLSX, FHIR, HL7 v2 SIU or iCalendar; .gz or not.")],
    policy: Annotated[
        Path | None, typer.Option("--policy", metavar="P", help="Its policy; else the shipped one.")
    ] = None,
    state: Annotated[
        Path | None,
        typer.Option("--state", metavar="S", help="From `relight status --json`; else as it is here."),
    ] = None,
    assume_urgency: Annotated[
        str,
        typer.Option("--assume-urgency", metavar="U", help="Where a row states none, such as elective."),
    ] = "",
    assume_kind: Annotated[
        str, typer.Option("--assume-kind", metavar="K", help="Where a row states none, such as consultation.")
    ] = "",
    assume_site: Annotated[str, typer.Option("--assume-site", metavar="ID", help="Where a row states none.")] = "",
    json: Json = False,
) -> int:
    """Decide every appointment of a file: keep, cancel, move, ask a doctor. Exits 0, or 2 on bad input."""
    rules = _policy(policy, as_json=json)
    if rules is None:
        return 2
    hospital = _hospital(state)
    options = ReadOptions(
        sites=hospital.sites,
        assume_urgency=_word("--assume-urgency", assume_urgency, Urgency) or Urgency.UNKNOWN,
        assume_kind=_word("--assume-kind", assume_kind, Kind),
        assume_site=assume_site,
    )
    with _opened(file) as stream:
        rows = appointments_read(file.name, stream, options=options)
        decided = _decided(rows, rules, hospital)
        return _document(decided, rules) if json else _lines(decided, rules)


def _policy(place: Path | None, *, as_json: bool) -> Policy | None:
    """Return the policy to decide by; show every fault of one that is none."""
    if place is None:
        return policy_shipped()
    raw = file_read(place)
    faults = policy_faults(raw, filename=place.name)
    if not faults:
        return policy_read(raw, filename=place.name)
    if as_json:
        told = [fault.document(translate)["error"] for fault in faults]
        print_document({**faults[0].document(translate), "faults": told})
    else:
        for fault in faults:
            error_show(fault, as_json=False)
    return None


def _hospital(place: Path | None) -> Hospital:
    """Return the state of a file, else of this data folder's hospital, else of one that has nothing."""
    if place is not None:
        raw = file_read(place)
        return Hospital(state_read(raw, filename=place.name), {site: (site,) for site in sites_read(raw)})
    if os.environ.get("RELIGHT_DATABASE_URL") or (home() / "relight.sqlite3").exists():
        return _hospital_here() or Hospital(state_down(), {})
    return Hospital(state_down(), {})


def _hospital_here() -> Hospital | None:
    """Return the hospital of this data folder; None where none is described yet."""
    setup()
    from relight.hospital.api import overview  # noqa: PLC0415 - Django starts in `setup`
    from relight.people.api import Permission, permit  # noqa: PLC0415

    permit(cli_act(), Permission.SITUATION_READ)
    now = overview()
    if not now.units:
        return None
    words = {**{level.value: level for level in UnitLevel}, "up": UnitLevel.NORMAL}
    state = SpineState(
        units={(unit.service, unit.site): words[unit.state] for unit in now.units},
        functions={function.id: words[function.state] for function in now.functions},
    )
    return Hospital(state, {site.id: (site.id, site.name) for site in now.sites})


def _opened(place: Path) -> IO[bytes]:
    try:
        return place.open("rb")
    except OSError as refusal:
        raise FILE_UNREADABLE.error(where=str(place), reason=refusal.strerror or "?") from refusal


def _word(option: str, text: str, words: type[Word]) -> Word | None:
    """Read a word of an enum. Raises: RL-CLI-004, with the words there are."""
    if not text:
        return None
    try:
        return words(text)
    except ValueError:
        raise USAGE.error(where=option, reason=", ".join(word.value for word in words)) from None


def _decided(rows: Iterator[object], policy: Policy, hospital: Hospital) -> Iterator[Decision | Aside]:
    decide = decider(policy, hospital.state, sites=tuple(hospital.sites))
    for row in rows:
        yield row if isinstance(row, Aside) else decide(row)  # type: ignore[arg-type] # the reader gives one or the other


@dataclass
class _Tally:
    """What was printed so far."""

    outcomes: Counter[Outcome]
    asides: list[dict[str, object]]

    def aside(self, row: Aside) -> None:
        told = row.error.message(translate)
        self.asides.append({"line": row.line, "code": row.error.code, "message": told})


def _document(decided: Iterator[Decision | Aside], policy: Policy) -> int:
    """Write one JSON document as decisions come, so that a million of them fit in a small machine.

    A file that turns out to be damaged further down leaves what was decided until then, with `error`, and exits 2.
    """
    first = next(decided, None)  # what is refused whole is refused before anything is written
    tally = _Tally(Counter(), [])
    sys.stdout.write('{"decisions":[')
    refusal: RelightError | None = None
    try:
        for at, lines in enumerate(_batches(decided if first is None else chain([first], decided), tally)):
            sys.stdout.write((",\n" if at else "\n") + b",\n".join(lines).decode())
    except RelightError as damage:
        refusal = damage
    rest: dict[str, object] = {
        "aside": tally.asides,
        "policy": {"id": policy.id, "version": policy.version, "digest": policy.digest},
        "counts": {outcome.value: tally.outcomes[outcome] for outcome in Outcome},
        **(refusal.document(translate) if refusal else {}),
    }
    sys.stdout.write("],\n" + orjson.dumps(rest).decode()[1:] + "\n")
    return 2 if refusal else 0


def _batches(decided: Iterator[Decision | Aside], tally: _Tally) -> Iterator[list[bytes]]:
    """Yield decisions as JSON, some thousands at a time; the last ones also when the file breaks off."""
    held: list[bytes] = []
    broken: RelightError | None = None
    try:
        for row in decided:
            if isinstance(row, Aside):
                tally.aside(row)
                continue
            tally.outcomes[row.outcome] += 1
            held.append(orjson.dumps(_fields(row)))
            if len(held) >= FLUSH_ROWS:
                yield held
                held = []
    except RelightError as damage:
        broken = damage
    if held:
        yield held
    if broken is not None:
        raise broken


def _fields(decision: Decision) -> dict[str, object]:
    return {
        "id": decision.id,
        "decision": decision.outcome.value,
        "rule": decision.rule,
        "because": decision.because,
        "policy": decision.policy,
        "saw": dict(decision.saw),
        "to_site": decision.to_site,
        "categories": decision.categories,
    }


def _lines(decided: Iterator[Decision | Aside], policy: Policy) -> int:
    """Write a line for each appointment, what was kept aside, and the counts."""
    tally = _Tally(Counter(), [])
    language = terminal_language()
    words = {outcome: translate(word) for outcome, word in OUTCOME_WORDS.items()}
    wide = max(map(len, words.values()))
    for row in decided:
        if isinstance(row, Aside):
            tally.aside(row)
            continue
        tally.outcomes[row.outcome] += 1
        because = row.because.get(language, row.because["en"])
        told = f"{words[row.outcome]} → {row.to_site}" if row.to_site else words[row.outcome]
        sys.stdout.write(f"{row.id:<20} {told:<{wide}}  {because} [{row.rule}]\n")
    for aside in tally.asides:
        sys.stderr.write(f"{translate('line {line}').format(line=aside['line'])}: {aside['code']} {aside['message']}\n")
    counts = ", ".join(f"{words[outcome]} {tally.outcomes[outcome]}" for outcome in Outcome)
    total = sum(tally.outcomes.values())
    told = translate(SUMMARY).format(total=total, policy=policy.name, counts=counts, aside=len(tally.asides))
    sys.stdout.write(told + "\n")
    return 0
