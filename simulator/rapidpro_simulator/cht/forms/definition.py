"""A form as the app settings define it: `settings.forms[CODE]`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class FormField:
    """One field: its name, its type, the label that text messages use, and the values it may have by a code."""

    name: str
    type: str
    label: str
    is_required: bool
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Form:
    """One form; the order of its fields is the order of positional values."""

    code: str
    fields: tuple[FormField, ...]


def find_form(code: str | None, settings: Mapping[str, Any], locale: str) -> Form | None:
    """Return the form that `settings` configure under `code`; labels and choices are read in `locale`."""
    forms = settings.get("forms")
    definition = forms.get(code) if isinstance(forms, dict) and code else None
    if not code or not isinstance(definition, dict):
        return None
    fields = definition.get("fields")
    known = fields.items() if isinstance(fields, dict) else ()
    return Form(code, tuple(_field(name, field, locale) for name, field in known if isinstance(field, dict)))


def translated(text: Any, locale: str) -> str:
    """Return a text of the settings in `locale`, else in English, else in whatever language it has."""
    if not isinstance(text, dict):
        return "" if text is None else str(text)
    known = text.get(locale) or text.get("en") or next(iter(text.values()), "")
    return str(known)


def _field(name: str, definition: Mapping[str, Any], locale: str) -> FormField:
    labels = definition.get("labels")
    label = labels.get("tiny") if isinstance(labels, dict) else None
    choices = definition.get("list")
    pairs = [each for each in choices if isinstance(each, list) and len(each) > 1] if isinstance(choices, list) else []
    return FormField(
        name=name,
        type=str(definition.get("type", "string")),
        label=translated(label, locale) or name,
        is_required=bool(definition.get("required")),
        choices=tuple((str(code), translated(text, locale)) for code, text, *_ in pairs),
    )
