"""The routes of a database as a whole: itself, many documents at once, views."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from . import queries, revisions
from .calls import AccessLevel, CouchCall, CouchRoute, answer
from .changes import write_seq
from .documents import DESIGN, JSON, Extras, render
from .errors import BadRequest, Forbidden, NotFound, Unauthorized
from .parameters import read_query
from .reducers import reducer_of
from .server_routes import info

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aiohttp import web

    from .database import Database
    from .queries import ViewQuery
    from .revisions import Revision, RevisionTree
    from .views import Row


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
    extras = Extras(revs=call.flag("revs"))
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


# All documents, and views


async def all_docs(call: CouchCall) -> web.Response:
    database, query = call.database, _read_query(call)
    if query.keys is not None:
        stop = None if query.limit is None else query.skip + query.limit
        keys = list(reversed(query.keys)) if query.descending else list(query.keys)
        offset, rows = 0, [_row_for_key(database, key, query) for key in keys[query.skip : stop]]
    else:
        offset, ids = queries.ordered_ids(database.ids).select(query)
        rows = [_row_for_key(database, identifier, query) for identifier in ids]
    return _answer_rows(database, query, {"total_rows": len(database.ids), "offset": offset, "rows": rows})


def _row_for_key(database: Database, key: Any, query: ViewQuery) -> JSON:
    tree = database.tree(key) if isinstance(key, str) else None
    if tree is None:
        return {"key": key, "error": "not_found"}
    row: JSON = {"id": key, "key": key, "value": {"rev": tree.winner.id}}
    if tree.winner.deleted:
        row["value"]["deleted"] = True
    if query.include_docs:
        row["doc"] = _document(database, key, query)
    return row


async def view(call: CouchCall) -> web.Response:
    database, query = call.database, _read_query(call)
    index = database.view(call.arguments["design"], call.arguments["view"])
    if index.reduce and query.reduce is not False:
        if query.include_docs:
            raise BadRequest("`include_docs` is invalid for reduce", queries.PARSE_ERROR)
        reducer = reducer_of(index.reduce, database.design(call.arguments["design"]))
        return answer({"rows": queries.reduce_rows(index.rows, reducer, query)})
    if query.reduce:
        raise BadRequest("Reduce is invalid for map-only views.", queries.PARSE_ERROR)
    if query.group or query.group_level:
        raise BadRequest("Invalid use of grouping on a map view.", queries.PARSE_ERROR)
    offset, page = queries.ordered_rows(index.rows).select(query)
    rows = [_view_row(database, row, query) for row in page]
    return _answer_rows(database, query, {"total_rows": len(index.rows), "offset": offset, "rows": rows})


def _view_row(database: Database, row: Row, query: ViewQuery) -> JSON:
    shown = {"id": row.id, "key": row.key, "value": row.value}
    if query.include_docs:
        linked = row.value.get("_id") if isinstance(row.value, dict) else None
        shown["doc"] = _document(database, linked or row.id, query)
    return shown


def _document(database: Database, identifier: str, query: ViewQuery) -> JSON | None:
    tree = database.tree(identifier)
    if tree is None or tree.winner.deleted:
        return None
    return render(identifier, tree, tree.winner, Extras(conflicts=query.conflicts))


def _answer_rows(database: Database, query: ViewQuery, page: JSON) -> web.Response:
    return answer({**page, "update_seq": write_seq(database.update_seq)} if query.update_seq else page)


def _read_query(call: CouchCall) -> ViewQuery:
    return read_query(call.parameters, call.read_object() if call.request.method == "POST" else None)


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


async def no_such_handler(call: CouchCall) -> web.Response:
    call.database.get(DESIGN + call.arguments["design"])
    raise NotFound


ROUTES = [
    CouchRoute("GET", "/{db}", show_database),
    CouchRoute("PUT", "/{db}", create_database, AccessLevel.ADMIN),
    CouchRoute("DELETE", "/{db}", drop_database, AccessLevel.ADMIN),
    CouchRoute("GET", "/{db}/_security", show_security),
    CouchRoute("PUT", "/{db}/_security", change_security, AccessLevel.OWNER),
    CouchRoute("POST", "/{db}/_compact", compact, AccessLevel.OWNER),
    CouchRoute("POST", "/{db}/_view_cleanup", clean_up, AccessLevel.OWNER),
    CouchRoute("POST", "/{db}/_ensure_full_commit", commit),
    CouchRoute("POST", "/{db}/_bulk_docs", bulk_docs),
    CouchRoute("POST", "/{db}/_bulk_get", bulk_get),
    CouchRoute("POST", "/{db}/_revs_diff", revs_diff),
    CouchRoute("GET", "/{db}/_all_docs", all_docs),
    CouchRoute("POST", "/{db}/_all_docs", all_docs),
    CouchRoute("GET", "/{db}/_design/{design}/_info", design_info),
    CouchRoute("GET", "/{db}/_design/{design}/_view/{view}", view),
    CouchRoute("POST", "/{db}/_design/{design}/_view/{view}", view),
    CouchRoute("GET", "/{db}/_design/{design}/{handler}", no_such_handler),
]
