"""The door of the record for every app above it."""

from relight.record.errors import BAD_DATE, BAD_KIND, NO_RESOURCE, PRINT_NO_PLACE
from relight.record.rules.access import GROUND_WORDS, Ground
from relight.record.rules.allergies import AllergyGiven
from relight.record.rules.authors import author
from relight.record.rules.birth import birth_read
from relight.record.rules.canonical import dumps, loads
from relight.record.rules.duplicates import REASON_WORDS, Likeness
from relight.record.rules.entered_in_error import in_error
from relight.record.rules.finding import WHY_WORDS, Why
from relight.record.rules.identity import Person, TypedNumber, Unknown
from relight.record.rules.medication.doses import Dose
from relight.record.rules.medication.giving import Giving
from relight.record.rules.medication.orders import Override, Prescription
from relight.record.rules.medication.timing import Kind as MedicineKind
from relight.record.rules.medication.timing import Schedule
from relight.record.rules.news2 import Consciousness
from relight.record.rules.notes import NotePart
from relight.record.rules.places import (
    Place,
    StayKind,
    encounter_body,
    encounter_closed,
    encounter_moved,
    location_body,
)
from relight.record.rules.printing import PaperState, WardKey, every_read, ward_read
from relight.record.rules.problems import ProblemGiven
from relight.record.rules.requests import PRIORITY_NAMES, Category, Lookup, NewRequests, Priority, RequestState, Wanted
from relight.record.rules.samples import Series
from relight.record.rules.tests_catalogue import Catalogue
from relight.record.rules.vitals import VitalSet
from relight.record.selectors.access import GlassView, glass_list, record_demand, record_may_open
from relight.record.selectors.by_number import patients_by_number
from relight.record.selectors.catalogue import catalogue_now
from relight.record.selectors.duplicates import Likely, duplicates_find, duplicates_of
from relight.record.selectors.faces import FaceView, face_get, faces_get, records_of
from relight.record.selectors.finding import Found, patients_find
from relight.record.selectors.finding_pages import FoundRow, found_rows
from relight.record.selectors.formulary import formulary_now
from relight.record.selectors.history import history, seen_in, version_get
from relight.record.selectors.medicines import medicines_read, sheet_read, ward_doses
from relight.record.selectors.person_words import age_words, born_words, numbers_words
from relight.record.selectors.printing import PaperStanding, paper_standing
from relight.record.selectors.requests import (
    RequestedOrder,
    RequestedTest,
    order_find,
    order_maker,
    order_rows,
    orders_by_ids,
    orders_by_samples,
    orders_of_patient,
    orders_open,
    orders_shaped,
    sample_is_taken,
    series_list,
    series_rules,
)
from relight.record.selectors.store import resource_find, resource_get, resources_get, resources_of
from relight.record.selectors.unresolved import Unresolved, unresolved_count, unresolved_list
from relight.record.selectors.verify import ChainReport, chains_verify
from relight.record.selectors.wards import (
    BedRow,
    InBed,
    StayView,
    bed_board,
    houses_count,
    stays_history,
    ward_census,
    whereabouts,
)
from relight.record.services.administration import dose_record
from relight.record.services.allergies import allergies_none, allergy_add, allergy_refute
from relight.record.services.amend import resource_amend, resource_create, resource_error
from relight.record.services.aside import AsideRow, aside_list, aside_write
from relight.record.services.bands import patient_labels_print, wristbands_print
from relight.record.services.charting import item_error
from relight.record.services.documents import document_add
from relight.record.services.export import ExportReport, record_export
from relight.record.services.finding import patients_search
from relight.record.services.glass import glass_audit, glass_break
from relight.record.services.identity import Registered, patient_identify, patient_number_give, patient_register
from relight.record.services.import_run import record_import, source_open
from relight.record.services.letters import letter_sign, letter_write
from relight.record.services.medication import medicine_order_take, medicine_prescribe, medicine_stop
from relight.record.services.merges import MergeView, merge_undo, merges_of, patients_merge
from relight.record.services.notes import note_amend, note_write
from relight.record.services.numbers import number_range_reserve, number_take
from relight.record.services.print_files import folder_read
from relight.record.services.print_schedule import print_schedule_set, print_schedule_stop
from relight.record.services.printing import SetReport, ward_print, wards_print
from relight.record.services.problems import problem_add, problem_resolve
from relight.record.services.reads import read_note
from relight.record.services.rebuild import record_rebuild
from relight.record.services.requests import (
    OrderMade,
    requests_add,
    requests_cancel,
    requests_lay,
    requests_make,
    requests_move,
    requests_moved,
)
from relight.record.services.said import patients_said
from relight.record.services.samples import sample_numbers_take, series_reserve
from relight.record.services.stays import Stayed, patient_admit, patient_discharge, patient_transfer
from relight.record.services.store import entries_write
from relight.record.services.turns import turn, turn_if_soon
from relight.record.services.vitals import vitals_write
from relight.record.types import (
    HERE,
    Body,
    EntryAct,
    EntryDraft,
    Held,
    ImportReport,
    ResourceStatus,
    SourceKind,
    Version,
    Written,
)

