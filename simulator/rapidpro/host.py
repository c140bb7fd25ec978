"""A RapidPro host: an installation, and its API on the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.rapidpro.api import Api
from simulator.rapidpro.model.host import RapidPro

if TYPE_CHECKING:
    from simulator.clock import Clock
    from simulator.journal import Journal
    from simulator.network import Network
    from simulator.rapidpro.model.workspace import Workspace
    from simulator.seed import Seed

COUNTRY = "KE"


class RapidProHost:
    """RapidPro at the hostname `name`: `installation` is what it knows, `api` what it answers.

    `generation` and `rate_profile` are names of `simulator.rapidpro.generations` and `rates`; ids begin at `first_id`.
    """

    def __init__(
        self,
        name: str,
        clock: Clock,
        seed: Seed,
        journal: Journal,
        network: Network,
        generation: str = "community",
        rate_profile: str | None = None,
        first_id: int = 1,
    ) -> None:
        self.name = name
        self.installation = RapidPro(name, clock, seed.part(name), journal, generation, rate_profile, first_id)
        self.api = Api(self.installation)
        self.host = network.attach(name, self.api)

    @property
    def url(self) -> str:
        return self.host.url

    def workspace(self, name: str) -> Workspace:
        """Return the workspace called `name`; it is created when it is first asked for."""
        workspaces = self.installation.workspaces
        return workspaces.get(name) or self.installation.workspace(name, country=COUNTRY)
