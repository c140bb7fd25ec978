"""Servers in processes of their own, on loopback: started, waited for until they answer, and always stopped."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ADDRESS = "127.0.0.1"
START_LIMIT = 60.0
STOP_LIMIT = 10.0
PAUSE = 0.005


class NoAnswerError(RuntimeError):
    """A server ended, or did not answer in time."""


@dataclass(frozen=True)
class Server:
    """How to start a server: `{port}` in its command becomes the port; `path` is what it answers."""

    name: str
    command: Sequence[str]
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Running:
    """A server that answers, and how many seconds passed from its start to its first answer."""

    port: int
    seconds: float


@contextmanager
def running(server: Server) -> Iterator[Running]:
    """Run `server` until the block ends. Raises `NoAnswerError` with its output where it never answers 200."""
    port = _free_port()
    command = [word.replace("{port}", str(port)) for word in server.command]
    with tempfile.TemporaryFile() as output:
        began = time.perf_counter()
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **server.environment},
            start_new_session=True,
        )
        try:
            if not _answers(server, port, process, began + START_LIMIT):
                output.seek(0)
                said = output.read()[-4000:].decode(errors="replace")
                raise NoAnswerError(f"{server.name} did not answer ({' '.join(command)}):\n{said}")
            yield Running(port, time.perf_counter() - began)
        finally:
            _stop(process)


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind((ADDRESS, 0))
        port: int = taken.getsockname()[1]
        return port


def _answers(server: Server, port: int, process: subprocess.Popen[bytes], deadline: float) -> bool:
    while process.poll() is None and time.perf_counter() < deadline:
        if _status(server, port) == http.HTTPStatus.OK:
            return True
        time.sleep(PAUSE)
    return False


def _status(server: Server, port: int) -> int | None:
    connection = http.client.HTTPConnection(ADDRESS, port, timeout=START_LIMIT)
    try:
        connection.request("GET", server.path, headers=dict(server.headers))
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def _stop(process: subprocess.Popen[bytes]) -> None:
    # The whole session: Prism and Mockoon may have children of their own.
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
            process.wait(STOP_LIMIT)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
    process.wait()


def fresh(module: str, *arguments: str) -> str:
    """Run `module` in a Python of its own and return what it prints. Raises `NoAnswerError` where it fails."""
    done = subprocess.run([sys.executable, "-m", module, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoAnswerError(f"{module} {' '.join(arguments)} failed:\n{done.stderr[-4000:]}")
    return done.stdout
