"""What gateways in other processes have in common: ports of the fakes, and a start that ends when the gateway works.

How a program is started and ended is left to the modules for each kind.
"""

from __future__ import annotations

import asyncio
import os
import socket
import tempfile
from abc import abstractmethod
from collections import deque
from contextlib import suppress
from itertools import count
from pathlib import Path
from sys import executable
from typing import TYPE_CHECKING
from urllib.parse import quote

from rapidpro_simulator.world.network.external_ports import ExternalPorts
from rapidpro_simulator.world.network.proxy import Proxy

from .interface import PARTY, InapplicableError, Webhook
from .readiness import Readiness
from .separate import HOSTNAME, USER, SeparateGateway

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rapidpro_simulator.cht.administrator import Administrator
    from rapidpro_simulator.world.journal import Entry
    from rapidpro_simulator.world.protocols import World
    from rapidpro_simulator.world.seed import Stream

    from .template import Template

PROBE_REAL_SECONDS = 0.05  # between two looks whether it listens or answers; all else is seen in the journal
SHOWN_LINES = 40
LASTING_PORTS = range(20_000, 32_768)  # Linux hands out those from 32768 on, macOS those from 49152 on
_numbers = count(os.getpid() * 7919)  # processes that begin at the same time begin far from each other


class GatewayError(RuntimeError):
    """The gateway under test did not start, or is not there; the text has its last words."""


