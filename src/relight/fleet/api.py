"""The door of the fleet for every app above it."""

from relight.fleet.models import component_ref
from relight.fleet.readers.types import ImportPreview, ImportReport
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
from relight.fleet.selectors.items import item_get, item_names, item_resolve, item_scan, item_search
from relight.fleet.selectors.listing import item_document, item_documents, item_show
from relight.fleet.selectors.offers import import_preview
from relight.fleet.selectors.passports import passport_lines
from relight.fleet.selectors.policy import policy_check, policy_current
from relight.fleet.services.admission import SignReport, admission_sign
from relight.fleet.services.attest import items_attest
from relight.fleet.services.components import components_tell
from relight.fleet.services.imports import import_file
from relight.fleet.services.items import NewItem, item_add, items_edit
from relight.fleet.services.keys import signing_key_rotate
from relight.fleet.services.labels import label_sheet
from relight.fleet.services.line import items_move, items_quarantine, items_release, items_retire, items_return
from relight.fleet.services.passports import revocation_list
from relight.fleet.types import (
    BatchReport,
    BurnPoint,
    Capacity,
    ItemHit,
    Kind,
    Klass,
    MoveLine,
    Nature,
    Refusal,
    Stage,
    State,
    Upload,
)

__all__ = [
    "COUNTS",
    "BatchReport",
    "BurnPoint",
    "Capacity",
    "ImportPreview",
    "ImportReport",
    "ItemHit",
    "Kind",
    "Klass",
    "MoveLine",
    "Nature",
    "NewItem",
    "Refusal",
    "SignReport",
    "Stage",
    "State",
    "Upload",
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
    "import_file",
    "import_preview",
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
    "items_href",
    "items_move",
    "items_quarantine",
    "items_release",
    "items_retire",
    "items_return",
    "label_sheet",
    "latest_moves",
    "passport_lines",
    "policy_check",
    "policy_current",
    "revocation_list",
    "signing_key_rotate",
]
