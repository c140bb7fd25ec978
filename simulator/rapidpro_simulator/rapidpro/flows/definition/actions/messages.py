"""Actions that send messages: to the contact, or to others (flows 2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rapidpro_simulator.rapidpro.flows.definition import fields, limits

from .base import Action
from .recipients import ActionOnOthers

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.definition.references import Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class SendMsg(Action):
    """Sends a message to the contact; one that cannot be sent is created all the same, with the reason."""

    type: ClassVar[str] = "send_msg"
    allowed_in = limits.EVERYWHERE

    text: str = fields.text(required=True, maximum=limits.TEMPLATE, evaluated=True, localized=True)
    attachments: list[str] = fields.texts(maximum=limits.ATTACHMENTS, evaluated=True, localized=True)
    quick_replies: list[str] = fields.texts(
        maximum=limits.QUICK_REPLIES, maximum_item=limits.QUICK_REPLY, evaluated=True, localized=True
    )
    template: Reference | None = fields.reference("template")
    template_variables: list[str] = fields.texts(maximum=limits.TEMPLATE_VARIABLES, evaluated=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class SendBroadcast(ActionOnOthers):
    """Sends a message to others, in every language of the flow, evaluated for the contact of this run."""

    type: ClassVar[str] = "send_broadcast"

    text: str = fields.text(required=True, maximum=limits.TEMPLATE, evaluated=True, localized=True)
    attachments: list[str] = fields.texts(maximum=limits.ATTACHMENTS, evaluated=True, localized=True)
    quick_replies: list[str] = fields.texts(
        maximum=limits.QUICK_REPLIES, maximum_item=limits.QUICK_REPLY, evaluated=True, localized=True
    )
    template: Reference | None = fields.reference("template")
    template_variables: list[str] = fields.texts(maximum=limits.TEMPLATE_VARIABLES, evaluated=True)
