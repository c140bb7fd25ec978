"""The journal as people read it: a line for what happened, in the words of the field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.journal import Exchange

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.journal import Entry, Journal

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
    template = EVENTS.get(entry.kind)
    if template is not None:
        return template(entry.data)
    details = " ".join(f"{name}={value}" for name, value in entry.data.items() if value is not None)
    return f"{entry.kind}  {details}"


EVENTS: dict[str, Callable[[dict[str, Any]], str]] = {
    "gateway.log": lambda data: f"the gateway logs: {data['text']}",
    "gateway.started": lambda data: f"{data['gateway']} starts (CHT {data['release']})",
    "gateway.stopped": lambda data: f"{data['gateway']} stops",
    "gateway.crashed": lambda data: f"{data['gateway']} crashes",
}
