"""What is known of a CHT from outside, wherever it runs: its address, its account, its release."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Container, Iterator
    from datetime import datetime

    from .releases import Release

Document = dict[str, Any]


class Site(Protocol):
    """A CHT that can be asked over HTTP; what is not here, nobody outside of it may rely on.

    `name` is its hostname on the network of the simulation, `database` that of its main database.
    """

    name: str
    release: Release
    database: str

    @property
    def url(self) -> str:
        """Return the base URL for callers inside the simulation."""

    @property
    def administrator(self) -> tuple[str, str]:
        """Return the name and the password of a user who may do everything."""

    @property
    def couchdb_url(self) -> str | None:
        """Return the base URL of its CouchDB for callers inside the simulation; None: it keeps that to itself."""

    @property
    def older_documents(self) -> Container[str]:
        """Return the ids of documents that were there before the simulation, and are no part of a scenario."""

    @property
    def pickup_seconds(self) -> float:
        """Return the time of the simulation in which it picks up changed settings (cht 4)."""

    def now(self) -> datetime:
        """Return the instant that its own clock shows, in UTC."""

    def outward(self, settings: Any) -> Any:
        """Return `settings` with the URLs of the simulation's hosts as it reaches them."""

    def tasks_and_messages(self) -> Iterator[tuple[Document, Document]]:
        """Yield every message behind the task that holds its state."""
