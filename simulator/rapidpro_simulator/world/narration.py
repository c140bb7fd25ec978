"""The journal as people read it: a line for what happened, in the words of the field."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from .journal import Exchange

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .events import EventKind
    from .journal import Entry, Journal

WIDTH = 150
NO_KINDS: Mapping[str, EventKind] = MappingProxyType({})


def tell(journal: Journal, entry: Entry, kinds: Mapping[str, EventKind] = NO_KINDS) -> str:
    """Return one line, redacted and cut to `WIDTH` characters; events in the words of their `kinds`."""
    what = _exchange(entry) if isinstance(entry, Exchange) else _event(entry, kinds)
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


def _event(entry: Entry, kinds: Mapping[str, EventKind]) -> str:
    where = f"{entry.get('workspace')}: " if entry.get("workspace") else ""
    try:
        return where + kinds[entry.kind].tell(entry.data)
    except KeyError:  # a kind that is not in the table, or an event of old that lacks what its sentence is about
        details = " ".join(f"{name}={value}" for name, value in entry.data.items() if value is not None)
        return f"{entry.kind}  {details}"
