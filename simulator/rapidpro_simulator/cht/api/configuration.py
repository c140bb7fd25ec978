"""The app settings: as CouchDB has them, and as the api process has them in memory (cht 4).

The process follows the changes feed of the main database. A change of the document `settings`, whoever wrote it, is
picked up one round trip later; until then the old settings remain active.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from rapidpro_simulator.cht.couch.client import CouchClientError
from rapidpro_simulator.cht.javascript import as_object, is_deeply_equal
from rapidpro_simulator.cht.messages.translations import PREFIX

from .defaults import DEFAULT_PERMISSIONS
from .simulated_settings import not_simulated

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Container, Mapping

    from rapidpro_simulator.cht.couch.client import CouchClient, Document
    from rapidpro_simulator.world.journal import Journal

DOCUMENT = "settings"
HEARTBEAT = 60_000  # milliseconds; really 10,000, which would only make idle virtual time dearer: nobody sees it
BATCH = 25
RESTART = 1.0  # seconds until the container of an exited process is started again


class Configuration:
    """The settings of an instance.

    `settings` is what the process works with. `is_up` is false from an error of the feed, which ends the real process,
    until the restarted one has read its settings; those in `on_exit` hear of the error, as whatever else was in the
    process's memory is lost too, and those in `on_return` of the restart. `on_settings` is called when the settings
    have been taken over, `on_translations` awaited when documents with translations may have changed. `transitions` are
    the names of those that are simulated.
    """

    def __init__(self, couch: CouchClient, journal: Journal, transitions: Container[str] = ()) -> None:
        self._couch = couch
        self._journal = journal
        self._transitions = transitions
        self._told: set[str] = set()
        self._follower: asyncio.Task[None] | None = None
        self.settings: Document = {}
        self.is_up = False
        self.on_exit: list[Callable[[CouchClientError], object]] = []
        self.on_return: list[Callable[[], object]] = []
        self.on_settings: list[Callable[[], object]] = []
        self.on_translations: list[Callable[[], Awaitable[None]]] = []

    async def start(self) -> None:
        """Read the settings, and follow their changes from now on. Raises `CouchClientError`."""
        since = await self._boot()
        self._follower = asyncio.create_task(self._live(since), name="cht api follows changes")

    async def stop(self) -> None:
        """Follow no longer; the settings in memory stay as they are."""
        self.is_up = False
        follower, self._follower = self._follower, None
        if follower is not None:
            follower.cancel()
            await asyncio.gather(follower, return_exceptions=True)

    async def read(self) -> Document:
        """Return the settings that CouchDB has; older instances keep them in the design document."""
        return settings_of(await self._document())

    async def update(self, change: Callable[[Document], Document]) -> bool:
        """Write what `change` makes of the stored settings, permissions filled in, and say whether that differs.

        Raises `CouchClientError`, with status 409 where somebody else wrote at the same time.
        """
        document = await self._document()
        before = settings_of(document)
        after = with_default_permissions(change(before))
        if is_deeply_equal(before, after):
            return False
        stored = document if document.get("_id") == DOCUMENT else {"_id": DOCUMENT}
        await self._couch.put({**stored, "settings": after})
        return True

    async def reload(self) -> None:
        """Take over the stored settings, as the process does at boot and whenever they have changed."""
        await self.update(lambda settings: settings)
        self.settings = await self.read()
        for role in as_object(self.settings.get("roles")):
            await self._admit(role)
        self._journal.event("cht.settings", outgoing_service=_outgoing_service(self.settings))
        self._tell_what_is_not_simulated()
        for listener in self.on_settings:
            listener()

    async def _reload_translations(self) -> None:
        for listener in self.on_translations:
            await listener()

    def _tell_what_is_not_simulated(self) -> None:
        names = [name for name in not_simulated(self.settings, self._transitions) if name not in self._told]
        self._told.update(names)
        if names:
            self._journal.event("settings.not_simulated", names=names)

    async def _document(self) -> Document:
        document = await self._couch.get(DOCUMENT)
        if document is not None:
            return document
        design = await self._couch.design("medic")
        return {"settings": design.get("app_settings") or {}}

    async def _admit(self, role: str) -> None:
        """Let users with `role` read the main database."""
        path = f"{self._couch.database}/_security"
        security: Document = await self._couch.request("GET", path)
        members = security.setdefault("members", {})
        roles = members.setdefault("roles", [])
        if role not in roles:
            roles.append(role)
            await self._couch.request("PUT", path, body=security)

    async def _boot(self) -> Any:
        since = (await self._couch.request("GET", f"{self._couch.database}/"))["update_seq"]
        await self._reload_translations()
        await self.reload()
        self.is_up = True
        return since

    async def _live(self, since: Any) -> None:
        while True:
            try:
                since = await self._follow(since)
            except CouchClientError as error:
                self.is_up = False
                self._journal.event("cht.exit", reason=str(error))
                for listener in self.on_exit:
                    listener(error)
                since = await self._restart()
                for return_listener in self.on_return:
                    return_listener()

    async def _follow(self, since: Any) -> Any:
        """Wait for the next changes, act on them, and return the sequence they end with."""
        query = f"feed=longpoll&heartbeat={HEARTBEAT}&since={quote(str(since), safe='')}&limit={BATCH}"
        answer = await self._couch.request("GET", f"{self._couch.database}/_changes?{query}")
        if any(change["id"].startswith(PREFIX) for change in answer["results"]):
            await self._reload_translations()
        if any(change["id"] == DOCUMENT for change in answer["results"]):
            await self.reload()
        return answer["last_seq"]

    async def _restart(self) -> Any:
        while True:
            await asyncio.sleep(RESTART)
            try:
                return await self._boot()
            except CouchClientError as error:
                self._journal.event("cht.exit", reason=str(error))


def settings_of(document: Mapping[str, Any]) -> Document:
    settings = document.get("settings")
    return settings if isinstance(settings, dict) else {}


def merge(settings: Document, changes: Any) -> Document:
    """Return `settings` with `changes` merged in deeply: objects are merged, everything else is replaced (cht 4)."""
    merged = dict(settings)
    for name, value in as_object(changes).items():
        known = merged.get(name)
        merged[name] = merge(known, value) if isinstance(known, dict) and isinstance(value, dict) else value
    return merged


def with_default_permissions(settings: Document) -> Document:
    """Return `settings` with every permission that is missing."""
    known = as_object(settings.get("permissions"))
    missing = {name: list(roles) for name, roles in DEFAULT_PERMISSIONS.items() if name not in known}
    return {**settings, "permissions": {**known, **missing}} if missing else settings


def _outgoing_service(settings: Document) -> Any:
    sms = settings.get("sms")
    return sms.get("outgoing_service") if isinstance(sms, dict) else None
