"""What a sentinel process is given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rapidpro_simulator.cht.couch.client import CouchClient
    from rapidpro_simulator.cht.releases import Release
    from rapidpro_simulator.cht.transitions.users import Users
    from rapidpro_simulator.world.clock import Clock
    from rapidpro_simulator.world.journal import Journal
    from rapidpro_simulator.world.seed import Stream


@dataclass(frozen=True)
class SentinelContext:
    """`party` is its name on the network; it calls others with CouchDB's HTTP client.

    It waits for the api at `api_url` (None: for nobody). `stream` draws identifiers and shortcodes; `zone` is the
    server's time zone; `users` makes logins (None: nobody does).
    """

    party: str
    clock: Clock
    journal: Journal
    couch: CouchClient
    stream: Stream
    release: Release
    api_url: str | None
    zone: tzinfo = UTC
    users: Users | None = None

    def log(self, text: str) -> None:
        self.journal.event("sentinel.log", text=text, sentinel=self.party)
