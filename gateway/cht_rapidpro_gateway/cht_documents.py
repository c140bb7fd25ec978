"""CHT's documents as the gateway reads them, through CHT and its view of messages by state (cht 7.4)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .cht_requests import ChtRequests, UnansweredError
from .texts import storable

if TYPE_CHECKING:
    from collections.abc import Callable

    import aiohttp

    from .configuration import ChtSettings
    from .metrics import Metrics

BEFORE = {"scheduled", "pending", "forwarded-to-gateway"}  # of a gateway having it
OFFERED = "pending-or-forwarded"  # what the view calls messages that /api/sms offers, in its order
VIEW = "_design/medic/_view/messages_by_state"


class ChtDocumentsError(Exception):
    """CHT does not show its documents, or not now."""


@dataclass(frozen=True, slots=True)
class Held:
    """A message in a state of CHT's; times in POSIX seconds by CHT's clock, None where not known."""

    id: str
    recipient: str
    content: str
    state: str
    pending_since: float | None
    reference: str | None
    accepted_at: float | None


@dataclass(frozen=True, slots=True)
class Position:
    """Where the next page begins: a key of the view and a document, whose row has been seen if it is there still."""

    key: Any
    document: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some messages, and where the next page begins; None where this is the last."""

    messages: list[Held]
    following: Position | None


class ChtDocuments:
    """The main database of a CHT instance."""

    def __init__(self, session: aiohttp.ClientSession, settings: ChtSettings, metrics: Metrics) -> None:
        path = f"{settings.database}/{VIEW}"
        self._requests = ChtRequests(session, settings, metrics, path, {"Accept": "application/json"})

    async def held(self, state: str, limit: int, position: Position | None = None) -> Page:
        """Return messages in a state, the oldest due first, from a position on. Raises `ChtDocumentsError`.

        Pages overlap: what has been seen may have another state meanwhile, so nobody can count how much to leave out.
        """
        query = {
            "startkey": json.dumps([state] if position is None else position.key),
            "endkey": json.dumps([state, {}]),
            "limit": str(limit),
            "include_docs": "true",
        }
        if position is not None:
            query |= {"startkey_docid": position.document}
        rows = await self._rows(query)
        messages = [held for row in rows if (held := _held(row, state)) is not None]
        following = Position(rows[-1].get("key"), str(rows[-1].get("id"))) if len(rows) == limit else None
        return Page(messages, None if following == position else following)

    async def waiting_since(self, limit: int) -> dict[str, float]:
        """Return since when the messages wait that CHT offers first, by id. Raises `ChtDocumentsError`."""
        page = await self.held(OFFERED, limit)
        return {each.id: each.pending_since for each in page.messages if each.pending_since is not None}

    async def _rows(self, query: dict[str, str]) -> list[dict[str, Any]]:
        try:
            answer = await self._requests.ask("GET", params=query)
        except UnansweredError as error:
            raise ChtDocumentsError(str(error)) from error
        if answer.status != 200:
            raise ChtDocumentsError(answer.complaint)
        try:
            return [dict(row) for row in json.loads(answer.text)["rows"]]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise ChtDocumentsError(f"200 with an answer that cannot be read: {answer.text[:200]}") from error


def _held(row: dict[str, Any], state: str) -> Held | None:
    value = row.get("value")
    if not isinstance(value, dict) or not all(value.get(name) for name in ("id", "to", "content")):
        return None
    task = _task_of(row.get("doc"), value["id"])
    reference = task.get("gateway_ref")
    return Held(
        id=storable(str(value["id"])),
        recipient=storable(str(value["to"])),
        content=storable(str(value["content"])),
        state=state,
        pending_since=_time_of(task, lambda state: state == "pending"),
        reference=storable(str(reference)) if reference else None,
        accepted_at=_time_of(task, lambda state: state not in BEFORE),
    )


def _task_of(document: Any, message: str) -> dict[str, Any]:
    for tasks in ("tasks", "scheduled_tasks"):
        for task in (document or {}).get(tasks) or []:
            if any(each.get("uuid") == message for each in task.get("messages") or []):
                found: dict[str, Any] = task
                return found
    return {}


def _time_of(task: dict[str, Any], fits: Callable[[object], bool]) -> float | None:
    """Return when a task first got a state that fits. When it was due says less: reports come from phones days late."""
    for change in task.get("state_history") or []:
        if fits(change.get("state")):
            try:
                return datetime.fromisoformat(str(change.get("timestamp"))).timestamp()
            except ValueError:
                return None
    return None
