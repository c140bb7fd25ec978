"""Where worlds are lived through: in this process, or in processes beside it."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class Here(Executor):
    """Does everything at once, in this process."""

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(function(*arguments, **named))
        except Exception as error:
            future.set_exception(error)
        return future


def open_executor(workers: int) -> Executor:
    """Return an executor with so many processes; one is this process itself."""
    if workers == 1:
        return Here()
    # A fork would copy what threads and event loops hold.
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))
