"""Router tests: the functions named has_* (flows 2.6).

Each gives an object that is true, with what matched and perhaps extra, or one that is false.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.flows.excellent import numerals
from rapidpro_simulator.rapidpro.flows.excellent.conversions import to_object, to_text
from rapidpro_simulator.rapidpro.flows.excellent.values import ABSENT, Error, Function, Object, Value
from rapidpro_simulator.rapidpro.flows.locales import dates_in_text, locations
from rapidpro_simulator.rapidpro.flows.texts import collation
from rapidpro_simulator.rapidpro.flows.texts.phones import find_phones
from rapidpro_simulator.rapidpro.flows.texts.regexes import PatternError, compile_pattern
from rapidpro_simulator.rapidpro.flows.texts.strings import lower, tokens, trim

from .calls import ANY, ARRAY, DATETIME, FUNCTIONS, NUMBER, OBJECT, TEXT, function

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from rapidpro_simulator.rapidpro.flows.locales.dates import Date, DateTime
    from rapidpro_simulator.rapidpro.flows.locales.environment import Environment
    from rapidpro_simulator.rapidpro.flows.locales.locations import Location

NO_MATCH = Object({"match": ""}, default=False)

_EMAIL = compile_pattern(r"([\pL\pN][-_+$~.\pL\pN]*)@([\pL\pN][-_\pL\pN]*)(\.[\pL\pN][-_\pL\pN]*)+", "")
_NO_LOCATIONS = Error("can't find locations in environment which is not location enabled")


def matched(match: Value, extra: Object | None = None) -> Object:
    """Return the result of a test that is true."""
    properties: dict[str, Value] = {"match": match}
    if extra is not None:
        properties["extra"] = extra
    return Object(properties, default=True)


@function(ANY)
def has_error(environment: Environment, value: Value) -> Value:
    """Say whether a value is an error; its text matches."""
    return matched(value.message) if isinstance(value, Error) else NO_MATCH


@function(TEXT, TEXT)
def has_only_text(_environment: Environment, text: str, test: str) -> Value:
    """Say whether two texts are exactly equal."""
    return matched(text) if text == test else NO_MATCH


@function(TEXT, TEXT)
def has_phrase(environment: Environment, text: str, test: str) -> Value:
    """Say whether the test's words follow each other in a text."""
    wanted = _compared_words(environment, test)
    found: list[str] = []
    for word in tokens(text):
        if len(found) == len(wanted):
            break
        if collation.transform(environment.collation, word) == wanted[len(found)]:
            found.append(word)
        else:
            found = []  # RapidPro does not try the word again as the first one: "a a b" has no "a b"
    return _matched_words(found, is_match=len(found) == len(wanted))


@function(TEXT, TEXT)
def has_only_phrase(environment: Environment, text: str, test: str) -> Value:
    """Say whether a text consists of the test's words."""
    is_match = _compared_words(environment, text) == _compared_words(environment, test)
    return _matched_words(tokens(text), is_match=is_match)


@function(TEXT, TEXT)
def has_any_word(environment: Environment, text: str, test: str) -> Value:
    """Say whether a text has any of the test's words; all that it has match."""
    found, _ = _common_words(environment, text, test)
    return _matched_words(found, is_match=bool(found))


@function(TEXT, TEXT)
def has_all_words(environment: Environment, text: str, test: str) -> Value:
    """Say whether a text has all of the test's words."""
    found, missing = _common_words(environment, text, test)
    return _matched_words(found, is_match=not missing)


@function(TEXT, TEXT)
def has_beginning(_environment: Environment, text: str, test: str) -> Value:
    """Say whether a text begins with another, whatever their case."""
    text, test = trim(text), trim(test)
    beginning = text.encode()[: len(test.encode())].decode(errors="replace")
    return matched(beginning) if test and lower(beginning) == lower(test) else NO_MATCH


@function(TEXT)
def has_text(_environment: Environment, text: str) -> Value:
    """Say whether there is any text but white space."""
    text = trim(text)
    return matched(text) if text else NO_MATCH


FUNCTIONS["has_value"] = Function("has_value", FUNCTIONS["has_text"].body)


@function(TEXT, TEXT)
def has_pattern(_environment: Environment, text: str, pattern: str) -> Value:
    """Say whether a regular expression is found in a text; extra has its groups, `0` the whole match."""
    try:
        match = compile_pattern(trim(pattern)).search(text)
    except PatternError:
        return Error("must be called with a valid regular expression")
    if match is None:
        return NO_MATCH
    groups = (match[0], *match.groups())
    return matched(match[0], Object({str(index): group or "" for index, group in enumerate(groups)}))


@function(TEXT)
def has_number(environment: Environment, text: str) -> Value:
    """Say whether there is a number in a text."""
    return _number_that(environment, text, lambda _: True)


@function(TEXT, NUMBER, NUMBER)
def has_number_between(environment: Environment, text: str, least: Decimal, most: Decimal) -> Value:
    """Say whether there is a number from `least` to `most` in a text."""
    return _number_that(environment, text, lambda number: least <= number <= most)


def _declare_number_test(name: str, compare: Callable[[Decimal, Decimal], bool]) -> None:
    def test(environment: Environment, text: str, limit: Decimal) -> Value:
        return _number_that(environment, text, lambda number: compare(number, limit))

    test.__name__ = name
    function(TEXT, NUMBER)(test)


