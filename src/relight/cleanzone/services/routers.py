"""Rules on routers: tried and confirmed, closings told at once, drift read back.

Owns Try and RouterStand. Openings are a person's act (a try); closings (a revoked machine, an ended flow) go to the
running table by themselves, and are owed until the router took them. A router is reached outside of any transaction:
what is to be done is written down before, what came of it after. Source: docs/design/zone.md (cases 37-44, 57-64).
"""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Max

from relight.cleanzone import errors
from relight.cleanzone.models import FlowRow, RouterStand, Try
from relight.cleanzone.rules.closing import closing_change
from relight.cleanzone.rules.compile import Ruleset
from relight.cleanzone.rules.drift import Drift, drift_find
from relight.cleanzone.rules.nft import PREFIX_OF_FLOW, nft_text, shut_change
from relight.cleanzone.rules.script import (
    BUSY,
    CONFIRMED,
    LIST_SCRIPT,
    TAKEN,
    change_script,
    confirm_script,
    shut_script,
    try_script,
)
from relight.cleanzone.rules.setup import Router
from relight.cleanzone.selectors.routers import router_get, setup_read
from relight.cleanzone.selectors.zone import machines_now, ruleset_at
from relight.cleanzone.types import TryState
from relight.journal.api import Body, new_id, writing
from relight.kernel.act import Act
from relight.kernel.errors import InputError, PeerError
from relight.people.api import Permission, service

ANSWER_S = 20.0
CONFIRM_S = 60
SAID_MOST = 2000


def router_run(router: Router, script: str) -> tuple[int, str]:
    """Run a script on a router. Returns: exit code and what it said. Raises: PeerError RL-ZON-022."""
    try:
        done = subprocess.run(
            [*router.run, "sh", "-s"], input=script, capture_output=True, text=True, timeout=ANSWER_S, check=False
        )
    except subprocess.TimeoutExpired as slow:
        raise errors.ROUTER_AWAY.error(where=router.name, router=router.name, reason=f"{ANSWER_S:.0f} s") from slow
    except OSError as fault:
        reason = fault.strerror or type(fault).__name__
        raise errors.ROUTER_AWAY.error(where=router.name, router=router.name, reason=reason) from fault
    return done.returncode, (done.stdout if done.returncode == 0 else done.stdout + done.stderr)


# -- tries ------------------------------------------------------------------------------------------


@service(Permission.ZONE_DEPLOY)
def ruleset_try(*, act: Act, router: str = "", confirm_s: int = CONFIRM_S) -> int:
    """Send the ruleset as it is compiled now; it goes back by itself unless confirmed within `confirm_s` seconds.

    Returns: the number of the try. Raises: RL-ZON-006, 020, 021, 022, 023, 024.
    """
    if not 10 <= confirm_s <= 3600:
        raise errors.FIELD_WRONG.error(where="confirm", value=confirm_s, expected=errors.SECONDS_EXPECTED)
    to = router_get(router)
    zone, ruleset = ruleset_at(act.at)
    text = nft_text(ruleset)
    with writing(act) as log:
        if Try.objects.filter(router=to.name, state=TryState.WAITING.value).exists():
            raise errors.TRY_WAITS.error(where=to.name, router=to.name)
        row = Try.objects.create(
            id=new_id(act.at),
            number=(Try.objects.aggregate(last=Max("number"))["last"] or 0) + 1,
            router=to.name,
            digest=hashlib.sha256(text.encode()).hexdigest(),
            text=text,
            flows=len(ruleset.rules),
            machines=sum(machine.may_speak(zone.at) for machine in zone.machines),
            confirm_s=confirm_s,
            at=act.at,
            by=act.actor,
        )
        body: Body = {"try": row.number, "router": to.name, "digest": row.digest, "flows": row.flows}
        log.entry("zone.try", subject=f"router:{to.name}", body={**body, "machines": row.machines})
    script = try_script(text, number=row.number, seconds=confirm_s, folder=to.folder)
    try:
        _, said = router_run(to, script)
    except Exception as fault:
        _try_end(act, row, TryState.FAILED, said=str(fault)[:SAID_MOST])
        raise
    if TAKEN not in said.splitlines():
        _try_end(act, row, TryState.FAILED, said=said[-SAID_MOST:])
        if BUSY in said:
            raise errors.TRY_WAITS.error(where=to.name, router=to.name)
        raise errors.ROUTER_REFUSED.error(where=to.name, router=to.name, reason=said.strip()[-300:] or "-")
    return row.number


