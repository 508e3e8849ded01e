"""Forms of links and laboratory systems: all settings, plain ones first, the rest in groups.

Owns turning what was typed into settings and showing each refusal at its field. What a setting may be is
decided by `rules.links`, through the services.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext, gettext_lazy

from relight.hospital.api import site_list
from relight.kernel.errors import RelightError
from relight.lab.models import Lis
from relight.lab.rules.links import BAUDS, BITS, PARITIES, STOP_BITS, TRANSPORT_NAMES
from relight.lab.rules.words import PROTOCOL_NAMES
from relight.lab.selectors.settings import drivers_known
from relight.lab.types import (
    Limits,
    LinkSettings,
    LisSettings,
    OrdersKept,
    Protocol,
    SerialLine,
    Tls,
    Transport,
)
from relight.ui.api import form_blame

PLAIN = {"autocomplete": "off", "spellcheck": "false"}
LIMITS = ("message_bytes", "per_minute", "idle_s", "silence_s", "repeat_s")
SERIAL = ("baud", "bits", "parity", "stop_bits")
TLS = ("certificate", "key", "ca")
NESTED = {"limits": LIMITS, "serial": SERIAL, "tls": TLS}
# Which fields mean something for which transport; the script hides the others, the server empties them.
FOR_TRANSPORT: dict[str, tuple[Transport, ...]] = {
    "host": (Transport.TCP_SERVER, Transport.TCP_CLIENT),
    "port": (Transport.TCP_SERVER, Transport.TCP_CLIENT),
    "peers": (Transport.TCP_SERVER,),
    "device": (Transport.SERIAL,),
    **{f"serial_{name}": (Transport.SERIAL,) for name in SERIAL},
    **{f"tls_{name}": (Transport.TCP_SERVER, Transport.TCP_CLIENT) for name in TLS},
}

# Fields that cannot be left empty for a transport. What is hidden is never asked for by the browser itself.
NEEDED = {"port": (Transport.TCP_SERVER, Transport.TCP_CLIENT), "device": (Transport.SERIAL,)}


def _number(label: Any, help_text: Any = "", least: int = 0) -> forms.IntegerField:
    return forms.IntegerField(label=label, help_text=help_text, required=False, min_value=least)


def _choices(words: Any) -> list[tuple[str, str]]:
    return [(str(word), str(word)) for word in words]


class SettingsForm(forms.Form):
    """What both forms share: fields named after the settings, nested ones with an underscore."""

    use_required_attribute = False

    def blame(self, error: RelightError) -> None:
        """Show a refusal at its field: `limits.idle_s` is the field `limits_idle_s`."""
        error.where = error.where.replace(".", "_")
        form_blame(self, error)

    def _nested(self, name: str, made: type[Any]) -> Any:
        """Make a nested part of the settings from what was typed; what was left empty keeps its default."""
        given = {key: self.cleaned_data.get(f"{name}_{key}") for key in NESTED[name]}
        return made(**{key: value for key, value in given.items() if value not in (None, "")})

    def fieldsets(self) -> list[tuple[str, list[BoundField], bool]]:
        """List the groups that follow the plain fields: title, fields, whether one of them was refused."""
        return [
            (str(title), [self[name] for name in names], any(name in self.errors for name in names))
            for title, names in self.groups()
        ]

    def groups(self) -> list[tuple[Any, list[str]]]:
        raise NotImplementedError


class LinkForm(SettingsForm):
    """All settings of a link."""

    id = forms.CharField(
        label=gettext_lazy("Id"),
        max_length=64,
        help_text=gettext_lazy("Small letters, digits, hyphens: chemistry-1. It never changes."),
        widget=forms.TextInput(attrs=PLAIN),
    )
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=120, help_text=gettext_lazy("As the laboratory says.")
    )
    site = forms.ChoiceField(label=gettext_lazy("Site"), required=False)
    driver = forms.ChoiceField(label=gettext_lazy("Driver"), help_text=gettext_lazy("What its codes and units mean."))
    protocol = forms.ChoiceField(label=gettext_lazy("It speaks"))
    transport = forms.ChoiceField(label=gettext_lazy("How its bytes arrive"))
    host = forms.CharField(
        label=gettext_lazy("Address"),
        required=False,
        max_length=255,
        help_text=gettext_lazy("To call: the analyzer's. To be called: one of this machine's, or nothing for all."),
        widget=forms.TextInput(attrs=PLAIN),
    )
    port = _number(gettext_lazy("Port"))
    peers = forms.CharField(
        label=gettext_lazy("Who may call"),
        required=False,
        help_text=gettext_lazy("Addresses or networks, one a line. Nothing: this machine alone."),
        widget=forms.Textarea(attrs={"rows": 3, **PLAIN}),
    )
    device = forms.CharField(
        label=gettext_lazy("Serial device"),
        required=False,
        max_length=255,
        help_text=gettext_lazy("Such as /dev/ttyUSB0."),
        widget=forms.TextInput(attrs=PLAIN),
    )
    serial_baud = forms.TypedChoiceField(
        label=gettext_lazy("Baud"), coerce=int, empty_value=None, required=False, choices=_choices(BAUDS)
    )
    serial_bits = forms.TypedChoiceField(
        label=gettext_lazy("Data bits"), coerce=int, empty_value=None, required=False, choices=_choices(BITS)
    )
    serial_parity = forms.ChoiceField(label=gettext_lazy("Parity"), required=False, choices=_choices(PARITIES))
    serial_stop_bits = forms.TypedChoiceField(
        label=gettext_lazy("Stop bits"), coerce=int, empty_value=None, required=False, choices=_choices(STOP_BITS)
    )
    lis = forms.ChoiceField(
        label=gettext_lazy("Delivers to"),
        required=False,
        help_text=gettext_lazy("Without a laboratory system, results stay readable here."),
    )
    orders = forms.ChoiceField(
        label=gettext_lazy("Samples are matched"),
        choices=[
            (OrdersKept.HERE.value, gettext_lazy("here: a sample without an order here waits for a person")),
            (OrdersKept.LIS.value, gettext_lazy("in the laboratory system: an order known here must still agree")),
        ],
    )
    limits_message_bytes = _number(gettext_lazy("Largest message, in bytes"))
    limits_per_minute = _number(
        gettext_lazy("Messages a minute"), gettext_lazy("More are read later, never dropped. 0: as many as come.")
    )
    limits_idle_s = _number(
        gettext_lazy("Close the connection after so many silent seconds"), gettext_lazy("0: never.")
    )
    limits_silence_s = _number(gettext_lazy("The link falls after so many silent seconds"), gettext_lazy("0: never."))
    limits_repeat_s = _number(
        gettext_lazy("The same bytes are a new message after so many seconds"),
        gettext_lazy("For analyzers that number nothing. 0: always a repeat."),
    )
    tls_certificate = forms.CharField(
        label=gettext_lazy("Certificate of this machine"), required=False, max_length=255, widget=forms.TextInput(PLAIN)
    )
    tls_key = forms.CharField(
        label=gettext_lazy("Its key"), required=False, max_length=255, widget=forms.TextInput(PLAIN)
    )
    tls_ca = forms.CharField(
        label=gettext_lazy("Certificates that are believed"),
        required=False,
        max_length=255,
        help_text=gettext_lazy("Files on this machine, with their whole path."),
        widget=forms.TextInput(PLAIN),
    )
    role = forms.CharField(
        label=gettext_lazy("Role"),
        max_length=64,
        help_text=gettext_lazy("What the dependencies count it as."),
        widget=forms.TextInput(attrs=PLAIN),
    )
    tags = forms.CharField(
        label=gettext_lazy("Tags"),
        required=False,
        help_text=gettext_lazy("Words parted by spaces."),
        widget=forms.TextInput(attrs=PLAIN),
    )
    enabled = forms.BooleanField(label=gettext_lazy("Switched on"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    FIRST = ("id", "name", "site", "driver", "protocol", "transport", "host", "port", "peers", "device")

    def __init__(self, *args: Any, settings: LinkSettings | None = None, version: int = 0, **kwargs: Any) -> None:
        given = settings or LinkSettings(id="", name="")
        kwargs["initial"] = {**_initial(given), "version": version}
        super().__init__(*args, **kwargs)
        self.known = settings
        places = [(site.id, site.name) for site in site_list()]
        self._choose("site", [("", gettext("not said")), *places], given.site)
        self._choose("driver", sorted(drivers_known().items(), key=lambda pair: pair[1]), given.driver)
        self._choose("protocol", [(one.value, PROTOCOL_NAMES[one]) for one in Protocol], given.protocol.value)
        transports = [(one.value, gettext(name)) for one, name in TRANSPORT_NAMES.items()]
        self._choose("transport", transports, given.transport.value)
        systems = list(Lis.objects.order_by("name").values_list("pk", "name"))
        self._choose("lis", [("", gettext("nowhere yet")), *systems], given.lis)
        if settings is not None:
            self.fields["id"].disabled = True
        sent = self.data.get("transport") if self.is_bound else ""
        for name, transports_for in NEEDED.items():
            self.fields[name].required = not sent or sent in transports_for
        for name, transports_for in FOR_TRANSPORT.items():
            self.fields[name].widget.attrs["data-when-transport"] = " ".join(one.value for one in transports_for)

    def _choose(self, name: str, choices: list[tuple[str, str]], now: str) -> None:
        if now and now not in {value for value, _ in choices}:
            choices = [*choices, (now, now)]
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def first(self) -> list[BoundField]:
        """List the plain fields: what every link needs."""
        return [self[name] for name in self.FIRST]

    def groups(self) -> list[tuple[Any, list[str]]]:
        """List the groups of the other fields."""
        return [
            (gettext_lazy("Serial line"), [f"serial_{name}" for name in SERIAL]),
            (gettext_lazy("Where results go"), ["lis", "orders"]),
            (gettext_lazy("Limits"), [f"limits_{name}" for name in LIMITS]),
            (gettext_lazy("Encrypted connection (TLS)"), [f"tls_{name}" for name in TLS]),
            (gettext_lazy("In the hospital's dependencies"), ["role", "tags", "enabled"]),
        ]

    def settings(self) -> LinkSettings:
        """Return the settings that were typed; what means nothing for the transport is left out."""
        given = dict(self.cleaned_data)
        transport = Transport(given["transport"])
        for name, transports in FOR_TRANSPORT.items():
            if transport not in transports:
                self.cleaned_data[name] = given[name] = None
        return LinkSettings(
            id=given["id"],
            name=given["name"],
            site=given["site"],
            role=given["role"],
            tags=tuple(given["tags"].split()),
            driver=given["driver"],
            protocol=Protocol(given["protocol"]),
            transport=transport,
            host=given["host"] or "",
            port=given["port"] or 0,
            device=given["device"] or "",
            serial=self._nested("serial", SerialLine),
            peers=tuple((given["peers"] or "").replace(",", " ").split()),
            limits=self._nested("limits", Limits),
            tls=self._nested("tls", Tls),
            lis=given["lis"],
            orders=OrdersKept(given["orders"]),
            enabled=given["enabled"],
        )


class LisForm(SettingsForm):
    """All settings of a laboratory system."""

    id = forms.CharField(
        label=gettext_lazy("Id"),
        max_length=64,
        help_text=gettext_lazy("Small letters, digits, hyphens. It never changes."),
        widget=forms.TextInput(attrs=PLAIN),
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    protocol = forms.ChoiceField(label=gettext_lazy("It speaks"))
    host = forms.CharField(label=gettext_lazy("Address"), max_length=255, widget=forms.TextInput(attrs=PLAIN))
    port = forms.IntegerField(label=gettext_lazy("Port"), min_value=1, max_value=65535)
    reply_timeout_s = _number(gettext_lazy("Seconds its answer may take"), least=1)
    tls_certificate = forms.CharField(
        label=gettext_lazy("Certificate of this machine"), required=False, max_length=255, widget=forms.TextInput(PLAIN)
    )
    tls_key = forms.CharField(
        label=gettext_lazy("Its key"), required=False, max_length=255, widget=forms.TextInput(PLAIN)
    )
    tls_ca = forms.CharField(
        label=gettext_lazy("Certificates that are believed"),
        required=False,
        max_length=255,
        help_text=gettext_lazy("Files on this machine, with their whole path."),
        widget=forms.TextInput(PLAIN),
    )

    FIRST = ("id", "name", "protocol", "host", "port", "reply_timeout_s")

    def __init__(self, *args: Any, settings: LisSettings | None = None, **kwargs: Any) -> None:
        given = settings or LisSettings(id="", name="")
        kwargs["initial"] = _initial(given)
        super().__init__(*args, **kwargs)
        self.known = settings
        self.fields["protocol"].choices = [(one.value, PROTOCOL_NAMES[one]) for one in Protocol]  # type: ignore[attr-defined]
        if settings is not None:
            self.fields["id"].disabled = True

    def first(self) -> list[BoundField]:
        """List the plain fields."""
        return [self[name] for name in self.FIRST]

    def groups(self) -> list[tuple[Any, list[str]]]:
        """List the groups of the other fields."""
        return [(gettext_lazy("Encrypted connection (TLS)"), [f"tls_{name}" for name in TLS])]

    def settings(self) -> LisSettings:
        """Return the settings that were typed; whether it is paused is not for this form."""
        given = self.cleaned_data
        return LisSettings(
            id=given["id"],
            name=given["name"],
            protocol=Protocol(given["protocol"]),
            host=given["host"],
            port=given["port"],
            tls=self._nested("tls", Tls),
            reply_timeout_s=given["reply_timeout_s"] or LisSettings(id="", name="").reply_timeout_s,
            enabled=self.known.enabled if self.known else True,
        )


class ReasonForm(forms.Form):
    """Why something is switched, paused or removed."""

    reason = forms.CharField(label=gettext_lazy("Why"), max_length=400, widget=forms.TextInput(PLAIN))


def _initial(settings: LinkSettings | LisSettings) -> dict[str, Any]:
    """Spread settings over the fields of a form."""
    found: dict[str, Any] = {}
    for name in settings.__dataclass_fields__:
        value = getattr(settings, name)
        if name in NESTED:
            found.update({f"{name}_{key}": getattr(value, key) for key in NESTED[name]})
        elif isinstance(value, tuple):
            found[name] = ("\n" if name == "peers" else " ").join(value)
        else:
            found[name] = value or "" if name == "port" else value
    return found
