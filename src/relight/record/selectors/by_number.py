"""Patients by their numbers, many at once, for lists that name them by number.

Owns the look-up. Refuses to say who is meant: the same number may be another hospital's, so whoever asks compares
birth date and name. Source: docs/design/identity.md, "Finding".
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from relight.record.selectors.faces import FaceView, faces_where, merged_to

_LOOKUP = 500


def patients_by_number(numbers: Iterable[str]) -> dict[str, tuple[FaceView, ...]]:
    """Return the patients that have each number, as records lead to them after merges.

    Args: numbers: as compared: letters small, no separators. Returns: those found only; some statements each 500.
    """
    wanted = list(dict.fromkeys(filter(None, numbers)))
    pairs: list[tuple[str, int]] = []
    for begin in range(0, len(wanted), _LOOKUP):
        chunk = wanted[begin : begin + _LOOKUP]
        with connection.cursor() as cursor:
            marks = ", ".join(["%s"] * len(chunk))
            cursor.execute(f"SELECT plain, entry FROM record_patientnumber WHERE plain IN ({marks})", chunk)
            pairs += [(plain, entry) for plain, entry in cursor.fetchall()]
    views = {
        view.entry: view for view in faces_where("f.entry", list({entry for _, entry in pairs}), with_numbers=False)
    }
    ends = merged_to(views.values())
    found: dict[str, dict[object, FaceView]] = {}
    for plain, entry in pairs:
        if entry in views:
            end = ends[views[entry].patient]
            found.setdefault(plain, {})[end.patient] = end
    return {plain: tuple(held.values()) for plain, held in found.items()}