class LiveGateway(SeparateGateway):
    """A gateway in another process, between a CHT instance and RapidPro. Its folder outlives its crashes."""

    def __init__(self, world: World, administrator: Administrator, party: str, template: Template) -> None:
        if world.clock.frozen:
            raise TypeError("a gateway in another process needs real or dilated time: Simulation(clock=LiveClock(…))")
        super().__init__(world, administrator, party)
        self.template = template
        self.clock = world.clock
        self.speed = world.clock.speed
        self.lines: deque[str] = deque(maxlen=SHOWN_LINES)
        self._ports: ExternalPorts | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="rapidpro-simulator-gateway-", ignore_cleanup_errors=True)
        self._port = template.port or free_port()
        self._runs = False
        self._has_worked = False
        self._news = asyncio.Event()
        self._readiness = self._new_readiness()
        world.journal.hide(self.incoming_token)
        world.journal.listeners.append(self._notice)

    # What the harness does with it

    def start(self) -> None:
        """Begin, or begin anew with what was saved.

        Raises `GatewayError` where it is not ready by its deadline, for the first time: one that has worked already may
        refuse to, with a token that is none for instance. Then the journal says so, and the scenario judges.
        """
        if self._runs or not self._has_account:
            return
        self._runs = True
        self._readiness = self._new_readiness()
        self._world.journal.event("gateway.started", gateway=self.party)
        self._world.run(self._start())

    def stop(self) -> None:
        if self._runs:
            self._runs = False
            self._world.run(self._terminate())
            self._world.journal.event("gateway.stopped", gateway=self.party)

    def crash(self, event: str = "gateway.stopped") -> None:
        if self._runs:
            self._runs = False
            self._world.journal.event(event, gateway=self.party)
            self._kill()

    def pause(self) -> None:
        raise InapplicableError(f"{self._what()} cannot be paused")

    def resume(self) -> None:
        raise InapplicableError(f"{self._what()} cannot be paused")

    def cut(self) -> None:
        if self._ports is not None:
            self._world.run(self._ports.close())

    def reconnect(self) -> None:
        if self._ports is not None:
            self._world.run(self._ports.reopen())

    def incoming_webhook(self) -> Webhook:
        return Webhook(f"{self.gateway_url()}{self.template.incoming_path}", self.incoming_token)

    def close(self) -> None:
        try:
            self._world.run(self._close())
        finally:
            if self._ports is not None:
                self._world.run(self._ports.close())
            self._world.journal.listeners.remove(self._notice)
            self._folder.cleanup()

    # What each kind of gateway does in its own way

    @abstractmethod
    def _what(self) -> str:
        """Return what it is, for those who read about it."""

    @abstractmethod
    async def _launch(self, values: Mapping[str, str]) -> None:
        """Start it with the `values` of the placeholders."""

    @abstractmethod
    async def _terminate(self) -> None:
        """Ask it to end, and wait for it; kill it where it does not."""

    @abstractmethod
    def _kill(self) -> None:
        """End it at once, without waiting; the loop may be running."""

    @abstractmethod
    def _end(self) -> str | None:
        """Return how it ended, such as `exit code 1`; None while it runs."""

    @abstractmethod
    async def _close(self) -> None:
        """Leave nothing of it behind."""

    async def _external_ports(self) -> ExternalPorts:
        """Return the ports at which it reaches the simulation, when they are needed for the first time."""
        return ExternalPorts(self._world.network, self.party, self._port_stream())

    def _port_stream(self) -> Stream:
        return self._world.seed.part(self.party).stream("ports")

    def _place(self) -> dict[str, str]:
        """Return where it lives, in the words of the placeholders."""
        return {"host": "127.0.0.1", "port": str(self._port), "state_dir": self._folder.name}

    def _fixed_ports(self) -> tuple[int, int, int]:
        """Return the ports at which it finds CHT, RapidPro and CouchDB; 0 is any."""
        return 0, 0, 0

    def _hint(self) -> str:
        """Return what helps when it is not ready, after its last words."""
        return ""

    def gateway_url(self) -> str:
        """Return the base URL of the gateway for callers inside the simulation."""
        network = self._world.network
        name = HOSTNAME if self.party == PARTY else f"{self._administrator.site.name}.{HOSTNAME}"
        host = network.find(name, None) or network.attach(name, Proxy(network, self._address()))
        return host.url

    def _address(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    # The start

    async def _start(self) -> None:
        values = await self._values()
        try:
            await self._launch(values)
            await self._until_ready(values)
        except GatewayError as error:
            self._runs = self._end() is None
            if not self._has_worked:
                self._runs = False
                self._kill()
                raise
            self._world.journal.event("gateway.not_ready", gateway=self.party, problem=str(error))
        else:
            self._has_worked = True

    async def _values(self) -> dict[str, str]:
        if self._ports is None:
            self._ports = await self._external_ports()
        cht_port, rapidpro_port, couchdb_port = self._fixed_ports()
        return {
            **await self._couchdb(self._ports, couchdb_port),
            "cht_url": await self._ports.url(self._administrator.site.url, cht_port),
            "cht_user": USER,
            "cht_password": self._password,
            "rapidpro_url": await self._ports.url(self._url, rapidpro_port),
            "rapidpro_token": self._token,
            "incoming_token": self.incoming_token,
            "incoming_url": f"{self._address()}{self.template.incoming_path}",
            "gateway_url": self._address(),
            "speed": f"{self.speed:g}",
            "python": executable,
            **self._place(),
        }

    async def _couchdb(self, ports: ExternalPorts, port: int) -> dict[str, str]:
        """Return how it reaches CHT's CouchDB; nothing where CHT keeps that to itself."""
        site = self._administrator.site
        if site.couchdb_url is None:
            return {}
        url = await ports.url(site.couchdb_url, port)
        user, password = site.administrator
        account = f"//{quote(user, safe='')}:{quote(password, safe='')}@"
        return {
            "couchdb_url": url,
            "couchdb_user": user,
            "couchdb_password": password,
            "couch_url": f"{url.replace('//', account, 1)}/{site.database}",
        }

    async def _until_ready(self, values: Mapping[str, str]) -> None:
        deadline = self._world.clock.seconds() + self.template.deadline * self.speed
        while not await self._readiness.is_reached(values):
            if (end := self._end()) is not None:
                raise GatewayError(self._last_words(f"ended before it was ready: {end}"))
            if self._world.clock.seconds() >= deadline:
                wanted = f"{self.template.deadline:g} seconds (it is ready by {self.template.ready!r})"
                raise GatewayError(self._last_words(f"was not ready after {wanted}"))
            self._news.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), PROBE_REAL_SECONDS * self.speed)

    def _new_readiness(self) -> Readiness:
        return Readiness(self.template.ready, self._port, self.template.deadline * self.speed)

    def _last_words(self, problem: str) -> str:
        words = "\n".join(f"  {line}" for line in self.lines) or "  (nothing)"
        return self._world.journal.redact(f"{self._what()} {problem}; its last words:\n{words}") + self._hint()

    def _hear(self, line: str) -> None:
        """Take down a line that it wrote."""
        self._readiness.hear(line)
        self.lines.append(line)
        self._world.journal.event("gateway.log", gateway=self.party, text=line)

    def _note_end(self) -> None:
        """Take down that it ended, where nobody had asked it to."""
        if self._runs:
            self._world.journal.event("gateway.ended", gateway=self.party, how=self._end())

    def _notice(self, entry: Entry) -> None:
        self._readiness.asked |= entry.get("by") == self.party
        self._news.set()


def free_port() -> int:
    """Return a port of this machine at which nobody listens.

    It is none of those that systems hand out to whoever wants any: it is still free when somebody comes to use it.
    """
    while True:
        port = LASTING_PORTS[next(_numbers) % len(LASTING_PORTS)]
        with socket.socket() as sock, suppress(OSError):  # taken
            sock.bind(("127.0.0.1", port))
            return port


def ended_with(code: int) -> str:
    """Say how a process ended, by its return code as `subprocess` gives it."""
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def working_folder(template: Template) -> Path:
    return Path(template.folder or ".").resolve()
