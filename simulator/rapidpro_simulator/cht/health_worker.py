"""A health worker with CHT's app on a phone: it synchronises, computes tasks, and submits forms (cht-sentinel 11, 12).

All that the server learns of it travels over HTTP, as the worker's own offline user.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import aiohttp

from rapidpro_simulator.world.authorization import basic_auth
from rapidpro_simulator.world.clock import Interval

from .javascript import JavaScriptError, as_object
from .lineage import is_contact, is_report, minified
from .tasks import DeclaredTask, RulesEngine, TaskDocuments
from .tasks.rules import contact_ids, subject_ids

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rapidpro_simulator.world.protocols import World

    from .site import Site
    from .tasks import Emission

Document = dict[str, Any]

SYNC_INTERVAL = 300.0  # seconds from one synchronisation of the app to the next
RECALCULATION = 1.0  # seconds after a change until the rules have run (cht-sentinel 11.1)


class SyncError(Exception):
    """The server could not be reached, or refused."""


class TaskSource(Protocol):
    """What knows which tasks a contact and the reports about it ask for."""

    def emissions(self, contact: Document, reports: Iterable[Document]) -> list[Emission]:
        """Return the tasks."""


@dataclass(frozen=True)
class Account:
    """The offline user of a health worker: its name and password, and the ids of its contact and of its place."""

    name: str
    password: str
    contact: str
    place: str

    @property
    def identifier(self) -> str:
        return f"org.couchdb.user:{self.name}"


class HealthWorker:
    """The app of the user `account` at the CHT `site`, open and online until it is told otherwise.

    Tasks come from the rules in the settings, as the project compiled them, and from `declared` ones. The app
    synchronises every 5 minutes, and soon after something was done with it; whoever looks at it sees the tasks of now.
    """

    def __init__(self, world: World, site: Site, account: Account) -> None:
        self.account = account
        self.declared: list[TaskSource] = []
        self.is_online = True
        self._world = world
        self._site = site
        self._party = f"phone of {account.name}"
        self._documents: dict[str, Document] = {}
        self._waiting: dict[str, None] = {}  # ids of what the server does not have yet, in their order
        self._tasks = TaskDocuments(account.identifier, {})
        self._rules: tuple[str, RulesEngine | None] | None = None  # the text, and what runs it if it can be run
        self._ids = world.seed.stream(self._party)
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
        if self.is_online:
            with suppress(SyncError):  # the app shows what it has
                self.synchronise()
        self._recalculate()
        return self._tasks.ready()

    @property
    def declared_titles(self) -> list[str]:
        """Return the titles of the tasks that no project's rules stand behind; the journal calls them declared."""
        return [each.name for each in self.declared if isinstance(each, DeclaredTask)]

    @property
    def has_rules(self) -> bool:
        """Say whether the settings on the phone have rules of tasks, whose titles nobody knows before they show."""
        return self._rules_of_settings() is not None

    def task_documents(self) -> Sequence[Document]:
        """Return all task documents on the phone, in whatever state."""
        return list(self._tasks.documents.values())

    def submit(self, form: str, fields: Mapping[str, Any], subject: str | None = None) -> Document:
        """Fill in a form about the contact with the id `subject`, and return the report; it is sent when online.

        Raises `LookupError` where the phone has no such contact.
        """
        report = self._report(form, fields, None if subject is None else self._contact(subject))
        self._documents[report["_id"]] = report
        self._waiting[report["_id"]] = None
        self._world.advance(seconds=RECALCULATION)
        self._recalculate()
        if self.is_online:
            with suppress(SyncError):  # it is tried again with the next synchronisation
                self.synchronise()
        return report

    def complete(self, task: Document, fields: Mapping[str, Any]) -> Document:
        """Submit the form that `task` asks for, with the task as its source, and return the report."""
        action = task["emission"]["actions"][0]
        content = {name: value for name, value in as_object(action.get("content")).items() if name != "contact"}
        about = task["emission"].get("forId") or task.get("owner")
        return self.submit(action["form"], {"inputs": content, **fields}, about)

    def close(self) -> None:
        """Switch the phone off."""
        self._timer.cancel()
        for task in list(self._running):
            task.cancel()

    def _contact(self, identifier: str) -> Document:
        found = self._documents.get(identifier)
        if found is None or not is_contact(found):
            raise LookupError(f"the phone of {self.account.name} has no contact with the id {identifier}")
        return found

    def _report(self, form: str, fields: Mapping[str, Any], subject: Document | None) -> Document:
        own = self._documents.get(self.account.contact) or {"_id": self.account.contact}
        report: Document = {
            "_id": self._ids.uuid4(),
            "type": "data_record",
            "content_type": "xml",
            "form": form,
            "reported_date": int(self._world.clock.now().timestamp() * 1000),
            "contact": own,
            "fields": _about(subject, fields),
        }
        if own.get("phone"):
            report["from"] = own["phone"]
        return minified(report)

    # Synchronising

    @cached_property
    def _session(self) -> aiohttp.ClientSession:
        return self._world.network.client(self._party)

    def _start_sync(self) -> None:
        if self.is_online and not self._syncing.locked():
            task = asyncio.get_running_loop().create_task(self._guarded(), name=f"{self._party} synchronises")
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _guarded(self) -> None:
        with suppress(SyncError):  # recorded where it happened, and tried again
            await self._sync()

    async def _sync(self) -> None:
        async with self._syncing:
            await self._push()
            await self._pull()
            self._recalculate()
            await self._push()

    async def _push(self) -> None:
        waiting = list(self._waiting)
        if not waiting:
            return
        documents = [self._documents.get(each) or self._tasks.documents[each] for each in waiting]
        rows = await self._ask("POST", f"/{self._site.database}/_bulk_docs", {"docs": documents})
        for document, row in zip(documents, rows, strict=True):
            # A conflict means that the server's is newer: it comes with the next documents.
            self._waiting.pop(document["_id"])
            if row.get("rev"):
                self._revise(document["_id"], row["rev"])

    def _revise(self, identifier: str, revision: str) -> None:
        for kept in (self._documents, self._tasks.documents):
            if identifier in kept:
                kept[identifier] = {**kept[identifier], "_rev": revision}

    async def _pull(self) -> None:
        answer = await self._ask("GET", "/api/v1/replication/get-ids")
        there = {row["id"]: row["rev"] for row in answer["doc_ids_revs"]}
        known = {**self._tasks.documents, **self._documents}
        wanted = [each for each, revision in there.items() if known.get(each, {}).get("_rev") != revision]
        for document in await self._fetch(wanted):
            kept = self._tasks.documents if document.get("type") == "task" else self._documents
            kept[document["_id"]] = document
        for gone in [each for each in self._documents if each not in there and each not in self._waiting]:
            del self._documents[gone]

    async def _fetch(self, identifiers: Sequence[str]) -> list[Document]:
        if not identifiers:
            return []
        body = {"docs": [{"id": each} for each in identifiers]}
        answer = await self._ask("POST", f"/{self._site.database}/_bulk_get", body)
        found = [each["ok"] for row in answer["results"] for each in row["docs"] if "ok" in each]
        return [{name: value for name, value in each.items() if name != "_revisions"} for each in found]

    async def _ask(self, method: str, path: str, body: Any = None) -> Any:
        """Make one request as the worker and return the answer's JSON. Raises `SyncError`."""
        headers = {"Authorization": basic_auth(self.account.name, self.account.password), "Accept": "application/json"}
        try:
            async with self._session.request(method, f"{self._site.url}{path}", json=body, headers=headers) as answer:
                text = await answer.text()
                if answer.status < 300:
                    return json.loads(text)
                problem = f"{answer.status} {text[:200]}"
        except (aiohttp.ClientError, ValueError) as error:
            problem = f"{type(error).__name__}: {error}"
        self._world.journal.event("phone.sync_failed", user=self.account.name, problem=problem)
        raise SyncError(f"the phone of {self.account.name} could not synchronise: {problem}")

    # Tasks

    def _recalculate(self) -> None:
        now = self._world.clock.now()
        contacts = [each for each in self._documents.values() if is_contact(each)]
        emissions = [each for contact in contacts for each in self._emissions(contact)]
        changed = self._tasks.refresh(emissions, [each["_id"] for each in contacts], now)
        for document in [*changed, *self._tasks.let_time_pass(now)]:
            self._waiting[document["_id"]] = None
            title, state = document["emission"].get("title"), document["state"]
            origin = "declared" if title in self.declared_titles else "project's"
            self._world.journal.event("phone.task", user=self.account.name, origin=origin, title=title, state=state)

    def _emissions(self, contact: Document) -> list[Emission]:
        about = [each for each in self._documents.values() if is_report(each) and _concerns(each, contact)]
        found = [each for source in self.declared for each in source.emissions(contact, about)]
        if (rules := self._rules_of_settings()) is None:
            return found
        strictly = [each for each in about if subject_ids(each)]
        try:
            return found + rules.emissions(contact, strictly)
        except JavaScriptError as error:
            self._rules_failed(error)
            return found

    def _rules_of_settings(self) -> RulesEngine | None:
        """Return the engine of the rules that the phone has got with the settings; None where none can run."""
        text = self._tasks_settings().get("rules")
        if not isinstance(text, str) or not text:
            return None
        if self._rules is None or self._rules[0] != text:
            self._rules = (text, self._engine_of(text))
        return self._rules[1]

    def _engine_of(self, rules: str) -> RulesEngine | None:
        settings = self._settings()
        try:
            return RulesEngine(
                rules,
                self._world.clock.now,
                user=self._documents.get(self.account.contact),
                permissions=as_object(settings.get("permissions")),
                schedules=self._tasks_settings().get("schedules") or (),
            )
        except JavaScriptError as error:  # as rules for nools are, of projects from before 5.0
            self._rules_failed(error)
            return None

    def _settings(self) -> Document:
        return as_object(as_object(self._documents.get("settings")).get("settings"))

    def _tasks_settings(self) -> Document:
        return as_object(self._settings().get("tasks"))

    def _rules_failed(self, error: JavaScriptError) -> None:
        self._world.journal.event("phone.rules_failed", user=self.account.name, problem=str(error))


def _about(subject: Document | None, fields: Mapping[str, Any]) -> Document:
    """Return the fields of a form as the app fills in whom it is about."""
    if subject is None:
        return dict(fields)
    contact = {name: subject[name] for name in ("_id", "name", "phone", "patient_id") if subject.get(name)}
    inputs = {**as_object(fields.get("inputs")), "contact": contact}
    named: Document = {"patient_uuid": subject["_id"], "patient_name": subject.get("name")}
    if subject.get("patient_id"):
        named["patient_id"] = subject["patient_id"]
    return {**named, **fields, "inputs": inputs}


def _concerns(report: Document, contact: Document) -> bool:
    """Say whether `report` is about `contact`; one that names no subject is about the one who sent it."""
    named = subject_ids(report) or {str(as_object(report.get("contact")).get("_id"))}
    return bool(named & contact_ids(contact))
