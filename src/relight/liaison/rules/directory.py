"""Rows of the directory: a practitioner, a line, from the cells of a file or of a form.

Owns what a row must hold, and which two rows are the same person. Refuses to guess a number or an address. Source:
docs/design/liaison.md, cases 1-19.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import TypeVar

from relight.kernel.errors import RelightError
from relight.liaison import errors
from relight.liaison.rules.hours import hours_read
from relight.liaison.rules.numbers import email_read, phone_read, registration_read
from relight.liaison.rules.table import Table, plain
from relight.liaison.types import LANGUAGES, DeskKind, Way

PRACTITIONER_COLUMNS: Mapping[str, str] = {
    "number": "inami|riziv|inami number|numero inami|n inami|no inami|riziv nummer|rizivnummer|nihii|nihdi|liv nummer"
    "|likiv nummer|registration number|numero d agrement",
    "family": "family name|last name|surname|nom|nom de famille|naam|achternaam|familienaam|nachname|familienname|name",
    "given": "given name|given names|first name|prenom|prenoms|voornaam|voornamen|vorname|vornamen",
    "specialty": "specialite|specialisme|specialiteit|fachgebiet|discipline|fachrichtung",
    "practice": "cabinet|praktijk|praxis|maison medicale|surgery|groupement|groepspraktijk",
    "street": "rue|adresse|address|straat|adres|strasse|rue et numero|voie|anschrift",
    "postcode": "code postal|cp|postal code|zip|zip code|postcode|postnummer|plz|postleitzahl",
    "city": "ville|localite|commune|town|stad|gemeente|plaats|woonplaats|ort|stadt|gemeinde",
    "languages": "language|langue|langues|taal|talen|sprache|sprachen",
    "phone": "telephone|tel|telephone fixe|telefoon|telefon|phone number|numero de telephone|tel cabinet",
    "mobile": "gsm|portable|mobile phone|mobiel|handy|mobil|cell",
    "fax": "telecopie|numero de fax|faxnummer|telefax|fax number",
    "email": "mail|e mail|courriel|adresse mail|adresse e mail|mailadres",
    "secure_mailbox": "ehealthbox|ehbox|e health box|ehealth box|boite securisee|secure mailbox|hector"
    "|beveiligde mailbox|mexi|medimail|sichere mailbox|boite ehealth",
    "way": "preferred way|canal|canal prefere|moyen|moyen prefere|voie preferee|preference|voorkeur|voorkeurskanaal"
    "|bevorzugter weg|kanal|mode d envoi|mode de contact",
    "note": "remarque|remarques|opmerking|bemerkung|comment|commentaire|notes",
}
DESK_COLUMNS: Mapping[str, str] = {
    "kind": "type|sorte|objet|soort|art|zweck|purpose|usage",
    "site": "hopital|campus|implantation|ziekenhuis|standort|krankenhaus|vestiging",
    "specialty": "specialite|service|discipline|specialisme|dienst|fachgebiet|abteilung|specialiteit",
    "name": "nom|libelle|qui repond|who answers|naam|bezeichnung|wie antwoordt|intitule|secretariat",
    "phone": "telephone|tel|telefoon|telefon|ligne|line|lijn|numero",
    "fax": "telecopie|faxnummer|telefax",
    "email": "mail|e mail|courriel",
    "secure_mailbox": "ehealthbox|ehbox|secure mailbox|boite securisee|boite ehealth",
    "hours": "horaire|horaires|heures|uren|openingsuren|offnungszeiten|zeiten|opening hours|heures d ouverture",
    "languages": "language|langue|langues|taal|talen|sprache|sprachen",
    "send_fr": "send|a envoyer|quoi envoyer|que faut il envoyer|a envoyer fr",
    "send_nl": "op te sturen|wat opsturen|a envoyer nl",
    "send_de": "zu senden|was senden|a envoyer de",
    "send_en": "what to send|a envoyer en",
    "how_fr": "how|comment|comment envoyer|comment fr",
    "how_nl": "hoe|comment nl",
    "how_de": "wie|comment de",
    "how_en": "comment en",
    "public": "publie|publier|published|openbaar|offentlich|sur le site|public",
}
PRACTITIONER_EXAMPLE = "INAMI; Nom; Prénom; Cabinet; Code postal; Localité; Langues; Téléphone; Fax; E-mail; Canal"
DESK_EXAMPLE = "Type; Site; Spécialité; Nom; Téléphone; Horaire; À envoyer"

_LANGUAGE_WORDS = {
    "fr": "fr francais french frans franzosisch f",
    "nl": "nl neerlandais nederlands dutch niederlandisch n",
    "de": "de allemand deutsch duits german d",
    "en": "en anglais engels english englisch e",
}
_WAY_WORDS = {
    Way.SECURE: "secure mailbox|ehealthbox|ehbox|ehealth box|boite securisee|boite ehealth|beveiligd|sicher",
    Way.MAIL: "mail|email|e mail|courriel",
    Way.FAX: "fax|telecopie|telefax",
    Way.SMS: "sms|gsm|text|texto|text message",
    Way.PHONE: "phone|telephone|tel|telefoon|telefon",
    Way.POST: "post|poste|courrier|lettre|letter|brief",
}
_DESK_WORDS = {
    DeskKind.URGENT: "urgent|urgence|urgences|urgent referrals|spoed|dringend|notfall",
    DeskKind.SPECIALIST: "specialist|specialiste|avis|advice|arts|facharzt|garde|on call|avis specialise",
    DeskKind.RESULTS: "results|resultats|resultaten|uitslagen|befunde|ergebnisse",
    DeskKind.APPOINTMENTS: "appointments|rendez vous|rdv|afspraken|termine|consultations",
    DeskKind.INFORMATION: "information|info|renseignements|standard|inlichtingen|auskunft|accueil",
}
_NO = frozenset({"no", "non", "nee", "nein", "0", "false", "n"})
_WAY_FIELDS = {
    Way.SECURE: "secure_mailbox",
    Way.MAIL: "email",
    Way.FAX: "fax",
    Way.SMS: "mobile",
    Way.PHONE: "phone",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PractitionerGiven:
    """A practitioner as somebody gives them, checked. number: eleven digits or empty. specialty: a slug."""

    family: str
    given: str = ""
    number: str = ""
    specialty: str = "general-practice"
    practice: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    languages: tuple[str, ...] = ()
    phone: str = ""
    mobile: str = ""
    fax: str = ""
    email: str = ""
    secure_mailbox: str = ""
    way: Way = Way.MAIL
    note: str = ""

    @property
    def key(self) -> str:
        """Return what two rows without a number are told apart by: name and postcode, signs and case aside."""
        return plain(f"{self.family} {self.given} {self.postcode}")

    @property
    def search(self) -> str:
        """Return the text a search looks in."""
        words = (self.family, self.given, self.number, self.practice, self.street, self.postcode, self.city)
        return " " + plain(" ".join((*words, self.email))) + " " + " ".join(filter(None, (self.phone, self.mobile)))


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskGiven:
    """A line as somebody gives it, checked. site, specialty: ids, empty for all. send, how: by language."""

    kind: DeskKind
    name: str
    site: str = ""
    specialty: str = ""
    phone: str = ""
    fax: str = ""
    email: str = ""
    secure_mailbox: str = ""
    hours: str = ""
    languages: tuple[str, ...] = ()
    send: Mapping[str, str] = field(default_factory=dict)
    how: Mapping[str, str] = field(default_factory=dict)
    public: bool = True

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Return what makes two rows the same line."""
        return (self.kind.value, self.site, self.specialty, self.name)


