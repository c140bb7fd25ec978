"""The users API: making, changing and listing users. Modelled on the public reference of CHT's API."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from rapidpro_simulator.cht.lineage import Lineage

from .contacts_writing import object_of, require_json
from .errors import ChtApiError
from .responses import json_response
from .user_accounts import OWN, PREFIX, USERS, create_user, update_user
from .user_checks import missing_fields

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aiohttp import web

    from rapidpro_simulator.cht.couch.client import Document

    from .call import ChtCall
    from .context import ApiContext

ROLE_SEPARATOR = ":"
EXCLUDED = ":excluded"
PROFILE = ("fullname", "email", "phone", "external_id")


async def create_v1(context: ApiContext, call: ChtCall) -> web.Response:
    """Make a user, or several: then the answer has one entry for each."""
    require_json(call)
    return await _create(context, call, several_places=False)


async def create_v2(context: ApiContext, call: ChtCall) -> web.Response:
    """Make users as version 1 does, or those of a CSV table: `username,password,roles,contact.name,place`."""
    if call.content_type == "text/csv":
        call.body = list(_table(call.body))
    else:
        require_json(call)
    return await _create(context, call, several_places=False)


async def create_v3(context: ApiContext, call: ChtCall) -> web.Response:
    """Make users who may have several places."""
    require_json(call)
    return await _create(context, call, several_places=True)


async def _create(context: ApiContext, call: ChtCall, *, several_places: bool) -> web.Response:
    await context.access.require(call, context.settings, "can_create_users")
    if not isinstance(call.body, list):
        _require_fields(context, call.body)
        return json_response(await create_user(context, call.body, several_places=several_places))
    _require_fields_of_all(context, call.body)
    return json_response([await _attempt(context, each, several_places=several_places) for each in call.body])


async def _attempt(context: ApiContext, data: Document, *, several_places: bool) -> Document:
    """Make one of several users; the others are made whatever becomes of it."""
    try:
        return await create_user(context, data, several_places=several_places)
    except ChtApiError as error:
        message = error.message["message"] if isinstance(error.message, dict) else error.message
        return {"username": data.get("username"), "error": message}


def _require_fields(context: ApiContext, data: Document) -> None:
    if missing := missing_fields(data, context.settings):
        raise ChtApiError(400, f"Missing required fields: {', '.join(missing)}")


def _require_fields_of_all(context: ApiContext, users: list[Any]) -> None:
    found = [(number, missing_fields(each, context.settings)) for number, each in enumerate(users)]
    failing = [(number, fields) for number, fields in found if fields]
    if failing:
        lines = [f"Missing fields {', '.join(fields)} for user with index {number}" for number, fields in failing]
        details = {"failingIndexes": [{"fields": fields, "index": number} for number, fields in failing]}
        raise ChtApiError(400, "\n\n".join(["Missing required fields:", "\n".join(lines)]), details)


async def update(context: ApiContext, call: ChtCall) -> web.Response:
    """Change a user: anybody with the permission, or users themselves what is theirs to change."""
    data, name = object_of(call), unquote(call.parameters["name"])
    requester = await context.access.recognise(call)
    if not requester.may("can_update_users", context.settings):
        if requester.name != name or not set(data) <= OWN:
            raise ChtApiError(403, "You do not have permissions to modify this person")
        if "password" in data and not call.headers.get("Authorization", "").startswith("Basic "):
            raise ChtApiError(403, "You must authenticate with Basic Auth to modify your password")
    return json_response(await update_user(context, name, data))


async def list_users(context: ApiContext, call: ChtCall) -> web.Response:
    """Return all users, their places and contacts inlined; version 2 can ask for those of a place or a contact."""
    await context.access.require(call, context.settings, "can_view_users")
    wanted = {name: call.query[name] for name in ("facility_id", "contact_id") if name in call.query}
    users = [
        each
        for each in await _users(context)
        if all(value in _listed(each.get(name)) for name, value in wanted.items())
    ]
    return json_response(await _described(context, users))


async def get_user(context: ApiContext, call: ChtCall) -> web.Response:
    """Return one user: to whoever may see users, and to that user."""
    name = unquote(call.parameters["name"])
    requester = await context.access.recognise(call)
    if requester.name != name and not requester.may("can_view_users", context.settings):
        raise ChtApiError(403, "Insufficient privileges")
    found = [each for each in await _users(context) if each["name"] == name]
    if not found:
        raise ChtApiError(404, f"Failed to find user with name [{name}].")
    (described,) = await _described(context, found)
    return json_response(described)


async def _users(context: ApiContext) -> list[Document]:
    answer = await context.couch.request("GET", f"{USERS}/_all_docs?include_docs=true")
    return [row["doc"] for row in answer["rows"] if row["id"].startswith(PREFIX)]


async def _described(context: ApiContext, users: Iterable[Document]) -> list[Document]:
    users = list(users)
    rows = await context.couch.all_docs([user["_id"] for user in users])
    settings = {row["id"]: row["doc"] for row in rows if row.get("doc")}
    ids = [each for user in users for name in ("facility_id", "contact_id") for each in _listed(user.get(name))]
    found = [row["doc"] for row in await context.couch.all_docs(list(dict.fromkeys(ids))) if row.get("doc")]
    known = {each["_id"]: each for each in await Lineage(context.couch).hydrate(found)}
    return [_describe(user, settings.get(user["_id"], {}), known) for user in users]


def _describe(user: Document, own: Document, known: dict[str, Document]) -> Document:
    places = [known.get(each, {"_id": each}) for each in _listed(user.get("facility_id"))]
    described = {"id": user["_id"], "rev": user["_rev"], "username": user["name"], "roles": user["roles"]}
    described |= {name: own[name] for name in PROFILE if name in own}
    if places:
        described["place"] = places if isinstance(user.get("facility_id"), list) else places[0]
    if contact := user.get("contact_id"):
        described["contact"] = known.get(contact, {"_id": contact})
    return described


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value] if value else []


def _table(text: str) -> Iterable[Document]:
    for row in csv.DictReader(io.StringIO(text)):
        user: Document = {}
        for path, cell in row.items():
            if not path or path.endswith(EXCLUDED) or not cell:
                continue
            *above, last = path.split(".")
            place = user
            for key in above:
                place = place.setdefault(key, {})
            place[last] = cell.split(ROLE_SEPARATOR) if path == "roles" else cell
        yield user
