"""What a sentinel process does between its start and its end; all of its memory is here."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from rapidpro_simulator.cht.transitions.engine import TransitionEngine
from rapidpro_simulator.cht.transitions.process import transition_context

from .changes import ChangeQueue
from .configuration import SentinelConfiguration
from .due_tasks import make_due_tasks_pending
from .jobs import Job, Jobs
from .outbound_queue import push_queued
from .reminders import send_reminders
from .window import is_sendable, synthetic_date

if TYPE_CHECKING:
    from datetime import datetime

    from .context import SentinelContext


class Life:
    """One life of a sentinel process."""

    def __init__(self, context: SentinelContext) -> None:
        self._context = context
        self._configuration = SentinelConfiguration(context.couch)
        self._work = transition_context(
            context.couch,
            context.clock,
            context.stream,
            context.release,
            lambda: self._configuration.settings,
            context.log,
            context.zone,
        )
        self._work.users = context.users
        self._configuration.work = self._work
        self._engine = TransitionEngine(self._work)
        self._queue = ChangeQueue(context.couch, context.release, self._engine.process_change, context.log)
        self._jobs = Jobs(context.clock, self._all_jobs(), context.log)
        self._feed: asyncio.Task[None] | None = None
        self._synthetic: datetime | None = None

    async def live(self) -> None:
        """Do all that a sentinel does; raises `CouchClientError` when the process ends by itself."""
        since = await self._configuration.read()
        self._synthetic = synthetic_date(self._configuration.settings, self._context.zone)
        worker = asyncio.create_task(self._queue.work(), name="sentinel: changes")
        self._reload()
        self._jobs.start()
        try:
            await self._configuration.follow(since, self._reload)
        finally:
            self._jobs.stop()
            self._close_feed()
            worker.cancel()

    def _reload(self) -> None:
        """Load the transitions anew; while the settings are wrong, no change is processed."""
        if not self._engine.reload():
            self._close_feed()
            self._queue.clear()
            for error in self._engine.errors:
                self._context.log(error)
        elif self._feed is None:
            self._feed = asyncio.create_task(self._queue.follow(), name="sentinel: feed")

    def _close_feed(self) -> None:
        feed, self._feed = self._feed, None
        if feed is not None:
            feed.cancel()

    def _all_jobs(self) -> dict[str, Job]:
        return {
            "dueTasks": self._make_due_tasks_pending,
            "reminders": lambda: send_reminders(self._work),
            "outbound": self._push_queued,
            "transitionsDisabledReminder": self._remind_of_errors,
        }

    async def _make_due_tasks_pending(self) -> None:
        now = self._synthetic or self._work.now()
        if is_sendable(self._configuration.settings, now):
            await make_due_tasks_pending(self._work, now)

    async def _push_queued(self) -> None:
        # Without a configuration there is nothing that a queue could say: it is not read then.
        if self._work.outbound is not None and self._configuration.settings.get("outbound"):
            await push_queued(self._work.outbound, self._work.lineage)

    async def _remind_of_errors(self) -> None:
        if self._engine.errors and self._context.release.names_loading_errors:
            self._context.log(f"Transitions are disabled. {' '.join(self._engine.errors)}")
