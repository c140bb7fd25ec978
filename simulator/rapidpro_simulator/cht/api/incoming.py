"""Messages from the phones: the RapidPro webhook, and what it shares with `/api/sms` (cht 1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.couch.client import CouchClientError
from rapidpro_simulator.cht.forms import report_of_message
from rapidpro_simulator.cht.javascript import compile_pattern, is_identical, is_truthy

from . import reports
from .errors import ChtApiError
from .responses import json_response

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aiohttp import web

    from rapidpro_simulator.cht.couch.client import Document

    from .call import ChtCall
    from .context import ApiContext

CREDENTIAL = "rapidpro:incoming"
REQUIRED = ("id", "from", "content")

_TOKEN = compile_pattern(r"^Token\s+(.*)$")


async def webhook(context: ApiContext, call: ChtCall) -> web.Response:
    """Take one message from RapidPro (cht 1.3). A retry of an accepted message is a 400, too: H9."""
    await _check_token(context, call.headers.get("Authorization", ""))
    if not await save_messages(context, [call.body]):
        raise ChtApiError(400, "Message was not saved")
    return json_response({"saved": 1})


async def save_messages(context: ApiContext, messages: Sequence[Any]) -> int:
    """Store the messages that are complete and new, and return how many. Raises `CouchClientError`.

    Nothing keeps a copy that arrives meanwhile from being stored as well (cht 1.5, H11).
    """
    complete = [message for message in messages if _is_complete(message)]
    if not complete:
        return 0
    rows = await context.couch.view("medic-sms/messages_by_gateway_ref", keys=[each["id"] for each in complete])
    known = [row["key"] for row in rows]
    new = [message for message in complete if not any(is_identical(message["id"], key) for key in known)]
    if not new:
        return 0
    rows = await reports.store(
        context,
        [_report(context, message) for message in new],
    )
    for row in rows:
        if not row.get("ok"):
            raise CouchClientError(500, str(row.get("error")), str(row.get("reason")))
    return len(rows)


def _report(context: ApiContext, message: Mapping[str, Any]) -> Document:
    message = {"from": message["from"], "message": message["content"], "gateway_ref": message["id"]}
    return report_of_message(message, reports.surroundings(context))


async def _check_token(context: ApiContext, authorization: str) -> None:
    found = _TOKEN.match(authorization)
    if found is None or not found[1]:
        raise ChtApiError(403, "Missing authorization token")
    expected = await context.credentials.get(CREDENTIAL)
    if not expected:
        raise ChtApiError(403, "No incoming key configured")
    if found[1] != expected:
        raise ChtApiError(403, "Incorrect token")


def _is_complete(message: Any) -> bool:
    return isinstance(message, dict) and all(is_truthy(message.get(name)) for name in REQUIRED)
