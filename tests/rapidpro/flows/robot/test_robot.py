"""A seeded contact walks every flow of the real exports and of our own, and nothing goes beyond its limits."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.rapidpro.model.flows import UNFINISHED

from .robot import World

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.model.flows import Flow, Session

ROOT = Path(__file__).parents[4]
SHARED = Path(os.environ.get("FLOWS_DATA") or ROOT.parent / "shared" / "flows")
OURS = sorted((ROOT / "fixtures" / "flows").glob("*.json"))
REAL = sorted(SHARED.glob("*/*.json"))
WORLDS = ((1, "community"), (2, "textit-2026"), (3, "community"), (4, "textit-2026"))
WALKS = 3  # through each flow
NOTHING = {"version": "13", "flows": []}

Place = tuple[str, int]

NO_DATA = pytest.mark.skip(reason=f"the real exports are not here: {SHARED}")
FILES = [pytest.param(path, id=path.stem) for path in [*OURS, *REAL]]
if not REAL:
    FILES.append(pytest.param(SHARED, id="real exports", marks=NO_DATA))


def read(path: Path) -> Any:
    """Return the export or the definition in a file; an empty export where it is neither: `test_real_exports`' part."""
    document = json.loads(path.read_text(encoding="utf-8"))
    return document if {"version", "nodes"} & document.keys() and "action_sets" not in document else NOTHING


@cache
def nodes_of(flow: Flow) -> set[str]:
    return {node["uuid"] for node in flow.definition["nodes"]}


class Inspector:
    """Looks at a world after every turn: nothing in it may be more than the generation allows."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._steps: dict[str, tuple[int, int]] = {}  # steps and sprints of each session so far
        self.visited: set[str] = set()

    @property
    def places(self) -> dict[Place, str]:
        """The nodes by their flow's name and their number: their UUIDs are new in each world."""
        nodes = ((flow.name, enumerate(flow.definition["nodes"])) for flow in self._world.flows)
        return {(name, number): node["uuid"] for name, each in nodes for number, node in each}

    def look(self) -> None:
        world, limits = self._world, self._world.limits
        for session in {run.session.uuid: run.session for run in world.workspace.flows.runs}.values():
            self._look_at(session)
        waiting = [run.session for run in world.workspace.flows.runs if run.status in UNFINISHED]
        assert {session.uuid for session in waiting} <= {world.contact.session and world.contact.session.uuid}
        assert all(len(message.text) <= limits.template for message in world.contact.messages)
        assert all(len(value) <= limits.field_text for value in world.contact.fields.values())
        assert len(world.contact.name or "") <= limits.contact_name

    def _look_at(self, session: Session) -> None:
        limits, runs = self._world.limits, session.runs.values()
        assert len(runs) <= limits.runs_per_session
        assert session.sprint <= limits.sprints_per_session
        steps = sum(len(run.path) for run in runs)
        steps_before, sprints_before = self._steps.get(session.uuid, (0, 0))
        assert steps - steps_before <= (session.sprint - sprints_before) * limits.steps_per_sprint
        self._steps[session.uuid] = steps, session.sprint
        for run in runs:
            visited = {step["node_uuid"] for step in run.path}
            assert visited <= nodes_of(run.flow)
            assert all(len(result["value"]) <= limits.result_value for result in run.results.values())
            self.visited |= visited


def walked(document: Any, seed: int, generation: str) -> tuple[World, Inspector]:
    world = World(document, seed, generation)
    inspector = Inspector(world)
    for flow in world.flows:
        for _ in range(WALKS):
            for _ in world.walk(flow):
                inspector.look()
    world.rest()
    inspector.look()
    assert world.contact.session is None
    return world, inspector


@cache
def places_seen(path: Path) -> dict[Place, bool]:
    """Walk the flows of a file in several worlds; return their nodes, and whether the robot came there."""
    document, seen = read(path), dict[Place, bool]()
    for seed, generation in WORLDS:
        _, inspector = walked(document, seed, generation)
        for place, node in inspector.places.items():
            seen[place] = seen.get(place, False) or node in inspector.visited
    return seen


@pytest.mark.parametrize("path", FILES)
def test_walk(path: Path) -> None:
    """Whatever a contact answers, however webhooks fail and time passes, every flow ends, and within its limits."""
    seen = places_seen(path)
    assert any(seen.values()) or not seen


@pytest.mark.parametrize("path", FILES)
def test_same_walk(path: Path) -> None:
    """Equal seeds make equal walks, to the last entry of the journal."""
    document = read(path)
    (first, _), (second, _) = (walked(document, 7, "textit-2026") for _ in range(2))
    assert first.transcript() == second.transcript()
    assert list(map(first.journal.line, first.journal)) == list(map(second.journal.line, second.journal))


@pytest.mark.parametrize(
    "files", [pytest.param(OURS, id="ours"), pytest.param(REAL, id="real", marks=[] if REAL else NO_DATA)]
)
def test_gets_around(files: list[Path]) -> None:
    """The robot sees most of what there is: it does not get stuck at the first question."""
    seen = [was_there for path in files for was_there in places_seen(path).values()]
    assert sum(seen) > len(seen) * 2 / 3
