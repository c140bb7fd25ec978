"""The routes of a database as a whole: itself, and many documents at once."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from . import revisions
from .calls import AccessLevel, CouchCall, CouchRoute, answer
from .documents import DESIGN, JSON, Extras, render
from .errors import BadRequest, Forbidden, Unauthorized, not_simulated
from .server_routes import info

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aiohttp import web

    from .database import Database
    from .revisions import Revision, RevisionTree


async def show_database(call: CouchCall) -> web.Response:
    return answer(info(call.database))


async def create_database(call: CouchCall) -> web.Response:
    call.couch.create(call.arguments["db"])
    return answer({"ok": True}, 201, {"Location": f"/{call.arguments['db']}"})


async def drop_database(call: CouchCall) -> web.Response:
    call.couch.drop(call.arguments["db"])
    return answer({"ok": True})


async def show_security(call: CouchCall) -> web.Response:
    return answer(call.database.security)


async def change_security(call: CouchCall) -> web.Response:
    security = call.read()
    if not isinstance(security, dict):
        raise BadRequest("Request body must be a JSON object")
    for part in ("admins", "members"):
        _check_names(security.get(part, {}))
    call.database.security = security
    return answer({"ok": True})


def _check_names(part: Any) -> None:
    if not isinstance(part, dict):
        raise BadRequest("admins and members must be JSON objects")
    for kind in ("names", "roles"):
        names = part.get(kind, [])
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise BadRequest(f"{kind} must be a JSON list of strings")


async def compact(call: CouchCall) -> web.Response:
    call.database.compact()
    return answer({"ok": True}, 202)


async def clean_up(call: CouchCall) -> web.Response:
    return answer({"ok": True}, 202)


async def commit(call: CouchCall) -> web.Response:
    return answer({"ok": True, "instance_start_time": "0"}, 201)


# Many documents


async def bulk_docs(call: CouchCall) -> web.Response:
    request = call.read_object()
    documents = request.get("docs")
    if not isinstance(documents, list):
        raise BadRequest("POST body must include `docs` parameter.")
    if any(not isinstance(document, dict) for document in documents):
        raise BadRequest("Document must be a JSON object")
    call.protect_designs(documents)
    if request.get("new_edits", True) is not False:
        return answer(call.database.bulk(documents, call.user_context), 201)
    rows = [_replicated(call, document) for document in documents]
    return answer([row for row in rows if row], 201)


def _replicated(call: CouchCall, document: JSON) -> JSON | None:
    try:
        call.database.replicate(document, call.user_context)
    except (Forbidden, Unauthorized) as refusal:
        return {"id": document.get("_id"), "rev": document.get("_rev"), **refusal.as_dict()}
    return None


async def bulk_get(call: CouchCall) -> web.Response:
    wanted = call.member("docs", list, "Missing JSON list of 'docs'.")
    return answer({"results": [_bulk_row(call, each) for each in wanted]})


def _bulk_row(call: CouchCall, wanted: Any) -> JSON:
    identifier, rev = (wanted.get("id"), wanted.get("rev")) if isinstance(wanted, dict) else (None, None)
    if not isinstance(identifier, str):
        raise BadRequest("document id missed")
    if rev is not None:
        revisions.check(rev)
    tree = call.database.tree(identifier)
    found = find_revisions(tree, rev, latest=call.flag("latest"))
    if tree is None or not found:
        missing = {"id": identifier, "rev": rev or "undefined", "error": "not_found", "reason": "missing"}
        return {"id": identifier, "docs": [{"error": missing}]}
    extras = Extras(revs=call.flag("revs"), contents=call.contents)
    return {"id": identifier, "docs": [{"ok": render(identifier, tree, each, extras)} for each in found]}


def find_revisions(tree: RevisionTree | None, rev: str | None, *, latest: bool) -> Sequence[Revision]:
    """Return the revision `rev` (None: the winner), or with `latest` the leaves that grew from it."""
    if tree is None:
        return []
    revision = tree.winner if rev is None else tree.find(rev)
    if revision is None:
        return []
    if latest and tree.leaf(revision.id) is None:
        return tree.descendants(revision.id)
    return [] if revision.body is None else [revision]


async def revs_diff(call: CouchCall) -> web.Response:
    rows = {identifier: _difference(call.database, identifier, revs) for identifier, revs in call.read_object().items()}
    return answer({identifier: row for identifier, row in rows.items() if row})


def _difference(database: Database, identifier: str, revs: Any) -> JSON | None:
    if not isinstance(revs, list):
        raise BadRequest("Request body must be a JSON object")
    tree = database.tree(identifier)
    missing = [rev for rev in map(revisions.check, revs) if tree is None or rev not in tree]
    if not missing:
        return None
    ancestors = [] if tree is None else [leaf.id for leaf in tree.leaves if _is_older(leaf, missing)]
    return {"missing": missing, **({"possible_ancestors": ancestors} if ancestors else {})}


def _is_older(leaf: Revision, missing: list[str]) -> bool:
    return any(leaf.generation < revisions.generation(rev) for rev in missing)


async def design_info(call: CouchCall) -> web.Response:
    database, design = call.database, call.arguments["design"]
    document = database.get(DESIGN + design)
    size = database.size
    return answer(
        {
            "name": design,
            "view_index": {
                "updates_pending": {"minimum": 0, "preferred": 0, "total": 0},
                "waiting_commit": False,
                "waiting_clients": 0,
                "updater_running": False,
                "update_seq": database.update_seq,
                "sizes": {"file": size, "external": size, "active": size},
                "signature": hashlib.md5(str(document.get("views")).encode(), usedforsecurity=False).hexdigest(),
                "purge_seq": 0,
                "language": "javascript",
                "compact_running": False,
            },
        }
    )


async def purge(call: CouchCall) -> web.Response:
    raise not_simulated("purging of documents", "delete them, and compact the database")


ROUTES = [
    CouchRoute("GET", "/{db}", show_database),
    CouchRoute("PUT", "/{db}", create_database, AccessLevel.ADMIN),
    CouchRoute("DELETE", "/{db}", drop_database, AccessLevel.ADMIN),
    CouchRoute("GET", "/{db}/_security", show_security),
    CouchRoute("PUT", "/{db}/_security", change_security, AccessLevel.OWNER),
    CouchRoute("POST", "/{db}/_compact", compact, AccessLevel.OWNER),
    CouchRoute("POST", "/{db}/_compact/{design}", compact, AccessLevel.OWNER),
    CouchRoute("POST", "/{db}/_purge", purge, AccessLevel.OWNER),
    CouchRoute("POST", "/{db}/_view_cleanup", clean_up, AccessLevel.OWNER),
    CouchRoute("POST", "/{db}/_ensure_full_commit", commit),
    CouchRoute("POST", "/{db}/_bulk_docs", bulk_docs),
    CouchRoute("POST", "/{db}/_bulk_get", bulk_get),
    CouchRoute("POST", "/{db}/_revs_diff", revs_diff),
    CouchRoute("GET", "/{db}/_design/{design}/_info", design_info),
]
