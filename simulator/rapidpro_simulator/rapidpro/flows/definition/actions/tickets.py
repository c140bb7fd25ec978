"""The action that hands a contact over to people (flows 2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rapidpro_simulator.rapidpro.flows.definition import fields, limits

from .base import Action

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.definition.references import Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTicket(Action):
    """Opens a ticket, unless the contact has one; the local `_new_ticket` is its UUID, empty without one."""

    type: ClassVar[str] = "open_ticket"
    LOCALS: ClassVar[tuple[str, ...]] = ("_new_ticket",)

    topic: Reference | None = fields.reference("topic")
    assignee: Reference | None = fields.reference("user")
    note: str = fields.text(maximum=limits.TEMPLATE, evaluated=True)
