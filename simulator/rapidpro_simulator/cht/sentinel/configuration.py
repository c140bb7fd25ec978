"""The settings and translations that sentinel has in memory, and how it hears of changes (cht-sentinel 1.1, 1.5)."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.couch.client import CouchClientError
from rapidpro_simulator.cht.javascript import as_object
from rapidpro_simulator.cht.messages.translations import PREFIX
from rapidpro_simulator.cht.transitions.process import reload_translations

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.cht.couch.client import CouchClient
    from rapidpro_simulator.cht.transitions.context import TransitionContext

    Document = dict[str, Any]

SETTINGS = "settings"
DEFAULTS: Document = {
    "schedule_morning_hours": 0,
    "schedule_morning_minutes": 0,
    "schedule_evening_hours": 23,
    "schedule_evening_minutes": 0,
    "synthetic_date": None,
    "transitions": {},
    "loglevel": "info",
}


class SentinelConfiguration:
    """The settings, with CHT's defaults, and the translations, which go into the composer of `work`."""

    def __init__(self, couch: CouchClient) -> None:
        self._couch = couch
        self.settings: Document = dict(DEFAULTS)
        self.work: TransitionContext

    async def read(self) -> Any:
        """Read all of it, and return the sequence from which on changes have to be heard of. Raises `CouchClientError`.

        Without translations sentinel goes on.
        """
        since = (await self._couch.request("GET", f"{self._couch.database}/"))["update_seq"]
        await self._read_translations()
        await self._read_settings()
        return since

    async def follow(self, since: Any, on_settings: Callable[[], object]) -> None:
        """Take over what changes, until the feed ends; then raise `CouchClientError`."""
        async for change in self._couch.changes(since):
            if change["id"] == SETTINGS:
                await self._read_settings()
                on_settings()
            elif change["id"].startswith(PREFIX):
                await self._read_translations()
        raise CouchClientError(None, "closed", "the changes feed has ended")

    async def _read_settings(self) -> None:
        document = await self._couch.get(SETTINGS) or await self._couch.design("medic")
        settings = document.get(SETTINGS, document.get("app_settings"))
        self.settings = {**DEFAULTS, **as_object(settings)}

    async def _read_translations(self) -> None:
        with suppress(CouchClientError):
            await reload_translations(self.work, self._couch)
