"""Values as Gherkin has them: cells of tables, and texts below sentences."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

QUOTES = '"""'


def cell(text: str) -> str:
    """Return a text as a cell of a table."""
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", "\\n")


def rows(table: Iterable[Iterable[str]]) -> list[str]:
    """Return the lines of a table, its columns below each other."""
    cells = [[cell(text) for text in row] for row in table]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [f"| {' | '.join(text.ljust(width) for text, width in zip(row, widths, strict=True))} |" for row in cells]


def table(values: Iterable[Mapping[str, str]]) -> list[str]:
    """Return the lines of a table whose columns are the names of the members, in the order in which they come."""
    values = list(values)
    columns = list(dict.fromkeys(name for each in values for name in each))
    return rows([columns, *([each.get(name, "") for name in columns] for each in values)])


def block(text: str) -> list[str]:
    """Return the lines of a text below a sentence."""
    return [QUOTES, *text.replace(QUOTES, '\\"\\"\\"').splitlines(), QUOTES]


def json_block(value: Any) -> list[str]:
    """Return the lines of a JSON text below a sentence."""
    return block(json.dumps(value, ensure_ascii=False, indent=2))
