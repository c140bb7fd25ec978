"""Reports: whether they count, and what they are about (cht-sentinel 4.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import JavaScriptError, is_match, is_truthy
from rapidpro_simulator.cht.messages.lineage_words import object_path

if TYPE_CHECKING:
    from .context import TransitionContext

    Json = dict[str, Any]

DATA_RECORD = "data_record"
XML = "xml"


def is_report(document: Json) -> bool:
    """Say whether `document` is a data record with a form."""
    return document.get("type") == DATA_RECORD and is_truthy(document.get("form"))


def is_xml(document: Json) -> bool:
    """Say whether `document` came from the app, not by SMS."""
    return document.get("content_type") == XML


def is_valid_submission(context: TransitionContext, document: Json) -> bool:
    """Say whether its sender may send this report: anybody a public form, people who are known any other."""
    if is_xml(document):
        return True
    form = context.form(document.get("form"))
    return form is not None and (is_truthy(form.get("public_form")) or _has_known_sender(document))


def is_registration(context: TransitionContext, document: Json) -> bool:
    """Say whether a stored document counts as a registration."""
    if document.get("type") != DATA_RECORD or is_truthy(document.get("errors") or None):
        return False
    code = document.get("form")
    if not isinstance(code, str) or not any(_surrounds(each, code) for each in context.entries("registrations")):
        return False
    form = context.form(code)
    public = form is not None and is_truthy(form.get("public_form"))
    return is_xml(document) or (form is not None and (public or is_truthy(document.get("contact"))))


def form_matches(configured: Any, code: Any) -> bool:
    """Say whether a report's form is the configured one, in any case, and whatever stands behind it.

    The `W*` before it are letters: CHT means non-word characters there, but leaves out the backslash.
    """
    return _is_match(f"^W*{configured}\\W*$", code)


def fields_of(document: Json) -> Json:
    """Return the fields of a report."""
    fields = document.get("fields")
    return fields if isinstance(fields, dict) else {}


def flattened(document: Json) -> Json:
    """Return the report with its fields beside its other properties."""
    return {**document, **fields_of(document)}


def _has_known_sender(document: Json) -> bool:
    paths = ("contact.phone", "contact.parent.contact.phone")
    return any(is_truthy(object_path(document, path)) for path in paths)


def _surrounds(entry: Json, code: str) -> bool:
    form = entry.get("form")
    return bool(form) and _is_match(f"^[^a-z]*{form}[^a-z]*$", code)


def _is_match(pattern: str, code: Any) -> bool:
    # The form stands in a regular expression as it is, in CHT too.
    try:
        return isinstance(code, str) and is_match(pattern, code, "i")
    except JavaScriptError:
        return False
