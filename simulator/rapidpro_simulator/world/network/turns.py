"""Requests are written and handled in the same turns of the event loop, whatever the release of Python.

From Python 3.12 on aiohttp starts some of its tasks at once, before that in the next turn of the loop. Parties that act
at the same instant would then change places, and with them the lines of the journal.
"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import aiohttp

if TYPE_CHECKING:
    from aiohttp.abc import AbstractStreamWriter
    from aiohttp.connector import Connection

STARTS_TASKS_AT_ONCE = sys.version_info >= (3, 12)


async def next_turn() -> None:
    """Come back in the next turn of the loop, where aiohttp did not wait for it."""
    if STARTS_TASKS_AT_ONCE:
        await asyncio.sleep(0)


class ClientRequest(aiohttp.ClientRequest):
    """A request as aiohttp makes it, whose body is written in the next turn of the loop."""

    async def write_bytes(
        self, writer: AbstractStreamWriter, conn: Connection, content_length: int | None = None
    ) -> None:
        await next_turn()
        await super().write_bytes(writer, conn, content_length)
