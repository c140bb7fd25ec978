"""A RapidPro host: an installation, and its API on the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.mailroom.flows.webhooks import WebhookCaller

from .api import RapidProApi

if TYPE_CHECKING:
    from rapidpro_simulator.world.network import Network

    from .installation import RapidPro
    from .workspace import Workspace

COUNTRY = "KE"
PARTY = "mailroom of"


class RapidProHost:
    """RapidPro on the network: `installation` is what it knows, `api` what it answers at its name."""

    def __init__(self, installation: RapidPro, network: Network) -> None:
        self.installation = installation
        self.api = RapidProApi(installation)
        self.network_host = network.attach(installation.name, self.api)
        platform = installation.platform
        random = platform.context.seed.stream("webhooks").random
        platform.webhook = WebhookCaller(network, f"{PARTY} {self.name}", platform.generation, random).call

    @property
    def name(self) -> str:
        """The hostname."""
        return self.network_host.name

    @property
    def url(self) -> str:
        """The base URL for callers inside the simulation."""
        return self.network_host.url

    @property
    def live_url(self) -> str:
        """The base URL for callers from outside of the simulation."""
        return self.network_host.live_url

    def workspace(self, name: str) -> Workspace:
        """Return the workspace called `name`; it is created when it is first asked for."""
        workspaces = self.installation.workspaces
        return workspaces.get(name) or self.installation.workspace(name, country=COUNTRY)
