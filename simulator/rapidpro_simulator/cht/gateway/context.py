"""What a gateway inside CHT is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.cht.couch.client import CouchClient, Document
    from rapidpro_simulator.world.clock import Clock
    from rapidpro_simulator.world.journal import Journal


@dataclass(frozen=True)
class GatewayContext:
    """Clock, journal, CouchDB, and the settings as the api process has them in memory.

    The gateway calls RapidPro with the HTTP client with which it calls CouchDB: one process, one client.
    """

    clock: Clock
    journal: Journal
    couch: CouchClient
    settings: Callable[[], Document]

    def log(self, text: str) -> None:
        self.journal.event("gateway.log", text=text)

    @property
    def sms_settings(self) -> Document:
        settings = self.settings().get("sms")
        return settings if isinstance(settings, dict) else {}

    @property
    def is_enabled(self) -> bool:
        """Whether the configured outgoing service is RapidPro (cht 5.1)."""
        return bool(self.sms_settings.get("outgoing_service") == "rapidpro")
