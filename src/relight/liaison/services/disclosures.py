"""What is given out about a patient: shown before, journalled with it, kept byte for byte.

Owns Disclosure. Refuses anything to an unverified caller, about an unchecked patient, without link, consent and a
reason, and another summary than the one that was shown. Source: docs/design/liaison-requests.md, cases 50-59.
"""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

from relight.journal.api import EventDraft, Json, new_id, writing
from relight.kernel.act import Act
from relight.liaison import errors
from relight.liaison.models import Disclosure, Request
from relight.liaison.rules.numbers import registration_shown
from relight.liaison.rules.requests import Step, Way, may_disclose, number_words
from relight.liaison.selectors.requests import standing_of
from relight.liaison.selectors.summary import Summary, summary_read
from relight.liaison.selectors.summary_paper import Release, summary_paper
from relight.liaison.services.requests import request_at, step_add
from relight.people.api import Permission, names_of, service
from relight.record.api import Ground, read_note

WHY_CHARS = range(3, 401)


@service(Permission.LIAISON_DISCLOSE)
def summary_prepare(*, act: Act, request: UUID, language: str) -> Summary:
    """Draw the summary a request would get, to be looked at before it leaves; the reading is noted.

    Raises: RL-LIA-080, those of `may_disclose`, RL-REC-129 when the reading could not be noted.
    """
    row = Request.objects.filter(pk=request).first()
    if row is None:
        raise errors.REQUEST_MISSING.error(where="request")
    may_disclose(standing_of(row)).demand(where="request")
    assert row.patient is not None  # may_disclose says so
    summary = summary_read(patient=row.patient, id=new_id(act.at), language=language, at=act.at)
    read_note(act=act, patients=[row.patient], what="liaison.summary", ground=Ground.REQUEST.value)
    return summary


@service(Permission.LIAISON_DISCLOSE)
def summary_release(*, act: Act, request: UUID, version: int, shown: str, way: Way, why: str, language: str) -> UUID:
    """Give a summary out. Args: shown: what the page showed (`Summary.shown`). why: what it is needed for.

    Returns: the disclosure's id. Raises: RL-LIA-089 without a reason, 090 when the record changed since it was shown,
    those of `may_disclose` and `request_at`. Nothing leaves before the journal holds who, to whom, why, which digest.
    """
    told = " ".join(why.split())
    if len(told) not in WHY_CHARS:
        raise errors.WHY_MISSING.error(where="why")
    with request_at(act=act, request=request, version=version, step=Step.DISCLOSED) as (log, row):
        may_disclose(standing_of(row)).demand(where="request")
        assert row.patient is not None  # may_disclose says so
        key = new_id(act.at)
        summary = summary_read(patient=row.patient, id=key, language=language, at=act.at)
        if summary.shown != shown:
            raise errors.SUMMARY_CHANGED.error(where="summary")
        paper = summary_paper(summary, release=_release(row, act, told))
        given = Disclosure.objects.create(
            id=key, request=row, patient=row.patient, to_name=row.caller_name, to_number=row.caller_number,
            way=way.value, why=told, link=row.link, consent=row.consent, language=summary.words.language,
            digest=summary.digest, document=summary.content, paper_digest=sha256(paper).hexdigest(), paper=paper,
            at=act.at, by=act.actor,
        )  # fmt: skip
        step_add(log, row, Step.DISCLOSED, what=way.value, text=told)
        read_note(act=act, patients=[row.patient], what=f"disclosed {row.caller_name}", ground=Ground.REQUEST.value)
        log.entry(
            "liaison.disclose",
            subject=f"patient:{row.patient}",
            body=_body(given, row),
            events=[EventDraft(name="liaison.disclosed", subject=f"request:{row.pk}", body={"disclosure": str(key)})],
        )
    return key


def _body(given: Disclosure, row: Request) -> dict[str, Json]:
    """Who stands in the entry itself; here to whom, why, what."""
    return {
        "disclosure": str(given.pk), "request": row.number, "practitioner": str(row.practitioner_id or ""),
        "to": given.to_name, "to_number": given.to_number, "way": given.way, "topic": row.topic, "link": given.link,
        "consent": given.consent, "why": sha256(given.why.encode()).hexdigest(), "digest": given.digest,
        "paper": given.paper_digest,
    }  # fmt: skip


def _release(row: Request, act: Act, why: str) -> Release:
    number = registration_shown(row.caller_number)
    return Release(
        to=", ".join(filter(None, (row.caller_name, number, row.caller_practice))),
        why=why,
        by=names_of({act.actor}).get(act.actor, act.actor),
        request=number_words(row.number),
    )


@service(Permission.LIAISON_DISCLOSE)
def disclosure_open(*, act: Act, disclosure: UUID, is_paper: bool) -> bytes:
    """Return what left, byte for byte; the reading is noted. Raises: RL-LIA-091, RL-REC-129."""
    row = Disclosure.objects.filter(pk=disclosure).first()
    if row is None:
        raise errors.DISCLOSURE_MISSING.error(where="disclosure")
    with writing(act) as log:
        read_note(act=act, patients=[row.patient], what="liaison.summary", ground=Ground.REQUEST.value)
        body: dict[str, Json] = {"digest": row.paper_digest if is_paper else row.digest}
        log.entry("liaison.open_disclosed", subject=f"disclosure:{disclosure}", body=body)
    return bytes(row.paper if is_paper else row.document)
