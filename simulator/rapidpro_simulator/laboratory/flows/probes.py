"""Inputs that two versions of a router treat otherwise: what a search for inputs of either would not come upon.

A search is content with one word of a list; where a word was added to it, that one has to be said.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import chain, islice, permutations
from typing import TYPE_CHECKING, Final

from rapidpro_simulator.rapidpro.flows.definition.routers import SwitchRouter
from rapidpro_simulator.rapidpro.flows.engine.engine import EngineError

from .choices import DEFAULT, Choice, FlowMap, by_uuid
from .inverses import candidates, first_passed
from .plan import TEXT, Move, Plan
from .solving import Question, Solved
from .sources import Sources, reads_input
from .walk import run_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rapidpro_simulator.rapidpro.model.flows import Flow

    from .inverses import Test
    from .walk import Walk
    from .walking import FlowWorld

MOST_OF_A_CASE: Final = 40  # texts that are tried
MOST_OF_A_CHANGE: Final = 3  # texts that lead from one category to another
MOST_TOGETHER: Final = 400  # texts that are made of two
MOST_WAYS: Final = 3  # to have something else than an answer be a text


@dataclass(frozen=True)
class Side:
    """One of two versions of a flow, and its world."""

    world: FlowWorld
    flow: Flow

    def walk(self, plan: Plan) -> Walk | None:
        """Return what comes of a plan, None where the flow cannot be started."""
        try:
            return self.world.walk(self.flow, plan)
        except EngineError:
            return None

    def maps(self) -> dict[str, FlowMap]:
        """Return all flows of the world by their UUIDs."""
        assets = self.world.assets(Plan())
        found = (assets.flow(each.uuid) for each in self.world.all_flows)
        return {each.uuid: FlowMap(each) for each in found if each is not None}


def probes(old: Side, new: Side, plans: Iterable[Plan]) -> Iterator[Plan]:
    """Yield plans that come to a router as `plans` do, and there say what the two versions of it treat otherwise."""
    ours, theirs = _Places(old), _Places(new)
    seen: set[tuple[str, str, str]] = set()
    for plan in plans:
        for one, other in zip(ours.passed(plan), theirs.passed(plan), strict=False):
            key = one.node, other.node, plan.language
            if key not in seen:
                seen.add(key)
                for text in islice(_told_apart(one, other), MOST_OF_A_CASE):
                    yield from (old.world.named(each) for each in islice(one.showing(text), MOST_WAYS))
                    yield from (new.world.named(each) for each in islice(other.showing(text), MOST_WAYS))


@dataclass(frozen=True)
class _Place:
    """A router that a walk has passed after some of its moves."""

    walk: Walk
    moved: int
    node: str
    question: Question
    sources: Sources

    @property
    def router(self) -> SwitchRouter:
        return self.question.router

    def category(self, tests: list[Test], text: str) -> str:
        """Return the name of the category that a text leads to."""
        number = first_passed(self.question.run.environment, tests, text)
        uuid = self.router.default_category_uuid if number is None else self.router.cases[number].category_uuid
        category = self.router.category(uuid) if uuid else None
        return category.name if category is not None else ""

    def showing(self, text: str) -> Iterator[Plan]:
        """Yield plans in which the router sees a text."""
        moves = self.walk.plan.moves
        if self.router.wait is not None and reads_input(self.router.operand):
            yield replace(self.walk.plan, moves=(*moves[: self.moved - 1], Move(TEXT, text)))
        else:
            yield from self.sources.changes(self.walk, self.moved, self.router.operand, text)


class _Places:
    def __init__(self, side: Side) -> None:
        self._side, self._maps = side, side.maps()
        nodes = [node for each in self._maps.values() for node in each.definition.nodes]
        self._sources = Sources(nodes, Solved(self._maps))

    def passed(self, plan: Plan) -> Iterator[_Place]:
        """Yield the routers that a plan passes, in order."""
        walk = self._side.walk(plan)
        for moved, branch in walk.branches if walk is not None else ():
            assert walk is not None
            place, run = by_uuid(self._maps, branch.node_uuid), run_at(walk, branch.node_uuid)
            if place is None or run is None:
                continue
            flow, number = place
            router = flow.definition.nodes[number].router
            if isinstance(router, SwitchRouter):
                question = Question(run, router, Choice(number, DEFAULT, None, frozenset(), None))
                yield _Place(walk, moved, branch.node_uuid, question, self._sources)


def _told_apart(one: _Place, other: _Place) -> Iterator[str]:
    """Yield texts that lead to one category here and to another there, a few of each.

    What two cases ask for in one text is said only where nothing else tells the two apart: their order is seen in it.
    """
    ours, theirs = one.question.tests(), other.question.tests()
    if [str(test) for test in ours] == [str(test) for test in theirs]:
        return
    environment = one.question.run.environment
    tried: dict[tuple[str, str], set[str]] = defaultdict(set)
    alone = [list(islice(candidates(environment, test), MOST_OF_A_CASE)) for test in (*ours, *theirs)]
    for texts in (chain(*alone), _together(alone)):
        for text in texts:
            change = one.category(ours, text), other.category(theirs, text)
            known = tried[change] if change[0] != change[1] else None
            if known is not None and len(known) < MOST_OF_A_CHANGE and text.casefold() not in known:
                known.add(text.casefold())
                yield text
        if tried:
            return


def _together(answers: list[list[str]]) -> Iterator[str]:
    """Yield the answers that two cases ask for in one text, neighbours first."""
    plain = list(dict.fromkeys(texts[0] for texts in answers if texts))
    near = sorted(permutations(range(len(plain)), 2), key=lambda pair: abs(pair[0] - pair[1]))
    yield from (f"{plain[one]} {plain[other]}" for one, other in near[:MOST_TOGETHER])
