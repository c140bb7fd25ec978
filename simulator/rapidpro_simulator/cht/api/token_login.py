"""Logins by SMS: a user gets a link instead of a password. The document with its messages is sent like any other.

Modelled on the public reference of CHT's API; the page that the link opens is not simulated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import as_object
from rapidpro_simulator.cht.messages.states import javascript_time

if TYPE_CHECKING:
    from rapidpro_simulator.cht.couch.client import Document

    from .context import ApiContext

VALID_FOR = 24 * 60 * 60 * 1000  # milliseconds
TOKEN_DIGITS = 64
MESSAGE = "Follow the link in the next message to log in."
PASSWORD_LENGTH = 20


def new_password(context: ApiContext) -> str:
    """Return a password that nobody is told."""
    password = context.stream.alphanumeric(PASSWORD_LENGTH)
    context.journal.hide(password)
    return password


async def invite(context: ApiContext, user_id: str, phone: str) -> Document:
    """Leave the messages of a login for the gateway, and return what is kept with the user."""
    token = context.stream.hex(TOKEN_DIGITS)
    context.journal.hide(token)
    settings = as_object(context.settings.get("token_login"))
    url = f"{context.settings.get('app_url') or ''}/{context.database}/login/token/{token}"
    document = {
        "_id": f"token:login:{token}",
        "type": "token_login",
        "reported_date": context.milliseconds(),
        "user": user_id,
        "tasks": [_task(context, phone, text) for text in (settings.get("message") or MESSAGE, url)],
    }
    await context.couch.put(document)
    return {"active": True, "token": token, "expiration_date": context.milliseconds() + VALID_FOR}


def _task(context: ApiContext, phone: str, text: Any) -> Document:
    now = javascript_time(context.clock.now())
    return {
        "messages": [{"to": phone, "message": str(text), "uuid": context.stream.uuid4()}],
        "state": "pending",
        "state_history": [{"state": "pending", "timestamp": now}],
    }
