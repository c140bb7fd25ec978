"""The routes of one document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from aiohttp import web

from . import revisions
from .calls import AccessLevel, CouchCall, CouchRoute, answer
from .database_routes import find_revisions
from .documents import DESIGN, LOCAL, Extras, render
from .errors import BadRequest, NotFound, not_simulated
from .parameters import read_json

if TYPE_CHECKING:
    from .documents import JSON

DIFFERENT_REVISIONS = "Document rev from request body and query string have different values"


def identifier_of(call: CouchCall) -> str:
    arguments = call.arguments
    if "design" in arguments:
        return DESIGN + arguments["design"]
    if "local" in arguments:
        return LOCAL + arguments["local"]
    return arguments["doc"]


async def show_document(call: CouchCall) -> web.Response:
    if "open_revs" in call.parameters:
        return _open_revisions(call)
    meta = call.flag("meta")
    extras = Extras(
        revs=call.flag("revs"),
        revs_info=meta or call.flag("revs_info"),
        conflicts=meta or call.flag("conflicts"),
        deleted_conflicts=meta or call.flag("deleted_conflicts"),
        contents=call.contents,
    )
    document = call.database.get(identifier_of(call), call.parameters.get("rev"), extras)
    etag = f'"{document["_rev"]}"'
    if call.request.headers.get("If-None-Match") == etag:
        return web.Response(status=304, headers={"ETag": etag})
    return answer(document, headers={"ETag": etag})


def _open_revisions(call: CouchCall) -> web.Response:
    identifier = identifier_of(call)
    tree = call.database.tree(identifier)
    if call.parameters["open_revs"] == "all":
        if tree is None:
            raise NotFound
        wanted = [leaf.id for leaf in tree.leaves]
    else:
        wanted = _check_all(read_json(call.parameters["open_revs"]))
    extras, rows = Extras(revs=call.flag("revs"), contents=call.contents), list[Any]()
    for rev in wanted:
        found = find_revisions(tree, rev, latest=call.flag("latest"))
        if tree is None or not found:
            rows.append({"missing": rev})
        else:
            rows += [{"ok": render(identifier, tree, revision, extras)} for revision in found]
    return answer(rows)


def _check_all(revs: Any) -> list[str]:
    if not isinstance(revs, list):
        raise BadRequest("`open_revs` must be `all` or an array.")
    return [revisions.check(rev) for rev in revs]


async def store_document(call: CouchCall) -> web.Response:
    if call.request.headers.get("Content-Type", "").startswith("multipart/"):
        raise not_simulated("a document in a multipart body", "send its attachments in base64, or by themselves")
    document = call.read()
    if not isinstance(document, dict):
        raise BadRequest("Document must be a JSON object")
    document["_id"] = identifier_of(call)  # the path's, whatever the body says: spec 3.2
    rev = given_revision(call, document)
    if rev is not None:
        document["_rev"] = rev
    return _store(call, document)


async def add_document(call: CouchCall) -> web.Response:
    document = call.read_object()
    document.setdefault("_id", call.couch.new_id())
    call.protect_designs([document])
    return _store(call, document)


def _store(call: CouchCall, document: JSON) -> web.Response:
    if call.flag("new_edits", default=True):
        rev = call.database.put(document, call.user_context)
    else:
        call.database.replicate(document, call.user_context)
        rev = document["_rev"]
    location = f"/{call.arguments['db']}/{quote(document['_id'], safe='/:')}"
    return answer({"ok": True, "id": document["_id"], "rev": rev}, 201, {"ETag": f'"{rev}"', "Location": location})


async def delete_document(call: CouchCall) -> web.Response:
    identifier = identifier_of(call)
    rev = call.database.delete(identifier, given_revision(call, {}), call.user_context)
    return answer({"ok": True, "id": identifier, "rev": rev}, headers={"ETag": f'"{rev}"'})


def given_revision(call: CouchCall, document: JSON) -> str | None:
    header = call.request.headers.get("If-Match", "").strip('"')
    given = call.parameters.get("rev") or header or None
    written: str | None = document.get("_rev")
    if given is not None and written is not None and given != written:
        raise BadRequest(DIFFERENT_REVISIONS)
    return written if given is None else revisions.check(given)


def _document_routes(path: str, writers: AccessLevel) -> list[CouchRoute]:
    return [
        CouchRoute("GET", path, show_document),
        CouchRoute("PUT", path, store_document, writers),
        CouchRoute("DELETE", path, delete_document, writers),
    ]


ROUTES = [
    CouchRoute("POST", "/{db}", add_document),
    *_document_routes("/{db}/{doc}", AccessLevel.MEMBER),
    *_document_routes("/{db}/_design/{design}", AccessLevel.OWNER),
    *_document_routes("/{db}/_local/{local}", AccessLevel.MEMBER),
]
