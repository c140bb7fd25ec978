"""Requests to CHT as the gateway's user: in their time, counted, and never led elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp

if TYPE_CHECKING:
    from .configuration import ChtSettings
    from .metrics import Metrics


class UnansweredError(Exception):
    """No answer came; `asked` is false where CHT cannot have got the request."""

    def __init__(self, error: Exception) -> None:
        super().__init__(f"{type(error).__name__}: {error}")
        self.asked = not isinstance(error, aiohttp.ClientConnectorError)


@dataclass(frozen=True, slots=True)
class ChtAnswer:
    """What CHT answered; `date` is what time it says it is, as the header has it."""

    status: int
    text: str
    date: str | None

    @property
    def complaint(self) -> str:
        """The status and the beginning of the text, for an error."""
        return f"{self.status} {self.text[:200]}"


class ChtRequests:
    """One place in CHT, at a `path` below its URL; `headers` go with every request."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        settings: ChtSettings,
        metrics: Metrics,
        path: str,
        headers: dict[str, str],
    ) -> None:
        self._session = session
        self._url = f"{settings.url.rstrip('/')}/{path}"
        self._metrics = metrics
        self._timeout = aiohttp.ClientTimeout(total=settings.timeout_seconds)
        authorization = aiohttp.encode_basic_auth(settings.user, settings.password, encoding="utf-8")
        self._headers = {"Authorization": authorization, **headers}

    async def ask(self, method: str, **content: Any) -> ChtAnswer:
        """Make a request and return the answer, whatever it is. Raises `UnansweredError`."""
        try:
            async with self._session.request(
                method, self._url, headers=self._headers, timeout=self._timeout, allow_redirects=False, **content
            ) as response:
                text = await response.text(errors="replace")
        except (TimeoutError, aiohttp.ClientError) as error:
            self._metrics.request("cht", "no answer")
            raise UnansweredError(error) from error
        self._metrics.request("cht", str(response.status))
        return ChtAnswer(response.status, text, response.headers.get("Date"))
