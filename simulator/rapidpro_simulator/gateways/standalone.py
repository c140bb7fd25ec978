"""Our own gateway, in this process: the very code that runs in production, in the simulation's time and network."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aiohttp import web

from cht_rapidpro_gateway import configuration, database
from cht_rapidpro_gateway.clock import SteadyClock
from cht_rapidpro_gateway.service import Service
from rapidpro_simulator.world.frozen_datetime import step_clock
from rapidpro_simulator.world.network import HandlerService

from .interface import Webhook
from .separate import HOSTNAME, USER, SeparateGateway

if TYPE_CHECKING:
    import sqlite3
    from datetime import timedelta

    from rapidpro_simulator.cht.administrator import Administrator
    from rapidpro_simulator.world.protocols import World


class Standalone(SeparateGateway):
    """The package `cht_rapidpro_gateway` between a CHT instance and RapidPro; its database outlives its crashes."""

    def __init__(self, world: World, administrator: Administrator, party: str) -> None:
        super().__init__(world, administrator, party)
        self._seed = world.seed.part(party)
        self.database = database.connect(":memory:")  # kept here, as a disk would keep it
        self._service: Service | None = None
        self._task: asyncio.Task[None] | None = None
        self._dead: list[tuple[asyncio.Task[None], sqlite3.Connection]] = []
        self.policy = configuration.Policy()
        self.inherited = configuration.Inherited()
        self.poll_seconds = configuration.ChtSettings.poll_seconds
        self._starts = 0
        self._boots = 0
        self._booted_at = 0.0

    def start(self) -> None:
        if self._task is not None or not self._has_account:
            return
        self._world.journal.event("gateway.started", gateway=self.party)
        self._world.run(self._start())

    async def _start(self) -> None:
        self._starts += 1
        settings = configuration.Configuration(
            cht=configuration.ChtSettings(
                url=self._administrator.site.url, user=USER, password=self._password, poll_seconds=self.poll_seconds
            ),
            rapidpro=configuration.RapidProSettings(url=self._url, token=self._token),
            policy=self.policy,
            inherited=self.inherited,
            incoming=configuration.IncomingSettings(token=self.incoming_token),
        )
        pauses = random.Random(self._seed.stream(f"pauses {self._starts}").hex(16))
        clock = SteadyClock(self.database, self._uptime, lambda: f"boot {self._boots}")
        self._service = Service(settings, self._world.network.client(self.party), self.database, pauses, clock)
        self._task = asyncio.get_running_loop().create_task(self._service.run())

    def crash(self, event: str = "gateway.stopped") -> None:
        if self._task is None:
            return
        self._world.journal.event(event, gateway=self.party)
        # The next one goes on with what is on the disk now: what this one does while it dies changes nothing any more.
        self._task.cancel()
        self._dead.append((self._task, self.database))
        self.database = _copy(self.database)
        self._task = self._service = None

    def reboot(self) -> None:
        """Boot the machine it runs on: it is killed, nothing of its clocks but the system's lives on, and it starts."""
        self.crash()
        self._boots += 1
        self._booted_at = self._world.clock.seconds()
        self.start()

    def _uptime(self) -> float:
        return self._world.clock.seconds() - self._booted_at

    def limit_age(self, hours: float | None) -> None:
        limit: dict[str, Any] = {"too_old": "send"} if hours is None else {"too_old": "fail", "too_old_hours": hours}
        self.policy = replace(self.policy, **limit)
        self._begin_anew()

    def visit_every(self, seconds: float) -> None:
        self.poll_seconds = seconds
        self._begin_anew()

    def _begin_anew(self) -> None:
        if self._task is not None:
            self.stop()
            self.start()

    def set_clock(self, by: timedelta) -> None:
        step_clock(self._world.clock, by)

    def incoming_webhook(self) -> Webhook:
        network = self._world.network
        if network.find(HOSTNAME, None) is None:
            network.attach(HOSTNAME, HandlerService(self.handle))
        return Webhook(f"https://{HOSTNAME}/incoming", self.incoming_token)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer a request as the gateway's own HTTP does; where it does not run, as a proxy before it would."""
        if self._service is None:
            return web.Response(status=HTTPStatus.BAD_GATEWAY, text="the gateway does not run")
        return await self._service.receiver.handle(request)

    def close(self) -> None:
        self.crash()
        for task, connection in self._dead:
            self._world.run(_ended(task))
            connection.close()
        self.database.close()


def _copy(connection: sqlite3.Connection) -> sqlite3.Connection:
    copy = database.connect(":memory:")
    connection.backup(copy)
    return copy


async def _ended(task: asyncio.Task[None]) -> None:
    await asyncio.wait([task])
