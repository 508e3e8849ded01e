"""The demonstration hospital: reads `scenarios/`, makes its machines and inventories, replays its recovery.

Stands in `cli` because a replay calls the services of every floor below. `types`, `reader`,
`machines`, `sources` and `story` are pure: seed and time are arguments. `replay` calls services.
"""
