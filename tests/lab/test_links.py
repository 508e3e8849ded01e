"""Links and laboratory systems: loading, changing, switching off, and what the hospital hears of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from relight.kernel.errors import RelightError
from relight.lab.types import Limits, LinkSettings, LisSettings, Rung

TEXT = """\
format = 1
[[lis]]
id = "main"
name = "Laboratory system"
host = "10.20.0.5"
port = 2575
[[link]]
id = "chem"
name = "Chemistry 1"
port = 5001
lis = "main"
"""

pytestmark = pytest.mark.django_db


def load(act: Any, text: str) -> Any:
    from relight.lab.services.links import links_file_read, links_load

    return links_load(act=act, file=links_file_read(text.encode(), filename="links.toml"))


def stored(id: str = "chem") -> Any:
    from relight.lab.models import Link

    return Link.objects.get(pk=id)


def events(name: str) -> list[str]:
    from relight.journal.models import Event

    return list(Event.objects.filter(name=name).order_by("seq").values_list("subject", flat=True))


def test_loading_makes_then_changes_then_leaves_alone(act_for: Callable[..., Any]) -> None:
    """New, changed and unchanged are told apart; a change raises the version, the same file again does not."""
    act = act_for("laboratory")
    assert load(act, TEXT).document() == {"new": ["lis:main", "chem"], "changed": [], "unchanged": []}
    assert load(act, TEXT).document() == {"new": [], "changed": [], "unchanged": ["lis:main", "chem"]}
    assert stored().version == 1
    assert load(act, TEXT.replace("5001", "5002")).changed == ("chem",)
    assert (stored().port, stored().version) == (5002, 2)
    assert events("lab.link_changed") == ["lis:main", "link:chem", "link:chem"]


def test_links_the_file_does_not_name_are_left_alone(act_for: Callable[..., Any], link: Callable[..., str]) -> None:
    """A file adds; it never takes away."""
    link("old")
    load(act_for("laboratory"), TEXT)
    assert stored("old").enabled


def test_loading_never_changes_a_rung(act_for: Callable[..., Any], link: Callable[..., str]) -> None:
    """A link that climbed stays where it is when its settings are loaded anew."""
    link("chem", rung=Rung.RESULTS)
    load(act_for("laboratory"), TEXT)
    assert stored().rung == "results"


def test_loading_wakes_nothing_that_was_switched_off(act_for: Callable[..., Any]) -> None:
    """A file that does not say whether a link or a system is on leaves that as a person left it."""
    from relight.lab.models import Lis
    from relight.lab.services.links import link_switch, lis_pause

    act = act_for("laboratory")
    load(act, TEXT)
    link_switch(act=act, link="chem", on=False, reason="analyzer away for repair")
    lis_pause(act=act, lis="main", reason="update of the laboratory system")
    assert load(act, TEXT).unchanged == ("lis:main", "chem")
    assert (stored().enabled, Lis.objects.get(pk="main").enabled) == (False, False)
    load(act, TEXT + "enabled = true\n")
    assert stored().enabled


def test_a_file_with_faults_changes_nothing(act_for: Callable[..., Any]) -> None:
    """Whole or not at all."""
    from relight.lab.models import Link, Lis

    with pytest.raises(RelightError) as refusal:
        load(act_for("laboratory"), TEXT.replace('lis = "main"\n', 'lis = "gone"\n'))
    assert (refusal.value.code, refusal.value.params["count"]) == ("RL-LAB-003", 1)
    assert not Link.objects.exists()
    assert not Lis.objects.exists()


def test_a_link_changed_meanwhile_is_not_overwritten(act_for: Callable[..., Any], link: Callable[..., str]) -> None:
    """Two people at the same form: the second sees that the first was there."""
    from relight.lab.selectors.links import link_settings
    from relight.lab.services.links import link_save

    act = act_for("laboratory")
    link("chem")
    shown = link_settings(stored())
    assert link_save(act=act, settings=replace(shown, name="First"), version=1)
    with pytest.raises(RelightError) as refusal:
        link_save(act=act, settings=replace(shown, name="Second"), version=1)
    assert refusal.value.code == "RL-LAB-016"
    assert stored().name == "First"


def test_saving_what_is_there_writes_nothing(act_for: Callable[..., Any], link: Callable[..., str]) -> None:
    """No version moves and no entry is made for a form that changed nothing: signatures stay valid."""
    from relight.journal.models import Entry
    from relight.lab.selectors.links import link_settings
    from relight.lab.services.links import link_save

    link("chem")
    before = Entry.objects.count()
    assert not link_save(act=act_for("laboratory"), settings=link_settings(stored()), version=1)
    assert (stored().version, Entry.objects.count()) == (1, before)


@pytest.mark.parametrize(
    ("changes", "code", "where"),
    [
        ({"id": "chem"}, "RL-LAB-014", "id"),
        ({"id": "two"}, "RL-LAB-012", "port"),
        ({"id": "two", "port": 0}, "RL-LAB-007", "port"),
        ({"id": "two", "port": 9, "driver": "nothing"}, "RL-LAB-009", "driver"),
        ({"id": "two", "port": 9, "lis": "nothing"}, "RL-LAB-009", "lis"),
        ({"id": "two", "port": 9, "limits": Limits(idle_s=-1)}, "RL-LAB-009", "limits.idle_s"),
    ],
)
def test_a_refused_setting_names_its_field(
    act_for: Callable[..., Any], link: Callable[..., str], changes: dict[str, Any], code: str, where: str
) -> None:
    """A page can show the refusal where it belongs."""
    from relight.lab.services.links import link_save

    link("chem", port=5001)
    with pytest.raises(RelightError) as refusal:
        link_save(act=act_for("laboratory"), settings=LinkSettings(**{"name": "Two", "port": 5001, **changes}))
    assert (refusal.value.code, refusal.value.where) == (code, where)


def test_a_link_that_received_is_never_removed(
    act_for: Callable[..., Any], link: Callable[..., str], message: Callable[..., Any]
) -> None:
    """What an analyzer sent outlives its link; one that never received goes without a trace but the journal's."""
    from relight.journal.models import Entry
    from relight.lab.models import Link
    from relight.lab.services.links import link_remove

    act = act_for("laboratory")
    link("chem")
    link("typo")
    message("chem")
    with pytest.raises(RelightError) as refusal:
        link_remove(act=act, link="chem", reason="not used")
    assert (refusal.value.code, refusal.value.params["count"]) == ("RL-LAB-015", 1)
    link_remove(act=act, link="typo", reason="made by mistake")
    assert list(Link.objects.values_list("pk", flat=True)) == ["chem"]
    assert Entry.objects.filter(verb="lab.link_remove", subject="link:typo").exists()


