"""RapidPro's API as this gateway uses it: what it answers, and above all what its not answering means."""

from __future__ import annotations

import json
import math
import re
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import aiohttp

from .budget import Budget, Purpose
from .clock import SystemClock, http_date
from .texts import storable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from .clock import Clock
    from .configuration import RapidProSettings
    from .metrics import Metrics

DEFAULT_THROTTLE_SECONDS = 60.0  # where RapidPro does not say how long to wait
LONGEST_THROTTLE_SECONDS = 86_400.0  # its own windows are hours
NOT_ALLOWED = ("suspended", "flagged")  # what a 400 says where it is not about the message (rapidpro 1.11)

_MAY_BE_AN_EXPRESSION = re.compile(r"@(?=[@(\w])")


class RapidProError(Exception):
    """A request did not do what it should; the kinds say what follows."""


class RefusedError(RapidProError):
    """RapidPro will never accept this message."""


class NotNowError(RapidProError):
    """Nothing has been done, and the same request may succeed later."""


class ThrottledError(NotNowError):
    """The quota is used up: nothing has been done, and nothing will be done for `seconds`."""

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


class UncertainError(RapidProError):
    """It may have been done: there is no answer, or none that can be read."""


class AccessError(RapidProError):
    """The token is not accepted, or not for this: no request will succeed until somebody does something."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """Whose token it is; `identity` tells workspaces apart, on whatever host."""

    identity: str
    name: str


@dataclass(frozen=True, slots=True)
class Broadcast:
    """A broadcast as RapidPro lists it; `urns` None in workspaces that hide them, `created_on` by its clock."""

    reference: str
    urns: tuple[str, ...] | None
    texts: tuple[str, ...]
    created_on: float


@dataclass(frozen=True, slots=True)
class Message:
    """What RapidPro says of one message; `broadcast` None where it names none, `urn` where it hides numbers."""

    broadcast: str | None
    status: str
    created_on: float
    urn: str | None
    text: str


class RapidProClient:
    """One workspace's API, with its budget; give it a session that verifies certificates."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        settings: RapidProSettings,
        budget: Budget | None,
        metrics: Metrics,
        clock: Clock | None = None,
    ) -> None:
        self._session = session
        self._settings = settings
        self._metrics = metrics
        # Who has not got a connection has not said anything: that is known better than what follows.
        seconds = settings.timeout_seconds
        self._timeout = aiohttp.ClientTimeout(total=seconds, sock_connect=seconds / 2)
        self._headers = {"Authorization": f"Token {settings.token}", "Accept": "application/json"}
        self._api = f"{settings.url.rstrip('/')}/api/v2"
        self.budget = budget
        self._clock = clock or SystemClock()
        self._told: float | None = None
        self.ahead = 0.0  # seconds by which RapidPro's clock is ahead of the gateway's

    def told(self) -> float:
        """Return the time that RapidPro told with its last answer, in POSIX seconds; ours before the first."""
        return self._clock.now() if self._told is None else self._told

    async def workspace(self) -> Workspace:
        """Ask whose token it is. Raises `RapidProError`."""
        answer = await self._get("workspace.json", {}, Purpose.SENDING)
        uuid, name = answer.get("uuid"), answer.get("name")
        if not isinstance(uuid or name, str):
            raise NotNowError(f"{self._api} says of the workspace: {_short(answer)}")
        # Names are given by people, so that of a workspace without a UUID is one among those of its host only.
        return Workspace(str(uuid or f"{self._api.removesuffix('/api/v2')} {name}"), str(name or ""))

    def text(self, content: str) -> str:
        """Return the text to post, so that `content` arrives: RapidPro reads `@contact` and the like as expressions."""
        return _MAY_BE_AN_EXPRESSION.sub("@@", content) if self._settings.escape else content

    async def send(self, recipient: str, content: str) -> Broadcast:
        """Post a broadcast to one number. Raises the `RapidProError` that says whether it may have been done."""
        body = {"urns": [f"tel:{recipient.removeprefix('tel:')}"], "text": self.text(content)}
        async with self._request(Purpose.SENDING, "POST", "broadcasts.json", json=body) as (status, answer):
            if status == 400:
                raise _refusal(answer)
            if not 200 <= status < 300:
                raise _failure(status, answer, done=True)
            broadcast = _broadcast(answer, self.told())
            if broadcast is None:
                raise UncertainError(f"{status} without the id of a broadcast: {_short(answer)}")
            return broadcast

    async def broadcasts(self, since: float) -> list[Broadcast]:
        """Return the broadcasts since a time (POSIX seconds), the oldest first. Raises `RapidProError`."""
        found: list[Broadcast] = []
        async for page in self._pages(Purpose.SENDING, "broadcasts.json", {"after": _iso(since)}):
            found += [broadcast for row in page if (broadcast := _broadcast(row, self.told())) is not None]
        return found[::-1]

    async def messages(self, after: float, before: float) -> AsyncIterator[list[Message]]:
        """Yield pages of the messages that were created between two times (POSIX seconds), the newest first.

        Raises `RapidProError`.
        """
        window = {"after": _iso(after), "before": _iso(before)}
        async for page in self._pages(Purpose.ASKING, "messages.json", window):
            yield [message for row in page if (message := _message(row, self.told())) is not None]

    async def messages_of(self, reference: str) -> list[Message]:
        """Return the messages of one broadcast, the newest first. Raises `RapidProError`."""
        answer = await self._get("messages.json", {"broadcast": reference}, Purpose.ASKING)
        return [message for row in _results(answer) if (message := _message(row, self.told())) is not None]

    async def _pages(self, purpose: Purpose, path: str, query: Mapping[str, str]) -> AsyncIterator[list[Any]]:
        wanted: Mapping[str, str] | None = query
        while wanted is not None:
            answer = await self._get(path, wanted, purpose)
            yield _results(answer)
            following = _next_query(answer)
            wanted = None if following == wanted else following

    async def _get(self, path: str, query: Mapping[str, str], purpose: Purpose) -> dict[str, Any]:
        async with self._request(purpose, "GET", path, params=query) as (status, answer):
            if status != 200:
                raise _failure(status, answer, done=False)
            if not isinstance(answer, dict):
                raise NotNowError(f"200 with an answer that cannot be read: {_short(answer)}")
            return answer

    @asynccontextmanager
    async def _request(
        self, purpose: Purpose, method: str, path: str, **arguments: Any
    ) -> AsyncIterator[tuple[int, Any]]:
        if self.budget is not None:
            if (wait := self.budget.wait(purpose)) > 0:
                raise ThrottledError("the budget is used up", wait)
            self.budget.spend(purpose)
        url = f"{self._api}/{path}"
        posted = method == "POST"
        try:
            async with self._session.request(
                method, url, headers=self._headers, timeout=self._timeout, allow_redirects=False, **arguments
            ) as response:
                body = await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            self._metrics.request("rapidpro", "unreachable")
            raise NotNowError(f"{type(error).__name__}: {error}") from error
        except (TimeoutError, aiohttp.ClientError) as error:
            self._metrics.request("rapidpro", "no answer")
            what = f"{type(error).__name__}: {error}"
            raise UncertainError(what) if posted else NotNowError(what) from error
        self._metrics.request("rapidpro", str(response.status))
        self._note_time(response.headers.get("Date"))
        if response.status == 429:
            seconds = _retry_after(response.headers.get("Retry-After"), self.told())
            if self.budget is not None:
                self.budget.refused(purpose, seconds)
            raise ThrottledError(f"429, for {seconds:.0f} s", seconds)
        yield response.status, _parsed(body)

    def _note_time(self, header: str | None) -> None:
        told = http_date(header)
        self._told = self._clock.now() if told is None else told
        self.ahead = self._told - self._clock.now()


