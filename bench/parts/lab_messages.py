"""What the analyzers of `bench/lab.py` send: a message of HL7 v2, a transmission of ASTM. No dependency."""

from __future__ import annotations

_TESTS = (
    ("2823-3", "Potassium", "4.1", "mmol/L", "3.5-5.1"),
    ("2951-2", "Sodium", "139", "mmol/L", "136-145"),
    ("2075-0", "Chloride", "103", "mmol/L", "98-107"),
    ("2345-7", "Glucose", "5.4", "mmol/L", "3.9-6.1"),
    ("2160-0", "Creatinine", "78", "umol/L", "45-84"),
    ("3094-0", "Urea", "5.0", "mmol/L", "2.8-8.1"),
    ("1988-5", "C reactive protein", "3.1", "mg/L", "0-5"),
    ("1742-6", "ALT", "21", "U/L", "7-35"),
)

ASTM_RECORDS = (
    rb"H|\^&|||ANALYZER^1^2.4|||||RELIGHT||P|LIS2-A2|20261123080000",
    b"P|1||77||DUPONT^ELISE||19700101|F",
    b"O|1|S1||^^^ALL|R",
    b"R|1|^^^2823-3^K|4.1|mmol/L|3.5-5.1|N||F||||20261123075900|ANALYZER",
    b"L|1|N",
)


def hl7_message() -> bytes:
    """Return an ORU^R01 of eight results, 1.4 kB; `@ID@` stands where its control id goes."""
    lines = [
        "MSH|^~\\&|ANALYZER|LAB|RELIGHT|LAB|20261123080000||ORU^R01^ORU_R01|@ID@|P|2.5.1||||||UNICODE UTF-8",
        "PID|1||77^^^HOSP^MR||DUPONT^ELISE^MARIE||19700101|F|||12 RUE DES ECOLES^^ARLON^^6700^BE",
        "PV1|1|I|CARD^204^B^ARLON||||0481^LAMBERT^JEAN",
        "OBR|1|O260001|S26000123|24323-8^Comprehensive metabolic panel^LN|||20261123075500",
    ]
    for place, (code, name, value, unit, limits) in enumerate(_TESTS, start=1):
        lines.append(
            f"OBX|{place}|NM|{code}^{name}^LN^{code}L^{name}^99LAB||{value}|{unit}^^UCUM|{limits}|N|||F"
            f"|||20261123075900||TECH01||COBAS^8000"
        )
    lines.append("NTE|1||Sample slightly haemolysed, potassium checked a second time on the same tube by TECH01.")
    lines.append("SPM|1|S26000123||SER^Serum^HL70487|||||||P")
    return ("\r".join(lines) + "\r").encode()


def astm_text() -> bytes:
    """Return the records of one transmission, each ended by CR."""
    return b"".join(record + b"\r" for record in ASTM_RECORDS)


def astm_frame(number: int, record: bytes) -> bytes:
    """Return one frame: STX, number, record, CR, ETX, checksum, CR, LF."""
    body = b"%d%b\r\x03" % (number % 8, record)
    return b"\x02%b%02X\r\n" % (body, sum(body) & 0xFF)
