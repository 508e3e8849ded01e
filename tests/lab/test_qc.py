"""Quality control: points judged as they come, what holds a test and what opens it, targets, the chart."""

from __future__ import annotations

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest

from relight.kernel.errors import RelightError
from relight.lab.types import QcReading, Rung
from relight.paper.levey_jennings import NARROW, WIDE, ControlChart, ControlPoint, Mark, levey_jennings


@pytest.fixture
def control(link, act_for, clock, gateway):
    """`control(5.0, level="1")`: a link with targets 5.0 ± 0.1 on two levels; measure one an hour later each time."""
    from relight.journal.api import writing
    from relight.lab.services.qc import TargetGiven, qc_points_add, qc_targets_set

    link("chem", rung=Rung.RESULTS)
    targets = [TargetGiven(code="GLU", level=level, lot="A", mean="5.0", sd="0,1") for level in ("1", "2")]
    qc_targets_set(act=act_for("laboratory"), link="chem", targets=targets)

    def measure(*values, level="1", lot="A", code="GLU"):
        for value in values:
            clock.advance(hours=2)
            act = gateway()
            reading = QcReading(
                code=code, value=str(value), number=str(value), measured_at=act.at, level=level, lot=lot
            )
            with writing(act) as log:
                qc_points_add(act=act, log=log, link="chem", points=[reading])

    return measure


def rules():
    from relight.lab.models import QcPoint

    return [row.rules for row in QcPoint.objects.order_by("measured_at")]


def out_codes():
    from relight.lab.selectors.qc import qc_out_codes

    return qc_out_codes("chem")


def test_a_point_is_judged_when_it_comes_beside_those_before_it(control):
    control("5.05", "5.21", "5.22")
    assert rules() == [[], ["1-2s"], ["1-2s", "2-2s"]]


def test_points_of_one_message_are_judged_in_the_order_they_were_measured(control, gateway, clock):
    """Both levels of a run beyond the same 2s, given last one first."""
    from relight.journal.api import writing
    from relight.lab.services.qc import qc_points_add

    act = gateway()
    points = [
        QcReading(
            code="GLU", value="5.3", number="5.3", level=level, lot="A", measured_at=act.at + timedelta(minutes=n)
        )
        for n, level in ((2, "2"), (1, "1"))
    ]
    with writing(act) as log:
        out = qc_points_add(act=act, log=log, link="chem", points=points)
    assert (rules(), out) == ([["1-2s"], ["1-2s", "2-2s"]], ("GLU",))


def test_a_warning_holds_nothing_and_a_broken_rule_holds_the_test(control):
    control("5.25")
    assert out_codes() == frozenset()
    control("5.4")
    assert out_codes() == {"GLU"}


def test_a_note_opens_nothing_and_the_next_point_in_range_does(control, act_for):
    from relight.lab.models import QcPoint
    from relight.lab.services.qc import qc_note

    control("5.4")
    qc_note(act=act_for("laboratory"), link="chem", point=QcPoint.objects.get().pk, note="new reagent, calibrated")
    assert out_codes() == {"GLU"}
    control("5.02")
    assert out_codes() == frozenset()


def test_one_level_in_range_does_not_open_a_test_whose_other_level_is_out(control):
    control("5.4", level="1")
    control("5.0", level="2")
    assert out_codes() == {"GLU"}


def test_after_a_note_the_rules_count_anew(control, act_for):
    """Ten on one side, the cause found and noted: the eleventh is judged by itself."""
    from relight.lab.models import QcPoint
    from relight.lab.services.qc import qc_note

    control(*["5.05"] * 10)
    assert rules()[-1] == ["10-x"]
    last = QcPoint.objects.latest("measured_at")
    qc_note(act=act_for("laboratory"), link="chem", point=last.pk, note="calibrated")
    control("5.05")
    assert rules()[-1] == []


def test_what_has_no_target_or_is_no_number_is_kept_and_not_judged(control, act_for, clock):
    from relight.lab.selectors.qc import untargeted

    control("9.9", lot="B")
    control("<0.1")
    assert rules() == [[], []]
    assert untargeted("chem", since=clock.now() - timedelta(days=1)) == [("GLU", "1", "B")]


def test_the_lot_in_use_is_the_one_measured_last(control, act_for):
    """A new lot's target alone does not take the old lot's place; its first point does."""
    from relight.lab.selectors.qc import standings
    from relight.lab.services.qc import TargetGiven, qc_targets_set

    control("5.4", lot="A")
    given = TargetGiven(code="GLU", level="1", lot="B", mean="7", sd="0.2")
    qc_targets_set(act=act_for("laboratory"), link="chem", targets=[given])
    assert out_codes() == {"GLU"}
    control("7.1", lot="B")
    assert out_codes() == frozenset()
    assert [row.target.lot for row in standings(["chem"])["chem"]] == ["B", "A"]


