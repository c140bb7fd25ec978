"""The transitions that are modelled: what CHT does to a new record before it saves it (cht 6.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.forms.values import read_date
from rapidpro_simulator.cht.javascript import as_object
from rapidpro_simulator.cht.messages import states
from rapidpro_simulator.cht.messages.phones import is_same

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from rapidpro_simulator.cht.couch.client import Document

    from .context import ApiContext

RESPONSES = {
    "empty": "It looks as if your message was empty. Please send it again.",
    "form_not_found": "Your report was not recognised. Please check its first word and send it again.",
    "sms_received": "Your message has arrived and will be read soon.",
}
"""The replies, in words of our own: what CHT says stands in its translations, which every project has changed."""


async def default_responses(context: ApiContext, document: Document) -> bool:
    """Reply to a message that is no report, if such replies have begun and it is not from the gateway itself."""
    sender = document.get("from")
    if not sender or not _have_begun(context, document):
        return False
    if is_same(context.settings.get("gateway_number"), sender):
        return False
    kind = _kind_of(document)
    if kind is None:
        return False
    try:
        document["tasks"].append(_task(context, sender, RESPONSES[kind]))
    except TypeError:  # a sender that is a number, and a deny list: CHT throws, and the transition has done nothing
        return False
    return True


async def resolve_pending(context: ApiContext, document: Document) -> bool:
    """Call every pending message sent, although no gateway has seen it."""
    pending = [task for task in states.tasks_of(document) if task.get("state") == "pending"]
    for task in pending:
        states.set_task_state(task, "sent", context.clock.now())
    return bool(pending)


TRANSITIONS: dict[str, Callable[[ApiContext, Document], Awaitable[bool]]] = {
    "default_responses": default_responses,
    "resolve_pending": resolve_pending,
}
"""By name, in the order in which they run."""


def _have_begun(context: ApiContext, document: Document) -> bool:
    start = read_date(str(as_object(context.settings.get("default_responses")).get("start_date", "")))
    reported = document.get("reported_date")
    return start is not None and isinstance(reported, int) and start < reported


def _kind_of(document: Document) -> str | None:
    codes = [error["code"] for error in document["errors"]]
    if "sys.empty" in codes:
        return "empty"
    if "sys.form_not_found" in codes:
        return "form_not_found"
    return None if document.get("form") else "sms_received"


def _task(context: ApiContext, to: Any, text: str) -> states.Task:
    now = context.clock.now()
    uuid = context.stream.uuid7(now) if context.release.message_uuid == 7 else context.stream.uuid4()
    task: states.Task = {"messages": [{"to": to, "message": text, "uuid": uuid}]}
    states.set_task_state(task, context.outgoing.state(to, to, text, context.settings), now)
    return task
