"""The door of the fleet for every app above it."""

from relight.fleet.errors import MAP_FIELD
from relight.fleet.models import component_ref
from relight.fleet.readers.types import (
    FIELD_WORDS,
    FORMAT_WORDS,
    WHY_WORDS,
    Field,
    ImportPreview,
    ImportReport,
    Why,
)
from relight.fleet.selectors.admission import admission_sheet, capacities_of
from relight.fleet.selectors.counts import (
    COUNTS,
    board_cells,
    burn_up,
    count_href,
    counts,
    counts_by_site,
    items_href,
    latest_moves,
)
from relight.fleet.selectors.items import item_get, item_names, item_resolve, item_scan, item_search, items_get
from relight.fleet.selectors.listing import item_document, item_documents, item_show
from relight.fleet.selectors.offers import import_preview
from relight.fleet.selectors.passports import PassportHolder, passport_holders, passport_lines
from relight.fleet.selectors.policy import policy_check, policy_current, policy_refusal
from relight.fleet.selectors.remaining import moves_since, stages_remaining
from relight.fleet.selectors.reports import inspector_keys, keys_waiting
from relight.fleet.selectors.workstations import (
    PlaceCount,
    WorkstationView,
    workstation_by_token,
    workstation_counts,
    workstation_query,
)
from relight.fleet.services.admission import SignReport, admission_sign
from relight.fleet.services.attest import items_attest
from relight.fleet.services.components import components_tell
from relight.fleet.services.hunt import HuntReport, hunt_preview, hunt_run, indicators_read
from relight.fleet.services.import_plan import Progress
from relight.fleet.services.imports import import_file
from relight.fleet.services.inspectors import inspector_enrol, inspector_withdraw, public_key_read
from relight.fleet.services.items import NewItem, item_add, items_edit
from relight.fleet.services.keys import signing_key_rotate
from relight.fleet.services.labels import label_sheet
from relight.fleet.services.line import items_move, items_quarantine, items_release, items_retire, items_return
from relight.fleet.services.passports import revocation_list
from relight.fleet.services.reports import NewReport, ReportOutcome, report_add, reports_add
from relight.fleet.services.workstations import (
    CodeMade,
    Enrolled,
    workstation_code_make,
    workstation_enrol,
    workstation_revoke,
)
from relight.fleet.types import (
    KLASS_WORDS,
    BatchReport,
    BurnPoint,
    Capacity,
    How,
    ItemHit,
    Kind,
    Klass,
    MoveLine,
    Nature,
    Proves,
    Refusal,
    Stage,
    State,
    Upload,
)

__all__ = [
    "COUNTS",
    "FIELD_WORDS",
    "FORMAT_WORDS",
    "KLASS_WORDS",
    "MAP_FIELD",
    "WHY_WORDS",
    "BatchReport",
    "BurnPoint",
    "Capacity",
    "CodeMade",
    "Enrolled",
    "Field",
    "How",
    "HuntReport",
    "ImportPreview",
    "ImportReport",
    "ItemHit",
    "Kind",
    "Klass",
    "MoveLine",
    "Nature",
    "NewItem",
    "NewReport",
    "PassportHolder",
    "PlaceCount",
    "Progress",
    "Proves",
    "Refusal",
    "ReportOutcome",
    "SignReport",
    "Stage",
    "State",
    "Upload",
    "Why",
    "WorkstationView",
    "admission_sheet",
    "admission_sign",
    "board_cells",
    "burn_up",
    "capacities_of",
    "component_ref",
    "components_tell",
    "count_href",
    "counts",
    "counts_by_site",
    "hunt_preview",
    "hunt_run",
    "import_file",
    "import_preview",
    "indicators_read",
    "inspector_enrol",
    "inspector_keys",
    "inspector_withdraw",
    "item_add",
    "item_document",
    "item_documents",
    "item_get",
    "item_names",
    "item_resolve",
    "item_scan",
    "item_search",
    "item_show",
    "items_attest",
    "items_edit",
    "items_get",
    "items_href",
    "items_move",
    "items_quarantine",
    "items_release",
    "items_retire",
    "items_return",
    "keys_waiting",
    "label_sheet",
    "latest_moves",
    "moves_since",
    "passport_holders",
    "passport_lines",
    "policy_check",
    "policy_current",
    "policy_refusal",
    "public_key_read",
    "report_add",
    "reports_add",
    "revocation_list",
    "signing_key_rotate",
    "stages_remaining",
    "workstation_by_token",
    "workstation_code_make",
    "workstation_counts",
    "workstation_enrol",
    "workstation_query",
    "workstation_revoke",
]
