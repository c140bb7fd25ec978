"""Decimal arithmetic with RapidPro's limits, and how numbers are written (flows 6.5, 6.6)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import TYPE_CHECKING

from .values import Error

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.locales.environment import NumberFormat

MOST_DIGITS = 36
MOST_EXPONENT = 100
DIVISION_PLACES = 16

# Wide enough that sums, differences, products and rounded quotients of numbers in range are exact.
EXACT = Context(prec=500, rounding=ROUND_HALF_UP, traps=[InvalidOperation, DivisionByZero, Overflow])
_NARROW = Context(prec=MOST_DIGITS)
# Powers with fractions: what logarithm and exponential function have to agree on before the result is cut.
_WIDE = Context(prec=240, rounding=ROUND_HALF_UP)
_MORE_POWER_DIGITS = 6

_ZERO = Decimal(0)
_ONE = Decimal(1)
_OUT_OF_RANGE = "number value out of range"


def narrowed(number: Decimal) -> Decimal | None:
    """Give the number with at most 36 digits, zeros at the end dropped as needed; None if it is out of range."""
    if not number.is_finite():
        return None
    narrow = _NARROW.plus(number)
    if narrow and (narrow != number or not -MOST_EXPONENT <= narrow.adjusted() <= MOST_EXPONENT):
        return None
    return narrow


def is_in_range(number: Decimal) -> bool:
    """Whether a number has at most 36 significant digits and a magnitude from 10^-100 to 10^100."""
    return narrowed(number) is not None


def checked(number: Decimal) -> Decimal | Error:
    """Give the number, or an error if it is out of range."""
    narrow = narrowed(number)
    return Error(_OUT_OF_RANGE) if narrow is None else narrow


def add(left: Decimal, right: Decimal) -> Decimal | Error:
    """Add exactly."""
    return checked(EXACT.add(left, right))


def subtract(left: Decimal, right: Decimal) -> Decimal | Error:
    """Subtract exactly."""
    return checked(EXACT.subtract(left, right))


def multiply(left: Decimal, right: Decimal) -> Decimal | Error:
    """Multiply exactly."""
    return checked(EXACT.multiply(left, right))


def divide(left: Decimal, right: Decimal) -> Decimal | Error:
    """Divide to 16 decimal places, half away from zero."""
    return checked(_quotient(left, right)) if right else Error("division by zero")


def power(base: Decimal, exponent: Decimal) -> Decimal | Error:
    """Raise to a power of at most plus or minus 100; what mathematics leaves undefined is 0."""
    if abs(exponent) > MOST_EXPONENT:
        return Error(_OUT_OF_RANGE)
    if not base:
        return _ZERO
    whole = int(exponent)
    fraction = EXACT.subtract(exponent, Decimal(whole))
    if fraction and base < 0:
        return _ZERO
    result = _whole_power(base, whole)
    if fraction:
        result = EXACT.multiply(result, _fractional_power(base, exponent, fraction))
    return checked(result)


def rounded(number: Decimal, places: int, rounding: str = ROUND_HALF_UP) -> Decimal:
    """Round to a number of decimal places, half away from zero; negative places round before the point."""
    if _places(number) <= places:
        return number
    return number.quantize(_ONE.scaleb(-places), rounding, EXACT)


def number_text(number: Decimal) -> str:
    """Write a number plainly: no exponent, no zeros at the end."""
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").removesuffix(".")
    return "0" if text == "-0" else text


def format_number(number: Decimal, style: NumberFormat, places: int = -1, *, group: bool = True) -> str:
    """Write a number for people: with that many places, or as many as it has if -1, thousands in groups if wanted."""
    if places >= 0:
        number = rounded(number, places)
    text = number_text(abs(number)) if places < 0 else f"{abs(number):.{places}f}"
    whole, _, fraction = text.partition(".")
    if group:
        whole = f"{int(whole):,}".replace(",", style.digit_grouping_symbol)
    return ("-" if number < 0 else "") + whole + (style.decimal_symbol + fraction if fraction else "")


def _quotient(left: Decimal, right: Decimal) -> Decimal:
    quotient = EXACT.divide(left, right)
    if quotient.adjusted() > MOST_EXPONENT:
        return quotient  # out of range as it is, and too long to be rounded
    return quotient.quantize(_ONE.scaleb(-DIVISION_PLACES), ROUND_HALF_UP, EXACT)


def _whole_power(base: Decimal, exponent: int) -> Decimal:
    if exponent >= 0:
        return EXACT.power(base, exponent)
    return _quotient(_ONE, EXACT.power(base, -exponent))


def _fractional_power(base: Decimal, exponent: Decimal, fraction: Decimal) -> Decimal:
    digits = _digits(base)
    if _digits(exponent) > digits:
        digits += _digits(exponent)
    places = digits + _MORE_POWER_DIGITS + max(0, _places(base))
    result = _WIDE.exp(_WIDE.multiply(_WIDE.ln(base), fraction))
    return result.quantize(_ONE.scaleb(-places), ROUND_HALF_UP, EXACT)


def _places(number: Decimal) -> int:
    return -int(number.as_tuple().exponent)


def _digits(number: Decimal) -> int:
    return len(number.as_tuple().digits)
