"""What stood on a machine's disk: a handful of files in real formats, the same from the same seed.

Owns invented contents, sound or encrypted. Refuses file systems, clocks and patients: no line here is
about a person. Source: docs/design/scenario.md.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from random import Random

from relight.cli.scenario.types import Klass

Files = Mapping[str, bytes]
"""Content by path, relative, with slashes."""

NOTE_NAME = "COMMENT_RECUPERER_VOS_FICHIERS.txt"
NOTE = (
    "Vos fichiers ont été chiffrés et vos données ont été volées.\r\n"
    "Your files have been encrypted. Do not rename or modify them.\r\n"
    "To obtain the decryption key, contact us with Tor Browser and pay in Bitcoin.\r\n"
    "Your personal ID: 00-DEMONSTRATION-00\r\n"
)
ENDING = ".k7x2q"
TOOL_PATH = "ProgramData/Support/assistance.ps1"
TOOL = (
    '# Outil de prise de contrôle à distance de la démonstration : ne fait rien.\r\nWrite-Output "assistance"\r\n' * 20
).encode()
TOOL_SHA256 = hashlib.sha256(TOOL).digest()

WORDS = tuple(
    """service inventaire salle contrôle réseau poste journal accès liste garde commande matériel bâtiment
    étage entretien version mise à jour démarrage licence adresse serveur onduleur armoire""".split()  # noqa: SIM905
)


class Disk(Enum):
    """What a disk looks like to who inspects it."""

    WRECK = "wreck"
    ENCRYPTED = "encrypted"
    TOOL = "tool"
    FRESH = "fresh"


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes contents with one source of chance."""

    chance: Random

    def sentence(self) -> str:
        return " ".join(self.chance.choices(WORDS, k=self.chance.randint(6, 14))).capitalize() + "."

    def text(self, lines: int) -> bytes:
        return "\r\n".join(self.sentence() for _ in range(lines)).encode()

    def log(self, lines: int) -> bytes:
        rows = (
            f"{self.chance.randint(0, 23):02}:{self.chance.randint(0, 59):02} info {self.chance.choice(WORDS)} "
            f"{self.chance.randint(1000, 9999)} {self.sentence()}"
            for _ in range(lines)
        )
        return ("\n".join(rows) + "\n").encode()

    def table(self, lines: int) -> bytes:
        out = io.StringIO()
        rows = csv.writer(out, delimiter=";")
        rows.writerow(("numéro", "objet", "lieu", "valeur"))
        for n in range(lines):
            value = f"{self.chance.uniform(0, 900):.2f}"
            rows.writerow((1000 + n, self.chance.choice(WORDS), f"{self.chance.randint(-1, 6)}.{n:03}", value))
        return out.getvalue().encode()

    def settings(self, name: str) -> bytes:
        rows = "".join(f'  <option name="{word}" value="{self.chance.randint(0, 4096)}"/>\n' for word in WORDS)
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<settings machine="{name}">\n{rows}</settings>\n'.encode()

    def packed(self, lines: int) -> bytes:
        return gzip.compress(self.log(lines), compresslevel=6, mtime=0)

    def document(self) -> bytes:
        """A text processor's file: a ZIP with the parts such a program writes."""
        body = "".join(f"<w:p><w:r><w:t>{self.sentence()}</w:t></w:r></w:p>" for _ in range(30))
        parts = {
            "[Content_Types].xml": '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/'
            '2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
            "word/document.xml": '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/'
            f'wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>',
        }
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, part in parts.items():
                archive.writestr(zipfile.ZipInfo(name), part.encode(), zipfile.ZIP_DEFLATED)
        return out.getvalue()

    def picture(self, side: int = 48) -> bytes:
        """A PNG of noise in grey."""
        lines = b"".join(b"\0" + self.chance.randbytes(side) for _ in range(side))
        header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
        chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(lines)), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
            for kind, body in chunks
        )


def disk_make(hostname: str, klass: Klass, disk: Disk, *, seed: str) -> dict[str, bytes]:
    """Make what stands on a machine's disk, or what was taken off a device without one.

    Args: klass: decides which files there are. seed: another seed, other contents.
    """
    maker = _Maker(Random(f"{seed}:{hostname}:{disk.value}"))  # noqa: S311 - invented contents, no secret
    if disk is Disk.FRESH:
        return _fresh(maker, hostname)
    files = _DEVICES.get(klass, _user_disk)(maker, hostname)
    if disk is Disk.ENCRYPTED:
        return encrypted(files, chance=maker.chance)
    if disk is Disk.TOOL:
        files[TOOL_PATH] = TOOL
    return files


