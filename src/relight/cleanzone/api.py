"""The only door of the clean zone for other apps."""

from relight.cleanzone.rules.addresses import unplaced
from relight.cleanzone.rules.drift import DRIFT_WORDS, Drift
from relight.cleanzone.rules.nft import nft_text
from relight.cleanzone.rules.observe import SEEN_WORDS
from relight.cleanzone.rules.proposal import is_needed
from relight.cleanzone.selectors.flows import FlowLine, flow_lines
from relight.cleanzone.selectors.zone import asked_now, flow_of, ruleset_at
from relight.cleanzone.services.flows import (
    FlowGiven,
    flow_add,
    flow_close,
    flow_refuse,
    flows_ask,
    flows_propose,
    flows_sign,
    statement_digest,
)
from relight.cleanzone.services.outputs import expires_next, outputs_of
from relight.cleanzone.services.routers import (
    drift_check,
    drift_judge,
    listing_of,
    ruleset_confirm,
    ruleset_try,
)
from relight.cleanzone.services.seen import SeenDone, seen_check
from relight.cleanzone.services.segments import SegmentGiven, addresses_allot, segment_set
from relight.cleanzone.types import FLOW_WORDS, FlowState, Peer, Proposal, peer_of

__all__ = [
    "DRIFT_WORDS",
    "FLOW_WORDS",
    "SEEN_WORDS",
    "Drift",
    "FlowGiven",
    "FlowLine",
    "FlowState",
    "Peer",
    "Proposal",
    "SeenDone",
    "SegmentGiven",
    "addresses_allot",
    "asked_now",
    "drift_check",
    "drift_judge",
    "expires_next",
    "flow_add",
    "flow_close",
    "flow_lines",
    "flow_of",
    "flow_refuse",
    "flows_ask",
    "flows_propose",
    "flows_sign",
    "is_needed",
    "listing_of",
    "nft_text",
    "outputs_of",
    "peer_of",
    "ruleset_at",
    "ruleset_confirm",
    "ruleset_try",
    "seen_check",
    "segment_set",
    "statement_digest",
    "unplaced",
]
