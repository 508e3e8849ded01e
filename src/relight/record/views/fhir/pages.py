"""Bundles as answers, and the links between their pages.

Owns joining bodies as they are held (their bytes are not read again), and page links that only their reader
can follow: the query and the place travel sealed, so no address shows what was asked about a patient.
"""

from __future__ import annotations

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.http import HttpResponse

from relight.record import errors
from relight.record.rules.canonical import dumps, loads
from relight.record.rules.search_query import Query, Summary
from relight.record.rules.subset import subset
from relight.record.selectors.search import Hit
from relight.record.views.fhir.outcomes import FHIR_JSON

_NONCE = 12
_TEXT_MOST = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a page goes on. Args: kind: `Observation`, … pairs: of the search. after: the place of the last one."""

    kind: str
    pairs: Sequence[tuple[str, str]]
    after: Sequence[Any]


@lru_cache(maxsize=1)
def _box() -> AESGCM:
    return AESGCM(blake2b(settings.SECRET_KEY.encode(), digest_size=32, person=b"relight-page").digest())


def place_seal(place: Place, *, actor: str) -> str:
    """Make the text of a page link, for this reader alone."""
    plain = orjson.dumps([place.kind, [list(pair) for pair in place.pairs], list(place.after)])
    nonce = os.urandom(_NONCE)
    return urlsafe_b64encode(nonce + _box().encrypt(nonce, plain, actor.encode())).decode().rstrip("=")


def place_open(text: str, *, actor: str) -> Place:
    """Read the text of a page link. Raises: RL-REC-105."""
    try:
        if len(text) > _TEXT_MOST:
            raise ValueError
        sealed = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        plain = _box().decrypt(sealed[:_NONCE], sealed[_NONCE:], actor.encode())
    except (ValueError, InvalidTag) as refusal:
        raise errors.PAGE_GONE.error(where="_page") from refusal
    kind, pairs, after = orjson.loads(plain)
    return Place(kind=kind, pairs=[(name, value) for name, value in pairs], after=after)


def entry_bytes(hit: Hit, *, base: str, mode: str, query: Query | None = None) -> bytes:
    """Make one entry of a searchset."""
    body = hit.body
    if query is not None and mode == "match" and (query.elements or query.summary is not Summary.FALSE):
        body = dumps(subset(loads(body), summary=query.summary, elements=query.elements))
    return b'{"fullUrl":"%s/%s/%s","resource":%s,"search":{"mode":"%s"}}' % (
        base.encode(),
        hit.type.encode(),
        str(hit.id).encode(),
        body,
        mode.encode(),
    )


def bundle_bytes(
    kind: str, entries: Iterable[bytes], *, total: int | None = None, links: Sequence[tuple[str, str]] = ()
) -> bytes:
    """Join a bundle. Args: entries: JSON each. links: relation and address."""
    head: dict[str, Any] = {"resourceType": "Bundle", "type": kind}
    if total is not None:
        head["total"] = total
    if links:
        head["link"] = [{"relation": relation, "url": url} for relation, url in links]
    joined = b",".join(entries)
    start = orjson.dumps(head)[:-1]
    return start + (b',"entry":[' + joined + b"]}" if joined else b"}")


def bundle_response(body: bytes) -> HttpResponse:
    """Answer with a bundle."""
    return HttpResponse(body, content_type=FHIR_JSON)
