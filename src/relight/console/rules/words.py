"""The journal in words: what every verb, event and kind of subject is called.

Owns the declared tables; a test walks the program's sources and fails on a verb or an event that
stands here without words, or without French. Refuses Django: sentences are marked, translated when
shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from relight.kernel.errors import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class VerbWords:
    """How one verb of the journal is told.

    Args: did: what the person did, after their name. counted: the key of the body that holds how
    many, as a list or a number; empty when it is always one. towards: the key of the body that
    holds the state things came into. telling: whether it changed the situation, so that it is told
    among the latest changes.
    """

    did: str
    counted: str = ""
    towards: str = ""
    telling: bool = False


FIELDS: Mapping[str, str] = {
    "values": N_("values"),
    "refused": N_("refused"),
    "prefix": N_("prefix"),
    "patients": N_("patients"),
    "outcome": N_("outcome"),
    "known": N_("known"),
    "digits": N_("digits"),
    "cancelled": N_("cancelled"),
    "attempts": N_("attempts"),
    "asked": N_("asked"),
    "accepted": N_("accepted"),
    "added": N_("added"),
    "admitted": N_("admitted"),
    "batch": N_("batch"),
    "before": N_("before"),
    "capacity": N_("capacity"),
    "cause": N_("cause"),
    "changed": N_("changed"),
    "changes": N_("changes"),
    "checks": N_("checks"),
    "class": N_("class"),
    "components": N_("components"),
    "count": N_("count"),
    "counted": N_("counted"),
    "digest": N_("digest"),
    "doubtful": N_("doubtful matches"),
    "evidence": N_("files"),
    "expected": N_("expected"),
    "file": N_("file"),
    "filename": N_("file name"),
    "findings": N_("findings"),
    "format": N_("format"),
    "from": N_("from"),
    "function": N_("function"),
    "hashes": N_("fingerprints"),
    "how": N_("how"),
    "in_line": N_("in the line"),
    "indicators": N_("indicators"),
    "items": N_("items"),
    "key": N_("key"),
    "kid": N_("key number"),
    "kind": N_("kind"),
    "machines_joined": N_("machines joined"),
    "machines_known": N_("machines known already"),
    "machines_new": N_("machines new"),
    "mapping": N_("columns"),
    "meaning": N_("meaning"),
    "name": N_("name"),
    "nature": N_("nature"),
    "note": N_("note"),
    "out_of_order": N_("out of order"),
    "passport": N_("passport"),
    "passports": N_("passports"),
    "policy": N_("policy"),
    "public": N_("public key"),
    "reason": N_("reason"),
    "removed": N_("removed"),
    "report": N_("report"),
    "retired": N_("retired"),
    "roles": N_("roles"),
    "rows_bad": N_("rows kept aside"),
    "rows_read": N_("rows read"),
    "rows_skipped": N_("rows skipped"),
    "run": N_("import"),
    "scope": N_("limited to"),
    "seen": N_("seen"),
    "serial": N_("serial number"),
    "service": N_("service"),
    "shared": N_("shared workstation"),
    "signature": N_("signature"),
    "signatures": N_("signatures"),
    "site": N_("site"),
    "source": N_("source"),
    "to": N_("to"),
    "turn": N_("turn"),
    "unread": N_("not read"),
    "username": N_("user name"),
    "verdict": N_("verdict"),
    "zone": N_("zone"),
    "on": N_("on"),
    "new": N_("new"),
    "was": N_("before"),
    "code": N_("code"),
    "unit_sent": N_("unit as sent"),
    "unit": N_("unit"),
    "loinc": N_("LOINC"),
    "factor": N_("factor"),
    "order": N_("order"),
    "decision": N_("decision"),
    "hold": N_("held because"),
    "why": N_("why"),
    "after": N_("after"),
    "what": N_("what"),
    "links": N_("links"),
    "check": N_("check"),
    "met": N_("met"),
    "samples": N_("samples"),
    "differing": N_("differing"),
    "sheet": N_("sheet"),
    "line": N_("line"),
    "test": N_("test"),
    "level": N_("level"),
    "rules": N_("rules"),
    "points": N_("points"),
    "broken": N_("out of limits"),
    "tests": N_("tests"),
    "lines": N_("lines"),
    "problems": N_("problems"),
}

VERBS: Mapping[str, VerbWords] = {
    "journal.verify": VerbWords(did=N_("checked the chain of the journal")),
    "journal.key_made": VerbWords(did=N_("made the signing key of this installation")),
    "people.create": VerbWords(did=N_("made an account")),
    "people.change": VerbWords(did=N_("changed an account")),
    "people.password_reset": VerbWords(did=N_("gave a new first password")),
    "people.password_change": VerbWords(did=N_("changed their password")),
    "people.language": VerbWords(did=N_("changed their language")),
    "people.first_link": VerbWords(did=N_("made the one-time link of the first administrator")),
    "people.sign": VerbWords(did=N_("signed")),
    "people.sign_in": VerbWords(did=N_("signed in")),
    "people.sign_out": VerbWords(did=N_("signed out")),
    "people.locked": VerbWords(did=N_("was locked out after too many wrong passwords")),
    "fleet.add": VerbWords(did=N_("added an item"), telling=True),
    "fleet.edit": VerbWords(did=N_("corrected items"), counted="items"),
    "fleet.import": VerbWords(did=N_("imported an inventory"), telling=True),
    "fleet.import_offer": VerbWords(did=N_("offered a file for import")),
    "fleet.import_request": VerbWords(did=N_("confirmed an import")),
    "fleet.import_drop": VerbWords(did=N_("dropped a file offered for import")),
    "fleet.import_refuse": VerbWords(did=N_("refused a file")),
    "fleet.place": VerbWords(did=N_("placed items by the description's rules"), counted="items"),
    "fleet.mend": VerbWords(did=N_("mended a row kept aside")),
    "fleet.leave_out": VerbWords(did=N_("left a row out")),
    "line.passport_issue": VerbWords(did=N_("issued passports"), counted="passports"),
    "line.passport_revoke": VerbWords(did=N_("revoked passports"), telling=True),
    "line.attest": VerbWords(did=N_("attested checks of items"), counted="items"),
    "line.move": VerbWords(did=N_("moved items along the line"), counted="items", towards="to", telling=True),
    "line.report": VerbWords(did=N_("took in the report of an inspection"), telling=True),
    "line.hunt": VerbWords(did=N_("hunted indicators through all reports"), telling=True),
    "line.inspector_enrol": VerbWords(did=N_("enrolled the key of an inspector")),
    "line.inspector_withdraw": VerbWords(did=N_("withdrew the key of an inspector"), telling=True),
    "line.sign": VerbWords(did=N_("signed the admission of items"), counted="items"),
    "line.admit": VerbWords(did=N_("admitted items into the clean zone"), counted="items", telling=True),
    "line.quarantine": VerbWords(did=N_("put items into quarantine"), counted="items", telling=True),
    "line.release": VerbWords(did=N_("released items from quarantine"), counted="items", telling=True),
    "line.retire": VerbWords(did=N_("retired items"), counted="items", telling=True),
    "line.return": VerbWords(did=N_("brought retired items back"), counted="items", telling=True),
    "lab.links_load": VerbWords(did=N_("took in a file of links"), telling=True),
    "lab.link_add": VerbWords(did=N_("set up a link to an analyzer"), telling=True),
    "lab.link_change": VerbWords(did=N_("changed the settings of a link")),
    "lab.link_switch": VerbWords(did=N_("switched a link on or off"), telling=True),
    "lab.link_remove": VerbWords(did=N_("removed a link that never received anything")),
    "lab.lis_add": VerbWords(did=N_("set up a laboratory system")),
    "lab.lis_change": VerbWords(did=N_("changed the settings of a laboratory system")),
    "lab.lis_pause": VerbWords(did=N_("paused delivery to a laboratory system"), telling=True),
    "lab.lis_resume": VerbWords(did=N_("resumed delivery to a laboratory system"), telling=True),
    "lab.order": VerbWords(did=N_("ordered laboratory tests")),
    "lab.order_add": VerbWords(did=N_("added tests to an order"), counted="tests"),
    "lab.order_cancel": VerbWords(did=N_("cancelled an order")),
    "lab.order_import": VerbWords(did=N_("took in orders from a file"), counted="new"),
    "lab.order_push": VerbWords(did=N_("sent orders to an analyzer"), counted="count"),
    "lab.series": VerbWords(did=N_("reserved sample numbers for a site"), telling=True),
    "lab.numbers": VerbWords(did=N_("gave out sample numbers"), counted="count"),
    "lab.answer": VerbWords(did=N_("answered a query of an analyzer")),
    "lab.exchange": VerbWords(did=N_("noted whether an analyzer took what it was sent")),
    "lab.validate": VerbWords(did=N_("validated results"), counted="reports"),
    "lab.call": VerbWords(did=N_("tried to call about a critical value")),
    "lab.call_close": VerbWords(did=N_("told somebody of a critical value")),
    "lab.call_withdraw": VerbWords(did=N_("closed a call nobody had to make")),
    "lab.sheet": VerbWords(did=N_("made a result sheet"), counted="values"),
    "lab.sheet_confirm": VerbWords(did=N_("confirmed that a result sheet was printed")),
    "lab.sheet_drop": VerbWords(did=N_("dropped a result sheet that was not printed")),
    "lab.see": VerbWords(did=N_("looked at laboratory data of patients")),
    "lab.read": VerbWords(did=N_("read messages of analyzers"), counted="read"),
    "lab.read_again": VerbWords(did=N_("decided anew on held results")),
    "lab.map": VerbWords(did=N_("said what a test of an analyzer means")),
    "lab.place": VerbWords(did=N_("gave held results to an order"), telling=True),
    "lab.release": VerbWords(did=N_("released held results")),
    "lab.close": VerbWords(did=N_("closed held or refused results")),
    "lab.reopen": VerbWords(did=N_("took back the closing of results")),
    "lab.reread": VerbWords(did=N_("had a message read anew")),
    "lab.mend": VerbWords(did=N_("mended refused results")),
    "lab.replay": VerbWords(did=N_("sent refused results again")),
    "lab.feed": VerbWords(did=N_("fed a capture into the laboratory")),
    "lab.evidence": VerbWords(did=N_("recorded a check of a link")),
    "lab.sign": VerbWords(did=N_("signed a link's rung")),
    "lab.climb": VerbWords(did=N_("let a link climb"), telling=True),
    "lab.fall": VerbWords(did=N_("took a link down"), telling=True),
    "lab.compare_open": VerbWords(did=N_("opened a comparison sheet")),
    "lab.compare_line": VerbWords(did=N_("put a value on a comparison sheet")),
    "lab.compare_remove": VerbWords(did=N_("took a value off a comparison sheet")),
    "lab.compare_close": VerbWords(did=N_("closed a comparison sheet")),
    "lab.qc": VerbWords(did=N_("judged control points"), counted="points"),
    "lab.qc_target": VerbWords(did=N_("set control targets"), counted="count"),
    "lab.qc_note": VerbWords(did=N_("noted what was done about a control")),
    "demo.loaded": VerbWords(did=N_("loaded the demonstration")),
    "hospital.load": VerbWords(did=N_("loaded the hospital's description"), telling=True),
    "hospital.recompute": VerbWords(did=N_("changed what stands on components"), telling=True),
    "hospital.accept": VerbWords(did=N_("signed that a function works"), telling=True),
    "hospital.acceptance_withdraw": VerbWords(did=N_("withdrew the acceptance of a function"), telling=True),
    "hospital.acceptance_lapse": VerbWords(did=N_("let the acceptance of a function lapse"), telling=True),
    "hospital.zone_build": VerbWords(did=N_("started building a zone segment"), telling=True),
    "hospital.zone_sign": VerbWords(did=N_("signed the opening of a zone segment"), telling=True),
    "hospital.zone_open": VerbWords(did=N_("opened a zone segment"), telling=True),
    "hospital.zone_close": VerbWords(did=N_("closed a zone segment"), telling=True),
}

EVENTS: Mapping[str, str] = {
    "fleet.added": N_("item added"),
    "fleet.edited": N_("items corrected"),
    "fleet.imported": N_("inventory imported"),
    "fleet.import_requested": N_("import confirmed"),
    "fleet.import_refused": N_("file refused"),
    "line.passport_revoked": N_("passport revoked"),
    "line.attested": N_("checks attested"),
    "line.moved": N_("item moved along the line"),
    "line.reported": N_("inspection report taken in"),
    "line.hunted": N_("indicators hunted"),
    "line.signed": N_("admission signed"),
    "line.admitted": N_("item admitted"),
    "line.quarantined": N_("item put into quarantine"),
    "line.released": N_("item released from quarantine"),
    "line.retired": N_("item retired"),
    "line.returned": N_("retired item brought back"),
    "lab.order_made": N_("laboratory tests ordered"),
    "lab.order_changed": N_("order changed"),
    "lab.validated": N_("results validated"),
    "lab.called": N_("critical value called"),
    "lab.sheet_made": N_("result sheet"),
    "lab.link_changed": N_("settings of a link changed"),
    "lab.decided": N_("decision about held or refused results"),
    "lab.climbed": N_("link climbed"),
    "lab.fell": N_("link came down"),
    "lab.qc": N_("control out of its limits"),
    "lab.held": N_("results held for a person"),
    "lab.critical": N_("critical value: somebody must be called"),
    "hospital.unit_changed": N_("state of a service unit changed"),
    "hospital.function_changed": N_("state of a function changed"),
    "hospital.zone_changed": N_("zone segment changed"),
    "hospital.loaded": N_("description loaded"),
}

SUBJECTS: Mapping[str, str] = {
    "result-sheet": N_("result sheet"),
    "call": N_("call about a critical value"),
    "order": N_("laboratory order"),
    "sheet": N_("comparison sheet"),
    "batch": N_("several items"),
    "acceptance": N_("acceptance"),
    "evidence": N_("evidence file"),
    "fleet": N_("recovery line"),
    "function": N_("function"),
    "group": N_("hospital group"),
    "hospital": N_("hospital"),
    "import": N_("import"),
    "inspector": N_("inspector"),
    "item": N_("item"),
    "journal": N_("journal"),
    "key": N_("signing key"),
    "os": N_("account of the computer"),
    "passports": N_("passports"),
    "people": N_("accounts"),
    "relight": N_("part of Relight"),
    "service": N_("service"),
    "site": N_("site"),
    "staff": N_("staff member"),
    "unit": N_("service unit"),
    "zone": N_("zone segment"),
    "lab": N_("laboratory"),
    "link": N_("link to an analyzer"),
    "lis": N_("laboratory system"),
    "message": N_("laboratory message"),
    "report": N_("laboratory report"),
}

DOORS: Mapping[str, str] = {
    "web": N_("browser"),
    "cli": N_("command line"),
    "worker": N_("Relight itself"),
    "scenario": N_("scenario"),
}


def verb_words(verb: str) -> VerbWords:
    """Return the words of a verb; one nobody declared is shown as it is written."""
    return VERBS.get(verb) or VerbWords(did=verb)


def event_words(name: str) -> str:
    """Return the words of an event; one nobody declared is shown as it is written."""
    return EVENTS.get(name, name)


def subject_words(subject: str) -> tuple[str, str]:
    """Split a subject into the word of its kind and what it names; a kind nobody declared stays as written."""
    kind, colon, rest = subject.partition(":")
    return (SUBJECTS.get(kind, kind), rest) if colon else ("", subject)


def how_many(body: Mapping[str, object], *, counted: str) -> int:
    """Say how many things an entry is about: a list's length or a number under `counted`, else 1."""
    value = body.get(counted) if counted else None
    if isinstance(value, list | tuple):
        return len(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else 1
