"""What the ids of a description mean together: unknown ones, duplicates, circles, impossible needs.

Owns `resolve_need` (which node a written need means) and the checks over a whole description.
Refuses single values, which `description` has checked. Source: docs/design/hospital.md, "Faults".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network

from relight.hospital import errors
from relight.hospital.rules.reader import Reader, some_of
from relight.hospital.types import Description, Function, PoolSpec
from relight.kernel.toml_lines import Path


def function_nodes(function: Function) -> tuple[tuple[str, str], ...]:
    """Return (node id, site) of each instance of a function; the site is empty for a central one."""
    if not function.sites:
        return ((function.id, ""),)
    return tuple((f"{function.id}@{site}", site) for site in function.sites)


def resolve_need(written: str, *, site: str, functions: dict[str, Function]) -> str | None:
    """Return the node a need means, or None when there is none.

    Args: written: `dns`, `network` or `network@arlon`. site: of the node that needs it, or empty.
    A function that exists once per site, written without a site, means the one at the node's own.
    """
    name, _, at = written.partition("@")
    function = functions.get(name)
    if function is None:
        return None
    if not function.sites:
        return None if at else name
    wanted = at or site
    return f"{name}@{wanted}" if wanted in function.sites else None


def check_together(reader: Reader, description: Description) -> None:
    """Note every fault that only shows when the parts are seen together."""
    _check_duplicates(reader, description)
    _check_sites(reader, description)
    _check_networks(reader, description)
    functions = {function.id: function for function in description.functions if function.id}
    _check_needs(reader, description, functions)
    circle = find_circle(need_edges(description, functions))
    if circle:
        first = circle[0].partition("@")[0]
        index = next(i for i, function in enumerate(description.functions) if function.id == first)
        reader.fault(errors.CYCLE, ("function", index), circle=" → ".join((*circle, circle[0])))


def _check_duplicates(reader: Reader, description: Description) -> None:
    spaces: tuple[tuple[tuple[str, list[str]], ...], ...] = (
        (("site", [site.id for site in description.sites]),),
        # a unit `x@arlon` and a function's instance `x@arlon` would share one id
        (("service", [s.id for s in description.services]), ("function", [f.id for f in description.functions])),
        (("unit", [f"{u.service}@{u.site}" for u in description.units]),),
        (("role", [role.id for role in description.roles]),),
        (("placement", [placement.hostname for placement in description.placements]),),
    )
    for space in spaces:
        seen: dict[str, Path] = {}
        for part, ids in space:
            for index, id in enumerate(ids):
                if id and id in seen:
                    reader.fault(errors.DUPLICATE, (part, index), id=id, first_line=reader.line(seen[id]))
                elif id:
                    seen[id] = (part, index)
    for index, function in enumerate(description.functions):
        keys = [(pool.select.text(), pool.kind) for pool in function.components]
        for place, key in enumerate(keys):
            if key in keys[:place] and key[0]:
                first = reader.line(("function", index, "components", keys.index(key)))
                path: Path = ("function", index, "components", place)
                reader.fault(errors.DUPLICATE, path, id=key[0], first_line=first)
    orders: dict[int, str] = {}
    for index, site in enumerate(description.sites):
        if site.order in orders:
            reader.warning(errors.ORDER_SHARED, ("site", index, "order"), id=site.id, other=orders[site.order])
        orders[site.order] = site.id


def _site_lists(description: Description) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """Yield every list of sites with its path."""
    for index, service in enumerate(description.services):
        yield ("service", index, "sites"), service.sites
    for index, function in enumerate(description.functions):
        yield ("function", index, "sites"), function.sites


def _site_mentions(description: Description) -> Iterator[tuple[Path, str]]:
    """Yield every place a site is named, with its path."""
    for path, sites in _site_lists(description):
        yield from (((*path, place), site) for place, site in enumerate(sites))
    for index, unit in enumerate(description.units):
        yield ("unit", index, "site"), unit.site
    for index, placement in enumerate(description.placements):
        yield ("placement", index, "site"), placement.site
    for index, function in enumerate(description.functions):
        for place, pool in enumerate(function.components):
            yield ("function", index, "components", place, "select", "site"), pool.select.site


def _service_mentions(description: Description) -> Iterator[tuple[Path, str]]:
    for index, unit in enumerate(description.units):
        yield ("unit", index, "service"), unit.service
    for index, placement in enumerate(description.placements):
        yield ("placement", index, "service"), placement.service
    for index, function in enumerate(description.functions):
        for place, pool in enumerate(function.components):
            yield ("function", index, "components", place, "select", "service"), pool.select.service


def _check_sites(reader: Reader, description: Description) -> None:
    sites = [site.id for site in description.sites if site.id]
    services = {service.id: service for service in description.services if service.id}
    for path, id in _site_mentions(description):
        if id and id not in sites:
            reader.fault(errors.SITE_UNKNOWN, path, id=id, known=some_of(sites, near=id))
    for path, id in _service_mentions(description):
        if id and id not in services:
            reader.fault(errors.SERVICE_UNKNOWN, path, id=id, known=some_of(list(services), near=id))
    for index, unit in enumerate(description.units):
        if unit.service in services and unit.site in sites and unit.site not in services[unit.service].sites:
            reader.fault(errors.UNIT_NOT_AT_SITE, ("unit", index), service=unit.service, site=unit.site)
    for path, named in _site_lists(description):
        for place, site in enumerate(named):
            if site in named[:place]:
                first = reader.line((*path, named.index(site)))
                reader.fault(errors.DUPLICATE, (*path, place), id=site, first_line=first)


def _check_networks(reader: Reader, description: Description) -> None:
    seen = [
        (ip_network(text), site.id, ("site", index, "subnets"))
        for index, site in enumerate(description.sites)
        for text in site.subnets
    ]
    for place, (network, site, path) in enumerate(seen):
        for other, owner, _ in seen[:place]:
            if owner != site and network.version == other.version and network.overlaps(other):
                reader.warning(errors.NETWORK_SHARED, path, value=str(network), site=owner)


def _needers(description: Description) -> Iterator[tuple[Path, str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]]:
    """Yield (path, id, sites, vital, useful) of whatever needs functions."""
    for index, service in enumerate(description.services):
        yield ("service", index), service.id, service.sites, service.vital, service.useful
    for index, function in enumerate(description.functions):
        yield ("function", index), function.id, function.sites, function.vital, function.useful


def _check_needs(reader: Reader, description: Description, functions: dict[str, Function]) -> None:
    known_sites = {site.id for site in description.sites}
    for path, id, sites, vital, useful in _needers(description):
        seen: set[str] = set()
        for key, needs in (("vital", vital), ("useful", useful)):
            for place, written in enumerate(needs):
                here: Path = (*path, key, place)
                if written in seen:
                    reader.fault(errors.NEED_TWICE, here, id=written)
                elif written == id and path[0] == "function":
                    reader.fault(errors.NEED_ITSELF, here, id=id)
                else:
                    _check_need(reader, here, written, [s for s in sites if s in known_sites], functions)
                seen.add(written)


def _check_need(reader: Reader, path: Path, written: str, sites: list[str], functions: dict[str, Function]) -> None:
    """Note why one written need means no node, once, for the first site where it does not."""
    name, _, at = written.partition("@")
    function = functions.get(name)
    if function is None:
        reader.fault(errors.FUNCTION_UNKNOWN, path, id=written, known=some_of(list(functions), near=name))
        return
    instances = some_of([node for node, _ in function_nodes(function)])
    if not function.sites and at:
        reader.fault(errors.FUNCTION_NOT_AT_SITE, path, id=name, site=at, known=instances)
    elif function.sites and not at and not sites and path[0] == "function":
        reader.fault(errors.SITE_NOT_SAID, path, id=name, known=instances)
    elif function.sites:
        for site in [at] if at else sites:
            if site not in function.sites:
                reader.fault(errors.FUNCTION_NOT_AT_SITE, path, id=name, site=site, known=instances)
                return


def need_edges(description: Description, functions: dict[str, Function]) -> dict[str, list[str]]:
    """Return which function nodes each function node needs, leaving out needs that mean nothing."""
    edges: dict[str, list[str]] = {}
    for function in description.functions:
        for node, site in function_nodes(function):
            written = [need for need in function.vital + function.useful if need != function.id]
            resolved = (resolve_need(need, site=site, functions=functions) for need in written)
            edges[node] = [need for need in resolved if need is not None]
    return edges


def find_circle(edges: dict[str, list[str]]) -> tuple[str, ...]:
    """Return one circle of needs, starting at its smallest id, or nothing. O(n + m), no recursion."""
    done: set[str] = set()
    for start in sorted(edges):
        if start in done:
            continue
        path: list[str] = [start]
        on_path = {start}
        todo: list[Iterator[str]] = [iter(sorted(edges[start]))]
        while todo:
            following = next(todo[-1], None)
            if following is None:
                todo.pop()
                left = path.pop()
                on_path.discard(left)
                done.add(left)
            elif following in on_path:
                circle = path[path.index(following) :]
                least = circle.index(min(circle))
                return tuple(circle[least:] + circle[:least])
            elif following not in done and following in edges:
                path.append(following)
                on_path.add(following)
                todo.append(iter(sorted(edges[following])))
    return ()


def own_site(pool: PoolSpec, site: str) -> PoolSpec:
    """Give a pool of a per-site function its own site, where it does not say another."""
    if not site or pool.select.site:
        return pool
    return replace(pool, select=replace(pool.select, site=site))
