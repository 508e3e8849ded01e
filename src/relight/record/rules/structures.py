"""What FHIR R4 says of the elements of the types a ward and a laboratory write: one declared line each.

Owns names, cardinalities, types and the codes of required bindings. Refuses slices, profiles and
invariants. Source: FHIR R4 (4.0.1), the structure definitions of hl7.org/fhir/R4; a backbone element is
called by its path without dots (`ObservationComponent`).

A line reads `Type element:type …`; `!` is required, `*` may repeat, `[x]` a choice of the types that
follow, `(a|b)` the only codes there are. Lines that begin with a space go on.
"""

STRUCTURES = """
Address city:string country:string district:string line*:string period:Period postalCode:string state:string
  text:string type:code(postal|physical|both) use:code(home|work|temp|old|billing)
Age code:code comparator:code system:uri unit:string value:decimal
Annotation author[x]:Reference,string text!:markdown time:dateTime
Attachment contentType:code creation:dateTime data:base64Binary hash:base64Binary language:code size:integer
  title:string url:url
CodeableConcept coding*:Coding text:string
Coding code:code display:string system:uri userSelected:boolean version:string
ContactPoint period:Period rank:integer system:code(phone|fax|email|pager|url|sms|other)
  use:code(home|work|temp|old|mobile) value:string
Count code:code comparator:code system:uri unit:string value:decimal
Distance code:code comparator:code system:uri unit:string value:decimal
Dosage additionalInstruction*:CodeableConcept asNeeded[x]:boolean,CodeableConcept doseAndRate*:DosageDoseAndRate
  maxDosePerAdministration:Quantity maxDosePerLifetime:Quantity maxDosePerPeriod:Ratio method:CodeableConcept
  patientInstruction:string route:CodeableConcept sequence:integer site:CodeableConcept text:string timing:Timing
DosageDoseAndRate dose[x]:Quantity,Range rate[x]:Quantity,Range,Ratio type:CodeableConcept
Duration code:code comparator:code system:uri unit:string value:decimal
HumanName family:string given*:string period:Period prefix*:string suffix*:string text:string
  use:code(usual|official|temp|nickname|anonymous|old|maiden)
Identifier assigner:Reference period:Period system:uri type:CodeableConcept
  use:code(usual|official|temp|secondary|old) value:string
Meta lastUpdated:instant profile*:canonical security*:Coding source:uri tag*:Coding versionId:id
Money currency:code value:decimal
Period end:dateTime start:dateTime
Quantity code:code comparator:code system:uri unit:string value:decimal
Range high:Quantity low:Quantity
Ratio denominator:Quantity numerator:Quantity
Reference display:string identifier:Identifier reference:string type:uri
SampledData data:string dimensions!:integer factor:decimal lowerLimit:decimal origin!:Quantity period!:decimal
  upperLimit:decimal
Signature data:base64Binary onBehalfOf:Reference sigFormat:code targetFormat:code type*!:Coding when!:instant
  who!:Reference
Timing code:CodeableConcept event*:dateTime repeat:TimingRepeat
TimingRepeat bounds[x]:Duration,Period,Range count:integer countMax:integer
  dayOfWeek*:code(mon|tue|wed|thu|fri|sat|sun) duration:decimal durationMax:decimal
  durationUnit:code(s|min|h|d|wk|mo|a) frequency:integer frequencyMax:integer offset:integer period:decimal
  periodMax:decimal periodUnit:code(s|min|h|d|wk|mo|a) timeOfDay*:time when*:code
Patient active:boolean address*:Address birthDate:date communication*:PatientCommunication contact*:PatientContact
  deceased[x]:boolean,dateTime gender:code(male|female|other|unknown) generalPractitioner*:Reference
  identifier*:Identifier link*:PatientLink managingOrganization:Reference maritalStatus:CodeableConcept
  multipleBirth[x]:boolean,integer name*:HumanName photo*:Attachment telecom*:ContactPoint
PatientCommunication language!:CodeableConcept preferred:boolean
PatientContact address:Address gender:code(male|female|other|unknown) name:HumanName organization:Reference
  period:Period relationship*:CodeableConcept telecom*:ContactPoint
PatientLink other!:Reference type!:code(replaced-by|replaces|refer|seealso)
RelatedPerson active:boolean address*:Address birthDate:date communication*:RelatedPersonCommunication
  gender:code(male|female|other|unknown) identifier*:Identifier name*:HumanName patient!:Reference period:Period
  photo*:Attachment relationship*:CodeableConcept telecom*:ContactPoint
RelatedPersonCommunication language!:CodeableConcept preferred:boolean
Encounter account*:Reference appointment*:Reference basedOn*:Reference classHistory*:EncounterClassHistory
  class!:Coding diagnosis*:EncounterDiagnosis episodeOfCare*:Reference hospitalization:EncounterHospitalization
  identifier*:Identifier length:Duration location*:EncounterLocation partOf:Reference
  participant*:EncounterParticipant period:Period priority:CodeableConcept reasonCode*:CodeableConcept
  reasonReference*:Reference serviceProvider:Reference serviceType:CodeableConcept
  status!:code(planned|arrived|triaged|in-progress|onleave|finished|cancelled|entered-in-error|unknown)
  statusHistory*:EncounterStatusHistory subject:Reference type*:CodeableConcept
EncounterClassHistory class!:Coding period!:Period
EncounterDiagnosis condition!:Reference rank:integer use:CodeableConcept
EncounterHospitalization admitSource:CodeableConcept destination:Reference dietPreference*:CodeableConcept
  dischargeDisposition:CodeableConcept origin:Reference preAdmissionIdentifier:Identifier
  reAdmission:CodeableConcept specialArrangement*:CodeableConcept specialCourtesy*:CodeableConcept
EncounterLocation location!:Reference period:Period physicalType:CodeableConcept
  status:code(planned|active|reserved|completed)
EncounterParticipant individual:Reference period:Period type*:CodeableConcept
EncounterStatusHistory period!:Period
  status!:code(planned|arrived|triaged|in-progress|onleave|finished|cancelled|entered-in-error|unknown)
Location address:Address alias*:string availabilityExceptions:string description:string endpoint*:Reference
  hoursOfOperation*:LocationHoursOfOperation identifier*:Identifier managingOrganization:Reference
  mode:code(instance|kind) name:string operationalStatus:Coding partOf:Reference physicalType:CodeableConcept
  position:LocationPosition status:code(active|suspended|inactive) telecom*:ContactPoint type*:CodeableConcept
LocationHoursOfOperation allDay:boolean closingTime:time daysOfWeek*:code(mon|tue|wed|thu|fri|sat|sun)
  openingTime:time
LocationPosition altitude:decimal latitude!:decimal longitude!:decimal
Practitioner active:boolean address*:Address birthDate:date communication*:CodeableConcept
  gender:code(male|female|other|unknown) identifier*:Identifier name*:HumanName photo*:Attachment
  qualification*:PractitionerQualification telecom*:ContactPoint
PractitionerQualification code!:CodeableConcept identifier*:Identifier issuer:Reference period:Period
PractitionerRole active:boolean availabilityExceptions:string availableTime*:PractitionerRoleAvailableTime
  code*:CodeableConcept endpoint*:Reference healthcareService*:Reference identifier*:Identifier location*:Reference
  notAvailable*:PractitionerRoleNotAvailable organization:Reference period:Period practitioner:Reference
  specialty*:CodeableConcept telecom*:ContactPoint
PractitionerRoleAvailableTime allDay:boolean availableEndTime:time availableStartTime:time
  daysOfWeek*:code(mon|tue|wed|thu|fri|sat|sun)
PractitionerRoleNotAvailable description!:string during:Period
Organization active:boolean address*:Address alias*:string contact*:OrganizationContact endpoint*:Reference
  identifier*:Identifier name:string partOf:Reference telecom*:ContactPoint type*:CodeableConcept
OrganizationContact address:Address name:HumanName purpose:CodeableConcept telecom*:ContactPoint
Condition abatement[x]:Age,dateTime,Period,Range,string asserter:Reference bodySite*:CodeableConcept
  category*:CodeableConcept clinicalStatus:CodeableConcept code:CodeableConcept encounter:Reference
  evidence*:ConditionEvidence identifier*:Identifier note*:Annotation onset[x]:Age,dateTime,Period,Range,string
  recordedDate:dateTime recorder:Reference severity:CodeableConcept stage*:ConditionStage subject!:Reference
  verificationStatus:CodeableConcept
ConditionEvidence code*:CodeableConcept detail*:Reference
ConditionStage assessment*:Reference summary:CodeableConcept type:CodeableConcept
AllergyIntolerance asserter:Reference category*:code(food|medication|environment|biologic)
  clinicalStatus:CodeableConcept code:CodeableConcept criticality:code(low|high|unable-to-assess)
  encounter:Reference identifier*:Identifier lastOccurrence:dateTime note*:Annotation
  onset[x]:Age,dateTime,Period,Range,string patient!:Reference reaction*:AllergyIntoleranceReaction
  recordedDate:dateTime recorder:Reference type:code(allergy|intolerance) verificationStatus:CodeableConcept
AllergyIntoleranceReaction description:string exposureRoute:CodeableConcept manifestation*!:CodeableConcept
  note*:Annotation onset:dateTime severity:code(mild|moderate|severe) substance:CodeableConcept
MedicationRequest authoredOn:dateTime basedOn*:Reference category*:CodeableConcept
  courseOfTherapyType:CodeableConcept detectedIssue*:Reference dispenseRequest:MedicationRequestDispenseRequest
  doNotPerform:boolean dosageInstruction*:Dosage encounter:Reference eventHistory*:Reference
  groupIdentifier:Identifier identifier*:Identifier instantiatesCanonical*:canonical instantiatesUri*:uri
  insurance*:Reference
  intent!:code(proposal|plan|order|original-order|reflex-order|filler-order|instance-order|option)
  medication[x]!:CodeableConcept,Reference note*:Annotation performer:Reference performerType:CodeableConcept
  priorPrescription:Reference priority:code(routine|urgent|asap|stat) reasonCode*:CodeableConcept
  reasonReference*:Reference recorder:Reference reported[x]:boolean,Reference requester:Reference
  status!:code(active|on-hold|cancelled|completed|entered-in-error|stopped|draft|unknown)
  statusReason:CodeableConcept subject!:Reference substitution:MedicationRequestSubstitution
  supportingInformation*:Reference
MedicationRequestDispenseRequest dispenseInterval:Duration expectedSupplyDuration:Duration
  initialFill:MedicationRequestDispenseRequestInitialFill numberOfRepeatsAllowed:integer performer:Reference
  quantity:Quantity validityPeriod:Period
MedicationRequestDispenseRequestInitialFill duration:Duration quantity:Quantity
MedicationRequestSubstitution allowed[x]!:boolean,CodeableConcept reason:CodeableConcept
MedicationStatement basedOn*:Reference category:CodeableConcept context:Reference dateAsserted:dateTime
  derivedFrom*:Reference dosage*:Dosage effective[x]:dateTime,Period identifier*:Identifier
  informationSource:Reference medication[x]!:CodeableConcept,Reference note*:Annotation partOf*:Reference
  reasonCode*:CodeableConcept reasonReference*:Reference
  status!:code(active|completed|entered-in-error|intended|stopped|on-hold|unknown|not-taken)
  statusReason*:CodeableConcept subject!:Reference
MedicationAdministration category:CodeableConcept context:Reference device*:Reference
  dosage:MedicationAdministrationDosage effective[x]!:dateTime,Period eventHistory*:Reference identifier*:Identifier
  instantiates*:uri medication[x]!:CodeableConcept,Reference note*:Annotation partOf*:Reference
  performer*:MedicationAdministrationPerformer reasonCode*:CodeableConcept reasonReference*:Reference
  request:Reference status!:code(in-progress|not-done|on-hold|completed|entered-in-error|stopped|unknown)
  statusReason*:CodeableConcept subject!:Reference supportingInformation*:Reference
MedicationAdministrationDosage dose:Quantity method:CodeableConcept rate[x]:Quantity,Ratio route:CodeableConcept
  site:CodeableConcept text:string
MedicationAdministrationPerformer actor!:Reference function:CodeableConcept
MedicationDispense authorizingPrescription*:Reference category:CodeableConcept context:Reference daysSupply:Quantity
  destination:Reference detectedIssue*:Reference dosageInstruction*:Dosage eventHistory*:Reference
  identifier*:Identifier location:Reference medication[x]!:CodeableConcept,Reference note*:Annotation
  partOf*:Reference performer*:MedicationDispensePerformer quantity:Quantity receiver*:Reference
  status!:code(preparation|in-progress|cancelled|on-hold|completed|entered-in-error|stopped|declined|unknown)
  statusReason[x]:CodeableConcept,Reference subject:Reference substitution:MedicationDispenseSubstitution
  supportingInformation*:Reference type:CodeableConcept whenHandedOver:dateTime whenPrepared:dateTime
MedicationDispensePerformer actor!:Reference function:CodeableConcept
MedicationDispenseSubstitution reason*:CodeableConcept responsibleParty*:Reference type:CodeableConcept
  wasSubstituted!:boolean
Medication amount:Ratio batch:MedicationBatch code:CodeableConcept form:CodeableConcept identifier*:Identifier
  ingredient*:MedicationIngredient manufacturer:Reference status:code(active|inactive|entered-in-error)
MedicationBatch expirationDate:dateTime lotNumber:string
MedicationIngredient isActive:boolean item[x]!:CodeableConcept,Reference strength:Ratio
Observation basedOn*:Reference bodySite:CodeableConcept category*:CodeableConcept code!:CodeableConcept
  component*:ObservationComponent dataAbsentReason:CodeableConcept derivedFrom*:Reference device:Reference
  effective[x]:dateTime,instant,Period,Timing encounter:Reference focus*:Reference hasMember*:Reference
  identifier*:Identifier interpretation*:CodeableConcept issued:instant method:CodeableConcept note*:Annotation
  partOf*:Reference performer*:Reference referenceRange*:ObservationReferenceRange specimen:Reference
  status!:code(registered|preliminary|final|amended|corrected|cancelled|entered-in-error|unknown) subject:Reference
  value[x]:boolean,CodeableConcept,dateTime,integer,Period,Quantity,Range,Ratio,SampledData,string,time
ObservationComponent code!:CodeableConcept dataAbsentReason:CodeableConcept interpretation*:CodeableConcept
  referenceRange*:ObservationReferenceRange
  value[x]:boolean,CodeableConcept,dateTime,integer,Period,Quantity,Range,Ratio,SampledData,string,time
ObservationReferenceRange age:Range appliesTo*:CodeableConcept high:Quantity low:Quantity text:string
  type:CodeableConcept
DiagnosticReport basedOn*:Reference category*:CodeableConcept code!:CodeableConcept conclusion:string
  conclusionCode*:CodeableConcept effective[x]:dateTime,Period encounter:Reference identifier*:Identifier
  imagingStudy*:Reference issued:instant media*:DiagnosticReportMedia performer*:Reference presentedForm*:Attachment
  result*:Reference resultsInterpreter*:Reference specimen*:Reference
  status!:code(registered|partial|preliminary|final|amended|corrected|appended|cancelled|entered-in-error|unknown)
  subject:Reference
DiagnosticReportMedia comment:string link!:Reference
DocumentReference authenticator:Reference author*:Reference category*:CodeableConcept
  content*!:DocumentReferenceContent context:DocumentReferenceContext custodian:Reference date:instant
  description:string docStatus:code(preliminary|final|amended|entered-in-error) identifier*:Identifier
  masterIdentifier:Identifier relatesTo*:DocumentReferenceRelatesTo securityLabel*:CodeableConcept
  status!:code(current|superseded|entered-in-error) subject:Reference type:CodeableConcept
DocumentReferenceContent attachment!:Attachment format:Coding
DocumentReferenceContext encounter*:Reference event*:CodeableConcept facilityType:CodeableConcept period:Period
  practiceSetting:CodeableConcept related*:Reference sourcePatientInfo:Reference
DocumentReferenceRelatesTo code!:code(replaces|transforms|signs|appends) target!:Reference
Procedure asserter:Reference basedOn*:Reference bodySite*:CodeableConcept category:CodeableConcept
  code:CodeableConcept complication*:CodeableConcept complicationDetail*:Reference encounter:Reference
  focalDevice*:ProcedureFocalDevice followUp*:CodeableConcept identifier*:Identifier
  instantiatesCanonical*:canonical instantiatesUri*:uri location:Reference note*:Annotation outcome:CodeableConcept
  partOf*:Reference performed[x]:Age,dateTime,Period,Range,string performer*:ProcedurePerformer
  reasonCode*:CodeableConcept reasonReference*:Reference recorder:Reference report*:Reference
  status!:code(preparation|in-progress|not-done|on-hold|stopped|completed|entered-in-error|unknown)
  statusReason:CodeableConcept subject!:Reference usedCode*:CodeableConcept usedReference*:Reference
ProcedureFocalDevice action:CodeableConcept manipulated!:Reference
ProcedurePerformer actor!:Reference function:CodeableConcept onBehalfOf:Reference
Immunization doseQuantity:Quantity education*:ImmunizationEducation encounter:Reference expirationDate:date
  fundingSource:CodeableConcept identifier*:Identifier isSubpotent:boolean location:Reference lotNumber:string
  manufacturer:Reference note*:Annotation occurrence[x]!:dateTime,string patient!:Reference
  performer*:ImmunizationPerformer primarySource:boolean programEligibility*:CodeableConcept
  protocolApplied*:ImmunizationProtocolApplied reaction*:ImmunizationReaction reasonCode*:CodeableConcept
  reasonReference*:Reference recorded:dateTime reportOrigin:CodeableConcept route:CodeableConcept
  site:CodeableConcept status!:code(completed|entered-in-error|not-done) statusReason:CodeableConcept
  subpotentReason*:CodeableConcept vaccineCode!:CodeableConcept
ImmunizationEducation documentType:string presentationDate:dateTime publicationDate:dateTime reference:uri
ImmunizationPerformer actor!:Reference function:CodeableConcept
ImmunizationProtocolApplied authority:Reference doseNumber[x]!:positiveInt,string series:string
  seriesDoses[x]:positiveInt,string targetDisease*:CodeableConcept
ImmunizationReaction date:dateTime detail:Reference reported:boolean
ServiceRequest asNeeded[x]:boolean,CodeableConcept authoredOn:dateTime basedOn*:Reference bodySite*:CodeableConcept
  category*:CodeableConcept code:CodeableConcept doNotPerform:boolean encounter:Reference identifier*:Identifier
  instantiatesCanonical*:canonical instantiatesUri*:uri insurance*:Reference
  intent!:code(proposal|plan|directive|order|original-order|reflex-order|filler-order|instance-order|option)
  locationCode*:CodeableConcept locationReference*:Reference note*:Annotation occurrence[x]:dateTime,Period,Timing
  orderDetail*:CodeableConcept patientInstruction:string performer*:Reference performerType:CodeableConcept
  priority:code(routine|urgent|asap|stat) quantity[x]:Quantity,Range,Ratio reasonCode*:CodeableConcept
  reasonReference*:Reference relevantHistory*:Reference replaces*:Reference requester:Reference
  requisition:Identifier specimen*:Reference
  status!:code(draft|active|on-hold|revoked|completed|entered-in-error|unknown) subject!:Reference
  supportingInfo*:Reference
Specimen accessionIdentifier:Identifier collection:SpecimenCollection condition*:CodeableConcept
  container*:SpecimenContainer identifier*:Identifier note*:Annotation parent*:Reference
  processing*:SpecimenProcessing receivedTime:dateTime request*:Reference
  status:code(available|unavailable|unsatisfactory|entered-in-error) subject:Reference type:CodeableConcept
SpecimenCollection bodySite:CodeableConcept collected[x]:dateTime,Period collector:Reference duration:Duration
  fastingStatus[x]:CodeableConcept,Duration method:CodeableConcept quantity:Quantity
SpecimenContainer additive[x]:CodeableConcept,Reference capacity:Quantity description:string identifier*:Identifier
  specimenQuantity:Quantity type:CodeableConcept
SpecimenProcessing additive*:Reference description:string procedure:CodeableConcept time[x]:dateTime,Period
Composition attester*:CompositionAttester author*!:Reference category*:CodeableConcept confidentiality:code
  custodian:Reference date!:dateTime encounter:Reference event*:CompositionEvent identifier:Identifier
  relatesTo*:CompositionRelatesTo section*:CompositionSection
  status!:code(preliminary|final|amended|entered-in-error) subject:Reference title!:string type!:CodeableConcept
CompositionAttester mode!:code(personal|professional|legal|official) party:Reference time:dateTime
CompositionEvent code*:CodeableConcept detail*:Reference period:Period
CompositionRelatesTo code!:code(replaces|transforms|signs|appends) target[x]!:Identifier,Reference
CompositionSection author*:Reference code:CodeableConcept emptyReason:CodeableConcept entry*:Reference
  focus:Reference mode:code(working|snapshot|changes) orderedBy:CodeableConcept section*:CompositionSection
  text:Narrative title:string
Flag author:Reference category*:CodeableConcept code!:CodeableConcept encounter:Reference identifier*:Identifier
  period:Period status!:code(active|inactive|entered-in-error) subject!:Reference
CarePlan activity*:CarePlanActivity addresses*:Reference author:Reference basedOn*:Reference careTeam*:Reference
  category*:CodeableConcept contributor*:Reference created:dateTime description:string encounter:Reference
  goal*:Reference identifier*:Identifier instantiatesCanonical*:canonical instantiatesUri*:uri
  intent!:code(proposal|plan|order|option) note*:Annotation partOf*:Reference period:Period replaces*:Reference
  status!:code(draft|active|on-hold|revoked|completed|entered-in-error|unknown) subject!:Reference
  supportingInfo*:Reference title:string
CarePlanActivity detail:CarePlanActivityDetail outcomeCodeableConcept*:CodeableConcept outcomeReference*:Reference
  progress*:Annotation reference:Reference
CarePlanActivityDetail code:CodeableConcept dailyAmount:Quantity description:string doNotPerform:boolean
  goal*:Reference instantiatesCanonical*:canonical instantiatesUri*:uri kind:code location:Reference
  performer*:Reference product[x]:CodeableConcept,Reference quantity:Quantity reasonCode*:CodeableConcept
  reasonReference*:Reference scheduled[x]:Period,string,Timing
  status!:code(not-started|scheduled|in-progress|on-hold|completed|cancelled|stopped|unknown|entered-in-error)
  statusReason:CodeableConcept
Appointment appointmentType:CodeableConcept basedOn*:Reference cancelationReason:CodeableConcept comment:string
  created:dateTime description:string end:instant identifier*:Identifier minutesDuration:integer
  participant*!:AppointmentParticipant patientInstruction:string priority:integer reasonCode*:CodeableConcept
  reasonReference*:Reference requestedPeriod*:Period serviceCategory*:CodeableConcept serviceType*:CodeableConcept
  slot*:Reference specialty*:CodeableConcept start:instant
  status!:code(proposed|pending|booked|arrived|fulfilled|cancelled|noshow|entered-in-error|checked-in|waitlist)
  supportingInformation*:Reference
AppointmentParticipant actor:Reference period:Period required:code(required|optional|information-only)
  status!:code(accepted|declined|tentative|needs-action) type*:CodeableConcept
Device contact*:ContactPoint definition:Reference deviceName*:DeviceDeviceName distinctIdentifier:string
  expirationDate:dateTime identifier*:Identifier location:Reference lotNumber:string manufactureDate:dateTime
  manufacturer:string modelNumber:string note*:Annotation owner:Reference parent:Reference partNumber:string
  patient:Reference property*:DeviceProperty safety*:CodeableConcept serialNumber:string
  specialization*:DeviceSpecialization status:code(active|inactive|entered-in-error|unknown)
  statusReason*:CodeableConcept type:CodeableConcept udiCarrier*:DeviceUdiCarrier url:uri version*:DeviceVersion
DeviceDeviceName name!:string
  type!:code(udi-label-name|user-friendly-name|patient-reported-name|manufacturer-name|model-name|other)
DeviceProperty type!:CodeableConcept valueCode*:CodeableConcept valueQuantity*:Quantity
DeviceSpecialization systemType!:CodeableConcept version:string
DeviceUdiCarrier carrierAIDC:base64Binary carrierHRF:string deviceIdentifier:string
  entryType:code(barcode|rfid|manual|card|self-reported|unknown) issuer:uri jurisdiction:uri
DeviceVersion component:Identifier type:CodeableConcept value!:string
Task authoredOn:dateTime basedOn*:Reference businessStatus:CodeableConcept code:CodeableConcept description:string
  encounter:Reference executionPeriod:Period focus:Reference for:Reference groupIdentifier:Identifier
  identifier*:Identifier input*:TaskInput instantiatesCanonical:canonical instantiatesUri:uri insurance*:Reference
  intent!:code(unknown|proposal|plan|order|original-order|reflex-order|filler-order|instance-order|option)
  lastModified:dateTime location:Reference note*:Annotation output*:TaskOutput owner:Reference partOf*:Reference
  performerType*:CodeableConcept priority:code(routine|urgent|asap|stat) reasonCode:CodeableConcept
  reasonReference:Reference relevantHistory*:Reference requester:Reference restriction:TaskRestriction
  status!:code(draft|requested|received|accepted|rejected|ready|cancelled|in-progress|on-hold|failed|completed|entered-in-error)
  statusReason:CodeableConcept
TaskInput type!:CodeableConcept value[x]!:*
TaskOutput type!:CodeableConcept value[x]!:*
TaskRestriction period:Period recipient*:Reference repetitions:integer
List code:CodeableConcept date:dateTime emptyReason:CodeableConcept encounter:Reference entry*:ListEntry
  identifier*:Identifier mode!:code(working|snapshot|changes) note*:Annotation orderedBy:CodeableConcept
  source:Reference status!:code(current|retired|entered-in-error) subject:Reference title:string
ListEntry date:dateTime deleted:boolean flag:CodeableConcept item!:Reference
CareTeam category*:CodeableConcept encounter:Reference identifier*:Identifier managingOrganization*:Reference
  name:string note*:Annotation participant*:CareTeamParticipant period:Period reasonCode*:CodeableConcept
  reasonReference*:Reference status:code(proposed|active|suspended|inactive|entered-in-error) subject:Reference
  telecom*:ContactPoint
CareTeamParticipant member:Reference onBehalfOf:Reference period:Period role*:CodeableConcept
Goal achievementStatus:CodeableConcept addresses*:Reference category*:CodeableConcept description!:CodeableConcept
  expressedBy:Reference identifier*:Identifier
  lifecycleStatus!:code(proposed|planned|accepted|active|on-hold|completed|cancelled|entered-in-error|rejected)
  note*:Annotation outcomeCode*:CodeableConcept outcomeReference*:Reference priority:CodeableConcept
  start[x]:CodeableConcept,date statusDate:date statusReason:string subject!:Reference target*:GoalTarget
GoalTarget detail[x]:boolean,CodeableConcept,integer,Quantity,Range,Ratio,string due[x]:date,Duration
  measure:CodeableConcept
Media basedOn*:Reference bodySite:CodeableConcept content!:Attachment created[x]:dateTime,Period device:Reference
  deviceName:string duration:decimal encounter:Reference frames:integer height:integer identifier*:Identifier
  issued:instant modality:CodeableConcept note*:Annotation operator:Reference partOf*:Reference
  reasonCode*:CodeableConcept
  status!:code(preparation|in-progress|not-done|on-hold|stopped|completed|entered-in-error|unknown)
  subject:Reference type:CodeableConcept view:CodeableConcept width:integer
Binary contentType!:code data:base64Binary securityContext:Reference
Provenance activity:CodeableConcept agent*!:ProvenanceAgent entity*:ProvenanceEntity location:Reference
  occurred[x]:dateTime,Period policy*:uri reason*:CodeableConcept recorded!:instant signature*:Signature
  target*!:Reference
ProvenanceAgent onBehalfOf:Reference role*:CodeableConcept type:CodeableConcept who!:Reference
ProvenanceEntity agent*:ProvenanceAgent role!:code(derivation|revision|quotation|source|removal) what!:Reference
"""

