"""The ways out of a node that somebody can bring about, and what lies behind each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rapidpro_simulator.rapidpro.flows.definition.routers import RandomRouter, SwitchRouter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rapidpro_simulator.rapidpro.flows.definition.flow import FlowDefinition, Node

CASE, DEFAULT, CHANCE, SILENCE, EXPIRY = "case", "default", "chance", "silence", "expiry"
FAR: Final = 10_000


@dataclass(frozen=True)
class Choice:
    """A way out of the node of a number: by its case or category `index`, by default, or by silence.

    `parts` are those of the flow that it walks (see `testing.flow_coverage.parts`), `behind` where it leads, None for
    the end of the run.
    """

    node: int
    kind: str
    index: int | None
    parts: frozenset[str]
    behind: int | None


class FlowMap:
    """A flow as places and ways: `choices` by node, what can be reached from a node, how far the end is."""

    def __init__(self, definition: FlowDefinition) -> None:
        self.definition = definition
        self.numbers = {node.uuid: number for number, node in enumerate(definition.nodes)}
        self.choices = [list(self._choices(number, node)) for number, node in enumerate(definition.nodes)]
        self._next = [{self.numbers.get(each.destination_uuid) for each in node.exits} for node in definition.nodes]
        self.reachable = self._behind(0) | {0} if definition.nodes else frozenset()
        self._parts: dict[int, frozenset[str]] = {}
        self.distances = self._distances()

    def parts_behind(self, number: int | None) -> frozenset[str]:
        """Return all parts that may be walked from a node on."""
        if number is None:
            return frozenset()
        if number not in self._parts:
            found: set[str] = set()
            for each in self._behind(number) | {number}:
                found.add(f"node:{each}")
                found.update(f"exit:{each}.{index}" for index in range(len(self.definition.nodes[each].exits)))
                for choice in self.choices[each]:
                    found |= choice.parts
            self._parts[number] = frozenset(found)
        return self._parts[number]

    def _behind(self, number: int) -> frozenset[int]:
        found: set[int] = set()
        waiting = [number]
        while waiting:
            for each in self._next[waiting.pop()]:
                if each is not None and each not in found:
                    found.add(each)
                    waiting.append(each)
        return frozenset(found)

    def _distances(self) -> list[int]:
        """Return how many nodes there are from each to the end of the run."""
        distances = [0 if None in ways or not ways else FAR for ways in self._next]
        for _ in distances:
            for number, ways in enumerate(self._next):
                known = [distances[each] + 1 for each in ways if each is not None]
                distances[number] = min([distances[number], *known])
        return distances

    def _choices(self, number: int, node: Node) -> Iterator[Choice]:
        router = node.router
        if isinstance(router, RandomRouter):
            for index, category in enumerate(router.categories):
                yield self._choice(number, node, CHANCE, index, category.uuid)
        if isinstance(router, SwitchRouter):
            for index, case in enumerate(router.cases):
                yield self._choice(number, node, CASE, index, case.category_uuid)
            if router.default_category_uuid:
                yield self._choice(number, node, DEFAULT, None, router.default_category_uuid)
        wait = router.wait if router is not None else None
        if wait is not None and wait.type == "msg":
            expiry = self.definition.expiry_minutes * 60
            if wait.timeout is not None and (not expiry or wait.timeout.seconds <= expiry):
                yield self._choice(number, node, SILENCE, None, wait.timeout.category_uuid)
            elif expiry:  # what comes first ends the wait
                yield Choice(number, EXPIRY, None, frozenset({f"expiration:{number}"}), None)

    def _choice(self, number: int, node: Node, kind: str, index: int | None, category_uuid: str) -> Choice:
        assert node.router is not None
        categories = [category.uuid for category in node.router.categories]
        category = node.router.category(category_uuid)
        assert category is not None
        exits = [each.uuid for each in node.exits]
        place = exits.index(category.exit_uuid)
        parts = {f"category:{number}.{categories.index(category_uuid)}", f"exit:{number}.{place}"}
        if kind == CASE:
            parts.add(f"case:{number}.{index}")
        if kind == SILENCE:
            parts.add(f"timeout:{number}")
        behind = self.numbers.get(node.exits[place].destination_uuid)
        return Choice(number, kind, index, frozenset(parts), behind)


def by_uuid(maps: Mapping[str, FlowMap], node_uuid: str) -> tuple[FlowMap, int] | None:
    """Return the map that has a node, and the node's number there."""
    for each in maps.values():
        if node_uuid in each.numbers:
            return each, each.numbers[node_uuid]
    return None
