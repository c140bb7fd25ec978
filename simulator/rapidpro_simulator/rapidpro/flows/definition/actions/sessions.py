"""Actions that lead to other flows: for this contact, or for others (flows 2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rapidpro_simulator.rapidpro.flows.definition import fields, limits

from .base import Action
from .recipients import ActionOnOthers

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.definition.references import Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterFlow(Action):
    """Goes on with another flow once the node's actions are done; a terminal one never comes back."""

    type: ClassVar[str] = "enter_flow"
    allowed_in = limits.EVERYWHERE

    flow: Reference = fields.reference("flow", required=True)
    terminal: bool = fields.flag()


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusions:
    """Which contacts are not to be started."""

    in_a_flow: bool = fields.flag()


@dataclass(frozen=True, slots=True, kw_only=True)
class StartSession(ActionOnOthers):
    """Starts others, or a contact yet to be created, in a flow."""

    type: ClassVar[str] = "start_session"

    flow: Reference = fields.reference("flow", required=True)
    exclusions: Exclusions | None = fields.part(Exclusions)
    create_contact: bool = fields.flag()
