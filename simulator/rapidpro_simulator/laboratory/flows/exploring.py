"""The search for inputs: walks that lead out of every exit of a flow, in one language."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.flows.definition.routers import SwitchRouter
from rapidpro_simulator.rapidpro.flows.engine.engine import EngineError
from rapidpro_simulator.testing.flow_coverage.parts import kind_of, parts_of

from .choices import CASE, CHANCE, DEFAULT, EXPIRY, FAR, SILENCE, Choice, FlowMap, by_uuid
from .inverses import INVERSES, UNEXPECTED, Test, solve
from .plan import EXPIRATION, TEXT, TIMEOUT, Move, Plan
from .sources import Answers, Sources, reads_input, variants
from .walking import FlowWorld, Walk, hits_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rapidpro_simulator.rapidpro.flows.core.sprint import Branch
    from rapidpro_simulator.rapidpro.flows.definition.flow import Node
    from rapidpro_simulator.rapidpro.flows.runs.run import Run
    from rapidpro_simulator.rapidpro.model.flows import Flow

MOST_WALKS = 600
MOST_MOVES = 30
MOST_FURTHER = 10  # moves, from what is of interest to the end
MOST_ATTEMPTS = 6  # of one choice: from where one comes may matter
PLAIN = "7"  # a word and a number
MOST_CHANGES = 24  # of one attempt, where something else is looked at than the last answer
MOST_TEXTS = 3  # of one attempt
# Their operands are no texts: whether they are satisfied a walk has to show.
UNTRIED = frozenset({"has_category", "has_group", "has_intent", "has_top_intent", "has_error"})


@dataclass
class Exploration:
    """What was found of a flow in a language: `walks`, of which each reaches what no other does.

    `unreached` are the parts that no walk reaches, with why; `tried` is how many walks were made.
    """

    flow: Flow
    language: str
    walks: list[Walk] = field(default_factory=list)
    reached: set[str] = field(default_factory=set)
    unreached: dict[str, str] = field(default_factory=dict)
    tried: int = 0


def explore(world: FlowWorld, flow: Flow, language: str, most_walks: int = MOST_WALKS) -> Exploration:
    """Return walks through a flow that reach all of its parts that can be reached, as far as that was found out."""
    return _Explorer(world, flow, language, most_walks).explore()


class _Explorer:
    def __init__(self, world: FlowWorld, flow: Flow, language: str, most_walks: int) -> None:
        self._world, self._flow, self._most = world, flow, most_walks
        self._document = world.definition(flow)
        assets = world.assets(Plan())
        definitions = {each.uuid: assets.flow(each.uuid) for each in world.workspace.flows}
        self._maps = {uuid: FlowMap(found) for uuid, found in definitions.items() if found is not None}
        self._own = self._maps.get(flow.uuid)
        nodes = [node for each in self._maps.values() for node in each.definition.nodes]
        self._sources = Sources(nodes, _Solved(self))
        self._found = Exploration(flow, language)
        self._wanted = {part for part in parts_of(self._document) if kind_of(part) != "languages"}
        self._queue: deque[Plan] = deque([world.plan(flow, language)])
        self._seen: set[Plan] = set(self._queue)
        self._attempts: Counter[tuple[str, Choice]] = Counter()
        self._impossible: dict[tuple[str, Choice], str] = {}

    def explore(self) -> Exploration:
        found = self._found
        while self._queue and found.tried < self._most and self._wanted - found.reached:
            walk = self._walk(self._queue.popleft())
            if walk is not None:
                self._propose(walk)
        found.walks = self._few([self._completed(walk) for walk in found.walks])
        found.unreached = dict(self._reasons())
        return found

    def _walk(self, plan: Plan) -> Walk | None:
        try:
            walk = self._world.walk(self._flow, plan)
        except EngineError as error:
            self._found.unreached["node:0"] = str(error)
            return None
        self._found.tried += 1
        hits = hits_of(walk, self._document)
        if hits - self._found.reached:
            self._found.reached |= hits
            self._found.walks.append(walk)
        return walk

    # What to try next

    def _propose(self, walk: Walk) -> None:
        if walk.waits and walk.moved == len(walk.plan.moves) < MOST_MOVES:
            run = walk.session.waiting_run
            assert run is not None
            place = by_uuid(self._maps, run.step.node_uuid)
            if place is not None:
                for choice in self._promising(*place):
                    self._add(islice(self._answering(walk, run, place[0], choice), MOST_TEXTS), place[0], choice)
        chances = 0
        for moved, branch in walk.branches:
            place = by_uuid(self._maps, branch.node_uuid)
            if place is None or branch.reason == "no answer in time":
                continue
            by_chance = branch.reason == "by chance"
            for choice in self._promising(*place):
                plans = (
                    self._drawing(walk, chances, place, choice)
                    if by_chance
                    else self._turning(walk, moved, branch, place, choice)
                )
                self._add(islice(plans, MOST_CHANGES), place[0], choice)
            chances += by_chance

    def _add(self, plans: Iterable[Plan], flow: FlowMap, choice: Choice) -> None:
        added = False
        for plan in plans:
            if plan not in self._seen:
                self._seen.add(plan)
                self._queue.append(plan)
                added = True
        self._attempts[flow.definition.uuid, choice] += added

    def _promising(self, flow: FlowMap, number: int) -> Iterator[Choice]:
        """Yield the choices of a node that lead to something that was not reached yet."""
        missing = self._wanted - self._found.reached
        for choice in flow.choices[number]:
            if self._attempts[flow.definition.uuid, choice] >= MOST_ATTEMPTS:
                continue
            if flow is not self._own or choice.parts & missing or flow.parts_behind(choice.behind) & missing:
                yield choice

    def _answering(self, walk: Walk, run: Run, flow: FlowMap, choice: Choice) -> Iterator[Plan]:
        """Yield plans in which the contact answers so that a choice is made."""
        plan = walk.plan
        if choice.kind == SILENCE:
            yield plan.then(Move(TIMEOUT))
        elif choice.kind == EXPIRY:
            yield plan.then(Move(EXPIRATION))
        elif choice.kind in {CASE, DEFAULT}:
            router = flow.definition.nodes[choice.node].router
            assert isinstance(router, SwitchRouter)
            if not reads_input(router.operand):
                yield plan.then(Move(TEXT, UNEXPECTED[0]))
                return
            found = False
            for value in self._solved(run, router, choice):
                found = True
                for text in variants(router.operand, value):
                    yield plan.then(Move(TEXT, text))
            if not found:
                yield from self._arguing(walk, walk.moved, router, choice)
                self._impossible[flow.definition.uuid, choice] = "no text satisfies it and none of the cases before it"

    def _turning(
        self, walk: Walk, moved: int, branch: Branch, place: tuple[FlowMap, int], choice: Choice
    ) -> Iterator[Plan]:
        """Yield plans in which a router that looks at something else than the answer sees another value."""
        flow, number = place
        router = flow.definition.nodes[number].router
        if not isinstance(router, SwitchRouter) or choice.kind not in {CASE, DEFAULT} or router.wait is not None:
            return
        run = next((each for each in reversed(walk.session.runs) if _passed(each, branch.node_uuid)), None)
        if run is None:
            return
        for value in self._solved(run, router, choice):
            yield from self._sources.changes(walk, moved, router.operand, value)
        yield from self._arguing(walk, moved, router, choice)

    def _arguing(self, walk: Walk, moved: int, router: SwitchRouter, choice: Choice) -> Iterator[Plan]:
        """Yield plans in which the arguments of a test have a value, where expressions give them none."""
        if choice.index is not None:
            for template in router.cases[choice.index].arguments:
                if "@" in template:
                    yield from self._sources.changes(walk, moved, template, PLAIN)

    def _drawing(self, walk: Walk, drawn: int, place: tuple[FlowMap, int], choice: Choice) -> Iterator[Plan]:
        """Yield plans in which chance decides otherwise."""
        if choice.kind == CHANCE and choice.index is not None:
            count = sum(each.kind == CHANCE for each in place[0].choices[place[1]])
            before = (*walk.plan.chances, *([0.0] * drawn))[:drawn]
            yield replace(walk.plan, chances=(*before, (choice.index + 0.5) / count))

    def _solved(self, run: Run, router: SwitchRouter, choice: Choice) -> Iterator[str]:
        """Yield values of the operand for which a router makes a choice."""
        tests = [
            Test(case.type, tuple(run.evaluate_value(each) for each in _arguments(run, case))) for case in router.cases
        ]
        environment = run.environment
        if choice.index is not None and tests[choice.index].name in UNTRIED:
            test = tests[choice.index]
            yield from INVERSES[test.name](environment, test.words(environment))
        else:
            tests = [test for test in tests if test.name not in UNTRIED] if choice.index is None else tests
            yield from solve(environment, tests, choice.index)

    def answers(self, walk: Walk, node: Node, category: str) -> list[str]:
        """Return answers that lead from a node to its category of this name."""
        place = by_uuid(self._maps, node.uuid)
        run = next((each for each in reversed(walk.session.runs) if _passed(each, node.uuid)), None)
        if place is None or run is None or not isinstance(node.router, SwitchRouter):
            return []
        texts: list[str] = []
        for choice in place[0].choices[place[1]]:
            if choice.kind in {CASE, DEFAULT} and _leads_to(node, choice, category):
                texts += islice(self._solved(run, node.router, choice), MOST_TEXTS)
        return texts

    # The end

    def _completed(self, walk: Walk) -> Walk:
        """Return a walk that goes on, by the shortest way, until nothing is waited for."""
        begun = walk
        for _ in range(MOST_FURTHER):
            run = walk.session.waiting_run
            place = by_uuid(self._maps, run.step.node_uuid) if walk.waits and run is not None else None
            if place is None or run is None:
                return walk
            flow, number = place
            ways = [each for each in flow.choices[number] if each.kind in {CASE, DEFAULT}]
            ways.sort(key=lambda each: -1 if each.behind is None else flow.distances[each.behind])
            if not ways or flow.distances[number] >= FAR:
                return self._world.walk(self._flow, walk.plan.then(Move(EXPIRATION)))  # it never ends otherwise
            plan = next((plan for way in ways for plan in self._answering(walk, run, flow, way)), None)
            if plan is None:
                return walk
            longer = self._world.walk(self._flow, plan)
            if longer.moved == walk.moved:
                return walk
            walk = longer
            self._found.reached |= hits_of(walk, self._document)
        return begun  # as it goes on, it goes round

    def _few(self, walks: list[Walk]) -> list[Walk]:
        """Return those walks without which something would not be reached, in their order."""
        kept = list(walks)
        for walk in reversed(walks):
            others = [hits_of(each, self._document) for each in kept if each is not walk]
            if kept[1:] and hits_of(walk, self._document) <= set().union(*others):
                kept.remove(walk)
        return kept

    def _reasons(self) -> Iterator[tuple[str, str]]:
        if self._own is None:
            yield "node:0", "the flow cannot be read"
            return
        for part in parts_of(self._document):
            if part in self._found.reached or kind_of(part) == "languages":
                continue
            number = int(part.partition(":")[2].partition(".")[0])
            if number not in self._own.reachable:
                yield part, "no way leads there"
                continue
            choices = [each for each in self._own.choices[number] if part in each.parts]
            told = [
                self._impossible[self._flow.uuid, each]
                for each in choices
                if (self._flow.uuid, each) in self._impossible
            ]
            if part.startswith("timeout") and not choices:
                yield part, "the run expires before"
            elif told and len(told) == len(choices):
                yield part, told[0]
            elif f"node:{number}" not in self._found.reached:
                yield part, "the node was not reached"
            else:
                yield part, f"no input was found, in {self._found.tried} walks"


class _Solved(Answers):
    def __init__(self, explorer: _Explorer) -> None:
        self._explorer = explorer

    def __call__(self, walk: Walk, node: Node, category: str) -> list[str]:
        return self._explorer.answers(walk, node, category)


def _arguments(run: Run, case: object) -> list[str]:
    native: list[str] = case.arguments  # type: ignore[attr-defined]
    translated, _ = run.localized(case.uuid, "arguments", native)  # type: ignore[attr-defined]
    return translated if len(translated) == len(native) else native


def _passed(run: Run, node_uuid: str) -> bool:
    return any(step.node_uuid == node_uuid for step in run.path)


def _leads_to(node: Node, choice: Choice, category: str) -> bool:
    assert node.router is not None
    names = {f"category:{choice.node}.{index}": each.name for index, each in enumerate(node.router.categories)}
    return any(names.get(part) == category for part in choice.parts)
