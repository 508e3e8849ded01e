"""A capture fed into the inbox, by the same door as the wire: each message once, however often it is fed.

Owns `capture_feed`. Source: docs/design/lab.md, "Replay".
"""

from __future__ import annotations

from dataclasses import dataclass

from relight.journal.api import writing
from relight.kernel.act import Act
from relight.kernel.errors import Translate, same
from relight.lab import errors
from relight.lab.rules.capture import capture_cut
from relight.lab.rules.words import PROTOCOL_NAMES
from relight.lab.selectors.links import link_settings
from relight.lab.services.inbox import acks_record, inbox_store
from relight.lab.services.links import link_get
from relight.lab.types import AckOutcome
from relight.people.api import Permission, service
from relight.wire.problems import Problem

BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedReport:
    """What feeding a capture did: `messages` = `new` + `known`. refused: parts that are no laboratory message."""

    messages: int
    new: int
    known: int
    refused: tuple[Problem, ...]

    def document(self, translate: Translate = same) -> dict[str, object]:
        return {
            "messages": self.messages,
            "new": self.new,
            "known": self.known,
            "refused": [problem.document(translate) for problem in self.refused],
        }


@service(Permission.LAB_RECEIVE)
def capture_feed(*, act: Act, link: str, content: bytes, filename: str) -> FeedReport:
    """Store the messages of a capture on a link. All of them or none; nothing is acknowledged to anybody.

    Raises: MissingError RL-LAB-001; InputError RL-LAB-029 (another protocol), or of a file that holds nothing.
    """
    row = link_get(link)
    cut = capture_cut(content, link=link, at=act.at)
    wanted = link_settings(row).protocol
    if cut.protocol is not wanted:
        found = PROTOCOL_NAMES[cut.protocol]
        raise errors.PROTOCOL_OTHER.error(where=filename, link=link, found=found, wanted=PROTOCOL_NAMES[wanted])
    with writing(act) as log:
        stored = []
        for start in range(0, len(cut.items), BATCH):
            stored += inbox_store(act=act, items=cut.items[start : start + BATCH])
        fresh = [one.seq for one in stored if one.is_new]
        acks_record(act=act, acks={AckOutcome.NONE: fresh})
        log.entry("lab.feed", subject=f"link:{link}", body={"filename": filename, "count": len(stored)})
    return FeedReport(messages=len(stored), new=len(fresh), known=len(stored) - len(fresh), refused=cut.refused)
