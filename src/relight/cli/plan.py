"""`relight plan`: `solve` works on files, without a database or an account; `restart` plans what is to do now."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from relight.cli.shell import As, Json, cli_act, command, file_read, group, plain_command, print_document, translate
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
UNIT_BACK = N_("{unit}: works again {up}, normal {normal}")
NOT_COMING = N_("not within the plan")


@app.command("restart")
@command
def plan_restart(
    time_limit: Annotated[float, typer.Option("--time-limit", metavar="S", help="Seconds to search at most.")] = 30.0,
    seed: Annotated[int, typer.Option("--seed", help="Of chance: the same seed draws the same.")] = 1,
    json: Json = False,
    as_name: As = "",
) -> int:
    """Plan the restart from the state now: which unit is served first, what it saves beside the orders people use."""
    from relight.people.api import Permission, permit  # noqa: PLC0415 - Django starts in `command`
    from relight.pmo.api import restart_document  # noqa: PLC0415

    act = cli_act(as_name)
    permit(act, Permission.SITUATION_READ)
    document = restart_document(at=act.at, time_limit_s=time_limit, seed=seed)
    if json:
        print_document(document)
        return 0
    for line in _restart_lines(document):
        sys.stdout.write(line + "\n")
    return 0


def _restart_lines(document: dict[str, Any]) -> list[str]:
    lines = [
        translate(COMPARE).format(
            order=translate(row["name"]),
            cost=round(row["cost"], 1),
            patients=round(row["patient_days"]),
            days=round(row["days"], 1),
        )
        for row in document["orders"]
    ]
    best = document["orders"][0]
    for row in document["orders"][1:]:
        saved = row["patient_days"] - best["patient_days"]
        share = round(100 * saved / max(1.0, row["patient_days"]), 1)
        lines.append(translate(SAVES).format(patients=round(saved), share=share, order=translate(row["name"])))
    lines.append(translate(NO_BELOW).format(bound=round(document["bound"], 1)))
    for unit in document["units"]:
        when = {
            key: unit[key][:16].replace("T", " ") if unit[key] else translate(NOT_COMING) for key in ("up", "normal")
        }
        lines.append(translate(UNIT_BACK).format(unit=unit["id"], **when))
    return lines


MACHINES = N_("{day}: {p50} machines ({p05} to {p95}, nine times in ten)")
NODE_DATES = N_("{id}: normal {p50}, four times in five by {p80}")
PUBLISHED = N_("{count} expected dates written.")


@app.command("forecast")
@command
def plan_forecast(
    runs: Annotated[int, typer.Option("--runs", help="How many times the plan is run.")] = 1000,
    horizon: Annotated[int, typer.Option("--horizon", metavar="DAYS", help="How many days ahead.")] = 60,
    search: Annotated[float, typer.Option("--search", metavar="S", help="Seconds to look for the plan first.")] = 5.0,
    seed: Annotated[int, typer.Option("--seed", help="Of chance: the same seed draws the same.")] = 1,
    publish: Annotated[
        bool, typer.Option("--publish", help="Write the dates where wards and bulletins read them.")
    ] = False,
    json: Json = False,
    as_name: As = "",
) -> int:
    """Forecast the restart from the state now: machines by day, dates of every function and service unit."""
    from relight.hospital.api import expected_write  # noqa: PLC0415 - Django starts in `command`
    from relight.people.api import Permission, permit  # noqa: PLC0415
    from relight.pmo.api import expected_dates, forecast_document, forecast_make  # noqa: PLC0415

    act = cli_act(as_name)
    permit(act, Permission.SITUATION_READ)
    found = forecast_make(at=act.at, runs=runs, days=horizon, seed=seed, search_s=search)
    written = expected_write(act=act, dates=expected_dates(found)) if publish else 0
    document = forecast_document(found)
    if json:
        print_document({**document, "published": written})
        return 0
    for point in document["points"]:
        sys.stdout.write(translate(MACHINES).format(**{**point, "day": f"D+{point['day']}"}) + "\n")
    for node in document["units"]:
        dates = {
            key: node["normal"][key][:10] if node["normal"][key] else translate(NOT_COMING) for key in ("p50", "p80")
        }
        sys.stdout.write(translate(NODE_DATES).format(id=node["id"], **dates) + "\n")
    if publish:
        sys.stdout.write(translate(PUBLISHED).format(count=written) + "\n")
    return 0
