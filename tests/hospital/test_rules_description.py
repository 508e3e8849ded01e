"""The description file: every fault at once, each on its line, with what to do."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relight.hospital.rules.compile import hospital_compile
from relight.hospital.rules.consistency import find_circle
from relight.hospital.rules.description import description_read
from relight.hospital.rules.diff import description_compare
from relight.hospital.rules.reader import Reader
from relight.hospital.rules.warnings import shortage_warnings
from relight.hospital.selectors.names import naming_of
from relight.hospital.types import NeedKind, NodeKind, Selector
from relight.kernel.toml_lines import lines_of

GOOD = """\
format = 1

[group]
id = "ardenne"
names = { fr = "Ardenne", nl = "Ardennen", de = "Ardennen", en = "Ardenne" }
d0 = 2026-11-13T04:30:00+01:00

[[site]]
id = "arlon"
names = { fr = "Arlon", nl = "Aarlen", de = "Arel", en = "Arlon" }
order = 1
subnets = ["10.11.0.0/16", "2001:db8::/48"]

[[site]]
id = "virton"
names = { fr = "Virton", nl = "Virton", de = "Virton", en = "Virton" }
order = 2

[[service]]
id = "emergency"
names = { fr = "Urgences", nl = "Spoed", de = "Notaufnahme", en = "Emergency" }
tier = 1
sites = ["arlon", "virton"]
vital = ["network", "directory"]
useful = ["imaging"]
workstations = { needed = 8, minimum = 3 }

[[unit]]
service = "emergency"
site = "arlon"
workstations = { needed = 12, minimum = 4 }

[[function]]
id = "network"
names = { fr = "Réseau", nl = "Netwerk", de = "Netz", en = "Network" }
sites = ["arlon", "virton"]
components = [{ select = { role = "switch" }, need = 1, of = 2 }]

[[function]]
id = "directory"
names = { fr = "Annuaire", nl = "Adreslijst", de = "Verzeichnis", en = "Directory" }
vital = ["network@arlon"]
owner = "it"
components = [
  { select = { role = "domain-controller" }, need = 2, of = 3, kind = "vital" },
]
endpoints = [{ protocol = "tcp", ports = ["389", "49152-65535"] }, { protocol = "icmp" }]

[[function]]
id = "imaging"
names = { fr = "Imagerie", nl = "Beeldvorming", de = "Bildgebung", en = "Imaging" }
acceptance = false