def _declare_date_test(name: str, compare: Callable[[Date, Date], bool]) -> None:
    def test(environment: Environment, text: str, other: DateTime) -> Value:
        found = dates_in_text.find_datetime(environment, text, fill_time=True)
        if found is None:
            return NO_MATCH
        days = (moment.in_zone(environment.timezone).date for moment in (found, other))
        return matched(found) if compare(*days) else NO_MATCH

    test.__name__ = name
    function(TEXT, DATETIME)(test)


for _name, _compare in {
    "lt": operator.lt,
    "lte": operator.le,
    "eq": operator.eq,
    "gte": operator.ge,
    "gt": operator.gt,
}.items():
    _declare_number_test(f"has_number_{_name}", _compare)

for _name, _compare in {"lt": operator.lt, "eq": operator.eq, "gt": operator.gt}.items():
    _declare_date_test(f"has_date_{_name}", _compare)


@function(TEXT)
def has_date(environment: Environment, text: str) -> Value:
    """Say whether there is a date in a text; without a time it has now's."""
    found = dates_in_text.find_datetime(environment, text, fill_time=True)
    return NO_MATCH if found is None else matched(found)


@function(TEXT)
def has_time(_environment: Environment, text: str) -> Value:
    """Say whether there is a time in a text."""
    found = dates_in_text.find_time(text)
    return NO_MATCH if found is None else matched(found)


@function(TEXT, TEXT, optional=1)
def has_phone(environment: Environment, text: str, country: str | None = None) -> Value:
    """Say whether there is a phone number in a text, of a country or the environment's; its E.164 form matches."""
    found = find_phones(text, environment.country if country is None else country or None)
    return matched(found[0]) if found else NO_MATCH


@function(TEXT)
def has_email(_environment: Environment, text: str) -> Value:
    """Say whether there is an e-mail address in a text."""
    match = _EMAIL.search(text)
    return NO_MATCH if match is None else matched(match[0])


@function(ARRAY, TEXT, TEXT, optional=1)
def has_group(environment: Environment, groups: list[Value], uuid: str, _name: str = "") -> Value:
    """Say whether a group with a UUID is among groups; its name is for people only."""
    for item in groups:
        group = to_object(environment, item)
        if isinstance(group, Error):
            return group
        if to_text(environment, group.get("uuid")) == uuid:
            return matched(group)
    return NO_MATCH


@function(OBJECT, TEXT, variadic=TEXT)
def has_category(environment: Environment, result: Object, *categories: str) -> Value:
    """Say whether a result's category is one of some. Deprecated."""
    if result.lookup("category") is ABSENT:
        return Error("first argument must be a result")
    category = to_text(environment, result.get("category"))
    return matched(category) if category in categories else NO_MATCH


@function(OBJECT, TEXT, NUMBER)
def has_intent(_environment: Environment, _result: Object, _name: str, _confidence: Decimal) -> Value:
    """Say no: intents were of classifiers, which RapidPro has no longer."""
    return NO_MATCH


FUNCTIONS["has_top_intent"] = Function("has_top_intent", FUNCTIONS["has_intent"].body)


@function(TEXT)
def has_state(environment: Environment, text: str) -> Value:
    """Say whether a text names a state; its path matches."""
    if environment.locations is None:
        return _NO_LOCATIONS
    found = environment.locations.find(environment.collation, text, locations.STATE)
    return matched(found[0].path) if found else NO_MATCH


@function(TEXT, TEXT, optional=1)
def has_district(environment: Environment, text: str, state: str = "") -> Value:
    """Say whether a text names a district: of a state, or else of the only district so named."""
    places = environment.locations
    if places is None:
        return _NO_LOCATIONS
    states = places.find(environment.collation, state, locations.STATE) if state else []
    if states:
        return _first_place(places.find(environment.collation, text, locations.DISTRICT, states[0]))
    return NO_MATCH if state else _only_place(places.find(environment.collation, text, locations.DISTRICT))


@function(variadic=TEXT)
def has_ward(environment: Environment, *arguments: str) -> Value:
    """Say whether a text names a ward: of a district of a state, or else of the only ward so named."""
    if len(arguments) not in {1, 3}:
        return Error(f"takes one or three arguments, got {len(arguments)}")
    places = environment.locations
    if places is None:
        return _NO_LOCATIONS
    text, state, district = arguments if len(arguments) > 1 else (arguments[0], "", "")
    if not district:
        return _only_place(places.find(environment.collation, text, locations.WARD))
    states = places.find(environment.collation, state, locations.STATE)
    districts = places.find(environment.collation, district, locations.DISTRICT, states[0]) if states else []
    if not districts:
        return NO_MATCH
    return _first_place(places.find(environment.collation, text, locations.WARD, districts[0]))


def _compared_words(environment: Environment, text: str) -> list[str]:
    return [collation.transform(environment.collation, word) for word in tokens(text)]


def _common_words(environment: Environment, text: str, test: str) -> tuple[list[str], set[str]]:
    wanted = set(_compared_words(environment, test))
    missing = set(wanted)
    found = []
    for word in tokens(text):
        compared = collation.transform(environment.collation, word)
        if compared in wanted:
            found.append(word)
            missing.discard(compared)
    return found, missing


def _matched_words(words: list[str], *, is_match: bool) -> Object:
    return matched(" ".join(words)) if is_match else NO_MATCH


def _number_that(environment: Environment, text: str, satisfies: Callable[[Decimal], bool]) -> Object:
    for number in numerals.find_numbers(text, environment.number_format):
        if satisfies(number):
            return matched(number)
    return NO_MATCH


def _first_place(places: list[Location]) -> Object:
    return matched(places[0].path) if places else NO_MATCH


def _only_place(places: list[Location]) -> Object:
    return matched(places[0].path) if len(places) == 1 else NO_MATCH
