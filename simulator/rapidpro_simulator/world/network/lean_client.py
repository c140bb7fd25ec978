"""One request and its whole answer, without what aiohttp's client does for callers of the open web.

Parties of a simulation ask each other thousands of times a day. The bytes on the wire, the parser of the answer and
the errors are those of aiohttp; cookies, tracing, connection limits and time-outs are left out.
"""

from __future__ import annotations

import codecs
from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING

import aiohttp
from multidict import CIMultiDict, CIMultiDictProxy

from .connector import Connector
from .response import HttpResponse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from multidict import MultiMapping
    from yarl import URL

    from . import Host

REDIRECTS = {301: "GET", 302: "GET", 303: "GET", 307: None, 308: None}
"""Statuses that send a caller elsewhere, and the method that is used there; None: the same."""

CHARSET = "charset="
GENERAL_HEADERS = {"Accept": "*/*"}
MOST_REDIRECTS = 10


async def ask(
    session: aiohttp.ClientSession,
    method: str,
    url: URL,
    *,
    body: bytes | None,
    headers: Mapping[str, str],
    most_redirects: int = MOST_REDIRECTS,
) -> HttpResponse:
    """Make one request as the party of `session`, and return the answer.

    Redirects are followed, fewer than `most_redirects`; with 0 the redirect is the answer. Raises `aiohttp.ClientError`
    as the session itself does.
    """
    for redirects in count(1):
        answer = await _ask_once(session, method, url, body, headers)
        location = answer.headers.get("Location")
        if answer.status not in REDIRECTS or not location or not most_redirects:
            break
        if redirects >= most_redirects:
            raise aiohttp.TooManyRedirects(aiohttp.RequestInfo(url, method, CIMultiDictProxy(CIMultiDict(headers))), ())
        target = url.join(url.__class__(location))
        dropped = set() if target.origin() == url.origin() else {"authorization"}
        changed = REDIRECTS[answer.status]
        if changed is not None and method != changed:
            method, body = changed, None
            dropped.add("content-type")
        headers = {name: value for name, value in headers.items() if name.lower() not in dropped}
        url = target
    return answer


async def _ask_once(
    session: aiohttp.ClientSession, method: str, url: URL, body: bytes | None, headers: Mapping[str, str]
) -> HttpResponse:
    connector = session.connector
    host = connector.network.find(url.host, url.port) if isinstance(connector, Connector) else None
    if host is None or not isinstance(connector, Connector) or method == "HEAD":
        async with session.request(method, url, data=body, headers=headers, allow_redirects=False) as response:
            return _response(response.status, response.headers, await response.read())
    if (known := host.server.recall(connector.party, method, url, headers, body or b"")) is not None:
        return await host.server.repeat(connector.party, url, known, headers)
    connector.refuse(host, method, url)
    return await _exchange(connector, host, _request(method, url, body, headers))


async def _exchange(connector: Connector, host: Host, request: bytes) -> HttpResponse:
    end = connector.take(host)
    message, body = await end.ask(request)
    connector.give_back(host, end)
    return _response(message.code, message.headers, body)


def _response(status: int, headers: MultiMapping[str], body: bytes) -> HttpResponse:
    return HttpResponse(status, headers, body.decode(_charset(headers.get("Content-Type", "")), "replace"), body)


def _request(method: str, url: URL, body: bytes | None, headers: Mapping[str, str]) -> bytes:
    head = _head(method, url, tuple(headers.items()))
    return b"%s\r\n" % head if body is None else b"%sContent-Length: %d\r\n\r\n%s" % (head, len(body), body)


@lru_cache(maxsize=1024)  # the same questions are asked again and again
def _head(method: str, url: URL, headers: tuple[tuple[str, str], ...]) -> bytes:
    sent = {"Host": url.raw_authority, **GENERAL_HEADERS, **CIMultiDict(headers)}
    lines = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
    return f"{method} {url.raw_path_qs} HTTP/1.1\r\n{lines}".encode()


@lru_cache(maxsize=64)
def _charset(content_type: str) -> str:
    named = content_type.partition(CHARSET)[2].partition(";")[0].strip('" ')
    try:
        return codecs.lookup(named or "utf-8").name
    except LookupError:
        return "utf-8"
