"""CouchDB's documents without HTTP, and a way to run what waits for nothing but them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from rapidpro_simulator.cht.couch.client import CouchClientError
from rapidpro_simulator.cht.couch.errors import Conflict, NotFound
from rapidpro_simulator.cht.couch.parameters import read_query
from rapidpro_simulator.cht.couch.queries import ordered_rows

if TYPE_CHECKING:
    from collections.abc import Coroutine, Sequence

    from rapidpro_simulator.cht.couch import CouchDB

Document = dict[str, Any]
T = TypeVar("T")


class InProcessStore:
    """A `DocumentStore` that asks `couch` itself; `asked` are the methods that were called."""

    def __init__(self, couch: CouchDB, database: str = "medic") -> None:
        self.couch = couch
        self.database = database
        self.asked: list[str] = []

    async def get(self, document_id: str, database: str | None = None) -> Document | None:
        self.asked.append("get")
        return self.couch.database(database or self.database).find(document_id)

    async def put(self, document: Document, database: str | None = None) -> str:
        self.asked.append("put")
        try:
            return self.couch.database(database or self.database).put(document)
        except Conflict as error:
            raise CouchClientError(409, error.error, error.reason) from error

    async def bulk_docs(self, documents: Sequence[Document], database: str | None = None) -> list[Document]:
        self.asked.append("bulk_docs")
        return self.couch.database(database or self.database).bulk(documents)

    async def all_docs(self, keys: Sequence[str], database: str | None = None) -> list[Document]:
        self.asked.append("all_docs")
        found = self.couch.database(database or self.database)
        return [{"id": key, "key": key, "doc": found.find(key)} for key in keys]

    async def docs_between(
        self, first: str, last: str, database: str | None = None, *, descending: bool = False, limit: int | None = None
    ) -> list[Document]:
        self.asked.append("docs_between")
        found = self.couch.database(database or self.database)
        low, high = sorted((first, last))
        ids = sorted((each for each in found.ids if low <= each <= high), reverse=descending)
        return [{"id": each, "key": each, "doc": found.find(each)} for each in ids[:limit]]

    async def view(self, name: str, **parameters: Any) -> list[Document]:
        self.asked.append("view")
        database = self.couch.database(self.database)
        try:
            index = database.view(*name.split("/"))
        except NotFound as error:
            raise CouchClientError(404, error.error, error.reason) from error
        _, page = ordered_rows(index.rows).select(read_query({}, parameters))
        rows = [{"id": row.id, "key": row.key, "value": row.value} for row in page]
        return [{**row, "doc": database.find(row["id"])} for row in rows] if parameters.get("include_docs") else rows


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Return what `coroutine` returns; it waits for nothing but an `InProcessStore`."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        result: T = end.value
        return result
    raise AssertionError("it waits for something that never comes")
