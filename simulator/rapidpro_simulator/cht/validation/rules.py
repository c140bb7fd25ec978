"""Checking a report against the rules of the settings, as a release of CHT does it (cht-sentinel 4.7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import JavaScriptError, as_text, compact, is_truthy

from .functions import test
from .grammar import Call, Chain, Choice, Not, RuleError, calls_in, parse
from .lookups import LOOKUPS, look_up

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence

    from .check import ReportCheck
    from .functions import Arguments
    from .grammar import Rule

    Json = dict[str, Any]
    Rows = Awaitable[list[Json]]

REGEX = "regex"


@dataclass(frozen=True)
class Failure:
    """A rule that a report breaks: its entry in the settings, and the error's code."""

    code: str
    entry: Json


class RulesError(ValueError):
    """The rules cannot be read; the text is CHT's."""


async def validate(check: ReportCheck, entries: Sequence[Json]) -> list[Failure]:
    """Return the rules among `entries` that the report breaks. Raises `RulesError`."""
    try:
        rules = [(entry, parse(as_text(entry.get("rule") or ""))) for entry in entries if is_truthy(entry.get("rule"))]
    except RuleError as error:
        described = compact({"message": error.message, "pos": error.position})
        raise RulesError(f"Error on pupil validations: {described}") from error
    if check.release.merges_validations:
        return [Failure(_code(entry), entry) for entry, rule in rules if not await _holds(check, entry, rule)]
    return await _validate_apart(check, rules)


async def _validate_apart(check: ReportCheck, rules: Sequence[tuple[Json, Rule]]) -> list[Failure]:
    """Check as releases before 4.15: one rule for each property, and functions that look up apart from the others."""
    failures = []
    last = {entry.get("property"): (entry, rule) for entry, rule in rules if _lookup_in(check, rule) is None}
    for entry, rule in last.values():
        if not await _holds(check, entry, rule):
            failures.append(Failure(_code(entry), entry))
    for entry, rule in rules:
        call = _lookup_in(check, rule)
        if call is not None and not await _accepts(check, entry, call):
            failures.append(Failure(f"{_code(entry)}_{call.name}", entry))
    return failures


def _code(entry: Json) -> str:
    return f"invalid_{entry.get('property')}"


def _lookup_in(check: ReportCheck, rule: Rule) -> Call | None:
    return next((call for call in calls_in(rule) if _lookup_name(check, call.name)), None)


def _lookup_name(check: ReportCheck, name: str) -> str | None:
    if check.release.merges_validations:
        name = next((each for each in LOOKUPS if each.lower() == name.lower()), name)
    known = LOOKUPS.get(name)
    return name if known and check.release.is_since(known[1]) else None


async def _accepts(check: ReportCheck, entry: Json, call: Call) -> bool:
    check.value = check.values.get(str(entry.get("property")), "")
    return await look_up(check, call.name, call.arguments)


async def _holds(check: ReportCheck, entry: Json, rule: Rule) -> bool:
    check.value = check.values.get(str(entry.get("property")), "")
    return await _evaluate(check, rule)


async def _evaluate(check: ReportCheck, rule: Rule) -> bool:
    if isinstance(rule, Call):
        return await _call(check, rule)
    if isinstance(rule, Not):
        return not await _evaluate(check, rule.rule)
    if isinstance(rule, Choice):
        if await _evaluate(check, rule.condition):
            return await _evaluate(check, rule.holds)
        return rule.otherwise is None or await _evaluate(check, rule.otherwise)
    return await _chain(check, rule)


async def _chain(check: ReportCheck, rule: Chain) -> bool:
    result = await _evaluate(check, rule.first)
    for operator, part in rule.rest:
        other = await _evaluate(check, part)
        result = (result and other) if operator == "&&" else (result or other)
    return result


async def _call(check: ReportCheck, call: Call) -> bool:
    lookup = _lookup_name(check, call.name)
    if lookup is not None:
        return await look_up(check, lookup, call.arguments)
    if call.name.lower() == REGEX:
        return _is_match(check, check.value, call.arguments)
    if call.name.lower() == f"other{REGEX}" and call.arguments:
        return _is_match(check, check.values.get(str(call.arguments[0]), ""), call.arguments[1:])
    return test(call.name, check.value, call.arguments, check.values)


def _is_match(check: ReportCheck, value: Any, arguments: Arguments) -> bool:
    # A regular expression is JavaScript's own.
    variables = {"value": as_text(value), "pattern": "", "flags": ""}
    variables.update(zip(("pattern", "flags"), map(as_text, arguments), strict=False))
    try:
        return check.sandbox.holds("new RegExp(pattern, flags).test(value)", variables)
    except JavaScriptError:
        return False
