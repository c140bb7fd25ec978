"""Connections in memory behave as those of sockets do."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.world.network.memory import connect

if TYPE_CHECKING:
    from rapidpro_simulator.world.loop import SimulationLoop


class End(asyncio.Protocol):
    """Remembers what happened to it."""

    def __init__(self, *, stays: bool = False) -> None:
        self.heard: list[bytes] = []
        self.ended = False
        self.lost: list[BaseException | None] = []
        self._stays = stays

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.heard.append(data)

    def eof_received(self) -> bool:
        self.ended = True
        return self._stays

    def connection_lost(self, exc: BaseException | None) -> None:
        self.lost.append(exc)


@pytest.fixture
def ends(loop: SimulationLoop) -> tuple[End, End]:
    near, far = End(), End()
    connect(loop, near, far)
    return near, far


def turns(loop: SimulationLoop, count: int = 4) -> None:
    async def wait() -> None:
        for _ in range(count):
            await asyncio.sleep(0)

    loop.run(wait())


def test_arrives_in_order(loop: SimulationLoop, ends: tuple[End, End]) -> None:
    """What one end writes, the other receives, in order, and not before it gives up control."""
    near, far = ends
    near.transport.write(b"one")
    near.transport.writelines([b"two", b"three"])
    assert far.heard == []
    turns(loop)
    assert far.heard == [b"one", b"twothree"]


def test_a_close_comes_last(loop: SimulationLoop, ends: tuple[End, End]) -> None:
    """Who closes has said all that it wrote; both ends know that it is over."""
    near, far = ends
    near.transport.write(b"bye")
    near.transport.close()
    near.transport.write(b"too late")
    turns(loop)
    assert (far.heard, far.ended, far.lost, near.lost) == ([b"bye"], True, [None], [None])


def test_an_abort_is_a_reset(loop: SimulationLoop, ends: tuple[End, End]) -> None:
    """Who aborts resets the connection: the other end is told so, and of no end."""
    near, far = ends
    near.transport.abort()
    turns(loop)
    assert (far.ended, [type(each) for each in far.lost], near.lost) == (False, [ConnectionResetError], [None])


def test_a_paused_end_hears_later(loop: SimulationLoop, ends: tuple[End, End]) -> None:
    """What arrives while reading is paused waits, the end of it too."""
    near, far = ends
    far.transport.pause_reading()
    near.transport.write(b"one")
    near.transport.write(b"two")
    near.transport.close()
    turns(loop)
    assert (far.heard, far.ended) == ([], False)
    far.transport.resume_reading()
    turns(loop)
    assert (far.heard, far.ended, far.lost) == ([b"one", b"two"], True, [None])


def test_half_closed(loop: SimulationLoop) -> None:
    """An end that stays after the other has closed is not closed by that."""
    near, far = End(), End(stays=True)
    connect(loop, near, far)
    near.transport.close()
    turns(loop)
    assert (far.ended, far.lost, far.transport.is_closing()) == (True, [], False)
