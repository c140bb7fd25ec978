"""What CHT's processes need of CouchDB: documents and views by name. `CouchClient` has it over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

Document = dict[str, Any]


class DocumentStore(Protocol):
    """The documents of the main database, and of siblings such as `<database>-sentinel`.

    Every method raises `CouchClientError` where CouchDB refuses, or cannot be reached.
    """

    @property
    def database(self) -> str:
        """Return the name of the main database, which is meant where none is given."""

    async def get(self, document_id: str, database: str | None = None) -> Document | None:
        """Return a document; None where there is none, or where it was deleted."""

    async def put(self, document: Document, database: str | None = None) -> str:
        """Save a document under its `_id` and return the new revision."""

    async def bulk_docs(self, documents: Sequence[Document], database: str | None = None) -> list[Document]:
        """Save documents and return CouchDB's row for each: `ok` and `rev`, or `error` and `reason`."""

    async def all_docs(self, keys: Sequence[str], database: str | None = None) -> list[Document]:
        """Return a row with `doc` for each of `keys`, in their order."""

    async def docs_between(
        self, first: str, last: str, database: str | None = None, *, descending: bool = False, limit: int | None = None
    ) -> list[Document]:
        """Return a row with `doc` for each document from the id `first` to `last`; `descending`: backwards."""

    async def view(self, name: str, **parameters: Any) -> list[Document]:
        """Return the rows of a view of the main database, such as `medic-client/contacts_by_phone`."""
