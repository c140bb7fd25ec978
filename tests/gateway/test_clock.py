"""The clock: seconds go on as they elapse, whatever the system's clock is set to, and over restarts and boots."""

from __future__ import annotations

from email.utils import formatdate
from typing import TYPE_CHECKING

import pytest

from cht_rapidpro_gateway.clock import DAY, FRESH_SECONDS, SteadyClock, http_date

if TYPE_CHECKING:
    import sqlite3

HOUR = 3600.0
JUMPS = [sign * amount for amount in (HOUR, DAY, 10 * DAY) for sign in (1, -1)]
START = 1_772_438_400.0


class Machine:
    """A machine whose clock can be set, which can be booted, and a CHT elsewhere that tells the time."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.wall = START
        self.real = START
        self.up = 1000.0
        self.boots = 1
        self.clock = self.starts()

    def starts(self) -> SteadyClock:
        self.clock = SteadyClock(self._connection, lambda: self.up, lambda: f"boot {self.boots}", lambda: self.wall)
        return self.clock

    def passes(self, seconds: float) -> None:
        self.wall += seconds
        self.real += seconds
        self.up += seconds

    def is_off(self, seconds: float) -> None:
        self.passes(seconds)
        self.boots += 1
        self.up = 10.0

    def visits(self) -> None:
        self.clock.heard(formatdate(self.real, usegmt=True))


@pytest.fixture
def machine(connection: sqlite3.Connection) -> Machine:
    return Machine(connection)


def test_it_begins_with_the_systems_time(machine: Machine) -> None:
    """A new database begins with what the system says; from there on seconds elapse."""
    assert machine.clock.now() == START
    machine.passes(90)
    assert machine.clock.now() == START + 90


@pytest.mark.parametrize("jump", JUMPS)
@pytest.mark.parametrize("restart", [False, True])
def test_a_jump_is_no_time(machine: Machine, jump: float, *, restart: bool) -> None:
    """Whoever sets the system's clock moves nothing, neither while the gateway runs nor while it does not."""
    machine.visits()
    machine.wall += jump
    machine.passes(60)
    if restart:
        machine.starts()
    assert machine.clock.now() == pytest.approx(START + 60)


@pytest.mark.parametrize("jump", [0, *JUMPS])
def test_after_a_boot_cht_tells_how_long_it_took(machine: Machine, jump: float) -> None:
    """Until CHT is heard no time has passed; then as much has as passed for CHT, once, whatever the system says."""
    machine.passes(100)
    machine.visits()
    machine.is_off(7200)
    machine.wall += jump
    machine.starts()
    assert machine.clock.now() == pytest.approx(START + 100)
    for _ in range(2):
        machine.visits()
        assert machine.clock.now() == pytest.approx(START + 7300, abs=1)


def test_a_cht_whose_clock_goes_back_takes_nothing_away(machine: Machine) -> None:
    """Time never goes back."""
    machine.visits()
    machine.is_off(50)
    machine.real -= DAY
    machine.starts()
    machine.visits()
    assert machine.clock.now() == pytest.approx(START)


def test_two_boots_before_cht_is_heard(machine: Machine) -> None:
    """What CHT told last is kept until it is heard again."""
    machine.visits()
    for _ in range(2):
        machine.is_off(HOUR)
        machine.starts()
    machine.visits()
    assert machine.clock.now() == pytest.approx(START + 2 * HOUR, abs=1)


@pytest.mark.parametrize(("jump", "passed"), [(0.0, 500.0), (-DAY, 0.0)])
def test_where_cht_tells_no_time_the_system_is_asked_after_a_boot(machine: Machine, jump: float, passed: float) -> None:
    """There is nobody else; back it does not go."""
    machine.clock.heard(None)
    machine.is_off(500)
    machine.wall += jump
    machine.starts()
    assert machine.clock.now() == pytest.approx(START + passed)
    assert machine.clock.by_cht() is None


def test_a_machine_without_a_name_for_its_boot(connection: sqlite3.Connection) -> None:
    """Where nobody can say whether it was booted, it was."""
    SteadyClock(connection, lambda: 100.0, lambda: "", lambda: START).heard(formatdate(START, usegmt=True))
    assert SteadyClock(connection, lambda: 900.0, lambda: "", lambda: START).now() == START


def test_a_boot_of_the_same_name_that_is_younger(machine: Machine) -> None:
    """A machine that is set back to an earlier picture of itself has been away for a time that nobody knows."""
    machine.visits()
    machine.up = 5.0
    machine.starts()
    assert machine.clock.now() == pytest.approx(START)


def test_how_fresh_the_time_is_that_cht_told(machine: Machine) -> None:
    """CHT's word counts for a quarter of an hour; before its first one, nothing does."""
    assert (machine.clock.is_fresh(), machine.clock.by_cht()) == (False, None)
    machine.visits()
    machine.passes(FRESH_SECONDS)
    assert (machine.clock.is_fresh(), machine.clock.by_cht()) == (True, START)
    machine.passes(1)
    assert (machine.clock.is_fresh(), machine.clock.by_cht()) == (False, START)


@pytest.mark.parametrize(
    ("header", "told"),
    [("Mon, 02 Mar 2026 08:00:00 GMT", START), ("tomorrow", None), ("", None), (None, None)],
)
def test_dates_of_http(header: str | None, told: float | None) -> None:
    """What is no date says nothing."""
    assert http_date(header) == told
