"""How single values of a body are read: texts, numbers, yes and no, choices, languages, URNs (rapidpro 1.9)."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro import urns
from rapidpro_simulator.rapidpro.flows.locales.languages import LANGUAGES

from .errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Container

    from .calls import RapidProCall
    from .fields import Parser, Validator

BLANK = "This field may not be blank."
NO_STRING = "Not a valid string."
NULL_CHARACTERS = "Null characters are not allowed."
SURROGATE = "Surrogate characters are not allowed: U+{:X}."
TOO_LONG = "Ensure this field has no more than {} characters."
TOO_SHORT = "Ensure this field has at least {} characters."
NO_CHOICE = '"{}" is not a valid choice.'
NO_INTEGER = "A valid integer is required."
LONG_NUMBER = "String value too large."
LEAST = "Ensure this value is greater than or equal to {}."
MOST = "Ensure this value is less than or equal to {}."
NOT_BOOLEAN = "Must be a valid boolean."
NO_LANGUAGE = "Not an allowed ISO 639-3 language code."
NO_URN = "Invalid URN: {}. Ensure phone numbers contain country codes."

MOST_DIGITS = 1000
TRUE = frozenset({"t", "y", "yes", "true", "on", "1", 1})
FALSE = frozenset({"f", "n", "no", "false", "off", "0", 0})
_ZERO_DECIMALS = re.compile(r"\.0*\s*$")
_SURROGATES = re.compile("[\ud800-\udfff]")


def surrogate(value: str) -> str | None:
    """Return the first half of a surrogate pair in `value`: JSON can say it, a database cannot keep it."""
    found = None if value.isascii() else _SURROGATES.search(value)
    return None if found is None else found.group()


@cache
def text(most: int | None = None, least: int = 0, *, blank: bool = False, also: tuple[Validator, ...] = ()) -> Parser:
    """Return a parser of trimmed text of `least` to `most` characters; numbers become text.

    It says all that is wrong with a text at once, what the validators `also` find first.
    """

    def parse(value: Any, call: RapidProCall) -> str:
        if str(value).strip() == "":
            if not blank:
                raise Invalid(BLANK)
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise Invalid(NO_STRING)
        result = str(value).strip()
        problems = [*_found(also, result, call), *_text_problems(result, most, least)]
        if problems:
            raise Invalid(problems)
        return result

    return parse


def _found(validators: tuple[Validator, ...], value: str, call: RapidProCall) -> list[str]:
    problems: list[str] = []
    for validate in validators:
        try:
            validate(value, call)
        except Invalid as invalid:
            problems.extend(invalid.errors)
    return problems


def _text_problems(value: str, most: int | None, least: int) -> list[str]:
    problems = []
    if most is not None and len(value) > most:
        problems.append(TOO_LONG.format(most))
    if len(value) < least:
        problems.append(TOO_SHORT.format(least))
    if "\x00" in value:
        problems.append(NULL_CHARACTERS)
    if (half := surrogate(value)) is not None:
        problems.append(SURROGATE.format(ord(half)))
    return problems


def integer(least: int | None = None, most: int | None = None) -> Parser:
    """Return a parser of integers from `least` to `most`, which texts and floats without a fraction may be too."""

    def parse(value: Any, call: RapidProCall) -> int:
        if isinstance(value, str) and len(value) > MOST_DIGITS:
            raise Invalid(LONG_NUMBER)
        try:
            number = int(_ZERO_DECIMALS.sub("", str(value)))
        except ValueError as error:
            raise Invalid(NO_INTEGER) from error
        if most is not None and number > most:
            raise Invalid(MOST.format(most))
        if least is not None and number < least:
            raise Invalid(LEAST.format(least))
        return number

    return parse


def boolean(value: Any, call: RapidProCall) -> bool:
    """Read yes or no, in one of many words."""
    word = value.lower() if isinstance(value, str) else value
    if isinstance(word, str | int | float):
        for words, meaning in ((TRUE, True), (FALSE, False)):
            if word in words:
                return meaning
    raise Invalid(NOT_BOOLEAN)


def choice(words: Container[str]) -> Callable[[Any, RapidProCall], str]:
    """Return a parser of one of some `words`."""

    def parse(value: Any, call: RapidProCall) -> str:
        if str(value) not in words:
            raise Invalid(NO_CHOICE.format(value))
        return str(value)

    return parse


def message_text(value: Any, call: RapidProCall) -> str:
    """Read the text of a message, whose length is the generation's."""
    return str(text(call.generation.api.text_limit)(value, call))


def language(value: Any, call: RapidProCall) -> str:
    """Read an ISO 639-3 code. Modelled: all that there are are allowed (rapidpro 0.3)."""
    code = str(text()(value, call))
    if code not in LANGUAGES:
        raise Invalid(NO_LANGUAGE)
    return code


def urn(value: Any, call: RapidProCall) -> str:
    """Read a URN as the workspace stores it (rapidpro 5.2)."""
    given = str(text(urns.MOST_CHARACTERS)(value, call))
    read = urns.read(given, call.workspace.database.country, call.generation.api.schemes)
    if read is None:
        raise Invalid(NO_URN.format(given))
    return read
