"""`relight plan solve` and `forecast`: the planning engine on files. They need no database and no account."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from relight.cli.shell import Json, file_read, group, plain_command, print_document, translate
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
