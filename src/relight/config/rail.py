"""The rail: the rooms of the house, each with the permission that opens it."""

from relight.kernel.errors import N_

RAIL: list[dict[str, str]] = [
    {"label": N_("Situation"), "url": "console:situation", "permission": "situation.read", "icon": "situation"},
    {"label": N_("Recovery line"), "url": "fleet:board", "permission": "fleet.read", "icon": "line"},
    {"label": N_("Dependencies"), "url": "hospital:index", "permission": "hospital.read", "icon": "dependencies"},
    {"label": N_("Zone"), "url": "cleanzone:flows", "permission": "zone.read", "icon": "zone", "also": "/zone/"},
    {"label": N_("Wards"), "url": "record:wards", "permission": "record.read", "icon": "wards", "also": "/patients/"},
    {"label": N_("Laboratory"), "url": "lab:board", "permission": "lab.read", "icon": "laboratory"},
    {
        "label": N_("Activity"),
        "url": "activity:board",
        "permission": "activity.read",
        "icon": "activity",
        "also": "/activity/",
    },
    {
        "label": N_("GPs"),
        "url": "liaison:bulletins",
        "permission": "liaison.read",
        "icon": "gps",
        "also": "/liaison/",
    },
    {"label": N_("Restart"), "url": "pmo:plan", "permission": "hospital.read", "icon": "restart"},
    {"label": N_("Record sources"), "url": "record:sources", "permission": "record.import", "icon": "imports"},
    {"label": N_("Record readings"), "url": "record:audit", "permission": "record.audit", "icon": "lock"},
    {"label": N_("Journal"), "url": "console:journal", "permission": "journal.read", "icon": "journal"},
    {"label": N_("Staff"), "url": "people:staff", "permission": "people.read", "icon": "people"},
]