Given = TypeVar("Given", PractitionerGiven, DeskGiven)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a file: what it gives, or why it cannot be taken."""

    line: int
    practitioner: PractitionerGiven | None = None
    desk: DeskGiven | None = None
    refusal: RelightError | None = None


def practitioner_read(cells: Mapping[str, str], *, names: Mapping[str, str]) -> PractitionerGiven:
    """Check one practitioner.

    Args: cells: text by field. names: specialties by every name they go by, `plain`.
    Raises: RL-LIA-001, 003, 005-009.
    """
    text = {name: " ".join(cells.get(name, "").split()) for name in PRACTITIONER_COLUMNS}
    if not text["family"]:
        raise errors.NAME_MISSING.error(where="family")
    given = PractitionerGiven(
        family=text["family"][:120],
        given=text["given"][:120],
        number=registration_read(text["number"]),
        specialty=specialty_read(text["specialty"] or "general-practice", names=names),
        practice=text["practice"][:160],
        street=text["street"][:160],
        postcode=text["postcode"][:12],
        city=text["city"][:120],
        languages=languages_read(text["languages"]),
        phone=phone_read(text["phone"]),
        mobile=phone_read(text["mobile"], field="mobile"),
        fax=phone_read(text["fax"], field="fax"),
        email=email_read(text["email"]),
        secure_mailbox=text["secure_mailbox"][:254],
        note=text["note"][:400],
    )
    way = way_of(given, asked=text["way"])
    return PractitionerGiven(**{one.name: getattr(given, one.name) for one in fields(given)} | {"way": way})


def way_of(given: PractitionerGiven, *, asked: str) -> Way:
    """Return the preferred way: the one asked for, else the first that has an address. Raises: RL-LIA-006, 007, 009."""
    usable = [way for way in Way if address_of(given, way)]
    if not usable:
        raise errors.NO_ADDRESS.error(where="way")
    if not asked:
        return usable[0]
    wanted = word_read(asked, words=_WAY_WORDS, field="way")
    if wanted not in usable:
        raise errors.WAY_WITHOUT_ADDRESS.error(where="way", way=wanted.value)
    return wanted


def address_of(person: object, way: Way) -> str:
    """Return the address of a practitioner (a row or a value) for a way, empty when there is none."""
    if way is Way.POST:
        parts = [getattr(person, name) for name in ("street", "postcode", "city")]
        return f"{parts[0]}, {parts[1]} {parts[2]}" if all(parts) else ""
    return str(getattr(person, _WAY_FIELDS[way]))


def desk_read(cells: Mapping[str, str], *, sites: Mapping[str, str], names: Mapping[str, str]) -> DeskGiven:
    """Check one line. Args: sites, names: ids by every name they go by, `plain`.

    Raises: RL-LIA-003 … 006, 008, 013, 014.
    """
    text = {name: " ".join(cells.get(name, "").split()) for name in DESK_COLUMNS}
    if not text["name"]:
        raise errors.NAME_MISSING.error(where="name")
    hours_read(text["hours"])
    desk = DeskGiven(
        kind=word_read(text["kind"] or "specialist", words=_DESK_WORDS, field="kind"),
        name=text["name"][:160],
        site=_site(text["site"], sites=sites),
        specialty=specialty_read(text["specialty"], names=names) if text["specialty"] else "",
        phone=phone_read(text["phone"]),
        fax=phone_read(text["fax"], field="fax"),
        email=email_read(text["email"]),
        secure_mailbox=text["secure_mailbox"][:254],
        hours=text["hours"][:200],
        languages=languages_read(text["languages"]),
        send={code: text[f"send_{code}"][:400] for code in LANGUAGES if text[f"send_{code}"]},
        how={code: text[f"how_{code}"][:400] for code in LANGUAGES if text[f"how_{code}"]},
        public=plain(text["public"]) not in _NO,
    )
    if not (desk.phone or desk.fax or desk.email or desk.secure_mailbox):
        raise errors.LINE_WITHOUT_NUMBER.error(where="phone")
    return desk


def _site(text: str, *, sites: Mapping[str, str]) -> str:
    if not text or plain(text) in ("all", "tous", "alle", "every", "groupe"):
        return ""
    found = sites.get(plain(text))
    if found is None:
        raise errors.PLACE_UNKNOWN.error(where="site", word=text[:40], known=", ".join(sorted(set(sites.values()))))
    return found


def specialty_read(text: str, *, names: Mapping[str, str]) -> str:
    """Return the id of a specialty from any name it goes by. Raises: RL-LIA-006."""
    found = names.get(plain(text))
    if found is None:
        known = ", ".join(sorted(set(names.values())))
        raise errors.WORD_UNKNOWN.error(where="specialty", word=text[:40], field="specialty", known=known)
    return found


def languages_read(text: str) -> tuple[str, ...]:
    """Return languages in the order written, as two letters. Raises: RL-LIA-006."""
    found: list[str] = []
    for word in filter(None, re.split(r"[,;/+&\s]+|\bet\b|\ben\b(?=\s)", text.strip())):
        code = next((code for code, words in _LANGUAGE_WORDS.items() if plain(word) in words.split()), None)
        if code is None:
            raise errors.WORD_UNKNOWN.error(
                where="languages", word=word[:40], field="languages", known=", ".join(LANGUAGES)
            )
        if code not in found:
            found.append(code)
    return tuple(found)


Word = TypeVar("Word", Way, DeskKind)


def word_read(text: str, *, words: Mapping[Word, str], field: str) -> Word:
    """Return the member a word stands for. Raises: RL-LIA-006."""
    asked = plain(text)
    for member, names in words.items():
        if asked == plain(member.value) or asked in names.split("|"):
            return member
    known = ", ".join(member.value for member in words)
    raise errors.WORD_UNKNOWN.error(where=field, word=text[:40], field=field, known=known)


def practitioner_rows(table: Table, *, names: Mapping[str, str]) -> Iterator[Row]:
    """Read every row of a file of practitioners; one that names the same entry twice is refused the second time."""
    seen: dict[str, int] = {}
    for line, cells in table.rows:
        try:
            given = practitioner_read(table.cells(cells), names=names)
            _once(seen, given.number or given.key, line)
        except RelightError as refusal:
            yield Row(line=line, refusal=refusal)
        else:
            yield Row(line=line, practitioner=given)


def desk_rows(table: Table, *, sites: Mapping[str, str], names: Mapping[str, str]) -> Iterator[Row]:
    """Read every row of a file of lines; one that names the same entry twice is refused the second time."""
    seen: dict[str, int] = {}
    for line, cells in table.rows:
        try:
            given = desk_read(table.cells(cells), sites=sites, names=names)
            _once(seen, "|".join(given.key), line)
        except RelightError as refusal:
            yield Row(line=line, refusal=refusal)
        else:
            yield Row(line=line, desk=given)


def _once(seen: dict[str, int], key: str, line: int) -> None:
    if key in seen:
        raise errors.ROW_TWICE.error(where=f"line {line}", first=seen[key])
    seen[key] = line


def names_index(named: Iterable[tuple[str, Sequence[str]]]) -> dict[str, str]:
    """Map every name a thing goes by, `plain`, to its id. Args: named: id and names; the first of two equals counts."""
    index: dict[str, str] = {}
    for id, names in named:
        for name in (id, *names):
            index.setdefault(plain(name), id)
    return index
