"""What actions that are about other contacts have in common (flows 2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.flows.definition import fields, limits

from .base import Action

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.definition.references import Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionOnOthers(Action):
    """An action that is about other contacts."""

    groups: list[Reference] = fields.references("group")
    contacts: list[Reference] = fields.references("contact")
    contact_query: str = fields.text(maximum=limits.TEMPLATE, evaluated=True)
    urns: list[str] = fields.texts(maximum=limits.REFERENCES)
    legacy_vars: list[str] = fields.texts(maximum=limits.REFERENCES, evaluated=True)