def _fresh(maker: _Maker, hostname: str) -> dict[str, bytes]:
    return {
        "Windows/Panther/setupact.log": maker.log(60),
        "Windows/System32/drivers/etc/hosts": f"127.0.0.1 localhost\r\n127.0.1.1 {hostname}\r\n".encode(),
        "ProgramData/Protection/agent.xml": maker.settings(hostname),
        "ProgramData/Protection/journal.log.gz": maker.packed(80),
        "Windows/Web/fond.png": maker.picture(),
        "Installation/inventaire.csv": maker.table(40),
    }


def _user_disk(maker: _Maker, hostname: str) -> dict[str, bytes]:
    return {
        "Users/Public/Documents/procedure.docx": maker.document(),
        "Users/Public/Documents/inventaire.csv": maker.table(60),
        "Users/Public/Documents/lisez-moi.txt": maker.text(12),
        "Users/Public/Pictures/plan.png": maker.picture(),
        "Users/Public/Desktop/garde.docx": maker.document(),
        "Windows/Logs/setup.log": maker.log(60),
        "ProgramData/Agent/reglages.xml": maker.settings(hostname),
    }


def _server_disk(maker: _Maker, hostname: str) -> dict[str, bytes]:
    return {
        "srv/application/reglages.xml": maker.settings(hostname),
        "srv/application/exports/mensuel.csv": maker.table(120),
        "srv/application/documents/exploitation.docx": maker.document(),
        "srv/application/documents/schema.png": maker.picture(),
        "var/log/application.log": maker.log(120),
        "var/log/application.log.1.gz": maker.packed(200),
    }


def _device(maker: _Maker, hostname: str) -> dict[str, bytes]:
    """What is read out of a device that cannot be scanned itself."""
    return {
        "lecture/configuration.xml": maker.settings(hostname),
        "lecture/configuration-precedente.xml": maker.settings(hostname),
        "lecture/journal.log": maker.log(80),
        "lecture/travaux.csv": maker.table(40),
    }


_DEVICES: dict[Klass, Callable[[_Maker, str], dict[str, bytes]]] = {
    Klass.SERVER: _server_disk,
    Klass.NETWORK: _device,
    Klass.ANALYZER: _device,
    Klass.MODALITY: _device,
    Klass.PRINTER: _device,
    Klass.OTHER: _device,
}


def encrypted(files: Files, *, chance: Random, share: float = 0.6) -> dict[str, bytes]:
    """Encrypt some files as the attackers did: unreadable bytes, one more ending, a note in each folder hit.

    Args: share: of the files, at least one.
    """
    hit = {name for name in sorted(files) if chance.random() < share} or {min(files)}
    done = {name: content for name, content in files.items() if name not in hit}
    for name in sorted(hit):
        done[name + ENDING] = chance.randbytes(max(len(files[name]), 8192))
        done[f"{name.rpartition('/')[0]}/{NOTE_NAME}"] = NOTE.encode()
    return done


def data_make(name: str, *, nights: int, seed: str) -> dict[str, bytes]:
    """Make a data set as it stood after so many nights: each night adds an export and changes the journal.

    The same night gives the same bytes, so that a backup keeps once what did not change.
    """

    def maker(part: str) -> _Maker:
        return _Maker(Random(f"{seed}:{name}:{part}"))  # noqa: S311 - invented contents, no secret

    files = {
        "base/methodes.xml": maker("methods").settings("base"),
        "base/journal.log": b"".join(maker(f"journal-{night}").log(30) for night in range(nights)),
        "documents/procedure-secours.docx": maker("procedure").document(),
        "documents/schema.png": maker("schema").picture(96),
        "documents/notice.txt": maker("notice").text(40),
    }
    for night in range(nights):
        files[f"exports/nuit-{night + 1:02}.csv"] = maker(f"export-{night}").table(150)
        files[f"exports/nuit-{night + 1:02}.log.gz"] = maker(f"packed-{night}").packed(150)
    return files
