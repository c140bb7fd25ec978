"""Where worlds are lived through: in this process, in processes beside it, or in those of a dask cluster."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.world.errors import UsageError

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


def open_executor(workers: int, scheduler: str | None = None) -> Executor:
    """Return an executor with so many processes, or with those of the cluster at `scheduler` (`tcp://host:port`).

    Raises `UsageError` where `dask.distributed` is not installed, or nobody answers there.
    """
    if scheduler is not None:
        return _cluster(scheduler)
    if workers == 1:
        return Here()
    # A fork would copy what threads and event loops hold.
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))


def _cluster(scheduler: str) -> Executor:
    try:
        from distributed import Client
    except ImportError:
        raise UsageError("a scheduler needs dask: pip install 'rapidpro-simulator[cluster]'") from None
    try:
        executor: Executor = Client(scheduler, timeout=10).get_executor(pure=False, retries=3)
    except OSError as error:
        raise UsageError(f"nobody schedules at {scheduler}: {error}") from None
    return executor
