"""The journal as people read it: a line for what happened, in the words of the field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .journal import Exchange

if TYPE_CHECKING:
    from collections.abc import Callable

    from .journal import Entry, Journal

WIDTH = 150


def tell(journal: Journal, entry: Entry) -> str:
    """Return one line, redacted and cut to `WIDTH` characters."""
    what = _exchange(entry) if isinstance(entry, Exchange) else _event(entry)
    line = journal.redact(f"{entry.time:%d %b %H:%M:%S}.{entry.time.microsecond // 1000:03d}  {what}")
    return line if len(line) <= WIDTH else line[: WIDTH - 1] + "…"


def _exchange(exchange: Exchange) -> str:
    get = exchange.get
    answer = exchange.status if exchange.status is not None else get("outcome")
    fault = f"  [fault: {get('fault')}]" if get("fault") else ""
    content = _content(exchange)
    return f"{get('by')} → {get('to')}  {get('method')} {exchange.target} → {answer}{fault}{content}"


def _content(exchange: Exchange) -> str:
    sent, answer = exchange.json(), exchange.answer()
    parts = []
    if isinstance(sent, dict) and "urns" in sent:
        parts.append(f"{' '.join(map(str, sent['urns']))} “{sent.get('text', '')}”")
    if isinstance(answer, dict):
        parts += [f"{name} {answer[name]}" for name in ("id", "status", "error", "detail") if name in answer]
        if isinstance(answer.get("results"), list):
            statuses = [result.get("status") for result in answer["results"][:3] if isinstance(result, dict)]
            parts.append(", ".join(map(str, statuses)) or "no results")
    return f"  {'; '.join(parts)}" if parts else ""


def _event(entry: Entry) -> str:
    try:
        return EVENTS[entry.kind](entry.data)
    except KeyError:  # a kind without words of its own, or an event that lacks what the words are about
        details = " ".join(f"{name}={value}" for name, value in entry.data.items() if value is not None)
        return f"{entry.kind}  {details}"


def _message(data: dict[str, Any]) -> str:
    broadcast = "" if data.get("broadcast") is None else f" of broadcast {data['broadcast']}"
    return f"{data['workspace']}: message {data['message']}{broadcast}"


def _message_created(data: dict[str, Any]) -> str:
    way = "from" if data["direction"] == "in" else "to"
    said = f" “{data['text']}”" if data.get("broadcast") is None and data.get("text") else ""
    return f"{_message(data)} {way} {data['urn']}{said} is {data['status']}"


def _trigger_matched(data: dict[str, Any]) -> str:
    keyword = f" “{data['keyword']}”" if data.get("keyword") else ""
    return f"{data['workspace']}: {data['type'].replace('_', ' ')}{keyword} starts the flow {data['flow']}"


def _result_saved(data: dict[str, Any]) -> str:
    category = f" ({data['category']})" if data.get("category") else ""
    return f"{data['workspace']}: {data['flow']} saves {data['name']} = “{data['value']}”{category}"


def _webhook_called(data: dict[str, Any]) -> str:
    status = data.get("status_code")
    return (
        f"{data['workspace']}: {data['flow']} has called {data['url']}: {data['status'] if status is None else status}"
    )


EVENTS: dict[str, Callable[[dict[str, Any]], str]] = {
    "broadcast.created": lambda data: f"{data['workspace']}: broadcast {data['broadcast']} is {data['status']}",
    "broadcast.status": lambda data: f"{data['workspace']}: broadcast {data['broadcast']} is {data['to']}",
    "campaign.fired": lambda data: f"{data['workspace']}: the campaign {data['campaign']} fires",
    "flow.branch": lambda data: f"{data['workspace']}: {data['flow']} takes “{data['operand']}” for {data['category']}",
    "flow.error": lambda data: f"{data['workspace']}: error in {data['flow']}: {data['text']}",
    "flow.failure": lambda data: f"{data['workspace']}: {data['flow']} fails: {data['text']}",
    "flow.not_started": lambda data: f"{data['workspace']}: {data['flow']} cannot start: {data['reason']}",
    "flow.started": lambda data: f"{data['workspace']}: {data['flow']} begins",
    "flow_start.created": lambda data: f"{data['workspace']}: a start of {data['flow']}",
    "flows.imported": lambda data: f"{data['workspace']}: imported {', '.join(data['flows'])}",
    "gateway.crashed": lambda data: f"{data['gateway']} crashes",
    "gateway.log": lambda data: f"the gateway logs: {data['text']}",
    "gateway.started": lambda data: f"{data['gateway']} starts (CHT {data['release']})",
    "gateway.stopped": lambda data: f"{data['gateway']} stops",
    "message.created": _message_created,
    "message.status": lambda data: f"{_message(data)} is {data['to']}",
    "result.saved": _result_saved,
    "run.ended": lambda data: f"{data['workspace']}: {data['flow']} is over: {data['status']}",
    "throttle.refused": lambda data: f"{data['workspace']}: no quota left in {data['scope']}",
    "trigger.matched": _trigger_matched,
    "wait.expired": lambda data: f"{data['workspace']}: the wait for an answer expires",
    "wait.timed_out": lambda data: f"{data['workspace']}: the wait for an answer is over",
    "webhook.called": _webhook_called,
}
