"""What the words of a source mean: kinds, urgencies, states, specialties, languages, in four languages.

Owns the word lists. Refuses to guess: what no word fits stays OTHER, UNKNOWN or empty, and of several urgencies in
one text the soonest counts. Sources: NCEPOD (2004); HL7 tables 0276, 0278, 0217, 0485; exports of Belgian hospitals.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

from relight.activity.rules.booked import BookingState
from relight.activity.types import Kind, Urgency

_NOT_WORD = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=65536)
def folded(text: str) -> str:
    """Return a text as it is compared: small letters without accents, words parted by one space."""
    text = text.replace("ß", "ss").replace("œ", "oe").replace("Œ", "oe").replace("°", " ")
    plain = unicodedata.normalize("NFKD", text.casefold())
    return _NOT_WORD.sub(" ", "".join(c for c in plain if not unicodedata.combining(c))).strip()


def slug(text: str) -> str:
    """Return a text as an id: `Site d'Arlon` -> `site-d-arlon`; at most 64 characters."""
    return folded(text).replace(" ", "-")[:64].strip("-")


def words(text: str) -> list[str]:
    """Return the alternatives of a block written `a | b | c`."""
    return [word.strip() for word in text.replace("\n", " ").split("|") if word.strip()]


def pattern(table: Mapping[str, str]) -> re.Pattern[str]:
    """Compile words by what they mean into one pattern over folded text; the longest at a place wins.

    Args: table: group name -> `a | b c | stem* | *ending*`; a star stands for letters.
    """
    every = [(word, name) for name, block in table.items() for word in words(block)]
    every.sort(key=lambda pair: len(pair[0]), reverse=True)
    parts = (f"(?P<{name}_{n}>{word.replace('*', '[a-z]*')})" for n, (word, name) in enumerate(every))
    return re.compile(rf"(?<![a-z0-9])(?:{'|'.join(parts)})(?![a-z0-9])")


def _group(match: re.Match[str]) -> str:
    return str(match.lastgroup).rpartition("_")[0]


# -- kinds -------------------------------------------------------------------------------------------------

_KINDS: Mapping[str, str] = {
    "OPERATION": """operation* | operatie* | operer | operatif | intervention* | chirurgi* | surger* | surgical*
        | heelkunde | ingreep | ingrepen | eingriff* | op | oper | bloc | bloc op | bloc operatoire
        | salle d operation | salle d op | programme operatoire | operating theatre | operating room
        | operatiekwartier | operationssaal | theatre | procedure chirurgicale | arthroscop* | arthroplast*
        | laparoscop* | *ectomie | *ectomy | *plastie | *plastia | *plasty | *ektomie | cataract* | osteosynthes*
        | cesarienne | caesarean | cesarean | keizersnede | kaiserschnitt | greffe | transplant* | prothese totale""",
    "IMAGING": """imagerie* | imaging | bildgebung | beeldvorming | medische beeldvorming | imagerie medicale | irm
        | mri | mrt | nmr | rmn | scanner | scan | ct | ct scan | ctscan | tdm | tomodensitometrie | radio | radios
        | radiograph* | radiolog* | rontgen* | roentgen* | rx | xr | x ray | xray | chest x ray | echo | echograph*
        | echocardio* | echodoppler | echografie | sonograph* | ultraso* | ultraschall* | doppler | mammo*
        | densitometrie | osteodensitometrie | botdensitometrie | examen radiologique | angiograph* | angio ct
        | arthro ct""",
    "SCINTIGRAPHY": """scintigr* | szintigr* | scinti | scinto | pet | pet ct | pet scan | petscan | tep | tep scan
        | spect | bone scan | botscan | medecine nucleaire | nuclear medicine | nucleaire geneeskunde
        | nuklearmedizin* | isotop*""",
    "ENDOSCOPY": """endoscop* | endoskop* | gastroscop* | gastroskop* | coloscop* | colonoscop* | koloskop*
        | coloskop* | bronchoscop* | bronchoskop* | cystoscop* | zystoskop* | fibroscop* | rectoscop*
        | sigmoidoscop* | hysteroscop* | echoendoscop* | ercp | cpre | biopsy of colon | oesogastroduodenoscop*
        | ogd""",
    "FUNCTION_TEST": """function test* | functional test* | exploration* fonctionnelle* | epreuve fonctionnelle*
        | epreuves fonctionnelles* | epreuve d effort | test d effort | stress test | tilt test | ecg | ekg | eeg
        | emg | efr | spirometr* | ergometr* | holter | mapa | polysomnograph* | polygraph* | audiometr*
        | audiogram* | champ visuel | longfunctie* | fietsproef | inspanningsproef | functieonderzoek*
        | lungenfunktion* | belastungs* | funktionstest* | pulmonary function* | test fonctionnel
        | electrocardiogramm* | electromyogramm* | electroencephalogramm* | potentiels evoques | urodynamique
        | manometrie""",
    "CONSULTATION": """consult* | konsult* | cs | raadpleg* | sprechstund* | spreekuur | polikliniek* | poli
        | ambulanz | controle* | kontroll* | nakontrol* | nacontrol* | nachsorge | suivi | follow up | followup
        | opvolg* | checkup | check up | visite | visit | office visit | outpatient* | clinic visit
        | premiere visite | preop* | pre op | postop* | post op | pre anesthes* | preanesthes* | general discussion
        | general practice | teleconsult* | avis""",
    "DAY_HOSPITAL": """hopital de jour | hospitalisation de jour | clinique de jour | hdj | hj | one day | oneday
        | chirurgie de jour | dagziekenhuis | daghospitaal | dagkliniek | dagopname | dagbehandeling | tagesklinik
        | tagesklinisch* | day hospital | day case | day clinic | day care | day surgery | chirurgische dagkliniek""",
    "TREATMENT": """treatment* | traitement* | seance* | behandel* | behandlung* | dialys* | hemodialys*
        | hamodialys* | haemodialys* | chimio* | chemo* | radiotherap* | radiother* | strahlentherap* | bestral*
        | bestrahl* | immunotherap* | curietherap* | transfusi* | perfusion* | infusion* | infuus | kine | kines*
        | kinesitherap* | physiotherap* | ergotherap* | logoped* | revalid* | reeducation | rehabilitation
        | phototherap* | sitzung*""",
    "SAMPLING": """sampling | prelevement* | prise de sang | prises de sang | prise sang | pds | blood draw
        | blood sample* | blood test* | phlebotom* | bloedafname* | bloedname* | bloedprik* | blutabnahm*
        | blutentnahm* | probenahm* | staalafname* | labo | labor | laboratoire | laboratorium | laboratory
        | biologie clinique | cbc | hemogram* | sample collection | specimen collection | staalname*""",
}
_KIND_PATTERN = pattern(_KINDS)
_PLAIN_KINDS: Mapping[str, Kind] = {folded(kind.value): kind for kind in Kind}
_OF_SPECIALTY: Mapping[str, Kind] = {
    "radiology": Kind.IMAGING,
    "nuclear-medicine": Kind.SCINTIGRAPHY,
    "endoscopy": Kind.ENDOSCOPY,
    "dialysis": Kind.TREATMENT,
    "radiotherapy": Kind.TREATMENT,
    "laboratory": Kind.SAMPLING,
    "operating-theatre": Kind.OPERATION,
    "consultations": Kind.CONSULTATION,
}


@lru_cache(maxsize=65536)
def kind_of(text: str) -> Kind | None:
    """Return the kind a text speaks of: the word that stands first; None when none does.

    A treatment given in the day hospital is a treatment: of the two it is the one never cancelled silently.
    """
    plain = folded(text)
    if plain in _PLAIN_KINDS:
        return _PLAIN_KINDS[plain]
    found = [Kind[_group(match)] for match in _KIND_PATTERN.finditer(plain)]
    if not found:
        return None
    if found[0] is Kind.DAY_HOSPITAL and Kind.TREATMENT in found:
        return Kind.TREATMENT
    return found[0]


def kinds_in(text: str) -> frozenset[Kind]:
    """Return every kind a text speaks of: a title that names two says nothing of a row."""
    return frozenset(Kind[_group(match)] for match in _KIND_PATTERN.finditer(folded(text)))


def kind_of_specialty(specialty: str) -> Kind | None:
    """Return the kind a specialty or service does and nothing else: radiology -> imaging."""
    return _OF_SPECIALTY.get(specialty)


# -- urgencies ---------------------------------------------------------------------------------------------

_URGENCIES: Mapping[str, str] = {
    "IMMEDIATE": """immediate* | immediat* | vital* | urgence vitale | urgence absolue | absolue | tres urgent*
        | extreme urgence | levensbedreigend* | onmiddellijk* | zeer dringend* | sofort* | unmittelbar*
        | sehr dringend* | lebensbedrohlich* | life threatening | stat""",
    "URGENT": """urgent* | urgenc* | dringend* | dringlich* | eilig* | spoed* | noodgeval* | notfall* | notfallm*
        | emergenc* | asap | as soon as possible""",
    "EXPEDITED": """semi urgent* | semiurgent* | urgence relative | urgence differee | relative | differee
        | peu urgent* | expedited | rapide* | rapidement | prioritaire* | priority | prioritair* | bref delai
        | halfdringend* | semi dringend* | halbdringend* | aufgeschoben* | versneld* | beschleunigt* | accelere*
        | two week wait""",
    "ELECTIVE": """electi* | elekti* | program* | planifi* | planned | planable | scheduled | routine* | geplan*
        | gepland* | planbar* | non urgent* | nonurgent* | pas urgent* | sans urgence | non prioritaire*
        | not urgent* | no urgency | niet dringend* | niet urgent* | niet spoed* | geen spoed* | nicht dringend*
        | nicht dringlich* | nicht eilig* | nicht urgent* | kein notfall | normal* | normaal | standard* | a froid""",
}
_URGENCY_PATTERN = pattern(_URGENCIES)
_PLAIN_URGENCIES: Mapping[str, Urgency] = {folded(urgency.value): urgency for urgency in Urgency}
_NCEPOD = re.compile(
    r"(?<![a-z0-9])(?:ncepod|class[e]?|klasse|categor[a-z]*|kategorie)?\s*(iv|iii|ii|i|[1-4])[a-b]?(?![a-z0-9])"
)
_CLASSES: Mapping[str, Urgency] = {
    "1": Urgency.IMMEDIATE,
    "2": Urgency.URGENT,
    "3": Urgency.EXPEDITED,
    "4": Urgency.ELECTIVE,
    "i": Urgency.IMMEDIATE,
    "ii": Urgency.URGENT,
    "iii": Urgency.EXPEDITED,
    "iv": Urgency.ELECTIVE,
}
SOONEST: tuple[Urgency, ...] = (
    Urgency.IMMEDIATE,
    Urgency.URGENT,
    Urgency.EXPEDITED,
    Urgency.ELECTIVE,
    Urgency.UNKNOWN,
)
_YES = frozenset(["yes", "y", "oui", "o", "ja", "j", "true", "vrai", "waar", "wahr", "x", "1", "v", "ok"])
_NO = frozenset(["no", "n", "non", "nee", "nein", "false", "faux", "onwaar", "falsch", "0"])


def yes_no(text: str) -> bool | None:
    """Read a cell that says yes or no, in four languages; None when it says neither."""
    plain = folded(text)
    if plain in _YES or text.strip() in ("✓", "✔", "☒", "☑"):
        return True
    return False if plain in _NO else None


@lru_cache(maxsize=65536)
def urgency_of(text: str, header: str = "") -> Urgency:
    """Return the urgency a text states; of several the soonest.

    Args: header: the column it stands in: digits are NCEPOD classes only where header or text say so, because other
    scales run the other way; yes and no answer a column called urgent.
    """
    plain, column = folded(text), folded(header)
    if not plain:
        return Urgency.UNKNOWN
    if plain in _PLAIN_URGENCIES:
        return _PLAIN_URGENCIES[plain]
    found = {Urgency[_group(match)] for match in _URGENCY_PATTERN.finditer(plain)}
    if not found and "ncepod" in f"{plain} {column}":
        match = _NCEPOD.search(plain.replace("ncepod", " ").strip())
        return _CLASSES[match.group(1)] if match else Urgency.UNKNOWN
    if not found and re.search(r"urgen|spoed|dringend|dringlich|notfall", column):
        said = yes_no(text)
        if said is not None and plain not in ("1", "0"):
            return Urgency.URGENT if said else Urgency.ELECTIVE
    return soonest(found)


def soonest(found: Iterable[Urgency]) -> Urgency:
    """Return the soonest of some urgencies, UNKNOWN for none."""
    held = set(found)
    return next((urgency for urgency in SOONEST if urgency in held), Urgency.UNKNOWN)


# -- states, follow-up, languages ----------------------------------------------------------------------------

_STATES = pattern(
    {
        "WITHDRAWN": """annule | annulee | annules | annulees | supprime | supprimee | geannuleerd | afgezegd
            | geschrapt | abgesagt | storniert | geloscht | cancelled | canceled | deleted | withdrawn
            | entered in error | discontinued | decommande | decommandee | verwijderd""",
        "DONE": """effectue | effectuee | realise | realisee | termine | terminee | honore | honoree | absent
            | non venu | pas venu | uitgevoerd | afgewerkt | niet verschenen | nicht erschienen | durchgefuhrt
            | erledigt | done | completed | complete | fulfilled | noshow | no show | attended | seen""",
    }
)
_FOLLOW = pattern(
    {
        "NEW": """nouveau | nouvelle | nouveau patient | nouveau cas | premiere | premier contact
            | premiere consultation | 1ere | 1er | 1ere consultation | primo | new | new patient | first visit
            | initial | nieuw | nieuwe patient | eerste | eerste raadpleging | neu | neuer patient | erstvorstellung
            | erstkontakt | erstkonsultation""",
        "YEARLY": "annuel* | yearly | annual* | jaarlijks* | jahrlich* | checkup | check up",
        "OLD": """suivi | controle | follow up | followup | revoir | revision | ancien | ancienne | connu | existing
            | return | review | opvolging | controle raadpleging | nacontrole | vervolg | gekend | bekend
            | kontrolle | nachsorge | verlauf | verlaufskontrolle | folgetermin | wiedervorstellung""",
    }
)
_LANGUAGES: Mapping[str, str] = {
    "fr": "fr | f | fra | fre | francais | francaise | frans | franzosisch | french",
    "nl": "nl | n | nld | dut | neerlandais | neerlandaise | nederlands | niederlandisch | dutch | vlaams",
    "de": "de | d | deu | ger | allemand | allemande | duits | deutsch | german",
    "en": "en | e | eng | anglais | anglaise | engels | englisch | english",
}
_LANGUAGE_OF = {word: code for code, block in _LANGUAGES.items() for word in words(block)}


def state_of(text: str) -> BookingState:
    """Return what a status says; BOOKED for all that says neither withdrawn nor over."""
    match = _STATES.search(folded(text))
    return BookingState[_group(match)] if match else BookingState.BOOKED


@lru_cache(maxsize=4096)
def follow_up_of(text: str, *, asks_new: bool = False) -> bool | None:
    """Return whether a column on follow-up says it is one; None when it says nothing clear.

    A yearly check is none, whatever else the text says.
    Args: asks_new: the column asks whether the patient is new, so that yes means no follow-up.
    """
    said = yes_no(text)
    if said is not None:
        return said is not asks_new
    found = {_group(match) for match in _FOLLOW.finditer(folded(text))}
    if "YEARLY" in found:
        return False
    return None if len(found) != 1 else found == {"OLD"}


def language_of(text: str) -> str:
    """Return the code of a language (`fr`, `nl`, `de`, `en`), empty when it is none of these."""
    plain = folded(text)
    return _LANGUAGE_OF.get(plain) or _LANGUAGE_OF.get(plain[:2] if re.match(r"[a-z]{2} [a-z]{2}\Z", plain) else "", "")


# -- specialties ---------------------------------------------------------------------------------------------

_SPECIALTIES: Mapping[str, str] = {
    "anaesthesia": "anesthesi* | anaesthesi* | anasthesi*",
    "cardiology": "cardiolog* | kardiolog* | cardio",
    "cardiac-surgery": "chirurgie cardiaque | cardiochirurgie | cardiac surgery | herzchirurgie | hartchirurgie",
    "dentistry": "dentist* | stomatolog* | tandheelkunde | zahn* | maxillo* | mka",
    "dermatology": "dermatolog* | dermato | huidziekten",
    "dialysis": "dialys* | hemodialys*",
    "emergency": "urgence* | emergency | spoed* | notaufnahme",
    "endocrinology": "endocrinolog* | endokrinolog* | diabetolog* | endocrino",
    "endoscopy": "endoscopie | endoscopy | endoskopie",
    "ent": "orl | nko | hno | ent | oto rhino* | otorhino* | otolaryngolog*",
    "gastroenterology": "gastro enterolog* | gastroenterolog* | gastro | maag darm*",
    "general-practice": "general practice | medecine generale | huisarts* | allgemeinmedizin | gp",
    "geriatrics": "geriatri*",
    "gynaecology": "gyneco* | gynaeco* | gynako* | gynaecolog* | obstetri* | maternite | verloskunde | geburtshilfe",
    "haematology": "hematolog* | haematolog* | hamatolog*",
    "intensive-care": "soins intensifs | intensive care | intensieve zorg* | intensivstation",
    "internal-medicine": "medecine interne | internal medicine | inwendige* | innere medizin | interne geneeskunde",
    "laboratory": "laboratoire | laboratory | laboratorium | labor | labo | biologie clinique",
    "neonatology": "neonat*",
    "nephrology": "nephrolog* | nefrolog*",
    "neurology": "neurolog* | neuro",
    "neurosurgery": "neurochirurg* | neurosurg*",
    "nuclear-medicine": "medecine nucleaire | nuclear medicine | nucleaire geneeskunde | nuklearmedizin",
    "oncology": "oncolog* | onkolog* | onco | cancerolog*",
    "ophthalmology": "ophtalmo* | ophthalmo* | oftalmo* | oogheelkunde | oogziekten | augen*",
    "orthopaedics": "orthoped* | orthopad* | orthopaed* | ortho | traumatolog*",
    "paediatrics": "pediatr* | paediatr* | padiatr* | kinderziekten | kindergeneeskunde | kinderheilkunde",
    "plastic-surgery": "chirurgie plastique | plastische chirurgie | plastic surgery",
    "pneumology": "pneumolog* | pneumo | pulmonolog* | longziekten | respiratory medicine",
    "psychiatry": "psychiatr* | psy | pedopsychiatr*",
    "radiology": "radiolog* | imagerie medicale | medische beeldvorming | bildgebung",
    "radiotherapy": "radiotherap* | strahlentherap*",
    "rehabilitation": "revalid* | rehabilit* | reeducation | medecine physique | kinesitherap* | physiotherap*",
    "rheumatology": "rhumatolog* | reumatolog* | rheumatolog* | rhumato",
    "surgery": "chirurgi* | surgery | heelkunde | chirurgie generale | chirurgie abdominale | chirurgie digestive",
    "urology": "urolog* | uro",
    "vascular-surgery": "chirurgie vasculaire | vascular surgery | vaatheelkunde | gefasschirurgie",
}
_GROUPS = {name.replace("-", "__"): name for name in _SPECIALTIES}
_SPECIALTY_PATTERN = pattern({group: _SPECIALTIES[name] for group, name in _GROUPS.items()})


@lru_cache(maxsize=16384)
def specialty_of(text: str) -> str:
    """Return the slug of a specialty written in any of four languages; the text as a slug when it is none known."""
    return specialty_known(text) or slug(text)


@lru_cache(maxsize=16384)
def specialty_known(text: str) -> str:
    """Return the slug of the specialty a text names first, empty when it names none."""
    plain = folded(text)
    if plain.replace(" ", "-") in _SPECIALTIES:
        return plain.replace(" ", "-")
    match = _SPECIALTY_PATTERN.search(plain)
    return _GROUPS[_group(match)] if match else ""
