"""Router tests: the functions named has_*."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapidpro_simulator.rapidpro.flows.excellent.functions import FUNCTIONS
from rapidpro_simulator.rapidpro.flows.excellent.values import Object, Value
from rapidpro_simulator.rapidpro.flows.locales.dates import DateTime
from rapidpro_simulator.rapidpro.flows.locales.environment import Environment
from rapidpro_simulator.rapidpro.flows.locales.locations import Locations

from .evaluating import json_of, value_of

ENVIRONMENT = Environment(
    date_format="DD-MM-YYYY",
    timezone=ZoneInfo("Africa/Kigali"),
    country="RW",
    locations=Locations(
        {
            "name": "Rwanda",
            "children": [
                {"name": "Kigali", "children": [{"name": "Gasabo", "children": [{"name": "Remera"}]}]},
                {"name": "East", "children": [{"name": "Ngoma", "children": [{"name": "Remera"}, {"name": "Sake"}]}]},
                {"name": "West", "children": [{"name": "Gasabo"}]},
            ],
        }
    ),
    now=lambda: DateTime(dt.datetime(2026, 1, 1, 10, 30, tzinfo=dt.UTC)),
)
NO = '{"match":""}'
GROUPS: list[Value] = [Object({"uuid": "u1", "name": "One"}), Object({"uuid": "u2", "name": "Two"})]
RESULT = Object({"name": "Color", "value": "red", "category": "Red"}, default="red")


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("has_error(1 / 0)", '{"match":"division by zero"}'),
        ("has_error(null)", NO),
        ('has_only_text("Yes ", "Yes")', NO),
        ('has_only_text(null, "")', '{"match":""}'),
        ('has_phrase("a a b", "a b")', NO),
        ('has_phrase("x, A-b c", "a b")', '{"match":"A b"}'),
        ('has_phrase("", "")', '{"match":""}'),
        ('has_only_phrase("the red. fox", "The Red Fox")', '{"match":"the red fox"}'),
        ('has_only_phrase("red fox", "red")', NO),
        ('has_any_word("No, yes! Yes", "yes y")', '{"match":"yes Yes"}'),
        ('has_any_word("yes", "")', NO),
        ('has_all_words("b c A b", "a b")', '{"match":"b A b"}'),
        ('has_all_words("a", "a b")', NO),
        ('has_all_words("a", "")', '{"match":""}'),
        ('has_beginning("  Été chaud", "ÉTÉ")', '{"match":"Été"}'),
        ('has_beginning("é", "e")', NO),
        ('has_beginning("x", " ")', NO),
        ('has_text(" x \n")', '{"match":"x"}'),
        ('has_value(" ")', NO),
        (
            'has_pattern("Pay 25 now", " pay (\\\\d+)( x)? ")',
            '{"extra":{"0":"Pay 25","1":"25","2":""},"match":"Pay 25"}',
        ),
        ('has_pattern("x\ny", "^Y$")', '{"extra":{"0":"y"},"match":"y"}'),
        ('has_pattern("x", "(")', "error calling has_pattern(...): must be called with a valid regular expression"),
        ('has_number("I have 1,234 or 5")', '{"match":1234}'),
        ('has_number_eq("I have 1,234", 1234)', '{"match":1234}'),
        ('has_number_gt("5 or 15 or 20", 10)', '{"match":15}'),
        ('has_number_lt("5 or 15", 5)', NO),
        ('has_number_gte("5", 5)', '{"match":5}'),
        ('has_number_lte("6", 5)', NO),
        ('has_number_between("3 then 7", 5, 7)', '{"match":7}'),
        ('has_number_between("8", "x", 7)', 'error calling has_number_between(...): unable to convert "x" to a number'),
        ('has_date("by 5-2-2026")', '{"match":"2026-02-05T12:30:00.000000+02:00"}'),
        ('has_date_lt("4-2-2026 23:00", "5-2-2026")', '{"match":"2026-02-04T23:00:00.000000+02:00"}'),
        ('has_date_eq("5-2-2026 23:00", "5-2-2026")', '{"match":"2026-02-05T23:00:00.000000+02:00"}'),
        ('has_date_eq("2026-02-05T23:00:00Z", "6-2-2026")', '{"match":"2026-02-05T23:00:00.000000Z"}'),
        ('has_date_gt("5-2-2026", "5-2-2026")', NO),
        ('has_date_gt("x", "5-2-2026")', NO),
        ('has_time("at 3 pm")', '{"match":"15:00:00.000000"}'),
        ('has_time("x")', NO),
        ('has_phone("call 0788383383")', '{"match":"+250788383383"}'),
        ('has_phone("call 0712345678", "KE")', '{"match":"+254712345678"}'),
        ('has_phone("call 0712345678", null)', NO),
        ('has_email("to <a.b@c-d.org>.")', '{"match":"a.b@c-d.org"}'),
        ('has_email("a@b")', NO),
        ('has_group(groups, "u2", "Two")', '{"match":{"name":"Two","uuid":"u2"}}'),
        ('has_group(groups, "u3")', NO),
        ('has_group(array(1), "u3")', "error calling has_group(...): unable to convert 1 to an object"),
        ('has_category(result, "Blue", "Red")', '{"match":"Red"}'),
        ('has_category(result, "red")', NO),
        ('has_category(groups[0], "Red")', "error calling has_category(...): first argument must be a result"),
        ('has_intent(result, "x", 0.5)', NO),
        ('has_top_intent(result, "x", 0.5)', NO),
        ('has_state("in KIGALI")', '{"match":"Rwanda > Kigali"}'),
        ('has_district("ngoma")', '{"match":"Rwanda > East > Ngoma"}'),
        ('has_district("gasabo")', NO),
        ('has_district("gasabo", "west")', '{"match":"Rwanda > West > Gasabo"}'),
        ('has_district("gasabo", "nowhere")', NO),
        ('has_ward("sake")', '{"match":"Rwanda > East > Ngoma > Sake"}'),
        ('has_ward("remera")', NO),
        ('has_ward("remera", "kigali", "gasabo")', '{"match":"Rwanda > Kigali > Gasabo > Remera"}'),
        ('has_ward("remera", "kigali", "ngoma")', NO),
        ('has_ward("remera", "kigali")', "error calling has_ward(...): takes one or three arguments, got 2"),
        ("has_ward()", "error calling has_ward(...): takes one or three arguments, got 0"),
    ],
)
def test_router_tests(expression: str, expected: str) -> None:
    """A test tells what matched, or nothing, or an error in RapidPro's words."""
    assert json_of(expression, ENVIRONMENT, groups=GROUPS, result=RESULT) == expected


