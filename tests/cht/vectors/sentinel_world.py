"""A CHT without HTTP for vectors: documents, transitions of the api and of sentinel, and the feed between them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from rapidpro_simulator.cht.couch import CouchDB
from rapidpro_simulator.cht.couch.client import CouchClientError
from rapidpro_simulator.cht.infodocs import InfoDocuments
from rapidpro_simulator.cht.javascript import Sandbox
from rapidpro_simulator.cht.lineage import Lineage
from rapidpro_simulator.cht.messages.composer import Composer
from rapidpro_simulator.cht.messages.outgoing import Outgoing
from rapidpro_simulator.cht.messages.translations import Translations
from rapidpro_simulator.cht.outbound import Outbound
from rapidpro_simulator.cht.releases import release
from rapidpro_simulator.cht.sentinel.due_tasks import make_due_tasks_pending
from rapidpro_simulator.cht.sentinel.outbound_queue import push_queued
from rapidpro_simulator.cht.sentinel.reminders import send_reminders
from rapidpro_simulator.cht.transitions.context import TransitionContext
from rapidpro_simulator.cht.transitions.engine import TransitionEngine
from rapidpro_simulator.cht.transitions.shortcodes import check_digit
from rapidpro_simulator.cht.web_client import WebError
from rapidpro_simulator.world.clock import FrozenClock
from rapidpro_simulator.world.context import Context
from rapidpro_simulator.world.journal import Journal
from rapidpro_simulator.world.seed import Seed, Stream
from tests.support.document_store import InProcessStore

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from yarl import URL

Document = dict[str, Any]

IGNORED = ("_design/",)


class ConflictingStore(InProcessStore):
    """A store of which the next write to a document can fail once."""

    def __init__(self, couch: CouchDB) -> None:
        super().__init__(couch)
        self.conflicts: list[str] = []

    async def put(self, document: Document, database: str | None = None) -> str:
        if document["_id"] in self.conflicts and database is None:
            self.conflicts.remove(document["_id"])
            raise CouchClientError(409, "conflict", "Document update conflict.")
        return await super().put(document, database)


class RecordingStream(Stream):
    """A stream that keeps the shortcodes it was drawn for, in their order; only the first of many candidates counts."""

    def __init__(self, seed: str, shortcodes: list[str]) -> None:
        super().__init__(seed)
        self._shortcodes = shortcodes

    def randrange(self, start: int, *arguments: Any, **more: Any) -> int:
        number = super().randrange(start, *arguments, **more)
        digits = f"{number:0{len(str(start)) - 1}d}"
        self._shortcodes.append(digits + check_digit(digits))
        return number


class Receiver:
    """What outbound push speaks to, in place of CHT's HTTP client: it answers `answers` in order, then 200."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.heard: list[Document] = []

    async def request(
        self, method: str, url: URL, *, authorization: str | None = None, body: Any = None, **_: Any
    ) -> Document:
        status = self.answers.pop(0) if self.answers else 200
        heard = {"url": str(url), "body": body, "answer": status}
        self.heard.append({**heard, **({"authorization": authorization} if authorization else {})})
        if status >= 400:
            raise WebError(f"{status} - refused", status)
        return {}


