"""What the hospital decided about its activity from D0 to D+10: policies signed, exports imported, patients called.

Owns the calls of the services of activity, each by the person and at the hour of the plan. Source:
docs/design/scenario.md, "The appointments".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from uuid import UUID

from relight.activity.api import (
    Attempt,
    BedKind,
    Beds,
    DeskGiven,
    Lane,
    Outcome,
    PostureSaid,
    SiteState,
    appointments_import,
    ask_list,
    call_next,
    call_note,
    capacity_set,
    debt_next,
    debt_session_book,
    debt_sync,
    desk_get,
    desk_write,
    lanes_planned,
    lanes_usual,
    notices_open,
    notices_settle,
    override_set,
    policy_draft,
    policy_sign,
    posture_set,
    proposal_take,
)
from relight.activity.plain import policy_shipped_text
from relight.cli.scenario.activity_plan import ActivityPlan, PolicyDay, PosturePlan
from relight.cli.scenario.appointment_files import ExportFile, exports_make
from relight.cli.scenario.appointments import visits_make
from relight.cli.scenario.moments import Moments
from relight.cli.scenario.patients import Patient
from relight.cli.scenario.patients_plan import Names
from relight.hospital.api import Expected, Level, expected_write, unit_list
from relight.kernel.act import Act

Acting = Callable[[datetime], None]
SESSION = 12  # dates given at one sitting
WORDS: Sequence[tuple[int, Attempt]] = (
    (60, Attempt.REACHED),
    (16, Attempt.NO_ANSWER),
    (12, Attempt.VOICEMAIL),
    (4, Attempt.BUSY),
    (4, Attempt.SOMEBODY),
    (2, Attempt.WRONG_NUMBER),
    (2, Attempt.OBJECTS),
)
OVERRIDES: Sequence[tuple[Outcome, str]] = (
    (Outcome.KEEP, "Vu au dossier papier : ne peut pas attendre, examen sur place possible."),
    (Outcome.KEEP, "Patient connu, traitement en cours : consultation maintenue."),
    (Outcome.CANCEL, "Vérifié par téléphone avec le médecin traitant : peut attendre quatre semaines."),
    (Outcome.KEEP, "Radio de contrôle nécessaire avant la sortie du plâtre."),
)


def policy_early(text: str, *, version: int, dated: date, sets: Sequence[str]) -> bytes:
    """Write the policy of a first day: it speaks of some sets as the shipped one does, and keeps all the rest.

    Args: text: of the shipped policy. sets: ids of the sets it speaks of.
    """
    head, *blocks = text.split("[[set]]\n")
    lines = [
        'id = "degraded-mode"',
        "version = 1",
        *(line for line in head.splitlines() if line.startswith(("dated =", "title."))),
    ]
    wanted = ['id = "first-days"', f"version = {version}", f"dated = {dated.isoformat()}", *TITLES]
    for old, new in zip(lines, wanted, strict=True):
        head = head.replace(old, new, 1)
    return (head + "".join("[[set]]\n" + _set(block, sets) for block in blocks)).encode()


TITLES = (
    'title.fr = "Premiers jours"',
    'title.nl = "Eerste dagen"',
    'title.de = "Erste Tage"',
    'title.en = "First days"',
)
GOES_ON = """[[set.rule]]
id = "{id}-goes-on"
decision = "keep"
because.fr = "Aucune règle n'en parle encore : l'activité continue."
because.nl = "Nog geen regel spreekt hierover: de activiteit gaat door."
because.de = "Noch spricht keine Regel davon: Die Tätigkeit geht weiter."
because.en = "No rule speaks of it yet: it goes on."

