"""Events in the order of time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.laboratory.forecast.model.kernel import Kernel

if TYPE_CHECKING:
    from rapidpro_simulator.laboratory.forecast.model.kernel import Actor


def noting(name: str, seen: list[str], kernel: Kernel, *times: float) -> Actor:
    for time in times:
        seen.append(f"{name}{kernel.now:g}")
        yield time
    seen.append(f"{name}{kernel.now:g}")


def test_time_goes_forward() -> None:
    """Actors take turns by their times, those of one instant in the order of their start; the end is not played."""
    kernel, seen = Kernel(), list[str]()
    kernel.start(noting("a", seen, kernel, 2, 5), 1)
    kernel.start(noting("b", seen, kernel, 2, 3), 1)

    kernel.run(5)

    assert seen == ["a1", "b1", "a2", "b2", "b3"]


def test_actors_can_be_stopped() -> None:
    """Who is stopped does nothing more, and the others go on."""
    kernel, seen = Kernel(), list[str]()
    stopped = noting("a", seen, kernel, 3, 4)
    kernel.start(stopped, 1)
    kernel.start(noting("b", seen, kernel, 3), 1)
    kernel.run(2)

    kernel.stop({stopped})
    kernel.run(9)

    assert seen == ["a1", "b1", "b3"]
