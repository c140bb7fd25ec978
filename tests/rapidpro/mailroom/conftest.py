"""A workspace with flows, without a network, and short ways to write flows and to talk."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from rapidpro_simulator.rapidpro.installation import RapidPro
from rapidpro_simulator.world.context import Context

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.workspace import Workspace
    from rapidpro_simulator.world.clock import FrozenClock
    from rapidpro_simulator.world.journal import Journal
    from rapidpro_simulator.world.seed import Seed

JANE = "tel:+254711000001"
JOHN = "tel:+254711000002"


class Said(Protocol):
    def __call__(self, urn: str = JANE) -> list[str]: ...


@pytest.fixture(params=["community", "textit-2026"])
def generation(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def rapidpro(clock: FrozenClock, seed: Seed, journal: Journal, generation: str) -> RapidPro:
    return RapidPro("textit.com", Context(clock, seed, journal), generation)


@pytest.fixture
def workspace(rapidpro: RapidPro) -> Workspace:
    return rapidpro.workspace("Main", country="KE")


@pytest.fixture
def jane(workspace: Workspace) -> Contact:
    return workspace.contacts.create([JANE], "Jane")


@pytest.fixture
def said(workspace: Workspace) -> Said:
    """Return what the workspace has said to a number."""

    def said(urn: str = JANE) -> list[str]:
        contact = workspace.contacts.by_urn(urn)
        return [each.text for each in contact.messages if not each.incoming] if contact else []

    return said


@pytest.fixture
def happened(journal: Journal) -> Callable[[str], list[dict[str, Any]]]:
    """Return the data of the events of a kind in the journal."""

    def happened(kind: str) -> list[dict[str, Any]]:
        return [entry.data for entry in journal if entry.kind == kind]

    return happened


@pytest.fixture
def wait(clock: FrozenClock) -> Callable[..., None]:
    """Let time pass."""
    return lambda **step: clock.advance(timedelta(**step))
