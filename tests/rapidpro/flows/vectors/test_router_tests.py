"""The router tests has_* and numbers in texts, as the real engine answers them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from rapidpro_simulator.rapidpro.flows.excellent import numerals
from rapidpro_simulator.rapidpro.flows.excellent.functions import FUNCTIONS
from rapidpro_simulator.rapidpro.flows.excellent.values import Error
from rapidpro_simulator.rapidpro.flows.locales.dates import DateTime
from rapidpro_simulator.rapidpro.flows.locales.environment import Environment, NumberFormat
from rapidpro_simulator.rapidpro.flows.locales.locations import Locations

from . import encoding
from .data import load

DATA = load("router_tests.json")
NOW = DateTime.of(dt.datetime.fromisoformat(DATA["environments"]["now"]))
LOCATIONS = Locations(DATA["locations"][0])


def environment(name: str | dict[str, Any]) -> Environment:
    """The environment of a case: one by name, or a number format on the default one."""
    settings = dict(DATA["environments"][name]) if isinstance(name, str) else {"number_format": name["number_format"]}
    locations = LOCATIONS if settings.pop("locations", None) else None
    return encoding.environment(settings, now=lambda: NOW, locations=locations)


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=f"{index}: {case['name']} {[argument.get('v') for argument in case['args']]}")
        for index, case in enumerate(DATA["cases"])
    ],
)
def test_router_tests(case: dict[str, Any]) -> None:
    """A router test finds the match and the extra that the real one finds."""
    arguments = [encoding.decode(argument) for argument in case["args"]]
    result = FUNCTIONS[case["name"]].call(environment(case["env"]), *arguments)
    encoding.assert_expected(result, case["expected"])


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=f"{index}: {case['input']}") for index, case in enumerate(DATA["parse_number"])]
)
def test_numbers_in_the_formats_of_people(case: dict[str, Any]) -> None:
    """A number is read with the symbols of a number format, and in Arabic and Bengali digits."""
    number = numerals.parse_number(case["input"], NumberFormat(**case["number_format"]))
    encoding.assert_expected(Error("not a valid number format") if number is None else number, case["expected"])
