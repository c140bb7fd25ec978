"""Contacts and users of a project: `csv/*.csv` as `csv-to-docs` reads them, and documents in `json_docs/`."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from .columns import Column, put, read_column

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .complaints import Complaints
    from .files import Files

Document = dict[str, Any]
USERS = "csv/users.csv"
ROLE_SEPARATOR = ":"


@dataclass
class Row:
    """A line of a CSV file: its cells by column, and the document that they become."""

    file: str
    line: int
    cells: dict[Column, str]
    document: Document
    columns: dict[str, str] = field(default_factory=dict)  # all, the excluded too, for look-ups


class Contacts:
    """Reads the contacts of a project; `documents` and `users` are what came of it."""

    def __init__(self, files: Files, complaints: Complaints) -> None:
        self._files = files
        self._complaints = complaints
        self._rows = [row for name in files.names("csv/*.csv") for row in self._read(name)]
        for row in self._rows:
            self._fill(row)
        self.users = [_user(row.document) for row in self._rows if row.file == USERS]
        made = [row.document for row in self._rows if row.file != USERS]
        self.documents = [*made, *self._json_documents()]

    def _json_documents(self) -> Iterator[Document]:
        for name in self._files.names("json_docs/*.json"):
            document = self._files.object(name)
            if document is not None:
                yield {"_id": PurePosixPath(name).name.removesuffix(".json").removesuffix(".doc"), **document}

    def _read(self, name: str) -> Iterator[Row]:
        kind = _kind(name)
        if kind is None:
            self._complaints.error(name, "", "is no file of contacts: name it place.TYPE.csv, person.csv or users.csv")
            return
        reader = csv.reader(io.StringIO(self._files.text(name) or ""))
        columns = [self._column(name, header) for header in next(reader, [])]
        for number, cells in enumerate(reader, 1):
            pairs = {column: cell.strip() for column, cell in zip(columns, cells, strict=False) if column is not None}
            identifier = str(uuid5(NAMESPACE_URL, f"{name}:{number}:{','.join(cells)}"))
            document = {} if name == USERS else {"_id": identifier, **kind}
            by_name = {column.path: cell for column, cell in pairs.items()}
            yield Row(name, reader.line_num, pairs, document, by_name)

    def _column(self, name: str, header: str) -> Column | None:
        try:
            return read_column(header)
        except ValueError as error:
            self._complaints.error(name, header, str(error))
            return None

    def _fill(self, row: Row) -> None:
        for column, cell in row.cells.items():
            if not cell or not column.is_stored:
                continue
            try:
                put(row.document, column.path, self._look_up(column, cell) if column.look_up else column.convert(cell))
            except ValueError as error:
                self._complaints.error(row.file, f"line {row.line}, {column.path}", str(error))

    def _look_up(self, column: Column, cell: str) -> Any:
        wanted = column.look_up
        assert wanted is not None
        for row in self._rows:
            if row.columns.get(wanted.column) == cell and wanted.kind in _kinds(row.document):
                return row.document.get(wanted.part) if wanted.part else row.document
        raise ValueError(f"no {wanted.kind} has the {wanted.column} {cell!r}")


def with_id_chains(documents: list[Document]) -> list[Document]:
    """Return documents whose parents and primary contacts are chains of ids, as CHT stores them (cht-sentinel 10.4)."""
    return [
        {**document, **{key: _chain(document[key]) for key in ("parent", "contact") if key in document}}
        for document in documents
    ]


def _chain(place: Any) -> Any:
    if isinstance(place, str):
        return {"_id": place}
    if not isinstance(place, dict):
        return place
    kept = {"_id": place["_id"]} if "_id" in place else {}
    return {**kept, "parent": _chain(place["parent"])} if place.get("parent") else kept


def _kind(name: str) -> Document | None:
    """Return the properties that the name of a file gives its documents: their type."""
    what, _, kind = PurePosixPath(name).name.removesuffix(".csv").partition(".")
    if what == "contact" and kind:
        return {"type": "contact", "contact_type": kind}
    if what == "place" and kind:
        return {"type": kind}
    return {"type": "person"} if what == "person" else {} if name == USERS else None


def _kinds(document: Document) -> set[Any]:
    kind = document.get("contact_type") or document.get("type")
    return {kind, "person" if kind == "person" else "place"} if kind else set()


def _user(row: Document) -> Document:
    roles = row.get("roles")
    return {**row, "roles": roles.split(ROLE_SEPARATOR)} if isinstance(roles, str) else row
