"""Two sentences in a row that are one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rapidpro_simulator.steps.durations import seconds_of

from .durations import passing
from .scenario import Step

if TYPE_CHECKING:
    from collections.abc import Iterable

PASSING = re.compile(r"((?:[\d.]+|an?) (?:second|minute|hour|day)s?) pass(?:es)?")
PENDING = re.compile(r"(?:a|(?P<count>\d+)) pending messages?(?P<whom> to \".*\")? (?:is|are) added")


def all_merged(steps: Iterable[Step]) -> list[Step]:
    """Return the steps with neighbours that say one thing in one sentence."""
    found: list[Step] = []
    for step in steps:
        both = merged(found[-1], step) if found else None
        if both is None:
            found.append(step)
        else:
            found[-1] = both
    return found


def merged(first: Step, second: Step) -> Step | None:
    """Return the step that says what both say; None where there is none."""
    if first.kind != second.kind or first.below or second.below:
        return None
    return _time(first, second) or _messages(first, second)


def _time(first: Step, second: Step) -> Step | None:
    lengths = [_seconds(step.text) for step in (first, second)]
    return None if None in lengths else Step(first.kind, passing(sum(length or 0 for length in lengths)))


def _seconds(text: str) -> float | None:
    match = PASSING.fullmatch(text)
    return None if match is None else float(seconds_of(match[1]))


def _messages(first: Step, second: Step) -> Step | None:
    one, two = PENDING.fullmatch(first.text), PENDING.fullmatch(second.text)
    if one is None or two is None or one["whom"] != two["whom"]:
        return None
    count = int(one["count"] or 1) + int(two["count"] or 1)
    return Step(first.kind, f"{count} pending messages{one['whom'] or ''} are added")
