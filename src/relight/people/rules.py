"""The permission matrix: who may do what. The one file that says so.

Separation of duties: an administrator manages accounts and signs nothing; nobody holds both
capacities of an admission unless given both roles, and even then two different people must sign.
"""

from __future__ import annotations

from collections.abc import Iterable

from relight.kernel.act import Act, Door
from relight.kernel.errors import Word
from relight.kernel.verdict import YES, Verdict, no
from relight.people.errors import NOT_ENROLLED, NOT_PERMITTED
from relight.people.types import PERMISSION_NAMES, ROLE_NAMES, STAFF_ROLES, Permission, Role

_EVERYONE = frozenset(STAFF_ROLES) | {Role.OWNER}
_LEAD = frozenset({Role.RECOVERY_LEAD, Role.OWNER})
_BENCH = _LEAD | {Role.TECHNICIAN}
_CARE = frozenset({Role.CLINICIAN, Role.NURSE})
_LABORATORY = frozenset({Role.LABORATORY, Role.OWNER})
_READERS = _EVERYONE - {Role.CLINICIAN, Role.NURSE}

MATRIX: dict[Permission, frozenset[Role]] = {
    Permission.SITUATION_READ: _EVERYONE,
    Permission.HOSPITAL_READ: _EVERYONE,
    Permission.HOSPITAL_LOAD: _LEAD,
    Permission.HOSPITAL_ACCEPT: frozenset({Role.SERVICE_OWNER, Role.RECOVERY_LEAD}),
    Permission.HOSPITAL_EXPECT: _LEAD | {Role.PMO, Role.SYSTEM},
    Permission.ZONE_BUILD: _LEAD,
    Permission.ZONE_OPEN: frozenset({Role.RECOVERY_LEAD, Role.SECURITY_OFFICER}),
    Permission.ZONE_CLOSE: _LEAD | {Role.SECURITY_OFFICER},
    Permission.ZONE_READ: _READERS | {Role.SYSTEM},
    Permission.ZONE_PROPOSE: _BENCH | {Role.SECURITY_OFFICER, Role.SYSTEM},
    Permission.ZONE_APPROVE: frozenset({Role.RECOVERY_LEAD, Role.SECURITY_OFFICER}),
    Permission.ZONE_DEPLOY: _BENCH | {Role.SECURITY_OFFICER, Role.SYSTEM},
    Permission.FLEET_READ: _READERS,
    Permission.FLEET_IMPORT: _BENCH | {Role.SYSTEM},
    Permission.FLEET_EDIT: _BENCH | {Role.SYSTEM},
    Permission.FLEET_ENROL: _BENCH | {Role.SECURITY_OFFICER},
    Permission.LINE_MOVE: _BENCH,
    Permission.LINE_ATTEST: _BENCH | {Role.SECURITY_OFFICER, Role.SERVICE_OWNER, Role.LABORATORY},
    Permission.LINE_QUARANTINE: _BENCH | {Role.SECURITY_OFFICER, Role.SERVICE_OWNER, Role.SYSTEM},
    Permission.LINE_RELEASE: frozenset({Role.SECURITY_OFFICER}),
    Permission.LINE_RETIRE: _BENCH,
    Permission.LINE_SIGN_SECURITY: frozenset({Role.SECURITY_OFFICER}),
    Permission.LINE_SIGN_OWNER: frozenset({Role.SERVICE_OWNER}),
    Permission.LAB_READ: _EVERYONE | {Role.SYSTEM},
    Permission.LAB_RESULTS: _LABORATORY | {Role.CLINICIAN, Role.NURSE},
    Permission.LAB_MESSAGES: _LABORATORY | {Role.SYSTEM},
    Permission.LAB_LINKS: _BENCH | {Role.LABORATORY},
    Permission.LAB_RECEIVE: frozenset({Role.SYSTEM, Role.OWNER}),
    Permission.LAB_RESOLVE: _LABORATORY,
    Permission.LAB_ORDER: _LABORATORY | {Role.CLINICIAN, Role.NURSE},
    Permission.LAB_VALIDATE: frozenset({Role.LABORATORY}),
    Permission.LAB_QC: _LABORATORY,
    Permission.LAB_EVIDENCE: _BENCH | {Role.LABORATORY, Role.SYSTEM},
    Permission.LAB_SIGN_LABORATORY: frozenset({Role.LABORATORY}),
    Permission.LAB_SIGN_SECURITY: frozenset({Role.SECURITY_OFFICER}),
    Permission.LAB_LOWER: _BENCH | {Role.LABORATORY, Role.SECURITY_OFFICER, Role.SYSTEM},
    Permission.RECORD_READ: _CARE | {Role.LABORATORY},
    Permission.RECORD_WRITE: _CARE,
    Permission.RECORD_PRESCRIBE: frozenset({Role.CLINICIAN}),
    Permission.RECORD_IMPORT: _LEAD | {Role.SYSTEM},
    Permission.RECORD_EXPORT: _LEAD,
    Permission.RECORD_PRINT: _LEAD | {Role.SYSTEM},
    Permission.RECORD_IDENTITY: _CARE,
    Permission.RECORD_BREAK_GLASS: _CARE,
    Permission.RECORD_AUDIT: frozenset({Role.AUDITOR, Role.SECURITY_OFFICER}),
    Permission.ACTIVITY_READ: _EVERYONE | {Role.SYSTEM},
    Permission.ACTIVITY_APPOINTMENTS: _CARE | {Role.DESK, Role.MEDICAL_LEAD},
    Permission.ACTIVITY_IMPORT: _LEAD | {Role.DESK, Role.MEDICAL_LEAD, Role.SYSTEM},
    Permission.ACTIVITY_POLICY: frozenset({Role.RECOVERY_LEAD, Role.MEDICAL_LEAD}),
    Permission.ACTIVITY_DECIDE: frozenset({Role.RECOVERY_LEAD, Role.MEDICAL_LEAD, Role.SYSTEM}),
    Permission.ACTIVITY_OVERRIDE: frozenset({Role.CLINICIAN, Role.MEDICAL_LEAD}),
    Permission.ACTIVITY_TELL: _CARE | {Role.DESK, Role.MEDICAL_LEAD},
    Permission.ACTIVITY_REBOOK: frozenset({Role.DESK, Role.CLINICIAN, Role.MEDICAL_LEAD}),
    Permission.ACTIVITY_POSTURE: frozenset({Role.RECOVERY_LEAD, Role.MEDICAL_LEAD, Role.SERVICE_OWNER}),
    Permission.LIAISON_READ: _EVERYONE | {Role.SYSTEM},
    Permission.LIAISON_DIRECTORY: _LEAD | {Role.LIAISON},
    Permission.LIAISON_WRITE: frozenset({Role.LIAISON, Role.MEDICAL_LEAD}),
    Permission.LIAISON_APPROVE: frozenset({Role.LIAISON, Role.MEDICAL_LEAD, Role.RECOVERY_LEAD}),
    Permission.LIAISON_DELIVER: frozenset({Role.LIAISON, Role.OWNER, Role.SYSTEM}),
    Permission.LIAISON_REQUESTS: frozenset({Role.LIAISON, Role.CLINICIAN, Role.MEDICAL_LEAD}),
    Permission.LIAISON_DISCLOSE: frozenset({Role.LIAISON, Role.CLINICIAN, Role.MEDICAL_LEAD}),
    Permission.PROBLEM_REPORT: _EVERYONE,
    Permission.PROBLEM_ANSWER: _BENCH | {Role.PMO, Role.SERVICE_OWNER},
    Permission.PLAN_EDIT: _LEAD | {Role.PMO},
    Permission.PLAN_DECIDE: frozenset({Role.RECOVERY_LEAD, Role.MEDICAL_LEAD}),
    Permission.SITREP_READ: _LEAD | {Role.PMO, Role.MEDICAL_LEAD, Role.LIAISON, Role.AUDITOR, Role.SECURITY_OFFICER},
    Permission.SITREP_WRITE: _LEAD | {Role.PMO},
    Permission.SITREP_APPROVE: frozenset({Role.RECOVERY_LEAD, Role.MEDICAL_LEAD}),
    Permission.KEYS_MANAGE: frozenset({Role.SECURITY_OFFICER, Role.OWNER}),
    Permission.JOURNAL_READ: frozenset(
        {Role.AUDITOR, Role.RECOVERY_LEAD, Role.SECURITY_OFFICER, Role.ADMINISTRATOR, Role.OWNER}
    ),
    Permission.PEOPLE_READ: frozenset({Role.ADMINISTRATOR, Role.RECOVERY_LEAD, Role.AUDITOR, Role.OWNER}),
    Permission.PEOPLE_MANAGE: frozenset({Role.ADMINISTRATOR, Role.OWNER}),
    Permission.SELF: _EVERYONE,
}

