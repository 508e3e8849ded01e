"""How a rule names things in the reader's language, without knowing Django.

Owns the choice of a text by language. Refuses gettext itself: the translating function comes in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from relight.fleet.rules.policy import LANGUAGES, Check
from relight.fleet.types import (
    CAPACITY_WORDS,
    KIND_WORDS,
    KLASS_WORDS,
    STATE_WORDS,
    Capacity,
    Kind,
    Klass,
    Stage,
    State,
)
from relight.kernel.errors import N_, Translate, same

MISSING = N_("“{check}” ({roles})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Names for refusals and pages. Args: roles: English names by role word. sites: names by id."""

    translate: Translate = same
    language: str = "en"
    roles: Mapping[str, str] = field(default_factory=dict)
    sites: Mapping[str, str] = field(default_factory=dict)
    services: Mapping[str, str] = field(default_factory=dict)
    machine_roles: Mapping[str, str] = field(default_factory=dict)

    def text(self, texts: Mapping[str, str]) -> str:
        """Choose the reader's language, else the first of fr, nl, de, en that is there."""
        if self.language in texts:
            return texts[self.language]
        return next((texts[code] for code in ("en", *LANGUAGES) if code in texts), "")

    def stage(self, stage: Stage) -> str:
        return self.translate(STATE_WORDS[State(stage.value)])

    def state(self, state: State) -> str:
        return self.translate(STATE_WORDS[state])

    def klass(self, klass: Klass) -> str:
        return self.translate(KLASS_WORDS[klass])

    def kind(self, kind: Kind) -> str:
        return self.translate(KIND_WORDS[kind])

    def capacity(self, capacity: Capacity) -> str:
        return self.translate(CAPACITY_WORDS[capacity])

    def role(self, role: str) -> str:
        return self.translate(self.roles.get(role, role))

    def role_list(self, roles: Iterable[str]) -> str:
        return ", ".join(self.role(role) for role in roles)

    def site(self, site: str) -> str:
        return self.sites.get(site, site)

    def service(self, service: str) -> str:
        return self.services.get(service, service)

    def machine_role(self, role: str) -> str:
        """Name what the dependencies count a machine as."""
        return self.machine_roles.get(role, role)

    def place(self, site: str, service: str) -> str:
        """Arlon · Emergency"""
        return " · ".join(name for name in (self.site(site), self.service(service)) if name)

    def check(self, check: Check) -> str:
        return self.text(check.names)

    def missing(self, checks: Iterable[Check]) -> str:
        """“Disks wiped completely” (Recovery technician); …"""
        said = self.translate(MISSING)
        return "; ".join(said.format(check=self.check(check), roles=self.role_list(check.roles)) for check in checks)


PLAIN = Words()
