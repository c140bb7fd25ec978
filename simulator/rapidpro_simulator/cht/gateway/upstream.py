"""How CHT calls RapidPro: one HTTP client per generation of its library (cht 5.7, 13)."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import aiohttp
from yarl import URL

from rapidpro_simulator.cht.couch.client import CouchClientError
from rapidpro_simulator.cht.javascript import as_text, compact
from rapidpro_simulator.cht.origin import marked
from rapidpro_simulator.cht.releases import HttpClient

if TYPE_CHECKING:
    from rapidpro_simulator.cht.releases import Release

    from .context import GatewayContext
    from .credentials import Credentials

MOST_REDIRECTS = 20
_BASE = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):/+(?P<rest>.*)")


class UpstreamError(Exception):
    """RapidPro could not be asked, or its answer is an error; `status` is None where it is not known."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


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
        self._release = release
        self._version: str | None = None

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
        query = urlencode({"broadcast": _as_parameter(broadcast)})
        return await self._call("GET", account, f"/api/v2/messages.json?{query}")

    async def _call(self, method: str, account: RapidProAccount, path: str, body: Any = None) -> Any:
        url = _join(account.url, path)
        headers = await self._headers(account.key)
        data = None
        if body is not None:
            data = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
            headers["Content-Type"] = "application/json"
        fetches = self._release.http_client is HttpClient.FETCH
        try:
            async with asyncio.timeout(self._release.headers_timeout):
                response = await self._context.couch.http.request(
                    method,
                    url,
                    data=data,
                    headers=marked(headers),
                    # `fetch` turns a redirected POST into a GET without its body (H6); `request` does not follow it.
                    skip_auto_headers=("User-Agent",),
                    allow_redirects=fetches or method == "GET",
                    max_redirects=MOST_REDIRECTS,
                )
            async with response:
                raw = await response.read()
        except TimeoutError:
            raise UpstreamError("fetch failed: no headers in time") from None
        except (aiohttp.ClientError, ValueError) as error:
            raise UpstreamError(f"{type(error).__name__}: {error}") from error
        content_type = response.headers.get("Content-Type", "")
        return self._read(response.status, content_type, raw)

    def _read(self, status: int, content_type: str, raw: bytes) -> Any:
        if self._release.http_client is HttpClient.REQUEST:
            body = _json_or_text(raw.decode("utf-8", "replace"))
            ok = 200 <= status < 300
        else:
            text = raw.decode(
                "utf-8-sig", "replace"
            )  # `fetch` takes a byte order mark away, `request` stumbles over it
            # The body is read before anybody looks at the status: a 400 with broken JSON has no status (cht 5.3).
            body = _parsed_by_type(content_type, text)
            ok = 200 <= status < 300 or 301 <= status <= 398
        if not ok:
            raise UpstreamError(f"{status} - {json.dumps(body)}", status)
        return body

    async def _headers(self, key: str) -> dict[str, str]:
        headers = {"Accept": "application/json"}
        if self._release.http_client is HttpClient.FETCH:
            headers |= {"Content-Type": "application/json", "Accept-Language": "*", "Sec-Fetch-Mode": "cors"}
            key = key.rstrip("\t\r\n ")
        headers["Authorization"] = _header_value(f"Token {key}")
        if self._release.user_agent is not None:
            headers["User-Agent"] = await self._user_agent(self._release.user_agent)
        return headers

    async def _user_agent(self, template: str) -> str:
        if "{version}" in template and self._version is None:
            try:
                design = await self._context.couch.get("_design/medic") or {}
            except CouchClientError:
                design = {}
            self._version = design.get("build_info", {}).get("version") or "unknown"
        return template.format(version=self._version)


def _header_value(value: str) -> str:
    # Either client refuses such a key before anything is sent (H13).
    if "\n" in value or "\r" in value:
        raise UpstreamError("the key cannot be put into a header: it holds a newline")
    try:
        value.encode("latin-1")
    except UnicodeEncodeError:
        raise UpstreamError("the key cannot be put into a header: it holds characters outside Latin-1") from None
    return value


def _join(base: str, path: str) -> URL:
    parts = _BASE.fullmatch(str(base))
    if parts is None:
        raise UpstreamError("Invalid uri/url parameter. Please use a valid URL.")
    authority, _, prefix = parts["rest"].partition("/")
    host = authority.rpartition("@")[2]  # a user and a password in the URL are dropped: the token is shown instead
    folders = [part for part in prefix.split("/") if part]
    try:
        return URL(f"{parts['scheme']}://{'/'.join([host, *folders])}{path}", encoded=True)
    except ValueError as error:
        raise UpstreamError(f"Invalid uri/url parameter. Please use a valid URL. {error}") from None


def _as_parameter(value: Any) -> str:
    # CHT writes arrays as JSON, and leaves everything else to JavaScript.
    return compact(value) if isinstance(value, list) else as_text(value)


def _json_or_text(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _parsed_by_type(content_type: str, text: str) -> Any:
    if content_type.startswith("application/json"):
        try:
            return json.loads(text)
        except ValueError as error:
            raise UpstreamError(f"Unexpected end of JSON input: {error}") from None
    return text if content_type else _json_or_text(text)
