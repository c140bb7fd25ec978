"""How much is measured: enough to rely on, or just enough to see that everything works."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """`rounds` of each measurement; `warm` and `seconds` of load each; so many exchanges a day; so many messages."""

    rounds: int
    warm: int
    seconds: int
    day: int
    few: int
    many: int
    polls: int


FULL = Scale(rounds=3, warm=1, seconds=3, day=60_000, few=1_000, many=1_000_000, polls=3_000)
QUICK = Scale(rounds=1, warm=1, seconds=1, day=6_000, few=1_000, many=20_000, polls=500)
