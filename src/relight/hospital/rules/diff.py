"""What differs between two descriptions, part by part and field by field.

Owns the comparison shown before loading. Refuses to say what state follows: that is the graph's.
"""

from __future__ import annotations

from collections.abc import Mapping

from relight.hospital.types import (
    Description,
    DescriptionDiff,
    FieldChange,
    Function,
    Named,
    PartChange,
    PartKind,
    Placement,
    PoolSpec,
    Service,
    Site,
    Workstations,
)

_Parts = dict[tuple[PartKind, str], dict[str, str]]


def description_compare(
    before: Description | None, after: Description, *, aside: frozenset[str] = frozenset()
) -> DescriptionDiff:
    """Compare the description in force with another.

    Args: before: None when nothing is loaded. aside: ids of nodes kept aside, to name those returning.
    Returns: parts in the order of the kinds, then by id; units and instances of functions are parts.
    """
    old = _parts(before) if before else {}
    new = _parts(after)
    added = tuple(PartChange(kind=kind, id=id) for kind, id in new if (kind, id) not in old)
    removed = tuple(PartChange(kind=kind, id=id) for kind, id in old if (kind, id) not in new)
    changed = []
    for key in new:
        if key in old and old[key] != new[key]:
            changed.append(PartChange(kind=key[0], id=key[1], changes=_fields(old[key], new[key])))
    returning = tuple(change.id for change in added if change.id in aside)
    return DescriptionDiff(added=added, changed=tuple(changed), removed=removed, returning=returning)


def _fields(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[FieldChange, ...]:
    keys = [*after, *(key for key in before if key not in after)]
    pairs = [(key, before.get(key, ""), after.get(key, "")) for key in keys]
    return tuple(FieldChange(field=key, before=was, after=becomes) for key, was, becomes in pairs if was != becomes)


def _parts(description: Description) -> _Parts:
    parts: _Parts = {}
    group = description.group
    d0 = group.d0.isoformat() if group.d0 else ""
    parts[PartKind.GROUP, group.id] = {**_names(group), "d0": d0}
    for site in sorted(description.sites, key=lambda site: site.id):
        parts[PartKind.SITE, site.id] = _site(site)
    for service in sorted(description.services, key=lambda service: service.id):
        parts[PartKind.SERVICE, service.id] = _service(service)
    overrides = {(unit.service, unit.site): unit.workstations for unit in description.units}
    for service in sorted(description.services, key=lambda service: service.id):
        for at in sorted(service.sites):
            own = overrides.get((service.id, at))
            parts[PartKind.UNIT, f"{service.id}@{at}"] = {"workstations": _workstations(own)}
    for function in sorted(description.functions, key=lambda function: function.id):
        for at in sorted(function.sites) or [""]:
            id = f"{function.id}@{at}" if at else function.id
            parts[PartKind.FUNCTION, id] = _function(function)
    for role in sorted(description.roles, key=lambda role: role.id):
        parts[PartKind.ROLE, role.id] = _names(role)
    for place, placement in enumerate(description.placements, start=1):
        parts[PartKind.PLACEMENT, placement.hostname] = {"place": str(place), **_placement(placement)}
    return parts


def _names(part: Named) -> dict[str, str]:
    return {f"names.{language}": name for language, name in sorted(part.names.items())}


def _site(site: Site) -> dict[str, str]:
    return {**_names(site), "order": str(site.order), "subnets": ", ".join(site.subnets)}


def _service(service: Service) -> dict[str, str]:
    return {
        **_names(service),
        "tier": str(service.tier),
        "vital": ", ".join(service.vital),
        "useful": ", ".join(service.useful),
        "workstations": _workstations(service.workstations),
        "patients": str(service.patients) if service.patients else "",
    }


def _workstations(wanted: Workstations | None) -> str:
    return f"needed {wanted.needed}, minimum {wanted.minimum}" if wanted else ""


def _function(function: Function) -> dict[str, str]:
    return {
        **_names(function),
        "vital": ", ".join(function.vital),
        "useful": ", ".join(function.useful),
        "acceptance": "true" if function.acceptance else "false",
        "owner": function.owner,
        "components": "; ".join(_pool(pool) for pool in function.components),
        "endpoints": "; ".join(
            f"{end.protocol} {', '.join(f'{a}' if a == b else f'{a}-{b}' for a, b in end.ports)}".strip()
            for end in function.endpoints
        ),
    }


def _pool(pool: PoolSpec) -> str:
    return f"{pool.need}/{pool.of or '…'} {pool.select.text()} {pool.kind.value}"


def _placement(placement: Placement) -> dict[str, str]:
    return {
        "site": placement.site,
        "role": placement.role,
        "service": placement.service,
        "class": placement.klass,
        "tags": ", ".join(placement.tags),
    }
