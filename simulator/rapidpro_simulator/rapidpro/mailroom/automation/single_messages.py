"""Hidden flows that send one message: what older RapidPros make of a campaign's message (rapidpro 8.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.flows.definition.versions import CURRENT
from rapidpro_simulator.rapidpro.model.campaigns import PASSIVE
from rapidpro_simulator.rapidpro.model.flows import BACKGROUND, MESSAGING, Flow

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from rapidpro_simulator.rapidpro.model.campaigns import CampaignEvent


def single_message(event: CampaignEvent, now: datetime, new_uuid: Callable[[], str]) -> Flow:
    """Return the flow of an event that has a message; its UUID is the event's."""
    action, node, exit_ = (new_uuid() for _ in range(3))
    translations = dict(event.message or {})
    text = translations.pop(event.base_language, "")
    kind = BACKGROUND if event.start_mode == PASSIVE else MESSAGING
    definition: dict[str, Any] = {
        "uuid": event.uuid,
        "name": f"Single Message ({event.uuid})",
        "spec_version": str(CURRENT),
        "language": event.base_language,
        "type": kind,
        "revision": event.revision,
        "expire_after_minutes": 0,
        "localization": {language: {action: {"text": [each]}} for language, each in translations.items()},
        "nodes": [
            {
                "uuid": node,
                "actions": [{"uuid": action, "type": "send_msg", "text": text}],
                "exits": [{"uuid": exit_}],
            }
        ],
    }
    return Flow(event.uuid, definition["name"], kind, definition, now, now, system=True)
