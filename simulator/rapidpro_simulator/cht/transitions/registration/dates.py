"""The dates that a registration reckons from weeks and years: pregnancies and births (cht-sentinel 5.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import is_truthy
from rapidpro_simulator.cht.messages.moments import Duration, add, iso, read_moment, start_of_day, subtract
from rapidpro_simulator.cht.messages.scalars import is_numeric, number_of
from rapidpro_simulator.cht.transitions.reports import fields_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from rapidpro_simulator.cht.transitions.context import TransitionContext

    Json = dict[str, Any]

PREGNANCY = Duration(40, "week")
LMP_DATES = ("lmp_date", "date_lmp")
LMP_WEEKS = ("weeks_since_lmp", "last_menstrual_period", "lmp")
AGES = (
    ("year", ("years_since_dob", "years_since_birth", "age_in_years")),
    ("month", ("months_since_dob", "months_since_birth", "age_in_months")),
    ("week", ("weeks_since_dob", "dob", "weeks_since_birth", "age_in_weeks")),
    ("day", ("days_since_dob", "days_since_birth", "age_in_days")),
)
"""Which fields count in which unit; the first unit of which one is there is taken."""


def add_expected_date(context: TransitionContext, document: Json) -> None:
    """Set the date of the last menstrual period and the expected date of birth; null where nothing says them."""
    lmp = _lmp_date(context, document)
    document["lmp_date"] = iso(lmp) if lmp else None
    document["expected_date"] = iso(add(lmp, PREGNANCY)) if lmp else None


def add_birth_date(context: TransitionContext, document: Json) -> None:
    """Set the date of birth by the age that the report gives; without one, the day of the report."""
    day = _reported_day(context, document)
    if day is not None:
        document["birth_date"] = iso(subtract(day, _age(document)))


def _lmp_date(context: TransitionContext, document: Json) -> datetime | None:
    fields = fields_of(document)
    if context.release.exact_lmp_dates:
        date = next((fields[name] for name in LMP_DATES if is_truthy(fields.get(name))), None)
        number = number_of(date) if date is not None and is_numeric(date) else None
        if number is not None:
            return read_moment(number, context.zone)
    day = _reported_day(context, document)
    weeks = _first_number(fields, LMP_WEEKS)
    if weeks is None:
        return None if context.release.exact_lmp_dates else day
    return subtract(day, Duration(weeks, "week")) if day and weeks else None


def _age(document: Json) -> Duration:
    fields = fields_of(document)
    found = ((unit, _first_number(fields, names)) for unit, names in AGES)
    return next((Duration(number, unit) for unit, number in found if number is not None), Duration(0, "day"))


def _first_number(fields: Json, names: Iterable[str]) -> int | None:
    numbers = (number_of(fields[name]) for name in names if fields.get(name) not in (None, ""))
    return next((int(number) for number in numbers if number is not None), None)


def _reported_day(context: TransitionContext, document: Json) -> datetime | None:
    reported = read_moment(document.get("reported_date"), context.zone)
    return start_of_day(reported) if reported else None
