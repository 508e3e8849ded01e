"""The search parameters of FHIR R4 that a ward and a laboratory need: one declared line each.

Owns names, kinds and element paths. Refuses composite and special parameters (`near`, `code-value-*`).
Source: FHIR R4 (4.0.1), search parameter registry, hl7.org/fhir/R4/searchparameter-registry.html.

A line reads `name kind path`: alternatives parted by `|`, `[x]` stands for the typed names of a choice,
`{system=phone}` keeps what has that value, `>Patient` keeps references to that type.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class ParamKind(StrEnum):
    """How the values of a parameter are compared."""

    TOKEN = "token"
    STRING = "string"
    DATE = "date"
    QUANTITY = "quantity"
    NUMBER = "number"
    REFERENCE = "reference"
    URI = "uri"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One element of a path; where `key` is set only members whose `key` is `value` go on."""

    name: str
    key: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Param:
    """One search parameter of one type.

    Args: paths: element paths from the resource down. target: the one type a reference may point at,
    empty for any. column: the column of the store that holds it, for `_id` and `_lastUpdated`.
    """

    name: str
    kind: ParamKind
    paths: tuple[tuple[Step, ...], ...] = ()
    target: str = ""
    column: str = ""

    @property
    def dotted(self) -> tuple[str, ...]:
        """The paths as `Reference.path` holds them: names parted by dots, no positions."""
        return tuple(".".join(step.name for step in path) for path in self.paths)


CHOICES: dict[ParamKind, tuple[str, ...]] = {
    ParamKind.TOKEN: ("CodeableConcept", "Coding", "Code", "Boolean", "Identifier"),
    ParamKind.STRING: ("String",),
    ParamKind.DATE: ("DateTime", "Period", "Date", "Instant", "Timing"),
    ParamKind.QUANTITY: ("Quantity", "Age", "Duration"),
    ParamKind.NUMBER: ("Integer", "Decimal"),
    ParamKind.REFERENCE: ("Reference",),
    ParamKind.URI: ("Uri",),
}

_COMMON = """
_tag token meta.tag
_security token meta.security
_profile uri meta.profile
_source uri meta.source
_language token language
"""
_ADDRESS = """
address string address
address-city string address.city
address-country string address.country
address-postalcode string address.postalCode
address-state string address.state
address-use token address.use
"""
_LOCATION_ADDRESS = _ADDRESS
_TELECOM = """
email token telecom{system=email}
phone token telecom{system=phone}
telecom token telecom
"""
_NAME = """
name string name
phonetic string name
"""
_OF_PATIENT = """
patient reference subject>Patient
subject reference subject
encounter reference encounter
identifier token identifier
"""
_INSTANTIATES = """
instantiates-canonical uri instantiatesCanonical
instantiates-uri uri instantiatesUri
"""

