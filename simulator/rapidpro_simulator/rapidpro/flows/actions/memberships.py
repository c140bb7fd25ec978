"""Actions on what contacts and messages belong to: groups and labels (flows 2.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.flows import modifiers
from rapidpro_simulator.rapidpro.flows.core import events

from .resolving import resolve

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.definition.actions.memberships import (
        AddContactGroups,
        AddInputLabels,
        RemoveContactGroups,
    )
    from rapidpro_simulator.rapidpro.flows.runs.run import Run


async def add_contact_groups(action: AddContactGroups, run: Run) -> None:
    groups = resolve(run, action.groups)
    if groups:
        run.apply(modifiers.GroupsModifier(groups=[group.reference for group in groups], modification="add"))


async def remove_contact_groups(action: RemoveContactGroups, run: Run) -> None:
    groups = run.contact.static_groups() if action.all_groups else resolve(run, action.groups)
    if groups:
        run.apply(modifiers.GroupsModifier(groups=[group.reference for group in groups], modification="remove"))


async def add_input_labels(action: AddInputLabels, run: Run) -> None:
    if run.session.input is None:
        run.log(events.error("No input to add labels to"))
        return
    labels = resolve(run, action.labels)
    if labels:
        run.log(events.input_labels_added(run.session.input.uuid, [label.reference for label in labels]))
