from __future__ import annotations

import inspect
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapidpro_simulator.rapidpro.flows.contactql import Combination, Condition, QueryError, evaluate, parse, quote
from rapidpro_simulator.rapidpro.flows.locales.environment import Environment

from .workspace import Contact

PLAIN = Environment()
REDACTED = Environment(redact_urns=True)
ANY_START = "{'(', STRING, PROPERTY, TEXT}"
ANY_LITERAL = "{STRING, PROPERTY, TEXT}"

PIECES = st.sampled_from(
    [
        *("(", ")", " ", "\n", "and", "OR", "has", "is", "=", "!=", "~", ">", "<=", "$", '"', "\\", "é", "\ud800"),
        *("name", "fields.age", "urns.tel", "urns.x", "other.x", "tel:+255712345678", "12-34", "İ", "x", '"a b"', "0"),
    ]
)
TEXTS = st.one_of(st.text(max_size=30), st.lists(PIECES, max_size=20).map("".join), st.lists(PIECES).map(" ".join))


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("a=1 b=2 or c=3", "(fields.a = 1 AND fields.b = 2) OR fields.c = 3"),
        ("a=1 or b=2 c=3", "fields.a = 1 OR (fields.b = 2 AND fields.c = 3)"),
        ("a=1 and b=2 or c=3 and d=4", "(fields.a = 1 AND fields.b = 2) OR (fields.c = 3 AND fields.d = 4)"),
        ("a=1 and (b=2 or c=3)", "fields.a = 1 AND (fields.b = 2 OR fields.c = 3)"),
        ("(((a=1)))", "fields.a = 1"),
        ("a=1 (b=2 (c=3))", "fields.a = 1 AND fields.b = 2 AND fields.c = 3"),
        ("(a=1 or b=2) or (c=3 or d=4)", "fields.a = 1 OR fields.b = 2 OR fields.c = 3 OR fields.d = 4"),
        ("a<=1 b>=2 c<3 d!=4", "fields.a <= 1 AND fields.b >= 2 AND fields.c < 3 AND fields.d != 4"),
        ("\n a \t=\r 1 ", "fields.a = 1"),
    ],
)
def test_and_binds_tighter_than_or(text: str, canonical: str) -> None:
    """Parts that follow each other must both be true, and parentheses go where they change nothing."""
    assert str(parse(PLAIN, text)) == canonical


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("name = -5", 'name = "-5"'),
        ("name = 1.50", "name = 1.50"),
        ("name = 1.", 'name = "1."'),
        (r'name = "a\tb"', r'name = "a\tb"'),
        (r'name = "a\d"', r'name = "a\\d"'),
        (r'name = "caf\u00e9"', 'name = "café"'),
        ("name = has.", 'name = "has."'),
        ("NAME = Hash", 'name = "Hash"'),
        ("Fields.Name = Ann", 'fields.name = "Ann"'),
        ("URNS.TEL = 12", "urns.tel = 12"),
        ("prénom = x", 'fields.prénom = "x"'),
    ],
)
def test_values_are_quoted_unless_they_are_plain_numbers(text: str, canonical: str) -> None:
    """Properties have no case, values keep theirs; an invalid escape leaves the literal as it is."""
    assert str(parse(PLAIN, text)) == canonical


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", f"mismatched input '<EOF>' expecting {ANY_START}"),
        ("and", f"mismatched input 'and' expecting {ANY_START}"),
        ("$ x", f"extraneous input '$' expecting {ANY_START}"),
        ("a = 1 or", f"mismatched input '<EOF>' expecting {ANY_START}"),
        ("()", f"mismatched input ')' expecting {ANY_START}"),
        ("name =", f"mismatched input '<EOF>' expecting {ANY_LITERAL}"),
        ("name = = x", f"extraneous input '=' expecting {ANY_LITERAL}"),
        ("name = (x)", f"extraneous input '(' expecting {ANY_LITERAL}"),
        ("1 = 2", "mismatched input '=' expecting <EOF>"),
        ("x )", "extraneous input ')' expecting <EOF>"),
        ("x $ y", "mismatched input '$' expecting <EOF>"),
        ("(x", "missing ')' at '<EOF>'"),
        ("((x", "mismatched input '<EOF>' expecting ')'"),
        ("(x $)", "extraneous input '$' expecting ')'"),
        ("(x $ y)", "mismatched input '$' expecting ')'"),
    ],
)
def test_a_syntax_error_says_what_was_found_and_what_was_expected(text: str, message: str) -> None:
    """The words are those of a parser that first tries to leave one token out."""
    with pytest.raises(QueryError) as refused:
        parse(PLAIN, text)
    assert (refused.value.code, refused.value.message, refused.value.extra) == ("syntax", message, {})


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("tel = 123 $", "syntax"),
        ("other.x = 1 $", "syntax"),
        ("tel = 123", "redacted_urns"),
        ("urn ~ 123", "redacted_urns"),
        ("other.x = 1 or tel = 123", "unknown_property_type"),
        ("urns.pigeon = 123", "unknown_property"),
    ],
)
def test_syntax_comes_before_meaning(text: str, code: str) -> None:
    """Only the first error is told: of the syntax, else of the first condition that has one."""
    with pytest.raises(QueryError) as refused:
        parse(REDACTED, text)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("most", "too_much"),
    [
        ("(" * 100 + "x" + ")" * 100, "(" * 101 + "x" + ")" * 101),
        (" ".join(["x"] * 250), " ".join(["x"] * 251)),
        ("x" * 10_000, "x" * 10_001),
    ],
    ids=["depth", "conditions", "length"],
)
def test_a_query_has_its_limits(most: str, too_much: str) -> None:
    """What is at the limit is read, what is beyond it is too complex."""
    parse(PLAIN, most)
    with pytest.raises(QueryError, match="query is too complex"):
        parse(PLAIN, too_much)


def test_a_query_as_deep_as_allowed_needs_no_deep_stack() -> None:
    """The real engine takes it wherever it is called, so half of Python's stack is enough."""
    text = "(a=1 or (b=2 and " * 50 + "c=3" + "))" * 50
    frames = len(inspect.stack())
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(frames + 500)
    try:
        query = parse(PLAIN, text)
        assert not evaluate(PLAIN, query, Contact({}))
        assert str(query).count("(") == 99
    finally:
        sys.setrecursionlimit(limit)


@given(text=TEXTS, redacted=st.booleans())
@settings(derandomize=True, deadline=None, max_examples=100)
def test_reading_a_canonical_text_changes_nothing(text: str, redacted: bool) -> None:
    """Any text is a query or a refusal, and the canonical text of a query is its own canonical text."""
    environment = REDACTED if redacted else PLAIN
    try:
        canonical = str(parse(environment, text))
    except QueryError:
        return
    assert str(parse(environment, canonical)) == canonical


@given(value=st.text())
@settings(derandomize=True, deadline=None, max_examples=100)
def test_any_value_survives_its_literal(value: str) -> None:
    """A quoted value between two others is read as the same value."""
    root = parse(PLAIN, f'sex = "m" AND sex = {quote(value)} AND sex = "f"').root
    assert isinstance(root, Combination)
    assert [part.value for part in root.parts if isinstance(part, Condition)] == ["m", value, "f"]
