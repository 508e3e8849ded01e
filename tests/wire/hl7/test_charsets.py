"""Which bytes are which letters. Cases: docs/design/hl7.md."""

import pytest

from relight.wire.hl7 import read


def message_of(charset, content):
    return read(b"MSH|^~\\&|||||||ORU^R01|1|P|2.5.1||||||" + charset + b"\rPID|1||||" + content + b"\r")


@pytest.mark.parametrize(
    ("charset", "codec"),
    [
        ("UNICODE UTF-8", "utf-8"),
        ("UTF-8", "utf-8"),
        ("UNICODE?UTF-8", "utf-8"),
        ("8859/1", "iso8859-1"),
        ("ISO-8859-1", "iso8859-1"),
        ("8859/2", "iso8859-2"),
        ("8859/5", "iso8859-5"),
        ("8859/7", "iso8859-7"),
        ("8859/9", "iso8859-9"),
        ("8859/15", "iso8859-15"),
        ("GB 18030-2000", "gb18030"),
        ("KS X 1001", "euc_kr"),
        ("BIG-5", "cp950"),
        ("~ISO IR87", "iso2022_jp_2"),
    ],
)
def test_case_20_each_declared_set_is_read_by_its_codec(charset, codec):
    name = {
        "iso8859-5": "Жук",
        "iso8859-7": "Δοκιμή",
        "iso8859-2": "Łódź",
        "iso8859-9": "Işık",
        "iso8859-15": "Œuf €",
        "gb18030": "张伟",
        "euc_kr": "김철수",
        "cp950": "功能",  # its second bytes are delimiters of HL7
        "iso2022_jp_2": "駿河",
    }.get(codec, "Désiré")
    message = message_of(charset.encode(), name.encode(codec))
    assert (message.get("PID-5"), message.charset, message.problems) == (name, codec, ())


def test_case_21_without_msh_18_utf_8_is_read():
    assert message_of(b"", "Désiré".encode()).get("PID-5") == "Désiré"
    assert message_of(b"", "Désiré".encode()).problems == ()


@pytest.mark.parametrize("charset", [b"", b"ASCII"])
def test_case_22_bytes_that_are_no_utf_8_are_read_as_iso_8859_1_and_told(charset):
    message = message_of(charset, b"D\xe9sir\xe9")
    assert message.get("PID-5") == "Désiré"
    assert [(p.code, p.at) for p in message.problems] == [("RL-WIR-204", message.raw.index(b"\xe9"))]


def test_case_23_an_unknown_set_is_told_by_its_name_and_read_all_the_same():
    message = message_of(b"KLINGON", "Désiré".encode())
    assert message.get("PID-5") == "Désiré"
    assert [p.code for p in message.problems] == ["RL-WIR-203"]
    assert "KLINGON" in message.problems[0].message()


def test_case_24_bytes_that_do_not_fit_the_declared_set_are_marked_told_and_kept():
    message = message_of(b"UNICODE UTF-8", b"D\xe9sir\xe9")
    assert message.get("PID-5") == "D\ufffdsir\ufffd"
    assert [(p.code, p.at) for p in message.problems] == [("RL-WIR-205", message.raw.index(b"\xe9"))]
    assert message.render() == message.raw


def test_case_27_utf_8_under_the_name_of_another_set_is_read_as_declared_and_told():
    message = message_of(b"8859/1", "Désiré".encode())
    assert message.get("PID-5") == "DÃ©sirÃ©"
    assert [(p.code, p.at) for p in message.problems] == [("RL-WIR-226", message.raw.index(b"\xc3"))]


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-be", "utf-32"])
def test_case_25_wide_characters_are_read(codec):
    raw = "MSH|^~\\&|||||||ORU^R01|1|P|2.5.1||||||UNICODE UTF-16\rPID|1||||Désiré\r".encode(codec)
    message = read(raw)
    assert message.get("PID-5") == "Désiré"
    assert message.render() == raw


def test_case_26_places_of_problems_count_bytes_not_letters():
    message = read("MSH|^~\\&|||||||ORU^R01|1|P|2.5.1||||||UNICODE UTF-8\rPID|1||||éé\rPV|1\r".encode())
    assert message.raw[message.problems[0].at :].startswith(b"PV|1")


def test_no_problem_is_placed_beyond_the_end_though_many_bytes_are_no_text():
    """Each byte that is no text counts as the three of its replacement: only near, but inside the message."""
    raw = b"MSH|^~\\&|A||||20260101||ORU^R01^" + b"\xff" * 40 + b"|1|P|2.5|||||BE|UNICODE UTF-8\rOBX|1|ST|x||\\ZZ"
    places = [problem.at for problem in read(raw).problems]
    assert len(places) >= 2
    assert all(0 <= place <= len(raw) for place in places)
