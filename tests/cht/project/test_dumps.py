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


def test_only_a_line_feed_ends_a_line(tmp_path: Path) -> None:
    """What Unicode has as ends of lines may stand in a text of JSON as it is."""
    path = tmp_path / "dump.jsonl"
    documents = [{"_id": each, "text": "one\u2028two\u2029three\x85four"} for each in "ab"]
    path.write_text("\r\n".join(json.dumps(each, ensure_ascii=False) for each in documents), encoding="utf-8")

    assert read_dump(path) == documents


def test_a_cell_may_be_large(tmp_path: Path) -> None:
    """All messages of a document are one cell."""
    path = tmp_path / "dump.csv"
    path.write_text(f"_id,text\na,{'x' * 200_000}\n", encoding="utf-8")

    assert read_dump(path) == [{"_id": "a", "text": "x" * 200_000}]


@pytest.mark.parametrize("separator", [";", "\t"])
def test_cells_are_separated_by_commas(tmp_path: Path, separator: str) -> None:
    """What another separator makes one cell of a row is told."""
    path = tmp_path / "dump.csv"
    path.write_text(f"_id{separator}text\na{separator}b\n", encoding="utf-8")

    with pytest.raises(UsageError, match="line 1: cells are separated by commas, and here is only one"):
        read_dump(path)


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
