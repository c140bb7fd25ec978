"""Waiting for a condition: bounded, on what happens, in frozen and in live time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rapidpro_simulator.gateways.interface import InapplicableError, PatienceError
from rapidpro_simulator.simulation import Simulation
from rapidpro_simulator.world.clock import LiveClock
from rapidpro_simulator.world.loop import Limits


@pytest.fixture
def frozen() -> Simulation:
    return Simulation()


def test_what_holds_already_takes_no_time(frozen: Simulation) -> None:
    """It is asked before anything happens."""
    with frozen:
        assert frozen.wait_until(lambda: True, days=1)
        assert frozen.clock.seconds() == 0


@pytest.mark.parametrize("seconds", [1, 60, 3600, 86400, 30 * 86400])
def test_it_ends_soon_after_it_is_so(frozen: Simulation, seconds: int) -> None:
    """Whatever makes it so is in the journal; the longer it takes, the later it may be noticed, by a twentieth."""
    with frozen:
        frozen.clock.call_later(seconds, lambda: frozen.journal.event("message.status"))

        assert frozen.wait_until(lambda: bool(frozen.journal.where("message.status")), days=60)

        assert seconds <= frozen.clock.seconds() <= seconds * 1.06 + 1


@pytest.mark.parametrize("seconds", [0, 1, 3600])
def test_it_ends_in_time_where_it_is_never_so(frozen: Simulation, seconds: int) -> None:
    """No more time passes than it was given, but for what is under way."""
    with frozen:
        assert not frozen.wait_until(lambda: False, seconds=seconds)
        assert seconds <= frozen.clock.seconds() <= seconds + 2


def test_what_becomes_so_without_a_word_is_seen_in_the_end(frozen: Simulation) -> None:
    """It is asked once more when the time is over."""
    with frozen:
        assert frozen.wait_until(lambda: frozen.clock.seconds() >= 500, seconds=500)


def test_a_long_wait_asks_seldom(frozen: Simulation) -> None:
    """A month in which something happens every minute is no month of questions."""
    asked = []

    def tick() -> None:
        frozen.journal.event("tick")
        frozen.clock.call_later(60, tick)

    def never() -> bool:
        asked.append(frozen.clock.seconds())
        return False

    with frozen:
        tick()
        frozen.wait_until(never, days=30)

    assert len(asked) < 300


def test_conditions_may_make_requests(frozen: Simulation) -> None:
    """What they ask is no news."""
    with frozen:
        host = frozen.rapidpro("textit.com")
        asked = []

        def ask() -> bool:
            asked.append(frozen.request("GET", f"{host.url}/api/v2/messages.json").status)
            return False

        frozen.wait_until(ask, hours=10)

    assert asked == [403, 403]


def test_same_seed_same_journal() -> None:
    """Waiting is as reproducible as all else in frozen time."""

    def once() -> list[str]:
        with Simulation(seed=3) as simulation:
            host = simulation.rapidpro("textit.com")
            instance = simulation.cht("cht.example.org")
            simulation.gateways[instance.name].use(url=host.url, token=host.workspace("Main").token.key)
            simulation.wait_until(lambda: len(simulation.journal.exchanges(path="/api/info")) > 2, hours=1)
            return [simulation.journal.line(entry) for entry in simulation.journal]

    first = once()
    assert first
    assert first == once()


@pytest.fixture
def live() -> Simulation:
    return Simulation(clock=LiveClock(speed=1000))


def test_in_live_time_it_waits_for_what_happens(live: Simulation) -> None:
    """The loop runs on, and is stopped by the news."""
    with live:
        live.clock.call_later(300, lambda: live.journal.event("message.status"))

        assert live.wait_until(lambda: bool(live.journal.where("message.status")), hours=10)
        assert live.clock.seconds() >= 300


def test_in_live_time_a_machine_may_be_slow(live: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    """However fast the simulation is, a condition has some real seconds to come true."""
    with live:
        live.clock.call_later(1000, lambda: live.journal.event("message.status"))

        assert live.wait_until(lambda: bool(live.journal.where("message.status")), seconds=1)
        monkeypatch.setattr("rapidpro_simulator.simulation.LEAST_REAL_WAIT_SECONDS", 2.0)
        assert not live.wait_until(lambda: False, seconds=1)
        assert live.clock.seconds() >= 3000


def test_in_live_time_nobody_waits_for_hours() -> None:
    """What has not come true when patience is over has failed; what would take longer is not even begun."""
    with Simulation(clock=LiveClock(speed=1000), limits=Limits(real_seconds=1)) as simulation:
        assert simulation.wait_until(lambda: simulation.clock.seconds() > 100, days=30)
        with pytest.raises(
            PatienceError, match=r"after 0:00:01 .* 30 days, 0:00:00 are 0:43:12 of real time at the speed 1000"
        ):
            simulation.wait_until(lambda: False, days=30)
        with pytest.raises(InapplicableError, match="no more than 0:00:01 are allowed"):
            simulation.advance(hours=1)


def test_in_live_time_an_advance_is_long_enough_for_what_is_under_way(live: Simulation) -> None:
    """A second at this speed would be over before anybody had read a byte."""
    with live:
        began = live.clock.now()
        live.advance(seconds=1)

        assert live.clock.now() - began >= timedelta(seconds=50)
