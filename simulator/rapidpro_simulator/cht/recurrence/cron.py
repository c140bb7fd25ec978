"""Cron expressions as `later` reads them: nothing is an error, and what makes no sense means something all the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidpro_simulator.cht.javascript import compile_pattern, trim

from .times import LAST, RecurrenceError, Times

if TYPE_CHECKING:
    from collections.abc import Iterator

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
ALIASES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_DIGITS = compile_pattern(r"\d+")
_SPACES = compile_pattern(r"\s+")
_RANGE = compile_pattern(r"(\w+)-(\w+)")
_INSTANCE = compile_pattern(r"(\w+?)(?:#([0-9]+)|(L))")
_NEAREST_WORKDAY = compile_pattern(r"\d+W")


@dataclass(frozen=True)
class _Field:
    """The values that a field may have, and the names of the first ones from `least` on."""

    least: int
    most: int
    names: tuple[str, ...] = ()

    def values(self, text: str) -> frozenset[int] | None:
        """Return the values that `text` lists; None for any."""
        if text in {"*", "?", ""}:
            return None
        return frozenset(value for part in text.split(",") for value in self._part(part))

    def _part(self, part: str) -> Iterator[int]:
        span, has_step, step = part.partition("/")
        found = _RANGE.fullmatch(span)
        first = self._value(found[1] if found else span) if span != "*" else self.least
        if first is None and not found:
            # What is no number is every value but the first one.
            yield from range(self.least + 1, self.most + 1)
            return
        last = self._value(found[2]) if found else self.most if span == "*" or has_step else first
        begin = self.least + 1 if first is None else first
        yield from range(begin, (self.most if last is None else last) + 1, self._step(step))

    def _value(self, text: str) -> int | None:
        if text in self.names:
            return self.least + self.names.index(text)
        return min(int(text), self.most) if _DIGITS.fullmatch(text) else None

    def _step(self, text: str) -> int:
        return int(text) if _DIGITS.fullmatch(text) and int(text) else 1


MINUTE, HOUR, DAY, MONTH, WEEKDAY = (
    _Field(0, 59),
    _Field(0, 23),
    _Field(1, 31),
    _Field(1, 12, MONTHS),
    _Field(0, 6, WEEKDAYS),
)


def parse_cron(text: str) -> Times:
    """Return the times of a cron expression of five fields: minute, hour, day of the month, month, weekday.

    Missing fields are any value, numbers beyond a field its last one (so weekday 7 is Saturday). Raises
    `RecurrenceError` for what is not simulated: the nearest workday, and years.
    """
    fields: list[str] = _SPACES.split(trim(ALIASES.get(trim(text).lower(), text).upper()))
    minute, hour, day, month, weekday, *years = [*fields, *["*"] * (5 - len(fields))]
    if years or _NEAREST_WORKDAY.fullmatch(day):
        raise RecurrenceError(f"years and nearest workdays (W) are not simulated: {text!r}")
    weekdays, instances = _weekdays(weekday)
    return Times(
        minutes=_minutes(MINUTE.values(minute), HOUR.values(hour)),
        days=frozenset({LAST}) if day in {"L", "0"} else DAY.values(day),
        months=MONTH.values(month),
        weekdays=weekdays,
        instances=instances,
    )


def _minutes(minutes: frozenset[int] | None, hours: frozenset[int] | None) -> tuple[int, ...]:
    all_hours = range(24) if hours is None else sorted(hours)
    all_minutes = range(60) if minutes is None else sorted(minutes)
    return tuple(hour * 60 + minute for hour in all_hours for minute in all_minutes)


def _weekdays(text: str) -> tuple[frozenset[int] | None, frozenset[int] | None]:
    """Return the weekdays, and which of them in the month: that holds for all of the field."""
    parts, instances = [], set()
    for part in text.split(","):
        found = _INSTANCE.fullmatch(part)
        if found is None:
            parts.append("0" if part == "L" else part)
        else:
            parts.append(found[1])
            instances.add(LAST if found[3] else int(found[2]))
    return WEEKDAY.values(",".join(parts)), frozenset(instances) or None