_LINES: dict[str, str] = {
    "Patient": _ADDRESS
    + _TELECOM
    + _NAME
    + """
active token active
birthdate date birthDate
death-date date deceased[x]
deceased token deceased[x]
family string name.family
gender token gender
general-practitioner reference generalPractitioner
given string name.given
identifier token identifier
language token communication.language
link reference link.other
organization reference managingOrganization
""",
    "RelatedPerson": _ADDRESS
    + _TELECOM
    + _NAME
    + """
active token active
birthdate date birthDate
gender token gender
identifier token identifier
patient reference patient>Patient
relationship token relationship
""",
    "Practitioner": _ADDRESS
    + _TELECOM
    + _NAME
    + """
active token active
communication token communication
family string name.family
gender token gender
given string name.given
identifier token identifier
""",
    "PractitionerRole": _TELECOM
    + """
active token active
date date period
endpoint reference endpoint
identifier token identifier
location reference location
organization reference organization>Organization
practitioner reference practitioner>Practitioner
role token code
service reference healthcareService
specialty token specialty
""",
    "Organization": _ADDRESS
    + """
active token active
endpoint reference endpoint
identifier token identifier
name string name|alias
partof reference partOf
phonetic string name
type token type
""",
    "Location": _ADDRESS
    + """
endpoint reference endpoint
identifier token identifier
name string name|alias
operational-status token operationalStatus
organization reference managingOrganization
partof reference partOf
status token status
type token type
""",
    "Encounter": """
account reference account
appointment reference appointment
based-on reference basedOn
class token class
date date period
diagnosis reference diagnosis.condition
episode-of-care reference episodeOfCare
identifier token identifier
length quantity length
location reference location.location
location-period date location.period
part-of reference partOf
participant reference participant.individual
participant-type token participant.type
patient reference subject>Patient
practitioner reference participant.individual>Practitioner
reason-code token reasonCode
reason-reference reference reasonReference
service-provider reference serviceProvider
special-arrangement token hospitalization.specialArrangement
status token status
subject reference subject
type token type
""",
    "Condition": _OF_PATIENT
    + """
abatement-age quantity abatement[x]
abatement-date date abatement[x]
abatement-string string abatement[x]
asserter reference asserter
body-site token bodySite
category token category
clinical-status token clinicalStatus
code token code
evidence token evidence.code
evidence-detail reference evidence.detail
onset-age quantity onset[x]
onset-date date onset[x]
onset-info string onset[x]
recorded-date date recordedDate
severity token severity
stage token stage.summary
verification-status token verificationStatus
""",
    "AllergyIntolerance": """
asserter reference asserter
category token category
clinical-status token clinicalStatus
code token code|reaction.substance
criticality token criticality
date date recordedDate
identifier token identifier
last-date date lastOccurrence
manifestation token reaction.manifestation
onset date reaction.onset
patient reference patient>Patient
recorder reference recorder
route token reaction.exposureRoute
severity token reaction.severity
type token type
verification-status token verificationStatus
""",
    "MedicationRequest": _OF_PATIENT
    + """
authoredon date authoredOn
category token category
code token medication[x]
date date dosageInstruction.timing
intended-dispenser reference dispenseRequest.performer
intended-performer reference performer
intended-performertype token performerType
intent token intent
medication reference medication[x]
priority token priority
requester reference requester
status token status
""",
    "MedicationStatement": """
category token category
code token medication[x]
context reference context
effective date effective[x]
identifier token identifier
medication reference medication[x]
part-of reference partOf
patient reference subject>Patient
source reference informationSource
status token status
subject reference subject
""",
    "MedicationAdministration": """
code token medication[x]
context reference context
device reference device
effective-time date effective[x]
identifier token identifier
medication reference medication[x]
patient reference subject>Patient
performer reference performer.actor
reason-given token reasonCode
reason-not-given token statusReason
request reference request
status token status
subject reference subject
""",
    "MedicationDispense": """
code token medication[x]
context reference context
destination reference destination
identifier token identifier
medication reference medication[x]
patient reference subject>Patient
performer reference performer.actor
prescription reference authorizingPrescription
receiver reference receiver
responsibleparty reference substitution.responsibleParty
status token status
subject reference subject
type token type
whenhandedover date whenHandedOver
whenprepared date whenPrepared
""",
    "Medication": """
code token code
expiration-date date batch.expirationDate
form token form
identifier token identifier
ingredient reference ingredient.item[x]
ingredient-code token ingredient.item[x]
lot-number token batch.lotNumber
manufacturer reference manufacturer
status token status
""",
    "Observation": _OF_PATIENT
    + """
based-on reference basedOn
category token category
code token code
combo-code token code|component.code
combo-data-absent-reason token dataAbsentReason|component.dataAbsentReason
combo-value-concept token value[x]|component.value[x]
combo-value-quantity quantity value[x]|component.value[x]
component-code token component.code
component-data-absent-reason token component.dataAbsentReason
component-value-concept token component.value[x]
component-value-quantity quantity component.value[x]
data-absent-reason token dataAbsentReason
date date effective[x]
derived-from reference derivedFrom
device reference device
focus reference focus
has-member reference hasMember
method token method
part-of reference partOf
performer reference performer
specimen reference specimen
status token status
value-concept token value[x]
value-date date value[x]
value-quantity quantity value[x]
value-string string value[x]|valueCodeableConcept.text
""",
    "DiagnosticReport": _OF_PATIENT
    + """
based-on reference basedOn
category token category
code token code
conclusion token conclusionCode
date date effective[x]
issued date issued
media reference media.link
performer reference performer
result reference result
results-interpreter reference resultsInterpreter
specimen reference specimen
status token status
""",
    "DocumentReference": """
authenticator reference authenticator
author reference author
category token category
contenttype token content.attachment.contentType
custodian reference custodian
date date date
description string description
encounter reference context.encounter
event token context.event
facility token context.facilityType
format token content.format
identifier token masterIdentifier|identifier
language token content.attachment.language
location uri content.attachment.url
patient reference subject>Patient
period date context.period
related reference context.related
relatesto reference relatesTo.target
relation token relatesTo.code
security-label token securityLabel
setting token context.practiceSetting
status token status
subject reference subject
type token type
""",
    "Procedure": _OF_PATIENT
    + _INSTANTIATES
    + """
based-on reference basedOn
category token category
code token code
date date performed[x]
location reference location
part-of reference partOf
performer reference performer.actor
reason-code token reasonCode
reason-reference reference reasonReference
status token status
""",
    "Immunization": """
date date occurrence[x]
identifier token identifier
location reference location
lot-number string lotNumber
manufacturer reference manufacturer
patient reference patient>Patient
performer reference performer.actor
reaction reference reaction.detail
reaction-date date reaction.date
reason-code token reasonCode
reason-reference reference reasonReference
series string protocolApplied.series
status token status
status-reason token statusReason
target-disease token protocolApplied.targetDisease
vaccine-code token vaccineCode
""",
    "ServiceRequest": _OF_PATIENT
    + _INSTANTIATES
    + """
authored date authoredOn
based-on reference basedOn
body-site token bodySite
category token category
code token code
intent token intent
occurrence date occurrence[x]
performer reference performer
performer-type token performerType
priority token priority
replaces reference replaces
requester reference requester
requisition token requisition
specimen reference specimen
status token status
""",
    "Specimen": """
accession token accessionIdentifier
bodysite token collection.bodySite
collected date collection.collected[x]
collector reference collection.collector
container token container.type
container-id token container.identifier
identifier token identifier
parent reference parent
patient reference subject>Patient
status token status
subject reference subject
type token type
""",
    "Composition": _OF_PATIENT
    + """
attester reference attester.party
author reference author
category token category
confidentiality token confidentiality
context token event.code
date date date
entry reference section.entry
period date event.period
related-id token relatesTo.targetIdentifier
related-ref reference relatesTo.targetReference
section token section.code
status token status
title string title
type token type
""",
    "Flag": _OF_PATIENT
    + """
author reference author
date date period
""",
    "CarePlan": _OF_PATIENT
    + _INSTANTIATES
    + """
activity-code token activity.detail.code
activity-date date activity.detail.scheduled[x]
activity-reference reference activity.reference
based-on reference basedOn
care-team reference careTeam
category token category
condition reference addresses
date date period
goal reference goal
intent token intent
part-of reference partOf
performer reference activity.detail.performer
replaces reference replaces
status token status
""",
    "Appointment": """
actor reference participant.actor
appointment-type token appointmentType
based-on reference basedOn
date date start
identifier token identifier
location reference participant.actor>Location
part-status token participant.status
patient reference participant.actor>Patient
practitioner reference participant.actor>Practitioner
reason-code token reasonCode
reason-reference reference reasonReference
service-category token serviceCategory
service-type token serviceType
slot reference slot
specialty token specialty
status token status
supporting-info reference supportingInformation
""",
    "Device": """
device-name string deviceName.name
identifier token identifier
location reference location
manufacturer string manufacturer
model string modelNumber
organization reference owner
patient reference patient>Patient
status token status
type token type
udi-carrier string udiCarrier.carrierHRF
udi-di string udiCarrier.deviceIdentifier
url uri url
""",
    "Task": """
authored-on date authoredOn
based-on reference basedOn
business-status token businessStatus
code token code
encounter reference encounter
focus reference focus
group-identifier token groupIdentifier
identifier token identifier
intent token intent
modified date lastModified
owner reference owner
part-of reference partOf
patient reference for>Patient
performer token performerType
period date executionPeriod
priority token priority
requester reference requester
status token status
subject reference for
""",
    "List": """
code token code
date date date
empty-reason token emptyReason
encounter reference encounter
identifier token identifier
item reference entry.item
patient reference subject>Patient
source reference source
status token status
subject reference subject
title string title
""",
    "CareTeam": _OF_PATIENT
    + """
category token category
date date period
participant reference participant.member
status token status
""",
    "Goal": """
achievement-status token achievementStatus
category token category
identifier token identifier
lifecycle-status token lifecycleStatus
patient reference subject>Patient
start-date date start[x]
subject reference subject
""",
    "Media": _OF_PATIENT
    + """
based-on reference basedOn
created date created[x]
device reference device
modality token modality
operator reference operator
site token bodySite
status token status
type token type
view token view
""",
}

