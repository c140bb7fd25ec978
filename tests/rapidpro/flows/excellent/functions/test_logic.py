"""Functions of truth."""

from __future__ import annotations

import pytest

from .evaluating import json_of

DIVISION = "division by zero"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('boolean("False")', "false"),
        ('boolean("0")', "true"),
        ("boolean(1 / 0)", f"error calling boolean(...): {DIVISION}"),
        ('and(1, "x", array(1))', "true"),
        ("and(true, 0)", "false"),
        ("and(false, 1 / 0)", "false"),
        ("and(true, 1 / 0, false)", f"error calling and(...): {DIVISION}"),
        ("and()", "error calling and(...): need at least 1 argument(s), got 0"),
        ('or(0, "", "x")', "true"),
        ("or(false, null)", "false"),
        ("or(true, 1 / 0)", "true"),
        ("or(false, 1 / 0, true)", f"error calling or(...): {DIVISION}"),
        ("if(1 = 1, 2, 1 / 0)", "2"),
        ('if("", 1 / 0, "no")', '"no"'),
        ("if(true, 1 / 0, 2)", f"error calling if(...): {DIVISION}"),
        ("if(1 / 0, 1, 2)", f"error calling if(...): {DIVISION}"),
    ],
)
def test_logic_functions(expression: str, expected: str) -> None:
    """An error only matters where the outcome depends on it."""
    assert json_of(expression) == expected
