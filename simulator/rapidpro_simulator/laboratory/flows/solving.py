"""Routers solved: what they would have to see to make a choice, in the eyes of a run."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from rapidpro_simulator.rapidpro.flows.definition.limits import VOICE
from rapidpro_simulator.rapidpro.flows.definition.routers import SwitchRouter
from rapidpro_simulator.rapidpro.flows.definition.waits import MsgWait
from rapidpro_simulator.rapidpro.flows.engine.routing import arguments_of

from .choices import CASE, DEFAULT, Choice, FlowMap, by_uuid
from .inverses import INVERSES, NEVER, Test, blocked, first_passed, solve
from .operands import Operand
from .walk import run_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rapidpro_simulator.rapidpro.flows.definition.flow import Node
    from rapidpro_simulator.rapidpro.flows.excellent.values import Value
    from rapidpro_simulator.rapidpro.flows.runs.run import Run

    from .operands import Assignment
    from .walk import Walk

KEYS: Final = frozenset("0123456789*#")
NO_KEY: Final = "?"
MOST_ANSWERS: Final = 3
MOST_WANTED: Final = 8
# Their operands are no texts: whether they are satisfied a walk has to show.
UNTRIED: Final = frozenset({"has_category", "has_group", "has_intent", "has_top_intent", "has_error"})


@dataclass(frozen=True)
class Question:
    """A choice of a router, as a run sees it."""

    run: Run
    router: SwitchRouter
    choice: Choice

    def tests(self) -> list[Test]:
        """Return the tests of the router with their arguments, in the language of the contact."""
        run = self.run
        return [
            Test(case.type, tuple(run.evaluate_value(each) for each in arguments_of(run, case)))
            for case in self.router.cases
        ]

    def written_arguments(self) -> list[str]:
        """Return the arguments of its case as they are written."""
        assert self.choice.index is not None
        return arguments_of(self.run, self.router.cases[self.choice.index])

    def values(self) -> Iterator[str]:
        """Yield texts of the operand for which the choice is made."""
        tests, index, environment = self.tests(), self.choice.index, self.run.environment
        if index is not None and tests[index].name in UNTRIED:
            test = tests[index]
            yield from INVERSES[test.name](environment, test.words(environment))
        else:
            tests = [test for test in tests if test.name not in UNTRIED] if index is None else tests
            yield from filter(self.can_be_given, solve(environment, tests, index))

    def can_be_given(self, text: str) -> bool:
        """Say whether a contact can give this answer: in a call it is keys of a phone, as many as are waited for."""
        wait = self.router.wait
        hint = wait.hint if isinstance(wait, MsgWait) else None
        if self.run.flow.type != VOICE or hint is None or hint.type != "digits":
            return True
        return bool(text) and set(text) <= KEYS and (not hint.count or len(text) <= hint.count)

    def assignments(self) -> Iterator[Assignment]:
        """Yield what the variables of the operand may be, so that the choice is made."""
        tests, environment = self.tests(), self.run.environment

        def passes(value: Value) -> bool:
            return first_passed(environment, tests, value) == self.choice.index

        operand = Operand(self.run, self.router.operand)
        yield from operand.solutions(list(islice(self.values(), MOST_WANTED)), passes)

    def why_not(self) -> str:
        """Return why the choice is never made, empty where nothing says so."""
        operand, index = Operand(self.run, self.router.operand), self.choice.index
        tests, environment = self.tests(), self.run.environment
        if operand.is_constant and first_passed(environment, tests, operand.value()) != index:
            return f"it looks at “{self.router.operand}”, which is no variable and always the same"
        if not self.can_be_given(NO_KEY) and next(self.values(), None) is None:
            return "no keys that can be pressed are it"
        if index is not None and tests[index].name in UNTRIED - NEVER:
            return ""
        return blocked(environment, tests, index)


class Solved:
    """Answers for the categories of routers that have been passed (see `sources.Answers`)."""

    def __init__(self, maps: Mapping[str, FlowMap]) -> None:
        self._maps = maps

    def __call__(self, walk: Walk, node: Node, category: str) -> list[str]:
        """Return answers that lead from a node to its category of this name."""
        place, run = by_uuid(self._maps, node.uuid), run_at(walk, node.uuid)
        if place is None or run is None or not isinstance(node.router, SwitchRouter):
            return []
        flow, number = place
        texts: list[str] = []
        for choice in flow.choices[number]:
            if choice.kind in {CASE, DEFAULT} and _leads_to(node, choice, category):
                texts += islice(Question(run, node.router, choice).values(), MOST_ANSWERS)
        return texts


def _leads_to(node: Node, choice: Choice, category: str) -> bool:
    assert node.router is not None
    names = {f"category:{choice.node}.{index}": each.name for index, each in enumerate(node.router.categories)}
    return any(names.get(part) == category for part in choice.parts)
