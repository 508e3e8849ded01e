"""Which column of a table holds what: header names in French, English, Dutch and German.

Owns the guess; the person importing sees it and may overrule it. Refuses to look at the cells.
Sources: exports of AD (Get-ADComputer, dsquery), GLPI, OCS, SCCM, Lansweeper, NetBox, Windows and Kea
DHCP, and the lists hospitals keep by hand.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from relight.fleet.errors import MAP_FIELD, MAP_HEADER
from relight.fleet.readers.directory import MARKS
from relight.fleet.readers.types import IDENTIFYING, Field, Format

_SYNONYMS: Mapping[Field, str] = {
    Field.SERIAL: """
        serial | serial number | serialnumber | serial no | serial nr | s/n | sn | service tag | servicetag
        | bios serial | bios serial number | system serial number | numero de serie | n de serie | no de serie
        | num serie | numero serie | n serie | no serie | serie | serienummer | serienr | seriennummer | seriennr
        | ssn | serial_number | numero de serie bios | herstellernummer | chassis serial""",
    Field.UUID: """
        uuid | smbios uuid | smbios guid | system uuid | bios uuid | machine uuid | hardware uuid | uuid materiel
        | systeem uuid""",
    Field.MAC: """
        mac | mac address | macaddress | mac addresses | adresse mac | adresses mac | mac adres | macadres
        | mac adresse | macadresse | hwaddr | hardware address | physical address | adresse physique
        | ethernet address | clientid | client id | mac_address | lan mac | wifi mac | mac0 | adresse materielle
        | hardwareadres""",
    Field.IP: """
        ip | ip address | ipaddress | ip addresses | ipv4 | ipv4address | ipv4 address | ipv6 | ipv6address | adresse ip
        | ip adres | ipadres | ip adresse | ip_address | primary ip | primary_ip | primary_ip4 | primary ip4 | address
        | adresse ipv4 | host ip""",
    Field.FQDN: """
        fqdn | dnshostname | dns hostname | dns name | dnsname | dns_name | full name dns | nom dns | nom complet
        | nom dns complet | full computer name | volledige naam | full dns name | dns naam""",
    Field.HOSTNAME: """
        hostname | host name | host | computer | computer name | computername | device name | devicename
        | machine name | machinename | machine | netbios | netbios name | netbios_name0 | netbiosname | nom machine
        | nom de machine | nom de la machine | nom d hote | nom hote | hote | nom du poste | nom poste | poste
        | nom ordinateur | nom de l ordinateur | nom netbios | ordinateur | computernaam | hostnaam | toestelnaam
        | naam computer | werkplek | apparaatnaam | rechnername | rechner | computernamen | geratename | hostnamen
        | pc | pc name | nom pc | nom du pc | pcnaam | pc naam | samaccountname | asset name | system name
        | workstation | name0 | name00""",
    Field.NAME: """
        name | nom | naam | display name | displayname | libelle | designation | bezeichnung | benaming
        | omschrijving | equipement | equipment | appareil | toestel | gerat | device | asset | libelle equipement
        | nom equipement | nom de l equipement | cn | intitule""",
    Field.RECORD: """
        id | asset tag | asset_tag | assettag | asset id | asset number | inventory number | inventory no | inventaire
        | numero d inventaire | numero inventaire | n inventaire | no inventaire | n d inventaire | num inventaire
        | code inventaire | inventarisnummer | inventarnummer | inventarnr | objectguid | object guid | resourceid
        | resource id | deviceid | record | immatriculation | code barre | codebarre | barcode""",
    Field.MANUFACTURER: """
        manufacturer | maker | vendor | brand | make | fabricant | marque | constructeur | fabrikant | merk
        | hersteller | marke | fournisseur materiel | manufacturer0""",
    Field.MODEL: """
        model | modele | device type | device_type | device model | product | product name | productname | produit
        | modell | type de materiel | type materiel | modeltype | model name | reference modele | model0""",
    Field.OS: """
        os | operating system | operatingsystem | os name | osname | systeme d exploitation | systeme exploitation
        | systeme | besturingssysteem | betriebssystem | platform | plateforme | caption | operating system name""",
    Field.OS_VERSION: """
        os version | osversion | operatingsystemversion | operating system version | version os | version de l os
        | version du systeme | version systeme""",
    Field.KLASS: """
        class | classe | type | category | categorie | device category | kind | soort | art | type equipement
        | type d equipement | nature | klasse | chassis type | chassis | itemtype""",
    Field.SITE: """
        site | hospital | hopital | campus | implantation | etablissement | ziekenhuis | standort | locatie site
        | vestiging | krankenhaus | site name | nom du site""",
    Field.ROOM: """
        room | salle | local | piece | bureau | emplacement | localisation | lieu | location | lokaal | kamer
        | ruimte | locatie | raum | zimmer | ort | ubicacion | room number | roomnumber | rack | etage""",
    Field.ROLE: """
        role | device role | device_role | fonction | functie | funktion | rolle | rol | usage""",
    Field.SERVICE: """
        service | department | dept | ward | unite | unite de soins | departement | dienst | afdeling
        | abteilung | station | service utilisateur | service hospitalier | uf""",
    Field.TAGS: """tags | tag | etiquettes | labels | mots cles""",
    Field.STATUS: """status | statut | etat | state | staat | zustand | toestand""",
    Field.SEEN_AT: """
        last seen | lastseen | last_seen | last contact | last inventory | last logon | lastlogon | lastlogondate
        | lastlogontimestamp | last logon timestamp | last active | last online | last scan | date d inventaire
        | date inventaire | dernier inventaire | derniere connexion | dernier contact | vu le | derniere vue
        | laatst gezien | laatste contact | zuletzt gesehen | last_updated | last updated""",
}

_PERSONAL = frozenset(
    [
        "prenom",
        "firstname",
        "givenname",
        "voornaam",
        "vorname",
        "geboortedatum",
        "birthdate",
        "dateofbirth",
        "datedenaissance",
        "naissance",
        "geburtsdatum",
        "niss",
        "rijksregisternummer",
        "nationalnumber",
        "numeronational",
        "patient",
        "patientid",
        "nomdupatient",
        "patientname",
        "dossier",
        "patientnummer",
        "ipp",
        "mrn",
        "sexe",
        "gender",
        "geslacht",
        "geschlecht",
    ]
)
_CLINICAL = frozenset(
    [
        "niss",
        "rijksregisternummer",
        "patient",
        "patientid",
        "nomdupatient",
        "patientname",
        "patientnummer",
        "ipp",
        "mrn",
        "geboortedatum",
        "birthdate",
        "dateofbirth",
        "datedenaissance",
        "geburtsdatum",
    ]
)
_NETBOX = (
    frozenset({"name", "status", "site", "role"}),
    frozenset({"name", "status", "site", "devicerole"}),
    frozenset({"name", "status", "cluster", "vcpus"}),
    frozenset({"name", "devicetype", "site"}),
)


def folded(header: str) -> str:
    """Reduce a header to letters and digits, without accents: `N° de Série` is `ndeserie`."""
    plain = unicodedata.normalize("NFKD", header.replace("°", " ").replace("’", "'"))
    return re.sub(r"[^a-z0-9]+", "", "".join(c for c in plain if not unicodedata.combining(c)).lower())


_KNOWN: Mapping[str, tuple[Field, int]] = {
    folded(word): (field, rank)
    for field, words in reversed(list(_SYNONYMS.items()))
    for rank, word in enumerate(words.split("|"))
}


def guess(headers: Sequence[str]) -> dict[Field, str]:
    """Guess which column holds which field: by known names, the better-known name first.

    Returns: header by field, in the order of the fields. A column serves one field.
    """
    best: dict[Field, tuple[int, str]] = {}
    for header in headers:
        known = _KNOWN.get(folded(header))
        if known is None:
            continue
        field, rank = known
        if field not in best or rank < best[field][0]:
            best[field] = (rank, header)
    mapping = {field: best[field][1] for field in Field if field in best}
    return _netbox(mapping, headers)


def _netbox(mapping: dict[Field, str], headers: Sequence[str]) -> dict[Field, str]:
    """In a NetBox table `Type` is the model and `ID` the record, `Asset tag` is not."""
    if table_format(headers) is not Format.NETBOX_CSV:
        return mapping
    by_name = {folded(header): header for header in headers}
    if "type" in by_name and Field.MODEL not in mapping:
        mapping[Field.MODEL] = by_name["type"]
    if "type" in by_name:
        mapping.pop(Field.KLASS, None)
    if "id" in by_name:
        mapping[Field.RECORD] = by_name["id"]
    return mapping


def overrule(mapping: Mapping[Field, str], wished: Mapping[str, str], headers: Sequence[str]) -> dict[Field, str]:
    """Apply what the person says: `{"serial": "Numéro"}`; an empty header takes the field out.

    Raises: MAP_FIELD, MAP_HEADER.
    """
    result = dict(mapping)
    by_name = {folded(header): header for header in reversed(headers)} | {header: header for header in headers}
    for name, header in wished.items():
        try:
            field = Field(name.strip().lower())
        except ValueError:
            raise MAP_FIELD.error(field=name, fields=", ".join(f.value for f in Field)) from None
        if not header.strip():
            result.pop(field, None)
            continue
        found = by_name.get(header.strip()) or by_name.get(folded(header))
        if found is None:
            raise MAP_HEADER.error(header=header, headers=", ".join(headers))
        for other in [other for other, taken in result.items() if taken == found]:
            del result[other]
        result[field] = found
    return {field: result[field] for field in Field if field in result}


def table_format(headers: Sequence[str]) -> Format:
    """Say which tool's table it is, from its column names."""
    names = {folded(header) for header in headers}
    if any(marks <= names for marks in _NETBOX) and not names & {"dnshostname", "samaccountname"}:
        return Format.NETBOX_CSV
    if len(names & MARKS) >= 2 and names & {"dnshostname", "samaccountname", "operatingsystem", "distinguishedname"}:
        return Format.DIRECTORY_CSV
    return Format.CSV


def names_people(headers: Iterable[str]) -> bool:
    """Say whether columns are those of a list of people."""
    return bool({folded(header) for header in headers} & _PERSONAL)


def names_patients(headers: Iterable[str]) -> bool:
    """Say whether columns are those of a list of patients or of laboratory results."""
    names = {folded(header) for header in headers}
    return bool(names & _CLINICAL) or bool({"result", "test"} <= names)


def names_machines(mapping: Iterable[Field], format: Format) -> bool:
    """Say whether columns are enough to call a table a list of machines. A bare "name" may be
    anybody's: it takes a column beside it that only machines have, or two that they often have."""
    fields = set(mapping)
    if fields & (IDENTIFYING - {Field.NAME}):
        return True
    if Field.NAME not in fields:
        return False
    if format is not Format.CSV or fields & {Field.OS, Field.OS_VERSION, Field.MODEL, Field.MANUFACTURER}:
        return True
    return len(fields & {Field.KLASS, Field.ROOM, Field.SITE, Field.RECORD, Field.ROLE, Field.SERVICE}) >= 2
