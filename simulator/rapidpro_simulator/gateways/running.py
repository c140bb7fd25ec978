"""A gateway that runs already: the harness offers it the fakes at fixed ports, and steers nothing but them."""

from __future__ import annotations

import asyncio
import subprocess
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from rapidpro_simulator.world.network.external_ports import ExternalPorts
from rapidpro_simulator.world.protocols import World

from .interface import PARTY, InapplicableError
from .live import GatewayError, LiveGateway, ended_with, working_folder
from .separate import USER, password_of
from .template import fill

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rapidpro_simulator.cht.administrator import Administrator
    from rapidpro_simulator.rapidpro.host import RapidProHost
    from rapidpro_simulator.world.seed import Seed

    from .template import Template


class WorldWithHosts(World, Protocol):
    """A world in which a workspace can be given one more token."""

    hosts: Mapping[str, RapidProHost]


class Running(LiveGateway):
    """Whatever the user has pointed at the simulation: with one token, one user and two ports in every scenario."""

    def __init__(self, world: WorldWithHosts, administrator: Administrator, party: str, template: Template) -> None:
        if party != PARTY:
            raise InapplicableError("a gateway that runs already serves one CHT instance, and the scenario has several")
        super().__init__(world, administrator, party, template)
        self._hosts = world.hosts
        self._account: tuple[str | None, str | None] = (None, None)  # as the scenario has it; its own token is another

    def use(self, *, url: str | None = None, token: str | None = None) -> None:
        """Let the workspace of `token` accept the token that the gateway has; it cannot be told another one later.

        Raises `InapplicableError` where the scenario wants that.
        """
        url, token = account = (url or self._account[0], token if token is not None else self._account[1])
        if account == self._account:
            return
        if self._runs:
            raise InapplicableError("the account of a gateway that runs already cannot be changed")
        self._account = account
        if url and token:
            super().use(url=url, token=self._admit(url, token))

    def forget_token(self) -> None:
        raise InapplicableError("a gateway that runs already keeps its token")

    def stop(self) -> None:
        if self._runs:
            raise InapplicableError("a gateway that runs already is not stopped")

    def crash(self, event: str = "gateway.stopped") -> None:
        self._refuse_to_crash(event, "a gateway that runs already is not killed")

    def _admit(self, url: str, key: str) -> str:
        host = self._hosts.get(urlsplit(url).hostname or "")
        token = None if host is None else host.installation.tokens.get(key)
        if token is None:
            raise InapplicableError("the account of a gateway that runs already is a good one, at a host that there is")
        workspace = token.workspace
        return workspace.new_token(key=token_of(self._world.seed)).key

    def _what(self) -> str:
        return "the gateway that runs already"

    async def _external_ports(self) -> ExternalPorts:
        return ExternalPorts(self._world.network, self.party, self._port_stream(), address=self.template.address)

    def _fixed_ports(self) -> tuple[int, int, int]:
        return self.template.cht_port, self.template.rapidpro_port, self.template.couchdb_port

    async def _launch(self, values: Mapping[str, str]) -> None:
        """Let the user's command bring the gateway to its beginning, where there is one."""
        command = [fill(word, values) for word in self.template.reset]
        if not command:
            return
        ended = await asyncio.to_thread(
            subprocess.run,
            command,
            cwd=working_folder(self.template),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        for line in ended.stdout.splitlines():
            self._hear(line)
        if ended.returncode:
            raise GatewayError(self._last_words(f"could not be reset: {ended_with(ended.returncode)}"))

    def _hint(self) -> str:
        return f"\nit should be configured so:\n{to_configure(self.template, self._world.seed)}"

    async def _terminate(self) -> None:
        """Leave it alone."""

    def _kill(self) -> None:
        """Leave it alone."""

    def _end(self) -> str | None:
        return None

    async def _close(self) -> None:
        """Leave it alone."""


def token_of(seed: Seed) -> str:
    """Return the token that a gateway that runs already shows to RapidPro."""
    return seed.part(PARTY).stream("token").alphanumeric(40)


def to_configure(template: Template, seed: Seed) -> str:
    """Return what the user has to tell the gateway."""
    return "\n".join(
        [
            f"  CHT       http://{template.address}:{template.cht_port}  user {USER}  password {password_of(seed)}",
            f"  RapidPro  http://{template.address}:{template.rapidpro_port}  token {token_of(seed)}",
        ]
    )