_TYPES = """
Account ActivityDefinition AdverseEvent AllergyIntolerance Appointment AppointmentResponse AuditEvent Basic Binary
BiologicallyDerivedProduct BodyStructure Bundle CapabilityStatement CarePlan CareTeam CatalogEntry ChargeItem
ChargeItemDefinition Claim ClaimResponse ClinicalImpression CodeSystem Communication CommunicationRequest
CompartmentDefinition Composition ConceptMap Condition Consent Contract Coverage CoverageEligibilityRequest
CoverageEligibilityResponse DetectedIssue Device DeviceDefinition DeviceMetric DeviceRequest DeviceUseStatement
DiagnosticReport DocumentManifest DocumentReference EffectEvidenceSynthesis Encounter Endpoint EnrollmentRequest
EnrollmentResponse EpisodeOfCare EventDefinition Evidence EvidenceVariable ExampleScenario ExplanationOfBenefit
FamilyMemberHistory Flag Goal GraphDefinition Group GuidanceResponse HealthcareService ImagingStudy Immunization
ImmunizationEvaluation ImmunizationRecommendation ImplementationGuide InsurancePlan Invoice Library Linkage List
Location Measure MeasureReport Media Medication MedicationAdministration MedicationDispense MedicationKnowledge
MedicationRequest MedicationStatement MedicinalProduct MedicinalProductAuthorization
MedicinalProductContraindication MedicinalProductIndication MedicinalProductIngredient MedicinalProductInteraction
MedicinalProductManufactured MedicinalProductPackaged MedicinalProductPharmaceutical
MedicinalProductUndesirableEffect MessageDefinition MessageHeader MolecularSequence NamingSystem NutritionOrder
Observation ObservationDefinition OperationDefinition OperationOutcome Organization OrganizationAffiliation
Parameters Patient PaymentNotice PaymentReconciliation Person PlanDefinition Practitioner PractitionerRole Procedure
Provenance Questionnaire QuestionnaireResponse RelatedPerson RequestGroup ResearchDefinition
ResearchElementDefinition ResearchStudy ResearchSubject RiskAssessment RiskEvidenceSynthesis Schedule
SearchParameter ServiceRequest Slot Specimen SpecimenDefinition StructureDefinition StructureMap Subscription
Substance SubstanceNucleicAcid SubstancePolymer SubstanceProtein SubstanceReferenceInformation
SubstanceSourceMaterial SubstanceSpecification SupplyDelivery SupplyRequest Task TerminologyCapabilities TestReport
TestScript ValueSet VerificationResult VisionPrescription
"""
TYPES = frozenset(_TYPES.split())
"""Every resource type of R4: another name is refused."""
