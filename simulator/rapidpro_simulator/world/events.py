"""What kinds of events a journal can have: a table of each part says which it records, with which data and words."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    Telling = str | Callable[[Mapping[str, Any]], str]


@dataclass(frozen=True)
class EventKind:
    """One kind of event: its `name`, the names of its `data`, and the sentence that tells it.

    A sentence is a template of the data, or a function of it; the workspace where it happened is told before it. With
    a `label` the event is also told beside the conversation of the contact that it is about, there in the words of
    `note` where the sentence would repeat the label.
    """

    name: str
    data: tuple[str, ...]
    sentence: Telling
    label: str | None = None
    note: Telling | None = None

    def tell(self, data: Mapping[str, Any]) -> str:
        """Return the sentence. Raises `KeyError` where `data` lacks what it is about."""
        return _tell(self.sentence, data)

    def tell_beside(self, data: Mapping[str, Any]) -> str:
        """Return what follows the label. Raises `KeyError` where `data` lacks what it is about."""
        return _tell(self.note or self.sentence, data)


def _tell(telling: Telling, data: Mapping[str, Any]) -> str:
    return telling.format_map(data) if isinstance(telling, str) else telling(data)


def index(*tables: Iterable[EventKind]) -> Mapping[str, EventKind]:
    """Return the kinds of several tables by name. Raises `ValueError` where two have one name."""
    kinds: dict[str, EventKind] = {}
    for kind in (kind for table in tables for kind in table):
        if kind.name in kinds:
            raise ValueError(f"two kinds of events are called {kind.name!r}")
        kinds[kind.name] = kind
    return MappingProxyType(kinds)


_VIOLATION = ("exchange", "schema", "path", "message")

SCHEMA_EVENTS = (
    EventKind("schema.violation", _VIOLATION, "request {exchange} breaks {schema} at {path}: {message}"),
    EventKind("schema.response_violation", _VIOLATION, "the answer to {exchange} breaks {schema} at {path}: {message}"),
)
