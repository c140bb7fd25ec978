"""What variables hang on: the plans that might give them another value.

A router looks at an answer, a result, a field, a group, a web server's answer or the like. Who wants it to see
something else has to change where that came from: the answer that a result was saved from, the contact, the web server.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.flows.definition.inspection.dependencies import read_paths
from rapidpro_simulator.rapidpro.flows.definition.routers import SwitchRouter
from rapidpro_simulator.rapidpro.flows.texts.strings import snakify

from .circumstances import of_the_world
from .operands import Operand, text_is
from .plan import DIAL, OUTCOMES, TEXT, Move
from .walk import run_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rapidpro_simulator.rapidpro.flows.definition.flow import Node

    from .operands import Assignment, Path
    from .plan import Plan
    from .walk import Walk

DEEPEST = 4
MOST_WORDS = 4
MOST_WAYS = 6  # to give one of several variables its value
LONGEST = 640  # letters of a made-up text
STATUSES = range(100, 600)
FAILURES = (503, 0)
SUCCESS = 200
OTHER_NUMBER = "+265999111222"
Answers = Callable[["Walk", "Node", str], list[str]]
"""Solves a router that has been passed: what has to be said for a category of it, by its name."""
# What actions make of the contact: by the variables that show it, the action and its template.
CONTACT: dict[Path, tuple[str, str]] = {
    ("contact", "name"): ("set_contact_name", "name"),
    ("contact", "first_name"): ("set_contact_name", "name"),
    ("contact", "language"): ("set_contact_language", "language"),
    ("contact", "timezone"): ("set_contact_timezone", "timezone"),
}


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
    """The changes that may give a variable another value; `answers` solves a router for a category."""

    def __init__(self, nodes: Sequence[Node], answers: Answers) -> None:
        self._nodes = nodes
        self._answers = answers

    def assigned(self, walk: Walk, place: int, assignment: Assignment, depth: int = 0) -> Iterator[Plan]:
        """Yield plans in which variables might have these values, looked at after `place` moves of `walk`."""
        (path, value), *others = assignment
        plans = self._of(walk, place, path, "", value, depth)
        if not others:
            yield from plans
            return
        for plan in islice(plans, MOST_WAYS):
            yield from self.assigned(replace(walk, plan=plan), place, tuple(others), depth)

    def changes(self, walk: Walk, place: int, template: str, value: str, depth: int = 0) -> Iterator[Plan]:
        """Yield plans in which `template`, looked at after `place` moves of `walk`, might have a value."""
        if depth > DEEPEST:
            return
        for path in longest_paths(template):
            yield from self._of(walk, place, path, template, value, depth)

    def _saved(self, walk: Walk, place: int, node: Node, template: str, value: str, depth: int) -> Iterator[Plan]:
        """Yield plans in which an action of a node saves a value, that of a template."""
        run = run_at(walk, node.uuid)
        if run is None or depth > DEEPEST or Operand(run, template).is_constant:
            return
        found = False
        solutions = Operand(run, template).solutions([value], text_is(run, value))
        for assignment in islice(solutions, 1 if depth else MOST_WAYS):
            found = True
            yield from self.assigned(walk, place, assignment, depth + 1)
        if not found:
            yield from self.changes(walk, place, template, value, depth + 1)

    def _of(self, walk: Walk, place: int, path: Path, template: str, value: str, depth: int) -> Iterator[Plan]:
        plan = replace(walk.plan, moves=walk.plan.moves[:place])
        match path:
            case ("input" | "resume", *_):
                yield from _of_answer(plan, place, path, template, value)
            case ("run" | "child" | "parent", "results", key, *rest) | ("results", key, *rest):
                yield from self._of_result(walk, plan, place, (key, *rest), template, value, depth)
            case ("fields", key, *_) | ("contact" | "parent" | "child", "fields", key, *_):
                yield from self._of_field(walk, plan, place, key, value, depth)
            case ("locals", key):
                yield from self._of_local(walk, plan, place, key, value, depth)
            case ("webhook", "json", *names) | ("legacy_extra", *names):
                yield from _with_answer(walk, plan, place, names, value)
            case ("webhook", *_):
                yield from _with_status(walk, plan, place, value)
            case _:
                yield from self._of_contact(walk, place, path, value, depth)
                yield from of_the_world(walk, plan, path, value)

    def _of_contact(self, walk: Walk, place: int, path: Path, value: str, depth: int) -> Iterator[Plan]:
        kind, name = CONTACT.get(path, ("", ""))
        for node in self._nodes:
            for action in node.actions:
                if action.type == kind:
                    yield from self._saved(walk, place, node, getattr(action, name), value, depth)

    def _of_result(
        self, walk: Walk, plan: Plan, place: int, path: Path, read: str, value: str, depth: int
    ) -> Iterator[Plan]:
        key, *rest = path
        for node in self._nodes:
            for action in node.actions:
                if snakify(getattr(action, "result_name", "") or "") == key:
                    if rest[:1] == ["extra"]:
                        yield from _with_answer(walk, plan, place, rest[1:], value)
                    else:
                        yield from _with_status(walk, plan, place, value)
                if action.type == "set_run_result" and snakify(getattr(action, "name", "")) == key:
                    template = str(getattr(action, "value", ""))
                    if ("results", key) not in read_paths(template):  # what counts itself is for going round
                        yield from self._saved(walk, place, node, template, value, depth)
            if node.router is not None and snakify(node.router.result_name or "") == key:
                wanted = self._answers(walk, node, value) if rest[:1] == ["category"] else [value]
                for text in wanted:
                    yield from self._of_router(walk, place, node, read, text, depth)

    def _of_router(self, walk: Walk, place: int, node: Node, template: str, text: str, depth: int) -> Iterator[Plan]:
        """Yield plans in which a router that has been passed saves another result."""
        plan = replace(walk.plan, moves=walk.plan.moves[:place])
        router = node.router
        if router is not None and router.wait is not None:
            moves = [number for number, branch in walk.branches if branch.node_uuid == node.uuid]
            for number in (number for number in reversed(moves) if number <= place):
                before = plan.moves[number - 1].text if number else plan.start
                for each in variants(template, text, before):
                    yield from _at(plan, number, each)
        elif isinstance(router, SwitchRouter):
            yield from self._saved(walk, place, node, router.operand, text, depth)

    def _of_field(self, walk: Walk, plan: Plan, place: int, key: str, value: str, depth: int) -> Iterator[Plan]:
        for node in self._nodes:
            for action in node.actions:
                field = getattr(action, "field", None)
                if action.type == "set_contact_field" and field is not None and field.identity == key:
                    template = str(getattr(action, "value", ""))
                    if ("fields", key) not in read_paths(template):
                        yield from self._saved(walk, place, node, template, value, depth)
        if value:
            yield plan.where("fields", key, value)
        yield replace(plan, fields=tuple(pair for pair in plan.fields if pair[0] != key))

    def _of_local(self, walk: Walk, plan: Plan, place: int, key: str, value: str, depth: int) -> Iterator[Plan]:
        for node in self._nodes:
            for action in node.actions:
                names = [getattr(action, "local", ""), getattr(action, "output_local", ""), *action.locals()]
                if key not in names:
                    continue
                match action.type:
                    case "call_llm":
                        yield replace(plan, answer=value)
                    case "open_ticket":
                        yield replace(plan, has_ticket=not plan.has_ticket)
                    case "transfer_airtime":
                        yield replace(plan, has_credit=not plan.has_credit)
                    case "add_contact_urn":
                        yield from self._saved(walk, place, node, getattr(action, "path", ""), OTHER_NUMBER, depth)
                        yield from self._saved(walk, place, node, getattr(action, "path", ""), "", depth)
                    case _:
                        yield from self._saved(walk, place, node, getattr(action, "value", ""), value, depth)


def _of_answer(plan: Plan, place: int, path: Path, template: str, value: str) -> Iterator[Plan]:
    """Yield plans in which the last answer is another, or the call that was forwarded ends otherwise."""
    match path:
        case ("input", "attachments", *_):
            yield from _at(plan, place, "", value)
        case ("resume", "dial", "status") if value in OUTCOMES:
            yield from _at(plan, place, value, kind=DIAL)
        case ("input", *_):
            before = plan.moves[place - 1].text if place and plan.moves else plan.start
            for text in variants(template, value, before):
                yield from _at(plan, place, text)


def _at(plan: Plan, place: int, text: str, attachment: str = "", kind: str = TEXT) -> Iterator[Plan]:
    """Yield the plan with another text as its move of a number, counted from 1; what follows stays.

    What starts the flow is its move 0: another text, or that word and then the text, which may still start it.
    """
    if not place and plan.start and text and kind == TEXT:
        yield replace(plan, start=text)
        yield replace(plan, start=f"{plan.start.split()[0]} {text}")
    if place >= 1:
        move = Move(kind, text, attachment)
        yield replace(plan, moves=(*plan.moves[: place - 1], move, *plan.moves[place:]))


def _with_status(walk: Walk, plan: Plan, place: int, value: str) -> Iterator[Plan]:
    """Yield plans in which the last web request until then is answered otherwise, or all of them are."""
    last = walk.requests_until(place) - 1
    wanted = [int(value)] if value.isdecimal() and int(value) in STATUSES else []
    for status in (*wanted, SUCCESS, *FAILURES):
        if last > 0:
            yield plan.answered(last, status)
        yield replace(plan, statuses=(status,))


def _with_answer(walk: Walk, plan: Plan, place: int, names: Sequence[str], value: str) -> Iterator[Plan]:
    last = max(0, walk.requests_until(place) - 1)
    if names:
        yield plan.answered(last, SUCCESS).told(last, ".".join(names), value)
    if names and last:
        yield replace(plan, statuses=(SUCCESS,)).told(0, ".".join(names), value)
