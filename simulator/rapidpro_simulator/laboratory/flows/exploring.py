"""The search for inputs: walks that lead out of every exit of a flow, in one language."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from rapidpro_simulator.rapidpro.flows.definition.inspection.dependencies import read_paths
from rapidpro_simulator.rapidpro.flows.definition.inspection.templates import templates
from rapidpro_simulator.rapidpro.flows.engine.engine import EngineError
from rapidpro_simulator.testing.flow_coverage.parts import kind_of, parts_of
from rapidpro_simulator.world.plurals import counted

from .choices import CASE, DEFAULT, FAR, Choice, FlowMap, by_uuid
from .plan import EXPIRATION, Move, Plan
from .proposing import Proposals
from .reasons import UNKNOWN, reasons
from .walk import Walk, hits_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rapidpro_simulator.rapidpro.model.flows import Flow

    from .walking import FlowWorld

MOST_WALKS: Final = 600
MOST_MOVES: Final = 30  # where a flow has fewer waits
MOST_ROUNDS: Final = 60  # walks that go round once more, because something may be counted
MOST_FURTHER: Final = 10  # moves, from what is of interest to the end
MOST_ATTEMPTS: Final = 6  # of one choice: from where one comes may matter


@dataclass
class Exploration:
    """What was found of a flow in a language: `walks`, of which each reaches what no other does.

    `unreached` are the parts that no walk reaches, with why; `tried` is how many walks were made; `is_cut_short`
    whether there was more to try.
    """

    flow: Flow
    language: str
    walks: list[Walk] = field(default_factory=list)
    reached: set[str] = field(default_factory=set)
    unreached: dict[str, str] = field(default_factory=dict)
    tried: int = 0
    is_cut_short: bool = False


class Attempt(NamedTuple):
    """A plan, and the choice of a flow (UUID) that it is to make."""

    plan: Plan
    flow: str
    choice: Choice


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
        self._proposals = Proposals(self._maps)
        self._found = Exploration(flow, language)
        self._wanted = {part for part in parts_of(self._document) if kind_of(part) != "languages"}
        self._begun: deque[Plan] = deque(self._starts(language))
        self._queue: deque[Attempt] = deque()
        self._put_off: deque[Plan] = deque()  # for other ways to come to what has been reached
        self._rounds: deque[Plan] = deque()
        self._rounds_left = MOST_ROUNDS
        self._most_moves = max(MOST_MOVES, self._waits() + MOST_FURTHER)
        self._seen: set[Plan] = set(self._begun)
        self._tried: set[tuple[str, Choice]] = set()
        self._attempts: Counter[tuple[str, Choice, bool]] = Counter()
        self._urls: dict[str, None] = {}

    def explore(self) -> Exploration:
        found = self._found
        while self._missing and (plan := self._next()) is not None:
            if found.tried >= self._most:
                found.is_cut_short = True
                break
            walk = self._walk(plan)
            if walk is not None:
                self._propose(walk)
        found.walks = self._few([self._completed(walk) for walk in found.walks])
        found.unreached.update(self._reasons())
        return found

    @property
    def _missing(self) -> set[str]:
        return self._wanted - self._found.reached

    def _next(self) -> Plan | None:
        if self._begun:
            return self._begun.popleft()
        while self._queue:
            attempt = self._queue.popleft()
            if self._is_new(attempt):
                self._tried.add((attempt.flow, attempt.choice))
                return attempt.plan
            self._put_off.append(attempt.plan)
        if self._put_off:
            return self._put_off.popleft()
        if self._rounds and self._rounds_left and any(UNKNOWN in reason for _, reason in self._reasons()):
            self._rounds_left -= 1
            return self._rounds.popleft()
        return None

    def _is_new(self, attempt: Attempt) -> bool:
        """Say whether a choice is still to be made: of the flow until it is, of one that it enters only once."""
        if self._own is not None and attempt.flow == self._own.definition.uuid:
            return bool(attempt.choice.parts & self._missing)
        return (attempt.flow, attempt.choice) not in self._tried

    def _waits(self) -> int:
        """Return how many answers are waited for in all flows: as many may have to be given, one after the other."""
        nodes = (node for flow in self._maps.values() for node in flow.definition.nodes)
        return sum(node.router is not None and node.router.wait is not None for node in nodes)

    def _starts(self, language: str) -> list[Plan]:
        """Return plans of only starting; a flow that looks at whom it was entered by is not started by itself.

        What waits first takes the text that starts the flow for its answer (flows 2.7), and waits where there is none.
        """
        entries = list(self._entries(language))
        if entries and not self._world.starts_by_itself(self._flow):
            return entries
        plan = self._world.plan(self._flow, language)
        nodes = self._own.definition.nodes if self._own is not None else []
        waits = bool(nodes) and nodes[0].router is not None and nodes[0].router.wait is not None
        if not (plan.start and waits):
            return [plan, *entries]
        return [plan, replace(self._world.requested_plan(self._flow, language), is_texted=False), *entries]

    def _entries(self, language: str) -> Iterator[Plan]:
        """Yield plans that start the flows which enter this one, where it looks at whom it was entered by."""
        if self._own is None or not any(
            path[0] == "parent" for written in templates(self._own.definition) for path in read_paths(written.text)
        ):
            return
        for other in self._world.all_flows:
            actions = [
                action
                for node in self._world.definition(other).get("nodes") or ()
                for action in node.get("actions") or ()
            ]
            if other is not self._flow and any(
                action["type"] == "enter_flow" and action["flow"]["uuid"] == self._flow.uuid for action in actions
            ):
                yield replace(self._world.plan(other, language), entry=other.name)

    def _walk(self, plan: Plan) -> Walk | None:
        try:
            walk = self._world.walk(self._flow, plan)
        except EngineError as error:
            self._found.unreached["node:0"] = str(error)
            return None
        self._found.tried += 1
        self._urls.update(dict.fromkeys(request.url for request in walk.requests))
        hits = hits_of(walk, self._document)
        if hits - self._found.reached:
            self._found.reached |= hits
            self._found.walks.append(walk)
        return walk

    # What to try next

    def _propose(self, walk: Walk) -> None:
        if walk.waits and walk.moved == len(walk.plan.moves) < self._most_moves:
            run = walk.session.waiting_run
            assert run is not None
            place = by_uuid(self._maps, run.step.node_uuid)
            if place is not None:
                flow, number = place
                for choice in self._promising(walk, flow, number):
                    self._add(walk, self._proposals.answering(walk, run, flow, choice), flow, choice)
                self._go_round(walk, flow, number)
        drawn = 0
        for moved, branch in walk.branches:
            place = by_uuid(self._maps, branch.node_uuid)
            if place is None or branch.reason == "no answer in time":
                continue
            flow, number = place
            by_chance = branch.reason == "by chance"
            for choice in self._promising(walk, flow, number):
                plans = (
                    self._proposals.drawing(walk, drawn, flow, choice)
                    if by_chance
                    else self._proposals.turning(walk, moved, branch, flow, choice)
                )
                self._add(walk, plans, flow, choice)
            drawn += by_chance

    def _go_round(self, walk: Walk, flow: FlowMap, number: int) -> None:
        """Plan to do once more what has led back here: something may be counted."""
        here = walk.waited[-1]
        began = next((at for at in range(len(walk.waited) - 2, -1, -1) if walk.waited[at] == here), None)
        if began is None or (flow is self._own and not flow.parts_behind(number) & self._missing):
            return
        plan = replace(walk.plan, moves=(*walk.plan.moves, *walk.plan.moves[began : walk.moved]))
        if plan not in self._seen:
            self._seen.add(plan)
            self._rounds.append(plan)

    def _add(self, walk: Walk, plans: Iterable[Plan], flow: FlowMap, choice: Choice) -> None:
        added = False
        for plan in plans:
            if plan not in self._seen and self._world.can_start(self._flow, plan):
                self._seen.add(plan)
                self._queue.append(Attempt(plan, flow.definition.uuid, choice))
                added = True
        self._attempts[flow.definition.uuid, choice, walk.plan.is_texted] += added

    def _promising(self, walk: Walk, flow: FlowMap, number: int) -> Iterator[Choice]:
        """Yield the choices of a node that lead to something that was not reached yet."""
        missing = self._missing
        for choice in flow.choices[number]:
            if self._attempts[flow.definition.uuid, choice, walk.plan.is_texted] >= MOST_ATTEMPTS:
                continue
            if flow is not self._own or choice.parts & missing or flow.parts_behind(choice.behind) & missing:
                yield choice

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
            plans = (plan for way in ways for plan in self._proposals.answering(walk, run, flow, way))
            plan = next(plans, None)
            if plan is None:
                return walk
            longer = self._world.walk(self._flow, plan)
            if longer.moved == walk.moved:
                return walk
            walk = longer
            self._found.reached |= hits_of(walk, self._document)
        return begun  # as it goes on, it goes round

    def _told_tries(self) -> str:
        walks = counted(self._found.tried, "walk")
        return f"{walks}, and more were not to be tried" if self._found.is_cut_short else walks

    def _few(self, walks: list[Walk]) -> list[Walk]:
        """Return those walks without which something would not be reached, in their order."""
        hits = [hits_of(walk, self._document) for walk in walks]
        count = Counter(part for each in hits for part in each)
        kept = list(range(len(walks)))
        for number in reversed(range(len(walks))):
            if kept[1:] and all(count[part] > 1 for part in hits[number]):
                kept.remove(number)
                count.subtract(hits[number])
        return [walks[number] for number in kept]

    def _reasons(self) -> Iterator[tuple[str, str]]:
        if self._own is None:
            yield "node:0", "the flow cannot be read"
            return
        uuid = self._own.definition.uuid
        known = {choice: reason for (flow, choice), reason in self._proposals.ruled_out.items() if flow == uuid}
        found = reasons(self._own, self._maps, self._found.reached, known, self._urls, self._told_tries())
        yield from ((part, reason) for part, reason in found if part not in self._found.unreached)