@pytest.mark.parametrize("expression", ['has_state("x")', 'has_district("x")', 'has_ward("x")'])
def test_a_workspace_may_have_no_locations(expression: str) -> None:
    """Places cannot be found where there are none."""
    name = expression.partition("(")[0]
    message = "can't find locations in environment which is not location enabled"
    assert json_of(expression, Environment()) == f"error calling {name}(...): {message}"


@pytest.mark.parametrize(
    ("expression", "truth"),
    [('has_phrase("x", "")', "true"), ('has_phrase("x", "y")', "false"), ('has_text("x")', "true")],
)
def test_a_result_is_true_or_false(expression: str, truth: str) -> None:
    """The default of a result is its truth, even if nothing but an empty text matched."""
    assert json_of(f"boolean({expression})") == truth


def test_errors_go_through() -> None:
    """Every test but has_error gives the error of its argument, never a match."""
    for name in sorted(name for name in FUNCTIONS if name.startswith("has_") and name != "has_error"):
        result = json_of(f"{name}(1 / 0, 1 / 0, 1 / 0)", ENVIRONMENT)
        assert result.startswith(f"error calling {name}(...): "), name


@given(st.text(max_size=30), st.text(max_size=10))
@settings(derandomize=True, deadline=None, max_examples=100)
def test_whatever_people_write_is_tested(text: str, test: str) -> None:
    """No text breaks a test of texts."""
    for name in ("has_phrase", "has_any_word", "has_all_words", "has_only_phrase", "has_beginning", "has_district"):
        assert type(value_of(f"{name}(text, test)", ENVIRONMENT, text=text, test=test)) is Object
    for name in ("has_number", "has_date", "has_time", "has_phone", "has_email", "has_state"):
        assert type(value_of(f"{name}(text)", ENVIRONMENT, text=text)) is Object
