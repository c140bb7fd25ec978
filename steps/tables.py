"""Tables of sentences: read by their header, so that the order of the columns never matters."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from .words import UnknownWordError, UnreadableError, hint, near

if TYPE_CHECKING:
    from collections.abc import Iterable

Table = list[list[str]]
Row = dict[str, str]

FIELD = "fields."


def rows_of(table: Table, columns: Iterable[str], *, needed: Iterable[str] = ()) -> list[Row]:
    """Return the rows of a table, each by the names of its columns.

    Raises `UnknownWordError` for a column that is not among `columns`, and `UnreadableError` for a column that is
    missing or there twice, and for a table without rows.
    """
    known = list(columns)
    header = _header(table, needed)
    for name in header:
        if name not in known:
            raise UnknownWordError(f"the table has a column {name!r}; {hint(name, known)}")
    return _rows(header, table)


def rows_with_fields(
    table: Table, columns: Iterable[str], fields: Iterable[str], *, needed: Iterable[str]
) -> list[Row]:
    """Return the rows of a table that may also have columns for `fields` that there are, and for new ones.

    A new field whose name is close to one of `columns` or `fields` is taken for a misspelling, unless it is written
    `fields.NAME`, which is always a field. Raises what `rows_of` raises.
    """
    known = [*columns, *fields]
    header = _header(table, needed)
    for name in header:
        if name not in known and not name.startswith(FIELD) and near(name, known):
            raise UnknownWordError(
                f"the table has a column {name!r}; {hint(name, known)}; a new field of this name is {FIELD + name!r}"
            )
    return _rows(header, table)


def rows_of_documents(table: Table) -> list[Row]:
    """Return the rows of a table whose columns are paths of properties. Raises `UnreadableError` as `rows_of` does."""
    return _rows(_header(table, ()), table)


def lines_of(table: Table) -> list[str]:
    """Return the cells of a table of one column without a header. Raises `UnreadableError` for any other table."""
    if not table or any(len(row) != 1 for row in table):
        raise UnreadableError("the table has one column and no header: each line is a text")
    return [line for (line,) in table]


def _header(table: Table, needed: Iterable[str]) -> list[str]:
    header = table[0] if table else []
    missing = [name for name in needed if name not in header]
    if missing:
        raise UnreadableError(f"the table lacks the column {missing[0]!r}; it has: {', '.join(header)}")
    twice = [name for name, count in Counter(header).items() if count > 1]
    if twice:
        raise UnreadableError(f"the table has the column {twice[0]!r} more than once")
    if len(table) < 2:
        raise UnreadableError("the table is empty: below its header it needs a row at least")
    return header


def _rows(header: list[str], table: Table) -> list[Row]:
    return [dict(zip(header, row, strict=True)) for row in table[1:]]
