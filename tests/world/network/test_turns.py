"""Bodies are written, and requests handled, in the next turn of the loop: on every Python, at once on none."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.world.network import turns

if TYPE_CHECKING:
    from rapidpro_simulator.world.loop import SimulationLoop


@pytest.mark.parametrize(("at_once", "order"), [(True, ["other", "this"]), (False, ["this", "other"])])
def test_who_was_started_at_once_waits_for_the_others(
    loop: SimulationLoop, monkeypatch: pytest.MonkeyPatch, at_once: bool, order: list[str]
) -> None:
    """What aiohttp has put off itself is not put off again."""
    monkeypatch.setattr(turns, "STARTS_TASKS_AT_ONCE", at_once)
    came = []

    async def other() -> None:
        came.append("other")

    async def main() -> None:
        task = asyncio.create_task(other())
        await turns.next_turn()
        came.append("this")
        await task

    loop.run(main())

    assert came == order
