"""Functions of errors and speech, conversions, prompts, and the addition of old flows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from .evaluating import ENVIRONMENT, json_of

PROMPTS = replace(ENVIRONMENT, prompts={"sort": "Into {{ .arg1 }} or {{.arg2}}, {{ .other }}", "plain": r"\1 {{"})


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('date("05.02.2001")', '"2001-02-05"'),
        ('datetime("05.02.2001 10:15")', '"2001-02-05T10:15:00.000000Z"'),
        ('time("10:15 pm")', '"22:15:00.000000"'),
        ("time(24)", '"00:00:00.000000"'),
        ("is_error(1 / 0)", "true"),
        ("is_error(null)", "false"),
        ('default(1 / 0, "x")', '"x"'),
        ('default(null, "x")', '"x"'),
        ('default("", "x")', '"x"'),
        ('default(" ", "x")', '" "'),
        ('default(object("a", 1, "__default__", ""), "x")', '"x"'),
        ("default(array(), 1)", "[]"),
        ("default(0, 1)", "0"),
        ("default(null, 1 / 0)", "error calling default(...): division by zero"),
        ('legacy_add("31-01-2017 10:30", 1)', '"2017-02-01T10:30:00.000000Z"'),
        ('legacy_add(-31, "31-01-2017")', '"2016-12-31T00:00:00.000000Z"'),
        ('legacy_add("31-01-2017", 1.9)', '"2017-02-01T00:00:00.000000Z"'),
        ('legacy_add("2", 3)', "5"),
        ('legacy_add("01-01-2017", "02-01-2017")', "error calling legacy_add(...): cannot operate on two dates"),
        (
            'legacy_add("01-01-2017", -2147483649)',
            "error calling legacy_add(...): cannot operate on integers greater than 32 bit",
        ),
        ('legacy_add("x", 1)', 'error calling legacy_add(...): unable to convert "x" to a number'),
        ('legacy_add(1, "y")', 'error calling legacy_add(...): unable to convert "y" to a number'),
        ('read_chars("+123456")', '"1 2 3 , 4 5 6"'),
        ('read_chars("12345678")', '"1 2 3 4 , 5 6 7 8"'),
        ('read_chars("12345")', '"1 , 2 , 3 , 4 , 5"'),
        ('read_chars("")', '""'),
    ],
)
def test_other_functions(expression: str, expected: str) -> None:
    """Errors are replaced, dates read, digits spoken as in flows 7."""
    assert json_of(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('prompt("sort", array("A", "B"), 2)', '"Into [A, B] or 2, <no value>"'),
        ('prompt("sort", "{{ .arg2 }}", "\\\\1")', '"Into {{ .arg2 }} or \\\\1, <no value>"'),
        ('prompt("plain")', '"\\\\1 {{"'),
        ('prompt("missing")', "error calling prompt(...): unknown LLM prompt missing"),
        ('prompt("sort", 1 / 0)', "error calling prompt(...): division by zero"),
        (
            'prompt("sort", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)',
            "error calling prompt(...): need 1 to 11 argument(s), got 12",
        ),
    ],
)
def test_prompts(expression: str, expected: str) -> None:
    """Arguments take the places of a prompt's template; what is not given is told so, as Go's templates do."""
    assert json_of(expression, PROMPTS) == expected
