"""Values: what they convert to, how they look, whether they are the same."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapidpro_simulator.rapidpro.flows.excellent import conversions, numbers
from rapidpro_simulator.rapidpro.flows.excellent.rendering import (
    describe,
    equals,
    format_value,
    from_json,
    render,
    to_json,
)
from rapidpro_simulator.rapidpro.flows.excellent.values import ABSENT, Deprecated, Error, Function, Object, Value
from rapidpro_simulator.rapidpro.flows.locales.dates import Date, DateTime, Time
from rapidpro_simulator.rapidpro.flows.locales.environment import Environment, NumberFormat

if TYPE_CHECKING:
    from collections.abc import Callable

KIGALI = ZoneInfo("Africa/Kigali")
ENVIRONMENT = Environment(date_format="DD-MM-YYYY", timezone=KIGALI)
MOMENT = DateTime.of(dt.datetime(2024, 2, 29, 23, 30, tzinfo=dt.UTC))
UPPER = Function("upper", lambda _environment, value: value)
PERSON = Object({"name": "Ann", "age": Decimal("3.50"), "id": Deprecated("7", "use ref")}, "Ann")
PLAIN = Object({"b": Decimal(1), "a": None})
NUMBER = Object({}, "12")


@pytest.mark.parametrize(
    ("convert", "value", "converted"),
    [
        (conversions.to_text, None, ""),
        (conversions.to_text, PERSON, "Ann"),
        (conversions.to_number, " -1.50\n", Decimal("-1.5")),
        (conversions.to_number, ".5", Decimal("0.5")),
        (conversions.to_number, NUMBER, Decimal(12)),
        (conversions.to_number, "1.", Error('unable to convert "1." to a number')),
        (conversions.to_number, "+1", Error('unable to convert "+1" to a number')),
        (conversions.to_number, "1e3", Error('unable to convert "1e3" to a number')),
        (conversions.to_number, "٤٢", Error('unable to convert "٤٢" to a number')),
        (conversions.to_number, "1" * 37, Error(f'unable to convert "{"1" * 37}" to a number')),
        (conversions.to_number, None, Error("unable to convert null to a number")),
        (conversions.to_number, True, Error("unable to convert true to a number")),
        (conversions.to_number, PLAIN, Error("unable to convert object to a number")),
        (conversions.to_number, PERSON, Error('unable to convert "Ann" to a number')),
        (conversions.to_integer, Decimal("-1.9"), -1),
        (conversions.to_integer, Decimal(2**31 - 1), 2**31 - 1),
        (conversions.to_integer, Decimal(2**31), Error("number value 2147483648 is out of range for an integer")),
        (conversions.to_integer, Decimal(-(2**31)), -(2**31)),
        (conversions.to_datetime, Date(2024, 2, 29), DateTime.of(dt.datetime(2024, 2, 29, tzinfo=KIGALI))),
        (conversions.to_datetime, "29/02/2024", DateTime.of(dt.datetime(2024, 2, 29, tzinfo=KIGALI))),
        (conversions.to_datetime, "x", Error('unable to convert "x" to a datetime')),
        (conversions.to_datetime, Time(1, 2, 3), Error("unable to convert time to a datetime")),
        (conversions.to_date, MOMENT, Date(2024, 3, 1)),
        (conversions.to_date, "2024-02-29T23:30:00Z", Date(2024, 2, 29)),
        (conversions.to_date, Object({}, MOMENT), Date(2024, 3, 1)),
        (conversions.to_date, True, Error("unable to convert true to a date")),
        (conversions.to_time, MOMENT, Time(23, 30, 0)),
        (conversions.to_time, Decimal("7.9"), Time(7, 0, 0)),
        (conversions.to_time, Decimal(24), Time(0, 0, 0)),
        (conversions.to_time, Decimal(25), Error("unable to convert 25 to a time")),
        (conversions.to_time, "at 10:30 pm", Time(22, 30, 0)),
        (conversions.to_time, Date(2024, 1, 1), Error("unable to convert date to a time")),
        (conversions.to_array, None, []),
        (conversions.to_array, "a", Error('unable to convert "a" to an array')),
        (conversions.to_object, [], Error("unable to convert array to an object")),
        (conversions.to_object, MOMENT, Error("unable to convert datetime to an object")),
        (conversions.to_function, UPPER, UPPER),
        (conversions.to_function, 'a"b', Error('"a\\"b" is not a function')),
    ],
)
def test_conversion(convert: Callable[[Environment, Value], Any], value: Value, converted: Any) -> None:
    """A value becomes what is wanted of it, or an error says why not."""
    assert convert(ENVIRONMENT, value) == converted


CONVERSIONS = [
    *(conversions.to_text, conversions.to_number, conversions.to_integer, conversions.to_boolean),
    *(conversions.to_datetime, conversions.to_date, conversions.to_time),
    *(conversions.to_array, conversions.to_object, conversions.to_function),
]


@pytest.mark.parametrize("convert", CONVERSIONS)
def test_errors_stay_errors(convert: Callable[[Environment, Value], Any]) -> None:
    """An error converts to itself, whatever is wanted."""
    error = Error("broken")
    assert convert(ENVIRONMENT, error) is error


@pytest.mark.parametrize(
    ("value", "truth"),
    [
        (None, False),
        ("", False),
        ("False", False),
        ("0", True),
        (" ", True),
        (Decimal("0.00"), False),
        (Decimal("-0.1"), True),
        ([], False),
        ([None], True),
        (Object({}), False),
        (PLAIN, True),
        (Object({"a": "b"}, Decimal(0)), False),
        (Object({}, "x"), True),
        (Date(0, 0, 0), False),
        (Date(1, 1, 1), True),
        (Time(0, 0, 0), False),
        (Time(0, 0, 0, 1), True),
        (MOMENT, True),
        (UPPER, True),
    ],
)
def test_truth(value: Value, truth: bool) -> None:
    """What is empty, zero or null is false, and so is the word."""
    assert conversions.to_boolean(ENVIRONMENT, value) is truth


@pytest.mark.parametrize(
    ("value", "rendered", "formatted", "as_json"),
    [
        (None, "", "", "null"),
        (True, "true", "true", "true"),
        (Decimal("1234567.500"), "1234567.5", "1,234,567.5", "1234567.5"),
        (Decimal("1E+3"), "1000", "1,000", "1000"),
        (Decimal("-0.0"), "0", "0", "0"),
        ('<a&"b">\n\u2028é\x01', '<a&"b">\n\u2028é\x01', '<a&"b">\n\u2028é\x01', '"<a&\\"b\\">\\n\\u2028é\\u0001"'),
        (MOMENT, "2024-02-29T23:30:00.000000Z", "01-03-2024 01:30", '"2024-02-29T23:30:00.000000Z"'),
        (Date(2024, 2, 29), "2024-02-29", "29-02-2024", '"2024-02-29"'),
        (Time(7, 5, 0, 1000), "07:05:00.000001", "07:05", '"07:05:00.000001"'),
        ([Decimal(1), None, "x"], "[1, , x]", "1, , x", '[1,null,"x"]'),
        (["a\nb", "c"], "[a\nb, c]", "- a\n  b\n- c", '["a\\nb","c"]'),
        ([Error("e")], "[e]", "", "[null]"),
        (PERSON, "Ann", "Ann", '{"age":3.5,"id":"7","name":"Ann"}'),
        (PLAIN, "{a: , b: 1}", "a: \nb: 1", '{"a":null,"b":1}'),
        (Object({"k": PLAIN}), "{k: {a: , b: 1}}", "k:\n  a: \n  b: 1", '{"k":{"a":null,"b":1}}'),
        (UPPER, "upper", "upper", "null"),
    ],
)
def test_looks(value: Value, rendered: str, formatted: str, as_json: str) -> None:
    """A value has one look in templates, one for people, and one as JSON."""
    assert (render(value), format_value(ENVIRONMENT, value), to_json(value)) == (rendered, formatted, as_json)


def test_an_error_is_no_json() -> None:
    """An error is not written as JSON, nor formatted."""
    assert to_json(Error("e")) == Error("e")
    assert format_value(ENVIRONMENT, Error("e")) == ""


@pytest.mark.parametrize("text", ["", "{", "[1,]", "NaN", "-Infinity", "01", '"\n"', "[" * 100_000])
def test_invalid_json(text: str) -> None:
    """What is no JSON is an error."""
    assert from_json(text) == Error("invalid JSON")


def test_reading_json() -> None:
    """JSON is read exactly; the key `__default__` is the default, and half a character is replaced."""
    value = from_json('{"n": 0.10, "big": 1e99, "text": "\\ud800", "__default__": [true, null]}')
    assert isinstance(value, Object)
    assert (value.default, value.get("N"), value.get("text")) == ([True, None], Decimal("0.1"), "\ufffd")
    assert render(value.get("big")) == "1" + "0" * 99
    assert type(from_json("1" * 37)) is Error


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Decimal("1.0"), Decimal(1), True),
        (Decimal(1), True, False),
        (Decimal(1), "1", False),
        ([Decimal(1), ["x"]], [Decimal(1), ["x"]], True),
        ([Decimal(1)], [Decimal(1), None], False),
        (PERSON, Object({"name": "Ann", "age": Decimal("3.5"), "id": "7"}, "Ann"), True),
        (PERSON, Object({"name": "Ann", "age": Decimal("3.5"), "id": "7"}), False),
        (PERSON, Object({"name": "Ann", "age": Decimal("3.5"), "id": "7"}, "Bob"), False),
        (PLAIN, Object({"b": Decimal(1), "A": None}), False),
        (PLAIN, Object({"b": Decimal(2), "a": None}), False),
        (Error("a"), Error("a"), True),
        (UPPER, Function("upper", lambda _environment: None), True),
        (MOMENT, MOMENT.in_zone(KIGALI), True),
        (None, Error("a"), False),
    ],
)
def test_equality(one: Value, other: Value, same: bool) -> None:
    """Values are the same if their types are, through and through."""
    assert (equals(one, other), equals(other, one)) == (same, same)


@pytest.mark.parametrize(
    ("value", "description"),
    [
        ('say "ж\x00\u200b"', '"say \\"ж\\x00\\u200b\\""'),
        (UPPER, "upper(...)"),
        ([], "array"),
        (MOMENT, "datetime"),
        (Error("e"), "error"),
    ],
)
def test_description(value: Value, description: str) -> None:
    """Errors name values so that one sees what they are."""
    assert describe(value) == description


@pytest.mark.parametrize(
    ("number", "places", "group", "written"),
    [
        ("-1234.565", 2, True, "-1.234,57"),
        ("1234", 2, False, "1234,00"),
        ("0.5", 0, True, "1"),
        ("-0.4", 0, True, "0"),
        ("999.999", 2, True, "1.000,00"),
        ("1E+12", -1, True, "1.000.000.000.000"),
    ],
)
def test_number_format(number: str, places: int, group: bool, written: str) -> None:
    """Numbers are rounded half away from zero, and written with the symbols asked for."""
    assert numbers.format_number(Decimal(number), NumberFormat(",", "."), places, group=group) == written


@pytest.mark.parametrize(
    ("number", "is_in_range"),
    [
        ("0E+500", True),
        ("123456789012345678901234567890123456" + "0" * 65, True),
        ("1234567890123456789012345678901234567", False),
        ("1E+100", True),
        ("1E+101", False),
        ("1E-100", True),
        ("1E-101", False),
    ],
)
def test_range(number: str, is_in_range: bool) -> None:
    """Numbers have at most 36 digits, zeros at the end not counted, and stay within 10^±100."""
    assert numbers.is_in_range(Decimal(number)) is is_in_range


numbers_in_range = st.decimals(-(10**12), 10**12, places=6)


@given(numbers_in_range, numbers_in_range)
@settings(derandomize=True, deadline=None, max_examples=100)
def test_sums_are_exact(one: Decimal, other: Decimal) -> None:
    """Adding is undone by subtracting, and every number reads as it is written."""
    total = numbers.add(one, other)
    assert isinstance(total, Decimal)
    assert numbers.subtract(total, other) == one
    assert conversions.parse_number(numbers.number_text(total)) == total


extremes = st.builds(
    lambda digits, exponent: numbers.narrowed(Decimal(digits).scaleb(exponent, numbers.EXACT)) or Decimal(0),
    st.integers(-(10**36), 10**36),
    st.integers(-100, 65),
)


@pytest.mark.parametrize("operate", [numbers.add, numbers.multiply, numbers.divide, numbers.power])
@given(one=extremes, other=extremes | st.integers(-100, 100).map(Decimal) | st.just(Decimal("-99.5")))
@settings(derandomize=True, deadline=None, max_examples=60)
def test_arithmetic_is_total(operate: Callable[[Decimal, Decimal], Value], one: Decimal, other: Decimal) -> None:
    """Any two numbers have a result in range, or there is an error."""
    result = operate(one, other)
    assert isinstance(result, Error) or (isinstance(result, Decimal) and numbers.is_in_range(result))


def test_zeros_at_the_end_do_not_count() -> None:
    """A number may be written with any number of zeros at its end."""
    assert conversions.parse_number(f"1.5{'0' * 2000}") == Decimal("1.5")
    assert numbers.power(Decimal(4), conversions.parse_number(f"0.5{'0' * 2000}") or Decimal(0)) == 2


jsons = st.recursive(
    st.none() | st.booleans() | st.text(max_size=5) | numbers_in_range,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3).map(Object),
    max_leaves=8,
)


@given(jsons)
@settings(derandomize=True, deadline=None, max_examples=100)
def test_json_reads_as_written(value: Value) -> None:
    """Values survive JSON."""
    written = to_json(value)
    assert isinstance(written, str)
    assert equals(from_json(written), value)


def test_objects_are_lazy() -> None:
    """Properties and default are made once, and only when needed."""
    made = []

    def properties() -> dict[str, Value]:
        made.append("properties")
        return {"Name": "Ann"}

    def default() -> Value:
        made.append("default")
        return "A"

    person = Object(properties, default)
    assert made == []
    assert (person.get("NAME"), person.get("name"), person.get("x", "missing")) == ("Ann", "Ann", "missing")
    assert made == ["properties"]
    assert (person.default, person.default, Object({}).default) == ("A", "A", ABSENT)
    assert made == ["properties", "default"]