def test_a_control_out_takes_the_link_to_identification_with_its_reason(control, act_for):
    """And the graph is told: results of the link are transcribed by hand again."""
    from relight.lab.models import Link
    from relight.lab.services.ladder import links_watch

    control("5.0", level="1")
    assert links_watch(act=act_for("system")) == 0
    control("5.4", level="2")
    assert links_watch(act=act_for("system")) == 1
    row = Link.objects.get()
    assert (row.rung, row.fell_because) == ("identification", "RL-LAB-153")
    assert links_watch(act=act_for("system")) == 0


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"mean": "five"}, ("RL-LAB-187", "mean")),
        ({"sd": "NaN"}, ("RL-LAB-187", "sd")),
        ({"sd": "0"}, ("RL-LAB-188", "sd")),
        ({"lot": " "}, ("RL-LAB-190", "code")),
    ],
)
def test_a_target_that_cannot_judge_is_refused(control, act_for, fields, expected):
    from relight.lab.services.qc import TargetGiven, qc_targets_set

    given = TargetGiven(**{"code": "GLU", "level": "1", "lot": "A", "mean": "5", "sd": "0.1", **fields})
    with pytest.raises(RelightError) as refusal:
        qc_targets_set(act=act_for("laboratory"), link="chem", targets=[given])
    assert (refusal.value.code, refusal.value.where) == expected


def test_targets_come_from_a_spreadsheet_whatever_its_separator():
    from relight.lab.services.qc import targets_read

    plain = b"Test,Level,Lot,Mean,SD,Unit\nNA,1,X,140,1.5,mmol/L\n"
    german = "\ufefftest;level;lot;mean;sd\nNA;1;X;140;1,5\n".encode()
    assert [one.sd for one in targets_read(plain) + targets_read(german)] == ["1.5", "1,5"]
    for content, code in ((b"test;mean\n", "RL-LAB-189"), (b"\xff\xfe", "RL-LAB-192"), (b"", "RL-LAB-192")):
        with pytest.raises(RelightError) as refusal:
            targets_read(content)
        assert refusal.value.code == code


def test_a_file_with_one_wrong_line_sets_no_target(link, act_for):
    from relight.lab.models import QcTarget
    from relight.lab.services.qc import qc_targets_set, targets_read

    link("chem")
    given = targets_read(b"test,level,lot,mean,sd\nNA,1,X,140,1.5\nK,1,X,4.1,-1\n")
    with pytest.raises(RelightError) as refusal:
        qc_targets_set(act=act_for("laboratory"), link="chem", targets=given)
    assert (refusal.value.where, QcTarget.objects.count()) == ("3:sd", 0)


# -- the chart -------------------------------------------------------------------------------------


def chart(*marks: Mark, **fields) -> ControlChart:
    points = tuple(
        ControlPoint(z=n - 1.5, mark=mark, when=f"{n + 1:02}.11", reading=f"point {n} <&>")
        for n, mark in enumerate(marks)
    )
    names = ("-3s", "-2s", "-1s", "mean", "+1s", "+2s", "+3s")
    return ControlChart(title="Glucose & co", description="d", points=points, names=names, **fields)


@pytest.mark.parametrize("frame", [WIDE, NARROW])
def test_the_chart_is_well_formed_named_and_never_inline_styled(frame):
    text = levey_jennings(chart(Mark.OK, Mark.WARN, Mark.OUT), frame=frame, ident="x")
    root = ElementTree.fromstring(text)
    assert root.get("role") == "img"
    assert [root.find(f"{{*}}{name}").text for name in ("title", "desc")] == ["Glucose & co", "d"]
    assert "style=" not in text


def test_a_point_s_shape_says_its_state_without_colour():
    text = levey_jennings(chart(Mark.OK, Mark.WARN, Mark.OUT), frame=WIDE, ident="x")
    shapes = {name: re.search(rf'<(\w+) class="lj-{name}"', text).group(1) for name in ("ok", "warn", "out")}
    assert shapes == {"ok": "circle", "warn": "polygon", "out": "g"}


def test_a_point_far_out_stays_on_the_paper():
    far = ControlChart(
        title="t",
        description="d",
        points=(ControlPoint(z=99, mark=Mark.OUT, when="1", reading="far"),),
        names=("",) * 7,
    )
    heights = [float(y) for y in re.findall(r'<rect x="[^"]+" y="([^"]+)"', levey_jennings(far, frame=WIDE, ident="x"))]
    assert heights and all(0 <= y < WIDE.height for y in heights)
