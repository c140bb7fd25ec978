"""What the harness does with a gateway under test, whatever it is and wherever it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from rapidpro_simulator.world.clock import BaseClock
    from rapidpro_simulator.world.journal import Journal
    from rapidpro_simulator.world.loop import SimulationLoop
    from rapidpro_simulator.world.network import Network
    from rapidpro_simulator.world.seed import Seed

T = TypeVar("T")

PARTY = "gateway"
"""The name under which the gateway under test calls others."""


class World(Protocol):
    """What a gateway needs of the simulation around it."""

    clock: BaseClock
    journal: Journal
    loop: SimulationLoop
    network: Network
    seed: Seed

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T: ...


class Gateway(Protocol):
    """A gateway between one CHT instance and RapidPro; `party` is the name under which it calls others."""

    party: str

    def use(self, *, url: str | None = None, token: str | None = None) -> None:
        """Send through the RapidPro at `url` with `token` from now on; what is not given stays as it is."""

    def forget_token(self) -> None:
        """Go on without a token."""

    def start(self) -> None:
        """Begin, or begin anew with what was saved."""

    def crash(self, event: str = "gateway.stopped") -> None:
        """End at once, with all that is in memory lost; `event` is what the journal calls it."""

    def close(self) -> None:
        """Leave nothing behind."""
