"""Results, one shape for every message that carries them: OUL^R21 to R24 (LAB-29), ORU^R01, ORU^R30 to R32.

Owns which OBX belongs to which order and which sample. Refuses units, codes and their meaning (drivers), and
dropping: each OBX of a message is in exactly one `SpecimenResults`, under `results` or `about`.
Source: IHE PaLM TF-2b LAB-29; HL7 v2.5.1 and v2.8 chapter 7; docs/design/hl7.md, cases 90-104.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from relight.wire.hl7 import Message, Segment
from relight.wire.law.fields import coded, distinct, entity, pair, patient_read, plain, role_read, value
from relight.wire.law.types import Coded, Patient, Reagent, ResultLine, Role, SampleId, SpecimenResults

_CODED_TYPES = frozenset({"CE", "CWE", "CNE", "CF", "IS"})


@dataclass(slots=True)
class _Line:
    obx: Segment
    number: int
    orders: tuple[str, ...]
    notes: list[str] = field(default_factory=list)
    reagents: list[Reagent] = field(default_factory=list)


@dataclass(slots=True)
class _Group:
    """What is being gathered of one sample."""

    patient: Patient = field(default_factory=Patient)
    ids: list[SampleId] = field(default_factory=list)
    spm: Segment | None = None
    sac: Segment | None = None
    placer: list[str] = field(default_factory=list)
    filler: list[str] = field(default_factory=list)
    tests: list[Coded] = field(default_factory=list)
    collected_at: str = ""
    lines: list[_Line] = field(default_factory=list)
    about: list[_Line] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    reagents: list[Reagent] = field(default_factory=list)
    current: tuple[str, ...] = ()  # numbers of the order that is open
    ordered: bool = False  # an ORC or OBR was met
    tested: bool = False  # the OBR of the open order was met


def results(message: Message) -> tuple[SpecimenResults, ...]:
    """Read the results of a message, in its order; none where it carries none.

    What stands first says how the message is built: a sample before its orders (OUL^R21 to R23), or orders, each
    perhaps followed by its sample (ORU, OUL^R24). ORC stands before its OBR or after it, all through a message.
    """
    names = [segment.name for segment in message.segments]
    orders = [place for place, name in enumerate(names) if name in ("ORC", "OBR")]
    samples = [place for place, name in enumerate(names) if name in ("SPM", "SAC")]
    gathering = _Gathering(
        sample_first=bool(samples) and (not orders or samples[0] < orders[0]),
        orc_opens=bool(orders) and names[orders[0]] == "ORC",
        has_orders=bool(orders),
    )
    return gathering.run(message)


class _Gathering:
    """One pass over the segments."""

    def __init__(self, *, sample_first: bool, orc_opens: bool, has_orders: bool) -> None:
        self._sample_first = sample_first
        self._orc_opens = orc_opens
        self._has_orders = has_orders
        self._group = _Group()
        self._done: list[SpecimenResults] = []
        self._last: _Line | None = None
        self._observations = 0

    def run(self, message: Message) -> tuple[SpecimenResults, ...]:
        steps = {
            "PID": self._pid,
            "PV1": self._pv1,
            "SPM": self._spm,
            "SAC": self._sac,
            "ORC": self._orc,
            "OBR": self._obr,
            "OBX": self._obx,
            "INV": self._inv,
            "SID": self._sid,
            "NTE": self._nte,
        }
        for segment in message.segments:
            step = steps.get(segment.name)
            if step is not None:
                step(segment)
        self._close()
        return tuple(self._done)

    def _close(self) -> None:
        group = self._group
        if group.lines or group.about or group.ordered:
            if not group.lines and not (self._sample_first and self._has_orders):
                # OBX right after the SPM of their order, or in a message without orders: results all the same
                group.lines, group.about = group.about, []
            self._done.append(_finished(group))
        self._group = _Group(patient=group.patient)
        self._last = None

    def _pid(self, pid: Segment) -> None:
        self._close()
        self._group.patient = patient_read(pid)

    def _pv1(self, pv1: Segment) -> None:
        self._group.patient = replace(self._group.patient, visit=value(pv1, 19), ward=value(pv1, 3))

    def _spm(self, spm: Segment) -> None:
        group = self._group
        if self._sample_first and (group.spm or group.sac or group.ordered):
            self._close()
        self._sample(spm)

    def _sample(self, spm: Segment) -> None:
        group = self._group
        group.spm = group.spm or spm
        for repeat in range(len(spm.repeats(2))):
            group.ids += pair(spm, 2, repeat)
        accession = entity(spm, 30)
        if accession:
            group.ids.append(accession)
        group.collected_at = group.collected_at or value(spm, 17)
        self._last = None

    def _sac(self, sac: Segment) -> None:
        spm = self._group.spm
        if self._sample_first and self._group.ordered:  # the next container (R21), perhaps of the same sample (R23)
            self._close()
            if spm:
                self._sample(spm)
        self._group.sac = self._group.sac or sac
        for number in (3, 4):
            found = entity(sac, number)
            if found:
                self._group.ids.append(found)
        self._last = None

    def _orc(self, orc: Segment) -> None:
        if self._orc_opens:
            self._open()
        self._numbers(orc)
        self._last = None

    def _obr(self, obr: Segment) -> None:
        if not self._orc_opens or self._group.tested or not self._group.ordered:
            self._open()
        group = self._group
        group.tested = True
        group.tests.append(coded(obr, 4))
        group.collected_at = group.collected_at or value(obr, 7)
        self._numbers(obr)
        self._last = None

    def _open(self) -> None:
        """An order begins. Without a sample before it, it is a group of its own."""
        if self._group.ordered and not self._sample_first:
            self._close()
        self._group.ordered, self._group.tested, self._group.current = True, False, ()

    def _numbers(self, segment: Segment) -> None:
        """Take the order numbers of ORC or OBR: both have them in 2 and 3."""
        for number, known in ((2, self._group.placer), (3, self._group.filler)):
            found = value(segment, number)
            if found and found not in known:
                known.append(found)
            if found and found not in self._group.current:
                self._group.current += (found,)

    def _obx(self, obx: Segment) -> None:
        self._observations += 1
        group = self._group
        line = _Line(obx, self._observations, group.current)
        about = not group.ordered or (not self._sample_first and group.spm is not None)
        (group.about if about else group.lines).append(line)
        self._last = line

    def _inv(self, inv: Segment) -> None:
        (self._last.reagents if self._last else self._group.reagents).append(_reagent(inv))

    def _sid(self, sid: Segment) -> None:
        """SID, the substance segment before v2.5."""
        found = Reagent(id=value(sid, 1), name=plain(sid.component(1, 2)), lot=value(sid, 2))
        (self._last.reagents if self._last else self._group.reagents).append(found)

    def _nte(self, nte: Segment) -> None:
        text = "\n".join(plain(part) for part in nte.repeats(3))
        if text:
            (self._last.notes if self._last else self._group.notes).append(text)


def _reagent(inv: Segment) -> Reagent:
    return Reagent(
        id=value(inv, 1),
        name=plain(inv.component(1, 2)),
        kind=value(inv, 3),
        lot=value(inv, 16),
        expires=value(inv, 12),
    )


def _finished(group: _Group) -> SpecimenResults:
    role = role_read(group.spm) if group.spm else Role.OTHER
    control = next((reagent for reagent in group.reagents if reagent.kind == "CO"), None)
    sample_type = coded(group.spm, 4) if group.spm else Coded()
    # a control that its sender gives no role is known by its type, or by the control material (INV) it was made of
    is_qc = role is Role.CONTROL or (role is Role.OTHER and (sample_type.code in ("Q", "QC") or control is not None))
    ids = distinct(group.ids)
    material = (control.name or control.id) if control else ""
    return SpecimenResults(
        sample_ids=ids,
        sample_type=sample_type,
        role=role,
        is_qc=is_qc,
        qc_material=(material or (ids[0].value if ids else "")) if is_qc else "",
        qc_lot=control.lot if control and is_qc else "",
        rack=value(group.sac, 10) if group.sac else "",
        position=value(group.sac, 11) if group.sac else "",
        patient=group.patient,
        placer=tuple(group.placer),
        filler=tuple(group.filler),
        tests=tuple(group.tests),
        collected_at=group.collected_at,
        results=tuple(map(_line, group.lines)),
        about=tuple(map(_line, group.about)),
        notes=tuple(group.notes),
        reagents=tuple(group.reagents),
    )


def _line(line: _Line) -> ResultLine:
    obx = line.obx
    code = coded(obx, 3)
    unit = [plain(part) for part in obx.components(6)[:3]]
    kind = value(obx, 2).upper()
    repeats = [plain(part) for part in obx.repeats(5)]
    return ResultLine(
        code=code.code,
        code_text=code.text,
        system=code.system,
        alt_code=code.alt_code,
        alt_text=code.alt_text,
        alt_system=code.alt_system,
        value="~".join(repeats),
        shown=_shown(obx, kind, repeats),
        value_type=kind,
        unit=next((part for part in unit[:2] if part), ""),
        unit_system=unit[2] if len(unit) > 2 else "",
        reference_range=plain(obx.field(7)),
        flags=_firsts(obx, 8),
        status=value(obx, 11),
        observed_at=value(obx, 14),
        analyzed_at=value(obx, 19),
        operator=value(obx, 16),
        equipment=_firsts(obx, 18),
        sub_id=plain(obx.field(4)),
        supplement=code.alt_system == "IHELAW" and code.alt_code.startswith("S_"),
        order_ids=line.orders,
        notes=tuple(line.notes),
        reagents=tuple(line.reagents),
        number=line.number,
    )


def _firsts(obx: Segment, number: int) -> tuple[str, ...]:
    """Return the first component of each repeat that has one."""
    return tuple(found for place in range(len(obx.repeats(number))) if (found := plain(obx.first(number, 1, place))))


def _shown(obx: Segment, kind: str, repeats: list[str]) -> str:
    """Return the value for a person: `Not detected` for a code, `>200` or `1:128` for a structured number."""
    if kind == "SN":
        return "~".join("".join(map(plain, obx.components(5, place))) for place in range(len(repeats)))
    if kind in _CODED_TYPES:
        found = [coded(obx, 5, place) for place in range(len(repeats))]
        return "~".join(one.text or one.code or one.alt_text or one.alt_code for one in found)
    return "~".join(repeats)
