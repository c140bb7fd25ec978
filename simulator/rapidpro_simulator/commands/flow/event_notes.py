"""What the journal's events about a contact say to people: a table by kind, beside the messages themselves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from rapidpro_simulator.rapidpro.model.messages import FailedReason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LONGEST_BODY = 200
NOTHING = "nothing"


class EventNote(NamedTuple):
    """A line beside the conversation: what it is about, its text, and the styles of the terminal."""

    label: str
    text: str
    styles: tuple[str, ...] = ()


def _saved(data: dict[str, Any]) -> Iterator[EventNote]:
    category = f" ({data['category']})" if data["category"] else ""
    yield EventNote("saved", f"{data['name']} = {data['value'] or NOTHING}{category}")


def _run_ended(data: dict[str, Any]) -> Iterator[EventNote]:
    styles = ("red",) if data["status"] == "failed" else ()
    yield EventNote("flow", f"{data['flow']} is over: {data['status']}", styles)


def _answered(data: dict[str, Any]) -> Iterator[EventNote]:
    status = data["status_code"]
    outcome = "nobody answers" if status is None else str(status)
    parts = [f"{data['method']} {data['url']} -> {outcome}"]
    parts += [f"{way} {_short(data[name])}" for name, way in (("sent", "sent"), ("answer", "got ")) if data[name]]
    yield EventNote("web", "\n".join(parts))


def _mailed(data: dict[str, Any]) -> Iterator[EventNote]:
    yield EventNote("email", f"to {', '.join(data['to'])}: {data['subject']}\n{data['body']}")


def _short(body: str) -> str:
    try:
        body = json.dumps(json.loads(body), ensure_ascii=False)
    except ValueError:
        body = " ".join(body.split())
    return body if len(body) <= LONGEST_BODY else body[: LONGEST_BODY - 1] + "…"


def _told(label: str, template: str, *styles: str) -> Callable[[dict[str, Any]], Iterator[EventNote]]:
    def told(data: dict[str, Any]) -> Iterator[EventNote]:
        yield EventNote(label, template.format_map(data), styles)

    return told


def _matched(data: dict[str, Any]) -> Iterator[EventNote]:
    keyword = f" “{data['keyword']}”" if data.get("keyword") else ""
    yield EventNote("trigger", f"{data['type'].replace('_', ' ')}{keyword} starts {data['flow']}")


EVENT_NOTES: dict[str, Callable[[dict[str, Any]], Iterator[EventNote]]] = {
    "airtime.transferred": _told("airtime", "{amount} {currency} to {recipient}"),
    "call.requested": _told("error", "{flow} is a voice flow: it would call the contact", "red"),
    "campaign.fired": _told("campaign", "{campaign}"),
    "email.sent": _mailed,
    "flow.error": _told("error", "{text}", "red"),
    "flow.failure": _told("failure", "{text}", "red"),
    "flow.not_resumed": _told("error", "the flow cannot go on: {reason}", "red"),
    "flow.not_started": _told("error", "{flow} cannot start: {reason}", "red"),
    "flow_start.failed": _told("error", "{flow} cannot start: {reason}", "red"),
    "flow.started": _told("flow", "{flow} begins"),
    "flow.warning": _told("warning", "{text}", "yellow"),
    "llm.called": _told("model", "{input} -> {output}"),
    "result.saved": _saved,
    "run.ended": _run_ended,
    "ticket.opened": _told("ticket", "opened"),
    "trigger.matched": _matched,
    "wait.expired": _told("time", "the wait for an answer expires"),
    "wait.timed_out": _told("time", "the wait for an answer is over"),
    "webhook.answered": _answered,
}
OBSTACLES = {
    FailedReason.SUSPENDED: "it cannot be sent: the workspace is suspended",
    FailedReason.CONTACT: "it cannot be sent: the contact is not active",
    FailedReason.LOOPING: "it cannot be sent: the same text was sent too often",
    FailedReason.ERROR_LIMIT: "it cannot be sent: it was tried too often",
    FailedReason.TOO_OLD: "it cannot be sent: it is too old",
    FailedReason.NO_DESTINATION: "it cannot be sent: no channel reaches the contact",
    FailedReason.CHANNEL_REMOVED: "it cannot be sent: its channel was removed",
}
