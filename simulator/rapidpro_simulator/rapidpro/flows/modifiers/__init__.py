"""Changes of a contact, as data: what flows and people do to it; each is reported as events (flows 2.3, 3.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.flows.definition.reading import read_typed

from .base import Modifier, ModifierContext
from .details import FieldModifier, LanguageModifier, NameModifier, SeenModifier, StatusModifier, TimezoneModifier
from .groups import GroupsModifier
from .tickets import (
    TicketAssigneeModifier,
    TicketCloseModifier,
    TicketNoteModifier,
    TicketOpenModifier,
    TicketReopenModifier,
    TicketTopicModifier,
)
from .urns import AffinityModifier, ChannelModifier, RoutesModifier, UrnRoute, UrnsModifier

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "MODIFIER_TYPES",
    "AffinityModifier",
    "ChannelModifier",
    "FieldModifier",
    "GroupsModifier",
    "LanguageModifier",
    "Modifier",
    "ModifierContext",
    "NameModifier",
    "RoutesModifier",
    "SeenModifier",
    "StatusModifier",
    "TicketAssigneeModifier",
    "TicketCloseModifier",
    "TicketNoteModifier",
    "TicketOpenModifier",
    "TicketReopenModifier",
    "TicketTopicModifier",
    "TimezoneModifier",
    "UrnRoute",
    "UrnsModifier",
    "read_modifier",
]

MODIFIER_TYPES: Mapping[str, type[Modifier]] = {
    modifier.type: modifier
    for modifier in (
        AffinityModifier,
        ChannelModifier,
        FieldModifier,
        GroupsModifier,
        LanguageModifier,
        NameModifier,
        RoutesModifier,
        SeenModifier,
        StatusModifier,
        TicketAssigneeModifier,
        TicketCloseModifier,
        TicketNoteModifier,
        TicketOpenModifier,
        TicketReopenModifier,
        TicketTopicModifier,
        TimezoneModifier,
        UrnsModifier,
    )
}


def read_modifier(document: Any) -> Modifier:
    """Return the modifier of a JSON document. Raises `DefinitionError` in the engine's words."""
    modifier: Modifier = read_typed(MODIFIER_TYPES, document)
    return modifier
