"""Forms of the bulk actions: what is asked, what it would do in numbers, and the service that does it.

Each form knows its items, its preview and its service; the view shows and confirms. Source:
docs/design/line.md, cases 60-66.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext, ngettext

from relight.fleet.models import LineItem
from relight.fleet.rules.line import back_stages
from relight.fleet.rules.words import Words
from relight.fleet.selectors.admission import Sheet, admission_sheet
from relight.fleet.selectors.items import item_state, items_get
from relight.fleet.selectors.policy import policy_current, words_now
from relight.fleet.selectors.preview import (
    CheckChoice,
    Preview,
    check_choices,
    come_back_preview,
    move_preview,
    plain_preview,
    quarantine_preview,
    stage_choices,
)
from relight.fleet.services.admission import admission_sign
from relight.fleet.services.attest import items_attest
from relight.fleet.services.items import items_edit
from relight.fleet.services.line import items_move, items_quarantine, items_release, items_retire, items_return
from relight.fleet.types import KLASS_WORDS, BatchReport, Capacity, Kind, Klass, Refusal, Stage, State, Upload
from relight.kernel.act import Act
from relight.kernel.errors import N_

Choices = list[tuple[str, str]]


class FilesInput(forms.ClearableFileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, none by default."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Clean each file on its own."""
        files = data if isinstance(data, (list, tuple)) else [data] if data else []
        return [super(FilesField, self).clean(file, initial) for file in files]