@pytest.mark.parametrize("reason", ["", "   "])
def test_switching_off_asks_why(act_for: Callable[..., Any], link: Callable[..., str], reason: str) -> None:
    """A link that is off without a word is found by nobody."""
    from relight.lab.services.links import link_switch

    link("chem")
    with pytest.raises(RelightError) as refusal:
        link_switch(act=act_for("laboratory"), link="chem", on=False, reason=reason)
    assert refusal.value.code == "RL-LAB-179"
    assert stored().enabled


def test_a_link_comes_on_only_where_its_address_is_free(act_for: Callable[..., Any], link: Callable[..., str]) -> None:
    """Two links on one port cannot be on together."""
    from relight.lab.services.links import link_switch

    act = act_for("laboratory")
    link("old", port=5001)
    link_switch(act=act, link="old", on=False, reason="replaced")
    link("chem", port=5001)
    with pytest.raises(RelightError) as refusal:
        link_switch(act=act, link="old", on=True, reason="back")
    assert refusal.value.code == "RL-LAB-012"


def component(id: str = "chem") -> tuple[bool, int, bool]:
    from relight.hospital.models import Component

    row = Component.objects.get(ref=f"lab:{id}")
    return row.operational, row.stages_left, row.available


def test_the_hospital_counts_a_link_from_the_rung_results_while_it_is_on(
    act_for: Callable[..., Any], link: Callable[..., str]
) -> None:
    """A link is a component: down on paper, operational once its results are relied upon, down when off."""
    from relight.lab.services.links import link_remove, link_switch

    act = act_for("laboratory")
    link("new")
    assert component("new") == (False, 2, True)
    link("chem", rung=Rung.RESULTS)
    assert component() == (True, 0, True)
    link_switch(act=act, link="chem", on=False, reason="repair")
    assert not component()[0]
    link_switch(act=act, link="chem", on=True, reason="repaired")
    assert component() == (True, 0, True)
    link_remove(act=act, link="new", reason="never came")
    assert component("new") == (False, 2, False)


def test_a_laboratory_system_is_changed_and_paused_with_its_links_untouched(
    act_for: Callable[..., Any], lis: Callable[..., str], link: Callable[..., str]
) -> None:
    """Pausing keeps everything here; nothing of a link moves."""
    from relight.lab.models import Lis
    from relight.lab.selectors.links import lis_settings
    from relight.lab.services.links import lis_pause, lis_resume, lis_save

    act = act_for("laboratory")
    lis("main")
    link("chem", lis="main")
    shown = lis_settings(Lis.objects.get(pk="main"))
    assert lis_save(act=act, settings=replace(shown, port=2576))
    assert not lis_save(act=act, settings=replace(shown, port=2576))
    assert lis_pause(act=act, lis="main", reason="maintenance")
    assert not lis_pause(act=act, lis="main", reason="maintenance")
    assert not Lis.objects.get(pk="main").enabled
    assert lis_resume(act=act, lis="main", reason="back")
    assert (Lis.objects.get(pk="main").enabled, stored().version) == (True, 1)


def test_an_unknown_link_or_system_is_a_coded_error(act_for: Callable[..., Any]) -> None:
    """What is not here is said, not made."""
    from relight.lab.services.links import link_save, link_switch, lis_pause, lis_save

    act = act_for("laboratory")
    for do, code in (
        (lambda: link_switch(act=act, link="no", on=True, reason="x"), "RL-LAB-001"),
        (lambda: link_save(act=act, settings=LinkSettings(id="no", name="No", port=1), version=3), "RL-LAB-001"),
        (lambda: lis_pause(act=act, lis="no", reason="x"), "RL-LAB-002"),
        (lambda: lis_save(act=act, settings=LisSettings(id="no", name="No", host="a", port=1)), "RL-LAB-002"),
    ):
        with pytest.raises(RelightError) as refusal:
            do()
        assert refusal.value.code == code
