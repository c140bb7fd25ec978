"""Templates: scanning, parsing, evaluation, and back to text, against the real engine.

Templates in the context of a session are compared in test_session_templates.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.rapidpro.flows.excellent import tree
from rapidpro_simulator.rapidpro.flows.excellent.evaluation import BUDGET
from rapidpro_simulator.rapidpro.flows.excellent.scanner import scan
from rapidpro_simulator.rapidpro.flows.excellent.syntax import ExpressionError, parse
from rapidpro_simulator.rapidpro.flows.excellent.templates import (
    compile_template,
    evaluate_text,
    evaluate_value,
    has_expressions,
    rewrite,
)
from rapidpro_simulator.rapidpro.flows.excellent.values import Error, Object

from .data import load
from .encoding import assert_expected, decode, environment, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.rapidpro.flows.locales.environment import Environment

DATA = load("templates.json")


def cases(*kinds: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "case",
        [
            pytest.param(case, id=f"{number}-{text(case['template'])[:40]}")
            for number, case in enumerate(DATA["cases"])
            if case["kind"] in kinds and case.get("context") != "session"
        ],
    )


def surroundings(case: dict[str, Any]) -> tuple[Environment, Object]:
    context = decode(DATA["contexts"][case["context"]])
    assert isinstance(context, Object)
    return environment(DATA["environments"][case["env"]]), context


def escape(case: dict[str, Any]) -> Callable[[str], str] | None:
    if "escape" not in case:
        return None
    replacements = case["escape"]["replace"]

    def replaced(written: str) -> str:
        for old, new in replacements.items():
            written = written.replace(old, new)
        return written

    return replaced


@cases("text")
def test_text(case: dict[str, Any]) -> None:
    """A template becomes the same text, with the same errors and warnings."""
    budget = case.get("budget", BUDGET)
    found = evaluate_text(*surroundings(case), text(case["template"]), escape(case), budget=budget)
    if "t" in case["expected"]:
        assert found.text == text(case["expected"]["v"])
    else:
        assert_expected(Error(found.error) if found.problems else found.text, case["expected"])
    assert found.warnings == case.get("warnings", [])
    assert found.text == case.get("output", found.text)


@cases("value")
def test_value(case: dict[str, Any]) -> None:
    """A template becomes the same value."""
    found = evaluate_value(*surroundings(case), text(case["template"]))
    assert_expected(found.value, case["expected"])


@cases("has_expressions")
def test_has_expressions(case: dict[str, Any]) -> None:
    """The same templates have something to evaluate."""
    assert has_expressions(case["template"], set(case["top_levels"])) == case["expected"]["v"]


@cases("scan")
def test_scan(case: dict[str, Any]) -> None:
    """Templates fall into the same pieces."""
    tokens = [[token.kind, token.text] for token in scan(case["template"], set(case["top_levels"]))]
    assert tokens == case["expected"]["tokens"]


@cases("parse")
def test_parse(case: dict[str, Any]) -> None:
    """What is no expression is refused in the same words."""
    with pytest.raises(ExpressionError) as refusal:
        parse(case["template"])
    assert str(refusal.value) == case["expected"]["error"]


@cases("parse_tree")
def test_parse_tree(case: dict[str, Any]) -> None:
    """Expressions read as the same trees."""
    assert parse(case["template"]) == node_of(case["expected"]["ast"])


@cases("roundtrip")
def test_round_trip(case: dict[str, Any]) -> None:
    """A compiled template still is its source, rewriting nothing changes nothing, and printed trees mean the same."""
    source = case["template"]
    surrounding = surroundings(case)
    names = surrounding[1].names
    printed = rewrite(source, names, tree.GroupNode)
    assert str(compile_template(source, names)) == source
    assert rewrite(source, names, lambda node: node) == source
    assert evaluate_text(*surrounding, printed.replace("@(", "@(")).text == evaluate_text(*surrounding, source).text


def node_of(encoded: dict[str, Any]) -> tree.Node:
    match encoded:
        case {"node": "TextLiteral", "Value": value}:
            return tree.TextNode(value["v"])
        case {"node": "ContextReference", "Name": name}:
            return tree.NameNode(name)
        case {"node": "FunctionCall", "Func": function, "Params": parameters}:
            return tree.CallNode(node_of(function), tuple(map(node_of, parameters)))
        case {"node": "Parentheses", "Exp": inner}:
            return tree.GroupNode(node_of(inner))
        case {"node": "AnonFunction", "Args": parameters, "Body": body}:
            return tree.LambdaNode(tuple(parameters), node_of(body))
    raise AssertionError(f"a node that this test does not know: {encoded}")
