"""What an analyzer and a laboratory system tell each other, once it is read.

Owns the typed values of IHE LAW and of results in general. All texts are as the sender wrote them, decoded and
unescaped; the HL7 null `""` is an empty text. Source: IHE PaLM TF-2b, LAB-27 to LAB-29.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from relight.wire.hl7 import STANDARD_DELIMITERS, UTF8, Delimiters, Head, Verbatim


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """A coded value: HL7 CE, CWE. Args: alt_…: the second coding of the same thing."""

    code: str = ""
    text: str = ""
    system: str = ""
    alt_code: str = ""
    alt_text: str = ""
    alt_system: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleId:
    """An identifier of a sample. `authority` is who gave it; an id without it is only known to its sender."""

    value: str
    authority: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientId:
    """One repeat of PID-3. Args: authority: CX-4. kind: CX-5, such as MR or PI."""

    value: str
    authority: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """What PID and PV1 say. Args: birth: HL7 time as written. sex: F, M, O, U, A, N or empty."""

    ids: tuple[PatientId, ...] = ()
    family: str = ""
    given: str = ""
    birth: str = ""
    sex: str = ""
    visit: str = ""
    ward: str = ""

    @property
    def empty(self) -> bool:
        """True when the message says nothing that could identify anybody."""
        return not (self.ids or self.family or self.given or self.birth)


class Role(Enum):
    """SPM-11, table 0369: what a sample is for."""

    PATIENT = "P"
    CONTROL = "Q"
    CALIBRATOR = "C"
    POOL = "L"
    REPLICATE = "R"
    BLIND = "B"
    UNKNOWN = "U"
    OTHER = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reagent:
    """One INV: what a result was measured with. Args: kind: R1, CO, ...; lot: INV-16; expires: as written."""

    id: str
    name: str = ""
    kind: str = ""
    lot: str = ""
    expires: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultLine:
    """One OBX.

    Args: code, code_text, system, alt_…: OBX-3. value: OBX-5 whole, repeats parted by `~`. shown: the same for a
    person: the text of a code, the parts of a structured number in a row. value_type: OBX-2. unit: OBX-6.
    reference_range: OBX-7. flags: OBX-8. status: OBX-11: P preliminary, F final, C corrected, X none, D delete…
    observed_at, analyzed_at: OBX-14, OBX-19 as written. operator: OBX-16. equipment: OBX-18. sub_id: OBX-4; numbers
    runs and replicates. supplement: says how a result was made and is none itself (LAW, OBX-3.4 `S_…`).
    order_ids: of the order it answers. notes: NTE. reagents: INV. number: of the OBX segment in the message, from 1.
    """

    code: str
    code_text: str
    system: str
    alt_code: str
    alt_text: str
    alt_system: str
    value: str
    shown: str
    value_type: str
    unit: str
    unit_system: str
    reference_range: str
    flags: tuple[str, ...]
    status: str
    observed_at: str
    analyzed_at: str
    operator: str
    equipment: tuple[str, ...]
    sub_id: str
    supplement: bool
    order_ids: tuple[str, ...]
    notes: tuple[str, ...]
    reagents: tuple[Reagent, ...]
    number: int

    @property
    def test_code(self) -> str:
        """The code of the test: the first coding, or the second where a sender fills only that."""
        return self.code or self.alt_code


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecimenResults:
    """The results of one sample, or of one order where the message names no sample.

    Args: sample_ids: SPM-2, SAC-3, SPM-30, without repeats. placer, filler: order numbers of ORC and OBR, in order.
    is_qc: the sample is a control. qc_material, qc_lot: of the control, when given. role: SPM-11. rack, position: SAC.
    tests: OBR-4 of each order. about: OBX about the sample or the patient, not results of an order. reagents: INV
    before any order, such as the control itself.
    """

    sample_ids: tuple[SampleId, ...]
    sample_type: Coded
    role: Role
    is_qc: bool
    qc_material: str
    qc_lot: str
    rack: str
    position: str
    patient: Patient
    placer: tuple[str, ...]
    filler: tuple[str, ...]
    tests: tuple[Coded, ...]
    collected_at: str
    results: tuple[ResultLine, ...]
    about: tuple[ResultLine, ...]
    notes: tuple[str, ...]
    reagents: tuple[Reagent, ...]

    @property
    def order_ids(self) -> tuple[str, ...]:
        """The order numbers, the receiver's first."""
        return (*self.placer, *(number for number in self.filler if number not in self.placer))

    @property
    def sample(self) -> str:
        """The sample as the message names it; without one, the first filler or placer number of its order.

        Many analyzers that speak ORU carry the sample's label there; only their driver knows. Matching asks
        `sample_ids`.
        """
        if self.sample_ids:
            return self.sample_ids[0].value
        return next(iter((*self.filler, *self.placer)), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Who sends what to whom.

    Args: control_id: unique at this end. at: with its zone where that is known. sender_…, receiver_…: MSH-3 to
    MSH-6; components are parted by `^` (`APP^1.2.3^ISO`).
    """

    control_id: str
    at: datetime
    sender_app: str = ""
    sender_facility: str = ""
    receiver_app: str = ""
    receiver_facility: str = ""
    processing_id: str = "P"
    version: str = "2.5.1"
    charset: str = UTF8
    delimiters: Delimiters = STANDARD_DELIMITERS

    @classmethod
    def answering(cls, head: Head, *, control_id: str, at: datetime) -> Envelope:
        """Return the envelope of an answer: ends swapped, in the asker's version and delimiters."""
        return cls(
            control_id=control_id,
            at=at,
            sender_app=Verbatim(head.text(5)),
            sender_facility=Verbatim(head.text(6)),
            receiver_app=Verbatim(head.text(3)),
            receiver_facility=Verbatim(head.text(4)),
            processing_id=head.processing_id or "P",
            version=head.version or "2.5.1",
            delimiters=head.delimiters,
        )


class QueryKind(Enum):
    """QPD-1 of LAB-27: what an analyzer asks by."""

    SAMPLE = "WOS"
    ALL = "WOS_ALL"
    RACK = "WOS_BY_RACK"
    TRAY = "WOS_BY_TRAY"
    ISOLATE = "WOS_BY_ISOLATE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """LAB-27: an analyzer asks for the work on a sample. `name`: QPD-1 as it came, to be echoed."""

    kind: QueryKind
    tag: str
    sample: str = ""
    authority: str = ""
    rack: str = ""
    position: str = ""
    tray: str = ""
    tray_position: str = ""
    location: str = ""
    isolate: str = ""
    name: Coded = Coded()


class QueryStatus(Enum):
    """QAK-2, table 0208."""

    FOUND = "OK"
    NOT_FOUND = "NF"
    ERROR = "AE"
    REJECTED = "AR"


class OrderControl(Enum):
    """ORC-1 of an order (table 0119), as far as LAW uses it."""

    NEW = "NW"
    CANCEL = "CA"
    NONE = "DC"  # nothing to do for this sample: the negative answer to a query
    OTHER = ""


class OrderAnswer(Enum):
    """ORC-1 of an answer to an order."""

    ACCEPTED = "OK"
    UNABLE = "UA"
    CANCELLED = "CR"
    NOT_CANCELLED = "UC"
    OTHER = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One test to be done. Args: placer: OBR-2, the order number it is answered with. priority: R, S, A, …"""

    control: OrderControl
    placer: str = ""
    test: Coded = Coded()
    priority: str = ""
    dilution: str = ""
    ordered_at: str = ""
    specimen_action: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkOrder:
    """LAB-28: the tests of one sample. A control has no patient, and `role` CONTROL."""

    sample: SampleId
    orders: tuple[Order, ...]
    patient: Patient | None = None
    sample_type: Coded = Coded()
    role: Role = Role.PATIENT
    collected_at: str = ""
    rack: str = ""
    position: str = ""
    tray: str = ""
    tray_position: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredOrder:
    """One ORC of an ORL. Args: status: ORC-5: SC scheduled, IP in process, CM complete, CA cancelled, …"""

    answer: OrderAnswer
    placer: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredSample:
    """The answers of one sample of an OML."""

    sample: SampleId
    orders: tuple[AnsweredOrder, ...]
