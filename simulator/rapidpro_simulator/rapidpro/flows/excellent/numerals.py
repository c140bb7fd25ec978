"""Numbers in free text: written with separators, in Arabic or Bengali digits, among words (flows 2.6)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.flows.texts.regexes import compile_pattern

from . import conversions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from rapidpro_simulator.rapidpro.flows.locales.environment import NumberFormat
    from rapidpro_simulator.rapidpro.flows.texts.regexes import Pattern

_ZEROS = (0x0660, 0x06F0, 0x09E6)  # Arabic, extended Arabic and Bengali
_DIGITS = str.maketrans({chr(zero + digit): str(digit) for zero in _ZEROS for digit in range(10)})


def parse_number(text: str, number_format: NumberFormat) -> Decimal | None:
    """Return the number that a text is; None where it is none. A leading plus makes it none."""
    text = text.replace(number_format.digit_grouping_symbol, "").replace(number_format.decimal_symbol, ".")
    return conversions.parse_number(text.translate(_DIGITS))


def find_numbers(text: str, number_format: NumberFormat) -> Iterator[Decimal]:
    """Yield the numbers in a text, in their order."""
    for match in _pattern(number_format, text.isascii()).finditer(text):
        number = parse_number(match[0], number_format)
        if number is not None:
            yield number


@lru_cache(maxsize=64)
def _pattern(number_format: NumberFormat, is_ascii: bool) -> Pattern:
    digit = "0-9" if is_ascii else r"\pN"
    grouping = re.escape(number_format.digit_grouping_symbol)
    point = re.escape(number_format.decimal_symbol)
    pattern = rf"[-+]?([{digit}{grouping}]+({point}[{digit}]+)?|(\W|^){point}[{digit}]+)"
    return re.compile(pattern, re.ASCII) if is_ascii else compile_pattern(pattern, "")