"""


def _set(block: str, sets: Sequence[str]) -> str:
    own = block.split('id = "', 1)[1].split('"', 1)[0]
    if own in sets:
        return block
    return block.split("[[set.rule]]", 1)[0] + GOES_ON.format(id=own)


class ActivityStory:
    """Args: known: patients of the wards with an old record. as_: makes the act of a member of staff. share: of a
    hundred appointments, how many are made. desks: user names of those who call, first the one of all sites."""

    def __init__(
        self,
        plan: ActivityPlan,
        names: Names,
        *,
        moments: Moments,
        as_: Callable[[str, datetime], Act],
        password: str,
        lead: str,
        doctor: str,
        desks: Sequence[str],
        known: Sequence[Patient] = (),
        share: int = 100,
    ) -> None:
        self.plan, self.names, self.moments, self.as_ = plan, names, moments, as_
        self.password, self.lead, self.doctor, self.desks, self.known = password, lead, doctor, desks, known
        self.share = share
        self.zero = moments.day_zero.astimezone(moments.zone).date()
        self.seats: list[UUID] = []
        self.chance = Random(f"{plan.seed}:story")  # noqa: S311 - a story, no secret

    def deeds(self) -> Iterator[tuple[datetime, Acting]]:
        """Say what is done when; in no order."""
        for posture in self.plan.postures:
            yield self.moments.at(posture.day, posture.hour), partial(self._posture, posture)
        for version, early in enumerate(self.plan.early, start=1):
            yield self.moments.at(early.day, early.hour), partial(self._policy, early, version)
        first = self.zero + timedelta(days=self.plan.first)
        visits = visits_make(self.plan, self.names, first=first, known=self.known, share=self.share)
        for file in exports_make(self.plan, visits):
            yield self.moments.at(file.day, file.hour), partial(self._import, file)
        expected, places, shipped = self.plan.expected, self.plan.places, self.plan.shipped
        yield self.moments.at(expected.day, expected.hour), self._expected
        yield self.moments.at(shipped.day, shipped.hour), partial(self._policy, shipped, 0)
        yield self.moments.at(places.day, places.hour), self._places
        end = self.moments.end
        for place in range(3 * len(OVERRIDES)):
            yield end - timedelta(minutes=42) + timedelta(seconds=15 * place), partial(self._override, place)
        yield end - timedelta(minutes=38), self._follow
        yield end - timedelta(minutes=30), self._dates
        yield end - timedelta(minutes=26), self._desks
        for place in range(-(-self.plan.calls * self.share // 100)):
            yield end - timedelta(minutes=24) + timedelta(seconds=8 * place), partial(self._call, place)

    # -- policies --------------------------------------------------------------------------------------

    def _policy(self, day: PolicyDay, version: int, at: datetime) -> None:
        """Draft, sign and let take effect; version 0 is the shipped one as it is."""
        text = policy_shipped_text()
        dated = self.zero + timedelta(days=day.day)
        raw = policy_early(text.decode(), version=version, dated=dated, sets=day.sets) if version else text
        act = self.as_(self.plan.medical_lead, at)
        draft = policy_draft(act=act, text=raw)
        proposal = policy_sign(act=act, version=draft.pk, digest=draft.digest, password=self.password)
        proposal_take(act=act, proposal=proposal)
        self._follow(at)

    def _follow(self, at: datetime) -> None:
        """Do at once what the worker does after the commit: what was cancelled waits."""
        debt_sync(act=self.as_(self.plan.medical_lead, at))

    # -- appointments ----------------------------------------------------------------------------------

    def _import(self, file: ExportFile, at: datetime) -> None:
        options = {"assume_urgency": file.assume} if file.assume else {}
        appointments_import(
            act=self.as_(self.desks[0], at), source=file.source, name=file.filename, raw=file.content, options=options
        )
        self._follow(at)

    def _override(self, place: int, at: datetime) -> None:
        """A doctor takes the next of what the policy leaves to them."""
        for appointment in ask_list(at=at, limit=1):
            outcome, reason = OVERRIDES[place % len(OVERRIDES)]
            override_set(act=self.as_(self.doctor, at), appointment=appointment, outcome=outcome, reason=reason)

    # -- telling ---------------------------------------------------------------------------------------

    def _desks(self, at: datetime) -> None:
        """What is to be told is brought up to date; two desks are set up to tell it."""
        notices_settle(act=self.as_(self.plan.medical_lead, at))
        first = self.as_(self.desks[0], at)
        self.seats = [
            desk_write(act=first, given=DeskGiven(name=name, phone=phone, sites=sites))
            for name, phone, sites in (
                ("Secrétariat Arlon et sud", "063 00 10 00", ("arlon", "virton")),
                ("Secrétariat Libramont et nord", "061 00 20 00", ("libramont", "bastogne", "bertrix", "marche")),
            )
        ]

    def _call(self, place: int, at: datetime) -> None:
        """One desk calls its next patient: most are reached, some are not, each attempt noted."""
        act = self.as_(self.desks[place % len(self.desks)], at)
        card = call_next(act=act, desk=desk_get(self.seats[place % len(self.seats)]))
        outcome = self.chance.choices([word for _, word in WORDS], weights=[weight for weight, _ in WORDS])[0]
        shown, number = notices_open(card)
        note = "Trouve le délai trop long, veut parler au médecin." if outcome is Attempt.OBJECTS else ""
        call_note(act=act, card=card, outcome=outcome, shown=shown, number=number, note=note)

    # -- posture, dates, debt --------------------------------------------------------------------------

    def _posture(self, posture: PosturePlan, at: datetime) -> None:
        usable, there = posture.theatres
        said = PostureSaid(
            state=SiteState(posture.state),
            diverted=bool(posture.diverted),
            diverted_to=posture.diverted,
            theatres_open=usable,
            theatres=there,
            beds=tuple(Beds(kind=BedKind(kind), free=free, total=total) for kind, free, total in posture.beds),
            note=posture.note,
        )
        for site in posture.sites:
            posture_set(act=self.as_(self.lead, at), site=site, said=said)

    def _expected(self, at: datetime) -> None:
        """The restart office says when services are expected to be normal again."""
        plan = self.plan.expected
        days = {service: (median, safe) for service, median, safe in plan.units}
        dates = {}
        for unit in unit_list():
            if unit.service in days and unit.level is not Level.NORMAL:
                later = plan.later.get(unit.site, 0)
                median, safe = (self.zero + timedelta(days=day + later) for day in days[unit.service])
                dates[unit.id] = Expected(level=Level.NORMAL, median=median, p80=safe)
        expected_write(act=self.as_(plan.by, at), dates=dates)

    def _places(self, at: datetime) -> None:
        """Say how many of those who wait each line can take a week, from what a usual week was."""
        share = self.plan.places.share
        places: dict[tuple[Lane, date | None], int | None] = {
            (lane, None): max(1, usual * share[lane.kind.value] // 100)
            for lane, usual in lanes_usual().items()
            if lane.kind.value in share
        }
        capacity_set(act=self.as_(self.plan.medical_lead, at), places=places)

    def _dates(self, at: datetime) -> None:
        """The first of those who wait get a date, session by session, in the weeks that are proposed."""
        left = -(-self.plan.waits * self.share // 100)
        for place, (lane, week) in enumerate(lanes_planned(at=at)):
            if left <= 0:
                return
            act = self.as_(self.desks[place % len(self.desks)], at)
            items = debt_next(lane, limit=min(SESSION, left))
            morning = datetime.combine(week + timedelta(days=place % 5), datetime.min.time(), self.moments.zone)
            starts = max(morning + timedelta(hours=9), at + timedelta(days=1))
            left -= debt_session_book(act=act, lane=lane, starts_at=starts, minutes=20, items=items)
