"""Templates: what is found in them, what they become, what goes wrong, and how they are rewritten."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapidpro_simulator.rapidpro.flows.excellent import templates, tree
from rapidpro_simulator.rapidpro.flows.excellent.scanner import scan
from rapidpro_simulator.rapidpro.flows.excellent.templates import (
    ExpressionProblem,
    compile_template,
    evaluate_expression,
    evaluate_text,
    evaluate_value,
    find_expressions,
    has_expressions,
    rewrite,
)
from rapidpro_simulator.rapidpro.flows.excellent.values import Deprecated, Error, Function, Object, Value
from rapidpro_simulator.rapidpro.flows.locales.environment import Environment

ENVIRONMENT = Environment()
CONTEXT = Object(
    {
        "contact": Object({"name": "Ann", "Age": Decimal(3), "id": Deprecated("7", "use ref")}, "Ann"),
        "items": ["a", None, "c"],
        "nothing": None,
        "upper": "hidden",
        "double": Function("double", lambda _environment, value: value + value),
        "broken": Error("broken"),
    }
)
NAMES = CONTEXT.names


def evaluated(template: str) -> str:
    found = evaluate_text(ENVIRONMENT, CONTEXT, template)
    assert found.problems == []
    return found.text


@pytest.mark.parametrize(
    ("template", "pieces"),
    [
        ("", []),
        ("a@b.com @handle", [("BODY", "a@b.com @handle")]),
        ("@@contact", [("BODY", "@contact")]),
        ("@Contact.name...?", [("IDENTIFIER", "Contact.name"), ("BODY", "...?")]),
        ("@contact.@contact", [("IDENTIFIER", "contact"), ("BODY", "."), ("IDENTIFIER", "contact")]),
        ("@.@contact", [("BODY", "@."), ("IDENTIFIER", "contact")]),
        ("@(a)(b)", [("EXPRESSION", "a"), ("BODY", "(b)")]),
        ("@((a) & b)", [("EXPRESSION", "(a) & b")]),
        ('@(")" & "\\")")!', [("EXPRESSION", '")" & "\\")"'), ("BODY", "!")]),
        ('@("\\\\") @contact', [("BODY", '@("\\\\") @contact')]),
        ("@(a @contact", [("BODY", "@(a @contact")]),
        ("@(whatever)", [("EXPRESSION", "whatever")]),
        ("hi @", [("BODY", "hi @")]),
        ("hi\0 @contact", [("BODY", "hi")]),
    ],
)
def test_scan(template: str, pieces: list[tuple[str, str]]) -> None:
    """Only allowed names and closed parentheses are expressions; the rest is literal."""
    tokens = scan(template, NAMES)
    assert [(token.kind, token.text) for token in tokens] == pieces
    assert "".join(token.source for token in tokens) == template.partition("\0")[0]
    assert has_expressions(template, NAMES) == any(kind != "BODY" for kind, _ in pieces)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("@contact @CONTACT.AGE", "Ann 3"),
        ("@(contact.age / 7)", "0.4285714285714286"),
        ("@items @nothing.", "[a, , c] ."),
        ('@(items[-1]) @(items["0"]) @(items[1.9]) @items.2', "c a  c"),
        ('@(contact["nome"])', ""),
        ('@(null = "") @(1 = 1.0) @("a" = "A")', "true true false"),
        ("@(upper) @(double(4))", "hidden 8"),
        ("@(((x) => ((y) => X & y)(2))(1))", "12"),
        ("@(((contact) => contact)(1)) @contact", "1 Ann"),
        ("@(-contact.age) @(--1) @(-2 ^ 2)", "-3 1 4"),
        ("@(0 ^ 0) @(0 ^ -1) @(-8 ^ 0.5) @(4 ^ 2.5) @(4 ^ -1.5) @(3 ^ -2)", "0 0 0 32 0.125 0.1111111111111111"),
        (
            "@(1 / 3 * 3) @(-5 / 1000000000000000000) @(5 / 100000000000000000)",
            "0.9999999999999999 0 0.0000000000000001",
        ),
        ("@(0.10 + 0.20) @(1000 * 1000)", "0.3 1000000"),
    ],
)
def test_text(template: str, text: str) -> None:
    """Templates become text as the language says."""
    assert evaluated(template) == text


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("missing", "context has no property 'missing'"),
        ("contact.nome", "object has no property 'nome'"),
        ("nothing.x", "null doesn't support lookups"),
        ('contact.name["x\\n"]', '"Ann" doesn\'t support lookups'),
        ("(items[0])[0]", '"a" doesn\'t support lookups'),
        ("double.x", "double(...) doesn't support lookups"),
        ("items.first", 'unable to convert "first" to a number'),
        ("items[3]", "index 3 out of range for 3 items"),
        ("items[-4]", "index -4 out of range for 3 items"),
        ("items[99999999999]", "number value 99999999999 is out of range for an integer"),
        ("broken.x", "broken"),
        ("items[broken]", "broken"),
        ("contact.name(1)", "contact.name is not a function"),
        ("broken + missing", "broken"),
        ("1 + true", "unable to convert true to a number"),
        ("1 + items", "unable to convert array to a number"),
        ("(x => 1)(2)", "syntax error at => 1)(2)"),
        ("((x) => 1)()", "error calling <anon>(...): need 1 argument(s), got 0"),
        ("((x) => x.y)(1)", "error calling <anon>(...): 1 doesn't support lookups"),
        ("10 ^ 101", "number value out of range"),
        (f"0.{'0' * 99}1 ^ -100", "number value out of range"),
        (f"{10**99} * 100", "number value out of range"),
        ("123456789012345678901234567890123456 * 11", "number value out of range"),
    ],
)
def test_error(expression: str, message: str) -> None:
    """What goes wrong is said in RapidPro's words; other parts of the template still count."""
    found = evaluate_text(ENVIRONMENT, CONTEXT, f"a@({expression})b")
    assert found.text == "ab"
    assert found.problems == [ExpressionProblem(f"@({expression})", message)]


