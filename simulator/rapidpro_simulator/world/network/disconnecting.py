"""Connections that end without a whole answer."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from .fault_injection import Disconnect


async def disconnect(how: Disconnect, request: web.BaseRequest) -> web.StreamResponse:
    """End the connection of a request in place of an answer, or in the middle of one."""
    transport = request.transport
    if how.name == "no answer":
        await asyncio.get_running_loop().create_future()  # until the simulation ends
    if transport is None:
        return web.Response()
    if how.part is not None:
        promise = web.StreamResponse(status=how.status, headers={"Content-Type": how.content_type})
        promise.content_length = how.length
        await promise.prepare(request)
        await promise.write(how.part)
        transport.close()
        return promise
    if how.name in {"empty", "truncated"}:
        transport.close()
    else:
        _reset(transport)
    return web.Response()


def _reset(transport: asyncio.Transport) -> None:
    sock = transport.get_extra_info("socket")
    if sock is not None and sock.family in {socket.AF_INET, socket.AF_INET6}:
        # Closing with a linger time of zero makes the kernel send RST instead of FIN.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
