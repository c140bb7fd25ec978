"""Mango on one database: its indexes, which live in design documents, and what `_find` finds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol

from rapidpro_simulator.cht.couch.documents import DESIGN
from rapidpro_simulator.cht.couch.errors import NotFound
from rapidpro_simulator.cht.couch.views import Row, ViewIndex

from . import query as queries
from .indexes import ALL_DOCS, LANGUAGE, Index, declare, indexes_in, is_fixed, view_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rapidpro_simulator.cht.couch.documents import JSON

    from .query import Query

PYTHON = -1  # an index needs no function of the query server


class Documents(Protocol):
    """What Mango needs of a database."""

    name: str

    @property
    def update_seq(self) -> int: ...

    @property
    def ids(self) -> Sequence[str]: ...

    @property
    def design_ids(self) -> Sequence[str]: ...

    def get(self, identifier: str) -> JSON: ...

    def find(self, identifier: str) -> JSON | None: ...

    def put(self, document: Mapping[str, Any]) -> str: ...

    def changed_since(self, seq: int) -> Iterator[tuple[str, str | None]]: ...


class Finder:
    """Answers Mango's requests; an index is brought up to date when it is used, by what changed since."""

    def __init__(self, database: Documents) -> None:
        self._database = database
        self._rows: dict[str, ViewIndex] = {}

    def indexes(self) -> list[Index]:
        """Return all indexes, `_all_docs` first."""
        documents = (self._database.get(identifier) for identifier in self._database.design_ids)
        return [ALL_DOCS, *(index for document in documents for index in indexes_in(document))]

    def create(self, request: JSON) -> JSON:
        """Store an index in its design document; raises `BadRequest` in CouchDB's words."""
        index = declare(request)
        identifier = str(index.design)
        document = self._database.find(identifier) or {"_id": identifier, "language": LANGUAGE, "views": {}}
        result = "exists" if document["views"].get(index.name) == view_of(index) else "created"
        if result == "created":
            document["views"][index.name] = view_of(index)
            self._database.put(document)
        return {"result": result, "id": identifier, "name": index.name}

    def delete(self, design: str, name: str) -> None:
        """Remove an index, and its design document where it was the last; raises `NotFound`."""
        document = self._database.find(DESIGN + design.removeprefix(DESIGN))
        if document is None or name not in document.get("views", {}):
            raise NotFound
        del document["views"][name]
        self._database.put(document if document["views"] else {**document, "_deleted": True})

    def find(self, request: JSON) -> JSON:
        """Return the documents that a request to `_find` asks for; raises `BadRequest` in CouchDB's words."""
        query = queries.read_query(request)
        index, warning = queries.choose(query, self.indexes())
        documents, last, examined = queries.page(query, index, self._rows_of(index, query), self._database.get)
        bookmark = queries.write_bookmark(last) if last else request.get("bookmark") or queries.NO_BOOKMARK
        answer: JSON = {"docs": documents, "bookmark": bookmark}
        if request.get("execution_stats"):
            answer["execution_stats"] = _statistics(index, examined, len(documents))
        return answer | ({"warning": warning} if warning else {})

    def explain(self, request: JSON) -> JSON:
        """Return how a query would be answered."""
        query = queries.read_query(request)
        index, _ = queries.choose(query, self.indexes())
        options = {name: value for name, value in request.items() if name != "selector"}
        return {
            "dbname": self._database.name,
            "index": index.as_dict(),
            "partitioned": False,
            "selector": request["selector"],
            "opts": {
                "use_index": [],
                "bookmark": queries.NO_BOOKMARK,
                "limit": query.limit,
                "skip": query.skip,
                **options,
            },
            "limit": query.limit,
            "skip": query.skip,
            "fields": query.fields or "all_fields",
        }

    def _rows_of(self, index: Index, query: Query) -> Sequence[Row]:
        if index is ALL_DOCS:
            return list(self._all_documents(query))
        signature = json.dumps([index.design, index.name, index.fields, index.filter])
        held = self._rows.setdefault(signature, ViewIndex(PYTHON))
        held.update(self._emitted(index, held.seq), self._database.update_seq)
        return held.rows

    def _emitted(self, index: Index, since: int) -> Iterator[tuple[str, list[Any] | None]]:
        for identifier, text in self._database.changed_since(since):
            if not identifier.startswith(DESIGN):
                yield identifier, None if text is None else index.emit(json.loads(text))

    def _all_documents(self, query: Query) -> Iterator[Row]:
        if is_fixed(query.selector, "_id"):
            ids = [value for name, value in query.selector.conditions(("_id",)) if name == "$eq"]
            found = [each for each in ids if isinstance(each, str) and self._database.find(each) is not None]
        else:
            found = list(self._database.ids)
        for identifier in found:
            if not identifier.startswith(DESIGN):
                yield Row((identifier,), identifier, 0, identifier, None)


def _statistics(index: Index, examined: int, returned: int) -> JSON:
    return {
        "total_keys_examined": examined if index is not ALL_DOCS else 0,
        "total_docs_examined": examined,
        "total_quorum_docs_examined": 0,
        "results_returned": returned,
        "execution_time_ms": 0,
    }
