"""A report, read: its form, its fields, and what is wrong with it (cht 1.7, 1.8)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .code import form_code, without_invisible
from .definition import Form, find_form
from .formats import read_format
from .values import BOOLEANS, read_date, read_value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Problem = dict[str, Any]

MESSAGES = {
    "sys.empty": "The message is empty.",
    "sys.form_not_found": "The form '{form}' is not known.",
    "sys.missing_fields": "Missing or invalid fields: {fields}.",
    "sys.incorrect_type": "Fields of the wrong type: {fields}.",
    "extra_fields": "Extra fields.",
}


@dataclass
class Reading:
    """What was read: `code` as written, `form` only where it counts as a report, and the problems found."""

    code: str | None = None
    form: str | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    errors: list[Problem] = field(default_factory=list)

    def complain(self, code: str, **details: Any) -> None:
        self.errors.append({"code": code, "message": MESSAGES[code].format(**details)})


def read_text(text: str, settings: Mapping[str, Any], locale: str = "en") -> Reading:
    """Read a text message; it is a report where its first word is the code of a configured form."""
    code, form = form_code(text), None
    for attempt in (text, without_invisible(text)):
        form = find_form(form_code(attempt), settings, locale)
        if form is not None:
            text, code = attempt, form.code
            break
    reading = Reading(code)
    if not text.strip():
        reading.complain("sys.empty")
    if form is not None:
        _read_fields(reading, text, form, settings)
    elif settings.get("forms_only_mode") and code is not None:
        reading.form = code
        reading.complain("sys.form_not_found", form=code)
    return reading


def read_record(code: str, properties: Mapping[str, Any], settings: Mapping[str, Any]) -> Reading | None:
    """Read the fields of a JSON record; None where no form `code` is configured (cht 9.1)."""
    form = find_form(code.upper(), settings, "en")
    if form is None:
        return None
    types = {each.name.lower(): each.type for each in form.fields}
    values = {name.lower(): value for name, value in properties.items()}
    fields = {name: _convert(value, types.get(name, "")) for name, value in values.items()}
    reading = Reading(form.code, form.code, fields)
    _check_required(reading, form)
    return reading


def _read_fields(reading: Reading, text: str, form: Form, settings: Mapping[str, Any]) -> None:
    raw = read_format(text, form)
    reading.form = form.code
    reading.fields = {each.name: read_value(raw.values.get(each.name, ""), each, settings) for each in form.fields}
    _check_required(reading, form)
    unreadable = [
        each.label
        for each in form.fields
        if not each.is_required and raw.values.get(each.name, "").strip() and reading.fields[each.name] is None
    ]
    if unreadable:
        reading.complain("sys.incorrect_type", fields=", ".join(unreadable))
    if raw.has_surplus:
        reading.complain("extra_fields")


def _check_required(reading: Reading, form: Form) -> None:
    missing = [each.label for each in form.fields if each.is_required and _find(reading.fields, each.name) is None]
    if missing:
        reading.complain("sys.missing_fields", fields=", ".join(missing))


def _find(fields: Mapping[str, Any], name: str) -> Any:
    return fields.get(name, fields.get(name.lower()))


_CONVERTERS: dict[str, Callable[[Any], Any]] = {
    "date": lambda value: read_date(str(value)) or value,
    "boolean": lambda value: BOOLEANS.get(str(value), value),
}


def _convert(value: Any, type_name: str) -> Any:
    convert = _CONVERTERS.get(type_name)
    return convert(value) if convert is not None and value is not None else value
