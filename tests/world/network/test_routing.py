"""The table of routes: literal segments, placeholders, and what takes which method."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from rapidpro_simulator.world.network.routing import ANY, RouteTable, route_for


class Row(NamedTuple):
    method: str
    path: str


ROWS = [
    Row("GET", "/{db}"),
    Row("GET", "/_up"),
    Row("GET", "/{db}/{doc}"),
    Row("PUT", "/{db}/{doc}"),
    Row("GET", "/{db}/_all_docs"),
    Row("GET", "/settings/parts/{rest*}"),
    Row(ANY, "/any"),
]
TABLE = RouteTable(ROWS, lambda path: tuple(path.split("/")[1:]))


@pytest.mark.parametrize(
    ("path", "expected", "arguments"),
    [
        ("/_up", "/_up", {}),
        ("/medic", "/{db}", {"db": "medic"}),
        ("/medic/_all_docs", "/{db}/_all_docs", {"db": "medic"}),
        ("/medic/a%2Fb", "/{db}/{doc}", {"db": "medic", "doc": "a%2Fb"}),
        ("/settings/parts", "/settings/parts/{rest*}", {"rest": ""}),
        ("/settings/parts/a/b", "/settings/parts/{rest*}", {"rest": "a/b"}),
    ],
)
def test_found(path: str, expected: str, arguments: dict[str, str]) -> None:
    """A literal segment comes before a placeholder, and what a placeholder stands for is handed on."""
    methods, found = TABLE.find(path)
    assert methods["GET"].path == expected
    assert found == arguments


@pytest.mark.parametrize("path", ["/medic/", "/medic/a/b", "/"])
def test_nowhere(path: str) -> None:
    """A path without a route has no methods: a placeholder stands for one segment, which is not empty."""
    assert TABLE.find(path) == ({}, {})


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("PUT", "/medic/a", "PUT"),
        ("HEAD", "/medic/a", "GET"),
        ("DELETE", "/medic/a", None),
        ("DELETE", "/any", ANY),
        ("HEAD", "/any", ANY),
    ],
)
def test_method(method: str, path: str, expected: str | None) -> None:
    """HEAD is answered like GET; a route may take every method."""
    route = route_for(method, TABLE.find(path)[0])
    assert (route and route.method) == expected
