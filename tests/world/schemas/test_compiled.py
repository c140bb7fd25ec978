"""What the compiled schemas call right is right; of all else `jsonschema` says what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.world.schemas import Schemas, bundled, checks
from rapidpro_simulator.world.schemas.compiled import compile_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

ODD: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    1,
    1.0,
    -1,
    2**70,
    "",
    " ",
    "\n",
    "a\n",
    "\x00",
    "é",
    [],
    [None],
    {},
    {"": 1},
)
BROADCAST = {"urns": ["tel:+254712345678"], "text": "Visit tomorrow"}


def instances(schema: Any) -> Iterator[Any]:
    """Yield odd values, and objects that have them under the names that a schema knows."""
    yield from ODD
    names = schema.get("properties") or {}
    for name in names:
        for value in ODD:
            yield {name: value}
            yield {**dict.fromkeys(names, "1"), name: value}


@pytest.mark.parametrize("name", sorted(bundled().documents))
def test_agrees(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that `jsonschema` refuses is called right by what was compiled of the same schema."""
    if name.endswith("definitions"):
        pytest.skip("parts of other schemas")
    exact, compiled = Schemas(), Schemas()
    tried = list(instances(exact.inlined(name)))
    monkeypatch.setattr(checks, "COMPILED_AFTER", len(tried))
    expected = [exact.check(name, instance) for instance in tried]
    monkeypatch.setattr(checks, "COMPILED_AFTER", 0)
    assert [compiled.check(name, instance) for instance in tried] == expected


def test_compiled_when_often_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """A schema is compiled once it has been used so often that this pays, and finds the same from then on."""
    compiled: list[Any] = []

    def compile_(schema: Any, read: Any) -> Any:
        compiled.append(schema["title"])
        return compile_schema(schema, read)

    monkeypatch.setattr(checks, "compile_schema", compile_)
    schemas = Schemas()
    for _ in range(checks.COMPILED_AFTER):
        schemas.check("rapidpro/broadcasts.request", BROADCAST)
    assert not compiled
    wrong = schemas.check("rapidpro/broadcasts.request", {**BROADCAST, "text": 1})
    assert compiled == [schemas.documents["rapidpro/broadcasts.request"]["title"]]
    assert schemas.check("rapidpro/broadcasts.request", BROADCAST) == []
    assert [violation.path for violation in wrong] == ["$.text"]
