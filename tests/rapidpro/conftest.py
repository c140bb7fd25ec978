"""A RapidPro installation without a network, and short ways to say what a test is about."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from rapidpro_simulator.rapidpro.installation import RapidPro
from rapidpro_simulator.world.context import Context

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.model.messages import Message
    from rapidpro_simulator.rapidpro.workspace import Workspace
    from rapidpro_simulator.world.clock import FrozenClock
    from rapidpro_simulator.world.journal import Journal
    from rapidpro_simulator.world.seed import Seed

JANE = "tel:+254711000001"
JOHN = "tel:+254711000002"


class Install(Protocol):
    def __call__(self, generation: str = "community", **settings: Any) -> RapidPro: ...


class Send(Protocol):
    def __call__(self, *urns: str, text: str = "Visit tomorrow", wait: float = 60) -> list[Message]: ...


@pytest.fixture
def install(clock: FrozenClock, seed: Seed, journal: Journal) -> Install:
    def install(generation: str = "community", **settings: Any) -> RapidPro:
        return RapidPro("textit.com", Context(clock, seed, journal), generation, **settings)

    return install


@pytest.fixture
def generation() -> str:
    """Name the generation of `rapidpro`; tests override it by parametrising."""
    return "community"


@pytest.fixture
def rapidpro(install: Install, generation: str) -> RapidPro:
    return install(generation)


@pytest.fixture
def workspace(rapidpro: RapidPro) -> Workspace:
    return rapidpro.workspace("Main", country="KE")


@pytest.fixture
def send(workspace: Workspace, clock: FrozenClock) -> Send:
    """Send a broadcast, let time pass, and return its messages."""

    def send(*urns: str, text: str = "Visit tomorrow", wait: float = 60) -> list[Message]:
        broadcast = workspace.create_broadcast(urns=urns or [JANE], text={"eng": text})
        clock.advance(timedelta(seconds=wait))
        return list(broadcast.messages)

    return send
