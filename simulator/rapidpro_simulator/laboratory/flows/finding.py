"""What a finding is: of which kind, whether somebody has to do something about it, where, and in which languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rapidpro_simulator.pictures import svg
from rapidpro_simulator.testing.flow_coverage.parts import told
from rapidpro_simulator.world.plurals import listed

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.definition.flow import FlowDefinition

# By the words for it, whether somebody has to do something about it. What remains is for people to judge.
KINDS: Final = {
    "expression error": True,
    "run fails": True,
    "missing flow": True,
    "no longer supported": True,
    "missing translation": True,
    "unreachable node": True,
    "exit without input": True,
    "not walked to its end": True,
    "loop without a wait": True,
    "webhook without a failure path": True,
    "action does nothing": False,
    "missing from the export": False,
    "deprecated": False,
    "ends in silence": False,
    "more than one SMS": False,
    "wait without a timeout": False,
    "result never used": False,
}
LETTERS: Final = 50
SHORTEST_SPAN: Final = 2


@dataclass(frozen=True)
class Finding:
    """Something about a flow: its kind (of `KINDS`), where it is and what, and in which languages it was seen."""

    kind: str
    text: str
    languages: tuple[str, ...] = ()

    @property
    def is_problem(self) -> bool:
        """Whether somebody has to do something about it."""
        return KINDS[self.kind]

    def __str__(self) -> str:
        return f"{self.text}{' (' + ', '.join(self.languages) + ')' if self.languages else ''}"


def where(definition: FlowDefinition, number: int) -> str:
    """Return the words for the node of a number."""
    return f"node {number + 1}, {told(definition.to_json()['nodes'][number])}"


def numbered(numbers: list[int], what: str = "node") -> str:
    """Return nodes, or the like, by their numbers: `node 3`, `nodes 3 and 5`, `nodes 3, 5 to 8 and 11`."""
    spans: list[list[int]] = []
    for number in sorted(numbers):
        if spans and number == spans[-1][-1] + 1:
            spans[-1].append(number)
        else:
            spans.append([number])
    shown = listed([words for span in spans for words in _span(span)])
    return f"{what}{'s' if len(numbers) > 1 else ''} {shown}"


def _span(numbers: list[int]) -> list[str]:
    """Return numbers that follow each other in words: three or more are told by their ends."""
    shown = [str(number + 1) for number in numbers]
    return [f"{shown[0]} to {shown[-1]}"] if len(shown) > SHORTEST_SPAN else shown


def shortened(text: str) -> str:
    """Return a text in a line of a few words."""
    return svg.shortened(text, LETTERS)
