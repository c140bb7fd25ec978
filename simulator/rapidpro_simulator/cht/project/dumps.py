"""Documents that somebody took out of a CHT: what `_all_docs` or `_find` answer, JSON lines, or CSV."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.world.errors import UsageError

from .columns import put, read_column

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Document = dict[str, Any]
LEFT_OUT = ("_rev", "_revisions", "_conflicts", "_local_seq")
"""What belongs to the database that the documents come from."""
DEFAULT_TYPES = {"reported_date": "reported_date:timestamp"}


def read_dump(path: Path) -> list[Document]:
    """Return the documents in a file, without revisions; design documents, and rows without one, are left out.

    JSON: `{"rows": [{"doc": …}]}`, `{"docs": […]}`, or an array of documents. JSON lines: a document, or a row
    with one, in each line. CSV: a document in each row, its properties by the header as cht-conf reads it,
    `fields.weeks:int`; cells that begin with a brace or a bracket are JSON.

    Raises `UsageError` with the line for what cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} cannot be read, as it is no UTF-8: {error.reason} at byte {error.start}") from None
    try:
        found = list(_csv(path, text)) if path.suffix.lower() == ".csv" else list(_json(path, text))
    except RecursionError:
        raise UsageError(f"{path} cannot be read: it is nested too deep") from None
    kept = [_clean(path, number, document) for number, document in enumerate(found, 1)]
    documents = [document for document in kept if not str(document["_id"]).startswith("_design/")]
    if not documents:
        raise UsageError(f"{path} has no documents; ask CouchDB for `_all_docs?include_docs=true`")
    return documents


def _json(path: Path, text: str) -> Iterator[Any]:
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        yield from _lines(path, text)
        return
    rows = value.get("rows", value.get("docs", [value])) if isinstance(value, dict) else value
    for row in rows if isinstance(rows, list) else [rows]:
        if (document := _of_row(row)) is not None:
            yield document


def _lines(path: Path, text: str) -> Iterator[Any]:
    # A text may hold U+2028 and the like as they are, which end no line of JSON.
    for number, line in enumerate(text.split("\n"), 1):
        line = line.strip().removesuffix(",")  # what curl writes of `_all_docs` has a row in each line
        if not line or (number == 1 and line.endswith("[")) or line in {"]}", "]"}:
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise UsageError(f"{path} is no JSON, nor has it JSON in line {number}: {error.msg}") from None
        if (document := _of_row(row)) is not None:
            yield document


def _of_row(row: Any) -> Any:
    return row["doc"] if isinstance(row, dict) and "doc" in row and "id" in row else row


def _csv(path: Path, text: str) -> Iterator[Document]:
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))  # a cell may hold all tasks of a document
    reader = csv.reader(io.StringIO(text))
    try:
        headers = next(reader, [])
        if len(headers) == 1 and any(separator in headers[0] for separator in ";\t"):
            raise ValueError(f"cells are separated by commas, and here is only one: {headers[0]!r}")
        columns = [read_column(DEFAULT_TYPES.get(header, header)) for header in headers]
        for cells in reader:
            document: Document = {}
            for column, cell in zip(columns, cells, strict=False):
                if cell and column.is_stored:
                    put(document, column.path, json.loads(cell) if cell[0] in "{[" else column.convert(cell))
            yield document
    except (ValueError, csv.Error) as error:
        raise UsageError(f"{path}, line {reader.line_num}: {error}") from None


def _clean(path: Path, number: int, document: Any) -> Document:
    if not isinstance(document, dict) or not isinstance(document.get("_id"), str):
        is_row = isinstance(document, dict) and {"id", "value"} <= document.keys()
        hint = "; these are rows without documents: ask CouchDB for `_all_docs?include_docs=true`" if is_row else ""
        raise UsageError(f"document {number} of {path} has no _id: {json.dumps(document)[:80]}{hint}")
    return {name: value for name, value in document.items() if name not in LEFT_OUT}
