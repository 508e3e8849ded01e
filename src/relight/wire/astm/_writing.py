"""Records written: values in, one message out.

Owns escaping and the character set. Refuses meaning: which fields an analyzer wants is its driver's.
Source: LIS02-A2, 5.4.
"""

from __future__ import annotations

from collections.abc import Sequence

from relight.wire.astm._charset import encoding_named
from relight.wire.astm._delimiters import STANDARD_DELIMITERS, Delimiters
from relight.wire.astm._escapes import escape
from relight.wire.errors import DELIMITERS_CLASH, NO_HEADER, NOT_ENCODABLE

Value = str | None | tuple[str, ...] | list["str | tuple[str, ...]"]
"""A text; a tuple of components; a list of repeats, each a text or a tuple."""


def build(
    records: Sequence[Sequence[Value]], *, delimiters: Delimiters = STANDARD_DELIMITERS, encoding: str = "iso8859-1"
) -> bytes:
    """Write one message, a CR behind each record.

    Args: records: the values in order, the type first; H-2 is written from `delimiters`, whatever
    stands there.
    Raises: InputError RL-WIR-150 when the first record is no header, RL-WIR-161 for a character the
    set cannot write, RL-WIR-159 and RL-WIR-162 for an unusable set or delimiters.
    """
    if not delimiters.is_sound:
        raise DELIMITERS_CLASH.error()
    if not records or records[0][:1] not in (["H"], ("H",)):
        raise NO_HEADER.error(where="record 1")
    name = encoding_named(encoding)
    out = []
    for number, values in enumerate(records, 1):
        written = [
            _written(value, delimiters, name, where=(number, n, str(values[0]))) for n, value in enumerate(values, 1)
        ]
        if values[0] == "H":
            written[1:2] = [delimiters.definition]
        out.append(delimiters.field.join(written) + b"\r")
    return b"".join(out)


def _written(value: Value, delimiters: Delimiters, encoding: str, *, where: tuple[int, int, str]) -> bytes:
    if isinstance(value, list):
        return delimiters.repeat.join(_written(part, delimiters, encoding, where=where) for part in value)
    if isinstance(value, tuple):
        return delimiters.component.join(_written(part, delimiters, encoding, where=where) for part in value)
    try:
        return escape((value or "").encode(encoding), delimiters)
    except UnicodeEncodeError:
        record, field, kind = where
        raise NOT_ENCODABLE.error(where=f"record {record}", field=field, type=kind, encoding=encoding) from None
