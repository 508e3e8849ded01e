"""Every role against every service and every route: the matrix is what the program does."""

import importlib
import pkgutil

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from relight.kernel.errors import RuleError
from relight.people.api import MATRIX, PERMISSION_NAMES, ROLE_NAMES, SERVICES, STAFF_ROLES, Permission, Role

APPS = ("people", "hospital", "fleet", "record", "lab", "activity", "liaison", "pmo", "cleanzone", "console")


def load_services():
    """Import every module of the apps, so that each guarded service is in the register."""
    for app in APPS:
        package = importlib.import_module(f"relight.{app}")
        for module in pkgutil.walk_packages(package.__path__, f"relight.{app}."):
            if ".migrations" not in module.name:
                importlib.import_module(module.name)


load_services()


def routes(patterns=None, prefix=""):
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        place = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, place)
        elif isinstance(pattern, URLPattern):
            yield place, pattern.callback


def test_every_permission_and_role_has_a_name_and_a_row():
    assert set(MATRIX) == set(Permission) == set(PERMISSION_NAMES)
    assert set(ROLE_NAMES) == set(Role)


def test_nobody_signs_admissions_by_being_administrator_owner_or_relight_itself():
    for permission in (Permission.LINE_SIGN_SECURITY, Permission.LINE_SIGN_OWNER, Permission.ZONE_OPEN):
        assert not MATRIX[permission] & {Role.ADMINISTRATOR, Role.OWNER, Role.SYSTEM}
    assert not MATRIX[Permission.LINE_SIGN_SECURITY] & MATRIX[Permission.LINE_SIGN_OWNER]


def test_the_register_knows_the_services_of_every_app():
    found = {name.split(".")[1] for name in SERVICES}
    assert {"people", "hospital", "fleet", "lab"} <= found


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_service_asks_the_matrix_before_anything_else(name, role, act_for):
    """Called with an act and nothing more: who may not is refused by code, who may gets as far as the missing arguments."""
    permission, function = SERVICES[name]
    if role in MATRIX[permission]:
        with pytest.raises(TypeError):
            function(act=act_for(role), no_such_argument=True)
    else:
        with pytest.raises(RuleError) as refusal:
            function(act=act_for(role), no_such_argument=True)
        assert refusal.value.code == "RL-PPL-001"


def sample_path(place):
    """Fill a route's parameters with values of the right kind that name nothing."""
    import re

    samples = {
        "uuid": "01a208d0-254d-7d54-9dfc-5b1a314e390e",
        "int": "999999",
        "str": "nothing-here",
        "slug": "nothing-here",
        "path": "nothing/here",
        "node": "nothing-here",
    }
    return "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda m: samples.get(m[1] or "str", "nothing-here"), place).replace(
        "\\Z", ""
    )


ROUTES = sorted(dict(routes()).items(), key=lambda route: (route[0] == "sign-out/", route[0]))  # who left asks no more


def test_every_route_is_guarded_by_a_permission_or_marked_public():
    for place, view in ROUTES:
        guarded = getattr(view, "permission", None) is not None
        assert guarded != getattr(view, "public", False), (
            f"/{place} must be guarded by `needs` or marked `public`, not both"
        )


@pytest.mark.django_db
@pytest.mark.parametrize("role", STAFF_ROLES)
def test_a_route_opens_for_the_roles_of_its_permission_only(role, client_of):
    """GET and POST of every guarded route: 403 with RL-PPL-001 for who may not, anything else for who may.

    A method the route does not take at all is 405 for everybody.
    """
    client = client_of(role)
    client.raise_request_exception = False
    for place, view in ROUTES:
        permission = getattr(view, "permission", None)
        if permission is None:
            continue
        for method in ("get", "post"):
            answer = getattr(client, method)(sample_path(place), headers={"Accept": "application/json"})
            if answer.status_code == 405:
                continue
            refused = answer.status_code == 403 and b"RL-PPL-001" in answer.content
            assert refused == (role not in MATRIX[permission]), (role, method, place, answer.status_code)
            assert answer.status_code != 500, (role, method, place)


@pytest.mark.django_db
def test_no_guarded_route_answers_somebody_who_did_not_sign_in(client):
    for place, view in ROUTES:
        if getattr(view, "public", False):
            continue
        answer = client.get(sample_path(place))
        assert answer.status_code in (302, 401), (place, answer.status_code)
        if answer.status_code == 302:
            assert answer["Location"].startswith("/sign-in/?next="), place