GENERIC = """
identifier token identifier
patient reference patient|subject>Patient
subject reference subject
"""
_LINE = re.compile(r"(\S+) (\S+) ([^>]+)(?:>(\w+))?$")
_STEP = re.compile(r"(\w+)(\[x\])?(?:\{(\w+)=(\w+)\})?$")

COLUMNS: tuple[Param, ...] = (
    Param(name="_id", kind=ParamKind.TOKEN, column="id"),
    Param(name="_lastUpdated", kind=ParamKind.DATE, column="updated_at"),
)


def _path_read(text: str, kind: ParamKind) -> tuple[tuple[Step, ...], ...]:
    """Read one path; a choice becomes one path for each type its kind can be compared with."""
    found: list[tuple[Step, ...]] = [()]
    for word in text.split("."):
        match = _STEP.match(word)
        if match is None:
            raise ValueError(f"no path: {text}")
        name, choice, key, value = match.groups()
        names = [name + kind_name for kind_name in CHOICES[kind]] if choice else [name]
        found = [(*path, Step(name=one, key=key or "", value=value or "")) for path in found for one in names]
    return tuple(found)


def _params_read(lines: str) -> dict[str, Param]:
    params = {param.name: param for param in COLUMNS}
    for line in (_COMMON + lines).strip().splitlines():
        if not line:
            continue
        match = _LINE.match(line)
        if match is None:
            raise ValueError(f"no parameter: {line}")
        name, word, paths, target = match.groups()
        kind = ParamKind(word)
        params[name] = Param(
            name=name,
            kind=kind,
            paths=tuple(path for part in paths.split("|") for path in _path_read(part, kind)),
            target=target or "",
        )
    return params


PARAMS: dict[str, dict[str, Param]] = {name: _params_read(lines) for name, lines in _LINES.items()}
_OTHERS: dict[str, Param] = _params_read(GENERIC)


def params_of(resource_type: str) -> dict[str, Param]:
    """Return the parameters of a type by name; a type without lines of its own has the common ones."""
    return PARAMS.get(resource_type, _OTHERS)
