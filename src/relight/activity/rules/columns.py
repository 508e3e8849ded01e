"""Which column of a table holds what: names of columns in French, Dutch, German and English.

Owns the guess; the person importing sees it and may overrule it. Refuses to look at the cells below.
Sources: exports of Belgian appointment, theatre and radiology systems, and the lists secretariats keep by hand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

from relight.activity.errors import MAP_COLUMN, MAP_HEADER
from relight.activity.rules.meaning import folded, words
from relight.kernel.errors import N_


class Column(StrEnum):
    """What a column holds. NEW_PATIENT asks the opposite of FOLLOW_UP; PATIENT is a whole name in one cell."""

    ID = "id"
    KIND = "kind"
    ACT = "act"
    URGENCY = "urgency"
    SPECIALTY = "specialty"
    SITE = "site"
    SERVICE = "service"
    START = "start"
    DATE = "date"
    TIME = "time"
    END = "end"
    MINUTES = "minutes"
    REASON = "reason"
    NOTE = "note"
    CATEGORY = "category"
    FOLLOW_UP = "follow-up"
    NEW_PATIENT = "new-patient"
    PRACTITIONER = "practitioner"
    PLACE = "place"
    STATUS = "status"
    PATIENT = "patient"
    FAMILY = "family"
    GIVEN = "given"
    BIRTH = "birth-date"
    NATIONAL = "national-number"
    RECORD = "record-number"
    PHONE = "phone"
    MOBILE = "mobile"
    EMAIL = "email"
    ADDRESS = "address"
    POSTCODE = "postcode"
    CITY = "city"
    LANGUAGE = "language"


COLUMN_WORDS: Mapping[Column, str] = {
    Column.ID: N_("number of the appointment"),
    Column.KIND: N_("kind of activity"),
    Column.ACT: N_("act or examination"),
    Column.URGENCY: N_("urgency"),
    Column.SPECIALTY: N_("specialty"),
    Column.SITE: N_("site"),
    Column.SERVICE: N_("service"),
    Column.START: N_("day and time"),
    Column.DATE: N_("day"),
    Column.TIME: N_("time"),
    Column.END: N_("end"),
    Column.MINUTES: N_("length"),
    Column.REASON: N_("reason"),
    Column.NOTE: N_("note"),
    Column.CATEGORY: N_("category"),
    Column.FOLLOW_UP: N_("follow-up (yes or no)"),
    Column.NEW_PATIENT: N_("new patient (yes or no)"),
    Column.PRACTITIONER: N_("practitioner"),
    Column.PLACE: N_("room"),
    Column.STATUS: N_("status"),
    Column.PATIENT: N_("patient's name"),
    Column.FAMILY: N_("family name"),
    Column.GIVEN: N_("given name"),
    Column.BIRTH: N_("birth date"),
    Column.NATIONAL: N_("national number"),
    Column.RECORD: N_("record number"),
    Column.PHONE: N_("telephone"),
    Column.MOBILE: N_("mobile phone"),
    Column.EMAIL: N_("mail address"),
    Column.ADDRESS: N_("address"),
    Column.POSTCODE: N_("postcode"),
    Column.CITY: N_("town"),
    Column.LANGUAGE: N_("language"),
}
MANY: frozenset[Column] = frozenset(
    {Column.ACT, Column.REASON, Column.NOTE, Column.CATEGORY, Column.PHONE, Column.MOBILE, Column.ADDRESS, Column.PLACE}
)
"""Columns that may stand in a table more than once: their cells are joined."""

_NAMES: Mapping[Column, str] = {
    Column.ID: """id | n | uid | uuid | n rdv | no rdv | num rdv | numero rdv | id rdv | rdv id | n rendez vous
        | numero de rendez vous | numero du rendez vous | numero | num | no | nr | ref | reference | reference rdv
        | appointment id | appointmentid | appointment number | booking id | booking number | afspraaknummer
        | afspraak id | afspraaknr | terminnummer | termin id | terminnr | identifiant | identifier | cle
        | n demande | n d intervention | n intervention | operation number | order number | accession number
        | external id | id rendez vous""",
    Column.KIND: """kind | type | type de rdv | type rdv | type de rendez vous | type rendez vous | type d activite
        | type activite | activite | activity | activity type | activity kind | appointment type | nature
        | nature du rdv | nature de l activite | soort | soort afspraak | soort activiteit | type afspraak
        | activiteit | afspraaktype | art | terminart | art des termins | tatigkeit | aktivitat | type de prestation
        | type d acte | genre | appointmenttype | typ""",
    Column.ACT: """acte | actes | examen | examens | exam | intervention | intervention prevue | operation
        | procedure | prestation | libelle | libelle acte | libelle de l acte | libelle examen
        | libelle intervention | description | designation | onderzoek | ingreep | prestatie | omschrijving
        | untersuchung | eingriff | leistung | bezeichnung | modalite | modality | modaliteit | modalitat | act
        | service type | servicetype | type d examen | examen demande | nature de l intervention | titre | title
        | subject | objet""",
    Column.URGENCY: """urgency | urgence | urgent | degre d urgence | degre urgence | niveau d urgence
        | niveau urgence | classe d urgence | classe urgence | priorite | priority | prio | ncepod | classe ncepod
        | ncepod class | ncepod klasse | urgentie | urgentiegraad | dringendheid | dringend | spoed | prioriteit
        | dringlichkeit | prioritat | urgenz | urgency class | degre de priorite | caractere urgent | notfall""",
    Column.SPECIALTY: """specialty | speciality | specialite | specialite medicale | discipline | specialisme
        | specialiteit | fachgebiet | fachrichtung | fachbereich | disziplin | spec | spe | specialite du medecin""",
    Column.SITE: """site | sites | campus | hopital | hospital | etablissement | implantation | ziekenhuis
        | vestiging | locatie | standort | krankenhaus | klinik | site id | clinique | lieu site | site hospitalier
        | facility""",
    Column.SERVICE: """service | unite | unite de soins | uf | unite fonctionnelle | departement | department
        | dienst | afdeling | abteilung | service medical | service executant | unit | ward | clinic | agenda
        | planning | kalender | calendar""",
    Column.START: """start | starts | starts at | start time | starttime | start date time | begin | debut
        | date debut | date de debut | date heure | date et heure | date et heure du rdv | date heure rdv
        | date heure debut | datetime | date time | rdv | rendez vous | afspraak | termin | appointment
        | datum en uur | datum uur | begintijd | datum und uhrzeit | beginn | heure debut date | debut rdv
        | scheduled at | date time start | tijdstip | dtstart | when""",
    Column.DATE: """date | jour | day | date rdv | date du rdv | date de rdv | date rendez vous
        | date du rendez vous | date d examen | date examen | date de l examen | date operation | date d operation
        | date de l operation | date intervention | date d intervention | date prevue | date de consultation
        | appointment date | start date | datum | dag | datum afspraak | afspraakdatum | tag | termindatum
        | date acte | date de l intervention | op datum | operatiedatum""",
    Column.TIME: """heure | time | h | hre | heure rdv | heure du rdv | heure de rdv | heure debut | heure de debut
        | heure prevue | uur | tijd | beginuur | startuur | uhrzeit | zeit | hour | appointment time
        | heure d arrivee | heure convocation | aanvangsuur | heure rendez vous | startzeit""",
    Column.END: """end | ends | ends at | end time | fin | heure fin | heure de fin | date fin | date de fin | einde
        | einduur | eindtijd | ende | endzeit | dtend | fin prevue""",
    Column.MINUTES: """minutes | duree | duration | duur | dauer | duree min | duree minutes | duree prevue
        | duree en minutes | length | min | duration min | duration minutes | duur min | temps prevu""",
    Column.REASON: """reason | motif | motif de consultation | motif du rdv | motif rdv | motif consultation
        | motif rendez vous | raison | indication | indications | diagnostic | diagnosis | reden | reden van bezoek
        | reden afspraak | indicatie | diagnose | grund | anlass | indikation | besuchsgrund
        | renseignements cliniques | clinical information | reasoncode | reason for visit | question clinique
        | contexte | contexte clinique""",
    Column.NOTE: """note | notes | remarque | remarques | commentaire | commentaires | comment | comments | info
        | infos | informations | opmerking | opmerkingen | bemerkung | bemerkungen | notiz | observations
        | observation | precision | texte libre | information complementaire""",
    Column.CATEGORY: """category | categories | categorie | pathologie | pathology | programme de soins
        | trajet de soins | parcours | filiere | zorgtraject | kategorie | pathologien | follow up category
        | categorie de suivi | groupe""",
    Column.FOLLOW_UP: """follow up | followup | suivi | controle | de suivi | follow up visit | opvolging | vervolg
        | verlaufskontrolle | consultation de suivi | is follow up | patient connu | suivi o n | suivi oui non
        | type de suivi""",
    Column.NEW_PATIENT: """nouveau patient | nouveau | new patient | premiere consultation | premiere visite
        | premier rdv | nieuwe patient | nieuw | neuer patient | neupatient | first visit | is new | new""",
    Column.PRACTITIONER: """practitioner | medecin | docteur | dr | praticien | prestataire | nom du medecin
        | nom medecin | medecin         executant | chirurgien | operateur | radiologue | arts | dokter
        | behandelaar | zorgverlener | chirurg | arzt | behandler | doctor | physician | provider | surgeon
        | intervenant | medecin responsable | uitvoerder | ressource""",
    Column.PLACE: """place | salle | local | cabinet | lieu | room | location | zaal | lokaal | plaats | raum | ort
        | saal | salle d op | salle d operation | appareil | machine | toestel | gerat | operatiezaal | op saal
        | bureau | box | salle examen""",
    Column.STATUS: """status | statut | etat | etat rdv | statut rdv | statut du rdv | appointment status | toestand
        | etat du rendez vous | status afspraak | terminstatus | stand""",
    Column.PATIENT: """patient | nom patient | nom du patient | nom et prenom | nom prenom | nom prenoms
        | nom et prenom du patient | patient name | patientname | name of patient | full name | naam patient
        | naam en voornaam | naam voornaam | patientnaam | patientenname | name vorname | name und vorname
        | identite | identite patient | patient e | nom complet""",
    Column.FAMILY: """nom | nom de famille | family | family name | last name | lastname | surname | naam
        | familienaam | achternaam | nachname | familienname | nom de naissance | patient nom | nom usuel | name
        | nom patient e | patient family""",
    Column.GIVEN: """prenom | prenoms | given | given name | first name | firstname | voornaam | vorname
        | patient prenom | forename""",
    Column.BIRTH: """birth date | birthdate | date of birth | dob | date de naissance | date naissance | naissance
        | ne le | nee le | ne e le | ne e | ddn | d d n | dn | date naiss | dt naissance | geboortedatum | geb datum
        | geboren | geboren op | geburtsdatum | geb | geburtstag | patient date de naissance | naiss""",
    Column.NATIONAL: """national number | niss | inss | rijksregisternummer | rijksregister | insz
        | registre national | numero national | n national | no national | nrn | num national
        | nationalregisternummer | erkennungsnummer | numero de registre national | n registre national | rr nummer
        | nationale nummer | ssn | bsn""",
    Column.RECORD: """record number | record | dossier | n dossier | no dossier | num dossier | numero de dossier
        | numero dossier | n patient | no patient | numero patient | id patient | patient id | patientid | ipp | nip
        | mrn | dossiernummer | patientnummer | patientennummer | fallnummer | dossiernr | patientnr | patientennr
        | identifiant patient | code patient | n de dossier | n admission""",
    Column.PHONE: """phone | telephone | tel | tel fixe | telephone fixe | n tel | n telephone | numero de telephone
        | telefoon | telefoonnummer | telefon | telefonnummer | phone number | tel domicile | tel prive | contact
        | coordonnees | telephone patient | tel patient | home phone""",
    Column.MOBILE: """mobile | gsm | portable | tel portable | telephone portable | n gsm | tel gsm | handy | mobiel
        | mobilnummer | mobile phone | cell | cell phone | gsm nummer | tel mobile | mobilephone""",
    Column.EMAIL: """email | e mail | mail | courriel | adresse mail | adresse e mail | adresse email | mailadres
        | e mailadres""",
    Column.ADDRESS: """address | adresse | rue | adres | straat | anschrift | strasse | street | rue et numero
        | adresse patient | domicile | adresse du patient""",
    Column.POSTCODE: """postcode | code postal | cp | plz | postal code | zip | codepostal | postleitzahl""",
    Column.CITY: """city | ville | localite | commune | gemeente | woonplaats | stad | ort wohnort | wohnort | town
        | plaats patient""",
    Column.LANGUAGE: """language | langue | taal | sprache | langue patient | langue parlee | lang | voertaal""",
}
_BY_NAME: Mapping[str, Column] = {name: column for column, block in _NAMES.items() for name in words(block)}
_WITHIN: tuple[tuple[re.Pattern[str], Column], ...] = tuple(
    (re.compile(rf"(?<![a-z0-9])(?:{shape})(?![a-z0-9])"), column)
    for shape, column in (
        (r"naissance|geboorte\w*|geburts\w*|birth|ne e? ?le", Column.BIRTH),
        (r"niss|insz|rijksregister\w*|registre national|numero national", Column.NATIONAL),
        (r"ncepod|urgence|urgency|urgentie\w*|dringlichkeit|dringendheid", Column.URGENCY),
        (r"gsm|portable|mobiel|handy|mobile", Column.MOBILE),
        (r"telephone|telefoon\w*|telefon\w*|tel", Column.PHONE),
        (r"e ?mail|courriel", Column.EMAIL),
        (r"dossier|ipp|mrn|id patient|patient id", Column.RECORD),
        (r"date (?:et )?heure|date (?:and )?time|datum (?:en |und )?(?:uur|uhrzeit)", Column.START),
        (r"date\w*|datum", Column.DATE),
        (r"heure|uhrzeit|uur", Column.TIME),
        (r"duree|duration|duur|dauer", Column.MINUTES),
        (r"motif|reason|reden|indication", Column.REASON),
        (r"specialite|specialty|specialisme|discipline|fachgebiet", Column.SPECIALTY),
        (r"site|campus|hopital|ziekenhuis|standort", Column.SITE),
        (r"salle|zaal|room|saal", Column.PLACE),
        (r"medecin|chirurgien|praticien|operateur|arts|arzt|surgeon", Column.PRACTITIONER),
        (r"statut|status", Column.STATUS),
        (r"langue|taal|sprache|language", Column.LANGUAGE),
        (r"type|soort|kind", Column.KIND),
        (r"examen|intervention|acte|onderzoek|ingreep|untersuchung|eingriff", Column.ACT),
        (r"commentaire|remarque\w*|opmerking\w*|bemerkung\w*|comment", Column.NOTE),
    )
)
_PRACTITIONERS = re.compile(
    r"medecin|docteur|praticien|prestataire|chirurgien|operateur|arts|arzt|doctor|physician|surgeon"
)
_OTHERS = re.compile(
    r"demandeur|prescripteur|traitant|referent|referring|requesting|huisarts|hausarzt|verwijz\w*|aanvrag\w*|encode|creation"
    r"|created|modifi\w*|assistant|anesthesiste|personne de contact|mutuelle|assurance|verzekering\w*|contact person"
)
"""What stands beside an appointment and is none of the fields: who asked for it, who typed it in."""


_OF_PERSONS = frozenset(
    {Column.FAMILY, Column.PATIENT, Column.GIVEN, Column.PHONE, Column.MOBILE, Column.EMAIL, Column.NATIONAL, Column.ID}
)


def column_of(*labels: str) -> Column | None:
    """Guess what a column holds. Args: labels: from the group above to its own name; empty ones are passed over.

    Under a group that speaks of practitioners a name is the practitioner's; what names a requester is nobody here.
    """
    plain = [text for label in labels if (text := folded(label))]
    if not plain:
        return None
    whole, own = " ".join(plain), plain[-1]
    if _OTHERS.search(whole):
        return None
    if len(plain) > 1 and _PRACTITIONERS.search(" ".join(plain[:-1])):
        held = _BY_NAME.get(own)
        if held in _OF_PERSONS:
            return Column.PRACTITIONER if held in (Column.FAMILY, Column.PATIENT) else None
    found = _BY_NAME.get(whole) or _BY_NAME.get(own)
    if found is not None:
        return found
    return next((column for shape, column in _WITHIN if shape.search(whole)), None)


def guess(headers: Sequence[tuple[str, ...]]) -> dict[Column, list[int]]:
    """Guess every column of a table. Args: headers: labels of each column, outermost first.

    Returns: places by column, several only for those of `MANY`. A lone family name is the whole name.
    """
    found: dict[Column, list[int]] = {}
    for place, labels in enumerate(headers):
        column = column_of(*labels)
        if column is not None and (column in MANY or column not in found):
            found.setdefault(column, []).append(place)
    if Column.FAMILY in found and Column.GIVEN not in found and Column.PATIENT not in found:
        found[Column.PATIENT] = found.pop(Column.FAMILY)
    return found


def overrule(
    guessed: Mapping[Column, Sequence[int]], wished: Mapping[str, str], headers: Sequence[str]
) -> dict[Column, list[int]]:
    """Put what a person said in place of the guess.

    Args: wished: column word -> header; an empty header means that no column holds it. headers: as shown.
    Raises: MAP_COLUMN (RL-ACT-035) for an unknown word, MAP_HEADER (RL-ACT-036) for a header the table has not.
    """
    places: dict[str, int] = {}
    for place, header in enumerate(headers):
        places.setdefault(folded(header), place)
    result = {column: list(found) for column, found in guessed.items()}
    for word, header in wished.items():
        try:
            column = Column(word)
        except ValueError:
            raise MAP_COLUMN.error(where=word, words=", ".join(column.value for column in Column)) from None
        if not header:
            result.pop(column, None)
            continue
        place = places.get(folded(header), -1)
        if place < 0:
            raise MAP_HEADER.error(where=word, header=header, headers=", ".join(filter(None, headers))[:300])
        if column in MANY and place in result.get(column, ()):
            continue  # as kept of the last time: its other columns stay beside it
        for other in list(result):
            result[other] = [at for at in result[other] if at != place]
            if not result[other]:
                del result[other]
        result[column] = [place]
    return result
