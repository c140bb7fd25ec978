"""A CHT instance: its CouchDB, its api process, the RapidPro gateway inside that process, and its sentinel."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from .api import ChtApi
from .api.transition_users import TransitionUsers
from .couch import CouchDB, CouchService
from .couch.client import CouchClient
from .gateway import INTERVAL, INTERVALS, BuiltInGateway, GatewayContext
from .releases import release as release_of
from .sent_messages import SentMessages, messages_of
from .sentinel import Sentinel, SentinelContext

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterator, Mapping
    from datetime import datetime

    from rapidpro_simulator.world.context import Context
    from rapidpro_simulator.world.network import Host, Network

    from .couch import Database

ADMINISTRATOR = "medic"
DATABASE = "medic"
UPGRADE = 60.0  # seconds from the request for an upgrade until its processes begin; really minutes, or hours
PICKUP = 1.0  # seconds
NO_DOCUMENTS: Container[str] = frozenset()
PARTS: Mapping[str, Collection[str]] = {"api": ("gateway",), "gateway": (), "sentinel": ()}
"""What can be left out of an instance, so that somebody else's process does it, and what goes with it."""


class LeftOutError(RuntimeError):
    """Somebody wants something of a part that was left out of an instance; the text says which."""


class Instance:
    """CHT at the hostname `name`, its CouchDB at `couchdb.<name>`.

    `party` is the name under which its gateway calls others, `database` the name of its main database, by which the
    gateway's timers go (cht 0.1), unless their `interval` is given in seconds. `without` names parts (`api`,
    `gateway`, `sentinel`) that are left to processes of somebody else at its CouchDB; without the api there is no
    gateway either. Boot it inside the running event loop.
    """

    def __init__(
        self,
        name: str,
        context: Context,
        network: Network,
        release: str,
        party: str,
        database: str = DATABASE,
        without: Collection[str] = (),
        interval: float | None = None,
    ) -> None:
        self.name = name
        self.party = party
        self.release = release_of(release)
        self.database = database
        self.without = frozenset(part for each in without for part in (each, *PARTS[each]))
        self._context = context.part(name)
        self._network = network
        self.interval = interval or INTERVALS.get(database, INTERVAL)  # seconds between the gateway's ticks
        self._processes = self._context  # of the release there is
        self._comes_back = False  # the gateway, as soon as the process it runs in does
        self.password = self._context.seed.stream("password").alphanumeric(16)
        context.journal.hide(self.password)
        self.couch = CouchDB(self._context, admin=(ADMINISTRATOR, self.password))
        self.couch.install_cht(self.release.name, self.database)
        self.couch_host = network.attach(f"couchdb.{name}", CouchService(self.couch))
        self.host: Host
        self._sent_messages: SentMessages | None = None
        self._upgrading: asyncio.Task[None] | None = None
        self.api: ChtApi
        self.gateway: BuiltInGateway
        self.sentinel: Sentinel

    @property
    def administrator(self) -> tuple[str, str]:
        """Return the name and the password of a user who may do everything."""
        return (ADMINISTRATOR, self.password)

    @property
    def url(self) -> str:
        """Return the base URL for callers inside the simulation. Raises `LeftOutError`."""
        self._require("api")
        return self.host.url

    @property
    def couchdb_url(self) -> str | None:
        """Return the base URL of its CouchDB for callers inside the simulation."""
        return self.couch_host.url

    @property
    def older_documents(self) -> Container[str]:
        """Return no ids: everything in it is of the simulation."""
        return NO_DOCUMENTS

    @property
    def pickup_seconds(self) -> float:
        """Return the time in which it picks up changed settings: more than a round trip."""
        return PICKUP

    def now(self) -> datetime:
        """Return the instant of the simulation."""
        return self._context.clock.now()

    def outward(self, settings: Any) -> Any:
        """Return `settings` as they are: it is on the network of the simulation."""
        return settings

    async def boot(self) -> None:
        """Start what is not left out: the api process, the gateway in it, and sentinel."""
        if "api" not in self.without:
            await self._boot_api()
        if "gateway" not in self.without:
            self.start_gateway()
        if "sentinel" not in self.without:
            self._boot_sentinel()

    def _boot_sentinel(self) -> None:
        self.sentinel = Sentinel(self._sentinel_context())
        self.start_sentinel()

    async def _boot_api(self) -> None:
        couch = self._couch_client(self.name)
        self.api = ChtApi(self.name, self._processes, couch, self.release, on_stored=self._send_now)
        self.api.context.on_upgrade = self._upgrade_soon
        self.host = self._listen()
        self.gateway = BuiltInGateway(self._gateway_context(couch), self.release, self.interval)
        # An error of the changes feed ends the process, and with it what its gateway had in memory.
        self.api.configuration.on_exit.append(lambda _: self._exit())
        self.api.configuration.on_return.append(self._return)
        await self.api.start()

    def _listen(self) -> Host:
        """Let the api process answer at the hostname, in place of one that was there before."""
        host = self._network.find(self.name, None)
        if host is None:
            return self._network.attach(self.name, self.api)
        host.server.service = self.api
        return host

    async def upgrade(self, release: str) -> None:
        """Put another release in place of this one: its processes begin anew, CouchDB keeps all that it has.

        Keys that the new release looks for elsewhere are lost to it (cht 3, 13). Raises `ValueError` for a release that
        there is not, and for an older one.
        """
        new, old = release_of(release), self.release
        if new.version < old.version:
            raise ValueError(f"CHT {old.name} cannot go back to {new.name}: releases only follow each other")
        was_running = self.gateway.is_running
        await self.stop()
        self.release = new
        self.couch.upgrade_cht(new.name, self.database)
        self._context.journal.event("cht.upgraded", instance=self.name, before=old.name, release=new.name)
        # Streams of its own: a process that draws again what the last one drew would give ids a second time.
        self._processes = self._context.part(f"since the upgrade to {new.name}")
        await self.boot()
        if self.gateway.is_running and not was_running:
            self.stop_gateway()

    def _upgrade_soon(self, release: str) -> None:
        """Upgrade when the answer that promises it is out."""
        loop = asyncio.get_running_loop()

        def begin() -> None:
            self._upgrading = loop.create_task(self.upgrade(release), name="cht upgrade")

        loop.call_later(UPGRADE, begin)

    def _gateway_context(self, api_couch: CouchClient) -> GatewayContext:
        couch = self._couch_client(self.party)
        couch.on_written = api_couch.on_written  # one process, one audit
        return GatewayContext(
            clock=self._context.clock,
            journal=self._context.journal,
            couch=couch,
            settings=lambda: self.api.configuration.settings,
        )

    def _sentinel_context(self) -> SentinelContext:
        party = f"sentinel of {self.name}"
        return SentinelContext(
            party=party,
            clock=self._context.clock,
            journal=self._context.journal,
            couch=self._couch_client(party),
            stream=self._processes.seed.stream("sentinel"),
            release=self.release,
            api_url=None if "api" in self.without else self.url,
            users=None if "api" in self.without else TransitionUsers(self.api.context),
        )

    def _couch_client(self, party: str) -> CouchClient:
        session = self._network.client(party)
        return CouchClient(session, self.couch_host.url, ADMINISTRATOR, self.password, self.database)

    def start_gateway(self) -> None:
        """Start the built-in gateway, and record it. Raises `LeftOutError`."""
        self._require("gateway")
        self._context.journal.event("gateway.started", gateway=self.party, release=self.release.name)
        self.gateway.start()

    def stop_gateway(self, event: str = "gateway.stopped") -> None:
        """Stop the gateway at once, whatever is under way, as a crash or a kill does; `event` is what is recorded.

        Raises `LeftOutError`.
        """
        self._require("gateway")
        self._comes_back = False
        self._context.journal.event(event, gateway=self.party)
        self.gateway.stop()

    def start_sentinel(self) -> None:
        """Start sentinel, and record it. Raises `LeftOutError`."""
        self._require("sentinel")
        self._context.journal.event("sentinel.started", sentinel=self.sentinel.party, release=self.release.name)
        self.sentinel.start()

    def stop_sentinel(self, event: str = "sentinel.stopped") -> None:
        """Stop sentinel at once, whatever is under way, as a crash or a kill does; `event` is what is recorded.

        Raises `LeftOutError`.
        """
        self._require("sentinel")
        self._context.journal.event(event, sentinel=self.sentinel.party)
        self.sentinel.stop()

    def restart_gateway(self) -> None:
        """Stop the built-in gateway at once, and start it again."""
        self.stop_gateway()
        self.start_gateway()

    def _send_now(self, document_id: str) -> None:
        self.gateway.send_document(document_id)

    def _exit(self) -> None:
        if "gateway" in self.without:
            return
        was_running = self.gateway.is_running
        self.stop_gateway()
        self._comes_back = was_running

    def _return(self) -> None:
        if self._comes_back:
            self.start_gateway()

    async def stop(self) -> None:
        """Stop all of it."""
        if "sentinel" not in self.without:
            self.sentinel.stop()
        if "api" not in self.without:
            self.gateway.stop()
            await self.api.stop()

    def _require(self, part: str) -> None:
        if part in self.without:
            raise LeftOutError(f"{self.name} is without {part}: that was left to somebody else")

    def tasks_and_messages(self) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        """Yield every message of CouchDB's documents behind the task that holds its state."""
        if (database := self._main_database) is not None:
            for document in database.documents():
                for each in messages_of(document):
                    yield each.task, each.message

    @property
    def sent_messages(self) -> SentMessages | None:
        """The messages of its main database; None where somebody has deleted that."""
        if (database := self._main_database) is None:
            return None
        if self._sent_messages is None or self._sent_messages.database is not database:
            self._sent_messages = SentMessages(database)
        return self._sent_messages

    @property
    def _main_database(self) -> Database | None:
        return self.couch.database(self.database) if self.database in self.couch.names else None
