from __future__ import annotations

from rapidpro_simulator.world.network.latest import Latest


def test_the_oldest_makes_room() -> None:
    """As many are kept as are allowed, and what was kept longest ago goes first."""
    latest: Latest[str, int] = Latest(2)
    for number, key in enumerate("abc"):
        latest.keep(key, number)
    assert latest == {"b": 1, "c": 2}


def test_kept_again() -> None:
    """What is kept once more is the newest, and takes the place of what was kept for its key."""
    latest: Latest[str, int] = Latest(2)
    for number, key in enumerate("abac"):
        latest.keep(key, number)
    assert latest == {"a": 2, "c": 3}
