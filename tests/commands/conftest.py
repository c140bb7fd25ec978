"""A running `serve`, one for each module: it is asked, never changed in ways that others would see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .serving import ANY_PORTS, Served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Serve = Callable[..., Served]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The usual two services, 600 times as fast as real time."""
    served = Served(tmp_path_factory.mktemp("served"), "--speed", "120", *ANY_PORTS)
    yield served
    served.stop()


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Start a `rapidpro-simulator serve` of one's own, with options."""
    started: list[Served] = []

    def start(*options: str) -> Served:
        started.append(Served(tmp_path, *options))
        return started[-1]

    yield start
    for each in started:
        each.stop()