class Keys:
    """The credentials of a vector."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    async def get(self, key: str) -> str | None:
        return self.values.get(key)


class SentinelWorld:
    """`settings` and `translations` (texts by language and key) are those of a vector; `now` is when it begins.

    `order` is what sentinel has processed, `errors` what it could not; `created` the documents that CHT made.
    """

    def __init__(
        self, release_name: str, now: str, settings: Document, translations: Mapping[str, Mapping[str, str]], zone: str
    ) -> None:
        self.clock = FrozenClock(datetime.fromisoformat(now))
        self.seed = Seed("vectors")
        self.settings = settings
        self.release = release(release_name)
        couch = CouchDB(Context(self.clock, self.seed, Journal(self.clock)))
        couch.install_cht(self.release.name)
        self.store = ConflictingStore(couch)
        self.infos = InfoDocuments(self.store, self.clock)
        documents = [{"code": code, "generic": dict(texts)} for code, texts in translations.items()]
        self._translations = Translations(documents)
        self.receiver = Receiver()
        self.keys = Keys()
        self.shortcodes: list[str] = []
        self._zone = ZoneInfo(zone)
        self.api = TransitionEngine(self._context("api"), in_api=True)
        self.sentinel = TransitionEngine(self._context("sentinel"))
        self.database = couch.database("medic")
        self.position = 0
        self.order: list[str] = []
        self.errors: list[str] = []
        self.processed: list[tuple[str, str]] = []
        self.created: list[str] = []
        self.written: set[str] = set()
        self._began: dict[str, dict[str, str]] = {}
        self.database.listeners.append(self._note)
        self.reload()

    def reload(self) -> None:
        self.api.reload()
        self.sentinel.reload()

    def _context(self, process: str) -> TransitionContext:
        stream = RecordingStream(f"vectors/{process}", self.shortcodes)
        composer = Composer(
            settings=lambda: self.settings,
            release=self.release,
            now=self.clock.now,
            new_uuid=stream.uuid4,
            outgoing=Outgoing(self.clock),
            translations=self._translations,
            zone=self._zone,
        )
        return TransitionContext(
            store=self.store,
            clock=self.clock,
            stream=stream,
            release=self.release,
            composer=composer,
            lineage=Lineage(self.store),
            infos=self.infos,
            sandbox=Sandbox(self.clock.now),
            read_settings=lambda: self.settings,
            log=lambda _: None,
            outbound=self._outbound(),
        )

    def _outbound(self) -> Outbound:
        return Outbound(
            store=self.store,
            infos=self.infos,
            client=self.receiver,
            keys=self.keys,
            sandbox=Sandbox(self.clock.now),
            clock=self.clock,
            release=self.release,
            settings=lambda: self.settings,
            log=lambda _: None,
        )

    async def run_job(self, name: str) -> None:
        """Let one of sentinel's jobs run once, whatever the hour."""
        work = self.sentinel.context
        if name == "due_tasks":
            await make_due_tasks_pending(work, work.now())
        elif name == "reminders":
            await send_reminders(work)
        else:
            assert work.outbound is not None
            await push_queued(work.outbound, work.lineage)

    def _note(self, identifier: str, _: str) -> None:
        if identifier not in self.created:
            self.created.append(identifier)

    def begin(self) -> None:
        """Take what is there for what was there before: sentinel has seen it."""
        self.position = self.database.update_seq
        self._began = {name: self._revisions(name) for name in ("medic", "medic-sentinel")}

    def changed(self, database: str) -> dict[str, Document]:
        """Return the documents of a database that have changed since it began, by id; what is left of deleted ones."""
        found = self.store.couch.database(database)
        before = self._began.get(database, {})
        documents = {each["_id"]: each for each in found.documents() if before.get(each["_id"]) != each["_rev"]}
        gone = {each.id: each.revs[0] for each in found.changes() if each.deleted}
        return documents | {identifier: found.get(identifier, rev) for identifier, rev in gone.items()}

    def _revisions(self, database: str) -> dict[str, str]:
        return {each["_id"]: each["_rev"] for each in self.store.couch.database(database).documents()}

    def put(self, document: Document) -> None:
        """Store a document of the vector, an edit of the one that is there."""
        self.written.add(document["_id"])
        self.edit(document)

    def edit(self, document: Document) -> None:
        """Store a document, an edit of the one that is there; CHT may have made it."""
        known = self.database.find(document["_id"])
        self.database.put({**document, "_rev": known["_rev"]} if known else document)

    async def save(self, documents: Sequence[Document]) -> None:
        """Write documents through the api, which notes when it did."""
        for document in documents:
            self.put(document)
        await self.infos.note_writes([document["_id"] for document in documents])

    async def receive(self, documents: Sequence[Document]) -> list[Document]:
        """Take documents as the api takes records: its transitions run before they are saved."""
        self.written.update(document["_id"] for document in documents if "_id" in document)
        return await self.api.process_documents(documents)

    def move_to(self, moment: str) -> None:
        self.clock.advance(datetime.fromisoformat(moment) - self.clock.now())

    async def drain(self) -> None:
        """Let sentinel process changes until there are none."""
        while (change := self._next()) is not None:
            seq, identifier, revision = change
            self.order.append(f"{identifier}@{revision.partition('-')[0]}")
            try:
                changed = await self.sentinel.process_change(identifier, seq)
                self.processed.append((identifier, "saved" if changed else "unchanged"))
            except CouchClientError as error:
                self.errors.append(f"{identifier}: {error.reason}")
                self.processed.append((identifier, "failed"))
            self.position = seq

    def _next(self) -> tuple[int, str, str] | None:
        for change in self.database.changes(self.position):
            if not change.id.startswith(IGNORED) and not change.deleted:
                return change.seq, change.id, change.revs[0]
        return None
