"""People and places, made by the api: by itself, or for a user who is being made.

Modelled on the public reference of CHT's API; the words of refusals are as near to the real ones as they are known.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.contact_types import PERSON, is_person, is_person_type, is_place, type_named, typed
from rapidpro_simulator.cht.javascript import compile_pattern, milliseconds
from rapidpro_simulator.cht.lineage import minified

from .errors import ChtApiError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rapidpro_simulator.cht.couch.client import Document

    from .context import ApiContext

_DIGITS = compile_pattern(r"\d+")


async def get_or_create_place(context: ApiContext, place: Any) -> Document:
    """Return the place that an id names, or make the one that an object describes. Raises `ChtApiError`."""
    if isinstance(place, str):
        return await _named(context, place, "place", is_place)
    if not isinstance(place, dict):
        raise ChtApiError(400, "Place must be a new object or string identifier (UUID).")
    return await create_place(context, place)


async def _named(
    context: ApiContext, identifier: str, what: str, fits: Callable[[Mapping[str, Any], Document], bool]
) -> Document:
    """Return the contact with this id, if it is a `what`. Raises `ChtApiError`."""
    found = await context.couch.get(identifier)
    if found is None:
        raise ChtApiError(404, f"Failed to find {what}.")
    if not fits(context.settings, found):
        raise ChtApiError(400, f"Wrong type, this is not a {what}.")
    return found


async def create_place(context: ApiContext, data: Document) -> Document:
    """Make a place, and those above it and the contact that are objects. Raises `ChtApiError`."""
    kind = _check_place(context, data)
    document = {**data, **typed(kind), "reported_date": _reported(context, data)}
    contact = document.pop("contact", None)
    if data.get("parent"):
        document["parent"] = await get_or_create_place(context, data["parent"])
    place = await store(context, document)
    if contact:
        person = await get_or_create_person(context, contact, place)
        place = await store(context, {**place, "contact": person})
    return place


def _check_place(context: ApiContext, data: Document) -> str:
    kind = data.get("contact_type") or data.get("type")
    configured = type_named(context.settings, kind)
    if not kind:
        raise ChtApiError(400, 'Place is missing a "type" property.')
    if configured is None or is_person_type(configured):
        raise ChtApiError(400, "Wrong type, this is not a place.")
    if not data.get("name"):
        raise ChtApiError(400, 'Place is missing a "name" property.')
    if not isinstance(data["name"], str):
        raise ChtApiError(400, 'Property "name" must be a string.')
    if configured.get("parents") and not data.get("parent"):
        raise ChtApiError(400, f'Place "{data["name"]}" is missing a "parent" property.')
    return str(kind)


async def get_or_create_person(context: ApiContext, person: Any, place: Document | None) -> Document:
    """Return the person that an id names, or make the one that an object describes, at `place`.

    Raises `ChtApiError`.
    """
    if isinstance(person, str):
        return await _named(context, person, "person", is_person)
    if not isinstance(person, dict):
        raise ChtApiError(400, "Person must be a new object or string identifier (UUID).")
    return await create_person(context, person if place is None else {**person, "place": place["_id"]})


async def create_person(context: ApiContext, data: Document) -> Document:
    """Make a person, and the place that is an object. Raises `ChtApiError`."""
    kind = data.get("contact_type") or data.get("type") or PERSON
    if not is_person(context.settings, typed(str(kind))):
        raise ChtApiError(400, "Wrong type, this is not a person.")
    if not data.get("name"):
        raise ChtApiError(400, 'Person is missing a "name" property.')
    if not isinstance(data["name"], str):
        raise ChtApiError(400, 'Property "name" must be a string.')
    document = {**data, **typed(str(kind)), "reported_date": _reported(context, data)}
    place = document.pop("place", None) or document.get("parent")
    if place:
        document["parent"] = await get_or_create_place(context, place)
    return await store(context, document)


async def store(context: ApiContext, document: Document) -> Document:
    """Save a contact, by ids of whom it names, and return it with its new revision."""
    stored = minified({"_id": context.stream.uuid4(), **document})
    stored["_rev"] = await context.couch.put(stored)
    return stored


def _reported(context: ApiContext, data: Document) -> int:
    """Return when a contact was reported: milliseconds, or a date of ISO 8601; now where nothing is said."""
    value = data.get("reported_date")
    if not value:
        return context.milliseconds()
    if isinstance(value, (int, float)):
        return int(value)
    try:
        if _DIGITS.fullmatch(str(value)):
            return int(value)
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise ChtApiError(400, f"Reported date is invalid: {value}") from None
    return milliseconds(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
