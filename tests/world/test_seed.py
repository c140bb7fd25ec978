from __future__ import annotations

import uuid
from datetime import UTC, datetime

from rapidpro_simulator.world.seed import Seed


def test_streams_are_apart() -> None:
    """How much one part draws does not change what another draws."""
    greedy, modest = Seed(1), Seed(1)
    for _ in range(100):
        greedy.stream("network").random()
    assert greedy.stream("people").random() == modest.stream("people").random()


def test_same_seed() -> None:
    """The same seed and name give the same stream; another seed another one."""
    draws = [Seed(value).stream("ids").uuid4() for value in (1, 1, 2)]
    assert draws[0] == draws[1] != draws[2]


def test_uuid7() -> None:
    """A version 7 UUID carries its instant in milliseconds."""
    moment = datetime(2026, 3, 2, 8, tzinfo=UTC)
    made = uuid.UUID(Seed().stream("ids").uuid7(moment))
    assert (made.version, made.variant, made.int >> 80) == (7, uuid.RFC_4122, int(moment.timestamp() * 1000))
