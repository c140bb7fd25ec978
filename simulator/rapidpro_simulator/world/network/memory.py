"""Connections within the process: what one end writes, the other receives.

No socket stands between them, so that nothing is copied into the kernel and back; the bytes are those of a socket.
"""

from __future__ import annotations

import asyncio
import errno
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class MemoryTransport(asyncio.Transport):
    """One end of a connection within the process, as its protocol sees it.

    A protocol is told in the next turn of the event loop, as by a socket; one with an attribute `takes_at_once` that is
    true is told while the other still writes.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, protocol: asyncio.Protocol) -> None:
        super().__init__()
        self._loop = loop
        self._peer = self  # until it is connected
        self._received: list[bytes] = []  # while reading is paused
        self._reads = True
        self._ends = False  # the peer has closed
        self._closing = False
        self.set_protocol(protocol)

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self._protocol: Any = protocol
        self._at_once = getattr(protocol, "takes_at_once", False)

    def get_protocol(self) -> asyncio.BaseProtocol:
        protocol: asyncio.BaseProtocol = self._protocol
        return protocol

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if not data or self._closing:
            return
        if self._peer._at_once:
            self._peer._receive(bytes(data))
        else:
            self._loop.call_soon(self._peer._receive, bytes(data))

    def writelines(self, list_of_data: Iterable[bytes | bytearray | memoryview]) -> None:
        self.write(b"".join(list_of_data))

    def can_write_eof(self) -> bool:
        return False

    def is_reading(self) -> bool:
        return self._reads and not self._closing

    def pause_reading(self) -> None:
        self._reads = False

    def resume_reading(self) -> None:
        self._reads = True
        received, self._received = self._received, []
        for data in received:
            self._receive(data)
        if self._ends:
            self._end()

    def is_closing(self) -> bool:
        return self._closing

    def close(self) -> None:
        """Close after what was written has arrived; the other end sees the end of it."""
        self._close(None, lambda peer: peer._end())

    def abort(self) -> None:
        """Close at once, as a reset does."""
        self._close(None, lambda peer: peer._close(_reset(), lambda _: None))

    def _close(self, error: Exception | None, tell: Callable[[MemoryTransport], Any]) -> None:
        if self._closing:
            return
        self._closing = True
        self._loop.call_soon(self._lose, error)
        self._loop.call_soon(tell, self._peer)

    def _lose(self, error: Exception | None) -> None:
        self._protocol.connection_lost(error)

    def _receive(self, data: bytes) -> None:
        if self._closing:
            return
        if self._reads and not self._received:
            self._protocol.data_received(data)
        else:
            self._received.append(data)

    def _end(self) -> None:
        self._ends = True
        if self._reads and not self._received and not self._closing and not self._protocol.eof_received():
            self.close()


def _reset() -> ConnectionResetError:
    return ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET))


def connect(loop: asyncio.AbstractEventLoop, near: asyncio.Protocol, far: asyncio.Protocol) -> None:
    """Connect two protocols with each other."""
    near_end, far_end = MemoryTransport(loop, near), MemoryTransport(loop, far)
    near_end._peer, far_end._peer = far_end, near_end
    near.connection_made(near_end)
    far.connection_made(far_end)
