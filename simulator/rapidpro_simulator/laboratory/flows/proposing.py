"""What to try next: plans that may leave a node, which a walk has come to, by another of its ways."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from rapidpro_simulator.rapidpro.flows.definition.routers import SwitchRouter

from .choices import CASE, CHANCE, DEFAULT, EXPIRY, SILENCE, Choice, FlowMap
from .inverses import UNEXPECTED
from .operands import FILES
from .plan import DIAL, EXPIRATION, OUTCOMES, TEXT, TIMEOUT, Move
from .solving import Question, Solved
from .sources import Sources, longest_paths, reads_input, variants
from .walk import run_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rapidpro_simulator.rapidpro.flows.core.sprint import Branch
    from rapidpro_simulator.rapidpro.flows.runs.run import Run

    from .operands import Assignment, Path
    from .plan import Plan
    from .walk import Walk

MOST_ANSWERS: Final = 3  # of one attempt, where it is the last answer that is looked at
MOST_CHANGES: Final = 24  # of one attempt, where it is something else
MOST_SOLUTIONS: Final = 6
PLAIN: Final = "7"  # a word and a number
INPUT: Final = ("input", "input.text")
ATTACHMENTS: Final = ("input", "attachments")


class Proposals:
    """Plans for choices; `ruled_out` are those that nothing leads to, with why, by flow (UUID) and choice."""

    def __init__(self, maps: Mapping[str, FlowMap]) -> None:
        nodes = [node for each in maps.values() for node in each.definition.nodes]
        self._sources = Sources(nodes, Solved(maps))
        self.ruled_out: dict[tuple[str, Choice], str] = {}

    def answering(self, walk: Walk, run: Run, flow: FlowMap, choice: Choice) -> Iterator[Plan]:
        """Yield plans in which the contact, of whom an answer is waited for, gives one so that a choice is made."""
        plan = walk.plan
        if choice.kind == SILENCE:
            yield plan.then(Move(TIMEOUT))
        elif choice.kind == EXPIRY:
            yield plan.then(Move(EXPIRATION))
        elif choice.kind in {CASE, DEFAULT}:
            router = flow.definition.nodes[choice.node].router
            assert isinstance(router, SwitchRouter)
            if router.wait is not None and router.wait.type == DIAL:
                yield from (plan.then(Move(DIAL, each)) for each in OUTCOMES)
                return
            paths = [path for path in longest_paths(router.operand) if path[0] == "input"]
            if any(path[:2] == ATTACHMENTS for path in paths):
                yield from (plan.then(Move(TEXT, "", each)) for each in FILES)
            if any(path[:2] != ATTACHMENTS for path in paths):
                yield from islice(self._texting(walk, flow, Question(run, router, choice)), MOST_ANSWERS)
            else:
                yield plan.then(Move(TEXT, UNEXPECTED[0]))

    def _texting(self, walk: Walk, flow: FlowMap, question: Question) -> Iterator[Plan]:
        plan, operand = walk.plan, question.router.operand
        found = False
        if operand.strip().lstrip("@").lower() not in INPUT:
            for assignment in islice(question.assignments(), MOST_ANSWERS):
                found = True
                yield from islice(self._said(walk, assignment), 1)
        for value in question.values():
            found = True
            for text in filter(question.can_be_given, variants(operand, value)):
                yield plan.then(Move(TEXT, text))
        if not found:
            yield from self._arguing(walk, walk.moved, question)
            self._rule_out(flow, question)

    def _said(self, walk: Walk, assignment: Assignment) -> Iterator[Plan]:
        """Yield plans in which the contact says what an assignment has of its answer, and the rest is otherwise."""
        answers = [pair for pair in assignment if pair[0][0] == "input"]
        others: list[tuple[Path, str]] = [pair for pair in assignment if pair[0][0] != "input"]
        path, text = answers[0] if answers else (("input",), UNEXPECTED[0])
        move = Move(TEXT, "", text) if path[:2] == ATTACHMENTS and text in FILES else Move(TEXT, text)
        said = replace(walk, plan=walk.plan.then(move))
        if others:
            yield from self._sources.assigned(said, walk.moved + 1, tuple(others))
        else:
            yield said.plan

    def turning(self, walk: Walk, moved: int, branch: Branch, flow: FlowMap, choice: Choice) -> Iterator[Plan]:
        """Yield plans in which a router that looks at something else than the answer sees another value."""
        router = flow.definition.nodes[choice.node].router
        if not isinstance(router, SwitchRouter) or choice.kind not in {CASE, DEFAULT}:
            return
        run = run_at(walk, branch.node_uuid)
        if run is None or (moved and router.wait is not None and reads_input(router.operand)):
            return  # other answers were proposed where it waited; what starts a flow is no answer of that kind
        question = Question(run, router, choice)
        yield from islice(self._turned(walk, moved, question), MOST_CHANGES)
        self._rule_out(flow, question)

    def _turned(self, walk: Walk, moved: int, question: Question) -> Iterator[Plan]:
        for assignment in islice(question.assignments(), MOST_SOLUTIONS):
            yield from islice(self._sources.assigned(walk, moved, assignment), MOST_ANSWERS)
        for value in question.values():
            yield from self._sources.changes(walk, moved, question.router.operand, value)
        yield from self._arguing(walk, moved, question)

    def _rule_out(self, flow: FlowMap, question: Question) -> None:
        key = flow.definition.uuid, question.choice
        reason = question.why_not()
        if reason:
            self.ruled_out[key] = reason
        else:
            self.ruled_out.pop(key, None)

    def _arguing(self, walk: Walk, moved: int, question: Question) -> Iterator[Plan]:
        """Yield plans in which the arguments of a test have a value, where expressions give them none."""
        if question.choice.index is not None:
            for template in question.written_arguments():
                if "@" in template:
                    yield from self._sources.changes(walk, moved, template, PLAIN)

    def drawing(self, walk: Walk, drawn: int, flow: FlowMap, choice: Choice) -> Iterator[Plan]:
        """Yield plans in which chance decides otherwise, after so many times that something was drawn."""
        if choice.kind == CHANCE and choice.index is not None:
            count = sum(each.kind == CHANCE for each in flow.choices[choice.node])
            before = (*walk.plan.chances, *([0.0] * drawn))[:drawn]
            yield replace(walk.plan, chances=(*before, (choice.index + 0.5) / count))
