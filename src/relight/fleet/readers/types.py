"""What a reader hands on: one row about one machine, one bad row, or one record that names no machine.

Owns the words of the import's first half. Refuses Django, files, clocks.
Source: docs/design/inventories.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import TypeAlias

from relight.fleet.types import Klass
from relight.kernel.errors import N_, ErrorSpec, RelightError, Translate, same


class Format(Enum):
    """What a file is, found from its content."""

    NMAP = "nmap-xml"
    NETBOX = "netbox-json"
    NETBOX_CSV = "netbox-csv"
    GLPI = "glpi-json"
    GLPI_XML = "glpi-xml"
    DHCP = "isc-dhcp"
    LDIF = "ldif"
    DIRECTORY_CSV = "directory-csv"
    CSV = "csv"


FORMAT_WORDS: Mapping[Format, str] = {
    Format.NMAP: N_("nmap scan (XML)"),
    Format.NETBOX: N_("NetBox (JSON)"),
    Format.NETBOX_CSV: N_("NetBox (CSV)"),
    Format.GLPI: N_("GLPI inventory (JSON)"),
    Format.GLPI_XML: N_("GLPI or FusionInventory (XML)"),
    Format.DHCP: N_("ISC DHCP leases"),
    Format.LDIF: N_("directory export (LDIF)"),
    Format.DIRECTORY_CSV: N_("directory export (CSV)"),
    Format.CSV: N_("table (CSV)"),
}

TABLES: frozenset[Format] = frozenset({Format.CSV, Format.NETBOX_CSV, Format.DIRECTORY_CSV})


class Field(Enum):
    """A column a table may be mapped to."""

    NAME = "name"
    HOSTNAME = "hostname"
    FQDN = "fqdn"
    SERIAL = "serial"
    UUID = "uuid"
    MAC = "mac"
    IP = "ip"
    RECORD = "record"
    MANUFACTURER = "manufacturer"
    MODEL = "model"
    OS = "os"
    OS_VERSION = "os_version"
    KLASS = "class"
    SITE = "site"
    ROOM = "room"
    ROLE = "role"
    SERVICE = "service"
    TAGS = "tags"
    STATUS = "status"
    SEEN_AT = "seen_at"


FIELD_WORDS: Mapping[Field, str] = {
    Field.NAME: N_("name"),
    Field.HOSTNAME: N_("host name"),
    Field.FQDN: N_("full name (DNS)"),
    Field.SERIAL: N_("serial number"),
    Field.UUID: N_("machine UUID"),
    Field.MAC: N_("MAC address"),
    Field.IP: N_("IP address"),
    Field.RECORD: N_("record number in the source"),
    Field.MANUFACTURER: N_("manufacturer"),
    Field.MODEL: N_("model"),
    Field.OS: N_("operating system"),
    Field.OS_VERSION: N_("version of the operating system"),
    Field.KLASS: N_("class"),
    Field.SITE: N_("site"),
    Field.ROOM: N_("room"),
    Field.ROLE: N_("role"),
    Field.SERVICE: N_("service"),
    Field.TAGS: N_("tags"),
    Field.STATUS: N_("status"),
    Field.SEEN_AT: N_("last seen"),
}

IDENTIFYING: frozenset[Field] = frozenset(
    {Field.NAME, Field.HOSTNAME, Field.FQDN, Field.SERIAL, Field.UUID, Field.MAC, Field.IP}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SightingRow:
    """One source's record about one machine, its identifiers already normalised.

    Args: line: line of the file, or the number of the record where a format has no lines of its
    own (JSON). record: the source's own id of it, empty when it has none. name: what to call it.
    macs: hardware addresses that may identify, `weak_macs` those that many machines may share.
    observed: the names were observed from outside (a reverse look-up, what a DHCP client calls
    itself), not given by an inventory. local: the record means something inside this file only.
    expected: the source says the machine should be there, not that it was seen. raw: the source's
    own words worth keeping, for the machine's page. remarks: values that identify nothing (a filler, a
    malformed address), as `kind value`.
    """

    line: int
    record: str = ""
    name: str = ""
    hostname: str = ""
    fqdn: str = ""
    serial: str = ""
    uuid: str = ""
    macs: tuple[str, ...] = ()
    weak_macs: tuple[str, ...] = ()
    ips: tuple[str, ...] = ()
    manufacturer: str = ""
    model: str = ""
    os: str = ""
    klass: Klass | None = None
    site: str = ""
    room: str = ""
    role: str = ""
    service: str = ""
    tags: tuple[str, ...] = ()
    seen_at: datetime | None = None
    observed: bool = False
    local: bool = False
    expected: bool = False
    raw: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """One record that should be a machine and cannot be read. Args: raw: the record as it came."""

    line: int
    spec: ErrorSpec
    params: Mapping[str, object] = field(default_factory=dict)
    raw: str = ""

    @property
    def code(self) -> str:
        return self.spec.code

    def message(self, translate: Translate = same) -> str:
        """What was wrong and what to do, in one or two sentences."""
        return self.error().message(translate) + " " + self.error().next(translate)

    def error(self) -> RelightError:
        return self.spec.error(where=f"line {self.line}", **dict(self.params))

    def document(self, translate: Translate = same) -> dict[str, object]:
        """The stable keys of a bad row: `line`, `code`, `message`."""
        return {"line": self.line, "code": self.code, "message": self.message(translate)}


class Why(Enum):
    """Why a record is rightly no machine: counted, shown, no fault."""

    DOWN = "down"
    NO_CLIENT = "no-client"
    NOT_A_MACHINE = "not-a-machine"
    DELETED = "deleted"


WHY_WORDS: Mapping[Why, str] = {
    Why.DOWN: N_("addresses that did not answer"),
    Why.NO_CLIENT: N_("addresses held by nobody"),
    Why.NOT_A_MACHINE: N_("records about something else than a machine"),
    Why.DELETED: N_("records deleted in the source"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """One record that names no machine and need not."""

    line: int
    why: Why


Outcome: TypeAlias = "SightingRow | BadRow | Skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A file whose format is known, and its records, read as they are asked for.

    Args: mapping: table column by field, as used. headers: all columns of the table.
    """

    format: Format
    encoding: str
    outcomes: Iterator[Outcome]
    mapping: Mapping[str, str] = field(default_factory=dict)
    headers: tuple[str, ...] = ()
    delimiter: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import did. Machines are counted once, however many rows name them.

    Args: machines_joined: items that turned out to be one with another. doubtful: new doubtful
    matches to decide. rows_skipped: records that rightly name no machine, by reason. same_file: the
    very same content was imported before.
    """

    run: str
    format: Format
    source: str
    filename: str
    encoding: str
    rows_read: int
    machines_new: int
    machines_known: int
    machines_joined: int
    doubtful: int
    rows_bad: tuple[BadRow, ...]
    rows_skipped: Mapping[str, int]
    mapping: Mapping[str, str] = field(default_factory=dict)
    same_file: bool = False
    dry_run: bool = False

    def document(self, translate: Translate = same) -> dict[str, object]:
        """The stable keys `format`, `machines_new`, `machines_known`, `rows_bad`, and what else is known."""
        return {
            "format": self.format.value,
            "machines_new": self.machines_new,
            "machines_known": self.machines_known,
            "rows_bad": [row.document(translate) for row in self.rows_bad],
            "machines_joined": self.machines_joined,
            "doubtful": self.doubtful,
            "rows_read": self.rows_read,
            "rows_skipped": dict(self.rows_skipped),
            "source": self.source,
            "file": self.filename,
            "encoding": self.encoding,
            "mapping": dict(self.mapping),
            "same_file": self.same_file,
            "dry_run": self.dry_run,
            "import": self.run,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPreview:
    """What a file looks like before anything is written: its format, its columns, its first records.

    Args: rows: the first machines. bad: the first bad rows. encoding, delimiter: as found.
    """

    format: Format
    encoding: str
    delimiter: str
    headers: tuple[str, ...]
    mapping: Mapping[str, str]
    rows: tuple[SightingRow, ...]
    bad: tuple[BadRow, ...]
