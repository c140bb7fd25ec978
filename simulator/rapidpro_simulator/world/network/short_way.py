"""One request and its whole answer, without what aiohttp's client does for callers of the open web.

Parties of a simulation ask each other thousands of times a day. The bytes on the wire, the parser of the answer and
the errors are those of aiohttp; cookies, tracing, connection limits and time-outs are left out.
"""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from .connector import Connector
from .response import HttpResponse

if TYPE_CHECKING:
    from collections.abc import Mapping

    import aiohttp
    from aiohttp.client_proto import ResponseHandler
    from yarl import URL

    from . import Host

REDIRECTS = {301: "GET", 302: "GET", 303: "GET", 307: None, 308: None}
"""Statuses that send a caller elsewhere, and the method that is used there; None: the same."""

CHARSET = "charset="
GENERAL_HEADERS = {"Accept": "*/*"}
MOST_REDIRECTS = 10


async def ask(
    session: aiohttp.ClientSession, method: str, url: URL, *, body: bytes | None, headers: Mapping[str, str]
) -> HttpResponse:
    """Make one request as the party of `session`, follow redirects, and return the answer.

    Raises `aiohttp.ClientError` as the session itself does.
    """
    for _ in range(MOST_REDIRECTS):
        answer = await _ask_once(session, method, url, body, headers)
        location = answer.headers.get("Location")
        if answer.status not in REDIRECTS or not location:
            break
        url = url.join(url.__class__(location))
        changed = REDIRECTS[answer.status]
        if changed is not None and method != changed:
            method, body = changed, None
            headers = {name: value for name, value in headers.items() if name != "Content-Type"}
    return answer


async def _ask_once(
    session: aiohttp.ClientSession, method: str, url: URL, body: bytes | None, headers: Mapping[str, str]
) -> HttpResponse:
    connector = session.connector
    host = connector.network.find(url.host, url.port) if isinstance(connector, Connector) else None
    if host is None or not isinstance(connector, Connector):
        async with session.request(method, url, data=body, headers=headers, allow_redirects=False) as response:
            return HttpResponse(response.status, response.headers, await response.text())
    if method == "GET" and (known := host.server.recall(connector.party, url, headers)) is not None:
        return await host.server.repeat(connector.party, url, known, headers)
    connector.refuse(host, method, url)
    return await _exchange(connector, host, _request(method, url, body, headers))


async def _exchange(connector: Connector, host: Host, request: bytes) -> HttpResponse:
    protocol = await connector.take(host)
    try:
        _write(protocol, request)
        message, payload = await protocol.read()
        while 100 <= message.code < 200:
            message, payload = await protocol.read()
        body = await payload.read()
    except BaseException:
        protocol.close()  # whoever is cancelled, or has half an answer, leaves nothing for the next one
        raise
    connector.give_back(host, protocol)
    return HttpResponse(message.code, message.headers, body.decode(_charset(message.headers), "replace"))


def _request(method: str, url: URL, body: bytes | None, headers: Mapping[str, str]) -> bytes:
    sent = {"Host": url.raw_authority, **GENERAL_HEADERS, **headers}
    if body is not None:
        sent["Content-Length"] = str(len(body))
    lines = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
    return f"{method} {url.raw_path_qs} HTTP/1.1\r\n{lines}\r\n".encode() + (body or b"")


def _charset(headers: Mapping[str, str]) -> str:
    named = headers.get("Content-Type", "").partition(CHARSET)[2].partition(";")[0].strip('" ')
    try:
        return codecs.lookup(named or "utf-8").name
    except LookupError:
        return "utf-8"


def _write(protocol: ResponseHandler, request: bytes) -> None:
    protocol.set_response_params(read_until_eof=True)
    transport = protocol.transport
    if transport is not None:  # else reading tells what has become of it
        transport.write(request)