@service(Permission.ZONE_DEPLOY)
def ruleset_confirm(*, act: Act, router: str = "") -> int:
    """Keep the ruleset that waits: the management path holds. Returns: its number. Raises: RL-ZON-021, 022, 025."""
    to = router_get(router)
    row = Try.objects.filter(router=to.name, state=TryState.WAITING.value).first()
    if row is None:
        raise errors.TRY_GONE.error(where=to.name, router=to.name)
    _, said = router_run(to, confirm_script(number=row.number, folder=to.folder))
    if CONFIRMED not in said.splitlines():
        _try_end(act, row, TryState.ROLLED_BACK, said=said.strip()[:SAID_MOST])
        raise errors.TRY_GONE.error(where=to.name, router=to.name)
    _try_end(act, row, TryState.CONFIRMED)
    return row.number


@service(Permission.ZONE_DEPLOY)
def tries_end(*, act: Act) -> int:
    """Note the tries nobody confirmed in time: the router has gone back by itself. Returns: how many."""
    waiting = Try.objects.filter(state=TryState.WAITING.value)
    late = [row for row in waiting if row.at + timedelta(seconds=row.confirm_s + ANSWER_S) < act.at]
    for row in late:
        _try_end(act, row, TryState.ROLLED_BACK)
    return len(late)


def _try_end(act: Act, row: Try, state: TryState, *, said: str = "") -> None:
    with writing(act) as log:
        row.state, row.ended_at, row.ended_by, row.said = state.value, act.at, act.actor, said
        row.save(update_fields=["state", "ended_at", "ended_by", "said"])
        body: Body = {"try": row.number, "router": row.router, "to": state.value}
        log.entry("zone.try_end", subject=f"router:{row.router}", body=body)


# -- closings ---------------------------------------------------------------------------------------


@service(Permission.ZONE_DEPLOY)
def closings_owe(*, act: Act, items: Sequence[UUID] = ()) -> None:
    """Write down that every router is owed a closing; `closings_tell` brings it. Inside the worker's transaction.

    Args: items: machines to be shut before anything is compared.
    """
    routers = _guarding()
    if not routers:
        return
    with writing(act) as log:
        for router in routers:
            row, _ = RouterStand.objects.select_for_update().get_or_create(router=router.name)
            row.owed_at, row.shut = act.at, [*row.shut, *(str(item) for item in items if str(item) not in row.shut)]
            row.save(update_fields=["owed_at", "shut"])
        body: Body = {"routers": [router.name for router in routers], "machines": [str(item) for item in items]}
        log.entry("zone.closings_owe", subject="zone:routers", body=body)


@service(Permission.ZONE_DEPLOY)
def closings_tell(*, act: Act, only_owed: bool = False) -> int:
    """Bring routers' running tables down to what may still be open; it opens nothing. Never inside a transaction.

    A machine to be shut goes first, as one element of a set, before the table is read and compared; a router that
    does not answer stays owed. Args: only_owed: leave the others alone. Returns: how many routers were changed.
    """
    stands = {row.router: row for row in RouterStand.objects.all()}
    owed = {name for name, row in stands.items() if row.owed_at is not None}
    routers = [router for router in _guarding() if not only_owed or router.name in owed]
    return sum(_router_tell(act, router, stands.get(router.name)) for router in routers)


def _router_tell(act: Act, router: Router, stand: RouterStand | None) -> bool:
    shut = list(stand.shut) if stand else []
    changed = 0
    try:
        machines = machines_now([UUID(item) for item in shut]) if shut else []
        addresses = [a for machine in machines if not machine.may_speak(act.at) for a in machine.addresses()]
        if addresses:
            change = shut_change(shut=addresses)
            changed += _change(router, change, shut_script(change, folder=router.folder))
        change = closing_change(ruleset_at(act.at)[1], listing_read(router))
        changed += _change(router, change, change_script(change)) if change else 0
    except (PeerError, InputError) as fault:
        if stand is None or stand.owed_at is None or stand.said != str(fault):
            _stand(act, router, said=str(fault), owes=True, shut=shut)
        return False
    if changed or (stand is not None and stand.owed_at is not None):
        _stand(act, router, said="", owes=False, shut=shut, count=changed)
    return changed > 0


