"""How FHIR says that a resource was entered in error: which element, per type.

Owns the change of the body; the entry says so for every type, those without such an element too. Source: FHIR R4,
the value sets of `status` and `verificationStatus`.
"""

from __future__ import annotations

from typing import Any, Final

from relight.record.types import Body

WORD: Final = "entered-in-error"
_VERIFICATION: Final = {
    "Condition": "http://terminology.hl7.org/CodeSystem/condition-ver-status",
    "AllergyIntolerance": "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification",
}
_STATUS: Final = frozenset(
    {
        "Appointment", "CarePlan", "CareTeam", "ClinicalImpression", "Communication", "CommunicationRequest",
        "Composition", "Consent", "DetectedIssue", "Device", "DeviceRequest", "DeviceUseStatement",
        "DiagnosticReport", "DocumentReference", "Encounter", "EpisodeOfCare", "FamilyMemberHistory", "Flag",
        "ImagingStudy", "Immunization", "List", "Media", "Medication", "MedicationAdministration",
        "MedicationDispense", "MedicationRequest", "MedicationStatement", "NutritionOrder", "Observation",
        "Procedure", "QuestionnaireResponse", "RequestGroup", "RiskAssessment", "ServiceRequest", "Specimen",
        "SupplyDelivery", "SupplyRequest", "Task",
    }
)  # fmt: skip


def in_error(type: str, body: Body) -> dict[str, Any]:
    """Return a body that says it was entered in error; where a type has no word for it, as it was."""
    changed = dict(body)
    if type in _STATUS:
        changed["status"] = WORD
    elif type in _VERIFICATION:
        changed["verificationStatus"] = {"coding": [{"system": _VERIFICATION[type], "code": WORD}]}
        changed.pop("clinicalStatus", None)  # con-5, ait-2: not beside entered-in-error
    return changed