def test_problems_as_text() -> None:
    """Several problems are one text."""
    found = evaluate_text(ENVIRONMENT, CONTEXT, "@(1 / 0) and @contact.x")
    assert found.error == (
        "error evaluating @(1 / 0): division by zero, error evaluating @contact.x: object has no property 'x'"
    )


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ("  @contact.age\n", Decimal(3)),
        ("@(items)", ["a", None, "c"]),
        ("@items @items", "[a, , c] [a, , c]"),
        (" plain ", "plain"),
        ("", ""),
        ("@(1 / 0)", Error("division by zero")),
    ],
)
def test_value(template: str, value: Value) -> None:
    """A lone expression is its own value, an error too; everything else is text."""
    found = evaluate_value(ENVIRONMENT, CONTEXT, template)
    assert (found.value, found.problems) == (value, [])


def test_problems_beside_text_are_reported() -> None:
    """A template that is no lone expression reports its errors, even where a value was asked for."""
    found = evaluate_value(ENVIRONMENT, CONTEXT, "n: @(1 / 0)")
    assert (found.value, found.problems) == ("n: ", [ExpressionProblem("@(1 / 0)", "division by zero")])


def test_warnings_come_once_an_expression() -> None:
    """A deprecated property warns once in each expression that uses it."""
    found = evaluate_text(ENVIRONMENT, CONTEXT, "@(contact.id & contact.id) @contact.id @contact")
    assert (found.text, found.warnings) == ("77 7 Ann", ["use ref", "use ref"])


def test_escape() -> None:
    """What expressions contribute is escaped, literal text is not."""
    assert evaluate_text(ENVIRONMENT, CONTEXT, "n @contact", lambda text: text.replace("n", "\\n")).text == "n A\\n\\n"


@pytest.mark.parametrize(
    ("template", "budget", "is_enough"),
    [
        ("@(1 + 1 + 1)", 2, True),
        ("@(1 + 1 + 1)", 1, False),
        ('@("ab" & "cd")', 4, True),
        ('@("éé" & "")', 3, False),
        ("@(double(2))", 0, False),
        ("@(1 + 1)@(1 + 1)", 1, True),
        ("@(count(foreach(array(1, 2, 3), lower)))", 6, True),
        ("@(count(foreach(array(1, 2, 3), lower)))", 5, False),
        ("@(count(foreach(array(1, 2, 3), (x) => x)))", 5, False),
    ],
)
def test_budget(template: str, budget: int, is_enough: bool) -> None:
    """Results cost 1, or their bytes; the budget is that of one expression."""
    found = evaluate_text(ENVIRONMENT, CONTEXT, template, budget=budget)
    assert [problem.too_complex for problem in found.problems] == ([] if is_enough else [True])
    assert is_enough or found.problems[0].message == "expression is too complex to evaluate"


