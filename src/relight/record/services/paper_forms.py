"""Blank forms of a ward, and the numbers on them: given out once, entered once, or thrown away.

Owns PaperNumber. A number on an admission form is of the site's reserved range, so that paper comes back into the
record without doubles. Source: docs/design/paper.md, cases 60-69.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from relight.hospital.api import group_name
from relight.journal.api import Json, new_id, writing
from relight.kernel.act import Act
from relight.paper.ward_forms import FormPaper, FormSheet, ward_forms_pdf
from relight.people.api import Permission, in_scope, service
from relight.record import errors
from relight.record.models import PaperNumber, PrintKind, PrintRun
from relight.record.rules.numbers import number_plain
from relight.record.rules.paper_forms import AT_MOST, Form, Forms
from relight.record.rules.printing import WardKey
from relight.record.selectors.paper_forms import forms_now
from relight.record.selectors.paper_words import stamp_words
from relight.record.selectors.printing import wards_known
from relight.record.selectors.ward_paper import ward_name
from relight.record.services.bands import number_shown
from relight.record.services.numbers import number_next, paper_number_check


@service(Permission.RECORD_IDENTITY)
def ward_forms_print(
    *, act: Act, site: str, ward: str, counts: Mapping[str, int], language: str, with_numbers: bool = True
) -> bytes:
    """Print blank forms for a ward, each as often as wanted.

    Args: counts: form id -> 0 to 200. with_numbers: each admission form gets a number of its own of the site's range.
    Returns: a PDF.
    Raises: RL-REC-242, 453 for the ward, 456 for a form or count, 464 for none, 204 when the range is used up.
    """
    key = WardKey(site=site, ward=ward)
    known = wards_known()
    if known and key not in known:
        raise errors.PRINT_WARD.error(where="ward", ward=key.key[:60])
    if not in_scope(act, site=site, service=ward):
        raise errors.NOT_YOUR_WARD.error(where="ward")
    forms = forms_now()
    wanted = _wanted(forms, counts)
    with writing(act) as log:
        numbered = sum(count for form, count in wanted if form.is_numbered) if with_numbers else 0
        numbers = [number_next(act, site) for _ in range(numbered)]
        run = PrintRun.objects.create(
            id=new_id(act.at), kind=PrintKind.FORMS, at=act.at, by=act.actor, door=act.door.value, wards=[key.key],
            what={form.id: count for form, count in wanted},
        )  # fmt: skip
        PaperNumber.objects.bulk_create(
            [PaperNumber(number=one, site=site, ward=ward, run=run) for one in numbers], batch_size=500
        )
        body: dict[str, Json] = {
            "kind": "forms",
            "wards": [key.key],
            "count": sum(count for _, count in wanted),
            "numbers": numbered,
        }
        log.entry("record.print", subject=f"print:{run.pk}", body=body)
    return ward_forms_pdf(_paper(act, key, forms, wanted, numbers, language=language))


def _wanted(forms: Forms, counts: Mapping[str, int]) -> list[tuple[Form, int]]:
    found = [(forms.form(id), count) for id, count in counts.items() if count]
    for form, count in found:
        if not 0 < count <= AT_MOST:
            raise errors.PRINT_FORM.error(where="count", form=form.id)
    if not found:
        raise errors.PRINT_NO_FORM.error(where="forms")
    order = [form.id for form in forms.forms]
    return sorted(found, key=lambda one: order.index(one[0].id))


def _paper(
    act: Act, key: WardKey, forms: Forms, wanted: Sequence[tuple[Form, int]], numbers: Sequence[str], *, language: str
) -> FormPaper:
    left = iter(numbers)
    sheets = []
    for form, count in wanted:
        parts = forms.parts(form, language=language)
        title = forms.word(f"form_{form.id}", language=language)
        for _ in range(count):
            number = next(left, "") if form.is_numbered else ""
            sheets.append(
                FormSheet(
                    title=title, parts=parts, is_landscape=form.is_landscape, has_label=form.has_label, code=number,
                    number=number_shown(number) if number else "",
                )
            )  # fmt: skip
    return FormPaper(
        title=ward_name(key), house=group_name(), ward=ward_name(key), language=language, printed=stamp_words(act.at),
        sheets=tuple(sheets), words=forms.said(language=language),
    )  # fmt: skip


@service(Permission.RECORD_IDENTITY)
def paper_number_void(*, act: Act, number: str) -> None:
    """Say that a form was spoiled or thrown away: its number is never used. Raises: RL-REC-458, RL-REC-459."""
    plain = number_plain(number)
    with writing(act) as log:
        paper_number_check(plain)
        PaperNumber.objects.filter(pk=plain).update(void_at=act.at, void_by=act.actor)
        log.entry("record.paper_void", subject=f"number:{plain}", body={})
