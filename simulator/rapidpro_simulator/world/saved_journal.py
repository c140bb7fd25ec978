"""Reads a journal that was saved as JSON Lines, so that it can be asked as the one of a running simulation can."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .clock import FrozenClock
from .journal import HEADER, Entry, Journal

if TYPE_CHECKING:
    from pathlib import Path


def read_journal(path: Path) -> Journal:
    """Return the journal in the file at `path`.

    Raises `OSError` where it cannot be read, `ValueError` with the number of the line that is no entry of a journal.
    """
    journal = Journal(FrozenClock())
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            try:
                _restore(journal, json.loads(line))
            except (ValueError, KeyError, TypeError, AttributeError):
                raise ValueError(f"line {number} of {path} is no entry of a journal") from None
    return journal


def _restore(journal: Journal, saved: dict[str, Any]) -> None:
    number, time, kind = int(saved.pop("number")), datetime.fromisoformat(saved.pop("time")), str(saved.pop("kind"))
    if time.tzinfo is None:
        raise ValueError(f"{time} lacks its time zone")
    if kind == HEADER:
        journal.header = saved
        return
    entry = _exchange(journal, saved) if kind == "exchange" else journal.event(kind, **saved)
    entry.number, entry.time = number, time


def _exchange(journal: Journal, saved: dict[str, Any]) -> Entry:
    request, response = saved.pop("request", ""), saved.pop("response", "")
    retry_after = saved.pop("retry_after", None)
    exchange = journal.begin(request.encode(), **saved)
    exchange.response = response.encode()
    exchange.retry_after = retry_after
    return exchange
