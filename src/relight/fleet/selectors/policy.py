"""Which policy the line goes by now: the hospital's own in the data folder, else the shipped one.

Owns the reading and its cache. Refuses faults: with a faulty policy of its own the line stands still.
"""

from __future__ import annotations

from pathlib import Path
from threading import Lock

from django.conf import settings
from django.utils.translation import get_language, gettext

from relight.fleet.errors import POLICY_FAULTY
from relight.fleet.rules.policy import Policy, PolicyCheck, policy_read
from relight.fleet.rules.words import Words
from relight.hospital.api import role_names, service_list, site_list
from relight.kernel.errors import RelightError
from relight.people.api import ROLE_NAMES, STAFF_ROLES

SHIPPED = Path(__file__).parent.parent / "policy.toml"
_cache: dict[tuple[str, int, int], Policy] = {}
_lock = Lock()


def policy_path() -> Path:
    """Return the file in force: `policy.toml` of the data folder when it is there, else the shipped one."""
    own = Path(settings.RELIGHT_HOME) / "policy.toml"
    return own if own.is_file() else SHIPPED


def policy_current() -> Policy:
    """Return the policy in force, read again only when the file changed.

    Raises: InputError RL-FLT-041 when the hospital's own policy has faults.
    """
    path = policy_path()
    stat = path.stat()
    key = (str(path), stat.st_mtime_ns, stat.st_size)
    with _lock:
        if key not in _cache:
            policy = _policy_demand(path)
            _cache.clear()
            _cache[key] = policy
        return _cache[key]


def _policy_demand(path: Path) -> Policy:
    check = policy_check(path.read_bytes(), filename=path.name)
    if check.policy is None:
        raise policy_refusal(check, filename=str(path))
    return check.policy


def policy_refusal(check: PolicyCheck, *, filename: str) -> RelightError:
    """Return the one error that stands for all faults of a policy file, RL-FLT-041."""
    first = str(check.faults[0])
    return POLICY_FAULTY.error(where=filename, count=len(check.faults), first=first, faults=check.faults)


def policy_check(text: bytes, *, filename: str) -> PolicyCheck:
    """Read a policy file against the roles Relight knows. Returns: the policy or every fault."""
    return policy_read(text, filename=filename, roles=[role.value for role in STAFF_ROLES])


def words_now(*, places: bool = False) -> Words:
    """Return names in the reader's language. Args: places: with sites, services and roles of machines (three reads)."""
    language = (get_language() or "en")[:2]
    roles = {role.value: name for role, name in ROLE_NAMES.items()}
    if not places:
        return Words(translate=gettext, language=language, roles=roles)
    return Words(
        translate=gettext,
        language=language,
        roles=roles,
        sites={site.id: site.name for site in site_list()},
        services={service.id: service.name for service in service_list()},
        machine_roles=role_names(),
    )
