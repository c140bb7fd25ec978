"""The documents on a phone, and which of them the server does not have yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import as_object
from rapidpro_simulator.cht.lineage import is_contact
from rapidpro_simulator.cht.tasks import TaskDocuments

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .account import Account

Document = dict[str, Any]


class Storage:
    """What is stored on the phone of `account`: documents by id, and its tasks beside them."""

    def __init__(self, account: Account) -> None:
        self.tasks = TaskDocuments(account.identifier, {})
        self._account = account
        self._documents: dict[str, Document] = {}
        self._waiting: dict[str, None] = {}  # ids of what the server does not have yet, in their order

    @property
    def documents(self) -> Iterable[Document]:
        """Return all that is no task."""
        return self._documents.values()

    @property
    def contacts(self) -> Sequence[Document]:
        return [each for each in self._documents.values() if is_contact(each)]

    @property
    def own_contact(self) -> Document:
        """Return the contact of the worker, as much as the phone knows of it."""
        return self._documents.get(self._account.contact) or {"_id": self._account.contact}

    @property
    def settings(self) -> Document:
        """Return the app settings that have arrived."""
        return as_object(as_object(self._documents.get("settings")).get("settings"))

    def contact(self, identifier: str) -> Document:
        """Return a person or a place. Raises `LookupError` where the phone has no such contact."""
        found = self._documents.get(identifier)
        if found is None or not is_contact(found):
            raise LookupError(f"the phone of {self._account.name} has no contact with the id {identifier}")
        return found

    def add(self, report: Document) -> None:
        """Store what was made here."""
        self._documents[report["_id"]] = report
        self.send_later(report)

    def send_later(self, document: Document) -> None:
        self._waiting[document["_id"]] = None

    def waiting(self) -> Sequence[Document]:
        """Return what the server does not have yet."""
        return [self._documents.get(each) or self.tasks.documents[each] for each in self._waiting]

    def sent(self, identifier: str, revision: str | None) -> None:
        """Note that the server has had a document; it took it where it gave it a revision."""
        self._waiting.pop(identifier)
        for kept in (self._documents, self.tasks.documents):
            if revision and identifier in kept:
                kept[identifier] = {**kept[identifier], "_rev": revision}

    def missing(self, there: Mapping[str, str]) -> Sequence[str]:
        """Return the ids of those that have another revision at the server, given by id."""
        known = {**self.tasks.documents, **self._documents}
        return [each for each, revision in there.items() if known.get(each, {}).get("_rev") != revision]

    def receive(self, documents: Iterable[Document]) -> None:
        """Store what came from the server."""
        for document in documents:
            kept = self.tasks.documents if document.get("type") == "task" else self._documents
            kept[document["_id"]] = document

    def drop_all_but(self, there: Mapping[str, str]) -> None:
        """Delete what the server does not have, or does not let the worker have, any more."""
        for gone in [each for each in self._documents if each not in there and each not in self._waiting]:
            del self._documents[gone]