PATIENT_DATA: frozenset[Permission] = frozenset(
    {
        Permission.LAB_RESULTS,
        Permission.LAB_MESSAGES,
        Permission.LAB_RESOLVE,
        Permission.LAB_ORDER,
        Permission.LAB_VALIDATE,
        Permission.RECORD_READ,
        Permission.RECORD_WRITE,
        Permission.RECORD_PRESCRIBE,
        Permission.RECORD_IMPORT,
        Permission.RECORD_EXPORT,
        Permission.RECORD_PRINT,
        Permission.RECORD_IDENTITY,
        Permission.RECORD_BREAK_GLASS,
        Permission.RECORD_AUDIT,
        Permission.ACTIVITY_APPOINTMENTS,
        Permission.ACTIVITY_IMPORT,
        Permission.ACTIVITY_OVERRIDE,
        Permission.ACTIVITY_TELL,
        Permission.ACTIVITY_REBOOK,
        Permission.LIAISON_REQUESTS,
        Permission.LIAISON_DISCLOSE,
    }
)
"""What shows or takes patients' data: held at this machine itself and on enrolled workstations only."""


def may(act: Act, permission: Permission) -> Verdict:
    """Say whether the roles of an act permit something, by the door it came in.

    A refusal names the roles that may, or says that the workstation is not enrolled.
    """
    roles = MATRIX[permission]
    if act.roles & roles:
        if permission in PATIENT_DATA and act.door is Door.UNENROLLED:
            return no(NOT_ENROLLED, source="people/rules.py PATIENT_DATA")
        return YES
    able = tuple(Word(ROLE_NAMES[role]) for role in STAFF_ROLES if role in roles)
    name = Word(PERMISSION_NAMES[permission])
    return no(NOT_PERMITTED, source="people/rules.py MATRIX", permission=name, roles=able or "-")


def in_scope(act: Act, *, site: str, service: str) -> bool:
    """Say whether a site or a service lies in what an actor's roles are limited to.

    An empty scope is everything. Sites and services limit each on their own: `site:arlon` with
    `service:emergency` is the emergency department of Arlon.
    """
    sites = {word.removeprefix("site:") for word in act.scope if word.startswith("site:")}
    services = {word.removeprefix("service:") for word in act.scope if word.startswith("service:")}
    return (not sites or site in sites) and (not services or service in services)


def permissions_of(roles: Iterable[str], *, door: Door = Door.WEB) -> frozenset[Permission]:
    """List what a set of roles permits by a door."""
    held = frozenset(roles)
    permitted = frozenset(permission for permission, able in MATRIX.items() if able & held)
    return permitted - PATIENT_DATA if door is Door.UNENROLLED else permitted
