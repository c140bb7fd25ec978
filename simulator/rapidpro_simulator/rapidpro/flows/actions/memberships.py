"""Actions on what contacts and messages belong to: groups and labels (flows 2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rapidpro_simulator.rapidpro.flows import modifiers
from rapidpro_simulator.rapidpro.flows.core import events
from rapidpro_simulator.rapidpro.flows.definition import fields, limits
from rapidpro_simulator.rapidpro.flows.definition.reading import DefinitionError

from .base import Action
from .resolving import resolve

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.definition.references import Reference
    from rapidpro_simulator.rapidpro.flows.runs.run import Run, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class AddContactGroups(Action):
    """Adds the contact to groups."""

    type: ClassVar[str] = "add_contact_groups"
    allowed_in = limits.EVERYWHERE

    groups: list[Reference] = fields.references("group", required=True)

    async def execute(self, run: Run, step: Step) -> None:
        groups = resolve(run, self.groups)
        if groups:
            run.apply(modifiers.Groups(groups=[group.reference for group in groups], modification="add"))


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

    async def execute(self, run: Run, step: Step) -> None:
        groups = run.contact.static_groups() if self.all_groups else resolve(run, self.groups)
        if groups:
            run.apply(modifiers.Groups(groups=[group.reference for group in groups], modification="remove"))


@dataclass(frozen=True, slots=True, kw_only=True)
class AddInputLabels(Action):
    """Puts labels on the message that the run is answering."""

    type: ClassVar[str] = "add_input_labels"
    allowed_in = limits.INTERACTIVE

    labels: list[Reference] = fields.references("label", required=True)

    async def execute(self, run: Run, step: Step) -> None:
        if run.session.input is None:
            run.log(events.error("No input to add labels to"))
            return
        labels = resolve(run, self.labels)
        if labels:
            run.log(events.input_labels_added(run.session.input.uuid, [label.reference for label in labels]))
