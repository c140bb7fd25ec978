"""Which changes a follower wants to hear of: the filters that CouchDB has built in, and those of design documents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .changes import DocumentChange
from .documents import DESIGN, JSON, render, written
from .errors import BadRequest
from .mango.selectors import read_selector
from .parameters import read_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .calls import CouchCall
    from .database import Database
    from .revisions import Revision

    Passes = Callable[[str, Sequence[Revision]], Sequence[bool]]
    """Says of a document's revisions which of them pass."""

Filter = Callable[[DocumentChange], DocumentChange | None]
"""Returns what of a change passes: None, or the change with the revisions that do."""


def read_filter(call: CouchCall) -> Filter | None:
    """Return the filter that a request to `_changes` names; None where it names none. Raises `CouchError`."""
    name = call.parameters.get("filter")
    if name is None:
        return None
    if name in BUILT_IN:
        return BUILT_IN[name](call)
    design, slash, function = name.partition("/")
    if not slash:
        raise BadRequest("filter parameter must be of the form `designname/filtername`")
    return _of_design(call, design, function)


def _by_id(wanted: Callable[[str], bool]) -> Filter:
    return lambda change: change if wanted(change.id) else None


def _doc_ids(call: CouchCall) -> Filter:
    ids = call.read_object().get("doc_ids") if call.body else read_json(call.parameters.get("doc_ids", ""))
    if not isinstance(ids, list):
        raise BadRequest("`doc_ids` filter parameter is not a list.")
    return _by_id(frozenset(each for each in ids if isinstance(each, str)).__contains__)


def _designs(call: CouchCall) -> Filter:
    return _by_id(lambda identifier: identifier.startswith(DESIGN))


def _selector(call: CouchCall) -> Filter:
    given = call.read_object().get("selector") if call.body else None
    if given is None:
        raise BadRequest("Selector must be specified in POST payload")
    selector, database = read_selector(given), call.database

    def passes(identifier: str, leaves: Sequence[Revision]) -> list[bool]:
        tree = database.tree(identifier)
        assert tree is not None  # it changed
        return [selector.matches(render(identifier, tree, leaf)) for leaf in leaves]

    return _by_content(database, passes)


def _view(call: CouchCall) -> Filter:
    design, slash, name = call.parameters.get("view", "").partition("/")
    if not slash:
        raise BadRequest("`view` filter parameter is not provided.")
    database = call.database
    opened = database.design(design)
    number = opened.index(name).function

    def passes(identifier: str, leaves: Sequence[Revision]) -> list[bool]:
        rows, log = opened.server.map([number], [written(identifier, leaf) for leaf in leaves])
        database.log_all(design, log)
        return [bool(emitted) for [emitted] in rows]

    return _by_content(database, passes)


def _of_design(call: CouchCall, design: str, name: str) -> Filter:
    database = call.database
    opened = database.design(design)
    number, request = opened.function("filters", name), _request(call)

    def passes(identifier: str, leaves: Sequence[Revision]) -> list[bool]:
        verdicts, log = opened.server.filter(number, [written(identifier, leaf) for leaf in leaves], request)
        database.log_all(design, log)
        return verdicts

    return _by_content(database, passes)


def _by_content(database: Database, passes: Passes) -> Filter:
    def accept(change: DocumentChange) -> DocumentChange | None:
        tree = database.tree(change.id)
        assert tree is not None  # it changed
        leaves = [leaf for rev in change.revs if (leaf := tree.find(rev)) is not None]
        revs = [leaf.id for leaf, passed in zip(leaves, passes(change.id, leaves), strict=True) if passed]
        return replace(change, revs=revs) if revs else None

    return accept


def _request(call: CouchCall) -> JSON:
    """Return what a filter function learns of the request."""
    body: Any = call.body.decode("utf-8", "replace") if call.body else "undefined"
    return {
        "method": call.request.method,
        "path": [part for part in call.request.rel_url.path.split("/") if part],
        "query": dict(call.parameters),
        "headers": dict(call.request.headers),
        "body": body,
        "userCtx": {"db": call.database.name, **call.user_context},
        "secObj": call.database.security,
    }


BUILT_IN: dict[str, Callable[[CouchCall], Filter]] = {
    "_design": _designs,
    "_doc_ids": _doc_ids,
    "_selector": _selector,
    "_view": _view,
}
