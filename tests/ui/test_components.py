"""The components: each says by colour, symbol and word, and escapes what strangers typed."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.http import QueryDict
from django.template import Context, Template
from django.utils import translation

from relight.ui.api import Column, Link, Matrix, MatrixCell, MatrixRow, Share, table_read

NASTY = '<b onmouseover="x">'


def draw(text: str, **context: Any) -> str:
    return Template("{% load i18n relight %}" + text).render(Context(context))


def test_a_state_is_colour_and_symbol_and_word() -> None:
    text = draw('{% state "paper" %}')
    assert "tone-down" in text
    assert "<svg" in text
    assert "paper only" in text
    with translation.override("fr"):
        assert "papier seul" in draw('{% state "paper" %}')


def test_a_symbol_alone_still_has_its_word_for_screen_readers() -> None:
    assert '<span class="unseen">degraded</span>' in draw('{% symbol "degraded" %}')


@pytest.mark.parametrize(
    "text",
    [
        "{% state x %}",
        '{% state "up" label=x %}',
        "{% figure value=1 label=x definition=x note=x %}",
        "{% stat value=x label=x %}",
        "{% tip x %}",
        "{% panel x %}{% endpanel %}",
        '{% notice "warn" x %}{% endnotice %}',
        "{% empty_page x text=x %}",
        "{% crumb x %}",
        '{% button_link x "/" %}',
        '{% tabs x %}{% tab x "/" %}{% endtabs %}',
        "{% facts %}{% fact x %}{{ x }}{% endfact %}{% endfacts %}",
        "{% moment None x by=x %}{{ x }}{% endmoment %}",
        "{% board x %}{% board_column x note=x %}{% card x note=x %}{% endcard %}{% endboard_column %}{% endboard %}",
        "{% bulk_box x x %}",
        "{% disclosure x %}{{ x }}{% enddisclosure %}",
        "{% progress 1 2 x %}",
        "{% error_box error %}",
    ],
)
def test_what_somebody_typed_never_becomes_markup(text: str) -> None:
    error = {"error": {"code": NASTY, "message": NASTY, "where": NASTY, "next": NASTY}}
    assert NASTY not in draw(text, x=NASTY, error=error)


def test_a_definition_is_read_out_with_the_name_it_defines() -> None:
    assert 'aria-label="Seen: with a sighting"' in draw('{% stat 3 label="Seen" definition="with a sighting" %}')


def test_an_empty_fact_says_so() -> None:
    assert "not known" in draw('{% fact "Serial" %} {% endfact %}')


def test_a_stacked_bar_names_counts_and_links_its_parts() -> None:
    shares = [Share(label="Back", value=1, state="up", href="/a"), Share(label="Gone", value=3, state="down")]
    text = draw('{% stacked shares label="By state" %}', shares=shares)
    assert 'width="250"' in text
    assert 'x="250" y="0" width="750"' in text
    assert '<a href="/a">Back</a>' in text


def test_a_matrix_cell_that_does_not_exist_says_so() -> None:
    matrix = Matrix(
        caption="States",
        columns=[Link(label="Arlon")],
        rows=[MatrixRow(head=Link(label="Maternity"), cells=[MatrixCell()])],
    )
    assert "not at this site" in draw("{% matrix m %}", m=matrix)


class Form(forms.Form):
    name = forms.CharField(help_text="As on the label.")
    kinds = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple)


def test_errors_stand_on_top_with_the_name_of_their_field_and_lead_to_it() -> None:
    text = draw("{% error_summary form %}{% fields form %}", form=Form({}))
    assert '<a href="#id_name">Name: This field is required.</a>' in text
    assert '<a href="#id_kinds_0">Kinds: This field is required.</a>' in text
    assert 'id="id_kinds_0"' in text
    assert 'aria-describedby="id_name_helptext id_name_error"' in text
    assert 'id="id_name_error"' in text


def test_a_form_that_was_not_sent_has_no_summary() -> None:
    assert draw("{% error_summary form %}", form=Form()).strip() == ""


def table_of(address: str) -> Any:
    columns = (
        Column(key="name", label="Name", sort=("name",), always=True),
        Column(key="age", label="Age", numeric=True),
        Column(key="room", label="Room", shown=False),
    )
    return table_read(QueryDict(address), columns=columns, sort="name", page_size=1).over(["x", "y", "z"])


ROW = '{% cell t "name" head=True %}pc{% endcell %}{% cell t "age" %}3{% endcell %}{% cell t "room" %}B1{% endcell %}'


def test_a_hidden_column_leaves_no_cell_and_a_phone_reads_the_head_beside_each() -> None:
    text = draw('{% table t "Machines" %}<tr>' + ROW + "</tr>{% endtable %}", t=table_of(""))
    assert "B1" not in text
    assert '<td data-label="Age" class="numeric">3</td>' in text
    assert '<th scope="row" data-label="Name">pc</th>' in text
    assert 'aria-sort="ascending"' in text


def test_pages_keep_the_filters_of_the_address() -> None:
    text = draw("{% pager t %}", t=table_of("q=pc&page=2"))
    assert 'href="?q=pc&amp;page=1" rel="prev"' in text
    assert 'href="?q=pc&amp;page=3" rel="next"' in text
    assert 'aria-current="page"' in text


def test_one_page_has_no_pager() -> None:
    table = table_read(QueryDict(""), columns=(Column(key="a", label="A"),), sort="a").over([1])
    assert draw("{% pager t %}", t=table).strip() == ""


def test_filters_carry_order_and_columns_and_are_cleared_by_a_link() -> None:
    text = draw("{% filters t %}{% endfilters %}", t=table_of("sort=-name&col=room&q=old"))
    assert '<input type="hidden" name="sort" value="-name">' in text
    assert '<input type="hidden" name="col" value="room">' in text
    assert "old" not in text


def test_every_component_the_guide_names_exists() -> None:
    """The module docstring is the manual: a tag named there can be loaded."""
    import re

    from relight.ui.templatetags import relight

    named = set(re.findall(r"{% (\w+)", relight.__doc__ or "")) - {"load", "for", "endfor"}
    known = set(relight.register.tags)
    assert {name for name in named if not name.startswith("end")} <= known
    assert set(re.findall(r"\|(\w+)", relight.__doc__ or "")) - {"ok", "warn", "bad"} <= set(relight.register.filters)
