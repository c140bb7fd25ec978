"""What the actions of a node do: a function for each type, by family like their definitions (flows 2.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import contact, deprecated, memberships, messages, results, services, sessions, tickets, voice, webhooks

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from rapidpro_simulator.rapidpro.flows.definition.actions import Action
    from rapidpro_simulator.rapidpro.flows.runs.run import Run

FUNCTIONS: Mapping[str, Callable[[Any, Run], Coroutine[Any, Any, None]]] = {
    "add_contact_groups": memberships.add_contact_groups,
    "add_contact_urn": contact.add_contact_urn,
    "add_input_labels": memberships.add_input_labels,
    "call_classifier": deprecated.call_classifier,
    "call_llm": services.call_llm,
    "call_resthook": webhooks.call_resthook,
    "call_webhook": webhooks.call_webhook,
    "enter_flow": sessions.enter_flow,
    "open_ticket": tickets.open_ticket,
    "play_audio": voice.play_audio,
    "remove_contact_groups": memberships.remove_contact_groups,
    "request_optin": deprecated.request_optin,
    "say_msg": voice.say_msg,
    "send_broadcast": messages.send_broadcast,
    "send_email": services.send_email,
    "send_msg": messages.send_msg,
    "set_contact_channel": contact.set_contact_channel,
    "set_contact_field": contact.set_contact_field,
    "set_contact_language": contact.set_contact_language,
    "set_contact_name": contact.set_contact_name,
    "set_contact_status": contact.set_contact_status,
    "set_contact_timezone": contact.set_contact_timezone,
    "set_run_local": results.set_run_local,
    "set_run_result": results.set_run_result,
    "start_session": sessions.start_session,
    "transfer_airtime": services.transfer_airtime,
}


async def execute(action: Action, run: Run) -> None:
    """Do what an action says; all that can be noticed of it is an event of the run."""
    await FUNCTIONS[action.type](action, run)
