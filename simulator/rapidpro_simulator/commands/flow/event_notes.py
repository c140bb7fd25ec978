"""What the journal's events about a contact say to people, beside the messages themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rapidpro_simulator.events import EVENT_KINDS
from rapidpro_simulator.rapidpro.model.messages import FailedReason

if TYPE_CHECKING:
    from rapidpro_simulator.world.journal import Entry

STYLES = {"error": ("red",), "failure": ("red",), "warning": ("yellow",)}


class EventNote(NamedTuple):
    """A line beside the conversation: what it is about, its text, and the styles of the terminal."""

    label: str
    text: str
    styles: tuple[str, ...] = ()


def note_of(event: Entry) -> EventNote | None:
    """Return what is told of an event; None for one that is not told."""
    kind = EVENT_KINDS.get(event.kind)
    if kind is None or kind.label is None:
        return None
    styles = ("red",) if event.get("status") == "failed" else STYLES.get(kind.label, ())
    return EventNote(kind.label, kind.tell_beside(event.data), styles)


OBSTACLES = {
    FailedReason.SUSPENDED: "it cannot be sent: the workspace is suspended",
    FailedReason.CONTACT: "it cannot be sent: the contact is not active",
    FailedReason.LOOPING: "it cannot be sent: the same text was sent too often",
    FailedReason.ERROR_LIMIT: "it cannot be sent: it was tried too often",
    FailedReason.TOO_OLD: "it cannot be sent: it is too old",
    FailedReason.NO_DESTINATION: "it cannot be sent: no channel reaches the contact",
    FailedReason.CHANNEL_REMOVED: "it cannot be sent: its channel was removed",
}
