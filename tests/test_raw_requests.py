"""Whatever bytes arrive: an answer of the service or a close, a line in the journal, and not a word anywhere else."""

from __future__ import annotations

import asyncio
import gzip
import logging
import re
import socket
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rapidpro_simulator.simulation import Simulation
from rapidpro_simulator.world.authorization import basic_auth

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rapidpro_simulator.world.journal import Exchange

SERVICES = ["textit.com", "cht.example.org", "couchdb.cht.example.org"]
FUZZER = "fuzzer"
FUZZ = settings(
    derandomize=True, deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
PATIENCE = 15.0  # virtual seconds for an answer
OURS = (b"Server got itself in trouble", b"defect of the simulator", b"Traceback")

TOKENS = [
    b"GET",
    b"POST",
    b"PUT",
    b"TRACE",
    b"CONNECT",
    b"OPTIONS",
    b"HEAD",
    b"BREW",
    b"get",
    b"G\xc3\x89T",
    b"",
    b"PRI",
]
TARGETS = [
    *(b"/", b"/api/v2/groups.json", b"/api/sms", b"/api/v2/users", b"/api/v1/settings", b"/medic/x", b"/_session"),
    *(b"*", b"x", b"//", b"/%zz", b"/%00", b"/\xff", b"/a b", b"http://[", b"http://other.org:99999/", b"/?a=%ff&b"),
    *(b"/x?" + b"a" * 9000, b"textit.com:443", b"/medic/_bulk_docs", b"/..;/", b"?", b"#"),
]
VERSIONS = [b"HTTP/1.1", b"HTTP/1.1", b"HTTP/1.1", b"HTTP/1.0", b"HTTP/2.0", b"HTTP/9", b"", b"http/1.1"]
HEADERS = [
    *(b"Host: x", b"Host:", b"Host: [", b"Host: a:b:c", b"Content-Type: application/json", b"Content-Type: text/plain"),
    *(b"Content-Encoding: gzip", b"Content-Encoding: br", b"Content-Encoding: deflate", b"Expect: 100-continue"),
    *(b"Expect: a miracle", b"Content-Length: 5", b"Content-Length: 99999999999", b"Content-Length: -1"),
    *(b"Content-Length: x", b"Transfer-Encoding: chunked", b"Transfer-Encoding: gzip, chunked", b"Connection: close"),
    *(b"Connection: Upgrade\r\nUpgrade: websocket", b"no colon", b": no name", b"X-Long: " + b"x" * 9000),
    *(b"Cookie: \xff=\xfe", b"Authorization: Basic \xff", b"Authorization: Basic x", b"Accept: \x01", b" folded"),
    *(b"Range: bytes=0-", b"X: a\x00b", b"X-Forwarded-For: ,,", b"Accept: text/html", b"Content-Type: \xff;charset=x"),
]
BODIES = [
    b"",
    b"{}",
    b"5\r\nhello\r\n0\r\n\r\n",
    b"zz\r\n",
    b"-1\r\n\r\n",
    gzip.compress(b'{"name":"x"}', mtime=0),
    b"\x1f\x8b\x00",
]

texts = st.binary(max_size=20)
heads = st.builds(
    lambda method, target, version, headers: (
        b" ".join([method, target, version]) + b"\r\n" + b"".join(each + b"\r\n" for each in headers) + b"\r\n"
    ),
    st.sampled_from(TOKENS) | texts,
    st.sampled_from(TARGETS) | texts,
    st.sampled_from(VERSIONS),
    st.lists(st.sampled_from(HEADERS) | texts, max_size=5),
)
messages = st.builds(bytes.__add__, heads, st.sampled_from(BODIES) | texts) | texts


@pytest.fixture(scope="module")
def simulation() -> Iterator[Simulation]:
    with Simulation() as simulation:
        simulation.rapidpro("textit.com").workspace("Main")
        simulation.cht("cht.example.org")
        yield simulation


def authorization(simulation: Simulation, name: str) -> bytes:
    """Return a header that lets a request deep into the service."""
    if name == "textit.com":
        return b"Authorization: Token " + simulation.hosts[name].workspace("Main").token.key.encode()
    return b"Authorization: " + basic_auth(*simulation.instances["cht.example.org"].administrator).encode()


def send(simulation: Simulation, name: str, pieces: list[bytes], *, ends: bool = False) -> tuple[bytes, bool]:
    """Send bytes on a connection of their own; return what came back, and whether the server closed."""

    async def talk() -> tuple[bytes, bool]:
        host = simulation.network.find(name, None)
        assert host is not None
        loop = asyncio.get_running_loop()
        heard, closed = b"", False
        sock, far = socket.socketpair()
        await loop.connect_accepted_socket(host.server.end_factory(FUZZER, "https"), far)
        with sock, suppress(TimeoutError, ConnectionError):
            sock.setblocking(False)
            for piece in pieces:
                with suppress(ConnectionError):
                    await loop.sock_sendall(sock, piece)
                await asyncio.sleep(0.01)
            while not ends and not closed:
                piece = await asyncio.wait_for(loop.sock_recv(sock, 65536), PATIENCE)
                heard += piece
                closed = not piece
        await asyncio.sleep(PATIENCE)  # for what is still under way
        return heard, closed

    return simulation.run(talk())


def fuzzed(simulation: Simulation, name: str, after: int) -> list[Exchange]:
    return simulation.journal.exchanges(after=after, by=FUZZER, to=name)


def number(simulation: Simulation) -> int:
    return simulation.journal.latest(1)[0].number


def answers(heard: bytes) -> list[int]:
    """Return the statuses of the answers in `heard`, without those that only say go on."""
    statuses = [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d{3}) [A-Z]", heard)]
    return [status for status in statuses if status >= 200]


@pytest.mark.parametrize("name", SERVICES)
@FUZZ
@given(
    request=messages,
    knows=st.booleans(),
    cut=st.none() | st.integers(0, 200),
    split=st.integers(0, 200),
    twice=st.booleans(),
    ends=st.booleans(),
)
def test_any_bytes(
    simulation: Simulation,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    name: str,
    request: bytes,
    knows: bool,
    cut: int | None,
    split: int,
    twice: bool,
    ends: bool,
) -> None:
    """Any bytes are answered in the service's words or end in a close; the journal has it all, a log nothing."""
    caplog.set_level(logging.WARNING)
    before = number(simulation)
    line, end, rest = request.partition(b"\r\n")
    sent = line + end + authorization(simulation, name) + b"\r\n" + rest if knows and end else request
    whole = (sent if cut is None else sent[:cut]) * (2 if twice else 1)

    heard, closed = send(simulation, name, [whole[:split], whole[split:]], ends=ends)

    journaled = fuzzed(simulation, name, before)
    assert [each for each in journaled if each.data["outcome"] == "pending"] == []
    if not ends:
        assert closed or answers(heard) or {each.data["outcome"] for each in journaled} <= {"cut off"}
        assert [each.status for each in journaled if each.status] == answers(heard)
    assert not any(ours in heard for ours in OURS)
    assert (caplog.records, capfd.readouterr()) == ([], ("", ""))
    assert answers(send(simulation, name, [b"GET /healthy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"])[0])


ZIPPED = gzip.compress(b'{"name":"Zipped"}', mtime=0)
LONG_LINE = b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"
TUNNEL = b"CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n"
BAD_CHUNK = b"POST /api/v2/groups.json HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("textit.com", b"<center>nginx</center>"),
        ("cht.example.org", b"<center>"),
        ("couchdb.cht.example.org", b"haproxy"),
    ],
)
@pytest.mark.parametrize(
    ("request_bytes", "malformed", "status"),
    [
        (b"BREW/1 x\r\n\r\n", "no such method", 400),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", "no HTTP", 400),
        (b"GET / HTTP/2.0\r\nHost: x\r\n\r\n", "no HTTP", 400),
        (LONG_LINE, "a line or a header is too long", 414),
        (TUNNEL, "a tunnel is asked for", 405),
        (BAD_CHUNK, "the body is broken", 400),
    ],
    ids=["method", "header", "version", "long", "tunnel", "chunk"],
)
def test_malformed(
    simulation: Simulation, name: str, words: bytes, request_bytes: bytes, malformed: str, status: int
) -> None:
    """What is no request is answered by the proxy before the service, and the journal says what was wrong with it."""
    before = number(simulation)
    head, end, body = request_bytes.partition(b"\r\n\r\n")
    heard, closed = send(simulation, name, [head + end, body])
    assert answers(heard) == [400 if name.startswith("couchdb") else status]
    assert words in heard
    assert closed
    assert [each.get("malformed") for each in fuzzed(simulation, name, before)] == [malformed]


