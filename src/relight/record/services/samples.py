"""Sample numbers: ranges reserved by site, numbers given out, none of them twice.

Owns writing SampleSeries. Refuses a number anything in the record has already. Numbers are no patient data until they
are on a tube: the journal has ranges and counts. Source: docs/design/requests.md, "Sample numbers".
"""

from __future__ import annotations

from relight.journal.api import new_id, writing
from relight.kernel.act import Act
from relight.people.api import Permission, service
from relight.record import errors
from relight.record.models import SampleSeries
from relight.record.rules.samples import Series, series_refusal
from relight.record.selectors.requests import sample_is_taken, series_rules

# Where nobody reserved a range, Relight's own: a site gets the next free one of ninety prefixes.
FIRST_PREFIX, LAST_PREFIX, COUNTER_DIGITS = 9010, 9099, 6
AT_ONCE = 500


@service(Permission.LAB_LINKS)
def series_reserve(*, act: Act, site: str, prefix: str, digits: int) -> Series:
    """Reserve a range of sample numbers for a site; the range it had is closed and stays taken.

    Raises: InputError RL-LAB-212, RuleError RL-LAB-213.
    """
    wanted = Series(prefix=prefix.strip(), digits=digits)
    with writing(act) as log:
        refusal = series_refusal(wanted, others=series_rules())
        if refusal is not None:
            raise refusal
        _open(act, site=site, series=wanted)
        log.entry("lab.series", subject=f"site:{site or '-'}", body={"prefix": wanted.prefix, "digits": digits})
    return wanted


@service(Permission.LAB_ORDER)
def sample_numbers_take(*, act: Act, site: str, count: int) -> list[str]:
    """Give out sample numbers ahead, for labels stuck on at the bedside. Returns: `count` numbers, at most 500."""
    with writing(act) as log:
        numbers = [sample_number_next(act, site) for _ in range(min(max(count, 1), AT_ONCE))]
        log.entry("lab.numbers", subject=f"site:{site or '-'}", body={"count": len(numbers)})
    return numbers


def sample_number_next(act: Act, site: str) -> str:
    """Give out the next number of a site that no tube has; inside a write, whose lock keeps it unique."""
    while True:
        row = SampleSeries.objects.filter(site=site, open=True).first() or _own(act, site)
        number = Series(prefix=row.prefix, digits=row.digits, last=row.last).number(row.last + 1)
        SampleSeries.objects.filter(pk=row.pk).update(last=row.last + 1)
        if not sample_is_taken(number):
            return number


def _own(act: Act, site: str) -> SampleSeries:
    taken = series_rules()
    for prefix in range(FIRST_PREFIX, LAST_PREFIX + 1):
        series = Series(prefix=str(prefix), digits=COUNTER_DIGITS)
        if series_refusal(series, others=taken) is None:
            return _open(act, site=site, series=series)
    raise errors.SERIES_USED_UP.error(where=site)


def _open(act: Act, *, site: str, series: Series) -> SampleSeries:
    SampleSeries.objects.filter(site=site, open=True).update(open=False)
    return SampleSeries.objects.create(
        id=new_id(act.at), site=site, prefix=series.prefix, digits=series.digits, by=act.actor, at=act.at
    )
