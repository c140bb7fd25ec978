"""CHT's side of the gateway protocol: one request, `POST /api/sms`, that brings and takes everything (cht-gateway)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .configuration import Cht as Configuration
    from .inbox import Incoming
    from .metrics import Metrics
    from .outbox import Outgoing

BATCH = 25
"""How many messages CHT hands out at once: a full batch means that there may be more."""


class ChtError(Exception):
    """CHT did not do what it should. All of it can be asked for again: CHT knows messages by their ids."""


class ChtAccessError(ChtError):
    """The user is not accepted, or lacks the permission `can_access_gateway_api`."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A message that CHT wants sent."""

    id: str
    recipient: str
    content: str


class Client:
    """One CHT instance; give it a session that verifies certificates."""

    def __init__(self, session: aiohttp.ClientSession, configuration: Configuration, metrics: Metrics) -> None:
        self._session = session
        self._url = f"{configuration.url.rstrip('/')}/api/sms"
        self._metrics = metrics
        self._timeout = aiohttp.ClientTimeout(total=configuration.timeout_seconds)
        authorization = aiohttp.encode_basic_auth(configuration.user, configuration.password)
        # CHT takes this content type and no other, not even one with a charset.
        self._headers = {"Authorization": authorization, "Content-Type": "application/json"}

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
            async with self._session.post(
                self._url, data=body, headers=self._headers, timeout=self._timeout, allow_redirects=False
            ) as response:
                text = await response.text()
        except (TimeoutError, aiohttp.ClientError, UnicodeDecodeError) as error:
            self._metrics.request("cht", "no answer")
            raise ChtError(f"{type(error).__name__}: {error}") from error
        self._metrics.request("cht", str(response.status))
        if response.status in {401, 403}:
            raise ChtAccessError(f"{response.status} {text[:200]}")
        if response.status != 200:
            raise ChtError(f"{response.status} {text[:200]}")
        return _offered(text)


def _update(message: Outgoing) -> dict[str, Any]:
    update = {"id": message.id, "status": str(message.state)}
    return {**update, "reason": message.reason} if message.reason else update


def _offered(text: str) -> list[Offered]:
    try:
        rows = json.loads(text)["messages"]
        return [Offered(str(row["id"]), str(row["to"]), str(row["content"])) for row in rows]
    except (ValueError, KeyError, TypeError) as error:
        raise ChtError(f"200 with an answer that cannot be read: {text[:200]}") from error
