"""The door of the journal for every app above it."""

from relight.journal.authority import (
    Authority,
    ServerCertificate,
    authority_find,
    server_certificate_find,
    server_certificate_ready,
)
from relight.journal.evidence import (
    Incoming,
    evidence_find,
    evidence_path,
    evidence_read,
    evidence_store,
    evidence_store_all,
)
from relight.journal.keyring import PublicKey, Signer, key_list, key_rotate, relight_signer
from relight.journal.selectors import (
    chain_verify,
    entry_get,
    entry_list,
    event_latest,
    event_list,
    lag_list,
    verb_list,
    version,
)
from relight.journal.services import Log, is_writing, new_id, writing
from relight.journal.types import (
    Body,
    ChainReport,
    EntryView,
    EventDraft,
    EventView,
    EvidenceFile,
    Json,
    SubscriberLag,
    Subscription,
)
from relight.journal.worker import aside_retry, subscription_run, worker_run

__all__ = [
    "Authority",
    "Body",
    "ChainReport",
    "EntryView",
    "EventDraft",
    "EventView",
    "EvidenceFile",
    "Incoming",
    "Json",
    "Log",
    "PublicKey",
    "ServerCertificate",
    "Signer",
    "SubscriberLag",
    "Subscription",
    "aside_retry",
    "authority_find",
    "chain_verify",
    "entry_get",
    "entry_list",
    "event_latest",
    "event_list",
    "evidence_find",
    "evidence_path",
    "evidence_read",
    "evidence_store",
    "evidence_store_all",
    "is_writing",
    "key_list",
    "key_rotate",
    "lag_list",
    "new_id",
    "relight_signer",
    "server_certificate_find",
    "server_certificate_ready",
    "subscription_run",
    "verb_list",
    "version",
    "worker_run",
    "writing",
]
