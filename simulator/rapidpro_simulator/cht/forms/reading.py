"""A text message of a known form, read: its values by name, those with dots in their names nested."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import as_text

from .code import after_code
from .definition import in_language
from .muvuku import read_muvuku
from .textforms import read_textforms
from .values import ABSENT, Reader, nepali_date

if TYPE_CHECKING:
    from .definition import Form, FormField, Translate
    from .raw import Raw
    from .surroundings import Surroundings

Values = dict[str, Any]

PARTS = ("bsYear", "bsMonth", "bsDay")
SUM = "bsAggreDate"


@dataclass(frozen=True)
class Read:
    """The values of a message, and whether there were more than its form has fields."""

    values: Values = field(default_factory=dict)
    has_surplus: bool = False


def read_text(text: str, form: Form, surroundings: Surroundings, locale: str) -> Read:
    """Read `text`; `locale` is the language of its labels.

    In the formats of programs, and for what codes stand for, the language is that of the instance.
    """
    own, translate = surroundings.own_locale, surroundings.translate
    raw = read_muvuku(text, form.fields, _labels(form, own, translate))
    if raw is None:
        labels = _labels(form, locale, translate)
        body = after_code(text, form.code)
        raw = read_textforms(body, form.fields, labels, _short_labels(form, locale, translate))
    if not raw.values:
        return Read({}, raw.has_surplus)
    return Read(_typed(raw, form, Reader(surroundings.settings, translate, own)), raw.has_surplus)


def _labels(form: Form, locale: str, translate: Translate) -> list[str]:
    return [_text(in_language(each.label, locale, translate)) for each in form.fields]


def _short_labels(form: Form, locale: str, translate: Translate) -> list[str]:
    return [_text(in_language(each.short_label, locale, translate)) for each in form.fields]


def _text(label: Any) -> str:
    return "" if label is None else as_text(label)


def _typed(raw: Raw, form: Form, reader: Reader) -> Values:
    values: Values = {}
    for each in form.fields:
        value = reader.read(raw.values.get(each.name, ABSENT), each)
        if each.type == SUM:
            value = _sum(raw, form, value)
        _put(values, each, value, makes_room=raw.names_all)
    return values


def _put(values: Values, target: FormField, value: Any, *, makes_room: bool) -> None:
    if value is ABSENT and not makes_room:
        return
    *parents, name = target.path
    for parent in parents:
        values = values.setdefault(parent, {})
    if value is not ABSENT:
        values[name] = value


def _sum(raw: Raw, form: Form, value: Any) -> Any:
    """Return the day that the fields for year, month and day make together."""
    by_type = {each.type: raw.values.get(each.name) for each in form.fields if each.type in PARTS}
    parts = [by_type.get(part) for part in PARTS]
    if all(parts):
        return nepali_date(*parts)
    return None if value is ABSENT else value
