"""Functions of texts (flows 7). `texts.strings` says what a word is and how case changes."""

from __future__ import annotations

import html
import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING
from urllib.parse import quote

from rapidpro_simulator.rapidpro.flows.excellent.conversions import to_text
from rapidpro_simulator.rapidpro.flows.excellent.numbers import EXACT
from rapidpro_simulator.rapidpro.flows.excellent.values import Error, Value
from rapidpro_simulator.rapidpro.flows.texts import strings as texts
from rapidpro_simulator.rapidpro.flows.texts.regexes import PatternError, compile_pattern

from .arrays import array_of
from .calls import INTEGER, NUMBER, TEXT, Kind, function

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.locales.environment import Environment

MOST_CHARACTERS = 10_000
REPLACEMENT = "\ufffd"

_LAST_CODE_POINT = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)
_INTEGERS = range(-(2**63), 2**63)
_HUNDRED = Decimal(100)
_NO_BREAK_SPACE = "\xa0"
# Python 3.11 knows Unicode 14; RapidPro's Unicode 15 also assigns these, mostly emoji that people do send.
_UNICODE_15 = re.compile(
    "[\u0cf3\u0ece\U00010efd-\U00010eff\U0001123f-\U00011241\U00011b00-\U00011b09\U00011f00-\U00011f10"
    "\U00011f12-\U00011f3a\U00011f3e-\U00011f59\U0001342f\U00013439-\U00013455\U0001b132\U0001b155"
    "\U0001d2c0-\U0001d2d3\U0001df25-\U0001df2a\U0001e030-\U0001e06d\U0001e08f\U0001e4d0-\U0001e4f9\U0001f6dc"
    "\U0001f774-\U0001f776\U0001f77b-\U0001f77f\U0001f7d9\U0001fa75-\U0001fa77\U0001fa87-\U0001fa88"
    "\U0001faad-\U0001faaf\U0001fabb-\U0001fabd\U0001fabf\U0001face-\U0001facf\U0001fada-\U0001fadb\U0001fae8"
    "\U0001faf7-\U0001faf8\U0002b739\U00031350-\U000323af]"
)


def _characters(environment: Environment, value: Value) -> str | Error:
    # Null stands for white space like an argument left out; only an empty text really trims nothing.
    return texts.WHITE_SPACE if value is None else to_text(environment, value)


CHARACTERS: Kind = _characters


@function(TEXT)
def text(_environment: Environment, value: str) -> Value:
    """Give the rendering of any value."""
    return value


@function(INTEGER)
def char(_environment: Environment, code_point: int) -> Value:
    """Give the character of a code point; the replacement character where there is none."""
    exists = 0 <= code_point <= _LAST_CODE_POINT and code_point not in _SURROGATES
    return chr(code_point) if exists else REPLACEMENT


@function(TEXT)
def code(_environment: Environment, text: str) -> Value:
    """Give the code point of the first character."""
    return Decimal(ord(text[0])) if text else Error("requires a string of at least one character")


@function(TEXT, TEXT, optional=1)
def split(_environment: Environment, text: str, delimiters: str = "") -> Value:
    """Give the words of a text as an array."""
    return array_of(list[Value](texts.words(text, delimiters)))


@function(TEXT, CHARACTERS, optional=1)
def trim(_environment: Environment, text: str, characters: str = texts.WHITE_SPACE) -> Value:
    """Remove characters from both ends."""
    return text.strip(characters)


@function(TEXT, CHARACTERS, optional=1)
def trim_left(_environment: Environment, text: str, characters: str = texts.WHITE_SPACE) -> Value:
    """Remove characters from the start."""
    return text.lstrip(characters)


@function(TEXT, CHARACTERS, optional=1)
def trim_right(_environment: Environment, text: str, characters: str = texts.WHITE_SPACE) -> Value:
    """Remove characters from the end."""
    return text.rstrip(characters)


@function(TEXT)
def title(_environment: Environment, text: str) -> Value:
    """Capitalise every word and lower the rest."""
    return texts.title(texts.lower(text))


@function(TEXT)
def upper(_environment: Environment, text: str) -> Value:
    """Give the text in upper case."""
    return texts.upper(text)


@function(TEXT)
def lower(_environment: Environment, text: str) -> Value:
    """Give the text in lower case."""
    return texts.lower(text)


