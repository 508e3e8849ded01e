"""Patient numbers of the downtime: ranges reserved by site, numbers given out, none of them twice.

Owns writing NumberRange. Refuses a number anything in the record has already, in whatever system. Numbers are no
patient data until they are somebody's: the journal has ranges and counts. Source: docs/design/identity.md, cases 24-27.
"""

from __future__ import annotations

from relight.journal.api import new_id, writing
from relight.kernel.act import Act
from relight.people.api import Permission, service
from relight.record import errors
from relight.record.models import NumberRange, PaperNumber, PatientNumber
from relight.record.rules.numbers import Range, check_digit, number_plain, range_refusal
from relight.record.selectors.numbers import ranges_now

AT_ONCE = 500
OWN_PREFIXES = tuple(f"{first}{second}" for second in range(13, 20) for first in range(80, 90))


@service(Permission.RECORD_IDENTITY)
def number_range_reserve(*, act: Act, site: str, prefix: str) -> None:
    """Reserve a range for a site; its last one closes. Raises: RL-REC-203, RL-REC-205."""
    with writing(act) as log:
        refusal = range_refusal(prefix, others=ranges_now())
        if refusal is not None:
            raise refusal
        _open(act, site=site, prefix=prefix)
        log.entry("record.range", subject=f"site:{site or '-'}", body={"prefix": prefix})


@service(Permission.RECORD_IDENTITY)
def number_take(*, act: Act, site: str, count: int = 1) -> list[str]:
    """Give out numbers ahead, for blank labels and for registering on paper. Args: count: 1 to 500.

    Returns: numbers nobody has and nobody will be given again. Raises: RL-REC-204 when every range is used up.
    """
    with writing(act) as log:
        numbers = [number_next(act, site) for _ in range(min(max(count, 1), AT_ONCE))]
        log.entry("record.number", subject=f"site:{site or '-'}", body={"count": len(numbers)})
    return numbers


def number_next(act: Act, site: str) -> str:
    """Give out the next number of a site; inside a write, whose lock keeps it unique."""
    while True:
        row = NumberRange.objects.filter(site=site, is_open=True).first() or _own(act, site)
        counter = row.last + 1
        number = Range(prefix=row.prefix, last=row.last).number(counter)
        NumberRange.objects.filter(pk=row.pk).update(last=counter)
        if not PatientNumber.objects.filter(plain=number).exists():
            return number


def _own(act: Act, site: str) -> NumberRange:
    """Where nobody reserved a range, the next free one of Relight's seventy."""
    taken = ranges_now()
    for prefix in OWN_PREFIXES:
        if range_refusal(prefix, others=taken) is None:
            return _open(act, site=site, prefix=prefix)
    raise errors.RANGE_USED_UP.error(where=site)


def _open(act: Act, *, site: str, prefix: str) -> NumberRange:
    NumberRange.objects.filter(site=site, is_open=True).update(is_open=False)
    return NumberRange.objects.create(id=new_id(act.at), site=site, prefix=prefix, at=act.at, by=act.actor)


def paper_number_check(number: str) -> str:
    """Return the number of a paper form, plain, when a patient may be registered under it; inside a write.

    Raises: RL-REC-458 for one that was never printed, misread, or thrown away; RL-REC-459 for one entered already.
    """
    plain = number_plain(number)
    fits = len(plain) > 1 and plain.isascii() and plain.isdigit() and check_digit(plain[:-1]) == plain[-1]
    row = PaperNumber.objects.filter(pk=plain).first() if fits else None
    if row is None or row.void_at is not None:
        raise errors.PAPER_NUMBER.error(where="number")
    if PatientNumber.objects.filter(plain=plain).exists():
        raise errors.PAPER_NUMBER_USED.error(where="number")
    return plain
