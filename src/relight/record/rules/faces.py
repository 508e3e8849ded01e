"""The face of a patient: what people are recognised and found by, taken from a Patient resource.

Owns which elements count. Refuses to judge: what has another shape than FHIR says is passed over. Source: FHIR R4
Patient; docs/design/identity.md, "Faces".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from relight.record.rules.names import plain, words_of
from relight.record.rules.numbers import number_plain
from relight.record.types import Body

UNKNOWN_MARK: Final = "urn:relight:unknown-patient"
AGE_MARK: Final = "urn:relight:age-about"
SEXES: Final = frozenset({"male", "female", "other", "unknown"})
_USES: Final = ("official", "usual", "", "temp", "nickname", "anonymous", "maiden", "old")
_CHARS: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceNumber:
    """A number with the system it counts in. Args: plain: as it is compared."""

    system: str
    value: str
    plain: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """Who a Patient resource says somebody is.

    Args: family, given: of the name in use. other_names: earlier ones, nicknames, whole. words: all are found by.
    birth: `1970-02-01`, `1970-02`, `1970` or empty. sex: FHIR's word or empty. deceased_at: empty where alive or the
    time is not said. about: the age in years somebody guessed. merged_into: the patient this one was merged into.
    phones, place: as they are compared.
    """

    family: str
    given: str
    text: str
    other_names: tuple[str, ...]
    words: tuple[str, ...]
    birth: str
    sex: str
    numbers: tuple[FaceNumber, ...]
    is_deceased: bool
    deceased_at: str
    is_unknown: bool
    about: int | None
    merged_into: UUID | None
    phones: tuple[str, ...] = ()
    place: str = ""

    @property
    def name(self) -> str:
        """Return the name as it is shown: family name in capitals first; the text where there is nothing else."""
        return " ".join(filter(None, (self.family.upper(), self.given))) if self.family or self.given else self.text


def face_of(resource: Body) -> Face:
    """Take the face of a Patient resource. Never fails; O(size)."""
    names = sorted(_dicts(resource.get("name")), key=_name_rank)
    first: Mapping[str, Any] = names[0] if names else {}
    spoken = [_whole(name) for name in names]
    is_deceased, deceased_at = _deceased(resource)
    is_unknown = _mark(resource, UNKNOWN_MARK, "valueBoolean") is True
    about = _mark(resource, AGE_MARK, "valueInteger")
    return Face(
        family=_text(first.get("family"))[:_CHARS],
        given=" ".join(_texts(first.get("given")))[:_CHARS],
        text=_text(first.get("text"))[:_CHARS],
        other_names=tuple(dict.fromkeys(one[:_CHARS] for one in spoken[1:] if one and one != spoken[0])),
        words=words_of(_parts(names)),
        birth=_birth(resource.get("birthDate")),
        sex=sex if (sex := _text(resource.get("gender"))) in SEXES else "",
        numbers=tuple(_numbers(resource)),
        is_deceased=is_deceased,
        deceased_at=deceased_at,
        is_unknown=is_unknown,
        about=about if isinstance(about, int) and not isinstance(about, bool) and 0 <= about < 130 else None,  # noqa: PLR2004
        merged_into=_merged_into(resource),
        phones=tuple(_phones(resource)),
        place=_place(resource),
    )


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _text(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _texts(value: Any) -> list[str]:
    return [text for one in value if (text := _text(one))] if isinstance(value, list) else []


def _name_rank(name: Mapping[str, Any]) -> int:
    """Order names: the official one in use first, earlier and ended ones last."""
    period = name.get("period")
    if isinstance(period, dict) and period.get("end"):
        return len(_USES)
    use = _text(name.get("use"))
    return _USES.index(use) if use in _USES else 2


def _whole(name: Mapping[str, Any]) -> str:
    built = " ".join(filter(None, (_text(name.get("family")).upper(), *_texts(name.get("given")))))
    return built or _text(name.get("text"))


def _parts(names: list[dict[str, Any]]) -> Iterator[str]:
    """Yield what words are taken from: family and given names of each, the text where it says more."""
    for name in names:
        family, given = _text(name.get("family")), _texts(name.get("given"))
        yield from filter(None, (family, *given))
        text = _text(name.get("text"))
        if text and not (family or given):
            yield from text.replace(",", " ").split()


def _birth(value: Any) -> str:
    text = _text(value)
    parts = text.split("-")
    shaped = [len(part) for part in parts] in ([4], [4, 2], [4, 2, 2])
    return text if shaped and all(part.isascii() and part.isdigit() for part in parts) else ""


def _numbers(resource: Body) -> Iterator[FaceNumber]:
    seen: set[tuple[str, str]] = set()
    for one in _dicts(resource.get("identifier")):
        system, value = _text(one.get("system"))[:200], _text(one.get("value"))
        bare = number_plain(value)
        if bare and (system, bare) not in seen and one.get("use") != "old":
            seen.add((system, bare))
            yield FaceNumber(system=system, value=value[:_CHARS], plain=bare)


def _deceased(resource: Body) -> tuple[bool, str]:
    at = _text(resource.get("deceasedDateTime"))
    return bool(at) or resource.get("deceasedBoolean") is True, at[:32]


def _mark(resource: Body, url: str, name: str) -> Any:
    return next((one.get(name) for one in _dicts(resource.get("extension")) if one.get("url") == url), None)


def _merged_into(resource: Body) -> UUID | None:
    for link in _dicts(resource.get("link")):
        other = link.get("other")
        if link.get("type") == "replaced-by" and isinstance(other, dict):
            kind, _, key = _text(other.get("reference")).partition("/")
            try:
                return UUID(key) if kind == "Patient" else None
            except ValueError:
                return None
    return None


def _phones(resource: Body) -> Iterator[str]:
    for one in _dicts(resource.get("telecom")):
        if _text(one.get("system")) in ("phone", "sms", ""):
            digits = "".join(c for c in _text(one.get("value")) if c.isascii() and c.isdigit())
            if len(digits) >= 8:  # noqa: PLR2004 - shorter ones are extensions
                yield digits[-8:]


def _place(resource: Body) -> str:
    for one in _dicts(resource.get("address")):
        lines = " ".join(_texts(one.get("line")))
        if lines:
            return plain(f"{lines} {_text(one.get('postalCode'))} {_text(one.get('city'))}")[:_CHARS]
    return ""
