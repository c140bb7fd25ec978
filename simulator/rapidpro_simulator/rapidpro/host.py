"""A RapidPro host: an installation, and its API on the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.mailroom.flows.webhooks import WebhookCaller

from .api import RapidProApi
from .courier import PREFIX, CourierService, ProviderCaller

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aiohttp import web

    from rapidpro_simulator.world.network import Network

    from .installation import RapidPro
    from .model.channels import Channel
    from .workspace import Workspace

COUNTRY = "KE"
PARTY = "mailroom of"
COURIER = "courier of"


class RapidProSite:
    """What stands at the name of an installation: courier below `/c/`, and all the rest is the API's."""

    def __init__(self, api: RapidProApi, courier: CourierService) -> None:
        self._api = api
        self._courier = courier
        self.confidential: Sequence[str] = api.confidential
        self.body_limit = api.body_limit
        self.error = api.error
        self.refuse = api.refuse

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer `request`."""
        return await (self._courier if request.path.startswith(PREFIX) else self._api).handle(request)


class RapidProHost:
    """RapidPro on the network: `installation` is what it knows, `api` what it answers at its name."""

    def __init__(self, installation: RapidPro, network: Network) -> None:
        self.installation = installation
        self.api = RapidProApi(installation)
        site = RapidProSite(self.api, CourierService(installation))
        self.network_host = network.attach(installation.name, site, installation.clock)
        platform = installation.platform
        random = platform.context.seed.stream("webhooks").random
        platform.webhook = WebhookCaller(network, f"{PARTY} {self.name}", platform.generation, random).call
        platform.provider = ProviderCaller(network, f"{COURIER} {self.name}").submit

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

    def receive_url(self, channel: Channel) -> str | None:
        """Return where an aggregator brings texts for `channel`, from outside; None where it cannot."""
        code = channel.kind.code
        return None if code is None else f"{self.live_url}{PREFIX}{code}/{channel.uuid}/receive"

    def workspace(self, name: str) -> Workspace:
        """Return the workspace called `name`; it is created when it is first asked for."""
        workspaces = self.installation.workspaces
        return workspaces.get(name) or self.installation.workspace(name, country=COUNTRY)
