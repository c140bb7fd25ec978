"""Decimal arithmetic with RapidPro's limits: 36 digits, exponents to 100 (flows 6.5, end)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow

MOST_DIGITS = 36
MOST_EXPONENT = 100
DIVISION_PLACES = 16

# Wide enough that sums, differences and products of numbers in range are exact.
EXACT = Context(prec=500, rounding=ROUND_HALF_UP, traps=[InvalidOperation, DivisionByZero, Overflow])


def is_in_range(number: Decimal) -> bool:
    """Whether a number has at most 36 significant digits and a magnitude within 10 to the power of plus or minus 100."""
    if not number:
        return True
    digits = number.as_tuple().digits
    significant = len(digits)
    if significant > MOST_DIGITS:
        while digits[significant - 1] == 0:
            significant -= 1
    return significant <= MOST_DIGITS and -MOST_EXPONENT <= number.adjusted() <= MOST_EXPONENT


def number_text(number: Decimal) -> str:
    """Write a number plainly: no exponent, no zeros at the end."""
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").removesuffix(".")
    return "0" if text == "-0" else text
