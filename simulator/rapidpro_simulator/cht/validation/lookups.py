"""The functions of rules that look at other documents, the calendar or phone numbers (cht-sentinel 4.7)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.couch.client import CouchClientError
from rapidpro_simulator.cht.javascript import as_text, compile_pattern, is_truthy, milliseconds
from rapidpro_simulator.cht.messages.moments import (
    add,
    parse_duration,
    read_moment,
    start_of_day,
    subtract,
)
from rapidpro_simulator.cht.messages.phones import normalise
from rapidpro_simulator.cht.messages.scalars import parse_int

if TYPE_CHECKING:
    from datetime import datetime

    from .check import ReportCheck
    from .functions import Arguments

FREETEXT = "medic-client/reports_by_freetext"
BY_PHONE = "medic-client/contacts_by_phone"
SHORTEST_TERM = 3  # characters, the name of the field included
_WEEK, _YEAR = compile_pattern(r"\d{1,2}"), compile_pattern(r"\d{1,4}")


async def exists(check: ReportCheck, arguments: Arguments) -> bool:
    """Say whether another report of the form has the same value in a field."""
    form, name = (str(arguments[place]) if place < len(arguments) else "" for place in range(2))
    return bool(await _others(check, [name], form=form))


async def unique(check: ReportCheck, arguments: Arguments) -> bool:
    """Say whether no other report has the same values in all these fields."""
    return not await _others(check, list(map(str, arguments)))


async def unique_within(check: ReportCheck, arguments: Arguments) -> bool:
    """Say whether no other report of the time before now has the same values in all these fields."""
    *names, span = map(str, arguments)
    duration = parse_duration(span)
    since = subtract(check.now, duration) if duration else check.now
    return not await _others(check, names, since=since)


async def is_after(check: ReportCheck, arguments: Arguments) -> bool:
    """Say whether the value is a day at least so long after the report."""
    return _compare(check, arguments, later=True)


async def is_before(check: ReportCheck, arguments: Arguments) -> bool:
    """Say whether the value is a day at least so long before the report."""
    return _compare(check, arguments, later=False)


async def is_iso_week(check: ReportCheck, arguments: Arguments) -> bool:
    """Say whether fields hold a week that their year, or this one, has."""
    week = _of(check, arguments, 0)
    year = _of(check, arguments, 1) if len(arguments) > 1 else str(check.now.year)
    if not (_WEEK.fullmatch(week) and _YEAR.fullmatch(year) and int(year)):
        return False
    return 1 <= int(week) <= date(int(year), 12, 28).isocalendar().week


async def unique_phone(check: ReportCheck, arguments: Arguments) -> bool:
    """Say whether no contact has exactly this number."""
    return not await check.view(BY_PHONE, key=_of(check, arguments, 0))


async def valid_phone(check: ReportCheck, arguments: Arguments) -> bool:
    """Say whether this is a phone number."""
    return normalise(_of(check, arguments, 0), check.settings) is not None


Lookup = Callable[["ReportCheck", "Arguments"], Awaitable[bool]]
LOOKUPS: Mapping[str, tuple[Lookup, str]] = {
    "exists": (exists, "3.11"),
    "unique": (unique, "3.11"),
    "uniqueWithin": (unique_within, "3.11"),
    "isISOWeek": (is_iso_week, "3.11"),
    "isAfter": (is_after, "3.15"),
    "isBefore": (is_before, "3.15"),
    "uniquePhone": (unique_phone, "4.3"),
    "validPhone": (valid_phone, "4.4"),
}
"""By name, with the release that brought it."""


async def look_up(check: ReportCheck, name: str, arguments: Arguments) -> bool:
    """Say whether the function `name` accepts the report; one that cannot find out does not."""
    try:
        return await LOOKUPS[name][0](check, arguments)
    except CouchClientError as error:
        check.log(f"Error validating {name}: {error}")
        return False


async def _others(
    check: ReportCheck, names: list[str], *, form: str | None = None, since: datetime | None = None
) -> list[dict[str, Any]]:
    """Return other reports without errors that have the same values in all of `names`."""
    found: dict[str, dict[str, Any]] | None = None
    for name in names:
        term = f"{name}:{as_text(check.values.get(name, ''))}".lower()
        rows = await check.view(FREETEXT, key=[term], include_docs=True) if _is_indexed(name, term) else []
        documents = {row["id"]: row["doc"] for row in rows if row.get("doc")}
        found = documents if found is None else {each: found[each] for each in found if each in documents}
    others = [each for identifier, each in (found or {}).items() if identifier != check.document.get("_id")]
    return [each for each in others if _is_meant(each, form, since)]


def _is_indexed(name: str, term: str) -> bool:
    return len(term) >= SHORTEST_TERM and not name.endswith("_date")


def _is_meant(document: dict[str, Any], form: str | None, since: datetime | None) -> bool:
    if is_truthy(document.get("errors") or None) or (form is not None and document.get("form") != form):
        return False
    reported = document.get("reported_date")
    return since is None or (isinstance(reported, (int, float)) and reported >= milliseconds(since))


def _compare(check: ReportCheck, arguments: Arguments, *, later: bool) -> bool:
    zone = check.now.tzinfo
    assert zone is not None
    value = read_moment(check.value, zone)
    reported = read_moment(check.document.get("reported_date"), zone)
    duration = parse_duration(arguments[0] if arguments else None)
    if value is None or reported is None or duration is None:
        return False
    if later:
        return start_of_day(value) >= start_of_day(add(reported, duration))
    return start_of_day(value) <= start_of_day(subtract(reported, duration))


def _of(check: ReportCheck, arguments: Arguments, place: int) -> str:
    name = str(arguments[place]) if place < len(arguments) else ""
    value = check.values.get(name, "")
    number = parse_int(value) if isinstance(value, float) else None
    return as_text(value if number is None else number)