def test_a_spent_budget_is_reported_where_a_value_was_asked_for() -> None:
    """Errors of a lone expression are values, but not this one alone."""
    found = evaluate_value(ENVIRONMENT, CONTEXT, "@(1 + 1)", budget=0)
    assert (found.value, found.problems[0].too_complex) == (Error("expression is too complex to evaluate"), True)


def test_long_chains() -> None:
    """Operators and lookups may be chained as long as a template may be."""
    assert evaluated(f"@({'1 + ' * 3000}1)") == "3001"
    assert evaluated(f"@({'-' * 5000}1)") == "1"
    assert evaluate_text(ENVIRONMENT, CONTEXT, f"@(contact{'.name' * 2000})").error.endswith("lookups")


def test_a_hundred_brackets_evaluate() -> None:
    """The deepest nesting that can be read can be evaluated."""
    assert evaluated("@(" + "1 + abs(" * 100 + "1" + ")" * 101) == "101"


@given(st.text(alphabet='ab1. +-*/^&=<>()[]",\\@contactitems', max_size=40))
@settings(derandomize=True, deadline=None, max_examples=100)
def test_evaluation_is_total(expression: str) -> None:
    """Whatever the template, there is a result; and its expressions are those that were found."""
    template = f"@({expression}) @{expression}"
    found = evaluate_text(ENVIRONMENT, CONTEXT, template)
    sources = {place.source for place in find_expressions(template, NAMES)}
    assert {problem.expression for problem in found.problems} <= sources
    assert rewrite(template, NAMES, lambda node: node) == template


def test_compiled_templates_are_kept_within_bounds() -> None:
    """The same template is compiled once, and not all are kept for ever."""
    assert compile_template("@contact", NAMES) is compile_template("@contact", NAMES)
    assert compile_template.cache_info().maxsize == templates.KEPT_TEMPLATES


def test_the_same_template_in_another_context() -> None:
    """What is an expression depends on the names of the context, not on who compiled the template first."""
    assert evaluated("@contact") == "Ann"
    assert evaluate_text(ENVIRONMENT, Object({}), "@contact").text == "@contact"


def to_json(node: tree.Node) -> tree.Node:
    match node:
        case tree.NameNode(name) if name.lower() == "webhook":
            return tree.PropertyNode(node, "json")
    return node


@pytest.mark.parametrize(
    ("template", "rewritten"),
    [
        ('@webhook @(webhook["foo"])', '@webhook.json @(webhook.json["foo"])'),
        ("@contact.webhook a@@b.com", "@contact.webhook a@@b.com"),
        ("@( 1+webhook ) @(1+1)", "@(1 + webhook.json) @(1+1)"),
        ("@(webhook +) @(", "@(webhook +) @("),
        ('@(f((x)=>x&WEBHOOK.a, -1.50, "\\d"))', '@(f((x) => x & WEBHOOK.json.a, -1.5, "\\\\d"))'),
    ],
)
def test_rewrite(template: str, rewritten: str) -> None:
    """Only expressions that change are printed anew."""
    names = {"webhook", "contact"}
    assert rewrite(template, names, lambda node: tree.transformed(node, to_json)) == rewritten


def test_unreadable_expressions_are_found_too() -> None:
    """Whoever looks for expressions learns of those that cannot be read."""
    found = list(find_expressions("@contact @(1 +)", NAMES))
    assert [(place.source, place.tree, place.error) for place in found] == [
        ("@contact", tree.NameNode("contact"), None),
        ("@(1 +)", None, "syntax error at "),
    ]


def test_bare_expression() -> None:
    """An expression can be evaluated without the mark."""
    assert evaluate_expression(ENVIRONMENT, CONTEXT, "contact.age + 1") == Decimal(4)
