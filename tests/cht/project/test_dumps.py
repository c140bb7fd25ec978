"""Documents of another CHT, in the shapes in which people have them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.cht.project import read_dump
from rapidpro_simulator.world.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

A, B = {"_id": "a", "_rev": "3-x", "n": 1}, {"_id": "b", "type": "person"}
ROWS = [{"id": each["_id"], "key": each["_id"], "value": {}, "doc": each} for each in (A, B)]
VIEWS = {"id": "_design/medic", "doc": {"_id": "_design/medic", "views": {}}}
CLEAN = [{"_id": "a", "n": 1}, B]


def lines(values: object) -> str:
    return "\n".join(json.dumps(value) for value in values)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("all-docs.json", json.dumps({"total_rows": 2, "rows": [*ROWS, VIEWS]})),
        ("as-curl-writes.json", '{"total_rows":2,"rows":[\n' + ",\n".join(map(json.dumps, ROWS)) + "\n]}\n"),
        ("cut.json", '{"total_rows":2,"offset":0,"rows":[\n' + ",\n".join(map(json.dumps, ROWS)) + ",\n"),
        ("find.json", json.dumps({"docs": [A, B]})),
        ("array.json", json.dumps([A, B])),
        ("lines.jsonl", lines([A, B])),
        ("rows.jsonl", lines(ROWS)),
        ("table.csv", "_id,_rev,n:int,type\na,3-x,1,\nb,,,person\n"),
    ],
)
def test_shapes(tmp_path: Path, name: str, text: str) -> None:
    """Each has the same documents, without revisions and without design documents."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")

    assert read_dump(path) == CLEAN


def test_table(tmp_path: Path) -> None:
    """Cells of a table are texts, phone numbers too; paths, types and JSON are what they say."""
    path = tmp_path / "reports.csv"
    path.write_text('_id,phone,reported_date,fields.weeks:int,parent\nr1,0712,1772442000000,9,"{""_id"": ""c1""}"\n')

    (document,) = read_dump(path)

    assert document == {
        "_id": "r1",
        "phone": "0712",
        "reported_date": 1772442000000,
        "fields": {"weeks": 9},
        "parent": {"_id": "c1"},
    }


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('{"_id": "a"}\n{"_id": ', "nor has it JSON in line 2"),
        ('{"rows": []}', "has no documents"),
        ('[{"name": "a"}]', "document 1 of .* has no _id"),
    ],
)
def test_unreadable(tmp_path: Path, text: str, complaint: str) -> None:
    """What cannot be read is told, with its line."""
    path = tmp_path / "dump.json"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(UsageError, match=complaint):
        read_dump(path)
