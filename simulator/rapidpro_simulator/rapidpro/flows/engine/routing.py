"""How a run leaves a node: by its router or by its first exit (flows 2.5)."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from rapidpro_simulator.rapidpro.flows.core import events
from rapidpro_simulator.rapidpro.flows.core.sprint import Branch, Tried
from rapidpro_simulator.rapidpro.flows.definition.routers import RandomRouter, SwitchRouter
from rapidpro_simulator.rapidpro.flows.excellent.conversions import is_true, to_text
from rapidpro_simulator.rapidpro.flows.excellent.functions import FUNCTIONS
from rapidpro_simulator.rapidpro.flows.excellent.jsons import to_json
from rapidpro_simulator.rapidpro.flows.excellent.numbers import number_text
from rapidpro_simulator.rapidpro.flows.excellent.rendering import render
from rapidpro_simulator.rapidpro.flows.excellent.values import Error, Object

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.definition.flow import Exit, Node
    from rapidpro_simulator.rapidpro.flows.definition.routers import Case, Router
    from rapidpro_simulator.rapidpro.flows.excellent.values import Value
    from rapidpro_simulator.rapidpro.flows.runs.run import Run


class Chosen(NamedTuple):
    """The exit that was chosen, None where there is none, and the operand of the router."""

    exit: Exit | None
    operand: str = ""


class Match(NamedTuple):
    """A category with the value that led to it."""

    category_uuid: str
    value: str
    extra: Any = None


def choose_exit(run: Run, node: Node) -> Chosen:
    """Choose how to leave a node; a router that picks no category fails the run."""
    router = node.router
    if router is None:
        return Chosen(node.exits[0])
    branch = Branch(run.flow_reference["name"], node.uuid)
    run.session.sprint.trace.append(branch)
    if isinstance(router, SwitchRouter):
        match, operand = _switch(run, router, branch)
    else:
        match, operand = _random(run, router, branch)
    return _take(run, node, router, match, operand, branch)


def choose_timeout(run: Run, node: Node) -> Chosen:
    """Choose the exit for an answer that did not come in time."""
    router = node.router
    assert router is not None
    timeout = router.wait.timeout if router.wait else None
    branch = Branch(run.flow_reference["name"], node.uuid, reason="no answer in time")
    run.session.sprint.trace.append(branch)
    return _take(run, node, router, Match(timeout.category_uuid, "") if timeout else None, "", branch)


def _take(run: Run, node: Node, router: Router, match: Match | None, operand: str, branch: Branch) -> Chosen:
    category = router.category(match.category_uuid) if match else None
    if match is None or category is None:
        run.fail("Router failed to pick a category")
        return Chosen(None, operand)
    branch.category = category.name
    if router.result_name:
        (localized, *_), _ = run.localized(category.uuid, "name", [""])
        run.save_result(
            router.result_name,
            match.value,
            category.name,
            category_localized=localized,
            input=operand,
            extra=match.extra,
        )
    return Chosen(node.exit(category.exit_uuid), operand)


def _random(run: Run, router: RandomRouter, branch: Branch) -> tuple[Match, str]:
    number = Decimal(repr(run.runtime.random()))
    index = int(number * len(router.categories))
    branch.operand, branch.reason = number_text(number), "by chance"
    return Match(router.categories[index].uuid, str(index)), branch.operand


def _switch(run: Run, router: SwitchRouter, branch: Branch) -> tuple[Match | None, str]:
    operand = run.evaluate_value(router.operand)
    shown = to_text(run.environment, operand)
    text = "" if isinstance(shown, Error) else shown
    branch.operand = text
    for case in router.cases:
        match = _test(run, case, operand, branch)
        if match is not None:
            branch.reason = f"for {case.type}"
            return match, text
    if not router.default_category_uuid:
        return None, text
    if isinstance(operand, Error):
        run.log(events.error(operand.message))
    branch.reason = "the default"
    return Match(router.default_category_uuid, text), text


def _test(run: Run, case: Case, operand: Value, branch: Branch) -> Match | None:
    arguments = [run.evaluate_value(argument) for argument in arguments_of(run, case)]
    result = FUNCTIONS[case.type].call(run.environment, operand, *arguments)
    if isinstance(result, Error):
        run.log(events.error(f"Error calling test {case.type}(...): {result.message}"))
        branch.tried.append(_tried(case, arguments, result.message))
        return None
    if not is_true(result):
        branch.tried.append(_tried(case, arguments, "false"))
        return None
    assert isinstance(result, Object)  # that is what tests are
    value = to_text(run.environment, result.get("match"))
    text = "" if isinstance(value, Error) else value
    branch.tried.append(_tried(case, arguments, text, passed=True))
    return Match(case.category_uuid, text, _json(result.get("extra")))


def arguments_of(run: Run, case: Case) -> list[str]:
    """Return the arguments of a case in the language of the run's contact, where all of them are translated."""
    translated, _ = run.localized(case.uuid, "arguments", case.arguments)
    return translated if len(translated) == len(case.arguments) else case.arguments


def _tried(case: Case, arguments: list[Value], outcome: str, *, passed: bool = False) -> Tried:
    shown = tuple(argument.message if isinstance(argument, Error) else render(argument) for argument in arguments)
    return Tried(case.type, shown, outcome, passed)


def _json(value: Value) -> Any:
    if value is None:
        return None
    text = to_json(value)
    return None if isinstance(text, Error) else json.loads(text)
