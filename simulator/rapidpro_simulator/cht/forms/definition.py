"""A form as the app settings define it: `settings.forms[CODE]`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import as_object, as_text, is_truthy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Translate = Callable[[str, str], str]


@dataclass(frozen=True)
class FormField:
    """One field: its name, its type, the label that text messages use, and what its codes stand for.

    A longer label, `short_label`, names no value: it only tells that values of a message have labels.
    """

    name: str
    type: str
    label: Any = None
    short_label: Any = None
    is_required: bool = False
    choices: tuple[tuple[Any, Any], ...] | None = None

    @property
    def path(self) -> list[str]:
        """Return where the value stands in the report: `stock.ors` is `ors` within `stock`."""
        return self.name.split(".")


@dataclass(frozen=True)
class Form:
    """One form; the order of its fields is the order of positional values."""

    code: str
    fields: tuple[FormField, ...]
    facility_reference: str | None = None


def find_form(code: Any, settings: Mapping[str, Any]) -> Form | None:
    """Return the form that `settings` configure under `code`."""
    forms = settings.get("forms")
    definition = forms.get(code) if isinstance(forms, dict) and isinstance(code, str) and code else None
    if not isinstance(definition, dict):
        return None
    reference = definition.get("facility_reference")
    return Form(
        code,
        tuple(_field(name, field) for name, field in as_object(definition.get("fields")).items()),
        as_text(reference) if is_truthy(reference) else None,
    )


def in_language(text: Any, locale: str, translate: Translate) -> Any:
    """Return a text of the settings in `locale`, else in English, else in the first language that it has."""
    if not isinstance(text, dict):
        return text
    key = text.get("translation_key")
    if isinstance(key, str) and key:
        return translate(key, locale)
    return text.get(locale) or text.get("en") or next(iter(text.values()), None)


def _field(name: str, definition: Any) -> FormField:
    known = as_object(definition)
    labels = as_object(known.get("labels"))
    choices = known.get("list")
    pairs = [(*each, None, None)[:2] for each in choices if isinstance(each, list)] if isinstance(choices, list) else []
    return FormField(
        name=name,
        type=as_text(known.get("type")),
        label=labels.get("tiny"),
        short_label=labels.get("short"),
        is_required=is_truthy(known.get("required")),
        choices=tuple(pairs) if is_truthy(choices) else None,
    )
