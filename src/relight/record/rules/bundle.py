"""Transactions and batches: what each entry asks, in which order, and how entries point at each other.

Owns reading a bundle into steps and putting ids in the place of `urn:uuid:` references. Refuses to look
anything up or to write. Source: FHIR R4 (4.0.1), http.html section 3.1.0.11; docs/design/fhir.md, cases 80-99.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from relight.kernel.errors import N_, RelightError, Word
from relight.record.errors import BUNDLE_WRONG
from relight.record.rules.structures import TYPES

ENTRIES_MOST = 5000


class BundleKind(StrEnum):
    """All or nothing, or each on its own."""

    TRANSACTION = "transaction"
    BATCH = "batch"


class Method(StrEnum):
    """What an entry asks."""

    DELETE = "DELETE"
    POST = "POST"
    PUT = "PUT"
    GET = "GET"
    HEAD = "HEAD"


_ORDER = {Method.DELETE: 0, Method.POST: 1, Method.PUT: 2, Method.GET: 3, Method.HEAD: 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One entry. Args: index: its place. path: `Patient`, `Patient/<id>`, without the query. query: after `?`.
    resource: what is sent, for POST and PUT. full_url: by which other entries mean it."""

    index: int
    method: Method
    path: str
    query: str = ""
    resource: dict[str, Any] | None = None
    full_url: str = ""
    if_match: str = ""
    if_none_exist: str = ""
    if_none_match: str = ""

    @property
    def type(self) -> str:
        return self.path.partition("/")[0]

    @property
    def where(self) -> str:
        return f"Bundle.entry[{self.index}]"


def bundle_kind(bundle: Mapping[str, Any]) -> BundleKind:
    """Return which of the two a bundle is. Raises: RL-REC-123."""
    kind = bundle.get("type")
    if bundle.get("resourceType") != "Bundle" or kind not in list(BundleKind):
        raise _wrong("Bundle.type", N_("it is no Bundle of type transaction or batch"))
    return BundleKind(kind)


def bundle_entries(bundle: Mapping[str, Any]) -> list[Any]:
    """Return the entries of a bundle, unread. Raises: RL-REC-123."""
    entries = bundle.get("entry", [])
    if not isinstance(entries, list):
        raise _wrong("Bundle.entry", N_("its entries are no list"))
    if len(entries) > ENTRIES_MOST:
        raise _wrong("Bundle.entry", N_("it has more than 5000 entries"))
    return entries


def step_read(entry: object, *, index: int, base: str) -> Step:
    """Read one entry. Args: base: this record's own address. Raises: RL-REC-123, naming the element."""
    where = f"Bundle.entry[{index}]"
    request = entry.get("request") if isinstance(entry, dict) else None
    if not isinstance(entry, dict) or not isinstance(request, dict):
        raise _wrong(f"{where}.request", N_("an entry has no request"))
    method, url = request.get("method"), request.get("url")
    if method not in list(Method):
        raise _wrong(f"{where}.request.method", N_("this method is not worked off here"))
    if not isinstance(url, str) or not url:
        raise _wrong(f"{where}.request.url", N_("the address of an entry is missing"))
    resource = entry.get("resource")
    if method in (Method.POST, Method.PUT) and not isinstance(resource, dict):
        raise _wrong(f"{where}.resource", N_("an entry that writes has no resource"))
    path, _, query = url.removeprefix(base).lstrip("/").partition("?")
    if path.partition("/")[0] not in TYPES:
        raise _wrong(f"{where}.request.url", N_("the address of an entry names no resource type"))
    return Step(
        index=index,
        method=Method(method),
        path=path,
        query=query,
        resource=resource if method in (Method.POST, Method.PUT) else None,
        full_url=_text(entry.get("fullUrl")),
        if_match=_text(request.get("ifMatch")),
        if_none_exist=_text(request.get("ifNoneExist")).removeprefix("?"),
        if_none_match=_text(request.get("ifNoneMatch")),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _wrong(where: str, reason: str) -> RelightError:
    return BUNDLE_WRONG.error(where=where, reason=Word(reason))


def steps_check(steps: Sequence[Step]) -> None:
    """Refuse a transaction whose entries mean the same thing twice. Raises: RL-REC-123."""
    urls: set[str] = set()
    changed: set[str] = set()
    for step in steps:
        if step.full_url and step.method in (Method.POST, Method.PUT):
            if step.full_url in urls:
                raise _wrong(f"{step.where}.fullUrl", N_("two entries have one fullUrl"))
            urls.add(step.full_url)
        if step.method is Method.PUT:
            if step.path in changed:
                raise _wrong(f"{step.where}.request.url", N_("two entries change one resource"))
            changed.add(step.path)


def steps_order(steps: Sequence[Step]) -> list[Step]:
    """Order the steps of a transaction as FHIR wants: DELETE, POST, PUT, GET; as sent within each."""
    return sorted(steps, key=lambda step: _ORDER[step.method])


def references_put(resource: dict[str, Any], *, known: Mapping[str, str], base: str) -> dict[str, Any]:
    """Return a resource whose references mean this record.

    Args: known: `Type/id` by fullUrl. base: this record's own address: absolute references to it become relative.
    """
    own = re.compile(re.escape(base.rstrip("/")) + r"/([A-Z][A-Za-z]+/[A-Za-z0-9.\-]{1,64}(?:/_history/\w+)?)\Z")

    def put(node: Any) -> Any:
        if isinstance(node, list):
            return [put(part) for part in node]
        if not isinstance(node, dict):
            return node
        made = {name: put(part) for name, part in node.items()}
        text = made.get("reference")
        if isinstance(text, str):
            bare, mark, rest = text.partition("#")
            if bare in known:
                made["reference"] = f"{known[bare]}{mark}{rest}"
            elif match := own.match(text):
                made["reference"] = match[1]
        return made

    return {name: part if name == "reference" else put(part) for name, part in resource.items()}
