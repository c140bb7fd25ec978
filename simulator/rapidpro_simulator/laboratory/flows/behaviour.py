"""What can be seen of a walk from outside, in the order in which it happened."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

from rapidpro_simulator.laboratory.recording.durations import spoken

from .plan import EXPIRATION, TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Callable

    from .walk import Walk

UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
NOTHING: Final = "nothing"
AFTER: Final = " after move "
BESIDE: Final = " / "
SILENCES: Final = frozenset({TIMEOUT, EXPIRATION})
SECRET: Final = re.compile("auth|cookie|key|token|secret", re.IGNORECASE)
USUAL: Final = ("host:", "user-agent:", "content-length:", "accept-encoding:", "x-mailroom-mode:")
"""How the headers begin that each request has."""


def behaviour(walk: Walk | None) -> dict[str, str]:
    """Return what is seen of a walk, by what it is of and after which move; None is a flow that cannot be started."""
    if walk is None:
        return {"start": "cannot be started"}
    seen: dict[str, str] = {}
    for moved, event in walk.events:
        if event["type"] in TOLD:
            what, value = TOLD[event["type"]](event)
            after = f"{AFTER}{moved}" if moved else ""
            key = f"{what}{after}"
            seen[key] = f"{seen[key]}{BESIDE}{value}" if key in seen else value
    for number, (move, pause) in enumerate(zip(walk.plan.moves, walk.pauses, strict=False), 1):
        if move.kind in SILENCES:
            seen[f"the silence of move {number}"] = spoken(pause)
        seen.setdefault(f"answer{AFTER}{number}", NOTHING)
    seen["the run"] = walk.session.status
    return {what: UUID.sub("…", value) for what, value in seen.items()}


def _message(event: dict[str, Any]) -> tuple[str, str]:
    message = event["msg"]
    replies = ", ".join(str(each.get("text", "")) for each in message.get("quick_replies", ()))
    offered = f" [{replies}]" if replies else ""
    files = "".join(f" + {each}" for each in message.get("attachments", ()))
    return "answer", f"“{message.get('text', '')}”{files}{offered}"


def _groups(event: dict[str, Any]) -> tuple[str, str]:
    joined = [f"+{group['name']}" for group in event.get("groups_added", ())]
    return "the groups", ", ".join([*joined, *(f"-{group['name']}" for group in event.get("groups_removed", ()))])


def _web_request(event: dict[str, Any]) -> tuple[str, str]:
    request = str(event.get("request", ""))
    head, _, body = request.partition("\r\n\r\n")
    headers = "; ".join(_header(line) for line in head.split("\r\n")[1:] if not line.lower().startswith(USUAL))
    told = [request.partition(" ")[0], str(event["url"]), body, f"[{headers}]" if headers else ""]
    return "the web request", " ".join(each for each in told if each)


def _header(line: str) -> str:
    """Return a header of a request; of one that may be a secret only what tells it from another."""
    name, _, value = line.partition(": ")
    shown = f"… ({crc32(value.encode()):08x})" if SECRET.search(name) else value
    return f"{name}: {shown}"


def _broadcast(event: dict[str, Any]) -> tuple[str, str]:
    texts = " / ".join(f"{language} “{said.get('text', '')}”" for language, said in event["translations"].items())
    return "the broadcast", f"{texts} to {_recipients(event)}"


def _started(event: dict[str, Any]) -> tuple[str, str]:
    return "the start of a flow", f"{event['flow']['name']} for {_recipients(event)}"


def _recipients(event: dict[str, Any]) -> str:
    named = [str(each["name"]) for kind in ("groups", "contacts") for each in event.get(kind) or ()]
    others = [str(each) for each in event.get("urns") or ()] + [str(event.get("contact_query") or "")]
    return ", ".join(each for each in (*named, *others) if each) or "a new contact"


def _ticket(event: dict[str, Any]) -> tuple[str, str]:
    ticket = event["ticket"]
    topic, assignee = (str((ticket.get(name) or {}).get("name", "")) for name in ("topic", "assignee"))
    return "the ticket", f"about {topic or 'nothing'}{f' for {assignee}' if assignee else ''}"


TOLD: Final[dict[str, Callable[[dict[str, Any]], tuple[str, str]]]] = {
    "msg_created": _message,
    "ivr_created": _message,
    "airtime_created": lambda event: ("the airtime", f"{event.get('amount')} {event.get('currency')}"),
    "broadcast_created": _broadcast,
    "contact_field_changed": lambda event: (
        f"the field {event['field']['key']}",
        str((event["value"] or {}).get("text", NOTHING)),
    ),
    "contact_groups_changed": _groups,
    "contact_language_changed": lambda event: ("the contact's language", str(event["language"])),
    "contact_name_changed": lambda event: ("the contact's name", str(event["name"])),
    "contact_status_changed": lambda event: ("the contact's status", str(event["status"])),
    "contact_timezone_changed": lambda event: ("the contact's time zone", str(event["timezone"])),
    "contact_urns_changed": lambda event: ("the contact's URNs", ", ".join(map(str, event["urns"]))),
    "email_sent": lambda event: (
        "the e-mail",
        f"{event['subject']} to {', '.join(event['to'])}: {event['body']}",
    ),
    "error": lambda event: ("error", str(event["text"])),
    "failure": lambda event: ("failure", str(event["text"])),
    "input_labels_added": lambda event: ("the labels", ", ".join(str(each["name"]) for each in event["labels"])),
    "llm_called": lambda event: ("what a language model is asked", f"{event['instructions']}: {event['input']}"),
    "resthook_called": lambda event: ("the resthook", str(event["resthook"])),
    "run_result_changed": lambda event: (
        f"the result {event['name']}",
        f"{event['value']} ({event.get('category', '')})",
    ),
    "session_triggered": _started,
    "ticket_note_added": lambda event: ("the note of a ticket", str(event["note"])),
    "ticket_opened": _ticket,
    "webhook_called": _web_request,
}
"""By the type of an event, what it changes and into what, as somebody outside sees it."""
