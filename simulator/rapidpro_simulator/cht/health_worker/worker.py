"""What a health worker does with the app, and what the app does by itself."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import milliseconds
from rapidpro_simulator.world.clock import Interval

from .forms import filled_in, form_of
from .storage import Storage
from .synchronisation import SyncError, Synchronisation
from .task_sources import TaskSources

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rapidpro_simulator.cht.site import Site
    from rapidpro_simulator.world.protocols import World

    from .account import Account
    from .storage import Document

SYNC_INTERVAL = 300.0  # seconds from one synchronisation of the app to the next
RECALCULATION = 1.0  # seconds after a change until the rules have run (cht-sentinel 11.1)


class HealthWorker:
    """The app of the user `account` at the CHT `site`, open and online until it is told otherwise.

    Tasks come from the rules in the settings, as the project compiled them, and from declared ones (`sources`). The app
    synchronises every 5 minutes, and soon after something was done with it; whoever looks at it sees the tasks of now.
    """

    def __init__(self, world: World, site: Site, account: Account) -> None:
        self.account = account
        self.is_online = True
        self._world = world
        self._storage = Storage(account)
        self.sources = TaskSources(world, account, self._storage)
        self._synchronisation = Synchronisation(world, site, account, self._storage)
        self._ids = world.seed.stream(account.party)
        self._syncing = asyncio.Lock()
        self._timer = Interval(world.clock, SYNC_INTERVAL, self._start_sync)
        self._running: set[asyncio.Task[None]] = set()

    def go_offline(self) -> None:
        """Let the phone lose its network: what is done waits for it to come back."""
        self.is_online = False

    def go_online(self) -> None:
        """Give the phone its network back, and synchronise."""
        self.is_online = True
        self.synchronise()

    def synchronise(self) -> None:
        """Send what waits, fetch what is new, and compute the tasks. Raises `SyncError`, and at once where offline."""
        if not self.is_online:
            raise SyncError(f"the phone of {self.account.name} is offline")
        self._world.run(self._sync())

    def open_tasks(self) -> Sequence[Document]:
        """Return the tasks that the worker sees on opening the list, the most urgent first."""
        self._synchronise_if_possible()  # the app shows what it has
        self._recalculate()
        return self._storage.tasks.ready()

    def task_documents(self) -> Sequence[Document]:
        """Return all task documents on the phone, in whatever state."""
        return list(self._storage.tasks.documents.values())

    def submit(self, form: str, fields: Mapping[str, Any], subject: str | None = None) -> Document:
        """Fill in a form about the contact with the id `subject`, and return the report; it is sent when online.

        Raises `LookupError` where the phone has no such contact.
        """
        about = None if subject is None else self._storage.contact(subject)
        report = {
            "_id": self._ids.uuid4(),
            "reported_date": milliseconds(self._world.clock.now()),
            **filled_in(form, fields, author=self._storage.own_contact, subject=about),
        }
        self._storage.add(report)
        self._world.advance(seconds=RECALCULATION)
        self._recalculate()
        self._synchronise_if_possible()  # else it is tried again with the next synchronisation
        return report

    def complete(self, task: Document, fields: Mapping[str, Any]) -> Document:
        """Submit the form that `task` asks for, with the task as its source, and return the report."""
        form, inputs, about = form_of(task)
        return self.submit(form, {**inputs, **fields}, about)

    def close(self) -> None:
        """Switch the phone off."""
        self._timer.cancel()
        for task in list(self._running):
            task.cancel()

    def _synchronise_if_possible(self) -> None:
        if self.is_online:
            with suppress(SyncError):
                self.synchronise()

    def _start_sync(self) -> None:
        if self.is_online and not self._syncing.locked():
            name = f"{self.account.party} synchronises"
            task = asyncio.get_running_loop().create_task(self._guarded(), name=name)
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _guarded(self) -> None:
        with suppress(SyncError):  # recorded where it happened, and tried again
            await self._sync()

    async def _sync(self) -> None:
        async with self._syncing:
            await self._synchronisation.push()
            await self._synchronisation.pull()
            self._recalculate()
            await self._synchronisation.push()

    def _recalculate(self) -> None:
        now, tasks = self._world.clock.now(), self._storage.tasks
        contacts = [each["_id"] for each in self._storage.contacts]
        changed = tasks.refresh(self.sources.emissions(), contacts, now)
        for document in [*changed, *tasks.let_time_pass(now)]:
            self._storage.send_later(document)
            self._tell(document)

    def _tell(self, task: Document) -> None:
        title = task["emission"].get("title")
        origin = "declared" if title in self.sources.declared_titles else "project's"
        self._world.journal.event("phone.task", user=self.account.name, origin=origin, title=title, state=task["state"])
