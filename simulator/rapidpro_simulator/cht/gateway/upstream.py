"""How the gateway calls RapidPro: which account, and the two requests that it makes (cht 5.3, 5.6)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from rapidpro_simulator.cht.javascript import as_text, compact
from rapidpro_simulator.cht.web_client import WebClient, WebError, address

if TYPE_CHECKING:
    from rapidpro_simulator.cht.couch.credentials import Credentials
    from rapidpro_simulator.cht.releases import Release

    from .context import GatewayContext

UpstreamError = WebError


@dataclass(frozen=True)
class RapidProAccount:
    """The RapidPro account of this moment: where it is, and the key."""

    url: str
    key: str


class Upstream:
    """RapidPro, as far as the gateway knows it."""

    def __init__(self, context: GatewayContext, credentials: Credentials, release: Release) -> None:
        self._context = context
        self._credentials = credentials
        self._client = WebClient(context.couch.http, context.couch, release)

    async def account(self) -> RapidProAccount:
        """Read where to send and with which key; neither is kept.

        Raises `UpstreamError` where one is missing, `CouchClientError` where it cannot be read.
        """
        service = self._context.sms_settings.get("rapidpro")
        url = service.get("url") if isinstance(service, dict) else None
        if not url:
            raise UpstreamError("No RapidPro URL configured.")
        key = await self._credentials.get("rapidpro:outgoing")
        if not key:
            raise UpstreamError("No api key configured.")
        return RapidProAccount(url, key)

    async def broadcast(self, account: RapidProAccount, to: Any, text: Any) -> Any:
        """Ask for one text to one number and return the answer's body. Raises `UpstreamError`."""
        return await self._call(
            "POST", account, "/api/v2/broadcasts.json", body={"urns": [f"tel:{as_text(to)}"], "text": text}
        )

    async def messages(self, account: RapidProAccount, broadcast: Any) -> Any:
        """Ask what became of a broadcast and return the answer's body. Raises `UpstreamError`."""
        return await self._call("GET", account, _status_path(_as_parameter(broadcast)))

    async def _call(self, method: str, account: RapidProAccount, path: str, body: Any = None) -> Any:
        url = address(account.url, path)
        return await self._client.request(method, url, authorization=f"Token {account.key}", body=body)


@lru_cache(maxsize=1024)
def _status_path(broadcast: str) -> str:
    return f"/api/v2/messages.json?{urlencode({'broadcast': broadcast})}"


def _as_parameter(value: Any) -> str:
    # CHT writes arrays as JSON, and leaves everything else to JavaScript.
    return compact(value) if isinstance(value, list) else as_text(value)
