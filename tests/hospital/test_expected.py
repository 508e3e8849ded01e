"""Expected dates: who writes them, where they are read, when they go. Cases: docs/design/hospital.md."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from relight.hospital import api
from relight.hospital.models import Node
from relight.journal.api import entry_list, event_list
from relight.kernel.errors import InputError, MissingError, RuleError

from .small import machine

pytestmark = pytest.mark.django_db

SOON = api.Expected(level=api.Level.NORMAL, median=date(2026, 12, 1), p80=date(2026, 12, 4))
LATER = api.Expected(level=api.Level.DEGRADED, median=date(2026, 12, 7), p80=date(2026, 12, 7))


def dates():
    found = {view.id: view.expected for view in [*api.function_list(), *api.unit_list()] if view.expected}
    return {id: (one.median, one.p80) for id, one in found.items()}


def told():
    return [event for event in event_list(after=0, limit=1000) if event.name == "hospital.expected_changed"]


def test_case_100_dates_are_read_where_people_look(load, act_for):
    load()
    assert api.expected_write(act=act_for("pmo"), dates={"dns": SOON, "emergency@arlon": LATER}) == 2
    assert dates() == {"dns": (SOON.median, SOON.p80), "emergency@arlon": (LATER.median, LATER.p80)}
    answer = api.why("dns")
    assert answer.document()["expected"] == {"level": "normal", "median": "2026-12-01", "p80": "2026-12-04"}
    assert answer.sentences()[-1].startswith("Expected: normal expected about 1 Dec")
    assert "D+18" in answer.sentences()[-1]
    assert "expected" not in api.why("directory").document()


def test_case_101_a_date_that_came_true_goes_and_a_fall_brings_none_back(load, report, act_for):
    load()
    api.expected_write(act=act_for("pmo"), dates={"dns": SOON})
    report(machine(10, "dns-server"))
    assert dates() == {}
    report(machine(10, "dns-server", operational=False))
    assert dates() == {}
    assert Node.objects.get(pk="dns").expected_by == ""


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (api.Expected(level=api.Level.NORMAL, median=date(2026, 12, 4), p80=date(2026, 12, 1)), "RL-HOS-070"),
        (api.Expected(level=api.Level.DOWN, median=date(2026, 12, 1), p80=date(2026, 12, 4)), "RL-HOS-071"),
    ],
)
def test_case_102_one_wrong_date_refuses_the_whole_batch(load, act_for, wrong, code):
    load()
    with pytest.raises(InputError) as refusal:
        api.expected_write(act=act_for("pmo"), dates={"dns": SOON, "directory": wrong})
    assert refusal.value.code == code
    assert dates() == {}


def test_case_103_a_date_for_what_is_reached_is_not_written(load, report, act_for):
    load()
    report(machine(10, "dns-server"))
    assert api.expected_write(act=act_for("pmo"), dates={"dns": SOON}) == 0
    assert dates() == {}


def test_case_104_what_is_not_named_keeps_its_date_and_none_takes_one_away(load, act_for):
    load()
    api.expected_write(act=act_for("pmo"), dates={"dns": SOON, "directory": SOON})
    api.expected_write(act=act_for("pmo"), dates={"dns": None})
    assert list(dates()) == ["directory"]


def test_case_105_the_same_dates_again_write_nothing(load, act_for):
    load()
    api.expected_write(act=act_for("pmo"), dates={"dns": SOON, "directory": LATER})
    before = (len(entry_list()), len(told()))
    assert before[1] == 2
    assert api.expected_write(act=act_for("pmo"), dates={"dns": SOON, "directory": LATER}) == 0
    assert (len(entry_list()), len(told())) == before


def test_case_106_a_stranger_refuses_the_whole_batch_by_name(load, act_for):
    load()
    with pytest.raises(MissingError) as refusal:
        api.expected_write(act=act_for("pmo"), dates={"dns": SOON, "directry": SOON})
    assert (refusal.value.code, refusal.value.params["close"]) == ("RL-HOS-040", "directory")
    assert dates() == {}


def test_a_nurse_writes_no_dates(load, act_for):
    load()
    with pytest.raises(RuleError) as refusal:
        api.expected_write(act=act_for("nurse"), dates={"dns": SOON})
    assert refusal.value.code == "RL-PPL-001"


@pytest.mark.direct_rows
def test_the_database_refuses_half_a_date(load):
    load()
    with pytest.raises(IntegrityError), transaction.atomic():
        Node.objects.filter(pk="dns").update(expected_level=2)


def test_the_page_of_a_node_says_when_it_is_expected(load, act_for, client_of):
    load()
    api.expected_write(act=act_for("pmo"), dates={"dns": SOON})
    client = client_of("pmo", language="en")
    page = client.get("/dependencies/dns/").content.decode()
    assert 'id="node-expected"' in page
    assert "1 Dec" in page
    assert 'id="node-expected"' not in client.get("/dependencies/directory/").content.decode()
