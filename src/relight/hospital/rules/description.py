"""Reads a description file: every fault at once, each with its line and what to do.

Owns format 1. Refuses files and Django: bytes in, a `DescriptionCheck` out. What ids mean together
(unknown, in a circle, impossible) is checked in `consistency`.
Source: docs/design/hospital.md, "The description file".
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from datetime import datetime
from ipaddress import ip_network

from relight.hospital import errors
from relight.hospital.rules.consistency import check_together
from relight.hospital.rules.reader import Reader, Table
from relight.hospital.types import (
    Description,
    DescriptionCheck,
    Endpoint,
    Fault,
    Function,
    Group,
    NeedKind,
    Placement,
    PoolSpec,
    RoleName,
    Selector,
    Service,
    Site,
    UnitOverride,
    Word,
    Workstations,
)
from relight.kernel.errors import N_
from relight.kernel.toml_lines import Path

A_TIME = Word(N_("a date and time"))
PROTOCOLS = ("tcp", "udp", "icmp")
LIMIT_MB = 2
ROOT_KEYS = ("format", "group", "site", "service", "unit", "function", "role", "placement")


def description_read(content: bytes, *, filename: str) -> DescriptionCheck:
    """Read and check a whole description.

    Args: content: the file's bytes. filename: for messages only.
    Returns: all faults and warnings in line order, and the description when there is no fault.
    """
    if len(content) > LIMIT_MB * 1_000_000:
        return _refused(filename, Fault(spec=errors.TOO_LARGE, line=1, where=filename, params={"limit": LIMIT_MB}))
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        return _refused(filename, Fault(spec=errors.ENCODING, line=line, where=f"{filename}:{line}"))
    try:
        root = tomllib.loads(text)
    except (ValueError, RecursionError) as problem:  # no TOML, a number or a nest without end
        return _refused(filename, _syntax(str(problem), text, filename))
    reader = Reader(text, filename)
    digest = hashlib.sha256(text.encode()).hexdigest()
    description = _root(reader, root, text=text, digest=digest)
    check_together(reader, description)
    faults = tuple(sorted(reader.faults, key=lambda fault: fault.line))
    warnings = tuple(sorted(reader.warnings, key=lambda fault: fault.line))
    return DescriptionCheck(
        filename=filename, faults=faults, warnings=warnings, description=None if faults else description
    )


def _refused(filename: str, fault: Fault) -> DescriptionCheck:
    return DescriptionCheck(filename=filename, faults=(fault,), warnings=(), description=None)


def _syntax(problem: str, text: str, filename: str) -> Fault:
    """Turn the parser's sentence, `… (at line 3, column 5)`, into a fault on that line."""
    place = re.search(r" ?\(at (?:line (\d+), column \d+|end of document)\)", problem)
    line = int(place[1]) if place and place[1] else text.count("\n") + 1
    words = problem.replace(place[0], "") if place else problem
    return Fault(spec=errors.SYNTAX, line=line, where=f"{filename}:{line}", params={"problem": words})


def _root(reader: Reader, root: dict[str, object], *, text: str, digest: str) -> Description:
    table = Table(reader, (), root, known=ROOT_KEYS)
    if table.values.get("format") != 1 or isinstance(table.values.get("format"), bool):
        reader.fault(errors.FORMAT_UNKNOWN, ("format",))
    for key, hint in (("group", "[group]"), ("site", "[[site]]"), ("service", "[[service]]")):
        if not root.get(key):
            reader.fault(errors.KEY_MISSING, (), key=key, hint=hint)
    return Description(
        group=_group(reader, root.get("group", {})),
        sites=tuple(_site(reader, *row) for row in table.rows("site")),
        services=tuple(_service(reader, *row) for row in table.rows("service")),
        units=tuple(_unit(reader, *row) for row in table.rows("unit")),
        functions=tuple(_function(reader, *row) for row in table.rows("function")),
        roles=tuple(_role(reader, *row) for row in table.rows("role")),
        placements=tuple(_placement(reader, *row) for row in table.rows("placement")),
        digest=digest,
        text=text,
        filename=reader.filename,
    )


def _group(reader: Reader, values: object) -> Group:
    table = Table(reader, ("group",), values, known=("id", "names", "d0"))
    d0 = table.values.get("d0")
    if d0 is not None and not isinstance(d0, datetime):
        reader.fault(errors.TYPE_WRONG, table.at("d0"), key="d0", wanted=A_TIME, hint="2026-11-13T04:30:00+01:00")
        d0 = None
    elif d0 is not None and d0.tzinfo is None:
        reader.fault(errors.TIME_NAIVE, table.at("d0"))
        d0 = None
    if not table.values:
        return Group(id="", names={})
    id = table.slug("id", required=True)
    return Group(id=id, names=table.names(id), d0=d0)


def _site(reader: Reader, path: Path, values: object) -> Site:
    table = Table(reader, path, values, known=("id", "names", "order", "subnets"))
    id = table.slug("id", required=True)
    subnets = []
    for index, text in enumerate(table.words("subnets")):
        try:
            subnets.append(str(ip_network(text)))
        except ValueError:
            reader.fault(errors.NETWORK_BAD, table.at("subnets", index), value=text)
    order = table.number("order", least=1, required=True, absent=1)
    return Site(id=id, names=table.names(id), order=order, subnets=tuple(subnets))


def _service(reader: Reader, path: Path, values: object) -> Service:
    known = ("id", "names", "tier", "sites", "vital", "useful", "workstations", "patients")
    table = Table(reader, path, values, known=known)
    id = table.slug("id", required=True)
    return Service(
        id=id,
        names=table.names(id),
        tier=table.number("tier", least=1, required=True, absent=1),
        sites=_sites(table, required=True),
        vital=table.words("vital"),
        useful=table.words("useful"),
        workstations=_workstations(table),
        patients=table.number("patients", least=0),
    )


