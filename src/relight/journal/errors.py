"""Errors of the journal (RL-JNL)."""

from relight.kernel.errors import N_, ErrorKind, ErrorSpec

EVIDENCE_MISSING = ErrorSpec(
    code="RL-JNL-001",
    kind=ErrorKind.MISSING,
    message=N_("The evidence file {digest} is not in the evidence store."),
    next=N_("Bring the evidence folder of this Relight back from its backup; the journal still says who stored it."),
)
EVIDENCE_ALTERED = ErrorSpec(
    code="RL-JNL-002",
    kind=ErrorKind.RULE,
    message=N_("The evidence file {digest} is not what was stored: its content has changed."),
    next=N_("Do not rely on it. Tell the security officer, and bring the file back from the backup."),
)
NO_ROOM = ErrorSpec(
    code="RL-JNL-003",
    kind=ErrorKind.PEER,
    message=N_("The file could not be stored: {reason}."),
    next=N_("Nothing was changed. Free space in the data folder, then do it again."),
)
ENTRY_MISSING = ErrorSpec(
    code="RL-JNL-004",
    kind=ErrorKind.MISSING,
    message=N_("There is no journal entry {seq}."),
    next=N_("Look for it in the list of entries."),
)
KEY_LOCKED = ErrorSpec(
    code="RL-JNL-005",
    kind=ErrorKind.PEER,
    message=N_("The signing key {kid} is protected by a passphrase, and the right one was not given."),
    next=N_("Set RELIGHT_KEY_PASSPHRASE before Relight starts, or make a new key with “relight passport rotate-key”."),
)
KEY_UNREADABLE = ErrorSpec(
    code="RL-JNL-006",
    kind=ErrorKind.PEER,
    message=N_("The signing key {kid} cannot be read."),
    next=N_("Bring the keys folder back from its backup, or make a new key with “relight passport rotate-key”."),
)
AUTHORITY_LOCKED = ErrorSpec(
    code="RL-JNL-007",
    kind=ErrorKind.PEER,
    message=N_("The key {file} of the certificate authority asks for its passphrase, and the right one was not given."),
    next=N_("Set RELIGHT_KEY_PASSPHRASE before Relight starts."),
)
AUTHORITY_UNREADABLE = ErrorSpec(
    code="RL-JNL-008",
    kind=ErrorKind.PEER,
    message=N_("The file {file} of the certificate authority cannot be read."),
    next=N_(
        "Bring the folder keys/tls back from its backup. Without a backup, remove it: "
        "a new authority is made, and every workstation has to trust it anew."
    ),
)
