"""The modifier of the groups that a contact is in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rapidpro_simulator.rapidpro.flows.core import events
from rapidpro_simulator.rapidpro.flows.core.contact import BLOCKED, STOPPED
from rapidpro_simulator.rapidpro.flows.definition import fields

from .base import Modifier, ModifierContext

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.definition.references import Reference

ADD, REMOVE = MODIFICATIONS = ("add", "remove")
_PHRASES = {ADD: "add contacts to", REMOVE: "remove contacts from"}


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupsModifier(Modifier):
    """Adds a contact to groups, or removes it from them; groups with a query are not open to that."""

    type: ClassVar[str] = "groups"

    groups: list[Reference] = fields.references("group", maximum=None)
    modification: str = fields.text(required=True, check=fields.one_of(MODIFICATIONS, "group modification"))

    def apply(self, context: ModifierContext) -> bool:
        contact = context.contact
        if contact.status in {BLOCKED, STOPPED}:
            # The engine says "add" when it should remove, too.
            context.log(events.error("Can't add blocked or stopped contacts to groups"))
            return False
        groups = []
        for reference in self.groups:
            group = context.assets.find(reference)
            if group is None:
                continue
            if group.query:
                phrase = _PHRASES[self.modification]
                context.log(events.error(f"Can't {phrase} the query based group '{group.name}'"))
            else:
                groups.append(group)
        added, removed = contact.change_groups(*((groups, ()) if self.modification == ADD else ((), groups)))
        if not added and not removed:
            return False
        context.log(
            events.contact_groups_changed([group.reference for group in added], [group.reference for group in removed])
        )
        return True
