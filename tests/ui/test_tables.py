"""A list keeps its order, page, columns and filters in the address."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.http import QueryDict

from relight.ui.api import Column, Table, csv_response, csv_safe, table_read

COLUMNS = (
    Column(key="name", label="Name", sort=("name",), always=True, value=lambda row: row.name),
    Column(key="age", label="Age", sort=("-age", "name"), value=lambda row: row.age),
    Column(key="room", label="Room", shown=False, value=lambda row: row.room),
    Column(key="act", label="Act"),
)


@dataclass(frozen=True)
class Row:
    name: str
    age: int | None
    room: str = "B1"


ROWS = [Row("bea", 3), Row("Ali", 9), Row("zoe", None)]


def read(address: str = "") -> Table:
    return table_read(QueryDict(address), columns=COLUMNS, sort="name", page_size=2)


def test_an_unknown_order_or_column_is_ignored_so_that_old_bookmarks_open() -> None:
    table = read("sort=hat&col=hat")
    assert (table.order_by, {c.key for c in table.shown}) == (("name",), {"name", "age", "act"})


def test_descending_turns_every_field_of_an_order() -> None:
    assert read("sort=-age").order_by == ("age", "-name")


def test_a_second_click_on_a_head_turns_the_order_and_goes_back_to_the_first_page() -> None:
    table = read("q=pc&sort=name&page=3")
    assert table.sort_address(COLUMNS[0]) == "?q=pc&sort=-name"
    assert table.sort_address(COLUMNS[1]) == "?q=pc&sort=age"


def test_a_chosen_column_is_shown_and_those_that_cannot_be_hidden_stay() -> None:
    assert [c.key for c in read("col=room").shown] == ["name", "room"]


def test_a_page_past_the_end_is_the_last_page() -> None:
    table = read("page=99").over(ROWS)
    assert (table.page.number, table.total, len(table.rows)) == (2, 3, 1)


def test_values_are_sorted_without_regard_to_case_and_nothing_comes_last() -> None:
    assert [row.name for row in read().sorted(ROWS)] == ["Ali", "bea", "zoe"]
    assert [row.age for row in read("sort=-age").sorted(ROWS)] == [3, 9, None]


def test_filters_are_kept_when_columns_are_chosen_and_order_when_filters_are() -> None:
    table = read("q=pc&sort=age&col=room&page=2")
    assert table.kept() == [("q", "pc"), ("sort", "age")]
    assert table.kept(own=True) == [("sort", "age"), ("col", "room")]


def test_csv_has_the_shown_columns_that_have_a_value_and_opens_in_a_spreadsheet() -> None:
    answer = csv_response(read("col=age"), ROWS, filename="staff.csv")
    text = b"".join(answer.streaming_content).decode()
    assert text == "\ufeffName,Age\r\nbea,3\r\nAli,9\r\nzoe,\r\n"
    assert answer["Content-Disposition"] == 'attachment; filename="staff.csv"'


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "\t=1"])
def test_a_cell_is_never_taken_for_a_formula(text: str) -> None:
    assert csv_safe(text) == f"'{text}"


def test_negative_numbers_stay_numbers() -> None:
    assert (csv_safe(-3), csv_safe("-3.5"), csv_safe(None)) == ("-3", "-3.5", "")
