"""Computers of a directory, whether they came as LDIF or as CSV: one attribute set, one draft.

Owns what Active Directory's attributes mean. Refuses people, groups and units: they are no machines.
Source: MS-ADA1 to MS-ADA3, MS-SAMR 2.2.1.12 (userAccountControl), MS-ADTS 6.1.3.4 (lastLogonTimestamp).
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from relight.fleet.readers.build import Draft
from relight.fleet.readers.klass import klass_of
from relight.fleet.readers.types import Why
from relight.fleet.readers.values import clean, time_of

Attributes = Mapping[str, Sequence[str]]

_PEOPLE = frozenset({"person", "inetorgperson", "organizationalperson", "posixaccount", "user", "contact"})
_DISABLED = 0x2
_CLUSTER_NAMES = ("msclustervirtualserver/",)

MARKS = frozenset(
    {
        "dnshostname",
        "operatingsystem",
        "operatingsystemversion",
        "lastlogontimestamp",
        "lastlogondate",
        "samaccountname",
        "distinguishedname",
        "objectguid",
        "useraccountcontrol",
        "pwdlastset",
        "serviceprincipalname",
        "objectclass",
        "whencreated",
        "ipv4address",
        "passwordlastset",
    }
)
"""Column names only a directory uses, in lower case."""


def is_computer(attributes: Attributes) -> bool:
    """Say whether an entry is a computer's."""
    classes = {value.lower() for value in attributes.get("objectclass", ())}
    if classes:
        return bool(classes & {"computer", "device", "iphost", "ieee802device"}) and not (
            "user" in classes and "computer" not in classes
        )
    account = _one(attributes, "samaccountname")
    return account.endswith("$") or "operatingsystem" in attributes or "dnshostname" in attributes


def is_person(attributes: Attributes) -> bool:
    """Say whether an entry is a person's."""
    classes = {value.lower() for value in attributes.get("objectclass", ())}
    return bool(classes & _PEOPLE) and "computer" not in classes


def skipped(attributes: Attributes) -> Why | None:
    """Say why an entry is no machine, None when it is one. A cluster's own name is an account, no machine."""
    names = [value.lower() for value in attributes.get("serviceprincipalname", ())]
    if any(name.startswith(_CLUSTER_NAMES) for name in names):
        return Why.NOT_A_MACHINE
    return None if is_computer(attributes) else Why.NOT_A_MACHINE


def directory_draft(attributes: Attributes, *, line: int, dn: str = "", text: str = "") -> Draft:
    """Make the draft of a computer. Keys of `attributes` are in lower case.

    The record is the objectGUID where there is one (it survives a move), else the distinguished
    name. The organisational units tell nothing for sure and stay among the source's own words.
    """
    dn = dn or _one(attributes, "distinguishedname") or _one(attributes, "dn")
    system = (_one(attributes, "operatingsystem"), _one(attributes, "operatingsystemversion"))
    os = " ".join(part for part in system if part)
    account = _one(attributes, "samaccountname").rstrip("$")
    fqdn = _one(attributes, "dnshostname") or _fqdn(account or _one(attributes, "cn"), dn)
    return Draft(
        line=line,
        record=_guid(attributes) or dn,
        names=[_one(attributes, "cn") or _one(attributes, "name") or account or fqdn],
        fqdn=fqdn,
        serial=_one(attributes, "serialnumber"),
        macs=list(attributes.get("macaddress", ())),
        ips=[ip for key in ("ipv4address", "ipv6address", "iphostnumber") for ip in attributes.get(key, ())],
        os=os,
        klass=klass_of(os=os),
        room=_one(attributes, "roomnumber"),
        seen_at=_seen(attributes),
        raw=_raw(
            dn=dn,
            description=_one(attributes, "description"),
            location=_one(attributes, "location"),
            account="disabled" if _disabled(attributes) else "",
            password_set=_when(attributes, "pwdlastset", "passwordlastset"),
            created=_when(attributes, "whencreated", "created"),
        ),
        text=text,
    )


def _one(attributes: Attributes, key: str) -> str:
    for value in attributes.get(key, ()):
        if clean(value):
            return clean(value)
    return ""


def _guid(attributes: Attributes) -> str:
    """The objectGUID as text: LDIF holds its sixteen bytes, CSV exports write it out."""
    value = next(iter(attributes.get("objectguid", ())), "")
    if value.count("-") == 4:
        return value.strip("{}").lower()
    try:
        octets = value.encode("latin-1") if len(value) == 16 else base64.b64decode(value, validate=True)
        return str(UUID(bytes_le=octets)) if len(octets) == 16 else ""
    except (ValueError, UnicodeEncodeError):
        return ""


def _fqdn(account: str, dn: str) -> str:
    """The full name of an account in the domain its distinguished name ends in."""
    parts = [part.strip() for part in dn.split(",")]
    domain = ".".join(part[3:] for part in parts if part[:3].lower() == "dc=")
    return f"{account}.{domain}" if account and domain and " " not in account else account


def _seen(attributes: Attributes) -> datetime | None:
    """The last sign of life: the latest of the log-on times and the change of the password."""
    times = [
        found
        for key in ("lastlogontimestamp", "lastlogon", "lastlogondate", "pwdlastset", "passwordlastset")
        if (found := time_of(_one(attributes, key))) is not None
    ]
    return max(times, default=None)


def _when(attributes: Attributes, *keys: str) -> str:
    for key in keys:
        found = time_of(_one(attributes, key))
        if found is not None:
            return found.date().isoformat()
    return ""


def _disabled(attributes: Attributes) -> bool:
    flags = _one(attributes, "useraccountcontrol")
    if flags.isascii() and flags.isdigit():
        return bool(int(flags) & _DISABLED)
    return _one(attributes, "enabled").lower() in ("false", "faux", "onwaar", "falsch")


def _raw(**values: str) -> dict[str, str]:
    return {key.replace("_", " "): value[:300] for key, value in values.items() if value}
