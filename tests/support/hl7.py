"""Samples and strategies of the HL7 codecs: real messages, any message, any slicing."""

from collections.abc import Iterator
from pathlib import Path

from hypothesis import strategies as st

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "hl7v2"
NO_DATA = "the real messages (../shared/data/hl7v2) are not here"

ORU = (
    b"MSH|^~\\&|COBAS|LAB|LIS|HOSP|20261123101500+0100||ORU^R01^ORU_R01|MSG00001|P|2.5.1|||||BE|UNICODE UTF-8\r"
    b"PID|1||123456^^^HOSP^MR~79010112345^^^BE^NN||D\xc3\xa9sir\xc3\xa9^Anna^^^Mme||19790101|F\r"
    b"PV1|1|I|CHIR^201^1\r"
    b"ORC|RE|A12345|B12345||CM\r"
    b"OBR|1|A12345|B12345|24323-8^Chimie^LN|||20261123093000\r"
    b"OBX|1|NM|2823-3^Potassium^LN^K^Kalium^L||4.1|mmol/L^^UCUM|3.5-5.1|N|||F|||20261123101000||OP1||c503^ROCHE|20261123101100\r"
    b"NTE|1|L|h\\T\\moly\\X73\\e\r"
    b"OBX|2|SN|2345-7^Glucose^LN||>^200|mg/dL|70-105|HH~A|||P\r"
)


def samples() -> list[Path]:
    """Return every file of the real messages; none where the data is absent."""
    return sorted(path for path in DATA.rglob("*") if path.is_file()) if DATA.is_dir() else []


def slices(data: bytes, sizes: Iterator[int]) -> Iterator[bytes]:
    """Cut data into pieces of the sizes, again and again."""
    at = 0
    while at < len(data):
        size = max(1, next(sizes))
        yield data[at : at + size]
        at += size


TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
ASCII = st.text(st.characters(max_codepoint=0x7E), max_size=12)
NAMES = st.from_regex(r"[A-Z][A-Z0-9]{2}", fullmatch=True).filter(lambda name: name != "MSH")


def filled(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return values.filter(bool)


def fields(values: st.SearchStrategy[str]) -> st.SearchStrategy[object]:
    """A value, components, components with subcomponents, or repeats of these; nothing empty at an end."""
    full = filled(values)
    inner = st.tuples(values, full)
    components = st.tuples(values, st.one_of(full, inner))
    return st.one_of(full, components, st.lists(st.one_of(full, components), min_size=2, max_size=3))


def segments(values: st.SearchStrategy[str]) -> st.SearchStrategy[list[list[object]]]:
    """The segments of a message, as `build` takes them."""
    head = st.tuples(full := filled(values), full, full).map(
        lambda ids: ["MSH", "", "", ids[0], "", ids[1], "", "20261123", "", ("ORU", "R01"), ids[2], "P", "2.5.1"]
    )
    other = st.builds(lambda name, rest: [name, *rest], NAMES, st.lists(fields(values), min_size=1, max_size=5))
    return st.builds(lambda first, rest: [first, *rest], head, st.lists(other, max_size=5))
