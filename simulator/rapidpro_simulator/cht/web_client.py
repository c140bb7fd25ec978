"""How CHT calls services outside, RapidPro among them: one HTTP client per generation of its library (cht 5.7, 13)."""

from __future__ import annotations

import asyncio
import codecs
import json
import re
from contextlib import nullcontext
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import aiohttp
from yarl import URL

from rapidpro_simulator.world.network.lean_client import ask

from .couch.client import CouchClientError
from .javascript import compact
from .origin import marked
from .releases import HttpClient

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractAsyncContextManager

    from .couch.store import DocumentStore
    from .releases import Release

MOST_REDIRECTS = 20
INVALID_URL = "Invalid uri/url parameter. Please use a valid URL."
FORM = "application/x-www-form-urlencoded"
_BASE = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):/+(?P<rest>.*)")


class WebError(Exception):
    """The service could not be asked, or its answer is an error; `status` is None where it is not known."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class WebClient:
    """The HTTP client of one of CHT's processes, `http`; its release stands in CouchDB, in `store`."""

    def __init__(self, http: aiohttp.ClientSession, store: DocumentStore, release: Release) -> None:
        self._http = http
        self._store = store
        self._release = release
        self._version: str | None = None

    async def request(
        self,
        method: str,
        url: URL,
        *,
        authorization: str | None = None,
        body: Any = None,
        form: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> Any:
        """Make one request and return the answer's body; `body` is sent as JSON, `form` as one sends forms.

        `timeout` is in seconds. Raises `WebError`.
        """
        headers = await self._headers(authorization)
        data = None
        if body is not None:
            data = compact(body).encode()
            headers["Content-Type"] = "application/json"
        elif form is not None:
            data = urlencode(form).encode()
            headers["Content-Type"] = FORM
        try:
            async with _deadline(timeout):
                return self._read(*await self._exchange(method, url, headers, data))
        except TimeoutError:
            raise WebError("The operation was aborted due to timeout") from None

    async def _exchange(
        self, method: str, url: URL, headers: dict[str, str], data: bytes | None
    ) -> tuple[int, str, bytes]:
        # `fetch` turns a redirected POST into a GET without its body (H6); `request` does not follow it.
        follows = self._release.http_client is HttpClient.FETCH or method == "GET"
        redirects = MOST_REDIRECTS if follows else 0
        try:
            async with _deadline(self._release.headers_timeout):
                answer = await ask(
                    self._http, method, url, body=data, headers=marked(headers), most_redirects=redirects
                )
        except TimeoutError:
            raise WebError("fetch failed: no headers in time") from None
        except (aiohttp.ClientError, ValueError) as error:
            raise WebError(f"{type(error).__name__}: {error}") from error
        return answer.status, answer.headers.get("Content-Type", ""), answer.content

    def _read(self, status: int, content_type: str, raw: bytes) -> Any:
        if self._release.http_client is HttpClient.REQUEST:
            body = _json_or_text(raw.decode("utf-8", "replace"))
            ok = 200 <= status < 300
        else:
            # The body is read before anybody looks at the status: a 400 with broken JSON has no status (cht 5.3).
            # `fetch` takes a byte order mark away, `request` stumbles over it.
            body = _parsed_by_type(content_type, raw.removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace"))
            ok = 200 <= status < 300 or 301 <= status <= 398
        if not ok:
            raise WebError(f"{status} - {json.dumps(body)}", status)
        return body

    async def _headers(self, authorization: str | None) -> dict[str, str]:
        headers = {"Accept": "application/json", "Accept-Encoding": "gzip, deflate"}
        fetches = self._release.http_client is HttpClient.FETCH
        if fetches:
            headers |= {"Content-Type": "application/json", "Accept-Language": "*", "Sec-Fetch-Mode": "cors"}
        if authorization is not None:
            headers["Authorization"] = _header_value(authorization.rstrip("\t\r\n ") if fetches else authorization)
        if self._release.user_agent is not None:
            headers["User-Agent"] = await self._user_agent(self._release.user_agent)
        return headers

    async def _user_agent(self, template: str) -> str:
        if "{version}" in template and self._version is None:
            try:
                design = await self._store.get("_design/medic") or {}
            except CouchClientError:
                design = {}
            self._version = design.get("build_info", {}).get("version") or "unknown"
        return template.format(version=self._version)


def _deadline(seconds: float | None) -> AbstractAsyncContextManager[object]:
    """Return what ends with `TimeoutError` after so many seconds; None: never."""
    return nullcontext() if seconds is None else asyncio.timeout(seconds)


def address(base: Any, path: str) -> URL:
    """Return the URL of `path` at the service `base`, whose own path comes before it. Raises `WebError`."""
    return _address(str(base), path)


@lru_cache(maxsize=1024)  # a gateway asks about the same messages minute after minute
def _address(base: str, path: str) -> URL:
    parts = _BASE.fullmatch(base)
    if parts is None:
        raise WebError(INVALID_URL)
    authority, _, prefix = parts["rest"].partition("/")
    host = authority.rpartition("@")[2]  # a user and a password in the URL are dropped: the token is shown instead
    folders = [part for part in prefix.split("/") if part]
    try:
        return URL(f"{parts['scheme']}://{'/'.join([host, *folders])}{path}", encoded=True)
    except ValueError as error:
        raise WebError(f"{INVALID_URL} {error}") from None


def _header_value(value: str) -> str:
    # Either client refuses such a key before anything is sent (H13).
    if "\n" in value or "\r" in value:
        raise WebError("the key cannot be put into a header: it holds a newline")
    try:
        value.encode("latin-1")
    except UnicodeEncodeError:
        raise WebError("the key cannot be put into a header: it holds characters outside Latin-1") from None
    return value


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
            raise WebError(f"Unexpected end of JSON input: {error}") from None
    return text if content_type else _json_or_text(text)