def _failure(status: int, answer: Any, *, done: bool) -> RapidProError:
    """Return what a status means that is neither success nor 400; `done`: whether the request could do something."""
    what = f"{status} {_short(answer)}"
    if status in {401, 403} and isinstance(answer, dict):
        return AccessError(what)
    # Whatever is no JSON does not come from RapidPro: a proxy or a firewall may dislike this one text only.
    return UncertainError(what) if done and status >= 500 else NotNowError(what)


def _refusal(answer: Any) -> RapidProError:
    """Return what a 400 means: the message is refused for good, unless it is the workspace that may not send now."""
    if not isinstance(answer, dict):
        return NotNowError(f"400 {_short(answer)}")
    general = str(answer.get("non_field_errors") or "").lower()
    if any(word in general for word in NOT_ALLOWED):
        return NotNowError(f"400 {_short(answer)}")
    return RefusedError(_short(answer))


def _broadcast(row: Any, moment: float) -> Broadcast | None:
    reference = _reference(row)
    if reference is None:
        return None
    text = row.get("text")
    texts = tuple(text.values()) if isinstance(text, dict) else (text,)
    urns = row.get("urns")
    return Broadcast(
        reference,
        tuple(urns) if isinstance(urns, list) else None,
        tuple(each for each in texts if isinstance(each, str)),
        _posix(row.get("created_on"), moment),
    )


def _reference(row: Any) -> str | None:
    """Return the id that messages name their broadcast by, as a text; the UUID where there is no other."""
    if not isinstance(row, dict):
        return None
    found = row.get("id") or row.get("uuid")
    return storable(str(found)) if found else None


def _message(row: Any, moment: float) -> Message | None:
    if not isinstance(row, dict) or not isinstance(row.get("status"), str) or row.get("direction") == "in":
        return None
    broadcast, urn = row.get("broadcast"), row.get("urn")
    return Message(
        str(broadcast) if broadcast else None,
        storable(row["status"]),
        _posix(row.get("created_on"), moment),
        urn if isinstance(urn, str) else None,
        str(row.get("text") or ""),
    )


def _next_query(answer: dict[str, Any]) -> Mapping[str, str] | None:
    """Return what to ask for the next page; None where there is none.

    Its host is not to be trusted with the token: behind a proxy, RapidPro does not know what it is called.
    """
    following = answer.get("next")
    return dict(parse_qsl(urlsplit(following).query)) if isinstance(following, str) and following else None


def _results(answer: dict[str, Any]) -> list[Any]:
    results = answer.get("results")
    if not isinstance(results, list):
        raise NotNowError(f"200 without results: {_short(answer)}")
    return results


def _parsed(body: bytes) -> Any:
    """Return what the body says: JSON whatever its content type, None where it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _retry_after(header: str | None, moment: float) -> float:
    seconds = _seconds(header or "", moment)
    return min(max(1.0, seconds), LONGEST_THROTTLE_SECONDS) if math.isfinite(seconds) else DEFAULT_THROTTLE_SECONDS


def _seconds(header: str, moment: float) -> float:
    """Return how long a Retry-After of a time says: seconds, or a date; not a number where it says nothing."""
    try:
        return float(header)
    except ValueError:
        until = http_date(header)
        return math.nan if until is None else until - moment


def _posix(text: Any, otherwise: float) -> float:
    try:
        return datetime.fromisoformat(text).timestamp()
    except (TypeError, ValueError, OverflowError):
        return otherwise


def _iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _short(answer: Any) -> str:
    text = storable(json.dumps(answer, ensure_ascii=False))
    return text if len(text) <= 200 else f"{text[:200]}…"
