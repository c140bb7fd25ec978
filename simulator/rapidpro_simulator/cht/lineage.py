"""Documents with the people and places that they only name: filled in after reading, left out before writing.

CHT calls the first hydration and the second minification (cht-sentinel 10.2-10.4).
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from .javascript import is_truthy

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from .couch.store import Document, DocumentStore

CONTACT_TYPES = frozenset({"contact", "district_hospital", "health_center", "clinic", "person"})
REPORT = "data_record"
PATIENT_PATHS = (("fields", "patient_id"), ("fields", "patient_uuid"), ("patient_id",))
PLACE_PATHS = (("fields", "place_id"), ("place_id",))  # not `fields.place_uuid`: cht-sentinel 10.2
SUBJECTS = {"patient": PATIENT_PATHS, "place": PLACE_PATHS}
DEEPEST = 50
"""How many places may stand above each other before CHT takes the lineage for a circle."""


class LineageError(Exception):
    """A lineage that never ends."""


def is_contact(document: Document) -> bool:
    """Say whether `document` is a person or a place."""
    return document.get("type") in CONTACT_TYPES


def is_report(document: Document) -> bool:
    """Say whether `document` is a record of a form, and not a plain message."""
    return document.get("type") == REPORT and is_truthy(document.get("form"))


def subject_of(document: Document, subject: str) -> Any:
    """Return what the report says its `subject` ("patient" or "place") is, a shortcode or an id; None: nothing."""
    found = (_at(document, path) for path in SUBJECTS[subject])
    return next((value for value in found if is_truthy(value)), None)


class Lineage:
    """Fills in documents from `store`.

    A report gets its contact and its subject, a contact its parents, and all of them their primary contacts and linked
    documents. Whoever cannot be found stays the mere `{"_id": …}` that the document has.
    Every method raises `CouchClientError`.
    """

    def __init__(self, store: DocumentStore) -> None:
        self._store = store

    async def read(self, document_id: str) -> Document | None:
        """Return a document as sentinel reads a change: a plain message and what is no contact stay as they are.

        None where there is no such document (cht-sentinel 10.3).
        """
        document = await self._store.get(document_id)
        if document is None or not (is_report(document) or is_contact(document)):
            return document
        [hydrated] = await self._fill_in([document])
        return hydrated

    async def hydrate(self, documents: Iterable[Document]) -> list[Document]:
        """Return copies of `documents`, filled in as the api does it: plain messages as well."""
        return await self._fill_in([deepcopy(document) for document in documents])

    async def _fill_in(self, documents: list[Document]) -> list[Document]:
        reports = [each for each in documents if each.get("type") == REPORT]
        subjects = await self._find_subjects(reports)
        wanted = [each for each in documents if is_contact(each) or each.get("type") == REPORT]
        known = await self._fetch(wanted, set(subjects.values()))
        for each in wanted:
            _fill(each, known)
        for report in reports:
            _add_subjects(report, subjects, known)
        return documents

    async def _find_subjects(self, reports: Sequence[Document]) -> dict[Any, str]:
        """Return the id of each subject by what the reports call it: a shortcode first, else an id as it stands."""
        names = list(dict.fromkeys(name for each in reports for name in _subject_names(each)))
        if not names:
            return {}
        rows = await self._store.view(
            "medic-client/contacts_by_reference", keys=[["shortcode", name] for name in names]
        )
        ids: dict[Any, str] = {}
        for row in rows:
            ids.setdefault(row["key"][1], row["id"])
        return {name: ids.get(name, str(name)) for name in names}

    async def _fetch(self, documents: Sequence[Document], subjects: Collection[str]) -> dict[str, Document]:
        """Return by id all who are named by `documents`, by the subjects, or by those who are found."""
        known: dict[str, Document] = {}
        asked: set[str] = set()
        wanted = {*subjects, *(name for each in documents for name in _named(each, with_parents=True))}
        while missing := sorted(wanted - asked):
            asked.update(missing)
            found = [row["doc"] for row in await self._store.all_docs(missing) if row.get("doc")]
            known.update((each["_id"], each) for each in found)
            wanted = {name for each in found for name in _named(each, with_parents=each["_id"] in subjects)}
        return known


def minified(document: Document) -> Document:
    """Return a copy of `document` as CHT writes it: people and places by their ids only (cht-sentinel 10.4).

    Raises `LineageError` where places stand above each other without end.
    """
    copy = dict(document)
    for name in ("parent", "contact"):
        if isinstance(copy.get(name), dict) and copy[name].get("_id"):
            copy[name] = _chain(copy[name])
    if copy.get("type") == REPORT:
        for name in SUBJECTS:
            copy.pop(name, None)
    if isinstance(copy.get("linked_docs"), dict):
        copy["linked_docs"] = {tag: _id_of(linked) or linked for tag, linked in copy["linked_docs"].items()}
    return copy


def _at(document: Document, path: Sequence[str]) -> Any:
    value: Any = document
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _subject_names(report: Document) -> Iterator[str | int | float]:
    names = (subject_of(report, subject) for subject in SUBJECTS)
    return (name for name in names if isinstance(name, str | int | float))


def _id_of(value: Any) -> str | None:
    identifier = value.get("_id") if isinstance(value, dict) else value
    return identifier if isinstance(identifier, str) and identifier else None


def _ancestors(parent: Any) -> Iterator[str]:
    """Yield the ids of `parent` and those above it, as the chain in the document names them."""
    for _ in range(DEEPEST):
        if not isinstance(parent, dict) or not _id_of(parent):
            return
        yield parent["_id"]
        parent = parent.get("parent")


def _named(document: Document, *, with_parents: bool) -> Iterator[str]:
    """Yield the ids of those whom `document` names: its contact, linked documents, parents."""
    contact = document.get("contact")
    if document.get("type") == REPORT:
        yield from _ancestors(contact)
    elif identifier := _id_of(contact):
        yield identifier
    linked = document.get("linked_docs")
    yield from filter(None, map(_id_of, linked.values() if isinstance(linked, dict) else ()))
    if with_parents:
        yield from _ancestors(document.get("parent"))


def _fill(document: Document, known: dict[str, Document]) -> None:
    """Put those who are `known` into `document`, in place of their ids."""
    if document.get("type") != REPORT:
        _fill_contact(document, known)
    name = "contact" if document.get("type") == REPORT else "parent"
    if name in document:
        document[name] = _with_ancestors(document[name], known)


def _fill_contact(document: Document, known: dict[str, Document]) -> None:
    if (identifier := _id_of(document.get("contact"))) in known:
        document["contact"] = deepcopy(known[identifier])
    linked = document.get("linked_docs")
    if isinstance(linked, dict):
        document["linked_docs"] = {
            tag: deepcopy(known[identifier]) if (identifier := _id_of(value)) in known else value
            for tag, value in linked.items()
        }


def _with_ancestors(stub: Any, known: dict[str, Document]) -> Any:
    """Return the document that `stub` names, the places above it filled in as the chain of the stub has them."""
    identifier = _id_of(stub)
    if identifier is None or not isinstance(stub, dict):
        return stub
    found = deepcopy(known[identifier]) if identifier in known else dict(stub)
    _fill_contact(found, known)
    # The chain that stands in the document counts, whatever the parents say of themselves.
    if "parent" in stub:
        found["parent"] = _with_ancestors(stub["parent"], known)
    return found


def _add_subjects(report: Document, ids: dict[Any, str], known: dict[str, Document]) -> None:
    for subject in SUBJECTS:
        name = subject_of(report, subject)
        found = known.get(ids.get(name, "")) if isinstance(name, str | int | float) else None
        if found is not None:
            report[subject] = _with_ancestors(found, known)


def _chain(contact: Document) -> Document:
    chain: Document = {"_id": contact["_id"]}
    last, parent = chain, contact.get("parent")
    for _ in range(DEEPEST):
        if not isinstance(parent, dict) or not parent.get("_id"):
            return chain
        last["parent"] = {"_id": parent["_id"]}
        last, parent = last["parent"], parent.get("parent")
    raise LineageError(f"Could not minify {contact['_id']}, possible parent recursion.")