class BatchForm(forms.Form):
    """The base of all: some items, known by their ids."""

    heading: ClassVar[str]
    action: ClassVar[str]
    danger: ClassVar[bool] = False
    template: ClassVar[str] = "fleet/batch.html"

    def __init__(self, *args: Any, act: Act, items: Sequence[UUID], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.act = act
        self.items = list(items)
        self.words: Words = words_now()
        self.prepare()

    def prepare(self) -> None:
        """Fill choices that depend on the items."""

    def value(self, name: str) -> str:
        """What a field holds now, sent or initial."""
        return str(self[name].value() or "")

    def preview(self) -> Preview:
        """Who would go, who would stay."""
        raise NotImplementedError

    def consequences(self, preview: Preview) -> list[str]:
        """What doing it means, in numbers."""
        raise NotImplementedError

    def run(self) -> BatchReport:
        """Do it. The refusals of the service go to the form."""
        raise NotImplementedError

    def done_words(self, report: BatchReport) -> str:
        """Say what was done."""
        raise NotImplementedError

    def context(self) -> dict[str, object]:
        """What this form's own template needs beyond the common part."""
        return {}


def _down(preview: Preview) -> list[str]:
    if not preview.admitted:
        return []
    return [
        ngettext(
            "%(count)d is in service: it goes down at once, and what relies on it with it.",
            "%(count)d are in service: they go down at once, and what relies on them with them.",
            preview.admitted,
        )
        % {"count": preview.admitted}
    ]


def _void(preview: Preview) -> list[str]:
    if not preview.voided:
        return []
    return [
        ngettext(
            "%(count)d attestation becomes void and has to be given again.",
            "%(count)d attestations become void and have to be given again.",
            preview.voided,
        )
        % {"count": preview.voided}
    ]


def _stay(preview: Preview) -> list[str]:
    if not preview.refused:
        return []
    return [
        ngettext(
            "%(count)d stays where it is, for the reason below.",
            "%(count)d stay where they are, for the reasons below.",
            len(preview.refused),
        )
        % {"count": len(preview.refused)}
    ]


def _once(words: Iterable[str]) -> list[str]:
    """Return each word once, as first met: a check attested twice is one check."""
    return list(dict.fromkeys(words))


def _reason(label: str, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=500, widget=forms.Textarea(attrs={"rows": 2, "maxlength": 500})
    )


class MoveForm(BatchForm):
    """Move items to a stage."""

    heading = N_("Move along the line")
    action = N_("Move")
    to = forms.ChoiceField()
    reason = _reason("", required=False)

    def prepare(self) -> None:
        self.left_out = self._leave_admitted()
        stages, default = stage_choices(items=self.items)
        field = self.fields["to"]
        field.label = gettext("To the stage")
        field.choices = [(stage.value, self.words.stage(stage)) for stage in stages]  # type: ignore[attr-defined]
        if self.initial.get("to") not in {stage.value for stage in stages}:
            self.initial["to"] = default.value
        self.fields["reason"].label = gettext("Reason")
        self.fields["reason"].help_text = gettext("Needed to go back; kept with the move.")

    def _leave_admitted(self) -> int:
        """Leave admitted items out of a mixed batch: a bench scanned in a hurry never pulls a ward's machine back."""
        rows = items_get(self.items)
        others = [row.pk for row in rows if row.state is not State.ADMITTED]
        if not others or len(others) == len(rows):
            return 0
        self.items = others
        return len(rows) - len(others)

    def to_stage(self) -> Stage:
        """The stage chosen."""
        known = {value for value, _ in self.fields["to"].choices}  # type: ignore[attr-defined]
        value = self.value("to")
        return Stage(value if value in known else self.initial["to"])

    def preview(self) -> Preview:
        return move_preview(items=self.items, to=self.to_stage())

    def consequences(self, preview: Preview) -> list[str]:
        values = {"moved": len(preview.allowed), "count": preview.count, "to": self.words.stage(self.to_stage())}
        moves = gettext("%(moved)d of %(count)d move to “%(to)s”.") % values
        return [moves, *_down(preview), *_void(preview), *_stay(preview), *self._left_out_words()]

    def _left_out_words(self) -> list[str]:
        if not self.left_out:
            return []
        said = ngettext(
            "%(count)d is in the clean zone and is left out: to pull it back, choose it alone.",
            "%(count)d are in the clean zone and are left out: to pull them back, choose them alone.",
            self.left_out,
        )
        return [said % {"count": self.left_out}]

    def run(self) -> BatchReport:
        return items_move(
            act=self.act,
            items=self.items,
            to=self.to_stage(),
            reason=self.cleaned_data["reason"],
            partial=True,
        )

    def done_words(self, report: BatchReport) -> str:
        values = {"count": len(report.done), "to": self.words.stage(self.to_stage())}
        return ngettext("%(count)d moved to “%(to)s”.", "%(count)d moved to “%(to)s”.", len(report.done)) % values


class AttestForm(BatchForm):
    """Attest checks of items, with a note and files."""

    heading = N_("Attest checks")
    action = N_("Attest")
    checks = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    note = forms.CharField(required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    evidence = FilesField(required=False)

    def prepare(self) -> None:
        self.choices: list[CheckChoice] = check_choices(items=self.items, roles=self.act.roles)
        mine = [choice for choice in self.choices if choice.mine]
        field = self.fields["checks"]
        field.label = gettext("I have seen for myself that")
        field.choices = [(choice.check.id, self._words(choice)) for choice in mine]  # type: ignore[attr-defined]
        if not self.is_bound and "checks" not in self.initial:
            self.initial["checks"] = []
        self.fields["note"].label = gettext("Note")
        hints = [self.words.text(choice.check.note) for choice in mine if choice.check.note]
        self.fields["note"].help_text = "; ".join(dict.fromkeys(hints))
        self.fields["evidence"].label = gettext("Files that show it")
        self.fields["evidence"].help_text = gettext("Reports, photographs, certificates; 50 MB each at most.")

    def _words(self, choice: CheckChoice) -> str:
        name = f"{self.words.stage(choice.stage)} · {self.words.check(choice.check)}"
        if choice.missing == 0:
            return gettext("%(name)s (all have it)") % {"name": name}
        if len(self.items) == 1:
            return name
        return gettext("%(name)s (missing for %(missing)d of %(asked)d)") % {
            "name": name,
            "missing": choice.missing,
            "asked": choice.asked,
        }

    def others(self) -> list[tuple[str, str]]:
        """The checks the reader cannot meet, and who can."""
        return [
            (self.words.check(choice.check), self.words.role_list(choice.check.roles))
            for choice in self.choices
            if not choice.mine and choice.missing
        ]

    def preview(self) -> Preview:
        return plain_preview(items=self.items)

    def consequences(self, preview: Preview) -> list[str]:
        count = len(preview.allowed)
        signed = any(row.state is State.VERIFIED for row in preview.allowed)
        void = [gettext("Signatures for admission given before no longer hold.")] if signed else []
        return [
            ngettext(
                "Your name stands for what you tick, for %(count)d item.",
                "Your name stands for what you tick, for each of %(count)d items.",
                count,
            )
            % {"count": count},
            *void,
        ]

    def context(self) -> dict[str, object]:
        return {"others": self.others(), "multipart": True}

    def run(self) -> BatchReport:
        files = [
            Upload(
                name=file.name or "file",
                media_type=file.content_type or "application/octet-stream",
                content=file.file,  # type: ignore[arg-type]
                size_bytes=file.size or 0,
            )
            for file in self.cleaned_data["evidence"]
        ]
        return items_attest(
            act=self.act,
            items=self.items,
            checks=self.cleaned_data["checks"],
            note=self.cleaned_data["note"],
            files=files,
            partial=True,
        )

    def done_words(self, report: BatchReport) -> str:
        return ngettext("Attested for %(count)d item.", "Attested for %(count)d items.", len(report.done)) % {
            "count": len(report.done)
        }


class QuarantineForm(BatchForm):
    """Put items into quarantine."""

    heading = N_("Put into quarantine")
    action = N_("Put into quarantine")
    danger = True
    reason = _reason("")

    def prepare(self) -> None:
        self.fields["reason"].label = gettext("Reason")
        self.fields["reason"].help_text = gettext("What was seen, on which machine, by whom.")

    def preview(self) -> Preview:
        return quarantine_preview(items=self.items)

    def consequences(self, preview: Preview) -> list[str]:
        values = {"moved": len(preview.allowed), "count": preview.count}
        first = gettext("%(moved)d of %(count)d go into quarantine. A security officer releases them.") % values
        return [first, *_down(preview), *_stay(preview)]

    def run(self) -> BatchReport:
        return items_quarantine(act=self.act, items=self.items, reason=self.cleaned_data["reason"])

    def done_words(self, report: BatchReport) -> str:
        return ngettext("%(count)d put into quarantine.", "%(count)d put into quarantine.", len(report.done)) % {
            "count": len(report.done)
        }


class RetireForm(BatchForm):
    """Retire items."""

    heading = N_("Retire")
    action = N_("Retire")
    danger = True
    reason = _reason("")

    def prepare(self) -> None:
        self.fields["reason"].label = gettext("Reason")
        self.fields["reason"].help_text = gettext("Scrapped, replaced by, given back to its lessor …")

    def preview(self) -> Preview:
        return plain_preview(items=self.items)

    def consequences(self, preview: Preview) -> list[str]:
        count = len(preview.allowed)
        first = ngettext(
            "%(count)d is retired: it counts nowhere any more but as retired. It can be returned to the line.",
            "%(count)d are retired: they count nowhere any more but as retired. They can be returned to the line.",
            count,
        )
        return [first % {"count": count}, *_down(preview)]

    def run(self) -> BatchReport:
        return items_retire(act=self.act, items=self.items, reason=self.cleaned_data["reason"])

    def done_words(self, report: BatchReport) -> str:
        return ngettext("%(count)d retired.", "%(count)d retired.", len(report.done)) % {"count": len(report.done)}


class _ComeBackForm(BatchForm):
    """Bring items back from quarantine or retirement."""

    retired: ClassVar[bool] = False
    to = forms.ChoiceField(required=False)
    reason = _reason("")

    def prepare(self) -> None:
        policy = policy_current()
        common: list[Stage] | None = None
        for row in items_get(self.items):
            stages = back_stages(policy, item_state(row))
            common = [s for s in (common if common is not None else stages) if s in stages]
        field = self.fields["to"]
        field.label = gettext("Back to the stage")
        field.help_text = gettext(
            "Where work begins: everything is attested again. Further on only after a false alarm."
        )
        first: Choices = [("", gettext("where work on it begins"))]
        field.choices = first + [(s.value, self.words.stage(s)) for s in common or []]  # type: ignore[attr-defined]
        self.fields["reason"].label = gettext("Reason")

    def to_stage(self) -> Stage | None:
        known = {value for value, _ in self.fields["to"].choices if value}  # type: ignore[attr-defined]
        return Stage(self.value("to")) if self.value("to") in known else None

    def preview(self) -> Preview:
        return come_back_preview(items=self.items, to=self.to_stage(), retired=self.retired)

    def consequences(self, preview: Preview) -> list[str]:
        values = {"moved": len(preview.allowed), "count": preview.count}
        first = gettext("%(moved)d of %(count)d come back to the line; none is admitted without two new signatures.")
        return [first % values, *_void(preview), *_stay(preview)]

    def run(self) -> BatchReport:
        come_back = items_return if self.retired else items_release
        return come_back(act=self.act, items=self.items, reason=self.cleaned_data["reason"], to=self.to_stage())

    def done_words(self, report: BatchReport) -> str:
        return ngettext("%(count)d back in the line.", "%(count)d back in the line.", len(report.done)) % {
            "count": len(report.done)
        }


class ReleaseForm(_ComeBackForm):
    """Release items from quarantine."""

    heading = N_("Release from quarantine")
    action = N_("Release")


class ReturnForm(_ComeBackForm):
    """Bring retired items back."""

    heading = N_("Return to the line")
    action = N_("Return to the line")
    retired = True


class _SignForm(BatchForm):
    """Sign items for admission."""

    capacity: ClassVar[Capacity]
    action = N_("Sign")
    template = "fleet/sign.html"
    digest = forms.CharField(widget=forms.HiddenInput)
    password = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "spellcheck": "false"}), strip=False
    )

    def prepare(self) -> None:
        self.sheet: Sheet = admission_sheet(act=self.act, items=self.items, capacity=self.capacity)
        self.initial["digest"] = self.sheet.digest
        self.fields["password"].label = gettext("Your password")
        self.fields["password"].help_text = gettext(
            "Signing again proves that it is you. The journal keeps the digest of this page."
        )

    def preview(self) -> Preview:
        refused = tuple(
            Refusal(
                item=row.pk,
                name=row.name,
                code=verdict.error().code,
                message=verdict.error().message(self.words.translate),
                next=verdict.error().next(self.words.translate),
            )
            for row, verdict in self.sheet.refused
        )
        return Preview(allowed=tuple(line.item for line in self.sheet.lines), refused=refused)

    def consequences(self, preview: Preview) -> list[str]:
        count = len(preview.allowed)
        second = sum(1 for line in self.sheet.lines if line.held)
        first = ngettext(
            "You sign for %(count)d item, %(capacity)s.", "You sign for %(count)d items, %(capacity)s.", count
        ) % {"count": count, "capacity": self.words.capacity(self.capacity)}
        admits = ngettext(
            "%(count)d is admitted to the clean zone at once: yours is the second signature.",
            "%(count)d are admitted to the clean zone at once: yours is the second signature.",
            second,
        ) % {"count": second}
        return [first, *([admits] if second else []), *_stay(preview)]

    def context(self) -> dict[str, object]:
        policy = self.sheet.policy
        words = words_now(places=True)
        lines = [
            {
                "item": line.item,
                "place": words.place(line.item.site, line.item.service),
                "checks": [
                    self.words.check(policy.checks[check])
                    for check in _once(proof.check for proof in line.proofs)
                    if check in policy.checks
                ],
                "files": len(_once(digest for proof in line.proofs for digest in proof.evidence)),
                "digest": line.digest,
                "held": [self.words.capacity(held.capacity) for held in line.held],
            }
            for line in self.sheet.lines
        ]
        return {"sheet": self.sheet, "lines": lines}

    def run(self) -> BatchReport:
        report = admission_sign(
            act=self.act,
            items=self.items,
            capacity=self.capacity,
            password=self.cleaned_data["password"],
            digest=self.cleaned_data["digest"],
            partial=True,
        )
        self.admitted = len(report.admitted)
        return BatchReport(batch=report.signature, done=report.signed, refused=report.refused)

    def done_words(self, report: BatchReport) -> str:
        signed = ngettext("Signed for %(count)d item.", "Signed for %(count)d items.", len(report.done))
        admitted = ngettext(
            "%(count)d is admitted to the clean zone.", "%(count)d are admitted to the clean zone.", self.admitted
        )
        words = signed % {"count": len(report.done)}
        return f"{words} {admitted % {'count': self.admitted}}" if self.admitted else words


