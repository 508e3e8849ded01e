"""Forms: fields with their errors, and the summary on top. Owns markup only."""

from __future__ import annotations

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


def first_id(field: BoundField) -> str:
    """Return the id of the first box to go to: a group of boxes has no box with its own id."""
    return f"{field.auto_id}_0" if field.use_fieldset else field.auto_id


@register.inclusion_tag("ui/parts/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, object]:
    """List every error of a form on top, each leading to its field."""
    lines = [
        (f"#{first_id(field)}" if field else "", field.label if field else "", message)
        for name, messages in form.errors.items()
        for message in messages
        for field in [form[name] if name in form.fields else None]
    ]
    return {"lines": lines}


@register.inclusion_tag("ui/parts/field.html")
def field(field: BoundField, hint: object = "", label: object = "") -> dict[str, object]:
    """Show one field: label, help, error, widget."""
    single_box = isinstance(field.field.widget, CheckboxInput)
    return {"field": field, "hint": hint or field.help_text, "label": label or field.label, "single_box": single_box}


@register.inclusion_tag("ui/parts/fields.html")
def fields(form: BaseForm) -> dict[str, object]:
    """Show all fields of a form in their own order."""
    return {"form": form}


@register.simple_block_tag
def buttons(content: SafeString) -> SafeString:
    """Wrap the buttons that end a form."""
    return format_html('<div class="buttons">{}</div>', content)
