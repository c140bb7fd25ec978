"""What courier answers: JSON with a sentence and a list of what was done. Modelled after its public behaviour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiohttp import web

from rapidpro_simulator.rapidpro.api.rendering import moment

from .go_text import to_json

if TYPE_CHECKING:
    from datetime import datetime

    from rapidpro_simulator.rapidpro.model.channels import Channel
    from rapidpro_simulator.rapidpro.model.messages import Message, Status

JSON = {"Content-Type": "application/json"}


class CourierError(Exception):
    """Courier refuses a request with `status`, in one sentence."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status


def error(refusal: CourierError) -> web.Response:
    """Return the answer of a refusal."""
    return _answer("Error", {"type": "error", "error": refusal.sentence}, refusal.status)


def message_accepted(message: Message, channel: Channel, received_on: datetime) -> web.Response:
    """Return the answer to an incoming message that was taken."""
    data = {
        "type": "msg",
        "channel_uuid": channel.uuid,
        "msg_uuid": message.uuid,
        "text": message.text,
        "urn": message.urn,
        "received_on": moment(received_on),
    }
    return _answer("Message Accepted", data)


def status_accepted(channel: Channel, status: Status, number: int) -> web.Response:
    """Return the answer to a report that was taken, whether there is such a message or not."""
    data = {"type": "status", "channel_uuid": channel.uuid, "status": status.value, "msg_id": number}
    return _answer("Status Update Accepted", data)


def stop_accepted(channel: Channel, urn: str, received_on: datetime) -> web.Response:
    """Return the answer to the word that somebody wants no more messages."""
    data = {
        "type": "event",
        "channel_uuid": channel.uuid,
        "event_type": "stop_contact",
        "urn": urn,
        "received_on": moment(received_on),
    }
    return _answer("Event Accepted", data)


def nowhere(request: web.BaseRequest, status: int) -> web.Response:
    """Return the answer to a path that there is not (404), or a method that it does not take (405)."""
    title = {404: "Not Found", 405: "Method Not Allowed"}[status]
    sentence = {404: f"not found: {request.path_qs}", 405: f"method not allowed: {request.method}"}[status]
    return _answer(title, {"type": "error", "error": sentence}, status)


def _answer(sentence: str, data: dict[str, Any], status: int = 200) -> web.Response:
    body = to_json({"message": sentence, "data": [data]}) + "\n"
    return web.Response(status=status, body=body.encode("utf-8", "replace"), headers=JSON)
