"""A parsed JSON document, opened: the resources in it, how far their ids count, what cannot be taken.

Owns which bundle makes ids local and what a document is called. Refuses to look anything up. Ids of `document`,
`message` and `collection` bundles count in that bundle only, as do those of a POST without a urn; ids of everything
else count for the whole source. Source: FHIR R4 Bundle; docs/design/record.md, cases 24-29.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from relight.kernel.errors import ErrorSpec
from relight.record import errors
from relight.record.rules.canonical import dumps
from relight.record.rules.chain import body_digest
from relight.record.rules.facts import time_read
from relight.record.rules.references import DEPTH_LIMIT, Found, TooDeepError, references_find

_TYPE: Final = re.compile(r"[A-Z][A-Za-z]{1,63}\Z")
_URN: Final = "urn:uuid:"
LOCAL: Final = frozenset({"document", "message", "collection"})
_KEPT_WHOLE: Final = frozenset({"document", "message"})
_NEST_LIMIT: Final = 10


@dataclass(slots=True, kw_only=True, eq=False)
class Piece:
    """One resource to be taken.

    Args: body: as parsed, owned by the piece. raw: its canonical bytes. digest: of `raw`. document: where its
    references are looked up first. is_local: whether its id counts there only. place: its number in the part.
    is_counted: false for the shell of a bundle, which is no resource of its own. is_hint: it says less than its source
    knows (the patient of a laboratory message): made where there is none, never put over what is held.
    """

    type: str
    body: dict[str, Any]
    raw: bytes
    digest: bytes
    origin_id: str
    url: str
    document: str
    is_local: bool
    place: int
    found: list[Found] = field(default_factory=list)
    is_counted: bool = True
    is_hint: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bad:
    """One thing that cannot be taken. Args: place: its number in the part. raw: as it came."""

    place: int
    spec: ErrorSpec
    params: Mapping[str, object]
    raw: bytes


def opened(document: Any, *, delivery: str) -> tuple[list[Piece], list[Bad]]:
    """Open one JSON document: a resource, a bundle of any type, or a list of resources.

    Args: delivery: the document key of what stands in no bundle.
    """
    taker = _Taker()
    if isinstance(document, list):
        for place, one in enumerate(document):
            taker.take(one, place=place, key=delivery, is_local=False)
    elif isinstance(document, dict) and document.get("resourceType") == "Bundle":
        taker.bundle(document, place=None, depth=0)
    else:
        taker.take(document, place=0, key=delivery, is_local=False)
    return taker.pieces, taker.bad


def pieces_made(resources: Sequence[tuple[dict[str, Any], str]], *, key: str) -> list[Piece]:
    """Make pieces of resources built here. Args: resources: each with `local`, `hint` or an empty word for neither."""
    taker = _Taker()
    for place, (resource, word) in enumerate(resources):
        taker.take(resource, place=place, key=key, is_local=word == "local")
    for piece in taker.pieces:
        piece.is_hint = resources[piece.place][1] == "hint"
    return taker.pieces


def entries_of(bundle: Mapping[str, Any]) -> Sequence[Any]:
    entries = bundle.get("entry")
    return entries if isinstance(entries, list) else ()


def document_key(kind: str, text: str | bytes) -> str:
    """Return a short name for a document or a delivery."""
    data = text.encode() if isinstance(text, str) else text
    return f"{kind}:{hashlib.sha256(data).hexdigest()[:32]}"


def bundle_key(bundle: Mapping[str, Any]) -> str:
    """Return what a bundle is called: by its content. Neither its id nor its business identifier tells two apart:
    there are documents of two patients that share both."""
    return document_key("b", dumps(bundle))


class _Taker:
    """Gathers the resources of one document."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.bad: list[Bad] = []

    def bundle(self, bundle: dict[str, Any], *, place: int | None, depth: int) -> None:
        """Open a bundle, and bundles in it. Args: place: of the entry it stands in; None for the document itself."""
        key, kind = bundle_key(bundle), str(bundle.get("type"))
        if kind in _KEPT_WHOLE:
            self._shell(bundle, key=key, place=place or 0)
        for n, entry in _ordered(bundle, kind):
            where = n if place is None else place
            if not isinstance(entry, dict):
                self._refuse(entry, where, errors.NO_OBJECT)
                continue
            resource = entry.get("resource")
            if resource is None:
                continue
            if isinstance(resource, dict) and resource.get("resourceType") == "Bundle" and depth < _NEST_LIMIT:
                self.bundle(resource, place=where, depth=depth + 1)
                continue
            url = entry.get("fullUrl")
            url = url if isinstance(url, str) else ""
            self.take(resource, place=where, key=key, is_local=_is_local(kind, entry, url), url=url)

    def take(self, resource: Any, *, place: int, key: str, is_local: bool, url: str = "") -> None:
        """Take one resource, or say why not."""
        if not isinstance(resource, dict):
            self._refuse(resource, place, errors.NO_OBJECT)
            return
        kind = resource.get("resourceType")
        if not isinstance(kind, str) or not _TYPE.match(kind):
            self._refuse(resource, place, errors.NO_TYPE)
            return
        if kind == "Bundle":
            if resource.get("type") in _KEPT_WHOLE:
                self._shell(resource, key=key, place=place)
            return
        origin = resource.get("id", "")
        if not isinstance(origin, str) or len(origin) > 64 or ("id" in resource and not origin):
            self._refuse(resource, place, errors.BAD_ID, type=kind)
            return
        self._add(kind, resource, origin, place=place, key=key, is_local=is_local, url=url)

    def _add(
        self, kind: str, resource: dict[str, Any], origin: str, *, place: int, key: str, is_local: bool, url: str
    ) -> None:
        try:
            found = references_find(resource)
            raw = dumps(resource)
        except TooDeepError:
            self._refuse(resource, place, errors.TOO_DEEP, type=kind, limit=DEPTH_LIMIT)
            return
        except (TypeError, AttributeError, ValueError, RecursionError):
            self._refuse(resource, place, errors.BAD_SHAPE, type=kind, element="contained")
            return
        if b"\\u0000" in raw:
            self._refuse(resource, place, errors.BAD_TEXT, type=kind)
            return
        digest = body_digest(raw)
        origin, url = _named(origin, url, kind, digest)
        self.pieces.append(
            Piece(
                type=kind, body=resource, raw=raw, digest=digest, origin_id=origin, url=url, document=key,
                is_local=is_local, place=place, found=found,
            )
        )  # fmt: skip

    def _shell(self, bundle: dict[str, Any], *, key: str, place: int) -> None:
        """Keep what a document bundle says of itself, and which resources it held."""
        body = {name: value for name, value in bundle.items() if name != "entry"}
        body["entry"] = [_shell_entry(one) for one in entries_of(bundle) if isinstance(one, dict)]
        raw = dumps(body)
        self.pieces.append(
            Piece(
                type="Bundle", body=body, raw=raw, digest=body_digest(raw), origin_id=key, url="", document=key,
                is_local=True, place=place, is_counted=False,
            )
        )  # fmt: skip

    def _refuse(self, value: Any, place: int, spec: ErrorSpec, **params: object) -> None:
        try:
            raw = dumps(value)
        except (TypeError, ValueError, RecursionError):
            raw = repr(type(value)).encode()
        self.bad.append(Bad(place=place, spec=spec, params=params, raw=raw))


