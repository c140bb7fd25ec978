"""Actions on what contacts and messages belong to: groups and labels (flows 2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rapidpro_simulator.rapidpro.flows.definition import fields, limits
from rapidpro_simulator.rapidpro.flows.definition.reading import DefinitionError

from .base import Action

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.definition.references import Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class AddContactGroups(Action):
    """Adds the contact to groups."""

    type: ClassVar[str] = "add_contact_groups"
    allowed_in = limits.EVERYWHERE

    groups: list[Reference] = fields.references("group", required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveContactGroups(Action):
    """Removes the contact from groups, or from all that it did not get into by a query."""

    type: ClassVar[str] = "remove_contact_groups"
    allowed_in = limits.EVERYWHERE

    groups: list[Reference] = fields.references("group")
    all_groups: bool = fields.flag()

    def check(self) -> None:
        if self.all_groups and self.groups:
            raise DefinitionError("can't specify specific groups when all_groups=true")


@dataclass(frozen=True, slots=True, kw_only=True)
class AddInputLabels(Action):
    """Puts labels on the message that the run is answering."""

    type: ClassVar[str] = "add_input_labels"
    allowed_in = limits.INTERACTIVE

    labels: list[Reference] = fields.references("label", required=True)
