"""`relight lab simulate …`: the demonstration's analyzers and its laboratory system, as processes of their own.

Started by `relight demo` beside Relight, never by `relight up`. Owns the loop and its end. Refuses any machine but
this one, and a data folder without a demonstration.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Annotated

import structlog
import typer

from relight.cli.children import end_with_parent
from relight.cli.logs import logs_setup
from relight.cli.scenario.analyzers import Analyzer, World
from relight.cli.scenario.bench_file import Bench, Benches, benches_read
from relight.cli.scenario.errors import NO_BENCH
from relight.cli.scenario.lis import LaboratorySystem
from relight.cli.shell import error_show, group, home
from relight.cli.supervisor import Job, relight_command
from relight.lab.plain import catalogue_shipped, driver_find

log = structlog.get_logger(__name__)

app = group("The demonstration's analyzers and laboratory system (started by `relight demo`).")

Site = Annotated[str, typer.Option("--site", metavar="ID", help="Only the analyzers of this site.")]


def simulator_jobs(home: Path) -> list[Job]:
    """Return the processes of a demonstration's laboratory for a supervisor; none where there is no such laboratory."""
    benches = benches_read(home)
    if benches is None:
        return []
    return [
        Job(name="demo-lis", command=relight_command("lab", "simulate", "lis")),
        *(
            Job(name=f"demo-analyzers-{site}", command=relight_command("lab", "simulate", "analyzers", "--site", site))
            for site in benches.sites
        ),
    ]


@app.command("analyzers")
def analyzers(site: Site = "") -> None:
    """Behave as the analyzers of the demonstration."""
    logs_setup(part="demo-analyzers")
    benches = _benches()
    world = World(now=_now)
    run = [_analyzer(bench, seed=benches.seed, world=world).run() for bench in benches.at(site)]
    _until_stopped(run)


@app.command("lis")
def lis() -> None:
    """Behave as the laboratory system of the demonstration."""
    logs_setup(part="demo-lis")
    benches = _benches()
    chance = Random(f"{benches.seed}:lis")  # noqa: S311 - a demonstration, no secret
    _until_stopped([LaboratorySystem(benches.lis_port, chance=chance, now=_now).run()])


def _benches() -> Benches:
    found = benches_read(home())
    if found is None:
        raise typer.Exit(error_show(NO_BENCH.error(where=str(home())), as_json=False))
    return found


def _analyzer(bench: Bench, *, seed: str, world: World) -> Analyzer:
    return Analyzer(
        bench,
        driver=driver_find(bench.driver),
        catalogue=catalogue_shipped(),
        chance=Random(f"{seed}:{bench.link}"),  # noqa: S311 - a demonstration, no secret
        world=world,
    )


def _now() -> datetime:
    return datetime.now().astimezone()


def _until_stopped(work: Sequence[Awaitable[None]]) -> None:
    """Run until SIGTERM or SIGINT; one that breaks takes the process along, and the supervisor starts it again."""
    end_with_parent()

    async def everything() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        stopped = asyncio.ensure_future(stop.wait())
        tasks = [asyncio.ensure_future(one) for one in work]
        await asyncio.wait({stopped, *tasks}, return_when=asyncio.FIRST_COMPLETED)
        for task in (stopped, *tasks):
            task.cancel()
        for outcome in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(outcome, Exception):
                raise outcome

    with suppress(KeyboardInterrupt):
        asyncio.run(everything())


def mount(lab: typer.Typer) -> None:
    """Add the group to `relight lab`, not shown: it is the demonstration's own."""
    lab.add_typer(app, name="simulate", hidden=True)
