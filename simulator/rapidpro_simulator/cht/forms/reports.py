"""The report that CHT stores, before its transitions have seen it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import as_object, as_text, compile_pattern, is_truthy, trim
from rapidpro_simulator.cht.messages.phones import normalised_or_raw

from .checking import problems_of
from .code import form_code, without_invisible
from .dates import read_date, read_moment
from .definition import find_form
from .reading import Read, read_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .checking import Problem
    from .definition import Form, FormField
    from .surroundings import Surroundings

Document = dict[str, Any]

META = "_meta"

_PLACEHOLDER = compile_pattern(r"\{\{\s*(\w+)\s*\}\}")


class RecordRefusedError(Exception):
    """A record that CHT does not take; the text is CHT's own."""


def report_of_message(message: Mapping[str, Any], surroundings: Surroundings) -> Document:
    """Return the report of a text message: `from`, `message`, and maybe `sent_timestamp`, `locale`, `gateway_ref`.

    Where its text is none, it is stored as it is, and nothing in it is read.
    """
    text, settings = message.get("message"), surroundings.settings
    code, form = _form_of(text, settings) if isinstance(text, str) else (None, None)
    is_form_wanted = is_truthy(settings.get("forms_only_mode"))
    read = Read()
    if form is not None and isinstance(text, str):
        read = read_text(without_invisible(text), form, surroundings, surroundings.locale(message))
    sms = _sms_message(message, code)
    report = _report(sms, code if form or is_form_wanted else None, form, read.values, surroundings)
    problems = [] if form is None else list(problems_of(form, read.values))
    if read.has_surplus:
        problems.append(("extra_fields", {}))
    if form is None and is_form_wanted:
        problems.append(("sys.form_not_found", {"form": code or ""}))
    if isinstance(text, str) and not trim(text):
        problems.append(("sys.empty", {}))
    report["errors"] = [_error(problem, surroundings, surroundings.locale(message)) for problem in problems]
    return report


def report_of_record(record: Mapping[str, Any], surroundings: Surroundings) -> Document:
    """Return the report of a JSON record; only the fields that its form defines are kept (cht-sentinel 17).

    Raises `RecordRefusedError` where it names no form, or one that is not there; `TypeError` where the code of the form
    is no text.
    """
    given = record.get(META)
    if not is_truthy(given):
        raise RecordRefusedError("Missing _meta property.")
    meta = as_object(given)
    code = meta.get("form")
    if not is_truthy(code):
        raise RecordRefusedError("Missing required field: form")
    if not isinstance(code, str):
        raise TypeError("a form's code is a text")
    form = find_form(code.upper(), surroundings.settings)
    if form is None:
        raise RecordRefusedError(f"Form not found: {code}")
    values = _values_of_record(record, form, surroundings.now)
    report = _report({**meta, "form": form.code}, form.code, form, values, surroundings)
    locale = surroundings.locale(meta)
    report["errors"] = [_error(problem, surroundings, locale) for problem in problems_of(form, values)]
    return report


def _sms_message(message: Mapping[str, Any], code: str | None) -> Document:
    sms: Document = {"type": "sms_message", "message": message.get("message")}
    if code is not None:
        sms["form"] = code
    if "sent_timestamp" in message:
        sms["reported_date"] = message["sent_timestamp"]
    return sms | {name: message[name] for name in ("locale", "from", "gateway_ref") if name in message}


def _form_of(text: str, settings: Mapping[str, Any]) -> tuple[str | None, Form | None]:
    for attempt in (text, without_invisible(text)):
        code = form_code(attempt)
        form = find_form(code, settings)
        if form is not None:
            return code, form
    return form_code(text), None


def _report(
    sms: Document, code: str | None, form: Form | None, values: Mapping[str, Any], surroundings: Surroundings
) -> Document:
    report: Document = {"type": "data_record"}
    if "from" in sms:
        report["from"] = normalised_or_raw(sms["from"], surroundings.settings)
    if code is not None:
        report["form"] = code
    moment = read_moment(sms.get("reported_date"))
    report |= {
        "errors": [],
        "tasks": [],
        "fields": {},
        "reported_date": surroundings.now if moment is None else moment,
        "sms_message": sms,
    }
    for field in form.fields if form else ():
        _merge(field.path, report["fields"], values)
    if form is not None and form.facility_reference and form.facility_reference in values:
        reference = values[form.facility_reference]
        report["refid"] = reference.upper() if isinstance(reference, str) else reference
    return report


def _merge(path: list[str], target: Document, source: Any) -> None:
    """Copy what stands at `path` in `source`; what is nested there is nested here, too."""
    name, *rest = path
    if not isinstance(source, dict) or name not in source:
        return
    if not rest:
        target[name] = source[name]
    else:
        _merge(rest, target.setdefault(name, {}), source[name])


def _values_of_record(record: Mapping[str, Any], form: Form, now: int) -> Document:
    fields = {field.name: field for field in form.fields}
    return {
        # The type is looked up by the name as it was written, the field later by the name in small letters.
        name.lower(): _converted(value, fields.get(name), now)
        for name, value in record.items()
        if name != META
    }


def _converted(value: Any, field: FormField | None, now: int) -> Any:
    if field is None:
        return value
    if field.type == "boolean" and value in (0, 1) and not isinstance(value, str):
        return bool(value)
    if field.type == "date":
        return _moment_of(value, now)
    return value


def _moment_of(value: Any, now: int) -> Any:
    if isinstance(value, (int, float)):
        return int(value)
    if isinstance(value, str):
        return read_date(value)
    return now if value in ({}, []) else None


def _error(problem: Problem, surroundings: Surroundings, locale: str) -> Document:
    code, details = problem
    text = surroundings.translate(code, locale)
    message = _PLACEHOLDER.sub(lambda found: as_text(details.get(found[1], "")), text)
    return {"code": code, "message": message}
