"""Changes of a contact, as data: what flows and people do to it, told in events (flows 2.3, 3.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.flows.definition.reading import read_typed

from .base import Change, Modifier
from .details import Field, Language, Name, Seen, Status, Timezone
from .groups import Groups
from .tickets import TicketAssignee, TicketClose, TicketNote, TicketOpen, TicketReopen, TicketTopic
from .urns import Affinity, Channel, Routes, UrnRoute, Urns

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "MODIFIER_TYPES",
    "Affinity",
    "Change",
    "Channel",
    "Field",
    "Groups",
    "Language",
    "Modifier",
    "Name",
    "Routes",
    "Seen",
    "Status",
    "TicketAssignee",
    "TicketClose",
    "TicketNote",
    "TicketOpen",
    "TicketReopen",
    "TicketTopic",
    "Timezone",
    "UrnRoute",
    "Urns",
    "read_modifier",
]

MODIFIER_TYPES: Mapping[str, type[Modifier]] = {
    modifier.type: modifier
    for modifier in (
        Affinity,
        Channel,
        Field,
        Groups,
        Language,
        Name,
        Routes,
        Seen,
        Status,
        TicketAssignee,
        TicketClose,
        TicketNote,
        TicketOpen,
        TicketReopen,
        TicketTopic,
        Timezone,
        Urns,
    )
}


def read_modifier(document: Any) -> Modifier:
    """Return the modifier of a JSON document. Raises `DefinitionError` in the engine's words."""
    modifier: Modifier = read_typed(MODIFIER_TYPES, document)
    return modifier
