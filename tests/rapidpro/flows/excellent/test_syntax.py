"""Expressions as trees: grouping, literals, refusals; and printed again."""

from __future__ import annotations

from decimal import Decimal
from functools import reduce

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapidpro_simulator.rapidpro.flows.excellent import tree
from rapidpro_simulator.rapidpro.flows.excellent.quoting import quote, unquote
from rapidpro_simulator.rapidpro.flows.excellent.syntax import ExpressionError, parse
from rapidpro_simulator.rapidpro.flows.excellent.tree import (
    BinaryNode,
    CallNode,
    GroupNode,
    IndexNode,
    LambdaNode,
    NameNode,
    NegationNode,
    NumberNode,
    PropertyNode,
)


def grouped(node: tree.Node) -> str:
    """Write a tree with all its grouping shown."""
    match node:
        case BinaryNode(operator, left, right):
            return f"[{grouped(left)} {operator} {grouped(right)}]"
        case NegationNode(operand):
            return f"[-{grouped(operand)}]"
        case LambdaNode(parameters, body):
            return f"[{' '.join(parameters)} => {grouped(body)}]"
    return str(node)


@pytest.mark.parametrize(
    ("expression", "grouping"),
    [
        ("-2 ^ 2", "[[-2] ^ 2]"),
        ("2 ^ 3 ^ 2", "[[2 ^ 3] ^ 2]"),
        ("2 ^ -3", "[2 ^ [-3]]"),
        ("--a", "[-[-a]]"),
        ("1 + 2 * 3 - 4", "[[1 + [2 * 3]] - 4]"),
        ("a & 1 + 2", "[a & [1 + 2]]"),
        ("1 = 1 & x", "[[1 = 1] & x]"),
        ("a < b = c >= d", "[[a < b] = [c >= d]]"),
        ("a - b - c", "[[a - b] - c]"),
        ("(x) => x & 1", "[x => [x & 1]]"),
        ("1 + (x, y) => x * y", "[1 + [x y => [x * y]]]"),
        ("-a.b[1](2)", "[-a.b[1](2)]"),
        ("(a)", "(a)"),
    ],
)
def test_grouping(expression: str, grouping: str) -> None:
    """Unary minus binds tightest, `&` loosest, equals group to the left, a lambda reaches as far as it can."""
    assert grouped(parse(expression)) == grouping


@pytest.mark.parametrize(
    ("expression", "rest"),
    [
        ("", ""),
        ("1 +", ""),
        ("'x'", "'x'"),
        ("NULL.x", ".x"),
        ('"abc".v', ".v"),
        ('"abc"[0]', "[0]"),
        ("1.", "."),
        (".5", ".5"),
        ("1e3", "e3"),
        ("a.0.1", "0.1"),
        ("a.true", "true"),
        ("f(1,)", ")"),
        ("f(1", ""),
        ("()", ")"),
        ("() => 1", ") => 1"),
        ("(x, 1)", "1)"),
        ("(x, y)", ""),
        ("a b", "b"),
        ("a ! 1234567890123", "! 12345678"),
        ('"open', '"open'),
        ("1 +\n + 2", "+ 2"),
        ("a\u00a0b", "\u00a0b"),
        ("²", "²"),
        ("a²", "²"),
        ("²a", "²a"),
        (f"{10**40} +", ""),
    ],
)
def test_syntax_error(expression: str, rest: str) -> None:
    """A refusal shows up to ten characters from where the expression cannot go on."""
    with pytest.raises(ExpressionError) as refusal:
        parse(expression)
    assert str(refusal.value) == f"syntax error at {rest}"


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        (f"{10**36 + 1}", f"number {10**36 + 1} is out of range"),
        ("(" * 101 + "1" + ")" * 101, "expression nesting too deep"),
        ("(x)=>" * 3000 + "x", "expression nesting too deep"),
    ],
)
def test_limit(expression: str, message: str) -> None:
    """Numbers and nesting have limits."""
    with pytest.raises(ExpressionError, match=message):
        parse(expression)


def test_a_hundred_brackets_nest() -> None:
    """The limit itself is allowed."""
    assert parse("(" * 100 + "1" + ")" * 100)


