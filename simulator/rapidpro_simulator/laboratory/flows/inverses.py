"""The tests of routers, solved: texts that satisfy a case and none before it (flows 2.6).

Each test has an inverse that says which texts it could be; the tests themselves say which of them it is. Where nothing
is left, no text can reach the case, as far as the inverse knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.flows.excellent.conversions import is_true, to_text
from rapidpro_simulator.rapidpro.flows.excellent.functions import FUNCTIONS
from rapidpro_simulator.rapidpro.flows.excellent.rendering import render
from rapidpro_simulator.rapidpro.flows.excellent.values import Error
from rapidpro_simulator.rapidpro.flows.locales import locations
from rapidpro_simulator.rapidpro.flows.texts.strings import tokens

from .patterns import texts_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rapidpro_simulator.rapidpro.flows.excellent.values import Value
    from rapidpro_simulator.rapidpro.flows.locales.environment import Environment

# Texts that satisfy few tests: an answer that nobody expected.
UNEXPECTED = ("Hm", "???", "Perhaps later", "0", "-1", "1000000", "Yes", "No", "xyz@", "…", "")
ANYTHING = "Fine"
KEYS = "9876543210*#"
NEVER = frozenset({"has_intent", "has_top_intent"})
MOST_TOLD = 3
MOST_DRESSED = 20  # texts that are tried among other words
STEPS = (Decimal(0), Decimal(1), Decimal(-1), Decimal("0.5"), Decimal("-0.5"), Decimal(100), Decimal(-100))
DAYS = (0, 1, -1, 30, -30, 400, -400)


@dataclass(frozen=True)
class Test:
    """A case of a router: the name of its test, and its arguments, evaluated."""

    __test__ = False  # pytest is not meant

    name: str
    arguments: tuple[Value, ...] = ()

    def passes(self, environment: Environment, value: Value) -> bool:
        """Say whether a value, most often a text, satisfies it."""
        result = self.of(environment, value)
        return not isinstance(result, Error) and is_true(result)

    def of(self, environment: Environment, value: Value) -> Value:
        """Return what the test makes of a value."""
        return FUNCTIONS[self.name].call(environment, value, *self.arguments)

    def words(self, environment: Environment) -> list[str]:
        """Return the arguments as texts."""
        shown = (to_text(environment, argument) for argument in self.arguments)
        return ["" if isinstance(text, Error) else text for text in shown]

    def __str__(self) -> str:
        return f"{self.name}({', '.join(repr(render(argument)) for argument in self.arguments)})"


def solve(environment: Environment, tests: Sequence[Test], number: int | None) -> Iterator[str]:
    """Yield texts that satisfy the test of a number, counted from 0, and none before it; of None, none at all."""
    before = tests[:number]
    wanted = None if number is None else tests[number]
    for text in dict.fromkeys(_candidates(environment, tests, wanted)):
        if any(test.passes(environment, text) for test in before):
            continue
        if wanted is None or wanted.passes(environment, text):
            yield text


def first_passed(environment: Environment, tests: Sequence[Test], value: Value) -> int | None:
    """Return the number of the first test that a value satisfies, None for none."""
    return next((number for number, test in enumerate(tests) if test.passes(environment, value)), None)


def blocked(environment: Environment, tests: Sequence[Test], number: int | None) -> str:
    """Return why no text satisfies the test of a number and none before it, empty where some does or may do so."""
    wanted = None if number is None else tests[number]
    if wanted is not None and wanted.name in NEVER:
        return f"{wanted.name} is never true: RapidPro has no classifiers any more"
    taken: dict[int, None] = {}
    for text in dict.fromkeys(_candidates(environment, tests, wanted)):
        if wanted is None or wanted.passes(environment, text):
            before = first_passed(environment, tests[:number], text)
            if before is None:
                return ""
            taken[before] = None
    cases = " and ".join(f"case {each + 1}, {tests[each]}" for each in sorted(taken)[:MOST_TOLD])
    if not taken:
        result = wanted.of(environment, ANYTHING) if wanted is not None else None
        return f"it goes wrong: {result.message}" if isinstance(result, Error) else "no text is known that satisfies it"
    return f"{cases} take{'s' if len(taken) == 1 else ''} all that it could"


def candidates(environment: Environment, test: Test) -> Iterator[str]:
    """Yield texts that may satisfy a test, whatever other tests there are, the plainest first."""
    yield from INVERSES.get(test.name, _nothing)(environment, test.words(environment))


def _candidates(environment: Environment, tests: Sequence[Test], wanted: Test | None) -> Iterator[str]:
    plain = [] if wanted is None else list(candidates(environment, wanted))
    yield from plain
    if not tests:
        yield ANYTHING
    # What another case asks for may be what this one takes as well, or what comes after it leaves.
    yield from UNEXPECTED
    for other in tests:
        if other is not wanted and other.name.startswith(("has_number", "has_date")):
            yield from INVERSES[other.name](environment, other.words(environment))
    yield from _between(environment, tests)
    yield from KEYS
    # An earlier case may take the plain text, and not the same among other words.
    for text in plain[:MOST_DRESSED]:
        yield from _dressed(text)


def _between(environment: Environment, tests: Sequence[Test]) -> Iterator[str]:
    """Yield a number from each gap between limits: a case may be left no other."""
    words = (word for test in tests if test.name.startswith("has_number") for word in test.words(environment))
    limits = sorted({limit for word in words if (limit := _number(word)) is not None and limit.is_finite()})
    for low, high in pairwise(limits):
        yield _shown(environment, (low + high) / 2)


def _dressed(text: str) -> Iterator[str]:
    """Yield a text as people might write it otherwise: among other words, in other letters, with leading zeros."""
    yield f"{text} please"
    yield f"I say {text}"
    yield f"I say {text} please"
    words = text.split()
    if len(words) > 1:
        yield " and ".join(words)
    if text[:1].isdigit():
        yield f"0{text}"
    yield text.upper()
    yield text.lower()


def _nothing(_environment: Environment, _words: Sequence[str]) -> Iterator[str]:
    yield from ()


def _as_written(_environment: Environment, words: Sequence[str]) -> Iterator[str]:
    for text in words[:1]:
        yield text
        yield text.capitalize()


def _any_word(_environment: Environment, words: Sequence[str]) -> Iterator[str]:
    found = tokens(" ".join(words[:1]))
    for word in found:
        yield word.capitalize()
        yield word
    for first in found:
        yield from (f"{first} {second}" for second in found if second != first)


def _phrase(environment: Environment, words: Sequence[str]) -> Iterator[str]:
    for text in _as_written(environment, words):
        yield text
        yield f"{text} please"
        yield f"I say {text}"


def _all_words(_environment: Environment, words: Sequence[str]) -> Iterator[str]:
    found = tokens(" ".join(words[:1]))
    yield " ".join(found).capitalize()
    yield " ".join(reversed(found))
    yield f"well {' and '.join(found)}"


def _beginning(environment: Environment, words: Sequence[str]) -> Iterator[str]:
    for text in _as_written(environment, words):
        yield text
        yield f"{text} and more"
        yield f"{text}s"


def _text(_environment: Environment, _words: Sequence[str]) -> Iterator[str]:
    yield from ("Asha", "Good", "a few words")


def _pattern(_environment: Environment, words: Sequence[str]) -> Iterator[str]:
    if words:
        yield from texts_for(words[0].strip())


def _numbers(environment: Environment, words: Sequence[str]) -> Iterator[str]:
    limits = [limit for limit in map(_number, words) if limit is not None] or [Decimal(7)]
    if len(limits) > 1:
        yield _shown(environment, Decimal(int(sum(limits) / len(limits))))
        yield _shown(environment, sum(limits, Decimal(0)) / len(limits))
    for step in STEPS:
        yield from (_shown(environment, limit + step) for limit in limits)


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _shown(environment: Environment, number: Decimal) -> str:
    return f"{number.normalize():f}".replace(".", environment.number_format.decimal_symbol)


def _dates(environment: Environment, words: Sequence[str]) -> Iterator[str]:
    layout = environment.date_format
    moments = [FUNCTIONS["datetime"].call(environment, word) for word in words if word]
    moments = [moment for moment in moments if not isinstance(moment, Error)] or [FUNCTIONS["now"].call(environment)]
    for moment in moments:
        for days in DAYS:
            moved = FUNCTIONS["datetime_add"].call(environment, moment, Decimal(days), "D")
            shown = FUNCTIONS["format_date"].call(environment, moved, layout)
            if isinstance(shown, str):
                yield shown


def _times(_environment: Environment, _words: Sequence[str]) -> Iterator[str]:
    yield from ("10:30", "at 5 pm")


def _phones(environment: Environment, words: Sequence[str]) -> Iterator[str]:
    import phonenumbers

    country = (words[0] if words else "") or environment.country or "KE"
    example = phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.MOBILE)
    if example is not None:
        yield phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
    yield "+254712345678"


def _emails(_environment: Environment, _words: Sequence[str]) -> Iterator[str]:
    yield "asha@example.org"


def _places(level: int) -> Callable[[Environment, Sequence[str]], Iterator[str]]:
    def inverse(environment: Environment, _words: Sequence[str]) -> Iterator[str]:
        if environment.locations is not None:
            yield from (place.name for place in environment.locations if place.level == level)

    return inverse


def _categories(_environment: Environment, words: Sequence[str]) -> Iterator[str]:
    yield from words


INVERSES: dict[str, Callable[[Environment, Sequence[str]], Iterator[str]]] = {
    "has_all_words": _all_words,
    "has_any_word": _any_word,
    "has_beginning": _beginning,
    "has_category": _categories,
    "has_date": _dates,
    "has_date_eq": _dates,
    "has_date_gt": _dates,
    "has_date_lt": _dates,
    "has_district": _places(locations.DISTRICT),
    "has_email": _emails,
    "has_error": _nothing,  # a text is never one
    "has_group": _as_written,
    "has_intent": _nothing,
    "has_number": _numbers,
    "has_number_between": _numbers,
    "has_number_eq": _numbers,
    "has_number_gt": _numbers,
    "has_number_gte": _numbers,
    "has_number_lt": _numbers,
    "has_number_lte": _numbers,
    "has_only_phrase": _as_written,
    "has_only_text": _as_written,
    "has_pattern": _pattern,
    "has_phone": _phones,
    "has_phrase": _phrase,
    "has_state": _places(locations.STATE),
    "has_text": _text,
    "has_time": _times,
    "has_top_intent": _nothing,
    "has_value": _text,
    "has_ward": _places(locations.WARD),
}
"""By the name of the test, texts that may satisfy it: all tests that there are."""
