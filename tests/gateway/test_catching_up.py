"""The gateway was away, or is new: CHT offers what waits without a time, so its documents are asked since when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.world.faults import FaultKind

from .world import CHT

if TYPE_CHECKING:
    import pytest

    from .world import World

VIEW = "/medic/_design/medic/_view/messages_by_state"


def _misses_a_day(world: World, hours: float = 25) -> None:
    """Let thirty messages wait since the gateway is off, and two since an hour."""
    world.gateway.crash()
    world.add(30)
    world.passes(hours=hours)
    world.add(2)
    world.passes(hours=1)


def test_what_has_become_too_old_meanwhile_is_not_sent(world: World) -> None:
    """Those that wait for a day fail, and those that wait for an hour are sent."""
    world.passes(minutes=1)
    _misses_a_day(world)
    world.gateway.start()
    world.passes(minutes=10)
    assert world.states() == {"failed": 30, "delivered": 2}
    looked_up = world.requests(to=CHT, path=VIEW)
    assert 1 <= len(looked_up) <= 3
    world.add(2)
    world.passes(minutes=10)
    assert world.requests(to=CHT, path=VIEW) == looked_up


def test_what_is_not_too_old_is_sent(world: World) -> None:
    """Half a day is no age."""
    _misses_a_day(world, hours=12)
    world.gateway.start()
    world.passes(minutes=20)
    assert world.states() == {"delivered": 32}


def test_where_the_network_was_away(world: World) -> None:
    """It makes no difference whether it ran all the time: it has not heard of them."""
    world.passes(minutes=1)
    world.simulation.fault(by="gateway", kind=FaultKind.REFUSED, to=CHT)
    world.add(2)
    world.passes(hours=25)
    world.simulation.faults.clear()
    world.add(1)
    world.passes(minutes=20)
    assert world.states() == {"failed": 2, "delivered": 1}


def test_where_cht_does_not_show_its_documents(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """They count as new, which is told."""
    world.simulation.fault(by="gateway", kind=FaultKind.STATUS, status=403, path=VIEW)
    _misses_a_day(world)
    world.gateway.start()
    world.passes(minutes=20)
    assert world.states() == {"delivered": 32}
    assert any("so they count as new: 403" in text for text in caplog.messages)