[[placement]]
hostname = '(?i)^arl-urg-pc\\d+$'
site = "arlon"
role = "workstation"
service = "emergency"
class = "workstation"
tags = ["ward"]
"""


def read(text):
    return description_read(text.encode() if isinstance(text, str) else text, filename="hospital.toml")


def faults(text):
    return [(fault.spec.code, fault.line) for fault in read(text).faults]


def changed(old, new):
    assert GOOD.count(old) == 1, old
    return GOOD.replace(old, new)


def line_of(text, piece):
    return text[: text.index(piece)].count("\n") + 1


def test_a_whole_description_is_read_as_it_is_written():
    check = read(GOOD)
    assert (check.faults, check.warnings) == ((), ())
    assert check.description is not None
    description = check.description
    assert description.sites[0].subnets == ("10.11.0.0/16", "2001:db8::/48")
    assert description.functions[1].endpoints[0].ports == ((389, 389), (49152, 65535))
    assert description.functions[1].components[0].kind is NeedKind.VITAL
    assert description.placements[0].klass == "workstation"
    assert description.group.d0 is not None


def test_the_description_becomes_nodes_pools_and_gates():
    description = read(GOOD).description
    assert description is not None
    graph = hospital_compile(description).graph
    assert graph.ids == (
        "network@arlon",
        "network@virton",
        "directory",
        "imaging",
        "emergency@arlon",
        "emergency@virton",
    )
    needs = {graph.ids[n]: [(graph.ids[c], vital) for c, vital in edges] for n, edges in enumerate(graph.needs)}
    assert needs["emergency@virton"] == [("network@virton", True), ("directory", True), ("imaging", False)]
    assert needs["directory"] == [("network@arlon", True)]
    assert set(graph.gates) == {
        "acceptance:network@arlon",
        "acceptance:network@virton",
        "acceptance:directory",
        "zone:arlon",
        "zone:virton",
    }
    pools = [(p.owner, p.select.text(), p.need, p.vital) for p in graph.pools]
    assert ("network@virton", "role=switch,site=virton", 1, True) in pools
    assert ("emergency@arlon", "role=workstation,site=arlon,service=emergency", 4, True) in pools
    assert ("emergency@arlon", "role=workstation,site=arlon,service=emergency", 12, False) in pools
    assert ("emergency@virton", "role=workstation,site=virton,service=emergency", 3, True) in pools
    assert graph.kinds[-1] is NodeKind.UNIT


FAULTS = [
    ("format = 1\n", "format = 2\n", "RL-HOS-005", "format"),
    ('id = "ardenne"', 'id = "Ardenne!"', "RL-HOS-009", 'id = "Ardenne!"'),
    ("d0 = 2026-11-13T04:30:00+01:00", "d0 = 2026-11-13T04:30:00", "RL-HOS-027", "d0"),
    ("d0 = 2026-11-13T04:30:00+01:00", 'd0 = "yesterday"', "RL-HOS-008", "d0"),
    ("order = 2", "colour = 2", "RL-HOS-006", "colour"),
    ("order = 2", "order = 0", "RL-HOS-017", "order = 0"),
    ("order = 2", "order = true", "RL-HOS-008", "order = true"),
    ('"10.11.0.0/16"', '"10.11.0.0/8"', "RL-HOS-018", "subnets"),
    ('sites = ["arlon", "virton"]\nvital', 'sites = ["arlon", "virtom"]\nvital', "RL-HOS-011", '"virtom"'),
    ('vital = ["network", "directory"]', 'vital = ["network", "dir"]', "RL-HOS-012", '"dir"'),
    ('vital = ["network@arlon"]', 'vital = ["network"]', "RL-HOS-014", '["network"]'),
    ('vital = ["network@arlon"]', 'vital = ["network@bertrix"]', "RL-HOS-015", "network@bertrix"),
    ('vital = ["network@arlon"]', 'vital = ["directory"]', "RL-HOS-032", 'vital = ["directory"]'),
    ('useful = ["imaging"]', 'useful = ["network"]', "RL-HOS-028", 'useful = ["network"]'),
    ("need = 2, of = 3", "need = 4, of = 3", "RL-HOS-016", "need = 4"),
    ("need = 2, of = 3", "need = 0, of = 3", "RL-HOS-017", "need = 0"),
    ('kind = "vital" }', 'kind = "fatal" }', "RL-HOS-030", "fatal"),
    ("{ needed = 8, minimum = 3 }", "{ needed = 2, minimum = 3 }", "RL-HOS-024", "needed = 2"),
    ('site = "arlon"\nworkstations', 'site = "nowhere"\nworkstations', "RL-HOS-011", "nowhere"),
    ('"389"', '"99999"', "RL-HOS-020", "99999"),
    ('"49152-65535"', '"443-80"', "RL-HOS-020", "443-80"),
    ('ports = ["389", "49152-65535"] }', "ports = [389] }", "RL-HOS-008", "389"),
    ("'(?i)^arl-urg-pc\\d+$'", "'(arl'", "RL-HOS-019", "'(arl'"),
    ('role = "switch" }', "}", "RL-HOS-025", "select = { }"),
    ('service = "emergency"\nclass', 'service = "surgery"\nclass', "RL-HOS-013", "surgery"),
    ('id = "virton"', 'id = "arlon"', "RL-HOS-010", 'id = "arlon"\nnames = { fr = "Virton"'),
    ("tier = 1\n", "", "RL-HOS-007", "[[service]]"),
    ('id = "imaging"', 'id = "imaging"\nwhat = 1', "RL-HOS-006", "what"),
]


@pytest.mark.parametrize(("old", "new", "code", "where"), FAULTS, ids=[f"{f[2]}-{f[1][:24]!r}" for f in FAULTS])
def test_a_fault_is_named_by_code_on_its_line(old, new, code, where):
    text = changed(old, new)
    assert (code, line_of(text, where)) in [
        (found, line if code not in ("RL-HOS-010",) else line + 1) for found, line in faults(text)
    ]
    for fault in read(text).faults:
        assert fault.where == f"hospital.toml:{fault.line}"
        assert "{" not in fault.message().replace("{ key", "").replace("{ fr", "")
        assert fault.next()


def test_all_faults_are_reported_at_once_in_the_order_of_lines():
    text = GOOD.replace("order = 2", "order = 0").replace('useful = ["imaging"]', 'useful = ["imagin"]')
    text = text.replace("need = 2, of = 3", "need = 4, of = 3").replace('"389"', '"0"')
    assert [code for code, _ in faults(text)] == ["RL-HOS-017", "RL-HOS-012", "RL-HOS-016", "RL-HOS-020"]
    assert read(text).description is None


def test_a_circle_is_named_once_from_its_smallest_id():
    text = changed("acceptance = false", 'vital = ["directory"]').replace(
        'vital = ["network@arlon"]', 'vital = ["network@arlon", "imaging"]'
    )
    (fault,) = read(text).faults
    assert fault.spec.code == "RL-HOS-002"
    assert "directory → imaging → directory" in fault.message()


def test_an_instance_that_needs_itself_through_its_own_name_is_a_circle():
    text = changed(
        'sites = ["arlon", "virton"]\ncomponents', 'sites = ["arlon", "virton"]\nvital = ["network@arlon"]\ncomponents'
    )
    (fault,) = read(text).faults
    assert (fault.spec.code, "network@arlon → network@arlon" in fault.message()) == ("RL-HOS-002", True)


def test_a_service_and_a_function_may_not_share_an_id():
    text = changed('id = "imaging"', 'id = "emergency"')
    assert "RL-HOS-010" in [code for code, _ in faults(text)]


def test_a_missing_translation_is_a_warning_and_no_name_at_all_a_fault():
    check = read(changed(', nl = "Netwerk", de = "Netz", en = "Network" }', " }"))
    assert check.faults == ()
    assert [(w.spec.code, w.params["languages"]) for w in check.warnings] == [("RL-HOS-022", "nl, de, en")]
    text = changed('names = { fr = "Réseau", nl = "Netwerk", de = "Netz", en = "Network" }\n', "")
    assert [code for code, _ in faults(text)] == ["RL-HOS-021"]


def test_a_name_in_a_language_nobody_reads_is_an_unknown_key():
    assert "RL-HOS-006" in [code for code, _ in faults(changed('de = "Netz"', 'xx = "Netz"'))]


def test_what_is_no_toml_is_one_fault_on_its_line():
    text = changed("order = 2", "order = = 2")
    assert faults(text) == [("RL-HOS-003", line_of(text, "order = = 2"))]
    assert faults(GOOD + '\n[group]\nid = "x"\n')[0][0] == "RL-HOS-003"


def test_what_is_not_utf_8_is_a_fault_on_its_line_and_a_byte_order_mark_is_none():
    assert faults(GOOD.encode("latin-1")) == [("RL-HOS-004", line_of(GOOD, "Réseau"))]
    assert faults(GOOD.encode("utf-16"))[0][0] == "RL-HOS-004"
    assert read(b"\xef\xbb\xbf" + GOOD.encode()).faults == ()


def test_lines_are_right_with_the_line_ends_of_windows():
    text = changed("order = 2", "order = 0")
    assert faults(text.replace("\n", "\r\n")) == faults(text)


@pytest.mark.parametrize(
    "text", ["", "format = 1", "site = 3", "[site]\nid = 1", "[[group]]", "function = [1, 2]", "names = []"]
)
def test_nonsense_that_is_toml_gives_faults_and_no_crash(text):
    check = read(text)
    assert check.description is None
    assert check.faults


def test_sites_with_the_same_turn_or_overlapping_networks_are_warned_about():
    text = changed("order = 2", 'order = 1\nsubnets = ["10.11.4.0/24"]')
    assert [w.spec.code for w in read(text).warnings] == ["RL-HOS-031", "RL-HOS-029"]


def test_a_need_above_what_is_known_is_a_warning_once_something_is_known():
    description = read(GOOD).description
    assert description is not None
    graph = hospital_compile(description).graph
    assert shortage_warnings(Reader(GOOD, "h"), description, graph, [0] * len(graph.pools)) == ()
    known = [1] + [0] * (len(graph.pools) - 1)
    found = shortage_warnings(Reader(GOOD, "h"), description, graph, known)
    assert {str(w.params["id"]) for w in found} == {
        "network@virton",
        "directory",
        "emergency@arlon",
        "emergency@virton",
    }


def test_the_shipped_six_sites_have_no_fault():
    place = Path(__file__).parents[2] / "scenarios" / "six-sites" / "hospital.toml"
    check = description_read(place.read_bytes(), filename=place.name)
    assert [fault.where for fault in check.faults] == []


# -- differences ----------------------------------------------------------------------------------


def compare(before, after, **fields):
    one, two = read(before).description if before else None, read(after).description
    assert two is not None
    return description_compare(one, two, **fields)


def test_the_same_description_differs_in_nothing_and_the_first_adds_everything():
    assert compare(GOOD, GOOD + "\n# a comment\n").is_empty()
    first = compare(None, GOOD)
    assert (first.changed, first.removed) == ((), ())
    assert ("unit", "emergency@virton") in [(c.kind.value, c.id) for c in first.added]


def test_a_difference_names_each_field_with_both_values():
    (change,) = compare(GOOD, changed("need = 2, of = 3", "need = 1, of = 3")).changed
    assert (change.id, change.changes[0].field) == ("directory", "components")
    assert change.changes[0].before == "2/3 role=domain-controller vital"
    assert change.changes[0].after == "1/3 role=domain-controller vital"


def test_a_service_that_leaves_a_site_removes_its_unit():
    text = changed('sites = ["arlon", "virton"]\nvital', 'sites = ["arlon"]\nvital')
    assert [(c.kind.value, c.id) for c in compare(GOOD, text).removed] == [("unit", "emergency@virton")]


def test_what_was_kept_aside_and_comes_back_is_named():
    text = changed('sites = ["arlon", "virton"]\nvital', 'sites = ["arlon"]\nvital')
    assert compare(text, GOOD, aside=frozenset({"emergency@virton"})).returning == ("emergency@virton",)


# -- lines ----------------------------------------------------------------------------------------

keys = st.text("abc-_", min_size=1, max_size=3) | st.text(min_size=1, max_size=4)
scalars = st.integers() | st.booleans() | st.text(max_size=8) | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3), max_leaves=8
)


def quoted(text):
    escaped = "".join(c if c.isalnum() and c.isascii() else f"\\U{ord(c):08x}" for c in text)
    return f'"{escaped}"'


def inline(value, gap):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, list):
        return "[" + gap + f",{gap}".join(inline(item, gap) for item in value) + gap + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quoted(k)} = {inline(v, '')}" for k, v in value.items()) + "}"
    return repr(value) if isinstance(value, int) else f"{value!r}"


def paths(value, path=()):
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths(inner, (*path, key))
    if isinstance(value, list):
        for index, inner in enumerate(value):
            yield from paths(inner, (*path, index))


@settings(max_examples=120, deadline=None)
@given(
    st.dictionaries(st.text("abc", min_size=1, max_size=3), values, max_size=4),
    st.lists(st.dictionaries(keys, values, max_size=3), max_size=3),
    st.sampled_from(["", " ", "\n", " # ] } \" '\n"]),
)
def test_every_value_has_a_line_and_no_line_is_for_nothing(flat, tables, gap):
    lines = [f"{quoted(key)} = {inline(value, gap)}" for key, value in flat.items()]
    for table in tables:
        lines.append("[[zz]]  # a table")
        lines.extend(f"{quoted(key)} = {inline(value, gap)} # '" for key, value in table.items())
    text = "\n".join(lines)
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        pytest.fail(f"the test wrote bad TOML: {text!r}")
    assert set(lines_of(text)) == set(paths(read))


def test_lines_survive_strings_that_look_like_structure():
    text = 'a = """\n[x]\nb = 1 \\""" # "\n"""""\nc = \'\'\'\n[[y]]\'\'\'\n[d."e.f"]\ng.h = 2\n'
    assert lines_of(text) == {
        (): 1,
        ("a",): 1,
        ("c",): 5,
        ("d",): 7,
        ("d", "e.f"): 7,
        ("d", "e.f", "g"): 8,
        ("d", "e.f", "g", "h"): 8,
    }
    assert set(paths(tomllib.loads(text))) == set(lines_of(text))


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdef"), max_size=3)))
def test_a_circle_is_found_when_and_only_when_there_is_one(edges):
    circle = find_circle(edges)
    for here, following in zip(circle, (*circle[1:], *circle[:1]), strict=True):
        assert following in edges[here]
    left = dict(edges)
    while True:  # take out what needs nothing that is left
        free = [node for node, needs in left.items() if not any(need in left for need in needs)]
        if not free:
            break
        for node in free:
            del left[node]
    assert bool(circle) == bool(left)


