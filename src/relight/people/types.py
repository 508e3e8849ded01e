"""Words of people: roles, permissions, capacities of a signature."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from relight.kernel.errors import N_


class Role(StrEnum):
    """What a person (or a door) may be. `owner` is the owner of the data folder at its own
    terminal, `system` is Relight's worker; neither can be given to a staff member."""

    RECOVERY_LEAD = "recovery-lead"
    TECHNICIAN = "technician"
    SECURITY_OFFICER = "security-officer"
    SERVICE_OWNER = "service-owner"
    CLINICIAN = "clinician"
    NURSE = "nurse"
    LABORATORY = "laboratory"
    MEDICAL_LEAD = "medical-lead"
    DESK = "desk"
    PMO = "pmo"
    LIAISON = "liaison"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    OWNER = "owner"
    SYSTEM = "system"


ROLE_NAMES: dict[Role, str] = {
    Role.RECOVERY_LEAD: N_("Recovery lead"),
    Role.TECHNICIAN: N_("Recovery technician"),
    Role.SECURITY_OFFICER: N_("Security officer"),
    Role.SERVICE_OWNER: N_("Service owner"),
    Role.CLINICIAN: N_("Clinician"),
    Role.NURSE: N_("Nurse"),
    Role.LABORATORY: N_("Laboratory"),
    Role.MEDICAL_LEAD: N_("Medical director"),
    Role.DESK: N_("Appointments and reception"),
    Role.PMO: N_("Restart office"),
    Role.LIAISON: N_("GP liaison"),
    Role.AUDITOR: N_("Auditor"),
    Role.ADMINISTRATOR: N_("Administrator"),
    Role.OWNER: N_("Owner of the data folder"),
    Role.SYSTEM: N_("Relight itself"),
}

STAFF_ROLES: tuple[Role, ...] = tuple(role for role in Role if role not in (Role.OWNER, Role.SYSTEM))


class Permission(StrEnum):
    """One thing a role may do."""

    SITUATION_READ = "situation.read"
    HOSPITAL_READ = "hospital.read"
    HOSPITAL_LOAD = "hospital.load"
    HOSPITAL_ACCEPT = "hospital.accept"
    HOSPITAL_EXPECT = "hospital.expect"
    ZONE_BUILD = "zone.build"
    ZONE_OPEN = "zone.open"
    ZONE_CLOSE = "zone.close"
    ZONE_READ = "zone.read"
    ZONE_PROPOSE = "zone.propose"
    ZONE_APPROVE = "zone.approve"
    ZONE_DEPLOY = "zone.deploy"
    FLEET_READ = "fleet.read"
    FLEET_IMPORT = "fleet.import"
    FLEET_EDIT = "fleet.edit"
    FLEET_ENROL = "fleet.enrol"
    LINE_MOVE = "line.move"
    LINE_ATTEST = "line.attest"
    LINE_QUARANTINE = "line.quarantine"
    LINE_RELEASE = "line.release"
    LINE_RETIRE = "line.retire"
    LINE_SIGN_SECURITY = "line.sign-security"
    LINE_SIGN_OWNER = "line.sign-owner"
    LAB_READ = "lab.read"
    LAB_RESULTS = "lab.results"
    LAB_MESSAGES = "lab.messages"
    LAB_LINKS = "lab.links"
    LAB_RECEIVE = "lab.receive"
    LAB_RESOLVE = "lab.resolve"
    LAB_ORDER = "lab.order"
    LAB_VALIDATE = "lab.validate"
    LAB_QC = "lab.qc"
    LAB_EVIDENCE = "lab.evidence"
    LAB_SIGN_LABORATORY = "lab.sign-laboratory"
    LAB_SIGN_SECURITY = "lab.sign-security"
    LAB_LOWER = "lab.lower"
    RECORD_READ = "record.read"
    RECORD_WRITE = "record.write"
    RECORD_PRESCRIBE = "record.prescribe"
    RECORD_IMPORT = "record.import"
    RECORD_EXPORT = "record.export"
    RECORD_PRINT = "record.print"
    RECORD_IDENTITY = "record.identity"
    RECORD_BREAK_GLASS = "record.break-glass"
    RECORD_AUDIT = "record.audit"
    ACTIVITY_READ = "activity.read"
    ACTIVITY_APPOINTMENTS = "activity.appointments"
    ACTIVITY_IMPORT = "activity.import"
    ACTIVITY_POLICY = "activity.policy"
    ACTIVITY_DECIDE = "activity.decide"
    ACTIVITY_OVERRIDE = "activity.override"
    ACTIVITY_TELL = "activity.tell"
    ACTIVITY_REBOOK = "activity.rebook"
    ACTIVITY_POSTURE = "activity.posture"
    LIAISON_READ = "liaison.read"
    LIAISON_DIRECTORY = "liaison.directory"
    LIAISON_WRITE = "liaison.write"
    LIAISON_APPROVE = "liaison.approve"
    LIAISON_DELIVER = "liaison.deliver"
    LIAISON_REQUESTS = "liaison.requests"
    LIAISON_DISCLOSE = "liaison.disclose"
    PROBLEM_REPORT = "problem.report"
    PROBLEM_ANSWER = "problem.answer"
    PLAN_EDIT = "plan.edit"
    PLAN_DECIDE = "plan.decide"
    SITREP_READ = "sitrep.read"
    SITREP_WRITE = "sitrep.write"
    SITREP_APPROVE = "sitrep.approve"
    KEYS_MANAGE = "keys.manage"
    JOURNAL_READ = "journal.read"
    PEOPLE_READ = "people.read"
    PEOPLE_MANAGE = "people.manage"
    SELF = "self"