def _sites(table: Table, *, required: bool) -> tuple[str, ...]:
    if "sites" not in table.values and required:
        table.reader.fault(errors.KEY_MISSING, table.path, key="sites", hint='sites = ["…"]')
    sites = table.words("sites")
    if "sites" in table.values and not sites and table.values["sites"] == []:
        table.reader.fault(errors.KEY_MISSING, table.at("sites"), key="sites", hint='sites = ["…"]')
    return sites


def _workstations(table: Table, *, required: bool = False) -> Workstations | None:
    if "workstations" not in table.values:
        if required:
            hint = "workstations = { needed = 8, minimum = 3 }"
            table.reader.fault(errors.KEY_MISSING, table.path, key="workstations", hint=hint)
        return None
    inner = Table(table.reader, table.at("workstations"), table.values["workstations"], known=("needed", "minimum"))
    needed = inner.number("needed", least=0, required=True, absent=0)
    minimum = inner.number("minimum", least=0, absent=0)
    if minimum > needed:
        table.reader.fault(errors.WORKSTATIONS_CROSSED, inner.at("minimum"), minimum=minimum, needed=needed)
    return Workstations(needed=needed, minimum=minimum)


def _unit(reader: Reader, path: Path, values: object) -> UnitOverride:
    table = Table(reader, path, values, known=("service", "site", "workstations"))
    return UnitOverride(
        service=table.slug("service", required=True),
        site=table.slug("site", required=True),
        workstations=_workstations(table, required=True) or Workstations(needed=0, minimum=0),
    )


def _function(reader: Reader, path: Path, values: object) -> Function:
    known = ("id", "names", "sites", "vital", "useful", "acceptance", "owner", "components", "endpoints")
    table = Table(reader, path, values, known=known)
    id = table.slug("id", required=True)
    return Function(
        id=id,
        names=table.names(id),
        sites=_sites(table, required=False),
        vital=table.words("vital"),
        useful=table.words("useful"),
        acceptance=table.flag("acceptance", absent=True),
        owner=table.word("owner", 'owner = "…"'),
        components=tuple(_pool(reader, *row) for row in table.rows("components")),
        endpoints=tuple(_endpoint(reader, *row) for row in table.rows("endpoints")),
    )


def _pool(reader: Reader, path: Path, values: object) -> PoolSpec:
    table = Table(reader, path, values, known=("select", "need", "of", "kind"))
    need = table.number("need", least=1, required=True, absent=1)
    of = table.number("of", least=1, absent=0)
    if of and need > of:
        reader.fault(errors.NEED_OVER_OF, table.at("need"), need=need, of=of)
    return PoolSpec(select=_selector(table), need=need, of=of, kind=_need_kind(table))


def _need_kind(table: Table) -> NeedKind:
    word = table.word("kind", 'kind = "vital"')
    if word and word not in {kind.value for kind in NeedKind}:
        table.reader.fault(errors.KIND_BAD, table.at("kind"), key="kind", value=word, known="vital, useful")
        word = ""
    return NeedKind(word or "vital")


def _selector(table: Table) -> Selector:
    hint = 'select = { role = "…" }'
    if "select" not in table.values:
        table.reader.fault(errors.KEY_MISSING, table.path, key="select", hint=hint)
        return Selector()
    inner = Table(table.reader, table.at("select"), table.values["select"], known=("role", "site", "tag", "service"))
    selector = Selector(
        role=inner.slug("role"),
        site=inner.slug("site"),
        tag=inner.word("tag", 'tag = "…"'),
        service=inner.slug("service"),
    )
    if not inner.values:
        table.reader.fault(errors.SELECTOR_EMPTY, inner.path)
    return selector


def _endpoint(reader: Reader, path: Path, values: object) -> Endpoint:
    table = Table(reader, path, values, known=("protocol", "ports"))
    protocol = table.word("protocol", 'protocol = "tcp"', required=True)
    if protocol and protocol not in PROTOCOLS:
        known = ", ".join(PROTOCOLS)
        reader.fault(errors.KIND_BAD, table.at("protocol"), key="protocol", value=protocol, known=known)
    ports = []
    for index, text in enumerate(table.words("ports")):
        found = re.fullmatch(r"(\d{1,5})(?:-(\d{1,5}))?", text, re.ASCII)
        first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
        if not 1 <= first <= last <= 65535:
            reader.fault(errors.PORT_BAD, table.at("ports", index), value=text)
        else:
            ports.append((first, last))
    if protocol in ("tcp", "udp") and "ports" not in table.values:
        reader.fault(errors.KEY_MISSING, path, key="ports", hint='ports = ["443"]')
    return Endpoint(protocol=protocol, ports=tuple(ports))


def _role(reader: Reader, path: Path, values: object) -> RoleName:
    table = Table(reader, path, values, known=("id", "names"))
    id = table.slug("id", required=True)
    return RoleName(id=id, names=table.names(id))


def _placement(reader: Reader, path: Path, values: object) -> Placement:
    table = Table(reader, path, values, known=("hostname", "site", "role", "service", "class", "tags"))
    pattern = table.word("hostname", "hostname = '(?i)arl-.*'", required=True)
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as problem:
        reader.fault(errors.PATTERN_BAD, table.at("hostname"), value=pattern, problem=str(problem))
    return Placement(
        hostname=pattern,
        site=table.slug("site"),
        role=table.slug("role"),
        service=table.slug("service"),
        klass=table.slug("class"),
        tags=table.words("tags"),
    )
