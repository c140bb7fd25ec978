"""Who the contact is, when and how a flow begins, and what chance says: plans in which that is otherwise."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import phonenumbers

from rapidpro_simulator.rapidpro.flows.contactql import Combination, Junction, Operator, PropertyKind, QueryError, parse
from rapidpro_simulator.rapidpro.flows.locales.languages import language_problem
from rapidpro_simulator.rapidpro.flows.locales.timezones import timezone_names
from rapidpro_simulator.rapidpro.flows.texts.urns import is_valid

from .operands import CHANCE, NOW, URNS
from .plan import EXPIRATION, Move

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rapidpro_simulator.rapidpro.flows.contactql.tree import Condition, Node
    from rapidpro_simulator.rapidpro.flows.core.assets import Assets

    from .operands import Path
    from .plan import Plan
    from .walk import Walk

DIGITS: Final = "991234567"
LONGEST_NUMBER: Final = 12
CODE: Final = 3  # digits of the longest code of a country
MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*")
ALMOST_ONE: Final = 0.999
# What a contact has where it is to have something else than a router asks for.
LANGUAGES: Final = ("fra", "zul")
TIMEZONES: Final = ("Africa/Nairobi", "Asia/Kathmandu")


def of_the_world(walk: Walk, plan: Plan, path: Path, value: str) -> Iterator[Plan]:
    """Yield plans in which a variable that no flow has set might have a value."""
    match path:
        case ("contact", *names):
            yield from _of_contact(walk, plan, names, value)
        case ("urns",):
            yield from _with_urn(plan, value)
        case ("urns", scheme):
            yield from _with_urn(plan, value if ":" in value else f"{scheme}:{value}")
            yield from (each for urn in URNS if urn.startswith(f"{scheme}:") for each in _with_urn(plan, urn))
        case ("globals", key):
            yield plan.where("globals", key, value)
        case ("trigger", *names):
            yield from _of_start(plan, names, value)
        case ("child", "status") | ("child", "run", "status") if value == "expired":
            for number in range(len(plan.moves), -1, -1):
                yield replace(plan, moves=(*plan.moves[:number], Move(EXPIRATION)))
        case (name, *limits) if name == CHANCE:
            yield from _drawn(walk, plan, limits, value)
        case _ if path == NOW and MOMENT.fullmatch(value):
            yield replace(plan, begins=value)


def _of_contact(walk: Walk, plan: Plan, names: list[str], value: str) -> Iterator[Plan]:
    match names:
        case ["groups", *_]:
            yield from _in_group(walk, plan, value)
        case ["language"]:
            known = not value or language_problem(value) is None
            yield from (replace(plan, language=each) for each in ((value,) if known else LANGUAGES))
        case ["timezone"]:
            known = not value or value in timezone_names()
            yield from (replace(plan, timezone=each) for each in ((value,) if known else TIMEZONES))
        case ["tickets"]:
            yield replace(plan, has_ticket=not plan.has_ticket)
        case ["name" | "first_name"] | []:
            yield replace(plan, name=value)
        case ["urn" | "urns", *_]:
            yield from _with_urn(plan, value)


def _of_start(plan: Plan, names: list[str], value: str) -> Iterator[Plan]:
    match names:
        case ["params", *path] if path:
            yield plan.where("params", ".".join(path), value)
        case ["type" | "origin"] if plan.start:
            yield replace(plan, start="", requested=True)
        case ["keyword"] if plan.start and value:
            yield replace(plan, start=value)


def _with_urn(plan: Plan, urn: str) -> Iterator[Plan]:
    scheme, _, path = urn.partition(":")
    if scheme == "tel":
        digits = "".join(letter for letter in path if letter.isdigit())
        number = f"+{(digits + DIGITS)[:LONGEST_NUMBER]}" if len(digits) < len(DIGITS) else f"+{digits}"
        numbers = [number, *_examples(digits)]
        yield from (replace(plan, phone=each, urns=()) for each in filter(_is_possible, numbers))
    elif path and is_valid(urn):
        yield replace(plan, urns=(urn,))


def _examples(digits: str) -> Iterator[str]:
    """Yield numbers of the country whose code is the beginning of some digits, where they go on like these."""
    for length in range(1, CODE + 1):
        for country in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(digits[:length] or "0"), ()):
            example = phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.MOBILE)
            number = "" if example is None else phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
            if number.startswith(f"+{digits}"):
                yield number


def _is_possible(number: str) -> bool:
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return False


def _in_group(walk: Walk, plan: Plan, value: str) -> Iterator[Plan]:
    """Yield plans in which the contact is in a group, and in none; one with a query is joined by what is known."""
    assets: Assets = walk.session.assets
    group = next((each for each in assets.groups if value in {each.uuid, each.name}), None)
    if group is not None and group.query:
        yield from _satisfying(walk, plan, group.query)
    elif group is not None:
        yield replace(plan, groups=(*plan.groups, group.uuid))
    yield replace(plan, groups=())


def _satisfying(walk: Walk, plan: Plan, query: str) -> Iterator[Plan]:
    """Yield plans in which a contact query is probably true, by the contact's fields, language and name."""
    try:
        tree = parse(walk.session.merged_environment, query).root
    except QueryError:
        return
    yield from _true(plan, tree)


def _true(plan: Plan, node: Node) -> Iterator[Plan]:
    if not isinstance(node, Combination):
        yield from _true_condition(plan, node)
    elif node.junction is Junction.OR:
        for part in node.parts:
            yield from _true(plan, part)
    else:
        plans = [plan]
        for part in node.parts:
            plans = [next(_true(each, part), each) for each in plans]
        yield from plans


def _true_condition(plan: Plan, condition: Condition) -> Iterator[Plan]:
    for text in _values(condition):
        if condition.kind is PropertyKind.FIELD:
            yield plan.where("fields", condition.key, text)
        elif condition.kind is PropertyKind.SCHEME and text:
            yield from _with_urn(plan, f"{condition.key}:{text}")
        elif condition.key == "language":
            yield replace(plan, language=text)
        elif condition.key == "name":
            yield replace(plan, name=text)


def _values(condition: Condition) -> Iterator[str]:
    """Yield values of a property for which a condition is probably true."""
    value, operator = condition.value, condition.operator
    if operator in {Operator.EQUAL, Operator.CONTAINS, Operator.GREATER_OR_EQUAL, Operator.LESS_OR_EQUAL}:
        yield value
    elif operator is Operator.NOT_EQUAL:
        yield "Other" if value else "Any"
    else:
        step = 1 if operator is Operator.GREATER else -1
        yield f"{int(value) + step}" if value.lstrip("-").isdecimal() else value


def _drawn(walk: Walk, plan: Plan, limits: list[str], value: str) -> Iterator[Plan]:
    """Yield plans in which a number that is drawn is another: of `rand`, or of `rand_between` with its limits."""
    try:
        least, most = (float(each) for each in limits) if limits else (0.0, 0.0)
        wanted = float(value)
    except ValueError:
        return
    chance = (wanted - least + 0.5) / (most - least + 1) if limits else wanted
    for number in range(max(1, walk.draws)):
        before = (*plan.chances, *([0.0] * number))[:number]
        yield replace(plan, chances=(*before, min(max(chance, 0.0), ALMOST_ONE)))
