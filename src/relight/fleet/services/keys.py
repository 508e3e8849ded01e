"""Relight's signing key: who may make a new one."""

from __future__ import annotations

from relight.journal.api import PublicKey, key_rotate
from relight.kernel.act import Act
from relight.people.api import Permission, service


@service(Permission.KEYS_MANAGE)
def signing_key_rotate(*, act: Act) -> PublicKey:
    """Make a new signing key. What older keys signed stays good."""
    return key_rotate(act=act)
