"""The routes that answer rows: `_all_docs` and its like, and views; one query, or several at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import queries
from .calls import CouchCall, CouchRoute, answer
from .changes import write_seq
from .documents import Extras, render
from .errors import BadRequest
from .parameters import read_query
from .reducers import reducer_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from aiohttp import web

    from .database import Database
    from .documents import JSON
    from .queries import ViewQuery
    from .views import Row

    Page = Callable[[CouchCall, ViewQuery], JSON]


async def all_docs(call: CouchCall) -> web.Response:
    return answer(_all_docs(call, _read_query(call)))


async def design_docs(call: CouchCall) -> web.Response:
    return answer(_documents(call.database, _read_query(call), call.database.design_ids))


async def local_docs(call: CouchCall) -> web.Response:
    local = call.database.local
    rows: list[JSON] = [{"id": each, "key": each, "value": {"rev": local.get(each)["_rev"]}} for each in local.ids]
    return answer({"total_rows": None, "offset": None, "rows": rows})


async def view(call: CouchCall) -> web.Response:
    return answer(_view(call, _read_query(call)))


async def several_all_docs(call: CouchCall) -> web.Response:
    return _several(call, _all_docs)


async def several_views(call: CouchCall) -> web.Response:
    return _several(call, _view)


def _several(call: CouchCall, page: Page) -> web.Response:
    given = call.member("queries", list, "POST body must include `queries` parameter.")
    return answer({"results": [page(call, read_query(call.parameters, query)) for query in given]})


def _all_docs(call: CouchCall, query: ViewQuery) -> JSON:
    return _documents(call.database, query, call.database.ids)


def _documents(database: Database, query: ViewQuery, among: Sequence[str]) -> JSON:
    if query.keys is not None:
        stop = None if query.limit is None else query.skip + query.limit
        keys = list(reversed(query.keys)) if query.descending else list(query.keys)
        offset, rows = 0, [_row_for_key(database, key, query) for key in keys[query.skip : stop]]
    else:
        offset, ids = queries.ordered_ids(among).select(query)
        rows = [_row_for_key(database, identifier, query) for identifier in ids]
    return _page(database, query, {"total_rows": len(among), "offset": offset, "rows": rows})


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


def _view(call: CouchCall, query: ViewQuery) -> JSON:
    database = call.database
    index = database.view(call.arguments["design"], call.arguments["view"])
    if index.reduce and query.reduce is not False:
        if query.include_docs:
            raise BadRequest("`include_docs` is invalid for reduce", queries.PARSE_ERROR)
        reducer = reducer_of(index.reduce, database.design(call.arguments["design"]))
        return {"rows": queries.reduce_rows(index.rows, reducer, query)}
    if query.reduce:
        raise BadRequest("Reduce is invalid for map-only views.", queries.PARSE_ERROR)
    if query.group or query.group_level:
        raise BadRequest("Invalid use of grouping on a map view.", queries.PARSE_ERROR)
    offset, page = queries.ordered_rows(index.rows).select(query)
    rows = [_view_row(database, row, query) for row in page]
    return _page(database, query, {"total_rows": len(index.rows), "offset": offset, "rows": rows})


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
    extras = Extras(conflicts=query.conflicts, contents=database.contents if query.attachments else None)
    return render(identifier, tree, tree.winner, extras)


def _page(database: Database, query: ViewQuery, page: JSON) -> JSON:
    return {**page, "update_seq": write_seq(database.update_seq)} if query.update_seq else page


def _read_query(call: CouchCall) -> ViewQuery:
    return read_query(call.parameters, call.read_object() if call.request.method == "POST" else None)


VIEW = "/{db}/_design/{design}/_view/{view}"

ROUTES = [
    CouchRoute("GET", "/{db}/_all_docs", all_docs),
    CouchRoute("POST", "/{db}/_all_docs", all_docs),
    CouchRoute("POST", "/{db}/_all_docs/queries", several_all_docs),
    CouchRoute("GET", "/{db}/_design_docs", design_docs),
    CouchRoute("POST", "/{db}/_design_docs", design_docs),
    CouchRoute("GET", "/{db}/_local_docs", local_docs),
    CouchRoute("GET", VIEW, view),
    CouchRoute("POST", VIEW, view),
    CouchRoute("POST", VIEW + "/queries", several_views),
]