def test_a_selector_takes_in_a_narrower_one_only():
    wide, narrow = Selector(role="pc"), Selector(role="pc", site="arlon")
    assert (wide.takes_in(narrow), narrow.takes_in(wide), wide.takes_in(wide)) == (True, False, True)


@pytest.mark.parametrize("text", ["a = " + "[" * 20_000, "a = " + "9" * 10_000])
def test_a_nest_or_a_number_without_end_is_a_fault_and_no_crash(text: str) -> None:
    check = description_read(text.encode(), filename="hospital.toml")
    assert check.description is None
    assert len(check.faults) == 1


ROLE = '[[role]]\nid = "domain-controller"\nnames = { fr = "contrôleur de domaine" }\n'


def test_a_role_is_called_as_the_description_calls_it_and_by_its_id_without_a_name():
    description = read(GOOD + ROLE).description
    assert description is not None
    naming = naming_of(hospital_compile(description))
    assert naming.selector(Selector(role="domain-controller")) == "contrôleur de domaine"
    assert naming.selector(Selector(role="pacs-server")) == "pacs-server"
    assert [part.id for part in description_compare(read(GOOD).description, description).added] == ["domain-controller"]


def test_a_role_named_twice_is_a_fault_on_the_second_line():
    twice = GOOD + ROLE + "# the same\n" + ROLE
    assert faults(twice) == [("RL-HOS-010", line_of(twice, "# the same") + 1)]
