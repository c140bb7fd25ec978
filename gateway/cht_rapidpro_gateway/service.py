"""The gateway at work: the parts, the loops that drive them, and how it starts, stops and changes accounts."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from typing import TYPE_CHECKING, Any

from . import database, rapidpro
from .ages import AgeLimits
from .backoff import Backoff
from .budget import WINDOW_SECONDS, Budget, Purpose
from .cht import ChtClient
from .cht_documents import ChtDocuments
from .clock import DAY
from .exchange import Exchange
from .heritage import Heir
from .inbox import Inbox
from .metrics import Metrics
from .outbox import Outbox, Stage
from .rapidpro import RapidProClient
from .receiver import Receiver
from .sender import Sender
from .statuses import State
from .tracker import Tracker
from .worker import Account
from .workspaces import Workspaces

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from random import Random

    import aiohttp

    from .clock import SteadyClock
    from .configuration import Configuration

ACCESS_RETRY_SECONDS = 900.0  # until a token that was refused is tried again, by a request that costs nothing
DEFECT_BACKOFF_SECONDS = (5.0, 300.0)  # after defects in a row: after the first, at most
STOP_GRACE_SECONDS = 10.0  # for requests under way when the gateway is asked to stop

_log = logging.getLogger(__name__)


class Service:
    """One gateway: `session` makes its requests, `connection` is its database, `random` spreads its pauses.

    `clock` is that of the database. It needs a running event loop when it runs, and closes neither the session nor the
    connection.
    """

    def __init__(
        self,
        configuration: Configuration,
        session: aiohttp.ClientSession,
        connection: sqlite3.Connection,
        random: Random,
        clock: SteadyClock,
    ) -> None:
        self._clock = clock
        self._configuration = configuration
        self._session = session
        self._random = random
        self.metrics = Metrics()
        # What CHT has not answered in time it may be working on yet: as much time again is left to it.
        settle_seconds = 2 * configuration.cht.timeout_seconds
        self.outbox = Outbox(connection, clock, settle_seconds)
        self.inbox = Inbox(connection, clock, settle_seconds)
        self._workspaces = Workspaces(connection)
        self._budget: Budget | None = None
        self._damage: sqlite3.Error | None = None
        self._refused: str | None = None  # why RapidPro accepts the token no longer
        self._work: asyncio.Future[Any] | None = None
        self._stopping = asyncio.Event()
        self._to_send = asyncio.Event()
        self._to_bring = asyncio.Event()
        self._documents = ChtDocuments(session, configuration.cht, self.metrics)
        self._exchange = Exchange(
            self.outbox,
            self.inbox,
            ChtClient(session, configuration.cht, self.metrics, clock.heard),
            configuration.cht.poll_seconds,
            self.metrics,
            random,
            self._to_send.set,
            self._documents,
        )
        self.receiver = Receiver(
            self.inbox,
            configuration.incoming.token,
            self.metrics,
            self.problems,
            self._measure,
            self._to_bring.set,
            self._complain,
        )

    async def run(self) -> None:
        """Work until `stop` is called; what is under way then is given some seconds to end.

        Raises `DatabaseError` where the file turns out to be damaged.
        """
        # Gathered, they end with this task in the same instant: what is cancelled sends nothing more.
        self._work = work = asyncio.gather(
            asyncio.create_task(self._repeat(self._exchange.step, self._to_bring), name="exchange"),
            asyncio.create_task(self._repeat(self._work_with_rapidpro), name="rapidpro"),
            asyncio.create_task(self._repeat(self._forget), name="forget"),
        )
        try:
            await work
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            _log.warning("some requests did not end in time")
        finally:
            if self._damage is None:
                self._clock.save()
        if self._damage is not None:
            raise database.damaged(self._configuration.database, self._damage)

    def stop(self) -> None:
        """Ask the gateway to stop."""
        if not self._stopping.is_set():
            self._stopping.set()
            if self._work is not None:
                asyncio.get_running_loop().call_later(STOP_GRACE_SECONDS, self._work.cancel)

    def problems(self) -> list[str]:
        """Return what is wrong and needs somebody, as sentences."""
        problems = []
        if self._refused is not None:
            problems.append(f"RapidPro refuses the token: {self._refused}")
        if self._exchange.refused:
            problems.append("CHT refuses the user, or the user may not access the gateway's API")
        return problems

    # RapidPro

    async def _work_with_rapidpro(self) -> float:
        """Find out whose token it is, then send and ask until the gateway is stopped or the token refused."""
        rest = self._workspaces.token_blocked_until(self._token) - self._clock.now()
        if rest > 0:
            return rest
        client = RapidProClient(self._session, self._configuration.rapidpro, None, self.metrics, self._clock)
        try:
            workspace = await client.workspace()
            self._refused = None
            _log.info("sending through the workspace %s", workspace.name)
            await self._send_and_ask(*self._parts(client, workspace))
        except rapidpro.AccessError as error:
            self._refused = str(error)
            _log.error("RapidPro refuses the token; nothing is sent or asked until it is accepted again: %s", error)
            return ACCESS_RETRY_SECONDS
        except rapidpro.ThrottledError as error:
            self._workspaces.block_token(self._token, self._clock.now() + error.seconds)
            return error.seconds
        return 0.0

    async def _send_and_ask(self, sender: Sender, tracker: Tracker, heir: Heir) -> None:
        """Send and ask until the gateway is stopped. Raises `AccessError`."""
        tasks = [
            asyncio.create_task(self._repeat(sender.step, self._to_send), name="sender"),
            asyncio.create_task(self._repeat(tracker.step), name="tracker"),
            asyncio.create_task(self._repeat(heir.step), name="heir"),
        ]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _parts(self, client: RapidProClient, workspace: rapidpro.Workspace) -> tuple[Sender, Tracker, Heir]:
        number = self._workspaces.met(workspace.identity, workspace.name, self._token)
        self._leave_others(number)
        budget = client.budget = self._budget = Budget(
            self._configuration.quota,
            lambda purpose, until: self._workspaces.block(number, purpose, until),
            self._workspaces.blocked(number),
            self.outbox.attempted_since(number, self._clock.now() - WINDOW_SECONDS),
            self._clock,
        )
        policy = self._configuration.policy
        limits = AgeLimits(policy, self._configuration.category)
        account = Account(self.outbox, client, budget, number, policy, limits, self.metrics, self._random)
        return Sender(account), Tracker(account), self._heir(number)

    def _heir(self, workspace: int) -> Heir:
        return Heir(self.outbox, self._documents, self._configuration.inherited, workspace, self._wake)

    def _wake(self) -> None:
        self._to_send.set()
        self._to_bring.set()

    def _leave_others(self, workspace: int) -> None:
        """Settle the messages of accounts that are not used any more: this one knows nothing of them."""
        policy = self._configuration.policy
        for message in self.outbox.of_other_workspaces(workspace):
            if message.stage is Stage.OPEN and message.state is State.SENT:
                self.outbox.give_up(message, "sent through an account that is not used any more")
                self.metrics.given_up.inc()
            elif (policy.on_switch if message.stage is Stage.OPEN else policy.ambiguous) == "fail":
                self.outbox.failed(message, "given to an account that is not used any more")
                self.metrics.ended.labels(State.FAILED).inc()
            else:
                self.outbox.postponed(message, self._clock.now(), tried=False)

    @property
    def _token(self) -> str:
        return f"{self._configuration.rapidpro.url} {self._configuration.rapidpro.token}"

    # The loops

    async def _repeat(self, step: Callable[[], Awaitable[float]], wake: asyncio.Event | None = None) -> None:
        """Do `step` again and again, after the pauses that it wants; `wake` ends a pause. Raises `AccessError`."""
        pauses = Backoff(self._random, *DEFECT_BACKOFF_SECONDS)
        while not self._stopping.is_set():
            if wake is not None:
                wake.clear()
            try:
                pause = await step()
                pauses.reset()
            except rapidpro.AccessError:
                raise
            except sqlite3.Error as error:
                pause = pauses.pause()
                self._complain(error)
            except rapidpro.RapidProError as error:
                pause = pauses.pause()
                _log.warning("RapidPro does not say whose token it is, pausing for %.0f s: %s", pause, error)
            except Exception:
                pause = pauses.pause()
                _log.exception("a defect; going on in %.0f s", pause)
            await self._sleep(pause, wake)

    def _complain(self, error: sqlite3.Error) -> None:
        """Stop where the database is damaged; otherwise it may be a full disk, which somebody makes room on."""
        if database.is_damage(error):
            self._damage = error
            self.stop()
        else:
            _log.error("the database does not do what it should: %s", error)

    async def _sleep(self, seconds: float, wake: asyncio.Event | None = None) -> None:
        """Wait so long, or until the gateway is stopped or woken."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        events = [asyncio.create_task(event.wait()) for event in (self._stopping, wake) if event is not None]
        try:
            await asyncio.wait(events, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for event in events:
                event.cancel()

    async def _forget(self) -> float:
        before = self._clock.now() - self._configuration.policy.keep_days * DAY
        self.outbox.forget(before)
        self.inbox.forget(before)
        return DAY

    def _measure(self) -> None:
        for stage, number in self.outbox.counts().items():
            self.metrics.stages.labels(stage).set(number)
        self.metrics.incoming_waiting.set(self.inbox.count_waiting())
        if self._budget is not None:
            for purpose in Purpose:
                self.metrics.budget.labels(purpose).set(self._budget.left(purpose))
