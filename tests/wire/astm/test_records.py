"""ASTM records: read as they were sent, nested as the standard says, written again. Cases: docs/design/astm.md."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relight.kernel.errors import InputError
from relight.wire.astm.records import Delimiters, Message, build, messages, read
from support.astm import MESSAGE, field_texts, line_bytes, values


def codes(message: Message) -> list[str]:
    return [problem.code for problem in message.problems]


def text(*records: bytes) -> bytes:
    return b"".join(record + b"\r" for record in records)


HEADER = b"H|\\^&|||XN"


def test_case_60_a_message_gives_its_fields_by_number_from_the_type_on() -> None:
    message = read(MESSAGE)
    result = message.records[3]
    assert [record.type for record in message.records] == ["H", "P", "O", "R", "L"]
    assert [result.field(n) for n in range(8)] == ["", "R", "1", "^^^GLU", "5.4", "mmol/L", "", ""]
    assert (result.components(3), result.component(3, 4), result.component(3, 9)) == (("", "", "", "GLU"), "GLU", "")
    assert (message.header.field(2), message.problems) == ("\\^&", ())


def test_case_61_repeats_components_and_escapes_are_told_apart() -> None:
    record = read(text(HEADER, b"O|1|a^b&S&c\\d&R&e|1&F&2&E&3|&X41C39F&|&H&big&N&", b"L|1")).records[1]
    assert record.repeats(3) == ("a^b^c", "d\\e")
    assert record.components(3) == ("a", "b^c")
    assert record.components(3, 1) == ("d\\e",)
    assert (record.components(3, 2), record.field(3), record.field(4), record.field(6)) == ((), "a^b^c", "1|2&3", "big")
    assert record.field(5) == "AÃ\x9f".encode("iso8859-1").decode("utf-8")


def test_case_62_what_is_no_escape_sequence_stays_as_it_was_sent() -> None:
    message = read(text(HEADER, b"C|1|A&B|R&D|&Zlocal&F&|&XZZ&|&&|x&F|R&D&F&", b"L|1"))
    record = message.records[1]
    assert [record.field(n) for n in range(3, 10)] == ["A&B", "R&D", "&Zlocal&F&", "&XZZ&", "&&", "x&F", "R&D|"]
    assert codes(message) == ["RL-WIR-160", "RL-WIR-160"]


def test_case_63_delimiters_are_those_of_the_header() -> None:
    message = read(b"H|`^&|||EM200\rQ|1|^1`2\rL|1|N\r")
    assert message.queries[0].repeats(3) == ("^1", "2")
    message = read(b"H!$%*!id!\rC!1!a|b*F*c!x$y%z\rL!1\r")
    assert (message.control_id, message.records[1].field(3), message.records[1].components(4, 1)) == (
        "id",
        "a|b!c",
        ("y", "z"),
    )


@pytest.mark.parametrize(
    ("header", "used"),
    [(b"H|\\\\^&||", "|\\^&"), (b"H|", "|\\^&"), (b"H|aaa|", "|\\^&"), (b"H|\\^|", "|\\^"), (b"H||||", "|\\^&")],
)
def test_case_64_delimiters_declared_oddly_are_reported_with_what_was_used(header: bytes, used: str) -> None:
    message = read(text(header, b"C|1|a^b", b"L|1"))
    assert codes(message) == ["RL-WIR-152"]
    assert message.problems[0].params["used"] == used
    assert message.records[1].components(3) == ("a", "b")


@pytest.mark.parametrize("data", [b"", b"\r\n", b"P|1\r", b"H", b"HH|1", b"H\r", b"MSH|^~\\&|", b" H|\\^&\r"])
def test_case_65_what_does_not_begin_with_a_header_is_refused_with_its_place(data: bytes) -> None:
    with pytest.raises(InputError) as refusal:
        read(data)
    assert refusal.value.code == "RL-WIR-150"
    assert refusal.value.where.startswith("byte ")


def test_case_66_patients_own_orders_and_orders_results_with_their_comments() -> None:
    records = (
        HEADER, b"C|1|on all", b"P|1||A", b"C|1|on A", b"O|1|S1", b"M|1|lot", b"R|1||1", b"C|1|on 1", b"M|1|curve",
        b"R|2||2", b"O|2|S2", b"R|1||3", b"P|2||B", b"O|1|S3", b"R|1||4", b"L|1|N",
    )  # fmt: skip
    message = read(text(*records))
    first, second = message.patients()
    assert [record.field(3) for record in message.comments] == ["on all"]
    assert [(o.record.field(3), [r.record.field(4) for r in o.results]) for o in first.orders if o.record] == [
        ("S1", ["1", "2"]),
        ("S2", ["3"]),
    ]
    order = first.orders[0]
    assert [r.field(3) for r in (*first.comments, *order.others, *order.results[0].comments)] == ["on A", "lot", "on 1"]
    assert [r.field(3) for r in order.results[0].others] == ["curve"]
    assert [r.record.field(4) for r in second.orders[0].results] == ["4"]
    assert message.problems == ()


@pytest.mark.parametrize(
    ("records", "code"),
    [
        ((b"P|1||A", b"O|1|S1", b"R|1||1", b"P|2||B", b"R|1||2", b"L|1"), "RL-WIR-156"),
        ((b"P|1||A", b"R|1||2", b"L|1"), "RL-WIR-156"),
        ((b"O|1|S1", b"R|1||2", b"L|1"), "RL-WIR-156"),
        ((b"P|1||A", b"O|1|S1", b"L|1", b"R|1||2"), "RL-WIR-154"),
        ((b"P|1||A", b"O|1|S1", b"H|\\^&", b"R|1||2", b"L|1"), "RL-WIR-156"),
    ],
)
def test_case_67_a_record_out_of_place_belongs_to_nobody_and_is_reported(records: tuple[bytes, ...], code: str) -> None:
    message = read(text(HEADER, *records))
    (owner,) = [
        (patient.record and patient.record.field(4), order.record and order.record.field(3))
        for patient in message.patients()
        for order in patient.orders
        for result in order.results
        if result.record.field(4) == "2"
    ]
    assert None in owner
    assert code in codes(message)


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ((b"P|1", b"O|1", b"R|1", b"R|3", b"L|1"), ["RL-WIR-157"]),
        ((b"P|1", b"O|2", b"L|1"), ["RL-WIR-157"]),
        ((b"P|1", b"O|1", b"R|1", b"R|2", b"O|2", b"R|1", b"L|1"), []),
        ((b"P|1", b"O|1", b"R|1", b"R|1", b"L|1"), []),
        ((b"P|", b"O|x", b"R|1", b"L|1"), []),
        ((b"P|1", b"X|1", b"L|1"), ["RL-WIR-155"]),
        ((b"P|1",), ["RL-WIR-153"]),
    ],
)
def test_case_68_gaps_unknown_records_and_a_missing_end_are_reported(
    records: tuple[bytes, ...], expected: list[str]
) -> None:
    assert codes(read(text(HEADER, *records))) == expected


def test_case_69_problems_carry_their_place_in_the_bytes() -> None:
    data = text(HEADER, b"P|1", b"X|1")
    message = read(b"\r\n" + data)
    unknown, end = message.problems
    assert (data[unknown.at - 2 :], end.at) == (b"X|1\r", len(data) + 1)


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\r\r", b""])
def test_case_70_every_line_end_is_read_and_kept(end: bytes) -> None:
    data = end.join(MESSAGE.split(b"\r")[:-1]) + end if end else MESSAGE[:-1]
    message = read(data)
    assert [record.type for record in message.records] == ["H", "P", "O", "R", "L"]
    assert (message.render(), message.problems) == (data, ())


def test_case_71_a_line_feed_inside_a_field_is_content_where_carriage_returns_end_records() -> None:
    assert read(text(HEADER, b"C|1|two\nlines", b"L|1")).records[1].field(3) == "two\nlines"


def test_case_72_no_byte_is_lost_whatever_the_character_set() -> None:
    accented = text(HEADER, "P|1||é".encode("cp850"), b"L|1")
    for encoding, shown, expected in [
        (None, "\x82", ["RL-WIR-158"]), ("utf-8", "\x82", ["RL-WIR-158"]), ("cp850", "é", []), ("cp1252", "‚", []),
    ]:  # fmt: skip
        message = read(accented, encoding=encoding)
        assert (message.records[1].field(4), codes(message), message.render()) == (shown, expected, accented)
    assert read(text(HEADER, "P|1||é".encode(), b"L|1")).records[1].field(4) == "é"


@pytest.mark.parametrize("encoding", ["utf-16", "gbk", "shift_jis", "no such set", "rot13", "\x00", "idna"])
def test_case_73_a_character_set_that_could_hide_a_delimiter_is_refused(encoding: str) -> None:
    for act in (lambda: read(MESSAGE, encoding=encoding), lambda: build([("H", "")], encoding=encoding)):
        with pytest.raises(InputError) as refusal:
            act()
        assert refusal.value.code == "RL-WIR-159"


def test_case_74_joined_messages_are_cut_before_each_header_and_nothing_is_lost() -> None:
    stray = b"R|9|lost\r"
    joined = stray + MESSAGE + b"\r\n" + MESSAGE + MESSAGE
    pieces = messages(joined)
    assert pieces == (stray, MESSAGE + b"\r\n", MESSAGE, MESSAGE)
    assert messages(b"") == ()


def test_case_75_queries_are_known_by_their_record() -> None:
    assert read(text(HEADER, b"Q|1|^SMP||ALL", b"L|1")).is_query
    assert not read(MESSAGE).is_query


def test_case_76_written_records_carry_components_repeats_and_escapes() -> None:
    written = build([("H", None, "id"), ("O", "1", ("a", "b^"), ["c", ("d|", "e")]), ("L", "1", "N")])
    assert written == b"H|\\^&|id\rO|1|a^b&S&|c\\d&F&^e\rL|1|N\r"
    assert build([("H",), ("L", "1")]) == b"H|\\^&\rL|1\r"
    other = Delimiters(field=b"!", repeat=b"$", component=b"%", escape=b"*")
    assert build([("H", ""), ("C", "a|b!c")], delimiters=other) == b"H!$%*\rC!a|b*F*c\r"


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda: build([]), "RL-WIR-150"),
        (lambda: build([("P", "1")]), "RL-WIR-150"),
        (lambda: build([[]]), "RL-WIR-150"),
        (lambda: build([("H", ""), ("P", "ł")]), "RL-WIR-161"),
        (lambda: build([("H", "")], delimiters=Delimiters(escape=b"|")), "RL-WIR-162"),
        (lambda: build([("H", "")], delimiters=Delimiters(escape=b"")), "RL-WIR-162"),
    ],
)
def test_case_77_what_cannot_be_written_is_refused_by_code(act: object, code: str) -> None:
    with pytest.raises(InputError) as refusal:
        act()  # type: ignore[operator]
    assert refusal.value.code == code


def test_case_78_patient_data_never_stands_in_a_problem() -> None:
    message = read(text(HEADER, b"DOE^JOHN|1|x", b"P|7||DOE&Zx&^JOHN", b"R|9||DOE"))
    with pytest.raises(InputError) as refusal:
        build([("H", ""), ("P", "DOE ł")])
    said = [problem.message() + problem.next() for problem in message.problems] + [str(refusal.value)]
    assert len(said) > 4
    assert not any("DOE" in sentence for sentence in said)


records_strategy = st.lists(
    st.tuples(st.sampled_from("PORCQMS"), st.lists(values, max_size=5)).map(lambda pair: [pair[0], *pair[1]]),
    max_size=6,
)


@given(records=records_strategy)
def test_case_79_what_was_written_reads_again_the_same(records: list[list[object]]) -> None:
    written = build([["H", None], *records, ["L", "1"]])  # type: ignore[list-item]
    message = read(written, encoding="iso8859-1")
    assert message.render() == written
    for record, given_values in zip(message.records[1:-1], records, strict=True):
        for n, value in enumerate(given_values, 1):
            parts = value if isinstance(value, list) else [value or ""]
            assert len(record.repeats(n)) == len(parts)
            for repeat, part in enumerate(parts):
                assert record.components(n, repeat) == (part if isinstance(part, tuple) else (part,))


@given(head=st.sampled_from([b"H|\\^&", b"H|`^&|", b"H!", b"\r\nH|\\^&\n"]), rest=line_bytes, more=field_texts)
def test_case_80_whatever_follows_a_header_is_read_and_rendered_byte_for_byte(
    head: bytes, rest: bytes, more: str
) -> None:
    data = head + rest + more.encode("iso8859-1")
    message = read(data)
    assert message.render() == data
    assert b"".join(messages(data)) == data
    for record in message.records:
        for n in range(len(record.pieces) + 2):
            assert isinstance(record.field(n), str)
            assert record.repeats(n)
        assert record.fields() == tuple(
            tuple(record.components(n, r) for r in range(len(record.repeats(n))))
            for n in range(1, len(record.pieces) + 1)
        )
    for problem in message.problems:
        assert 0 <= problem.at <= len(data)
        assert problem.message() and problem.code.startswith("RL-WIR-1")
    grouped = [r.record for p in message.patients() for o in p.orders for r in o.results]
    assert grouped == [record for record in message.records if record.type == "R"]


def test_a_record_gives_all_its_fields_though_a_delimiter_is_no_ascii():
    """A header may declare any byte to part components, and none to escape."""
    message = read(b"H|\\\xdc\rR|1|a\xdcb\\c\rL|1\r")
    assert message.records[1].fields()[2] == (("a", "b"), ("c",))
