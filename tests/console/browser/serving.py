"""A server of worlds in a thread of the test's own process."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidpro_simulator.console.server import Console
from tests.support.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rapidpro_simulator.console.worlds import Worlds

TOKEN = "a-token-of-the-tests"


@dataclass
class Address:
    """Where the console of `worlds` is."""

    worlds: Worlds
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def serve(worlds: Worlds) -> Iterator[Address]:
    """Serve the console of `worlds` at a port that is free."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="console")
    thread.start()
    console = Console(worlds, TOKEN)
    try:
        port = asyncio.run_coroutine_threadsafe(console.start("127.0.0.1", 0), loop).result(PATIENCE)
        yield Address(worlds, port)
    finally:
        asyncio.run_coroutine_threadsafe(console.stop(), loop).result(PATIENCE)
        asyncio.run_coroutine_threadsafe(loop.shutdown_default_executor(), loop).result(PATIENCE)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
