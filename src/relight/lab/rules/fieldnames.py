"""What the fields of records and segments are called, for people who look at a message.

Owns the names of what laboratory messages use. A field without a name is shown by its place alone.
Source: LIS02-A2 clauses 6-14; HL7 v2.5.1 chapters 2, 3, 4, 7, 13.
"""

from __future__ import annotations

from collections.abc import Mapping

from relight.kernel.errors import N_

ASTM_RECORDS: Mapping[str, str] = {
    "H": N_("Header"),
    "P": N_("Patient"),
    "O": N_("Test order"),
    "R": N_("Result"),
    "C": N_("Comment"),
    "Q": N_("Query"),
    "M": N_("Manufacturer's record"),
    "S": N_("Scientific record"),
    "L": N_("End"),
}
ASTM_FIELDS: Mapping[str, Mapping[int, str]] = {
    "H": {
        2: N_("Delimiters"),
        3: N_("Control id"),
        5: N_("Sender"),
        10: N_("Receiver"),
        12: N_("Processing"),
        13: N_("Version"),
        14: N_("Sent at"),
    },
    "P": {
        2: N_("Number"),
        3: N_("Practice's patient id"),
        4: N_("Laboratory's patient id"),
        5: N_("Third patient id"),
        6: N_("Patient's name"),
        8: N_("Birth date"),
        9: N_("Sex"),
        14: N_("Physician"),
        26: N_("Location"),
    },
    "O": {
        2: N_("Number"),
        3: N_("Sample"),
        4: N_("Analyzer's sample id"),
        5: N_("Test"),
        6: N_("Priority"),
        7: N_("Ordered at"),
        8: N_("Taken at"),
        12: N_("Action"),
        16: N_("Specimen"),
        26: N_("Report type"),
    },
    "R": {
        2: N_("Number"),
        3: N_("Test"),
        4: N_("Value"),
        5: N_("Unit"),
        6: N_("Reference range"),
        7: N_("Flags"),
        8: N_("Nature of flags"),
        9: N_("Result status"),
        11: N_("Operator"),
        12: N_("Started at"),
        13: N_("Measured at"),
        14: N_("Instrument"),
    },
    "C": {2: N_("Number"), 3: N_("Source"), 4: N_("Text"), 5: N_("Type")},
    "Q": {2: N_("Number"), 3: N_("Samples asked about"), 5: N_("Test"), 13: N_("Status asked")},
    "L": {2: N_("Number"), 3: N_("Why it ends")},
}
HL7_SEGMENTS: Mapping[str, str] = {
    "MSH": N_("Header"),
    "MSA": N_("Acknowledgement"),
    "ERR": N_("Error"),
    "PID": N_("Patient"),
    "PV1": N_("Stay"),
    "ORC": N_("Test order"),
    "OBR": N_("Request"),
    "OBX": N_("Result"),
    "NTE": N_("Comment"),
    "SPM": N_("Specimen"),
    "SAC": N_("Container"),
    "INV": N_("Material"),
    "QPD": N_("Query"),
    "RCP": N_("Answer wanted"),
    "TCD": N_("Test code details"),
    "EQU": N_("Equipment"),
    "TQ1": N_("When and how urgent"),
}
HL7_FIELDS: Mapping[str, Mapping[int, str]] = {
    "MSH": {
        2: N_("Delimiters"),
        3: N_("Sender"),
        4: N_("Sending facility"),
        5: N_("Receiver"),
        6: N_("Receiving facility"),
        7: N_("Sent at"),
        9: N_("Message type"),
        10: N_("Control id"),
        11: N_("Processing"),
        12: N_("Version"),
        15: N_("Accept acknowledgement"),
        16: N_("Application acknowledgement"),
        18: N_("Character set"),
        21: N_("Profile"),
    },
    "MSA": {1: N_("Acknowledgement"), 2: N_("Control id acknowledged"), 3: N_("Text")},
    "ERR": {2: N_("Place of the error"), 3: N_("Error"), 4: N_("Severity"), 8: N_("Text")},
    "PID": {
        1: N_("Number"),
        2: N_("Patient id"),
        3: N_("Patient ids"),
        5: N_("Patient's name"),
        7: N_("Birth date"),
        8: N_("Sex"),
    },
    "PV1": {2: N_("Patient class"), 3: N_("Location"), 7: N_("Physician"), 19: N_("Stay number")},
    "ORC": {1: N_("Action"), 2: N_("Placer's number"), 3: N_("Filler's number"), 5: N_("Order status")},
    "OBR": {
        1: N_("Number"),
        2: N_("Placer's number"),
        3: N_("Filler's number"),
        4: N_("Test"),
        7: N_("Taken at"),
        15: N_("Specimen"),
        16: N_("Physician"),
        22: N_("Reported at"),
        25: N_("Result status"),
    },
    "OBX": {
        1: N_("Number"),
        2: N_("Value type"),
        3: N_("Test"),
        4: N_("Sub-id"),
        5: N_("Value"),
        6: N_("Unit"),
        7: N_("Reference range"),
        8: N_("Flags"),
        11: N_("Result status"),
        14: N_("Observed at"),
        16: N_("Operator"),
        18: N_("Instrument"),
        19: N_("Measured at"),
    },
    "NTE": {1: N_("Number"), 2: N_("Source"), 3: N_("Text"), 4: N_("Type")},
    "SPM": {1: N_("Number"), 2: N_("Sample"), 4: N_("Specimen"), 11: N_("Role"), 17: N_("Taken at")},
    "SAC": {3: N_("Container"), 4: N_("Primary container"), 10: N_("Carrier"), 11: N_("Position in the carrier")},
    "INV": {1: N_("Material"), 2: N_("Status"), 3: N_("Type"), 12: N_("Expiry date"), 16: N_("Lot")},
    "QPD": {1: N_("Query name"), 2: N_("Query tag"), 3: N_("Sample")},
    "RCP": {1: N_("Priority"), 2: N_("How many")},
}


def record_name(name: str, *, hl7: bool) -> str:
    """Return what a record or segment is called, in English; empty for one nobody named."""
    return (HL7_SEGMENTS if hl7 else ASTM_RECORDS).get(name, "")


def field_name(name: str, number: int, *, hl7: bool) -> str:
    """Return what a field is called, in English; empty for one nobody named."""
    return (HL7_FIELDS if hl7 else ASTM_FIELDS).get(name, {}).get(number, "")
