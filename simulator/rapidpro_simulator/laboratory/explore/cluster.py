"""The workers of a dask cluster, on any number of machines: where worlds are lived through if one is too small."""

from __future__ import annotations

import logging
import pickle
import platform
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from rapidpro_simulator.world.errors import UsageError

from .children import Children
from .versions import difference, versions

if TYPE_CHECKING:
    from collections.abc import Callable

CONNECT_SECONDS = 5  # for a scheduler to answer
WORKER_SECONDS = 10  # for a worker to be there
SCHEMES = frozenset({"tcp", "tls", "ws", "wss"})
_children = Children()  # of the worker that this module is imported by


class Cluster(Executor):
    """The workers of the scheduler at `address`, such as `tcp://10.0.0.5:8786`; `size` worlds go on at a time.

    dask gives the worlds of a worker that is gone to another. Raises `UsageError` where the address is none, nobody
    answers there, there are no workers, or dask is not installed.
    """

    def __init__(self, address: str) -> None:
        self._address = _checked(address)
        try:
            from distributed import Client
        except ImportError:
            raise UsageError("--scheduler needs dask: pip install 'rapidpro-simulator[cluster]'") from None
        logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # what it has to say is raised as well
        try:
            self._client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except OSError as error:
            raise UsageError(f"no dask scheduler answers at {address}: {error}") from None
        try:
            self._client.wait_for_workers(1, timeout=WORKER_SECONDS)
        except TimeoutError:
            self._client.close()
            raise UsageError(f"{address} has no workers: start some with `dask worker {address}`") from None
        self.size = sum(self._client.nthreads().values())
        self._executor = self._client.get_executor(pure=False)

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        """Call `function` in a child process of any worker.

        The future raises `BrokenExecutor` where that process dies or workers do one after another, and `UsageError`
        where the worker has other versions or the scheduler is gone.
        """
        call = pickle.dumps((function, arguments, named))  # only who has the same versions can be sure to read it
        outcome: Future[Any] = Future()
        given = self._executor.submit(do_in_child, versions(), call)
        given.add_done_callback(lambda done: self._pass_on(done, outcome))
        return outcome

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster, which forgets what it was given."""
        self._executor.shutdown(wait=wait and not cancel_futures)
        self._client.close()

    def _pass_on(self, given: Future[Any], outcome: Future[Any]) -> None:
        from distributed import KilledWorker

        try:
            outcome.set_result(given.result())
        except KilledWorker as error:
            outcome.set_exception(BrokenExecutor(str(error)))
        except CancelledError:
            outcome.set_exception(UsageError(f"the scheduler at {self._address} does not answer any more"))
        except Exception as error:
            outcome.set_exception(error)


def _checked(address: str) -> str:
    """Return the address of a scheduler. Raises `UsageError` where it is none: dask would take long to say so."""
    with suppress(ValueError):
        parts = urlsplit(address)
        if parts.scheme in SCHEMES and parts.hostname and parts.port:
            return address
    raise UsageError(f"{address!r} is no address of a dask scheduler, such as tcp://127.0.0.1:8786")


def do_in_child(wanted: dict[str, str], call: bytes) -> Any:
    """Do, as a worker, what a search has pickled, in a child process: it freezes the time that the worker goes by."""
    return _children.do(do_alike, wanted, call)


def do_alike(wanted: dict[str, str], call: bytes) -> Any:
    """Do what a search has pickled. Raises `UsageError` where that has other versions than this machine."""
    if differing := difference(wanted, versions()):
        raise UsageError(f"the worker on {platform.node()} has {differing}: install the same there as here")
    function, arguments, named = pickle.loads(call)  # noqa: S301 of the search
    return function(*arguments, **named)
