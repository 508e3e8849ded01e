r"""Escape sequences. Cases: docs/design/hl7.md."""

import pytest

from relight.wire.hl7 import read


def value_of(text, charset="UNICODE UTF-8", codec="utf-8"):
    raw = f"MSH|^~\\&|||||||ORU^R01|1|P|2.5.1||||||{charset}\rNTE|1||".encode() + text.encode(codec) + b"\r"
    message = read(raw)
    return message.get("NTE-3"), [problem.code for problem in message.problems]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r"a\F\b\S\c\T\d\R\e\E\f", "a|b^c&d~e\\f"),
        (r"\E\F\E\ ", "\\F\\ "),  # what is put back is not read again
        (r"\H\high\N\ normal", "high normal"),
        (r"\P\ ", "# "),
    ],
)
def test_case_30_delimiters_and_highlighting(text, value):
    assert value_of(text) == (value, [])


@pytest.mark.parametrize(
    ("text", "value"), [(r"\X41\b", "Ab"), (r"\XC3A9\t\x0d0a\ ", "ét\r\n "), (r"\XFF\ ", "\ufffd ")]
)
def test_case_31_bytes_by_their_numbers_are_read_in_the_character_set(text, value):
    assert value_of(text) == (value, [])


def test_case_31_the_character_set_is_that_of_the_message():
    assert value_of(r"\XE9\t", charset="8859/1") == ("ét", [])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r"a\.br\b", "a\nb"),
        (r"a\.BR\b", "a\nb"),
        (r"a\.sp2\b", "a\n\nb"),
        (r"a\.sk3\b", "a   b"),
        (r"\.in+4\a\.fi\b\.ce\c", "ab\nc"),
    ],
)
def test_case_32_formatting_commands(text, value):
    assert value_of(text) == (value, [])


def test_case_32_a_count_fills_no_memory():
    assert len(value_of(r"\.sp9999\ ")[0]) <= 201


@pytest.mark.parametrize("text", [r"\Zabc\ ", r"\X4\ ", r"C:\lab\new", "a\\", r"\.xy\ ", r"\CFFFF\x"])
def test_case_33_unknown_sequences_stand_as_they_came_and_are_told(text):
    value, problems = value_of(text)
    assert value == text
    assert problems == (["RL-WIR-209"] if "CFFFF" not in text else [])


@pytest.mark.parametrize(
    ("text", "value", "codec"),
    [
        ("\\C2D4C\\" + "\xb6\xe3\xda" + r"\C2842\ a", "Жук a", "iso8859-1"),
        ("\\M2442\\" + "駿河".encode("iso2022_jp")[3:-3].decode() + r"\C2842\!", "駿河!", "iso8859-1"),
        (r"plain \C2842\text", "plain text", "iso8859-1"),
    ],
)
def test_case_34_switches_of_character_set(text, value, codec):
    assert value_of(text, charset="8859/1", codec=codec)[0] == value


def test_case_35_another_escape_character_is_taken_from_the_message():
    message = read(b"MSH|^~!&|||||||ORU^R01|1|P|2.5.1\rNTE|1||a!F!b\\F\\c\r")
    assert message.get("NTE-3") == "a|b\\F\\c"
    assert message.problems == ()


def test_case_36_msh_2_is_no_escape_sequence():
    assert read(b"MSH|^~\\&|||||||ORU^R01|1|P|2.5.1\r").problems == ()
