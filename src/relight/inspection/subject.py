"""Which machine a report is about: what its firmware says, or what somebody says.

Owns the reading of DMI. Refuses guesses: what the firmware does not say stays empty.
Source: Linux kernel, Documentation/ABI/testing/sysfs-firmware-dmi-tables; docs/design/evidence.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from relight.inspection.errors import SUBJECT_UNKNOWN

DMI = Path("/sys/class/dmi/id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The machine inspected. Args: serial, uuid: empty where nobody said."""

    serial: str = ""
    uuid: str = ""

    def document(self) -> dict[str, str]:
        return {"serial": self.serial, "uuid": self.uuid}


UNSAID = Subject()


def this_machine(dmi: Path = DMI) -> Subject:
    """Read serial and UUID of the machine this runs on, as a rescue system does.

    Raises: InputError RL-INS-020 when the firmware says neither, or only root may read it.
    """
    subject = Subject(serial=_read(dmi / "product_serial"), uuid=_read(dmi / "product_uuid"))
    if not (subject.serial or subject.uuid):
        raise SUBJECT_UNKNOWN.error(where="--this-machine")
    return subject


def _read(place: Path) -> str:
    try:
        return place.read_text(errors="replace").strip()
    except OSError:
        return ""
