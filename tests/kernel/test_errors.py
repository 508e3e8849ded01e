"""Errors say what, where and what to do next, the same everywhere."""

import pytest

from relight.kernel import errors
from relight.kernel.errors import REGISTRY, ErrorKind, ErrorSpec, InputError, MissingError, PeerError, RuleError
from relight.kernel.verdict import YES, no

SAMPLE = ErrorSpec(
    code="RL-TST-001",
    kind=ErrorKind.INPUT,
    message="Row {row} has no serial.",
    next="Mend row {row} and send it again.",
)


def test_an_error_renders_as_one_document_in_the_readers_language():
    error = SAMPLE.error(where="machines.csv:7", row=7)
    french = {"Row {row} has no serial.": "La ligne {row} n’a pas de numéro de série."}
    assert error.document(lambda text: french.get(text, text)) == {
        "error": {
            "code": "RL-TST-001",
            "message": "La ligne 7 n’a pas de numéro de série.",
            "where": "machines.csv:7",
            "next": "Mend row 7 and send it again.",
        }
    }


@pytest.mark.parametrize(
    ("kind", "raised"),
    [
        (ErrorKind.INPUT, InputError),
        (ErrorKind.PEER, PeerError),
        (ErrorKind.RULE, RuleError),
        (ErrorKind.MISSING, MissingError),
    ],
)
def test_the_kind_of_an_error_is_its_class(kind, raised):
    spec = ErrorSpec(code=f"RL-TST-1{len(kind.value)}{kind.value[0]}", kind=kind, message="m", next="n")
    assert type(spec.error()) is raised


def test_a_code_means_one_thing_only():
    with pytest.raises(ValueError, match="RL-TST-001"):
        ErrorSpec(code="RL-TST-001", kind=ErrorKind.RULE, message="other", next="other")


def test_a_refusing_verdict_raises_its_declared_error_and_an_allowing_one_nothing():
    YES.demand()
    verdict = no(SAMPLE, source="policy 3", row=2)
    assert not verdict
    with pytest.raises(InputError, match="Row 2 has no serial"):
        verdict.demand(where="line 2")


def test_every_declared_error_says_what_to_do_next():
    import relight.cli.errors
    import relight.fleet.errors
    import relight.hospital.errors
    import relight.journal.errors
    import relight.people.errors
    import relight.ui.errors  # noqa: F401

    assert len(REGISTRY) > 40
    for spec in REGISTRY.values():
        assert spec.code.startswith("RL-"), spec
        assert spec.message.strip(), spec.code
        assert spec.next.strip(), spec.code


def test_marking_a_sentence_for_translators_leaves_it_as_it_is():
    assert errors.N_("Recovery line") == "Recovery line"


def test_a_word_inside_a_sentence_is_translated_and_what_somebody_typed_is_not():
    french = {"Nurse": "Infirmier", "{roles} may see {name}.": "{roles} peuvent voir {name}."}
    spec = errors.ErrorSpec(
        code="RL-TST-801", kind=errors.ErrorKind.RULE, message="{roles} may see {name}.", next="Ask them."
    )
    error = spec.error(roles=(errors.Word("Nurse"), errors.Word("Auditor")), name="Nurse")
    assert error.message(lambda text: french.get(text, text)) == "Infirmier, Auditor peuvent voir Nurse."
    assert error.message() == "Nurse, Auditor may see Nurse."