@pytest.mark.parametrize(
    ("literal", "text"),
    [
        (r'"a\tb\n\"c\" \\ \x41\101\u0416\U0001F697"', 'a\tb\n"c" \\ AAЖ🚗'),
        (r'"\xc3\xa9"', "é"),
        (r'"\d+"', r"\d+"),
        (r'"\d \n"', r"\d \n"),
        (r'"\ud800\n"', r"\ud800\n"),
        (r'"\400\n"', r"\400\n"),
        (r'"\'\n"', r"\'\n"),
        ('"two\nlines\\t"', "two\nlines\\t"),
        ('""', ""),
        (r'"\\"', "\\"),
    ],
)
def test_text_literal(literal: str, text: str) -> None:
    """Texts have Go's escapes; with one that is none nothing is unescaped."""
    assert parse(literal) == tree.TextNode(text)


@pytest.mark.parametrize("literal", ["true", "TRUE", "True"])
def test_keywords_ignore_case(literal: str) -> None:
    """Keywords may be written in any case, and are no names."""
    assert parse(literal) == tree.BooleanNode(True)
    assert parse(literal + "y") == NameNode(literal + "y")


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
@settings(derandomize=True, deadline=None, max_examples=100)
def test_a_quoted_text_is_itself(text: str) -> None:
    """Quoting is undone by unquoting, and a quoted text is one literal even before another quote."""
    assert unquote(quote(text)) == text
    assert parse(f'{quote(text)} & "b"') == BinaryNode("&", tree.TextNode(text), tree.TextNode("b"))


@given(st.text(alphabet='ab01. +-*/^&=<>()[]",\\\nтrue@', max_size=40))
@settings(derandomize=True, deadline=None, max_examples=100)
def test_only_its_own_error(expression: str) -> None:
    """Whatever is not an expression is refused as one."""
    try:
        parse(expression)
    except ExpressionError as refusal:
        assert str(refusal).startswith(("syntax error at ", "number "))  # noqa: PT017


names = st.sampled_from(["a", "contact", "_x", "汉字"])
numbers = st.decimals(0, 10**9, places=3).map(lambda number: NumberNode(abs(Decimal(number).normalize())))
atoms = st.one_of(names.map(NameNode), names.map(lambda name: GroupNode(NameNode(name))))
literals = st.one_of(numbers, st.text("a\\\"'\n", max_size=5).map(tree.TextNode), st.just(tree.NullNode()), atoms)


def containers(inner: st.SearchStrategy[tree.Node]) -> st.SearchStrategy[tree.Node]:
    follow = st.one_of(
        names.map(lambda name: lambda atom: PropertyNode(atom, name)),
        inner.map(lambda key: lambda atom: IndexNode(atom, key)),
        st.lists(inner, max_size=2).map(lambda arguments: lambda atom: CallNode(atom, tuple(arguments))),
    )
    paths = st.tuples(atoms, st.lists(follow, max_size=3)).map(
        lambda pair: reduce(lambda at, go: go(at), pair[1], pair[0])
    )
    groups = inner.map(GroupNode)
    sides = st.one_of(paths, groups)
    operators = st.sampled_from(["&", "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "^"])
    binaries = st.builds(BinaryNode, operators, sides, sides)
    lambdas = st.builds(LambdaNode, st.lists(names, min_size=1, max_size=2).map(tuple), inner)
    return st.one_of(paths, groups, binaries, lambdas, sides.map(NegationNode))


@given(st.recursive(literals, containers, max_leaves=12))
@settings(derandomize=True, deadline=None, max_examples=100)
def test_a_printed_tree_reads_as_itself(node: tree.Node) -> None:
    """Printing and reading give the same tree again."""
    assert parse(str(node)) == node


def test_context_paths() -> None:
    """The variables that an expression reads are found as far as they are fixed."""
    paths = list(tree.context_paths(parse('a.b["c"] & f(x[i].y, (results.n)) & a.0')))
    assert paths == [("a", "b", "c"), ("f",), ("x",), ("i",), ("results", "n"), ("a", "0")]
