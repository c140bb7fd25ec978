"""Finds the points at which the gateway can be killed: wherever one of its tasks gives up control, or has it again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator
from pathlib import Path
from typing import Any

import cht_rapidpro_gateway

FOLDER = str(Path(cht_rapidpro_gateway.__file__).parent)


class Traced(Coroutine[Any, Any, Any]):
    """A coroutine that tells `turn` whenever it begins to wait for something, and whenever it has got it.

    Where `turn` returns True, it has been killed.
    """

    def __init__(self, inner: Coroutine[Any, Any, Any], turn: Callable[[], bool]) -> None:
        self._inner = inner
        self._turn = turn

    def send(self, value: Any) -> Any:
        if self._turn():  # what it has waited for is there, and it never gets to know
            return self._inner.throw(asyncio.CancelledError())
        waited_for = self._inner.send(value)
        self._turn()
        return waited_for

    def throw(self, *error: Any) -> Any:
        return self._inner.throw(*error)

    def close(self) -> None:
        self._inner.close()

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._inner.__await__()


def trace(loop: asyncio.AbstractEventLoop, turn: Callable[[], bool]) -> None:
    """Call `turn` whenever a task of the gateway's code gives up control, or has it again."""

    def factory(loop: asyncio.AbstractEventLoop, coroutine: Any, **options: Any) -> asyncio.Task[Any]:
        code = getattr(coroutine, "cr_code", None)
        ours = code is not None and code.co_filename.startswith(FOLDER)
        return asyncio.Task(Traced(coroutine, turn) if ours else coroutine, loop=loop, **options)

    loop.set_task_factory(factory)
