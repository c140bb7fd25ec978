"""Whom a message goes to: the words of the settings, and who that is for a report (cht-sentinel 4.5). Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import JavaScriptError, as_text, is_truthy, replace_first, trim

from .lineage_words import first_place, object_path
from .phones import normalise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Context = Mapping[str, Any]

DEFAULT = "reporting_unit"
ANCESTOR = "ancestor:"
LINK = "link:"


class RecipientError(TypeError):
    """A recipient that a release trips over; the text is JavaScript's."""


def phone_of(recipient: Any, context: Context, document: Context, settings: Context, *, takes_arrays: bool) -> Any:
    """Return the number that a message to `recipient` goes to, about `document` with its template `context`.

    `takes_arrays`: since 5.1.0 a recipient may be a number or a list, of which the first that is somebody counts, and
    `sms.default_to_sender` does. Raises `RecipientError` before it.
    """
    sender = _sender(document)
    if not takes_arrays and is_truthy(recipient) and not isinstance(recipient, str):
        raise RecipientError("recipient.trim is not a function")
    names = [
        trim(as_text(each)) for each in (recipient if isinstance(recipient, list) else [recipient]) if is_truthy(each)
    ]
    names = [name for name in names if name]
    found = next(filter(is_truthy, (_resolve(name, context, document) for name in names)), None)
    return _replaced(found or _otherwise(names, sender, settings, takes_arrays=takes_arrays), settings)


def _otherwise(names: list[str], sender: Any, settings: Context, *, takes_arrays: bool) -> Any:
    sms = settings.get("sms")
    default_to_sender = sms.get("default_to_sender", True) if isinstance(sms, dict) else True
    if not names:
        return sender
    if takes_arrays and not is_truthy(default_to_sender):
        return names[0]
    return sender or names[0]


def _sender(document: Context) -> Any:
    return document.get("from") or object_path(document, "contact.phone")


def _resolve(name: str, context: Context, document: Context) -> Any:
    if name in _WORDS:
        return _WORDS[name](context, document)
    if name.startswith(ANCESTOR):
        return _phone_above(name.removeprefix(ANCESTOR), context, document)
    if name.startswith(LINK):
        return _linked(name.removeprefix(LINK), context, document)
    fields = context.get("fields")
    if isinstance(fields, dict) and is_truthy(fields.get(name)):
        return fields[name]
    if is_truthy(context.get(name)):
        return context[name]
    if "." in name:
        return object_path(context, name)
    return name if normalise(name, {}) else None


def _phone_above(kind: str, context: Context, document: Context) -> Any:
    places = (first_place(each, kind) for each in (context.get("patient"), context.get("place"), document) if each)
    return next((phone for place in places if is_truthy(phone := object_path(place, "contact.phone"))), None)


def _levels_up(levels: int) -> Callable[[Context, Context], Any]:
    def find(context: Context, _: Context) -> Any:
        # Without a subject the context stands for one, and its parent is the health centre already: 4.5.
        start = (
            context.get("patient")
            or context.get("place")
            or (context if "parent" in context else context.get("contact"))
        )
        return object_path(start, ".".join(["parent"] * levels + ["contact", "phone"]))

    return find


def _linked(tag: str, context: Context, document: Context) -> Any:
    starts = [each for each in (context.get("patient"), context.get("place"), document.get("contact")) if each]
    for start in starts:
        for holder in _upwards(start):
            if is_truthy(phone := object_path(holder, f"linked_docs.{tag}.phone")):
                return phone
    phones = (object_path(first_place(start, tag), "contact.phone") for start in starts)
    return next(filter(is_truthy, phones), None)


def _upwards(start: Any) -> Iterator[Any]:
    while isinstance(start, dict):
        yield start
        start = start.get("parent")


def _clinic(context: Context, document: Context) -> Any:
    return _phone_above("clinic", context, document) or object_path(document, "contact.phone")


_WORDS: Mapping[str, Callable[[Context, Context], Any]] = {
    "reporting_unit": lambda _, document: _sender(document),
    "parent": _levels_up(2),
    "grandparent": _levels_up(3),
    "clinic": _clinic,
    "health_center": lambda context, document: _phone_above("health_center", context, document),
    "district": lambda context, document: _phone_above("district_hospital", context, document),
}


def _replaced(phone: Any, settings: Context) -> Any:
    if not isinstance(phone, str):
        return phone
    replace = settings.get("outgoing_phone_replace")
    if isinstance(replace, dict) and is_truthy(replace.get("match")) and phone.startswith(str(replace["match"])):
        phone = str(replace.get("replace") or "") + phone.removeprefix(str(replace["match"]))
    for each in settings.get("outgoing_phone_filters") or []:
        if isinstance(each, dict) and is_truthy(each.get("match")) and is_truthy(each.get("replace")):
            phone = _filtered(phone, as_text(each["match"]), as_text(each["replace"]))
    return phone


def _filtered(phone: str, pattern: str, replacement: str) -> str:
    try:
        return replace_first(phone, pattern, replacement)
    except JavaScriptError as error:
        raise RecipientError(error.message) from error
