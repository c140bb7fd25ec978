"""Times in English ("at 8:00 am on Monday"), the commoner part of what `later` reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import compile_pattern, trim

from .cron import MONTHS, WEEKDAYS
from .times import LAST, RecurrenceError, Times

if TYPE_CHECKING:
    import re

ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": LAST}
GROUPS = {"weekday": range(1, 6), "weekend": (0, 6)}
NOTHING: dict[str, Any] = {}

_TIME = r"\d{1,2}:\d\d(?:\s*[ap]m)?"
_ORDINAL = r"(?:\d+(?:st|nd|rd|th)?|first|second|third|fourth|last)"
_NAME = r"(?:sun|mon|tue|wed|thu|fri|sat)\w*"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*"
_AND = r"(?:\s*(?:and|,)\s*)"
_TO = r"(?:\s*(?:through|-)\s*)"


def _listed(item: str) -> str:
    return rf"(?P<list>{item}(?:(?:{_AND}|{_TO}){item})*)"


_EACH_TIME = compile_pattern(_TIME)
_THROUGH = compile_pattern(_TO)
_AT = compile_pattern(rf"(?:at|@)\s+{_listed(_TIME)}")
_ON_THE = compile_pattern(
    rf"on the\s+{_listed(_ORDINAL)}\s+(?P<unit>hour|min(?:ute)?|day of the week|day(?: of the month)?|month)"
)
_ON = compile_pattern(rf"on\s+{_listed(_NAME)}")
_EVERY = compile_pattern(r"every\s+(?P<step>\d+)(?:st|nd|rd|th)?\s+(?P<unit>hours?|min(?:ute)?s?|days?|months?)")
_EVERY_GROUP = compile_pattern(r"every\s+(?P<unit>weekday|weekend)")
_OF = compile_pattern(rf"(?:of|in)\s+{_listed(_MONTH)}")


def parse_text(text: str) -> Times:
    """Return the times that `text` stands for. Raises `RecurrenceError` for what is not understood here."""
    found: dict[str, set[int]] = {}
    left = trim(text).lower()
    while left:
        for pattern, read in _CLAUSES:
            clause = pattern.match(left)
            if clause is not None:
                for name, values in read(clause).items():
                    found.setdefault(name, set()).update(values)
                left = trim(left[clause.end() :])
                break
        else:
            raise RecurrenceError(f"{left!r} is not understood in {text!r}")
    if not found:
        raise RecurrenceError("there is no text")
    return Times(minutes=_minutes(found), **{name: frozenset(found[name]) for name in _DATES if name in found})


_DATES = ("days", "months", "weekdays")


def _minutes(found: dict[str, set[int]]) -> tuple[int, ...]:
    """Return the minutes of the day: what is finer than what the text names begins with it."""
    if "times" in found:
        return tuple(sorted(found["times"]))
    if "minutes" in found:
        hours = sorted(found.get("hours", range(24)))
        return tuple(hour * 60 + minute for hour in hours for minute in sorted(found["minutes"]))
    return tuple(hour * 60 for hour in sorted(found.get("hours", {0})))


def _at(clause: re.Match[str]) -> dict[str, set[int]]:
    return {"times": {_time(each) for each in _EACH_TIME.findall(clause["list"])}}


def _time(text: str) -> int:
    hour, minute = map(int, text.rstrip("apm ").split(":"))
    # 12:00 am is noon to `later`, as is 12:00 pm.
    return (hour + 12 if text.endswith("pm") and hour < 12 else hour) * 60 + minute


def _on_the(clause: re.Match[str]) -> dict[str, set[int]]:
    unit = clause["unit"]
    if unit == "day of the week":
        return {"weekdays": {number - 1 if number != LAST else 6 for number in _numbers(clause["list"])}}
    name = {"h": "hours", "m": "minutes", "d": "days"}[unit[0]] if unit != "month" else "months"
    return {name: _numbers(clause["list"])}


def _numbers(text: str) -> set[int]:
    return _spans(text, _ORDINAL, lambda each: ORDINALS.get(each) if each in ORDINALS else int(each.rstrip("stndrh")))


def _on(clause: re.Match[str]) -> dict[str, set[int]]:
    return {"weekdays": _spans(clause["list"], _NAME, lambda each: WEEKDAYS.index(each[:3].upper()))}


def _of(clause: re.Match[str]) -> dict[str, set[int]]:
    return {"months": _spans(clause["list"], _MONTH, lambda each: MONTHS.index(each[:3].upper()) + 1)}


def _spans(text: str, item: str, number: Any) -> set[int]:
    """Return the numbers of all items of a list, those between the ends of its spans as well."""
    numbers: list[int] = []
    for separator, each in compile_pattern(rf"({_AND}|{_TO}|)({item})").findall(text):
        value = number(each)
        is_span = bool(numbers) and _THROUGH.fullmatch(separator) is not None
        numbers += range(numbers[-1] + 1, value + 1) if is_span else [value]
    return set(numbers)


def _every(clause: re.Match[str]) -> dict[str, set[int]]:
    step, unit = int(clause["step"]), clause["unit"]
    if step == 0:
        raise RecurrenceError("every 0 is never")
    if unit.startswith("month"):
        return {"months": set(range(1, 13, step))}
    name, least, most = {"h": ("hours", 0, 24), "m": ("minutes", 0, 60), "d": ("days", 1, 32)}[unit[0]]
    return {name: set(range(least, most, step))}


def _every_group(clause: re.Match[str]) -> dict[str, set[int]]:
    return {"weekdays": set(GROUPS[clause["unit"]])}


_CLAUSES = (
    (_AT, _at),
    (_ON_THE, _on_the),
    (_ON, _on),
    (_EVERY_GROUP, _every_group),
    (_EVERY, _every),
    (_OF, _of),
)