PERMISSION_NAMES: dict[Permission, str] = {
    Permission.SITUATION_READ: N_("See the situation"),
    Permission.HOSPITAL_READ: N_("See services, functions and why they are down"),
    Permission.HOSPITAL_LOAD: N_("Load the hospital's description"),
    Permission.HOSPITAL_ACCEPT: N_("Sign that a function works, or withdraw it"),
    Permission.HOSPITAL_EXPECT: N_("Write when functions and services are expected back"),
    Permission.ZONE_BUILD: N_("Start building a zone segment"),
    Permission.ZONE_OPEN: N_("Sign the opening of a zone segment"),
    Permission.ZONE_CLOSE: N_("Close a zone segment"),
    Permission.ZONE_READ: N_("See who may talk to whom in the clean zone"),
    Permission.ZONE_PROPOSE: N_("Propose flows and plan zone segments"),
    Permission.ZONE_APPROVE: N_("Sign flows"),
    Permission.ZONE_DEPLOY: N_("Send rules to the zone's routers"),
    Permission.FLEET_READ: N_("See machines, data sets and applications"),
    Permission.FLEET_IMPORT: N_("Import inventories"),
    Permission.FLEET_EDIT: N_("Add items, correct site, room, role and service"),
    Permission.FLEET_ENROL: N_("Enrol workstations, and revoke them"),
    Permission.LINE_MOVE: N_("Move items along the recovery line"),
    Permission.LINE_ATTEST: N_("Attest a check"),
    Permission.LINE_QUARANTINE: N_("Put into quarantine"),
    Permission.LINE_RELEASE: N_("Release from quarantine"),
    Permission.LINE_RETIRE: N_("Retire an item, or bring it back"),
    Permission.LINE_SIGN_SECURITY: N_("Sign an admission for security"),
    Permission.LINE_SIGN_OWNER: N_("Sign an admission for the service that owns the machine"),
    Permission.LAB_READ: N_("See the laboratory's links and their counts"),
    Permission.LAB_RESULTS: N_("See laboratory results of patients"),
    Permission.LAB_MESSAGES: N_("See the messages of analyzers as they came"),
    Permission.LAB_LINKS: N_("Set up links to analyzers and laboratory systems"),
    Permission.LAB_RECEIVE: N_("Take in and deliver laboratory messages"),
    Permission.LAB_RESOLVE: N_("Decide about held and refused results"),
    Permission.LAB_ORDER: N_("Order laboratory tests"),
    Permission.LAB_VALIDATE: N_("Validate results, call critical values"),
    Permission.LAB_QC: N_("Set quality-control targets, note what was done"),
    Permission.LAB_EVIDENCE: N_("Record evidence for a link's rung"),
    Permission.LAB_SIGN_LABORATORY: N_("Sign a link's rung for the laboratory"),
    Permission.LAB_SIGN_SECURITY: N_("Sign a link's rung for security"),
    Permission.LAB_LOWER: N_("Take a link down a rung"),
    Permission.RECORD_READ: N_("Read the records of patients"),
    Permission.RECORD_WRITE: N_("Write into the records of patients"),
    Permission.RECORD_PRESCRIBE: N_("Prescribe medicines, sign discharge letters"),
    Permission.RECORD_IMPORT: N_("Import patient records"),
    Permission.RECORD_EXPORT: N_("Export patient records"),
    Permission.RECORD_PRINT: N_("Have the charts of wards printed to a folder"),
    Permission.RECORD_IDENTITY: N_("Register, admit, move and merge patients"),
    Permission.RECORD_BREAK_GLASS: N_("Open a record outside one's wards, with a reason"),
    Permission.RECORD_AUDIT: N_("See who opened which record"),
    Permission.ACTIVITY_READ: N_("See the activity policy, its counts and the posture of sites"),
    Permission.ACTIVITY_APPOINTMENTS: N_("See appointments and what was decided"),
    Permission.ACTIVITY_IMPORT: N_("Import appointments"),
    Permission.ACTIVITY_POLICY: N_("Sign the activity policy"),
    Permission.ACTIVITY_DECIDE: N_("Let decisions about appointments take effect"),
    Permission.ACTIVITY_OVERRIDE: N_("Decide about an appointment as a doctor"),
    Permission.ACTIVITY_TELL: N_("Call patients, print letters to them"),
    Permission.ACTIVITY_REBOOK: N_("Give new dates to what was cancelled"),
    Permission.ACTIVITY_POSTURE: N_("Set the posture of a site"),
    Permission.LIAISON_READ: N_("See the directory and the bulletins for practitioners"),
    Permission.LIAISON_DIRECTORY: N_("Change the directory of practitioners and desks"),
    Permission.LIAISON_WRITE: N_("Write bulletins for practitioners"),
    Permission.LIAISON_APPROVE: N_("Approve bulletins for practitioners"),
    Permission.LIAISON_DELIVER: N_("Send bulletins out, note who received them"),
    Permission.LIAISON_REQUESTS: N_("Handle requests of practitioners about patients"),
    Permission.LIAISON_DISCLOSE: N_("Release a patient's summary to a practitioner"),
    Permission.PROBLEM_REPORT: N_("Report what does not work"),
    Permission.PROBLEM_ANSWER: N_("Take over tasks and reported problems, answer and end them"),
    Permission.PLAN_EDIT: N_("Add tasks, risks, hours and costs, propose an order of restoration"),
    Permission.PLAN_DECIDE: N_("Sign an order of restoration"),
    Permission.SITREP_READ: N_("See every version of the situation reports"),
    Permission.SITREP_WRITE: N_("Write situation reports"),
    Permission.SITREP_APPROVE: N_("Approve situation reports"),
    Permission.KEYS_MANAGE: N_("Make signing keys, enrol the keys of inspectors"),
    Permission.JOURNAL_READ: N_("Read the journal and evidence"),
    Permission.PEOPLE_READ: N_("See staff and roles"),
    Permission.PEOPLE_MANAGE: N_("Make and change accounts"),
    Permission.SELF: N_("Change one's own password and language"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A person's signature: they proved who they are again, over the digest of what was shown."""

    id: UUID
    actor: str
    at: datetime
    digest: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffView:
    """A staff member as pages show them."""

    id: UUID
    actor: str
    username: str
    name: str
    roles: tuple[Role, ...]
    scope: tuple[str, ...]
    language: str
    active: bool
    must_change_password: bool
    last_seen_at: datetime | None
