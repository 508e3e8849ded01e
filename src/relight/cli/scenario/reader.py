"""Reads a scenario's folder: `hospital.toml`, `machines.toml`, `staff.toml`, `story.toml`, the laboratory's two,
`patients.toml`, `activity.toml`, `liaison.toml`, `restart.toml`.

Owns the formats of machines, staff and story. The shipped files are the ones tested, so a fault in them is a
fault of the program and raises plainly; only a missing folder is a coded error.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from relight.cli.scenario.activity_plan import activity_plan_read
from relight.cli.scenario.errors import SCENARIO_MISSING
from relight.cli.scenario.lab_plan import plan_read
from relight.cli.scenario.liaison_story import liaison_plan_read
from relight.cli.scenario.patients_plan import patients_plan_read
from relight.cli.scenario.restart_story import restart_plan_read
from relight.cli.scenario.types import (
    DataPlan,
    DeliveryPlan,
    DevicePlan,
    FleetPlan,
    IncidentPlan,
    Klass,
    PickPlan,
    Scenario,
    ServerPlan,
    SitePlan,
    StaffPlan,
    StepPlan,
    StoryPlan,
    WardPlan,
    WavePlan,
)

NAMES = (
    "hospital.toml",
    "machines.toml",
    "staff.toml",
    "story.toml",
    "laboratory.toml",
    "bench.toml",
    "patients.toml",
    "activity.toml",
    "liaison.toml",
    "restart.toml",
)
Values = Mapping[str, Any]


def scenario_read(folder: Path) -> Scenario:
    """Read a scenario. Raises: RL-CLI-040 when the folder or one of its files is absent."""
    for name in NAMES:
        if not (folder / name).is_file():
            raise SCENARIO_MISSING.error(where=str(folder / name), name=folder.name)
    staff = _toml(folder / "staff.toml")
    return Scenario(
        name=folder.name,
        description=(folder / "hospital.toml").read_bytes(),
        fleet=_fleet(_toml(folder / "machines.toml")),
        staff=tuple(
            StaffPlan(**{**row, "roles": tuple(row["roles"]), "scope": tuple(row.get("scope", ()))})
            for row in staff["staff"]
        ),
        password=staff["password"],
        story=_story(_toml(folder / "story.toml")),
        laboratory=plan_read((folder / "laboratory.toml").read_bytes(), (folder / "bench.toml").read_bytes()),
        patients=patients_plan_read((folder / "patients.toml").read_bytes()),
        activity=activity_plan_read((folder / "activity.toml").read_bytes()),
        liaison=liaison_plan_read((folder / "liaison.toml").read_bytes(), folder / "directory"),
        restart=restart_plan_read((folder / "restart.toml").read_bytes()),
    )


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _fleet(values: Values) -> FleetPlan:
    return FleetPlan(
        seed=values["seed"],
        total=values["total"],
        doubles=values["doubles"],
        ghosts=values["ghosts"],
        domain=values["domain"],
        sites=tuple(SitePlan(**row) for row in values["site"]),
        servers=tuple(ServerPlan(**row) for row in values["server"]),
        wards=tuple(WardPlan(**row) for row in values["ward"]),
        deliveries=tuple(DeliveryPlan(**row) for row in values["delivery"]),
        devices=tuple(DevicePlan(**_with_klass(row)) for row in values["device"]),
    )


def _with_klass(row: Values) -> dict[str, Any]:
    return {**{key: value for key, value in row.items() if key != "class"}, "klass": Klass(row["class"])}


def _story(values: Values) -> StoryPlan:
    return StoryPlan(
        days=values["days"],
        admitted=values["admitted"],
        data=tuple(DataPlan(**_with_klass(row)) for row in values["data"]),
        waves=tuple(_wave(row) for row in values["wave"]),
        steps=tuple(StepPlan(**{**row, "by": tuple(row["by"])}) for row in values["step"]),
        incidents=tuple(IncidentPlan(**{**row, "hostnames": tuple(row["hostnames"])}) for row in values["incident"]),
        notes={check: tuple(lines) for check, lines in values["notes"].items()},
    )


def _wave(row: Values) -> WavePlan:
    return WavePlan(
        day=row["day"],
        hour=row["hour"],
        to=row["to"],
        by=row["by"],
        picks=tuple(_picks(row["picks"])),
    )


def _picks(rows: Iterable[Values]) -> Iterable[PickPlan]:
    for row in rows:
        yield PickPlan(**{("klass" if key == "class" else key): value for key, value in row.items()})
