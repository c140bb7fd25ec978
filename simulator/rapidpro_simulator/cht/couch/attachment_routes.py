"""The routes of attachments, one by one; inside documents they travel in base64."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from aiohttp import web

from .attachments import DEFAULT_TYPE, MEMBER
from .calls import AccessLevel, CouchCall, CouchRoute, answer
from .document_routes import given_revision, identifier_of
from .errors import Conflict, NotFound, not_simulated

if TYPE_CHECKING:
    from .documents import JSON

MISSING = "Document is missing attachment"
# What a design document can do beside its views, and this CouchDB does not.
NOT_SIMULATED = ("_show", "_list", "_update", "_rewrite", "_search", "_nouveau")


async def show_attachment(call: CouchCall) -> web.Response:
    name = call.arguments["attachment"]
    stub = call.database.get(identifier_of(call), call.parameters.get("rev")).get(MEMBER, {}).get(name)
    if stub is None:
        raise NotFound(MISSING)
    etag = f'"{stub["digest"].removeprefix("md5-")}"'
    if call.request.headers.get("If-None-Match") == etag:
        return web.Response(status=304, headers={"ETag": etag})
    headers = {"Content-Type": stub["content_type"], "ETag": etag, "Content-MD5": etag.strip('"')}
    return web.Response(body=call.database.contents[stub["digest"]], headers=headers)


async def store_attachment(call: CouchCall) -> web.Response:
    document = _edited(call)
    content_type = call.request.headers.get("Content-Type", DEFAULT_TYPE)
    data = base64.b64encode(call.body).decode()
    attachment = {"content_type": content_type, "data": data}
    document[MEMBER] = {**document.get(MEMBER, {}), call.arguments["attachment"]: attachment}
    return _store(call, document, 201)


async def delete_attachment(call: CouchCall) -> web.Response:
    document = _edited(call)
    if document.get(MEMBER, {}).pop(call.arguments["attachment"], None) is None:
        raise NotFound(MISSING)
    return _store(call, document, 200)


async def other_handler(call: CouchCall) -> web.Response:
    """Answer for a design document's attachment, or for a handler that it does not have."""
    handler = call.arguments["attachment"]
    if handler in NOT_SIMULATED:
        raise not_simulated(f"{handler} of a design document", "views, filters and validations are")
    if handler.startswith("_") or "name" in call.arguments:
        call.database.get(identifier_of(call))
        raise NotFound
    return await show_attachment(call)


def _edited(call: CouchCall) -> JSON:
    """Return the document to be edited; raises `Conflict` where the revision is not current."""
    document = call.database.find(identifier_of(call))
    rev = given_revision(call, {})
    if document is None:
        if rev is not None:
            raise Conflict
        return {"_id": identifier_of(call)}
    if document["_rev"] != rev:
        raise Conflict
    return document


def _store(call: CouchCall, document: JSON, status: int) -> web.Response:
    rev = call.database.put(document, call.user_context)
    return answer({"ok": True, "id": document["_id"], "rev": rev}, status, {"ETag": f'"{rev}"'})


ROUTES = [
    CouchRoute("GET", "/{db}/{doc}/{attachment}", show_attachment),
    CouchRoute("PUT", "/{db}/{doc}/{attachment}", store_attachment),
    CouchRoute("DELETE", "/{db}/{doc}/{attachment}", delete_attachment),
    CouchRoute("GET", "/{db}/_design/{design}/{attachment}", other_handler),
    CouchRoute("PUT", "/{db}/_design/{design}/{attachment}", store_attachment, AccessLevel.OWNER),
    CouchRoute("DELETE", "/{db}/_design/{design}/{attachment}", delete_attachment, AccessLevel.OWNER),
    CouchRoute("GET", "/{db}/_design/{design}/{attachment}/{name}", other_handler),
    CouchRoute("POST", "/{db}/_design/{design}/{attachment}/{name}", other_handler),
    CouchRoute("PUT", "/{db}/_design/{design}/{attachment}/{name}", other_handler),
]
