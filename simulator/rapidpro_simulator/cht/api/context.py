"""What the api process has at hand while it answers a request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.couch.credentials import Credentials
from rapidpro_simulator.cht.javascript import milliseconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.cht.couch.client import CouchClient, Document
    from rapidpro_simulator.cht.messages.translations import Translations
    from rapidpro_simulator.cht.releases import Release
    from rapidpro_simulator.cht.transitions.engine import TransitionEngine
    from rapidpro_simulator.world.clock import Clock
    from rapidpro_simulator.world.journal import Journal
    from rapidpro_simulator.world.seed import Stream

    from .access import AccessControl
    from .configuration import Configuration


def nobody_listens(_: str) -> None:
    """Do nothing with what there is to hear of."""


@dataclass
class ApiContext:
    """What the handlers work with.

    `on_stored` is told the id of each document that the records API has stored: the gateway sends its messages.
    `on_upgrade` is told the version that somebody wants in place of this one.
    `transitions` saves records, after what the settings want done with them.
    """

    clock: Clock
    stream: Stream
    journal: Journal
    couch: CouchClient
    release: Release
    access: AccessControl
    configuration: Configuration
    transitions: TransitionEngine
    on_stored: Callable[[str], object] = nobody_listens
    on_upgrade: Callable[[str], object] = nobody_listens

    @property
    def settings(self) -> Document:
        """Return the settings as they are in memory."""
        return self.configuration.settings

    @property
    def translations(self) -> Translations:
        """Return the texts of the instance as they are in memory."""
        return self.transitions.context.composer.translations

    @property
    def database(self) -> str:
        return self.couch.database

    @property
    def credentials(self) -> Credentials:
        return Credentials(self.couch, self.release)

    def milliseconds(self) -> int:
        """Return the current instant as JavaScript counts it."""
        return milliseconds(self.clock.now())

    def log(self, text: str, **data: Any) -> None:
        self.journal.event("cht.log", text=text, **data)
