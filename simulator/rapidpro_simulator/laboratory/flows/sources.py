"""What an operand hangs on: the plans that might give it another value.

A router looks at an answer, a result, a field, a group, a web server's answer or the like. Who wants it to see
something else has to change where that came from: the answer that a result was saved from, the contact, the web server.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.flows.definition.inspection.dependencies import read_paths
from rapidpro_simulator.rapidpro.flows.definition.routers import SwitchRouter
from rapidpro_simulator.rapidpro.flows.texts.strings import snakify

from .plan import EXPIRATION, TEXT, Move

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rapidpro_simulator.rapidpro.flows.definition.flow import Node

    from .plan import Plan
    from .walking import Walk

DEEPEST = 4
MOST_WORDS = 4
LONGEST = 640  # letters of a made-up text
STATUSES = range(100, 600)
FAILURES = (503, 0)
SUCCESS = 200
Path = tuple[str, ...]


def longest_paths(template: str) -> list[Path]:
    """Return the variables of a template, none of them the beginning of another."""
    paths = list(dict.fromkeys(read_paths(template)))
    return [path for path in paths if not any(other != path and other[: len(path)] == path for other in paths)]


def reads_input(template: str) -> bool:
    """Say whether a template looks at the last answer."""
    return any(path[0] == "input" for path in read_paths(template))


def variants(template: str, value: str, before: str = "") -> Iterator[str]:
    """Yield what an answer may be, so that an expression of it has a value: those of the usual functions.

    `before` is the answer that would be given otherwise: an expression may look at one word of it.
    """
    yield value
    if "(" not in template:
        return
    words = before.split()
    for place in range(MOST_WORDS):
        padded = [*words, *(["x"] * (place + 1 - len(words)))]
        yield " ".join([*padded[:place], value, *padded[place + 1 :]])
    if value.isdecimal() and int(value) <= LONGEST:
        yield "x" * int(value)
        yield " ".join(["x"] * int(value))
    yield f"{value} x"


class Sources:
    """The changes that may give an operand another value; `answers` solves a router for a category."""

    def __init__(self, nodes: Sequence[Node], answers: Answers) -> None:
        self._nodes = nodes
        self._answers = answers

    def changes(self, walk: Walk, place: int, template: str, value: str, depth: int = 0) -> Iterator[Plan]:
        """Yield plans in which `template`, looked at after `place` moves of `walk`, might have a value."""
        if depth > DEEPEST:
            return
        for path in longest_paths(template):
            yield from self._of(walk, place, path, template, value, depth)

    def _of(self, walk: Walk, place: int, path: Path, template: str, value: str, depth: int) -> Iterator[Plan]:
        plan = replace(walk.plan, moves=walk.plan.moves[:place])
        match path:
            case ("input", *_):
                before = plan.moves[place - 1].text if place else ""
                yield from (_at(plan, place, text) for text in variants(template, value, before))
            case ("run" | "child" | "parent", "results", key, *rest) | ("results", key, *rest):
                yield from self._of_result(walk, plan, place, (key, *rest), template, value, depth)
            case ("fields", key, *_) | ("contact", "fields", key, *_):
                yield from self._of_field(walk, plan, place, key, value, depth)
            case ("locals", key):
                yield from self._of_local(walk, plan, place, key, value, depth)
            case ("webhook", "json", *names) | ("legacy_extra", *names):
                yield from _with_answer(plan, names, value)
            case ("webhook", *_):
                yield from _with_status(walk, plan, place, value)
            case _:
                yield from _of_the_world(plan, path, value)

    def _of_result(
        self, walk: Walk, plan: Plan, place: int, path: Path, template: str, value: str, depth: int
    ) -> Iterator[Plan]:
        key, *rest = path
        for node in self._nodes:
            for action in node.actions:
                if snakify(getattr(action, "result_name", "") or "") == key:
                    extra = rest[:1] == ["extra"]
                    yield from _with_answer(plan, rest[1:], value) if extra else _with_status(walk, plan, place, value)
                if action.type == "set_run_result" and snakify(getattr(action, "name", "")) == key:
                    yield from self.changes(walk, place, getattr(action, "value", ""), value, depth + 1)
            if node.router is not None and snakify(node.router.result_name or "") == key:
                wanted = self._answers(walk, node, value) if rest[:1] == ["category"] else [value]
                for text in wanted:
                    yield from self._of_router(walk, place, node, template, text, depth)

    def _of_router(self, walk: Walk, place: int, node: Node, template: str, text: str, depth: int) -> Iterator[Plan]:
        """Yield plans in which a router that has been passed saves another result."""
        plan = replace(walk.plan, moves=walk.plan.moves[:place])
        router = node.router
        if router is not None and router.wait is not None:
            moves = [number for number, branch in walk.branches if branch.node_uuid == node.uuid]
            for number in (number for number in reversed(moves) if 0 < number <= place):
                before = plan.moves[number - 1].text
                yield from (_at(plan, number, each) for each in variants(template, text, before))
        elif isinstance(router, SwitchRouter):
            yield from self.changes(walk, place, router.operand, text, depth + 1)

    def _of_field(self, walk: Walk, plan: Plan, place: int, key: str, value: str, depth: int) -> Iterator[Plan]:
        for node in self._nodes:
            for action in node.actions:
                field = getattr(action, "field", None)
                if action.type == "set_contact_field" and field is not None and field.identity == key:
                    yield from self.changes(walk, place, getattr(action, "value", ""), value, depth + 1)
        yield plan.where("fields", key, value)
        if not value:
            yield replace(plan, fields=tuple(pair for pair in plan.fields if pair[0] != key))

    def _of_local(self, walk: Walk, plan: Plan, place: int, key: str, value: str, depth: int) -> Iterator[Plan]:
        for node in self._nodes:
            for action in node.actions:
                names = [getattr(action, "local", ""), getattr(action, "output_local", ""), *action.locals()]
                if key not in names:
                    continue
                if action.type == "call_llm":
                    yield replace(plan, answer=value)
                else:
                    yield from self.changes(walk, place, getattr(action, "value", ""), value, depth + 1)


class Answers:
    """Solves a router: what has to be said for a category of it."""

    def __call__(self, walk: Walk, node: Node, category: str) -> list[str]:
        """Return answers that lead from a node to its category of this name."""
        raise NotImplementedError


def _at(plan: Plan, place: int, text: str) -> Plan:
    """Return the plan with another text as its move of a number, counted from 1; what follows stays."""
    if place < 1:
        return plan
    return replace(plan, moves=(*plan.moves[: place - 1], Move(TEXT, text), *plan.moves[place:]))


def _with_status(walk: Walk, plan: Plan, place: int, value: str) -> Iterator[Plan]:
    """Yield plans in which the last web request until then is answered otherwise, or all of them are."""
    last = walk.requests_until(place) - 1
    wanted = [int(value)] if value.isdecimal() and int(value) in STATUSES else []
    for status in (SUCCESS, *wanted, *FAILURES):
        if last > 0:
            yield plan.answered(last, status)
        yield replace(plan, statuses=(status,))


def _with_answer(plan: Plan, names: Sequence[str], value: str) -> Iterator[Plan]:
    if names:
        yield replace(plan, statuses=(SUCCESS,)).where("members", ".".join(names), value)


def _of_the_world(plan: Plan, path: Path, value: str) -> Iterator[Plan]:
    match path:
        case ("contact", "groups", *_):
            yield replace(plan, groups=(*plan.groups, value))
            yield replace(plan, groups=())
        case ("contact", "language"):
            yield replace(plan, language=value)
        case ("contact", "name" | "first_name") | ("contact",):
            yield replace(plan, name=value)
        case ("globals", key):
            yield plan.where("globals", key, value)
        case ("trigger", "params", *names) if names:
            yield plan.where("params", ".".join(names), value)
        case ("child", "status") | ("child", "run", "status"):
            yield from _ended_otherwise(plan, value)


def _ended_otherwise(plan: Plan, value: str) -> Iterator[Plan]:
    if value == "expired":
        for number in range(len(plan.moves), -1, -1):
            yield replace(plan, moves=(*plan.moves[:number], Move(EXPIRATION)))