__all__ = [
    "BAD_DATE",
    "BAD_KIND",
    "GROUND_WORDS",
    "HERE",
    "NO_RESOURCE",
    "PRINT_NO_PLACE",
    "PRIORITY_NAMES",
    "REASON_WORDS",
    "WHY_WORDS",
    "AllergyGiven",
    "AsideRow",
    "BedRow",
    "Body",
    "Catalogue",
    "Category",
    "ChainReport",
    "Consciousness",
    "Dose",
    "EntryAct",
    "EntryDraft",
    "ExportReport",
    "FaceView",
    "Found",
    "FoundRow",
    "Giving",
    "GlassView",
    "Ground",
    "Held",
    "ImportReport",
    "InBed",
    "Likely",
    "Likeness",
    "Lookup",
    "MedicineKind",
    "MergeView",
    "NewRequests",
    "NotePart",
    "OrderMade",
    "Override",
    "PaperStanding",
    "PaperState",
    "Person",
    "Place",
    "Prescription",
    "Priority",
    "ProblemGiven",
    "Registered",
    "RequestState",
    "RequestedOrder",
    "RequestedTest",
    "ResourceStatus",
    "Schedule",
    "Series",
    "SetReport",
    "SourceKind",
    "StayKind",
    "StayView",
    "Stayed",
    "TypedNumber",
    "Unknown",
    "Unresolved",
    "Version",
    "VitalSet",
    "Wanted",
    "WardKey",
    "Why",
    "Written",
    "age_words",
    "allergies_none",
    "allergy_add",
    "allergy_refute",
    "aside_list",
    "aside_write",
    "author",
    "bed_board",
    "birth_read",
    "born_words",
    "catalogue_now",
    "chains_verify",
    "document_add",
    "dose_record",
    "dumps",
    "duplicates_find",
    "duplicates_of",
    "encounter_body",
    "encounter_closed",
    "encounter_moved",
    "entries_write",
    "every_read",
    "face_get",
    "faces_get",
    "folder_read",
    "formulary_now",
    "found_rows",
    "glass_audit",
    "glass_break",
    "glass_list",
    "history",
    "houses_count",
    "in_error",
    "item_error",
    "letter_sign",
    "letter_write",
    "loads",
    "location_body",
    "medicine_order_take",
    "medicine_prescribe",
    "medicine_stop",
    "medicines_read",
    "merge_undo",
    "merges_of",
    "note_amend",
    "note_write",
    "number_range_reserve",
    "number_take",
    "numbers_words",
    "order_find",
    "order_maker",
    "order_rows",
    "orders_by_ids",
    "orders_by_samples",
    "orders_of_patient",
    "orders_open",
    "orders_shaped",
    "paper_standing",
    "patient_admit",
    "patient_discharge",
    "patient_identify",
    "patient_labels_print",
    "patient_number_give",
    "patient_register",
    "patient_transfer",
    "patients_by_number",
    "patients_find",
    "patients_merge",
    "patients_said",
    "patients_search",
    "print_schedule_set",
    "print_schedule_stop",
    "problem_add",
    "problem_resolve",
    "read_note",
    "record_demand",
    "record_export",
    "record_import",
    "record_may_open",
    "record_rebuild",
    "records_of",
    "requests_add",
    "requests_cancel",
    "requests_lay",
    "requests_make",
    "requests_move",
    "requests_moved",
    "resource_amend",
    "resource_create",
    "resource_error",
    "resource_find",
    "resource_get",
    "resources_get",
    "resources_of",
    "sample_is_taken",
    "sample_numbers_take",
    "seen_in",
    "series_list",
    "series_reserve",
    "series_rules",
    "sheet_read",
    "source_open",
    "stays_history",
    "turn",
    "turn_if_soon",
    "unresolved_count",
    "unresolved_list",
    "version_get",
    "vitals_write",
    "ward_census",
    "ward_doses",
    "ward_print",
    "ward_read",
    "wards_print",
    "whereabouts",
    "wristbands_print",
]
