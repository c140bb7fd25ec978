"""The section `outbound` of the settings: which documents are told to whom (cht 10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import as_object, is_truthy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rapidpro_simulator.cht.javascript import Sandbox

    Document = dict[str, Any]


class OutboundError(Exception):
    """A push that could not be made; it is tried again."""


@dataclass(frozen=True)
class Push:
    """One entry of the section, under its `name`."""

    name: str
    entry: Document

    @property
    def cron(self) -> Any:
        """Return when it may be sent, as cron writes it; None: at once (since 4.5)."""
        return self.entry.get("cron")

    @property
    def mapping(self) -> Document:
        """Return what the body is made of, by destination."""
        return as_object(self.entry.get("mapping"))

    @property
    def destination(self) -> Document:
        """Return where it goes: `base_url`, `path`, `auth`."""
        return as_object(self.entry.get("destination"))

    def is_relevant(self, document: Document, sandbox: Sandbox) -> bool:
        """Say whether it is about `document`, hydrated. Raises `JavaScriptError` where its expression does."""
        relevant_to = self.entry.get("relevant_to")
        return is_truthy(relevant_to) and sandbox.holds(str(relevant_to), {"doc": document})


def pushes(settings: Mapping[str, Any]) -> dict[str, Push]:
    """Return all that are configured, by name, in the order of the settings."""
    entries = as_object(settings.get("outbound"))
    return {name: Push(name, entry) for name, entry in entries.items() if isinstance(entry, dict)}
