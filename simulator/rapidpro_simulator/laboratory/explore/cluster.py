"""The workers of a dask cluster, on any number of machines: where worlds are lived through if one is too small."""

from __future__ import annotations

import logging
import pickle
import platform
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, InvalidStateError
from contextlib import suppress
from threading import Event, Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from rapidpro_simulator.world.errors import UsageError

from .children import Children
from .versions import difference, versions

if TYPE_CHECKING:
    from collections.abc import Callable

CONNECT_SECONDS = 5  # for a scheduler to answer
WORKER_SECONDS = 10  # for a worker to be there
LOOKS_SECONDS = 5  # from one look at whether there are workers yet to the next
MOST_LOOKS = 12  # without any worker: one that has died needs seconds to be started again
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
        self._require_package()
        self.size = sum(self._client.nthreads().values())
        self._executor = self._client.get_executor(pure=False)
        self._outcomes: set[Future[Any]] = set()
        self._left = Event()
        Thread(target=self._watch, daemon=True).start()

    def _require_package(self) -> None:
        """Raise `UsageError` for a worker without the simulator: it would die of the first world, without a word."""
        found = self._client.run(versions, on_error="return")
        for worker, error in found.items():
            if isinstance(error, Exception):
                self._client.close()
                raise UsageError(
                    f"the worker at {worker} cannot import the simulator ({error}): "
                    "pip install 'rapidpro-simulator[cluster]' there"
                )

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        """Call `function` in a child process of any worker.

        The future raises `BrokenExecutor` where that process dies or workers do one after another, and `UsageError`
        where the worker has other versions, or the scheduler is gone, or all workers for good.
        """
        call = pickle.dumps((function, arguments, named))  # only who has the same versions can be sure to read it
        outcome: Future[Any] = Future()
        self._outcomes.add(outcome)
        outcome.add_done_callback(self._outcomes.discard)
        given = self._executor.submit(do_in_child, versions(), call)
        given.add_done_callback(lambda done: self._pass_on(done, outcome))
        return outcome

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster, which forgets what it was given."""
        self._left.set()
        self._executor.shutdown(wait=wait and not cancel_futures)
        self._client.close()

    def _pass_on(self, given: Future[Any], outcome: Future[Any]) -> None:
        error = self._error(given)
        with suppress(InvalidStateError):  # it was given up
            if error is None:
                outcome.set_result(given.result())
            else:
                outcome.set_exception(error)

    def _error(self, given: Future[Any]) -> Exception | None:
        from distributed import KilledWorker

        try:
            given.result()
        except KilledWorker as error:
            return BrokenExecutor(str(error))
        except CancelledError:
            return UsageError(f"the scheduler at {self._address} does not answer any more")
        except Exception as error:
            return error
        return None

    def _watch(self) -> None:
        """Give up what is asked for when there is nobody who could do it: a scheduler waits for workers for ever."""
        looks = 0
        while not self._left.wait(LOOKS_SECONDS):
            looks = 0 if self._has_workers() else looks + 1
            if looks >= MOST_LOOKS:
                for outcome in list(self._outcomes):
                    with suppress(InvalidStateError):  # it is there after all
                        outcome.set_exception(UsageError(f"{self._address} has no workers any more"))

    def _has_workers(self) -> bool:
        try:
            return bool(self._client.nthreads())
        except Exception:  # the scheduler is gone, which is told of each thing that it was asked for
            return True


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
