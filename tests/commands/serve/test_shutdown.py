from __future__ import annotations

import base64
import os
import resource
import signal
import socket
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.commands.serving import ANY_PORTS, Served

if TYPE_CHECKING:
    from tests.commands.conftest import Serve

STAT = "/proc/{}/stat"
HELD = 800
BUSY = 45.0  # real seconds, where others use the processors as well; who waits for callers waits a minute


def hold(served: Served, stack: ExitStack) -> None:
    """Open connections that wait: for a change, for the rest of a request, for nothing."""
    credentials = base64.b64encode(f"medic:{served.password('medic')}".encode())
    feed = (
        b"GET /medic/_changes?feed=longpoll&since=now HTTP/1.1\r\nHost: x\r\nAuthorization: Basic %s\r\n\r\n"
        % credentials
    )
    requests = [feed, feed, b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n", b"GET / HT", b""]
    addresses = [urlsplit(served.url(name)) for name in ("CHT cht.example.org", "CouchDB")]
    for number in range(HELD):
        address = addresses[number % 2]
        connection = stack.enter_context(socket.create_connection((address.hostname, address.port)))
        connection.sendall(requests[number % len(requests)])


def seconds_used(process: int) -> float:
    user, system = Path(STAT.format(process)).read_text(encoding="utf-8").split()[13:15]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@pytest.mark.skipif(not Path(STAT.format("self")).exists(), reason="processor time is read from /proc")
def test_ends_with_held_connections(serve: Serve) -> None:
    """SIGTERM ends the process at once, in less than a second of a processor, although hundreds wait for an answer."""
    served = serve(*ANY_PORTS)
    with ExitStack() as stack:
        hold(served, stack)
        assert served.ask_cht("GET", "/api/v1/settings").status == 200  # all before this has been heard
        used, ended = seconds_used(served.pid), resource.getrusage(resource.RUSAGE_CHILDREN)
        began = time.monotonic()
        assert served.stop(signal.SIGTERM) == 0
        took = time.monotonic() - began
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert now.ru_utime + now.ru_stime - ended.ru_utime - ended.ru_stime - used < 1
    assert took < BUSY
    assert served.errors == ""
