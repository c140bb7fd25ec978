"""What tests of the gateway stand on: a database in memory, settings, and a small world around the whole of it."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from cht_rapidpro_gateway import database
from cht_rapidpro_gateway.configuration import Policy
from cht_rapidpro_gateway.inbox import Inbox
from cht_rapidpro_gateway.metrics import Metrics
from cht_rapidpro_gateway.outbox import Outbox

from .bench import Bench, Longest
from .world import Moment, World

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from rapidpro_simulator.world.clock import FrozenClock
    from rapidpro_simulator.world.loop import SimulationLoop


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(database.connect(":memory:")) as connection:
        yield connection


@pytest.fixture
def outbox(connection: sqlite3.Connection) -> Outbox:
    return Outbox(connection)


@pytest.fixture
def inbox(connection: sqlite3.Connection) -> Inbox:
    return Inbox(connection)


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def moment(clock: FrozenClock) -> Iterator[Moment]:
    with Moment(clock) as moment:
        yield moment


@pytest.fixture
def world() -> Iterator[World]:
    with World() as world:
        yield world


@pytest.fixture
def bench(
    outbox: Outbox, connection: sqlite3.Connection, metrics: Metrics, loop: SimulationLoop, moment: Moment
) -> Bench:
    return Bench(outbox, connection, metrics, loop, moment)


@pytest.fixture
def longest_pauses(bench: Bench) -> None:
    """Make every pause as long as it may be."""
    bench.random = Longest()
    bench.use(Policy())