def _change(router: Router, change: str, script: str) -> int:
    """Apply a change to the running table. Returns: its lines. Raises: RL-ZON-022, RL-ZON-023."""
    code, said = router_run(router, script)
    if code != 0:
        reason = said.strip()[-300:] or str(code)
        raise errors.ROUTER_REFUSED.error(where=router.name, router=router.name, reason=reason)
    return change.count("\n")


def _guarding() -> list[Router]:
    """Return the routers that hold a confirmed ruleset, or one that waits: others have nothing to close."""
    states = [TryState.CONFIRMED.value, TryState.WAITING.value]
    held = set(Try.objects.filter(state__in=states).values_list("router", flat=True))
    return [router for router in setup_read().routers if router.name in held] if held else []


def _stand(act: Act, router: Router, *, said: str, owes: bool, shut: Sequence[str], count: int = 0) -> None:
    """Note what came of telling a router. What it was owed meanwhile stays owed."""
    with writing(act) as log:
        row, _ = RouterStand.objects.select_for_update().get_or_create(router=router.name)
        row.said = said
        if owes:
            row.owed_at = row.owed_at or act.at
        else:
            row.shut = [item for item in row.shut if item not in shut]
            row.owed_at = row.owed_at if row.shut or (row.owed_at and row.owed_at > act.at) else None
            row.told_at = act.at
        row.save(update_fields=["said", "owed_at", "shut", "told_at"])
        body: Body = {"router": router.name, "changes": count, "to": "owed" if owes else "told"}
        log.entry("zone.closings", subject=f"router:{router.name}", body=body)


# -- drift ------------------------------------------------------------------------------------------


def listing_read(router: Router) -> Mapping[str, Any]:
    """Return what a router holds, as nft lists it. Raises: RL-ZON-022, RL-ZON-026."""
    code, said = router_run(router, LIST_SCRIPT)
    if code != 0:
        raise errors.ROUTER_AWAY.error(where=router.name, router=router.name, reason=said.strip()[-200:] or str(code))
    return listing_of(said, where=router.name)


def listing_of(text: str, *, where: str) -> Mapping[str, Any]:
    """Read a listing. Raises: InputError RL-ZON-026."""
    try:
        document = json.loads(text)
        if not isinstance(document, dict) or not isinstance(document.get("nftables"), list):
            raise TypeError("nftables")
    except (ValueError, TypeError) as fault:
        raise errors.LISTING_WRONG.error(where=where) from fault
    return document


@service(Permission.ZONE_DEPLOY)
def drift_check(*, act: Act, router: str = "") -> list[Drift]:
    """Compare what a router holds with what is compiled now, and keep its counters. Raises: RL-ZON-021, 022, 026."""
    to = router_get(router)
    listing = listing_read(to)
    _, ruleset = ruleset_at(act.at)
    found = drift_judge(ruleset, listing, where=to.name)
    hits = hits_of(listing)
    with writing(act) as log:
        row, _ = RouterStand.objects.select_for_update().get_or_create(router=to.name)
        row.checked_at, row.drifts = act.at, [one.document() for one in found][:500]
        row.save(update_fields=["checked_at", "drifts"])
        for flow in FlowRow.objects.filter(number__in=list(hits)):
            FlowRow.objects.filter(pk=flow.pk).update(hits=hits[flow.number], hits_at=act.at)
        body: Body = {"router": to.name, "drifts": len(found)}
        log.entry("zone.drift_check", subject=f"router:{to.name}", body=body)
    return found


def drift_judge(ruleset: Ruleset, listing: Mapping[str, Any], *, where: str) -> list[Drift]:
    """Compare a listing with a ruleset. Raises: InputError RL-ZON-026."""
    try:
        return drift_find(ruleset, listing)
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise errors.LISTING_WRONG.error(where=where) from fault


def hits_of(listing: Mapping[str, Any]) -> dict[int, int]:
    """Return packets by flow, from the counters of a listing."""
    found: dict[int, int] = {}
    for one in listing["nftables"]:
        counter = one.get("counter") or {}
        number = str(counter.get("name", "")).removeprefix(PREFIX_OF_FLOW)
        if str(counter.get("name", "")).startswith(PREFIX_OF_FLOW) and number.isdecimal():
            found[int(number)] = int(counter.get("packets", 0))
    return found
