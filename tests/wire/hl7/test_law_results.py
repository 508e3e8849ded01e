"""LAB-29 and ORU: results in one shape. Cases: docs/design/hl7.md."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relight.wire.hl7 import read
from relight.wire.law import PatientId, Reagent, Role, SampleId, results
from support.hl7 import DATA, NO_DATA, ORU

OUL = (
    "MSH|^~\\&|cobas pure||Host||20250701193219+0900||OUL^R22^OUL_R22|159|P|2.5.1|||NE|AL||UNICODE UTF-8|||LAB-29^IHE",
    "PID|||4711^^^HOSP^PI||Martin^Luc||19610615|M",
    "PV1||I|CHIR^201||||||||||||||||V77",
    "SPM|1|022&BARCODE^F9&LIS||SERPLAS^^99ROC|||||||P^^HL70369||||||20250701080000",
    "OBX|1|NM|VOL^Volume^L||2|mL|||||F",
    "SAC|||022^BARCODE|||||||50120|2",
    "OBR|1|P1||20490^CRP^99ROC",
    "ORC|SC||||CM",
    "TQ1|||||||||R^^HL70485",
    'OBX|1|NM|20490^CRP^99ROC^^^IHELAW|1|32.2|mg/L^^99ROC|""|N^^HL70078~A|||F|||20250701192440||Admin~REALTIME||c503^ROCHE~24V5^ROCHE|20250701192446',
    "INV|2049001|OK^^HL70383~CURRENT^^99ROC|R1|514|1|8||||||20261030||||256616",
    "NTE|1|L|checked~twice",
    "OBX|2|DTM|PT^Pipetting_Time^99ROC^S_OTHER^Other^IHELAW|1|20250701191426||||||F",
    "OBR|2|P2||20340^GLU^99ROC",
    "ORC|SC||||CM",
    "OBX|1|SN|20340^GLU^99ROC||>^200|mg/dL|||||P",
)
QC = (
    OUL[0],
    'SPM|1|20391&CONTROL||""|||||||Q^^HL70369',
    "SAC|||20391^CONTROL|||||||704966",
    "INV|20391^PCCC1^99ROC|OK^^HL703843|CO^^HL70384|||||||||20260430||||L0815",
    'OBR|1|""||20340^^99ROC',
    "OBX|1|NM|20340^20340^99ROC^^^IHELAW|1|9.02|mg/dL^^99ROC||N^^HL70078|||F",
)


def read_results(*lines):
    return results(read("\r".join(lines).encode() + b"\r"))


def test_case_90_a_sample_with_its_orders_is_one_group():
    (group,) = read_results(*OUL)
    assert group.sample == "022"
    assert group.sample_ids == (SampleId(value="022", authority="BARCODE"), SampleId(value="F9", authority="LIS"))
    assert (group.role, group.is_qc, group.rack, group.position) == (Role.PATIENT, False, "50120", "2")
    assert (group.placer, [test.code for test in group.tests]) == (("P1", "P2"), ["20490", "20340"])
    assert (group.sample_type.code, group.collected_at) == ("SERPLAS", "20250701080000")


def test_case_91_a_result_says_all_its_observation_says():
    line = read_results(*OUL)[0].results[0]
    assert (line.code, line.code_text, line.system, line.test_code) == ("20490", "CRP", "99ROC", "20490")
    assert (line.value, line.shown, line.value_type, line.unit, line.unit_system) == (
        "32.2",
        "32.2",
        "NM",
        "mg/L",
        "99ROC",
    )
    assert (line.reference_range, line.flags, line.status) == ("", ("N", "A"), "F")
    assert (line.observed_at, line.analyzed_at) == ("20250701192440", "20250701192446")
    assert (line.operator, line.equipment, line.sub_id) == ("Admin", ("c503", "24V5"), "1")
    assert line.reagents == (Reagent(id="2049001", kind="R1", lot="256616", expires="20261030"),)
    assert line.notes == ("checked\ntwice",)
    assert line.order_ids == ("P1",)


def test_case_92_each_result_belongs_to_its_own_order():
    assert [(line.number, line.order_ids) for line in read_results(*OUL)[0].results] == [
        (2, ("P1",)),
        (3, ("P1",)),
        (4, ("P2",)),
    ]


def test_case_93_what_is_said_about_the_sample_is_no_result_of_an_order():
    (group,) = read_results(*OUL)
    assert [line.code for line in group.about] == ["VOL"]


def test_case_94_supplements_are_told_from_results():
    assert [line.supplement for line in read_results(*OUL)[0].results] == [False, True, False]


def test_case_95_a_control_is_known_by_its_role_with_material_and_lot():
    (group,) = read_results(*QC)
    assert group.is_qc
    assert (group.qc_material, group.qc_lot, group.sample) == ("PCCC1", "L0815", "20391")


def test_case_95_a_control_without_a_role_is_known_by_its_material_and_a_patient_never_taken_for_one():
    without = [line.replace("|Q^^HL70369", "") for line in QC]
    assert read_results(*without)[0].is_qc
    patient = [line.replace("|Q^^HL70369", "|P^^HL70369") for line in QC]
    assert not read_results(*patient)[0].is_qc
    assert read_results(OUL[0], "SPM|1|9||Q", "OBR|1", "OBX|1|NM|1||2")[0].is_qc


def test_case_96_two_samples_never_share_results_or_numbers():
    one, two = read_results(*OUL, "SPM|2|023&BARCODE||SER|||||||P", "OBR|1|P9||1^K", "OBX|1|NM|1^K||4.1")
    assert (one.sample, len(one.results), one.placer) == ("022", 3, ("P1", "P2"))
    assert (two.sample, len(two.results), two.placer, two.rack) == ("023", 1, ("P9",), "")
    assert two.patient == one.patient


def test_case_97_the_next_patient_takes_nothing_of_the_one_before():
    one, two = results(read(ORU + b"PID|2||999^^^HOSP^MR\rOBR|1|Z1\rOBX|1|NM|1^K||4.1\r"))
    assert one.patient.family == "Désiré"
    assert (two.patient.family, two.patient.ids) == ("", (PatientId(value="999", authority="HOSP", kind="MR"),))
    assert (two.placer, two.filler) == (("Z1",), ())


def test_case_98_a_patient_is_what_pid_and_pv1_say():
    patient = read_results(*OUL)[0].patient
    assert patient.ids == (PatientId(value="4711", authority="HOSP", kind="PI"),)
    assert (patient.family, patient.given, patient.birth, patient.sex) == ("Martin", "Luc", "19610615", "M")
    assert (patient.visit, patient.ward) == ("V77", "CHIR")
    old = read_results(OUL[0], "PID|1|E1||A1|X", "OBR|1", "OBX|1|NM|1||2")[0].patient
    assert [one.value for one in old.ids] == ["E1", "A1"]


def test_case_99_oru_orders_are_groups_of_their_own():
    (group,) = results(read(ORU))
    assert (group.sample_ids, group.sample) == ((), "B12345")
    assert group.order_ids == ("A12345", "B12345")
    assert [(line.code, line.shown, line.status) for line in group.results] == [
        ("2823-3", "4.1", "F"),
        ("2345-7", ">200", "P"),
    ]
    assert group.results[0].notes == ("h&molyse",)
    assert group.results[1].flags == ("HH", "A")


def test_case_100_in_oru_the_sample_may_follow_its_results():
    one, two = read_results(
        OUL[0].replace("OUL^R22", "ORU^R01"),
        "PID|1", "ORC|RE|P1", "OBR|1|P1|F1|1^K", "OBX|1|NM|1^K||4.1", "SPM|1|S1", "OBX|2|NM|VOL||2",
        "ORC|RE|P2", "OBR|2|P2|F2|2^NA", "OBX|1|NM|2^NA||140", "SPM|1|S2",
    )  # fmt: skip
    assert [(g.sample, [line.code for line in g.results], [line.code for line in g.about]) for g in (one, two)] == [
        ("S1", ["1"], ["VOL"]),
        ("S2", ["2"], []),
    ]


def test_case_101_results_right_after_their_sample_are_results_all_the_same():
    (group,) = read_results(OUL[0].replace("OUL^R22", "ORU^R01"), "PID|1", "OBR|1|P1", "SPM|1|S1", "OBX|1|NM|1^K||4.1")
    assert (group.sample, [line.code for line in group.results], group.about) == ("S1", ["1"], ())


@pytest.mark.parametrize("lines", [(OUL[0], "OBX|1|NM|UREA||60.7|mg/dL"), (OUL[0], "SPM|1|S1", "OBX|1|NM|UREA||60.7")])
def test_case_102_results_without_any_order_are_results(lines):
    (group,) = read_results(*lines)
    assert [line.code for line in group.results] == ["UREA"]


def test_case_103_containers_without_samples_are_groups_too():
    one, two = read_results(
        OUL[0].replace("R22", "R21"), "SAC|||S1", "OBR|1|P1", "OBX|1|NM|1||1", "SAC|||S2", "OBR|1|P2", "OBX|1|NM|1||2"
    )
    assert [(g.sample, g.placer, g.results[0].value) for g in (one, two)] == [
        ("S1", ("P1",), "1"),
        ("S2", ("P2",), "2"),
    ]


def test_case_103_the_containers_of_one_sample_keep_the_sample():
    one, two = read_results(
        OUL[0].replace("R22", "R23"), "SPM|1|S1", "SAC|||C1", "OBR|1|P1", "OBX|1|NM|1||1", "SAC|||C2", "OBR|1|P2", "OBX|1|NM|1||2"
    )  # fmt: skip
    assert [[one.value for one in group.sample_ids] for group in (one, two)] == [["S1", "C1"], ["S1", "C2"]]


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("NM", "4.10", "4.10"),
        ("SN", "^1^:^128", "1:128"),
        ("SN", "^182", "182"),
        ("CE", "260415000^Not detected^SCT", "Not detected"),
        ("CWE", "^^^NEG^negative^L", "negative"),
        ("CE", "POS", "POS"),
        ("ST", "a\\T\\b", "a&b"),
        ("TX", "one~two", "one~two"),
        ("NM", '""', ""),
        ("NM", "", ""),
    ],
)
def test_case_104_a_value_is_kept_as_it_came_and_shown_for_a_person(kind, value, shown):
    line = read_results(OUL[0], "OBR|1", f"OBX|1|{kind}|1||{value}")[0].results[0]
    assert line.shown == shown
    assert line.value == ("" if value == '""' else value.replace("\\T\\", "&"))


def test_a_code_in_the_second_coding_only_is_the_code_of_the_test():
    line = read_results(OUL[0], "OBR|1", "OBX|1|NM|^^^WBC^WHITE BLOOD CELL||7.5")[0].results[0]
    assert (line.code, line.test_code) == ("", "WBC")


def test_a_message_without_results_has_none():
    assert read_results("MSH|^~\\&|||||||ADT^A01|1|P|2.5", "PID|1||1", "PV1|1|I") == ()


@pytest.mark.skipif(not DATA.is_dir(), reason=NO_DATA)
def test_a_real_analyzer_of_the_cobas_pro_family_is_read():
    (group,) = results(read((DATA / "medplum+medplum" / "LAW_OUL_R22_cobas_pro_c503.hl7").read_bytes()))
    assert (group.sample, group.role, group.rack, group.position) == ("022", Role.PATIENT, "50120", "2")
    measured = [line for line in group.results if not line.supplement and line.shown]
    assert [(line.code, line.shown, line.unit, line.flags, line.status) for line in measured] == [
        ("20490", "32.2", "mg/L", ("N",), "F")
    ]
    assert {reagent.lot for line in group.results for reagent in line.reagents} == {"256616"}


NAMES = st.sampled_from(["PID", "PV1", "SPM", "SAC", "ORC", "OBR", "OBX", "INV", "SID", "NTE", "TCD"])


@given(
    st.lists(
        st.tuples(NAMES, st.lists(st.sampled_from(["", "1", "A^B", "x&y^z", '""', "CO", "Q", "P"]), max_size=18)),
        max_size=20,
    )
)
def test_in_any_order_of_segments_each_observation_is_in_exactly_one_place(rows):
    lines = [OUL[0], *("|".join([name, *values]) for name, values in rows)]
    groups = read_results(*lines)
    found = [line.number for group in groups for line in (*group.results, *group.about)]
    assert sorted(found) == list(range(1, sum(name == "OBX" for name, _ in rows) + 1))
