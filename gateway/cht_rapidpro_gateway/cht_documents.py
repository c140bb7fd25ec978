"""CHT's documents as the gateway reads them, through CHT and its view of messages by state (cht 7.4)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import aiohttp

from .texts import storable

if TYPE_CHECKING:
    from .configuration import ChtSettings
    from .metrics import Metrics

VIEW = "_design/medic/_view/messages_by_state"


class ChtDocumentsError(Exception):
    """CHT does not show its documents, or not now."""


@dataclass(frozen=True, slots=True)
class Held:
    """A message in a state of CHT's; `due` and `accepted_at` in POSIX seconds by CHT's clock, None where not known."""

    id: str
    recipient: str
    content: str
    state: str
    due: float | None
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
    """The main database of a CHT instance, called `database`."""

    def __init__(self, session: aiohttp.ClientSession, settings: ChtSettings, database: str, metrics: Metrics) -> None:
        self._session = session
        self._url = f"{settings.url.rstrip('/')}/{database}/{VIEW}"
        self._metrics = metrics
        self._timeout = aiohttp.ClientTimeout(total=settings.timeout_seconds)
        authorization = aiohttp.encode_basic_auth(settings.user, settings.password, encoding="utf-8")
        self._headers = {"Authorization": authorization, "Accept": "application/json"}

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

    async def _rows(self, query: dict[str, str]) -> list[dict[str, Any]]:
        try:
            async with self._session.get(
                self._url, params=query, headers=self._headers, timeout=self._timeout, allow_redirects=False
            ) as response:
                text = await response.text(errors="replace")
        except (TimeoutError, aiohttp.ClientError) as error:
            self._metrics.request("cht", "no answer")
            raise ChtDocumentsError(f"{type(error).__name__}: {error}") from error
        self._metrics.request("cht", str(response.status))
        if response.status != 200:
            raise ChtDocumentsError(f"{response.status} {text[:200]}")
        try:
            return [dict(row) for row in json.loads(text)["rows"]]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise ChtDocumentsError(f"200 with an answer that cannot be read: {text[:200]}") from error


def _held(row: dict[str, Any], state: str) -> Held | None:
    value = row.get("value")
    if not isinstance(value, dict) or not all(value.get(name) for name in ("id", "to", "content")):
        return None
    key = row.get("key")
    due = key[1] if isinstance(key, list) and len(key) > 1 and isinstance(key[1], int | float) else None
    task = _task_of(row.get("doc"), value["id"])
    reference = task.get("gateway_ref")
    return Held(
        id=storable(str(value["id"])),
        recipient=storable(str(value["to"])),
        content=storable(str(value["content"])),
        state=state,
        due=None if due is None else due / 1000,
        reference=storable(str(reference)) if reference else None,
        accepted_at=_accepted_at(task),
    )


def _task_of(document: Any, message: str) -> dict[str, Any]:
    for tasks in ("tasks", "scheduled_tasks"):
        for task in (document or {}).get(tasks) or []:
            if any(each.get("uuid") == message for each in task.get("messages") or []):
                found: dict[str, Any] = task
                return found
    return {}


def _accepted_at(task: dict[str, Any]) -> float | None:
    """Return when a gateway had the task first."""
    for change in task.get("state_history") or []:
        if change.get("state") not in {"scheduled", "pending", "forwarded-to-gateway"}:
            try:
                return datetime.fromisoformat(str(change.get("timestamp"))).timestamp()
            except ValueError:
                return None
    return None