@function(TEXT, INTEGER, TEXT, optional=1)
def word(_environment: Environment, text: str, index: int, delimiters: str = "") -> Value:
    """Give one word, counted from 0, or from the end with a negative index."""
    words = texts.words(text, delimiters)
    if -len(words) <= index < len(words):
        return words[index]
    return Error(f"index {index} is out of range for the number of words {len(words)}")


@function(TEXT)
def remove_first_word(_environment: Environment, text: str) -> Value:
    """Give the text from its second word on."""
    spans = texts.token_spans(text)
    return text[spans[1][0] :] if len(spans) > 1 else ""


@function(TEXT, TEXT, optional=1)
def word_count(_environment: Environment, text: str, delimiters: str = "") -> Value:
    """Count the words."""
    return Decimal(len(texts.words(text, delimiters)))


@function(TEXT, INTEGER, INTEGER, TEXT, optional=2)
def word_slice(_environment: Environment, text: str, start: int, end: int = -1, delimiters: str = "") -> Value:
    """Give some of the words, joined by spaces; an end of 0 or less is the last word."""
    if start < 0:
        return Error("must start with a positive index")
    if 0 < end <= start:
        return Error("must have a end which is greater than the start")
    return " ".join(texts.words(text, delimiters)[start : end if end > 0 else None])


@function(TEXT, INTEGER, TEXT)
def field(_environment: Environment, text: str, index: int, delimiter: str) -> Value:
    """Give one of the pieces between a delimiter, trimmed; spaces delimit however many there are."""
    if index < 0:
        return Error("cannot use a negative index")
    pieces = text.split(delimiter) if delimiter else list(text)
    if delimiter == " ":
        pieces = [piece for piece in pieces if piece]
    return texts.trim(pieces[index]) if index < len(pieces) else ""


@function(TEXT)
def clean(_environment: Environment, text: str) -> Value:
    """Remove what cannot be printed: control, format and unassigned characters."""
    return text if text.isprintable() else "".join([character for character in text if _is_clean(character)])


@function(TEXT, INTEGER, INTEGER, optional=1)
def text_slice(_environment: Environment, text: str, start: int, end: int | None = None) -> Value:
    """Give the characters from start up to end, counted from the end where negative."""
    return text[start:end]


@function(TEXT)
def text_length(_environment: Environment, text: str) -> Value:
    """Count the characters."""
    return Decimal(len(text))


@function(TEXT, TEXT)
def text_compare(_environment: Environment, first: str, second: str) -> Value:
    """Give -1, 0 or 1 as the first comes before, is, or comes after the second in the order of code points."""
    return Decimal((first > second) - (first < second))


@function(TEXT, INTEGER)
def repeat(_environment: Environment, text: str, times: int) -> Value:
    """Repeat the text."""
    if times < 0:
        return Error(f"must be called with a positive integer, got {times}")
    if len(text) * times > MOST_CHARACTERS:
        return Error(f"cannot build a string longer than {MOST_CHARACTERS} characters")
    return text * times


@function(TEXT, TEXT, TEXT, INTEGER, optional=1)
def replace(_environment: Environment, text: str, needle: str, replacement: str, count: int = -1) -> Value:
    """Replace a part of the text wherever it stands, or only its first occurrences."""
    return text.replace(needle, replacement, count)


@function(NUMBER)
def percent(_environment: Environment, number: Decimal) -> Value:
    """Give the number as a whole percentage."""
    percentage = int(EXACT.multiply(number, _HUNDRED).to_integral_value(ROUND_HALF_UP))
    return f"{percentage}%" if percentage in _INTEGERS else Error("percentage value is out of range")


@function(TEXT)
def url_encode(_environment: Environment, text: str) -> Value:
    """Encode the text for a place in a URL."""
    return quote(text, safe="")


@function(TEXT)
def html_decode(_environment: Environment, text: str) -> Value:
    """Replace HTML entities by their characters; a no-break space becomes a space."""
    return html.unescape(text).replace(_NO_BREAK_SPACE, " ")


@function(TEXT, TEXT, INTEGER, optional=1)
def regex_match(_environment: Environment, text: str, pattern: str, group: int = 0) -> Value:
    """Give the first match of a regular expression, or one of the match's groups."""
    try:
        compiled = compile_pattern(pattern)
    except PatternError:
        return Error("invalid regular expression")
    match = compiled.search(text)
    if match is None or not 0 <= group <= compiled.groups:
        return Error("invalid regular expression group")
    return match[group] or ""


def _is_clean(character: str) -> bool:
    return unicodedata.category(character)[0] != "C" or _UNICODE_15.match(character) is not None
