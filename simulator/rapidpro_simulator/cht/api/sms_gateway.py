"""The cht-gateway protocol: an app on a phone brings messages and updates, and takes messages along (cht 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiohttp import web

from rapidpro_simulator.cht.gateway.state_writer import SaveError, StateWriter
from rapidpro_simulator.cht.javascript import is_truthy
from rapidpro_simulator.cht.messages.phones import normalised_or_raw
from rapidpro_simulator.cht.messages.states import ABSENT, StateChange

from .errors import ChtApiError
from .incoming import save_messages
from .responses import json_response

if TYPE_CHECKING:
    from rapidpro_simulator.cht.couch.client import Document

    from .call import ChtCall
    from .context import ApiContext

PERMISSION = "can_access_gateway_api"
SERVICE = "medic-gateway"
BATCH = 25

STATES: dict[str, str] = {
    "UNSENT": "received-by-gateway",
    "PENDING": "forwarded-by-gateway",
    "SENT": "sent",
    "DELIVERED": "delivered",
    "FAILED": "failed",
}


async def redirect(context: ApiContext, call: ChtCall) -> web.Response:
    """Send the caller to the path without a slash at its end."""
    return web.Response(status=301, headers={"Location": call.url.replace("/api/sms/", "/api/sms", 1)})


async def announce(context: ApiContext, call: ChtCall) -> web.Response:
    """Say that this is a server for cht-gateway."""
    await context.access.require(call, context.settings, PERMISSION)
    return json_response({"medic-gateway": True})


async def exchange(context: ApiContext, call: ChtCall) -> web.Response:
    """Take messages, then updates, then hand out what is to be sent; strictly in this order."""
    await context.access.require(call, context.settings, PERMISSION)
    if call.headers.get("Content-Type") != "application/json":
        raise ChtApiError(400, "Content-Type must be application/json")
    return json_response(await take(context, call.body))


async def take(context: ApiContext, body: Any) -> Document:
    """Do what `body` asks for, and return what the answer says."""
    body = body if isinstance(body, dict) else {}
    await save_messages(context, _list(body, "messages"))
    if is_truthy(body.get("updates")):  # null is none at all, an object is an error
        await _update(context, _list(body, "updates"))
    return {"messages": await _collect(context)}


def _list(body: Document, name: str) -> list[Any]:
    value = body.get(name, [])
    if not isinstance(value, list):
        raise ChtApiError(500, "Server error")
    return value


async def _update(context: ApiContext, updates: list[Any]) -> None:
    changes = [_state_change(update) for update in updates if isinstance(update, dict)]
    await _save(context, [change for change in changes if change.message_id is not None])


def _state_change(update: Document) -> StateChange:
    message_id, status = update.get("id"), update.get("status")
    known = message_id if isinstance(message_id, str) else None
    state = STATES.get(status) if isinstance(status, str) else None
    if state is None:
        return StateChange("unrecognised", {"gateway_status": status} if "status" in update else {}, known)
    reason = update.get("reason")
    return StateChange(state, {"reason": reason} if reason else ABSENT, known)


async def _collect(context: ApiContext) -> list[Document]:
    """Return the oldest messages that are due, now `forwarded-to-gateway`; the same ones until an update arrives."""
    if not _is_enabled(context.settings):
        return []
    rows = await context.couch.view(
        "medic/messages_by_state",
        startkey=["pending-or-forwarded", 0],
        endkey=["pending-or-forwarded", "\ufff0"],
        limit=BATCH,
    )
    messages = [{**row["value"], "to": normalised_or_raw(row["value"]["to"], context.settings)} for row in rows]
    changes = [StateChange("forwarded-to-gateway", message_id=message["id"]) for message in messages]
    await _save(context, changes)
    return messages


def _is_enabled(settings: Document) -> bool:
    # Settings for SMS that name no service disable every service, this one too.
    sms = settings.get("sms")
    return not is_truthy(sms) or (isinstance(sms, dict) and sms.get("outgoing_service") == SERVICE)


async def _save(context: ApiContext, changes: list[StateChange]) -> None:
    try:
        await StateWriter(context.couch, context.clock, context.release).save(changes)
    except SaveError as error:
        raise ChtApiError(500, "Server error") from error
