"""Orders of a file: HL7 messages or a table, taken in once however often the file is read.

Owns joining what comes to what is here. Refuses two patients under one number: such a row stays aside and is
told with its line and code, like every row that cannot be taken. Source: docs/design/lab.md.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.timezone import get_current_timezone, localtime

from relight.journal.api import Body, Log, writing
from relight.kernel.act import Act
from relight.kernel.errors import RelightError
from relight.lab import errors
from relight.lab.rules.orders import Lookup, NewOrder, order_refusal
from relight.lab.rules.orders_hl7 import messages_read
from relight.lab.rules.orders_table import Row, table_read
from relight.lab.selectors.orders import OrderView, order_of_sample, orders_of_samples
from relight.lab.services.answers import order_tell
from relight.lab.services.charting_due import chart_due
from relight.lab.services.orders import orders_known, orders_lay
from relight.people.api import Permission, service
from relight.record.api import RequestState, catalogue_now, requests_add, requests_move, series_rules
from relight.record.plain import Series, sample_refusal

SIZE_LIMIT = 16 * 1024 * 1024
SENDER_CANCELLED = "Cancelled by the sender of the file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """One row that was not taken. Args: line: where it begins in the file."""

    line: int
    refusal: RelightError


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What a file did. Args: new: orders made. known: orders that were here already, tests added or not.
    tests: tests added to orders that were here. cancelled: tests taken back."""

    new: int
    known: int
    tests: int
    cancelled: int
    aside: tuple[Aside, ...]


@service(Permission.LAB_ORDER)
def orders_import(*, act: Act, content: bytes, filename: str) -> ImportReport:
    """Take in the orders of a file, all in one write; the same file again changes nothing.

    Args: content: HL7 (OML, ORM; framed or not) or CSV, plain or gzip. Raises: InputError RL-LAB-215
    when it is neither, RL-LAB-216 when it is too large.
    """
    rows = _rows(_plain(content), filename=filename)
    done = {"new": 0, "known": 0, "tests": 0, "cancelled": 0}
    aside: list[Aside] = []
    with writing(act) as log:
        taker = _Taker(act=act, log=log, series=series_rules(), known=orders_of_samples(_samples(rows)))
        for row in rows:
            try:
                for name, count in taker.take(row).items():
                    done[name] += count
            except RelightError as refusal:
                aside.append(Aside(line=row.line, refusal=refusal))
        taker.write()
        body: Body = {**done, "rows_bad": len(aside), "rows_read": len(rows)}
        log.entry("lab.order_import", subject="lab:orders", body=body)
    return ImportReport(**done, aside=tuple(aside))


def _plain(content: bytes) -> bytes:
    """Unpack gzip, never beyond the limit."""
    if content[:2] == b"\x1f\x8b":
        try:
            unpack = zlib.decompressobj(wbits=31)
            content = unpack.decompress(content, SIZE_LIMIT + 1)
        except (zlib.error, gzip.BadGzipFile) as fault:
            raise errors.IMPORT_UNREADABLE.error() from fault
    if len(content) > SIZE_LIMIT:
        raise errors.IMPORT_TOO_LARGE.error(limit=SIZE_LIMIT // 1024 // 1024)
    return content


def _rows(content: bytes, *, filename: str) -> list[Row]:
    lookup = Lookup.over(catalogue_now())
    zone, source = get_current_timezone(), filename[:200]
    found = messages_read(content, lookup=lookup, zone=zone, source=source)
    if found is None:
        found = table_read(_text(content), lookup=lookup, zone=zone, source=source)
    if found is None:
        raise errors.IMPORT_UNREADABLE.error(where=source)
    return list(found)


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _samples(rows: Sequence[Row]) -> list[str]:
    return [row.order.sample for row in rows if row.order is not None]


@dataclass(slots=True, kw_only=True)
class _Taker:
    """Takes one row after the other. `known` grows with what was made; new orders are gathered and written together."""

    act: Act
    log: Log
    series: tuple[Series, ...]
    known: dict[str, OrderView]
    new: dict[str, NewOrder] = field(default_factory=dict)

    def take(self, row: Row) -> dict[str, int]:
        """Take a row. Returns: what to count. Raises: why it stays aside."""
        if row.refusal is not None:
            raise row.refusal
        order = row.order
        assert order is not None  # a row has one of the two
        refusal = sample_refusal(order.sample, series=self.series)
        refusal = refusal or order_refusal(order, today=localtime(self.act.at).date())
        if refusal is not None:
            raise refusal
        if order.sample in self.new:
            self.write()
        known = self.known.get(order.sample)
        if known is None:
            if row.cancel:
                raise errors.NO_ORDER.error(where="sample")
            self.new[order.sample] = order
            return {"new": 1}
        if not _is_same(known, order):
            raise errors.ROW_DIFFERS.error(where="sample")
        return self._cancel(known, order) if row.cancel else self._join(known, order)

    def write(self) -> None:
        """Write the new orders gathered so far."""
        if not self.new:
            return
        made = orders_lay(self.act, self.log, list(self.new.values()))
        self.new.clear()
        for one in made:
            order_tell(self.act, one.order)
        self.known |= orders_known([one.order for one in made])

    def _join(self, known: OrderView, order: NewOrder) -> dict[str, int]:
        """Add what is new; a file read again brings no cancelled test back: only a person does."""
        if known.is_cancelled:
            raise errors.ORDER_CLOSED.error(where="sample")
        there = {test.loinc for test in known.tests}
        fresh = [test for test in order.tests if test.loinc not in there]
        added = requests_add(act=self.act, log=self.log, order=known.id, tests=fresh) if fresh else 0
        if added:
            chart_due(self.act, [known.id], charted_only=True)
            order_tell(self.act, known.id)
            self._again(order.sample)
        return {"known": 1, "tests": added}

    def _cancel(self, known: OrderView, order: NewOrder) -> dict[str, int]:
        wanted = {test.loinc for test in order.tests}
        gone = [test.request for test in known.open_tests if test.loinc in wanted]
        requests_move(act=self.act, log=self.log, requests=gone, to=RequestState.CANCELLED, reason=SENDER_CANCELLED)
        chart_due(self.act, [known.id], charted_only=True)
        self._again(order.sample)
        return {"known": 1, "cancelled": len(gone)}

    def _again(self, sample: str) -> None:
        view = order_of_sample(sample)
        if view is not None:
            self.known[sample] = view


def _is_same(known: OrderView, order: NewOrder) -> bool:
    """Say whether an order that is here is of the person a row names, now or as they were called before.

    What the row says must be so; accents and case aside. What it leaves out the record may know from elsewhere.
    """
    return any(order.identity.is_said_of(one) for one in (known.identity, *known.earlier))
