"""The workers of a search on one machine: threads that have child processes live through worlds."""

from __future__ import annotations

from concurrent.futures import Executor, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from .children import Children

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future


class Workers(Executor):
    """So many at a time. One whose process dies fails what it did, and no more: it has another for the next."""

    def __init__(self, number: int) -> None:
        self._children = Children()
        self._threads = ThreadPoolExecutor(number, thread_name_prefix="worlds")

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        return self._threads.submit(self._children.do, function, *arguments, **named)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End; what is being done is waited for, or else ends with its process."""
        self._threads.shutdown(wait, cancel_futures=cancel_futures)
        self._children.end()
