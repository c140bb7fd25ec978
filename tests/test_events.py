"""The table of the journal's events is complete: whatever is recorded has its words there, and nothing else has."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.events import EVENT_KINDS
from rapidpro_simulator.rapidpro.mailroom.flows.sprint_events import HANDLERS, _problem
from rapidpro_simulator.world.events import EventKind, index

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
SOURCES = [*(ROOT / "simulator").rglob("*.py"), *(ROOT / "steps").rglob("*.py")]
RECORDERS = {"event", "record", "_record", "_tell", "_sent_elsewhere", "crash", "stop_gateway", "stop_sentinel"}
KIND = re.compile(r"[a-z_]+\.[a-z_]+")
EVERYWHERE = {"host", "workspace", "contact", "flow"}  # what the recorders of RapidPro add
PROBLEMS = {
    f"flow.{name}" for name, handler in HANDLERS.items() if handler is _problem
}  # one name is made of the other


def constants(tree: ast.AST) -> dict[str, str]:
    """Return the texts that a module gives a name to."""
    return {
        target.id: node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def recorded() -> Iterator[tuple[str, set[str]]]:
    """Yield the kinds that the source records, each with the data that it gives by name."""
    for path in SOURCES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named = constants(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.arguments):  # `event: str = "gateway.stopped"`
                given = zip(node.args[::-1], node.defaults[::-1], strict=False)
                yield from ((text_of(value), set()) for name, value in given if name.arg == "event" and text_of(value))
            if isinstance(node, ast.Call) and name_of(node.func) in RECORDERS:
                data = {keyword.arg for keyword in node.keywords if keyword.arg}
                texts = [named.get(each.id, "") if isinstance(each, ast.Name) else text_of(each) for each in node.args]
                yield from ((kind, data) for kind in texts if KIND.fullmatch(kind))


def name_of(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def text_of(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


RECORDED = list(recorded())


@pytest.mark.parametrize(("kind", "data"), RECORDED)
def test_recorded_events_are_in_the_table(kind: str, data: set[str]) -> None:
    """An event that the source records is in the table, with its data."""
    assert kind in EVENT_KINDS
    assert data - EVERYWHERE <= set(EVENT_KINDS[kind].data)


def test_the_table_has_nothing_else() -> None:
    """What is in the table is recorded somewhere."""
    assert {kind for kind, _ in RECORDED} | PROBLEMS == set(EVENT_KINDS)


@pytest.mark.parametrize("kind", EVENT_KINDS.values(), ids=EVENT_KINDS)
def test_words(kind: EventKind) -> None:
    """Every kind has words for its data, and needs no others."""
    data: dict[str, Any] = {name: [] if name in {"flows", "to"} else name for name in kind.data}
    if kind.name in {"broadcast.status", "message.status", "ticket.assigned"}:
        data["to"] = "sent"
    assert kind.tell(data)
    assert kind.tell_beside(data)


def test_two_of_one_name() -> None:
    """Two tables cannot both have a kind."""
    kind = EventKind("tick", (), "tick")
    with pytest.raises(ValueError, match="two kinds of events are called 'tick'"):
        index([kind], [kind])
