"""The people and places APIs: making and changing contacts. Modelled on the public reference of CHT's API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from .contact_creation import create_person, create_place, get_or_create_person, get_or_create_place, store
from .errors import ChtApiError
from .responses import json_response

if TYPE_CHECKING:
    from aiohttp import web

    from .call import ChtCall
    from .context import ApiContext


async def post_person(context: ApiContext, call: ChtCall) -> web.Response:
    """Make a person; the answer has its id and revision."""
    await context.access.require(call, context.settings, "can_create_people")
    person = await create_person(context, object_of(call))
    return json_response({"id": person["_id"], "rev": person["_rev"]})


async def post_place(context: ApiContext, call: ChtCall) -> web.Response:
    """Make a place; the answer has its id and revision, and those of a contact that was made with it."""
    await context.access.require(call, context.settings, "can_create_places")
    data = object_of(call)
    place = await create_place(context, data)
    answer = {"id": place["_id"], "rev": place["_rev"]}
    if isinstance(data.get("contact"), dict):
        answer["contact"] = {"id": place["contact"]["_id"]}
    return json_response(answer)


async def update_place(context: ApiContext, call: ChtCall) -> web.Response:
    """Change a place: its contact, its parent, and other members."""
    await context.access.require(call, context.settings, "can_update_places")
    data = object_of(call)
    if not data:
        raise ChtApiError(400, "Place has not changed.")
    place = await get_or_create_place(context, unquote(call.parameters["id"]))
    changed = {**place, **{name: value for name, value in data.items() if name not in {"contact", "parent", "_id"}}}
    if "parent" in data:
        changed["parent"] = await get_or_create_place(context, data["parent"])
    if "contact" in data:
        changed["contact"] = await get_or_create_person(context, data["contact"], place)
    stored = await store(context, changed)
    return json_response({"id": stored["_id"], "rev": stored["_rev"]})


def object_of(call: ChtCall) -> dict[str, Any]:
    """Return the body, an object. Raises `ChtApiError` for one that is called something else than JSON."""
    require_json(call)
    if not isinstance(call.body, dict):
        raise ChtApiError(400, "Request body is required")
    return call.body


def require_json(call: ChtCall) -> None:
    if call.content_type != "application/json":
        raise ChtApiError(400, "Content-Type must be application/json")