@pytest.mark.parametrize(
    "begun", [b"GET /api/v2/gro", b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf"], ids=["head", "body"]
)
def test_cut_off(simulation: Simulation, begun: bytes) -> None:
    """A caller that hangs up in the middle of a request is in the journal as one that did."""
    before = number(simulation)
    send(simulation, "textit.com", [begun], ends=True)
    assert [each.data["outcome"] for each in fuzzed(simulation, "textit.com", before)] == ["cut off"]


def post(simulation: Simulation, name: str, path: bytes, body: bytes, *headers: bytes) -> bytes:
    lines = [b"POST " + path + b" HTTP/1.1", b"Host: x", authorization(simulation, name), b"Connection: close"]
    lines += [b"Accept: application/json", b"Content-Length: %d" % len(body), *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


@pytest.mark.parametrize(
    ("name", "path", "encoding", "body", "status", "words"),
    [
        ("textit.com", b"/api/v2/groups.json", b"gzip", ZIPPED, 400, b"JSON parse error"),
        ("textit.com", b"/api/v2/groups.json", b"gzip", b'{"name":"x"}', 201, b'"name":"x"'),
        ("cht.example.org", b"/api/v2/records", b"gzip", gzip.compress(b'{"_meta":{"form":"X"}}', mtime=0), 500, b"X"),
        ("cht.example.org", b"/api/v2/records", b"gzip", b'{"_meta":{}}', 500, b"Server error"),
        ("cht.example.org", b"/api/v2/records", b"gzip", ZIPPED[:-9], 500, b"Server error"),
        ("cht.example.org", b"/api/v2/records", b"zstd", ZIPPED, 500, b"Server error"),
        (
            "cht.example.org",
            b"/api/v2/records",
            b"gzip",
            gzip.compress(b" " * 40_000_000, mtime=0),
            413,
            b"Payload Too Large",
        ),
        ("cht.example.org", b"/medic", b"gzip", ZIPPED, 201, b'"ok":true'),
        ("couchdb.cht.example.org", b"/medic", b"gzip", ZIPPED, 201, b'"ok":true'),
        ("couchdb.cht.example.org", b"/medic", b"gzip", b"{}", 400, b"not properly gzipped"),
        ("couchdb.cht.example.org", b"/medic", b"br", b"{}", 415, b"br is not a supported content encoding"),
        ("couchdb.cht.example.org", b"/medic", b"gzip", gzip.compress(b" " * 70_000_000, mtime=0), 413, b"too_large"),
    ],
)
def test_compressed_bodies(
    simulation: Simulation, name: str, path: bytes, encoding: bytes, body: bytes, status: int, words: bytes
) -> None:
    """A compressed body is read by who reads such, and refused by the others in their own words (rapidpro 1.7)."""
    headers = b"Content-Type: application/json", b"Content-Encoding: " + encoding
    heard, _ = send(simulation, name, [post(simulation, name, path, body, *headers)])
    assert answers(heard) == [status]
    assert words in heard


@pytest.mark.parametrize("name", SERVICES)
def test_expect(simulation: Simulation, name: str) -> None:
    """Who asks whether to go on is told so at once, before a byte of the body has come."""
    whole = post(simulation, name, b"/x", b"{}", b"Expect: 100-continue")
    heard, _ = send(simulation, name, [whole[:-2]], ends=False)
    assert heard == b"HTTP/1.1 100 Continue\r\n\r\n"
    heard, _ = send(simulation, name, [whole])
    assert heard.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 ")


def test_expect_in_vain(simulation: Simulation) -> None:
    """A body that is too large is refused before it is sent."""
    head = b"POST /x HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 99999999999\r\n\r\n"
    heard, _ = send(simulation, "textit.com", [head])
    assert answers(heard) == [413]
    assert b"100 Continue" not in heard
