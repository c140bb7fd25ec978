"""Child processes in which worlds are lived through: a world freezes the time of the whole process that it is in.

Whoever has to know what time it is, such as a scheduler's worker that tells every second that it is alive, stays out of
them. A child ends by itself when nobody is there any more who could give it something to do.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from concurrent.futures import BrokenExecutor
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

    Call = tuple[Callable[..., Any], tuple[Any, ...]]

IDLE_SECONDS = 60.0  # after which a child that has nothing to do makes room for others


class Child:
    """A process that does one thing after another."""

    def __init__(self) -> None:
        # Not `multiprocessing`: daemonic processes, as dask's workers are, may have no child of it, and such a child
        # lives on when its parent is killed. In a process group of its own, as Ctrl-C is for who gives the orders.
        self._process = subprocess.Popen(  # noqa: S603 ourselves
            [sys.executable, "-P", "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, process_group=0
        )

    @property
    def lives(self) -> bool:
        return self._process.poll() is None

    def do(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call `function` there, and return or raise what it does. Raises `BrokenExecutor` where the process dies."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        call = pickle.dumps((function, arguments))
        try:
            self._process.stdin.write(call)
            self._process.stdin.flush()
            succeeded, outcome = pickle.load(self._process.stdout)  # noqa: S301 of our own child
        except (OSError, EOFError, pickle.UnpicklingError, ValueError) as error:
            self.end()
            raise BrokenExecutor(f"a child process has died, with {self._process.returncode}") from error
        if succeeded:
            return outcome
        raise outcome

    def end(self) -> None:
        """Kill the process, whatever it does."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            with suppress(OSError):  # what was written, and is not read any more
                stream.close()


class Children:
    """As many child processes as are asked for something at the same time; they are kept for the next to ask."""

    def __init__(self) -> None:
        self._idle: SimpleQueue[Child] = SimpleQueue()
        self._busy: set[Child] = set()
        self._ended = False

    def do(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call `function` in one of them, and return or raise what it does. Raises `BrokenExecutor` where it dies."""
        child = self._next()
        self._busy.add(child)
        if self._ended:  # while the child was born
            child.end()
        try:
            return child.do(function, *arguments)
        finally:
            self._busy.discard(child)
            if child.lives:
                self._idle.put(child)

    def end(self) -> None:
        """Kill them all, and whoever comes after."""
        self._ended = True
        for child in list(self._busy):
            child.end()
        with suppress(Empty):
            while True:
                self._idle.get_nowait().end()

    def _next(self) -> Child:
        with suppress(Empty):
            while True:
                child = self._idle.get_nowait()
                if child.lives:
                    return child
                child.end()
        return Child()


def main() -> None:
    """Be a child: do what comes in, one after another, and send what came of it back."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a world prints is no answer
    calls: SimpleQueue[Call] = SimpleQueue()
    Thread(target=_listen, args=(sys.stdin.buffer, calls), daemon=True).start()
    with suppress(Empty, BrokenPipeError):
        while True:
            function, arguments = calls.get(timeout=IDLE_SECONDS)
            answers.write(_outcome(function, arguments))
            answers.flush()
    os._exit(0)  # at once: Python would wait for who listens to let go of stdin, and complain


def _listen(stream: BinaryIO, calls: SimpleQueue[Call]) -> None:
    with suppress(EOFError):
        while True:
            calls.put(pickle.load(stream))  # noqa: S301 of whoever has started this process
    os._exit(0)  # whoever asked is gone, and so is the reason to do what is being done


def _outcome(function: Callable[..., Any], arguments: tuple[Any, ...]) -> bytes:
    try:
        return pickle.dumps((True, function(*arguments)))
    except Exception as error:
        return pickle.dumps((False, error))


if __name__ == "__main__":
    main()
