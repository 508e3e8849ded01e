"""The only door of the hospital for other apps."""

from relight.hospital.rules.compile import Hospital, NodeView, acceptance_id, zone_id
from relight.hospital.rules.description import description_read
from relight.hospital.rules.why import Cause, CauseKind
from relight.hospital.rules.world import World
from relight.hospital.selectors.expected import day_words, expected_words
from relight.hospital.selectors.names import Naming
from relight.hospital.selectors.parts import (
    Overview,
    day_of,
    day_zero,
    function_list,
    group_name,
    naming_now,
    overview,
    placement_rules,
    role_names,
    scope_words,
    service_list,
    site_list,
    site_next,
    unit_list,
    zone_is_open,
)
from relight.hospital.selectors.questions import Answer, NextAnswer, impact, next_unlocks, unlock, why, why_list
from relight.hospital.selectors.reliances import Reliance, reliance_list
from relight.hospital.selectors.standing import world_get
from relight.hospital.services.acceptance import acceptance_withdraw, function_accept
from relight.hospital.services.components import components_report
from relight.hospital.services.expected import expected_write
from relight.hospital.services.load import (
    description_diff,
    description_load,
    description_refusal,
    digest_in_force,
    load_warnings,
)
from relight.hospital.services.zones import zone_build, zone_close, zone_open_sign
from relight.hospital.types import (
    PART_WORDS,
    ComponentReport,
    Description,
    DescriptionCheck,
    DescriptionDiff,
    Expected,
    Fault,
    FunctionView,
    Level,
    LoadReport,
    PartChange,
    Placement,
    ServiceView,
    SiteView,
    UnitView,
    ZoneState,
)

__all__ = [
    "PART_WORDS",
    "Answer",
    "Cause",
    "CauseKind",
    "ComponentReport",
    "Description",
    "DescriptionCheck",
    "DescriptionDiff",
    "Expected",
    "Fault",
    "FunctionView",
    "Hospital",
    "Level",
    "LoadReport",
    "Naming",
    "NextAnswer",
    "NodeView",
    "Overview",
    "PartChange",
    "Placement",
    "Reliance",
    "ServiceView",
    "SiteView",
    "UnitView",
    "World",
    "ZoneState",
    "acceptance_id",
    "acceptance_withdraw",
    "components_report",
    "day_of",
    "day_words",
    "day_zero",
    "description_diff",
    "description_load",
    "description_read",
    "description_refusal",
    "digest_in_force",
    "expected_words",
    "expected_write",
    "function_accept",
    "function_list",
    "group_name",
    "impact",
    "load_warnings",
    "naming_now",
    "next_unlocks",
    "overview",
    "placement_rules",
    "reliance_list",
    "role_names",
    "scope_words",
    "service_list",
    "site_list",
    "site_next",
    "unit_list",
    "unlock",
    "why",
    "why_list",
    "world_get",
    "zone_build",
    "zone_close",
    "zone_id",
    "zone_is_open",
    "zone_open_sign",
]
