"""What actions that are about other contacts have in common (flows 2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.flows.definition import fields

from .base import Action

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.definition.references import Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionOnOthers(Action):
    """An action that is about other contacts."""

    groups: list[Reference] = fields.references("group")
    contacts: list[Reference] = fields.references("contact")
    contact_query: str = fields.text(maximum=10_000, evaluated=True)
    urns: list[str] = fields.texts(maximum=100)
    legacy_vars: list[str] = fields.texts(maximum=100, evaluated=True)
