"""Pauses: how long they are, and until when."""

from __future__ import annotations

import asyncio
from random import Random
from typing import TYPE_CHECKING

import pytest

from cht_rapidpro_gateway.backoff import Backoff

from .bench import Longest

if TYPE_CHECKING:
    from rapidpro_simulator.world.loop import SimulationLoop


@pytest.mark.parametrize(("failures", "pause"), [(1, 3), (2, 6), (3, 12), (7, 192), (8, 300), (1000, 300)])
def test_pauses_double_up_to_a_longest(failures: int, pause: float) -> None:
    """However many failures there have been, the pause is one."""
    assert Backoff(Longest(), 3, 300).after(failures) == pause


def test_pauses_are_no_longer_than_a_float_can_say() -> None:
    """After 33 failures even a pause without a longest stays what it is."""
    pauses = [Backoff(Longest(), 1, 1e300).after(failures) for failures in (32, 33, 34, 5000)]
    assert pauses == [2.0**31, 2.0**32, 2.0**32, 2.0**32]


def test_a_pause_is_shortened_by_up_to_a_half() -> None:
    """Who has failed together does not come back together."""
    backoff = Backoff(Random(7), 100, 100)
    pauses = [backoff.after(1) for _ in range(1000)]
    assert 50 <= min(pauses) < 51
    assert 99 < max(pauses) <= 100


def test_a_pause_has_an_end(loop: SimulationLoop) -> None:
    """What is left of it shrinks with the loop's time; the next one is longer, unless it works again."""
    backoff = Backoff(Longest(), 2, 300)

    async def fail() -> list[float]:
        lefts = [backoff.remaining(), backoff.pause(), backoff.remaining()]
        await asyncio.sleep(1.5)
        lefts.append(backoff.remaining())
        await asyncio.sleep(10)
        lefts += [backoff.remaining(), backoff.pause()]
        backoff.reset()
        return [*lefts, backoff.remaining(), backoff.pause()]

    loop.run(asyncio.sleep(100))
    assert loop.run(fail()) == [0, 2, 2, pytest.approx(0.5), 0, 4, 0, 2]
