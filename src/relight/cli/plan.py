"""`relight plan`: `solve` works on files, without a database or an account; `restart` plans what is to do now."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from relight.cli.errors import USAGE
from relight.cli.shell import (
    As,
    Json,
    cli_act,
    command,
    file_read,
    file_write,
    group,
    plain_command,
    print_document,
    setup,
    translate,
)
from relight.kernel.errors import N_

app = group("Plan the restart: schedules and forecasts.")

ENDS, BOUND, PROVEN = N_("ends at {makespan}"), N_("no schedule ends before {bound}"), N_("proven best")
PLAIN = N_("slow loops: {reason}")


@app.command("solve")
@plain_command
def plan_solve(
    file: Annotated[Path, typer.Argument(help="A PSPLIB project (.sm); .gz or not.")],
    time_limit: Annotated[float, typer.Option("--time-limit", metavar="S", help="Seconds to search at most.")] = 10.0,
    seed: Annotated[int, typer.Option("--seed", help="Of chance: the same seed draws the same.")] = 1,
    json: Json = False,
) -> int:
    """Schedule a project: always an answer within the time limit, with a bound. Exits 0, or 2 on bad input."""
    from relight.pmo.plain import Proof, project_read, solve  # noqa: PLC0415 - numbers load slowly, and only here

    project = project_read(file_read(file), file=str(file))
    solved = solve(project, time_limit_s=time_limit, seed=seed)
    schedule = solved.schedule
    if solved.plain_because:
        sys.stderr.write(translate(PLAIN).format(reason=solved.plain_because) + "\n")
    if json:
        print_document(
            {
                "makespan": schedule.makespan,
                "lower_bound": schedule.lower_bound,
                "start": dict(zip(project.names, schedule.start, strict=True)),
                "seconds": round(solved.seconds, 3),
                "proof": schedule.proof.value,
            }
        )
    else:
        sys.stdout.write(translate(ENDS).format(makespan=schedule.makespan) + "\n")
        optimal = schedule.proof is Proof.OPTIMAL
        sys.stdout.write(translate(PROVEN if optimal else BOUND).format(bound=schedule.lower_bound) + "\n")
    return 0


COMPARE = N_("{order}: {cost} weighted unit-days, {patients} patient-days, the last machine on day {days}")
SAVES = N_("The computed order saves {patients} patient-days ({share} %) against “{order}”.")
NO_BELOW = N_("No order goes below {bound} weighted unit-days.")
NODE_DATES = N_("{id}: works again {up}, normal {p50}, four times in five by {p80}")
NOW, NOT_COMING = N_("now"), N_("not within the plan")
MACHINES = N_("{day}: {p50} machines ({p05} to {p95}, nine times in ten)")
KEPT, PUBLISHED = N_("Plan {number} is kept."), N_("{count} expected dates written.")

Seed = Annotated[int, typer.Option("--seed", help="Of chance: the same seed draws the same.")]
Runs = Annotated[int, typer.Option("--runs", help="How many times the plan is run.")]
Horizon = Annotated[int, typer.Option("--horizon", metavar="DAYS", help="How many days ahead.")]


@app.command("restart")
@command
def plan_restart(
    time_limit: Annotated[float, typer.Option("--time-limit", metavar="S", help="Seconds to search at most.")] = 30.0,
    runs: Runs = 1000,
    horizon: Horizon = 60,
    seed: Seed = 1,
    publish: Annotated[
        bool, typer.Option("--publish", help="Write the dates where wards and bulletins read them.")
    ] = False,
    json: Json = False,
    as_name: As = "",
) -> int:
    """Plan the restart from the state now and keep the plan: which unit first, what it saves, when each is back."""
    from relight.pmo.api import plan_latest, plan_make, plan_publish  # noqa: PLC0415 - Django starts in `command`

    act = cli_act(as_name)
    id = plan_make(act=act, search_s=time_limit, runs=runs, days=horizon, seed=seed)
    written = plan_publish(act=act, plan=id) if publish else 0
    plan = plan_latest()
    assert plan is not None
    if json:
        print_document({**plan.document, "number": plan.number, "goals": plan.goals, "published": written})
        return 0
    for line in (*_order_lines(plan.document), *_unit_lines(plan.document)):
        sys.stdout.write(line + "\n")
    sys.stdout.write(translate(KEPT).format(number=plan.number) + "\n")
    if publish:
        sys.stdout.write(translate(PUBLISHED).format(count=written) + "\n")
    return 0


def _order_lines(document: dict[str, Any]) -> list[str]:
    from relight.pmo.api import ORDER_WORDS, OrderBy  # noqa: PLC0415

    best, lines = document["orders"][0], []
    for row in document["orders"]:
        given = {"cost": round(row["cost"], 1), "patients": round(row["patient_days"]), "days": round(row["days"], 1)}
        lines.append(translate(COMPARE).format(order=translate(ORDER_WORDS[OrderBy(row["id"])]), **given))
    for row in document["orders"][1:]:
        saved = row["patient_days"] - best["patient_days"]
        share = round(100 * saved / max(1.0, row["patient_days"]), 1)
        name = translate(ORDER_WORDS[OrderBy(row["id"])])
        lines.append(translate(SAVES).format(patients=round(saved), share=share, order=name))
    return [*lines, translate(NO_BELOW).format(bound=round(document["bound"], 1))]


def _unit_lines(document: dict[str, Any]) -> list[str]:
    def said(text: str | None) -> str:
        if text is None:
            return translate(NOT_COMING)
        return translate(NOW) if text <= document["start"] else text[:16].replace("T", " ")

    return [
        translate(NODE_DATES).format(
            id=row["id"], up=said(row["up"]["p50"]), p50=said(row["normal"]["p50"]), p80=said(row["normal"]["p80"])
        )
        for row in document["units"]
        if not row["is_normal"]
    ]


FALLS = N_("The count falls on {days}: what was counted before is taken as corrected.")
SHARES = (0.5, 0.8, 0.95, 1.0)
MOST_HORIZON = 1000


@app.command("forecast")
@plain_command
def plan_forecast(
    file: Annotated[
        Path | None, typer.Argument(help="Counts by day (day,count); without one, the plan of now.")
    ] = None,
    total: Annotated[int | None, typer.Option("--total", metavar="N", help="How many machines there are.")] = None,
    horizon: Horizon = 60,
    runs: Runs = 1000,
    search: Annotated[float, typer.Option("--search", metavar="S", help="Seconds to look for the plan first.")] = 5.0,
    seed: Seed = 1,
    json: Json = False,
    as_name: As = "",
) -> int:
    """Forecast the restart: from a file of counts alone, or from the state now with dates of every service unit."""
    if file is None:
        document = _forecast_now(runs=runs, horizon=horizon, search=search, seed=seed, as_name=as_name)
    else:
        document = _forecast_file(file, total=total, horizon=horizon, seed=seed)
    if json:
        print_document(document)
        return 0
    for point in document["points"]:
        day = f"D+{point['day']}" if isinstance(point["day"], int) else point["day"]
        sys.stdout.write(translate(MACHINES).format(**{**point, "day": day}) + "\n")
    for line in _unit_lines(document) if file is None else ():
        sys.stdout.write(line + "\n")
    return 0


def _forecast_file(file: Path, *, total: int | None, horizon: int, seed: int) -> dict[str, Any]:
    from relight.pmo.plain import COUNT_WRONG, counts_read, curve_of  # noqa: PLC0415 - numbers load slowly, and only here

    if not 1 <= horizon <= MOST_HORIZON:
        raise COUNT_WRONG.error(option="--horizon", value=horizon, most=MOST_HORIZON)
    counts = counts_read(file_read(file), file=str(file), total=total)
    if counts.falls:
        days = ", ".join(str(counts.label(day)) for day in counts.falls)
        sys.stderr.write(translate(FALLS).format(days=days) + "\n")
    curve, last = curve_of(counts, total=total, horizon=horizon, seed=seed), counts.days[-1]
    levels = curve.points()
    points = [
        {"day": counts.label(last + ahead + 1), **{name: row[ahead] for name, row in levels.items()}}
        for ahead in range(horizon)
    ]
    reaches = []
    for share in SHARES if total else ():
        found = {
            name: curve.day_reached(share - 1e-3, level) for name, level in (("p50", 0.5), ("p80", 0.8), ("p95", 0.95))
        }
        dates = {name: None if ahead is None else counts.label(last + ahead) for name, ahead in found.items()}
        reaches.append({"share": share, **dates})
    return {"points": points, "reaches": reaches, "observed": len(counts.days), "total": total}


def _forecast_now(*, runs: int, horizon: int, search: float, seed: int, as_name: str) -> dict[str, Any]:
    setup()
    from relight.people.api import Permission, permit  # noqa: PLC0415 - Django starts in `setup`
    from relight.pmo.api import plan_latest, planned  # noqa: PLC0415

    act = cli_act(as_name)
    permit(act, Permission.HOSPITAL_READ)
    latest = plan_latest()
    keep = tuple(latest.goals) if latest else ()
    return planned(at=act.at, runs=runs, days=horizon, seed=seed, search_s=search, keep=keep).document


TOOK = N_("{new} new, {known} known, {aside} kept aside")


@app.command("import")
@command
def plan_import(
    file: Annotated[Path, typer.Argument(help="Tasks: CSV, iCalendar (.ics) or Microsoft Project XML; .gz or not.")],
    team: Annotated[str, typer.Option("--team", help="Of rows that name none.")] = "",
    json: Json = False,
    as_name: As = "",
) -> int:
    """Take tasks into the plan; what is there by its title stays, what has a fault is named."""
    from relight.pmo.api import tasks_import  # noqa: PLC0415 - Django starts in `command`

    report = tasks_import(act=cli_act(as_name), content=file_read(file), filename=file.name, team=team)
    aside = [{"row": row, "code": one.code, "message": one.message(translate)} for row, one in report.aside]
    if json:
        print_document({"new": report.new, "known": report.known, "aside": aside})
        return 0
    sys.stdout.write(translate(TOOK).format(new=report.new, known=report.known, aside=len(aside)) + "\n")
    for one in aside:
        sys.stderr.write(f"{file.name}: {one['row']}: {one['code']} {one['message']}\n")
    return 0


@app.command("export")
@command
def plan_export(
    shape: Annotated[str, typer.Option("--format", metavar="F", help="csv, ics or xml (Microsoft Project).")] = "csv",
    output: Annotated[Path | None, typer.Option("--output", metavar="FILE", help="Else on standard output.")] = None,
    as_name: As = "",
) -> int:
    """Write the tasks with when the plan does them, for a spreadsheet, a calendar or Microsoft Project."""
    from relight.people.api import Permission, permit  # noqa: PLC0415 - Django starts in `command`
    from relight.pmo.api import task_file  # noqa: PLC0415

    if shape not in ("csv", "ics", "xml"):
        raise USAGE.error(reason="--format: csv, ics, xml")
    act = cli_act(as_name)
    permit(act, Permission.HOSPITAL_READ)
    content, _ = task_file(shape, at=act.at)
    if output is not None:
        file_write(output, content)
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
    return 0
