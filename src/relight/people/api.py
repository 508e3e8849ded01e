"""The door of people for every app above it."""

from relight.people.errors import SIGN_IN_NEEDED
from relight.people.guards import SERVICES, needs, permit, public, service
from relight.people.patience import may_try, tried
from relight.people.rules import MATRIX, PATIENT_DATA, in_scope, may, permissions_of
from relight.people.selectors import administrator_exists, names_of, staff_get, staff_list
from relight.people.services import (
    demo_staff_create,
    first_link_make,
    signature_make,
    staff_create,
)
from relight.people.sessions import act_of, door_of
from relight.people.tokens import TokenView, token_issue, token_list, token_revoke
from relight.people.types import PERMISSION_NAMES, ROLE_NAMES, STAFF_ROLES, Permission, Role, Signature, StaffView

__all__ = [
    "MATRIX",
    "PATIENT_DATA",
    "PERMISSION_NAMES",
    "ROLE_NAMES",
    "SERVICES",
    "SIGN_IN_NEEDED",
    "STAFF_ROLES",
    "Permission",
    "Role",
    "Signature",
    "StaffView",
    "TokenView",
    "act_of",
    "administrator_exists",
    "demo_staff_create",
    "door_of",
    "first_link_make",
    "in_scope",
    "may",
    "may_try",
    "names_of",
    "needs",
    "permissions_of",
    "permit",
    "public",
    "service",
    "signature_make",
    "staff_create",
    "staff_get",
    "staff_list",
    "token_issue",
    "token_list",
    "token_revoke",
    "tried",
]
