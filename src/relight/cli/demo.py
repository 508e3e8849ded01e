"""`relight demo`: loads the six-site hospital into an empty data folder, then starts everything, analyzers included.

Owns finding `scenarios/`, the progress on the terminal, the table of sign-ins. Refuses a folder that
holds a real hospital.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from relight.cli.lab_simulate import simulator_jobs
from relight.cli.listen import ListenAt
from relight.cli.scenario.lab_plan import BASE_PORT
from relight.cli.scenario.patients_plan import Density
from relight.cli.scenario.reader import scenario_read
from relight.cli.scenario.types import Scenario
from relight.cli.shell import Json, cli_act, command, home, print_document, translate
from relight.cli.supervisor import home_locked
from relight.cli.up import Host, NoBrowser, Port, serving

SCENARIOS = Path(__file__).resolve().parents[3] / "scenarios"
NAME = "six-sites"

Tell = Callable[[int, int], None]
LabPort = Annotated[
    int, typer.Option("--lab-port", min=1024, max=65000, help="The first port to try for the analyzers' links.")
]
Patients = Annotated[Density, typer.Option("--patients", help="How many patients lie in the wards.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class _How:
    """How the demonstration is loaded."""

    lab_port: int
    density: Density


@command
def demo(  # noqa: PLR0913 - the options of one command
    port: Port = 8000,
    host: Host = "127.0.0.1",
    no_browser: NoBrowser = False,
    serve: bool = typer.Option(True, "--serve/--no-serve", help="Start Relight, or only load and return."),
    lab_port: LabPort = BASE_PORT,
    listen: ListenAt = "",
    patients: Patients = Density.FULL,
    json: Json = False,
) -> int:
    """Load the six-site demonstration hospital, once, and start Relight with it."""
    scenario = scenario_read(SCENARIOS / NAME)
    how = _How(lab_port=lab_port, density=patients)
    if not serve:
        return _load_only(scenario, as_json=json, how=how)
    with serving(host=host, port=port, browser=not no_browser, listen=listen) as run:
        report = _load(scenario, quiet=json, how=how)
        return run([*_told(report), "", *_sign_ins(scenario), ""], simulator_jobs(home()))


def _load_only(scenario: Scenario, *, as_json: bool, how: _How) -> int:
    from django.conf import settings  # noqa: PLC0415 - settings make the data folder

    from relight.cli.scenario.replay import demo_state  # noqa: PLC0415 - Django must be set up first

    if demo_state(act=cli_act()):
        report = _load(scenario, quiet=True, how=how)
    else:
        with home_locked(Path(settings.RELIGHT_HOME)):
            report = _load(scenario, quiet=as_json, how=how)
    if as_json:
        print_document(
            {
                **report,
                "password": scenario.password,
                "staff": [
                    {"username": member.username, "name": member.name, "roles": list(member.roles)}
                    for member in scenario.staff
                ],
            }
        )
        return 0
    for line in [*_told(report), "", *_sign_ins(scenario)]:
        sys.stdout.write(f"{line}\n")
    return 0


def _load(scenario: Scenario, *, quiet: bool, how: _How) -> dict[str, object]:
    from relight.cli.scenario.replay import demo_load  # noqa: PLC0415 - Django must be set up first

    with _progress(quiet=quiet) as tell:
        report = demo_load(scenario, act=cli_act(), progress=tell, lab_port=how.lab_port, density=how.density)
        return report.document()


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Tell]:
    """Show a bar on a terminal; nothing elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console  # noqa: PLC0415 - only where there is a terminal
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(_("Loading ten days of recovery"), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _told(report: dict[str, object]) -> list[str]:
    machines = report["machines"]
    assert isinstance(machines, dict)
    if not report["fresh"]:
        return [_("The demonstration is already in this data folder: it was kept as it is.")]
    return [
        _(
            "The six-site hospital is loaded: {seen} machines seen, {admitted} admitted, ten days after the attack."
        ).format(**machines)
    ]


def _sign_ins(scenario: Scenario) -> list[str]:
    """The table of sign-ins. The password is public: these accounts exist in demonstrations only."""
    from relight.people.api import ROLE_NAMES, Role  # noqa: PLC0415 - Django must be set up first

    rows = [
        (member.username, ", ".join(translate(ROLE_NAMES[Role(role)]) for role in member.roles), member.name)
        for member in scenario.staff
    ]
    head = (_("Sign in as"), _("Role"), _("Name"))
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(3)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in [head, *rows]
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return [_("Demonstration only. Password for all: {password}").format(password=scenario.password), "", *lines]


def mount(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)
