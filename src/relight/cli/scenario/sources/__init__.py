"""The inventories that survived: each a real file in the format its tool writes.

Owns which source knows which machine, with the gaps, repetitions and bad rows such files have.
Refuses clocks: the moment of the attack is an argument. Source: docs/design/scenario.md.
"""

from relight.cli.scenario.sources.cover import Cover, cover_make
from relight.cli.scenario.sources.files import sources_make

__all__ = ["Cover", "cover_make", "sources_make"]
