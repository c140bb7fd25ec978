"""What the parts of a simulation that stand above the network ask of it, whoever built it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping

    from .clock import BaseClock
    from .journal import Journal
    from .loop import SimulationLoop
    from .network import HttpResponse, Network
    from .seed import Seed

T = TypeVar("T")


class World(Protocol):
    """A simulation, as the gateway under test and CHT's administrator know it."""

    clock: BaseClock
    journal: Journal
    loop: SimulationLoop
    network: Network
    seed: Seed

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run `coroutine` to its end and return its result."""

    def request(
        self,
        method: str,
        url: str,
        *,
        json: Any = None,
        body: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
    ) -> HttpResponse:
        """Make one HTTP request as the tester, and return the answer."""

    def advance(self, *, seconds: float) -> None:
        """Let time pass, and come to rest."""
