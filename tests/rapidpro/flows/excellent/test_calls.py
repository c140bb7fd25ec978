"""How functions are declared: counting and converting of arguments."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.rapidpro.flows.excellent.functions import ANY, FUNCTIONS, INTEGER, NUMBER, TEXT, function
from rapidpro_simulator.rapidpro.flows.excellent.values import Error, Function, Value
from rapidpro_simulator.rapidpro.flows.locales.environment import Environment

if TYPE_CHECKING:
    from collections.abc import Iterator

ENVIRONMENT = Environment()


@pytest.fixture
def cut() -> Iterator[Function]:
    @function(TEXT, INTEGER, optional=1)
    def cut_(_environment: Environment, text: str, length: int = 1) -> Value:
        return text[:length]

    yield FUNCTIONS["cut"]
    del FUNCTIONS["cut"]


@pytest.fixture
def total() -> Iterator[Function]:
    @function(ANY, variadic=NUMBER)
    def total(_environment: Environment, first: Value, *rest: Decimal) -> Value:
        return [first, sum(rest, Decimal(0))]

    yield FUNCTIONS["total"]
    del FUNCTIONS["total"]


@pytest.mark.parametrize(
    ("arguments", "result"),
    [
        (["abc"], "a"),
        ([Decimal(12), "2"], "12"),
        ([], Error("error calling cut(...): need 1 to 2 argument(s), got 0")),
        (["a", Decimal(1), None], Error("error calling cut(...): need 1 to 2 argument(s), got 3")),
        (["a", "b"], Error('error calling cut(...): unable to convert "b" to a number')),
        ([Error("first"), Error("second")], Error("error calling cut(...): first")),
    ],
)
def test_optional(cut: Function, arguments: list[Value], result: Value) -> None:
    """Arguments are counted and converted in order; those left out are not passed."""
    assert cut.call(ENVIRONMENT, *arguments) == result


@pytest.mark.parametrize(
    ("arguments", "result"),
    [
        ([Error("kept")], [Error("kept"), Decimal(0)]),
        (["x", "1", Decimal(2)], ["x", Decimal(3)]),
        (["x", "1", None], Error("error calling total(...): unable to convert null to a number")),
        ([], Error("error calling total(...): need at least 1 argument(s), got 0")),
    ],
)
def test_variadic(total: Function, arguments: list[Value], result: Value) -> None:
    """Any number of further arguments is converted alike; a function that takes anything is given errors."""
    assert total.call(ENVIRONMENT, *arguments) == result


def test_fixed_count() -> None:
    """A function without optional arguments says how many it needs."""
    assert FUNCTIONS["if"].call(ENVIRONMENT, None) == Error("error calling if(...): need 3 argument(s), got 1")
