"""CHT's side of the gateway protocol: one request, `POST /api/sms`, that brings and takes everything (cht-gateway)."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .cht_requests import ChtRequests, UnansweredError
from .texts import storable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import aiohttp

    from .configuration import ChtSettings
    from .inbox import Incoming
    from .metrics import Metrics
    from .outbox import Outgoing

_log = logging.getLogger(__name__)


class ChtError(Exception):
    """CHT did not do what it should. All of it can be asked for again: CHT knows messages by their ids."""


class ChtSilentError(ChtError):
    """No answer came: CHT may be busy yet with what was brought."""


class ChtAccessError(ChtError):
    """The user is not accepted, or lacks the permission `can_access_gateway_api`."""


class ChtChokedError(ChtError):
    """CHT answers with an error of its own: it may be ill, or there is something in the request that it chokes on."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A message that CHT wants sent."""

    id: str
    recipient: str
    content: str


class ChtClient:
    """One CHT instance; give it a session that verifies certificates. `heard` is told what time CHT says it is."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        settings: ChtSettings,
        metrics: Metrics,
        heard: Callable[[str | None], object],
    ) -> None:
        # CHT takes this content type and no other, not even one with a charset.
        self._requests = ChtRequests(session, settings, metrics, "api/sms", {"Content-Type": "application/json"})
        self._heard = heard

    async def exchange(self, incoming: Sequence[Incoming], updates: Sequence[Outgoing]) -> list[Offered]:
        """Bring CHT what came from phones and what became of its messages; return what it wants sent.

        Raises `ChtError`; then CHT may have taken any part of what was brought.
        """
        body = json.dumps(
            {
                "messages": [{"id": each.id, "from": each.sender, "content": each.content} for each in incoming],
                "updates": [_update(each) for each in updates],
            }
        )
        try:
            answer = await self._requests.ask("POST", data=body)
        except UnansweredError as error:
            raise (ChtSilentError if error.asked else ChtError)(str(error)) from error
        if answer.status != 200:
            raise _error(answer.status)(answer.complaint)
        offered = list(_offered(answer.text))
        self._heard(answer.date)
        return offered


def _error(status: int) -> type[ChtError]:
    if status in {401, 403}:
        return ChtAccessError
    return ChtChokedError if status >= 400 and status != 429 else ChtError


def _update(message: Outgoing) -> dict[str, Any]:
    update = {"id": message.id, "status": str(message.state)}
    return {**update, "reason": message.reason} if message.reason else update


def _offered(text: str) -> Iterator[Offered]:
    try:
        rows = list(json.loads(text)["messages"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ChtError(f"200 with an answer that cannot be read: {text[:200]}") from error
    for row in rows:
        try:
            yield Offered(*(storable(str(row[name])) for name in ("id", "to", "content")))
        except (KeyError, TypeError):
            _log.error("CHT offers something that is no message: %.200s", row)