def _ordered(bundle: dict[str, Any], kind: str) -> Iterator[tuple[int, Any]]:
    """Yield the entries; those of a history the oldest first, so that each version follows the one before it."""
    entries = list(enumerate(entries_of(bundle)))
    if kind == "history":
        entries.sort(key=lambda entry: _updated(entry[1]))
    yield from entries


def _updated(entry: Any) -> float:
    try:
        at = time_read(entry["resource"]["meta"]["lastUpdated"])
    except (TypeError, KeyError):
        return 0.0
    return at.timestamp() if at else 0.0


def _is_local(kind: str, entry: Mapping[str, Any], url: str) -> bool:
    if kind in LOCAL:
        return True
    request = entry.get("request")
    is_post = isinstance(request, dict) and request.get("method") == "POST"
    return is_post and not url.startswith(_URN)


def _named(origin: str, url: str, kind: str, digest: bytes) -> tuple[str, str]:
    """Return the id a source knows a resource by, and its address where the id does not say it.

    Without an id the address is one; without both the content.
    """
    if url.startswith(_URN):
        name = url[len(_URN) :]
        return (
            (origin, "" if name == origin and len(name) == 36 else url[:400])
            if origin
            else (name[:200], "" if len(name) == 36 else url[:400])
        )
    if not origin and url:
        return url[:200], url[:400]
    if not origin:
        return f"sha256:{digest.hex()[:32]}", ""
    return origin, url[:400] if "://" in url else ""


def _shell_entry(entry: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in entry.items() if name != "resource"}
    resource = entry.get("resource")
    if isinstance(resource, dict) and "link" not in kept:
        kind, origin = resource.get("resourceType"), resource.get("id")
        kept["link"] = [{"relation": "item", "url": f"{kind}/{origin}" if origin else str(kind)}]
    return kept