class SignSecurityForm(_SignForm):
    """Sign for security."""

    heading = N_("Sign admission for security")
    capacity = Capacity.SECURITY


class SignOwnerForm(_SignForm):
    """Sign for the owning service."""

    heading = N_("Sign admission for the owning service")
    capacity = Capacity.OWNER


def place_choices(words: Words, kind: str) -> Choices:
    """The sites or services of the hospital's description, by name, in its order."""
    return list((words.sites if kind == "site" else words.services).items())


def klass_choices(kind: Kind | None = None) -> Choices:
    """The classes, of one kind when given."""
    return [(k.value, gettext(KLASS_WORDS[k])) for k in Klass if kind is None or k.kind is kind]


class EditForm(BatchForm):
    """Correct items. For one item its values stand in the fields; for several, empty fields stay as they are."""

    heading = N_("Correct what is known")
    action = N_("Save")
    name = forms.CharField(required=False, max_length=200)
    klass = forms.ChoiceField(required=False)
    site = forms.CharField(required=False, max_length=64)
    room = forms.CharField(required=False, max_length=120)
    service = forms.CharField(required=False, max_length=64)
    role = forms.CharField(required=False, max_length=64)
    model = forms.CharField(required=False, max_length=200)
    os = forms.CharField(required=False, max_length=200)
    tags = forms.CharField(required=False, max_length=400)

    LABELS: ClassVar[Mapping[str, str]] = {
        "name": N_("Name"),
        "klass": N_("Class"),
        "site": N_("Site"),
        "room": N_("Room"),
        "service": N_("Service"),
        "role": N_("Role"),
        "model": N_("Model"),
        "os": N_("Operating system"),
        "tags": N_("Tags"),
    }

    def prepare(self) -> None:
        self.rows: list[LineItem] = items_get(self.items)
        for name, label in self.LABELS.items():
            self.fields[name].label = gettext(label)
        single = self.rows[0] if len(self.rows) == 1 else None
        self._choices(single)
        if single is None:
            del self.fields["name"]
            return
        self.initial.update({name: getattr(single, name) for name in self.LABELS if name != "tags"})
        self.initial["tags"] = " ".join(single.tags)

    def _choices(self, single: LineItem | None) -> None:
        kind = Kind(single.kind) if single else None
        words = words_now(places=True)
        keep: Choices = [] if single else [("", gettext("as it is"))]
        self.fields["klass"].choices = keep + klass_choices(kind)  # type: ignore[attr-defined]
        nothing: Choices = [("", gettext("not known"))] if single else keep
        for name in ("site", "service"):
            places = place_choices(words, name)
            if places:
                label = self.fields[name].label
                now: Choices = []
                if single and getattr(single, name) not in {"", *(value for value, _ in places)}:
                    now = [(getattr(single, name), getattr(single, name))]
                self.fields[name] = forms.ChoiceField(required=False, label=label, choices=nothing + places + now)
        self.fields["role"].help_text = gettext("What the dependencies count it as: workstation, domain-controller …")
        self.fields["tags"].help_text = gettext("Small letters, digits and dashes, separated by blanks.")

    def preview(self) -> Preview:
        return plain_preview(items=self.items)

    def consequences(self, preview: Preview) -> list[str]:
        if len(self.rows) == 1:
            return []
        return [
            ngettext(
                "What you fill in replaces what is known of %(count)d item; imports leave it alone after.",
                "What you fill in replaces what is known of %(count)d items; imports leave it alone after.",
                len(self.rows),
            )
            % {"count": len(self.rows)}
        ]

    def run(self) -> BatchReport:
        changes: dict[str, str | list[str]] = {name: self.cleaned_data[name] for name in self.changed_data}
        if "tags" in changes:
            changes["tags"] = str(changes["tags"]).replace(",", " ").split()
        return items_edit(act=self.act, items=self.items, changes=changes)

    def done_words(self, report: BatchReport) -> str:
        return ngettext("%(count)d item corrected.", "%(count)d items corrected.", len(report.done)) % {
            "count": len(report.done)
        }
