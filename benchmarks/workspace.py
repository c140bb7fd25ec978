"""The workspace that is measured: a quota that is in nobody's way, and one message delivered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.delivery.outcomes import outcome
from rapidpro_simulator.rapidpro.generations.rates import RATE_PROFILES, Rate

from .servers import TOKEN

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.workspace import Workspace
    from rapidpro_simulator.simulation import Simulation

HOST = "textit.com"
NO_LIMIT = Rate(10**9)
SCOPES = sorted({scope for profile in RATE_PROFILES.values() for scope in profile.rates})
SEGMENTS_PER_SECOND = 1e6


def open_workspace(simulation: Simulation) -> Workspace:
    """Return a workspace of `HOST` that takes any number of requests with `TOKEN`.

    Its broadcast 1 is delivered as soon as time passes; all others take the ten seconds that the carrier takes.
    """
    installation = simulation.rapidpro(HOST).installation
    installation.platform.dispatch_delay = (0.0, 0.0)
    workspace = installation.workspace("Bench", country="KE", rates=dict.fromkeys(SCOPES, NO_LIMIT))
    workspace.new_token(key=TOKEN)
    workspace.channels[0].throughput = SEGMENTS_PER_SECOND
    workspace.deliver(outcome(delivered=0), number=1)
    send(workspace, 0)
    return workspace


def send(workspace: Workspace, number: int) -> None:
    """Send one message by a broadcast of its own, as CHT does, to one of a thousand people."""
    text = f"Visit number {number} is tomorrow"
    workspace.create_broadcast(urns=[f"tel:+254712{number % 1000:06d}"], text={"eng": text})
