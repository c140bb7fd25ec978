"""Functions of arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .evaluating import json_of, value_of

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.excellent.values import Value

TOO_MANY = "cannot build an array with more than 10000 items"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("array()", "[]"),
        ("array(1, null)", "[1,null]"),
        ("array(1, 1 / 0)", "error calling array(...): division by zero"),
        ('slice(array("a", "b", "c"), -2)', '["b","c"]'),
        ('slice(array("a", "b", "c"), 1, -1)', '["b"]'),
        ("slice(null, 0)", "[]"),
        ('contains(array(1, 2), "2")', "false"),
        ("contains(array(1, 2.0), 2)", "true"),
        ('contains(array(array("a")), array("a"))', "true"),
        ("contains(array(null), null)", "true"),
        ("contains(array(1), 1 / 0)", "error calling contains(...): division by zero"),
        ('join(array(1, null, "x"), "-")', '"1--x"'),
        ('join(array(), ",")', '""'),
        ('join("1,2", ",")', 'error calling join(...): unable to convert "1,2" to an array'),
        ("reverse(array(1, 2, 3))", "[3,2,1]"),
        ('sort(array("b", "a", "B"))', '["B","a","b"]'),
        ("sort(array(10, 9, 1.5))", "[1.5,9,10]"),
        ("sort(array(true, false))", "[false,true]"),
        ('sort(array(date("02-01-2020"), date("01-02-2019")))', '["2019-02-01","2020-01-02"]'),
        ('sort(array(time("10:30"), time("9:45")))', '["09:45:00.000000","10:30:00.000000"]'),
        (
            'sort(array(datetime("2020-01-01T10:00:00Z"), datetime("2020-01-01T11:00:00+02:00")))[1]',
            '"2020-01-01T10:00:00.000000Z"',
        ),
        ("sort(array(null))", "[null]"),
        ('sort(array("1", 1))', "error calling sort(...): can't sort array of different types"),
        ("sort(array(null, null))", "error calling sort(...): null isn't a comparable type"),
        ("sort(array(array(), array()))", "error calling sort(...): array isn't a comparable type"),
        ('sum(array(1, "2.5"))', "3.5"),
        ("sum(array())", "0"),
        ('sum(array(1, "x"))', 'error calling sum(...): unable to convert "x" to a number'),
        ('unique(array(1, "1", 1.0, true, null, null))', '[1,"1",true,null]'),
        ('unique(array(array(1), array(1), object("a", 1), object("a", 1)))', '[[1],{"a":1}]'),
        ("concat(array(1), array(2, 1))", "[1,2,1]"),
        ('filter(array("a", "", "b"), boolean)', '["a","b"]'),
        ("filter(array(1, 2, 3), (x) => x > 1)", "[2,3]"),
        (
            'filter(array("a"), abs)',
            'error calling filter(...): error calling abs(...): unable to convert "a" to a number',
        ),
        ('filter(array(), "x")', 'error calling filter(...): "x" is not a function'),
        ('foreach(array("a b", "c d"), word, 1)', '["b","d"]'),
        ("foreach(array(1, 2), (x) => x * x)", "[1,4]"),
        (
            "foreach(array(1, 0), (x) => 1 / x)",
            "error calling foreach(...): error calling <anon>(...): division by zero",
        ),
        ("count(array(1, null))", "2"),
        ('count(object("a", 1))', "1"),
        ("count(null)", "0"),
        ('count("abc")', "error calling count(...): value isn't countable"),
        ("count(1 / 0)", "error calling count(...): division by zero"),
    ],
)
def test_array_functions(expression: str, expected: str) -> None:
    """Arrays are built, searched and changed as in flows 7."""
    assert json_of(expression) == expected


def test_many_arrays_are_made_unique() -> None:
    """Arrays and objects are compared as wholes, and ten thousand of them take no more than a moment."""
    pairs: list[Value] = [["x", str(number % 5_000)] for number in range(10_000)]
    assert json_of("count(unique(a))", a=pairs) == "5000"
    assert json_of('unique(array(object("A", 1), object("A", 1.0), object("a", 1), array(), object()))') == (
        '[{"A":1},{"a":1},[],{}]'
    )


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("count(concat(half, half))", "10000"),
        ("concat(concat(half, half), array(1))", f"error calling concat(...): {TOO_MANY}"),
        ('split(join(concat(half, half), " "))[9999]', '"x"'),
        ('split(join(concat(half, half), ",") & ",1", ",")', f"error calling split(...): {TOO_MANY}"),
    ],
)
def test_arrays_have_at_most_10000_items(expression: str, expected: str) -> None:
    """Whatever builds an array refuses to build one of more than 10,000 items."""
    assert json_of(expression, half=["x"] * 5_000) == expected


def test_the_given_array_stays_as_it_is() -> None:
    """Functions give new arrays: the context's own is never changed."""
    given = ["b", "a", "b"]
    for expression in ("sort(a)", "reverse(a)", "unique(a)", "concat(a, a)", "slice(a, 1)"):
        value_of(expression, a=list[object](given))  # type: ignore[arg-type]
    assert given == ["b", "a", "b"]
