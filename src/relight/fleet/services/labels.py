"""Labels of passports, as a PDF to print."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils import formats, timezone
from django.utils.translation import get_language, gettext

from relight.fleet import errors
from relight.fleet.selectors.passports import PassportLine, passport_lines
from relight.fleet.selectors.policy import words_now
from relight.kernel.act import Act
from relight.paper.labels import Label, Sheet, labels_pdf
from relight.people.api import Permission, service


@service(Permission.LINE_MOVE)
def label_sheet(*, act: Act, items: Sequence[UUID], sheet: Sheet) -> tuple[bytes, int]:
    """Print the labels of the items that hold a passport, in the order given.

    Returns: the PDF and how many labels it has. Raises: MissingError RL-FLT-124 when there is none.
    """
    held = {line.item: line for line in passport_lines(items)}
    lines = [held[item] for item in items if item in held]
    if not lines:
        raise errors.NO_PASSPORT_HELD.error()
    places = words_now(places=True)
    labels = [_label(line, place=places.place(line.site, line.service)) for line in lines]
    language = get_language() or "en"
    return labels_pdf(labels, sheet=sheet, title=gettext("Passports"), language=language[:2]), len(labels)


def _label(line: PassportLine, *, place: str) -> Label:
    expires = formats.date_format(timezone.localtime(line.expires_at), "SHORT_DATE_FORMAT")
    return Label(
        code=line.token,
        title=line.name,
        lines=(
            line.serial,
            place,
            gettext("until {date}").format(date=expires),
            line.short,
        ),
    )
