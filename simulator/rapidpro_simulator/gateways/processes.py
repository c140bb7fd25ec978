"""Programs in processes of their own, under a supervisor that ends them with the test run, whatever happens to it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from signal import Signals

SUPERVISOR = Path(__file__).with_name("supervisor.py")
LONGEST_LINE = 64 * 1024
SUPERVISOR_EXIT_SECONDS = 10.0  # real ones: a supervisor only kills and waits, and hangs on nothing


class Process:
    """A program that runs under a supervisor.

    `on_line` gets each line that it writes, without its end; `on_end` is called after it has ended. Make one inside the
    running event loop, with `await Process.start(…)`.
    """

    def __init__(self, on_line: Callable[[str], object], on_end: Callable[[], object]) -> None:
        self.pid = 0
        self.problem: str | None = None
        self.code: int | None = None
        self.ended = asyncio.Event()
        self._started = asyncio.Event()
        self._on_line = on_line
        self._on_end = on_end
        self._transports: list[asyncio.ReadTransport] = []
        self._supervisor: subprocess.Popen[bytes] | None = None

    @classmethod
    async def start(
        cls,
        command: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        on_line: Callable[[str], object],
        on_end: Callable[[], object] = lambda: None,
    ) -> Process:
        """Start `command` with exactly this `environment`, in `folder`, and return it.

        Raises `OSError` where there is no such program.
        """
        process = cls(on_line, on_end)
        await process._start({"command": list(command), "environment": dict(environment), "folder": str(folder)})
        if process.problem is not None:
            process.close()
            raise OSError(process.problem)
        return process

    async def _start(self, order: dict[str, object]) -> None:
        supervisor = self._supervisor = _supervisor()
        loop = asyncio.get_running_loop()
        for pipe, receive in ((supervisor.stdout, self._receive), (supervisor.stderr, self._on_line)):
            transport, _ = await loop.connect_read_pipe(partial(_Lines, receive), pipe)
            self._transports.append(transport)
        assert supervisor.stdin is not None
        supervisor.stdin.write(json.dumps(order).encode() + b"\n")
        supervisor.stdin.flush()
        await self._started.wait()

    def _receive(self, report: str) -> None:
        word, _, value = report.partition(" ")
        if word == "started":
            self.pid = int(value)
        elif word == "failed":
            self.problem = value
        else:
            self.code = int(value)
        self._started.set()
        if word != "started":
            self.ended.set()
        if word == "ended":
            self._on_end()

    def signal(self, number: Signals) -> None:
        """Send a signal to the program and to all of its process group.

        It is there when this returns: after SIGKILL and SIGSTOP the program does nothing more, whatever it would have
        seen next. By way of the supervisor it could still see a connection end, and act on it.
        """
        if not self.ended.is_set():
            with contextlib.suppress(ProcessLookupError, PermissionError):  # it has ended, and we are told in a moment
                os.killpg(self.pid, number)

    def close(self) -> None:
        """Leave nothing behind: the program and its descendants are killed if they are still there."""
        supervisor, self._supervisor = self._supervisor, None
        if supervisor is None:
            return
        assert supervisor.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            supervisor.stdin.close()
        try:
            supervisor.wait(SUPERVISOR_EXIT_SECONDS)
        except subprocess.TimeoutExpired:
            supervisor.kill()
            supervisor.wait()
        for transport in self._transports:
            transport.close()


def _supervisor() -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 our own script
        # -I and -S: nothing that the environment says to Python is meant for the supervisor.
        [sys.executable, "-I", "-S", str(SUPERVISOR)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for the test run; the supervisor ends when that has come to its end
    )


class _Lines(asyncio.Protocol):
    """Cuts what comes in into lines."""

    def __init__(self, receive: Callable[[str], object]) -> None:
        self._receive = receive
        self._rest = b""

    def data_received(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > LONGEST_LINE:
            lines.append(self._rest)
            self._rest = b""
        for line in lines:
            self._receive(line.decode("utf-8", "replace").rstrip("\r"))

    def connection_lost(self, error: Exception | None) -> None:
        if self._rest:
            self._receive(self._rest.decode("utf-8", "replace"))
            self._rest = b""
