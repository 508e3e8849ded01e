"""The state of the spine from the document of `relight status --json`.

Owns its reading. Refuses any other document. Source: the interfaces that stay stable: `services`, `functions`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from relight.activity.errors import STATE_UNREADABLE
from relight.activity.types import SpineState, UnitLevel

LEVELS = {"down": UnitLevel.DOWN, "degraded": UnitLevel.DEGRADED, "normal": UnitLevel.NORMAL, "up": UnitLevel.NORMAL}
Key = TypeVar("Key")


class _All(Mapping[Key, UnitLevel]):
    """Says the same level of whatever is asked; holds nothing to walk over."""

    def __init__(self, level: UnitLevel) -> None:
        self._level = level

    def __getitem__(self, key: Key) -> UnitLevel:
        return self._level

    def __iter__(self) -> Iterator[Key]:
        return iter(())

    def __len__(self) -> int:
        return 0


def state_down() -> SpineState:
    """Return the state of a hospital that has nothing: whatever a policy looks at is down, at every site."""
    return SpineState(units=_All(UnitLevel.DOWN), functions=_All(UnitLevel.DOWN))


def state_read(raw: bytes, *, filename: str = "state") -> SpineState:
    """Read a status document. Raises: InputError RL-ACT-016."""
    return state_of(_parsed(raw, filename), filename=filename)


def sites_read(raw: bytes, *, filename: str = "state") -> tuple[str, ...]:
    """Return the sites of a status document in its order: where an appointment may move to.

    Raises: InputError RL-ACT-016.
    """
    document = _parsed(raw, filename)
    listed = [_text(one, "id", filename) for one in _tables(document, "sites", filename)]
    others = [_text(one, "site", filename) for one in _tables(document, "services", filename)]
    return tuple(dict.fromkeys([*listed, *others]))


def state_of(document: Mapping[str, Any], *, filename: str = "state") -> SpineState:
    """Read a status document that is parsed already. Raises: InputError RL-ACT-016."""
    if "services" not in document and "functions" not in document:
        raise STATE_UNREADABLE.error(where=filename, fault="it holds neither services nor functions")
    units = {
        (_text(one, "id", filename), _text(one, "site", filename)): _level(one, "level", filename)
        for one in _tables(document, "services", filename)
    }
    functions = {
        _text(one, "id", filename): _level(one, "state", filename) for one in _tables(document, "functions", filename)
    }
    return SpineState(units=units, functions=functions)


def _parsed(raw: bytes, filename: str) -> Mapping[str, Any]:
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError) as refusal:
        raise STATE_UNREADABLE.error(where=filename, fault=f"not JSON ({type(refusal).__name__})") from refusal
    if not isinstance(document, dict):
        raise STATE_UNREADABLE.error(where=filename, fault="not one JSON object")
    return document


def _tables(document: Mapping[str, Any], key: str, filename: str) -> Iterable[Mapping[str, Any]]:
    found = document.get(key, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise STATE_UNREADABLE.error(where=filename, fault=f"{key} is no list of objects")
    return found


def _text(table: Mapping[str, Any], key: str, filename: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value:
        raise STATE_UNREADABLE.error(where=filename, fault=f"{key} is missing")
    return value


def _level(table: Mapping[str, Any], key: str, filename: str) -> UnitLevel:
    level = LEVELS.get(_text(table, key, filename))
    if level is None:
        raise STATE_UNREADABLE.error(where=filename, fault=f"{key} is none of {', '.join(LEVELS)}")
    return level
