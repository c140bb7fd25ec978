"""Webhook calls as data: what may be called, what counts, and what the event shows."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapidpro_simulator.rapidpro.flows.core.webhooks import (
    CONNECTION_ERROR,
    LONGEST_TRACE,
    RESPONSE_ERROR,
    SUBSCRIBER_GONE,
    SUCCESS,
    WebhookCall,
    WebhookRequest,
    WebhookResponse,
    canonical,
    extract_json,
    host_name,
    is_blocked,
    is_valid_url,
)
from rapidpro_simulator.rapidpro.flows.definition.actions.webhooks import is_valid_header


@pytest.mark.parametrize(
    ("url", "valid"),
    [
        ("http://temba.io/", True),
        ("http://temba.io", True),
        ("https://user:pa%20ss@temba.io:8080/a%20b?x=%zz#f", True),
        ("http://[::1]:80/x", True),
        ("http://temba.io:/", True),
        ("HTTP://TEMBA.IO/?q=a b", True),
        ("mailto:bob@nyaruka.com", True),
        ("no-scheme/path", True),
        ("//temba.io/x", True),
        ("/path:with:colons", True),
        ("http://" + "x" * 8185, True),
        ("http://" + "x" * 8186, False),
        (":xxxxx", False),
        ("a b:c", False),
        ("1http://temba.io/", False),
        ("http://temba.io/%zz", False),
        ("http://temba.io/#%z", False),
        ("http://tem ba.io/", False),
        ("http://temba.io:80a/", False),
        ("http://[::1/", False),
        ("http://temba.io/\n", False),
        ("http://temba.io/\x7f", False),
    ],
)
def test_urls(url: str, valid: bool) -> None:
    """A URL is as valid as Go finds it; that a server answers there is another question."""
    assert is_valid_url(url, 8192) is valid


@settings(derandomize=True, deadline=None, max_examples=100)
@given(st.text())
def test_any_text_is_a_url_or_not(text: str) -> None:
    """No text makes the questions about URLs fail."""
    is_valid_url(text, 8192)
    host_name(text)


@pytest.mark.parametrize(
    ("host", "blocked"),
    [
        ("graph.facebook.com", True),
        ("graph.facebook.com.", True),
        ("eu.Graph.Facebook.com", True),
        ("facebook.com", False),
        ("mygraph.facebook.com", False),
        ("", False),
    ],
)
def test_blocked_hosts(host: str, blocked: bool) -> None:
    """A blocked domain is blocked with all that is under it."""
    assert is_blocked(host, ["graph.FACEBOOK.com"]) is blocked


@pytest.mark.parametrize(("url", "host"), [("http://Temba.IO:80/x", "temba.io"), ("x", ""), ("http://[::1/", "")])
def test_host_name(url: str, host: str) -> None:
    """The host of a URL has no port and is in lower case."""
    assert host_name(url) == host


@pytest.mark.parametrize(("name", "valid"), [("X-My_Header", True), ("", False), ("Accept:", False), ("a b", False)])
def test_header_names(name: str, valid: bool) -> None:
    """Only a token is a header's name."""
    assert is_valid_header(name) is valid


def test_canonical_names() -> None:
    """Names of headers begin their parts with capitals."""
    assert canonical("x-MY-header") == "X-My-Header"


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"", None),
        (b"{", None),
        (b" 12 ", " 12 "),
        (b'"a\\u0000b"', '"ab"'),
        (b'"a\\\\u0000b"', '"a\\\\u0000b"'),
        (b'"a\\\\\\u0000\\u0000b"', '"a\\\\b"'),
        (b'{"a":\x00 1}', '{"a": 1}'),
        (b'{"a":"\xff"}', '{"a":""}'),
        (b"NaN", None),
        (b"1 2", None),
        (b"[" * 100_000, None),
    ],
)
def test_json(body: bytes, found: str | None) -> None:
    """JSON is any one value; what no database would take is dropped from it."""
    assert extract_json(body) == found


@settings(derandomize=True, deadline=None, max_examples=100)
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3)))
def test_json_without_nul_stays(document: object) -> None:
    """What has nothing to drop comes back as it is."""
    text = json.dumps(document, ensure_ascii=False)
    if "\\u0000" not in text:
        assert extract_json(text.encode(errors="replace")) == text.encode(errors="replace").decode()


def test_request_in_full() -> None:
    """The head names host, client and length first, the other headers in order, and what the client adds last."""
    request = WebhookRequest.of("post", "http://temba.io:8080/a b?x=1", {"x-b": "2", "X-A": "1"}, "Hié")
    assert request.with_defaults({"user-agent": "Mailroom/26.3", "x-a": "0"}).head == (
        "POST /a%20b?x=1 HTTP/1.1\r\nHost: temba.io:8080\r\nUser-Agent: Mailroom/26.3\r\nContent-Length: 4\r\n"
        "X-A: 1\r\nX-B: 2\r\nAccept-Encoding: gzip\r\n\r\n"
    )


@pytest.mark.parametrize(
    ("method", "headers", "lines"),
    [
        ("GET", {}, ["Accept-Encoding: gzip"]),
        ("PUT", {}, ["Content-Length: 0", "Accept-Encoding: gzip"]),
        ("HEAD", {}, []),
        ("GET", {"accept-encoding": "br"}, ["Accept-Encoding: br"]),
        ("GET", {"Range": "bytes=0-1"}, ["Range: bytes=0-1"]),
    ],
)
def test_what_the_client_adds(method: str, headers: dict[str, str], lines: list[str]) -> None:
    """Methods with a body always say its length; packed bodies are asked for unless that may disturb."""
    head = WebhookRequest.of(method, "http://temba.io", headers, "").head
    assert head.splitlines() == [f"{method} / HTTP/1.1", "Host: temba.io", *lines, ""]


def test_size_counts_lines_without_defaults() -> None:
    """The size that is limited is that of what the flow wrote."""
    request = WebhookRequest.of("GET", "http://a/", {"X": "é"}, "body")
    assert request.size == len("GET") + len("http://a/") + 12 + len("X") + 2 + 4 + 2 + 4


REQUEST = WebhookRequest.of("POST", "http://temba.io/", {}, "")


def call(response: WebhookResponse | None, limit: int = 100) -> WebhookCall:
    return WebhookCall(REQUEST, response, 5, limit)


@pytest.mark.parametrize(
    ("response", "resthook", "status", "code"),
    [
        (WebhookResponse(200), "", SUCCESS, 200),
        (WebhookResponse(204), "", SUCCESS, 204),
        (WebhookResponse(302), "", RESPONSE_ERROR, 302),
        (WebhookResponse(410), "", RESPONSE_ERROR, 410),
        (WebhookResponse(410), "slug", SUBSCRIBER_GONE, 410),
        (WebhookResponse(200, body=b"x" * 100), "", SUCCESS, 200),
        (WebhookResponse(200, body=b"x" * 101), "", CONNECTION_ERROR, 200),
        (None, "", CONNECTION_ERROR, 0),
    ],
)
def test_outcomes(response: WebhookResponse | None, resthook: str, status: str, code: int) -> None:
    """What came of a call is told in four words, and by the code of the response."""
    assert (call(response).status(resthook), call(response).status_code) == (status, code)


@pytest.mark.parametrize(
    ("headers", "head", "seen"),
    [
        ((), "Content-Length: 2\r\n", {}),
        ((("content-length", "7"),), "Content-Length: 7\r\n", {"Content-Length": "7"}),
        ((("Transfer-Encoding", "chunked"),), "Transfer-Encoding: chunked\r\n", {}),
        ((("Content-Encoding", "gzip"), ("Content-Length", "30"), ("X", "1")), "X: 1\r\n", {"X": "1"}),
        (
            (("x-b", "2"), ("x-a", "1"), ("X-A", "3")),
            "Content-Length: 2\r\nX-A: 1\r\nX-A: 3\r\nX-B: 2\r\n",
            {"X-A": "1", "X-B": "2"},
        ),
    ],
)
def test_response_headers(headers: tuple[tuple[str, str], ...], head: str, seen: dict[str, str]) -> None:
    """The trace shows the length first; expressions see the first of each name, and nothing of packing."""
    response = WebhookResponse(200, headers, b"{}")
    assert response.head == f"HTTP/1.1 200 OK\r\n{head}\r\n"
    assert response.first_headers == seen


def test_trace_is_cut() -> None:
    """Long texts are cut in the trace; sizes stay those of the wire."""
    response = WebhookResponse(200, body=b"x" * 20_000)
    long = WebhookCall(WebhookRequest.of("GET", "http://a/" + "x" * 3_000, {}, ""), response, 5, 100_000)
    trace = long.trace()
    assert (len(trace["url"]), trace["url"][-3:]) == (2_048, "...")
    assert (len(trace["response"]), trace["response"][-3:]) == (LONGEST_TRACE, "...")
    assert trace["sizes"]["response"] == len(response.head) + 20_000


@pytest.mark.parametrize(
    ("body", "shown"),
    [(b"\xff\xfe", "..."), (b"a\x00b", "a\ufffdb"), (b'"\\u0000"', '"\ufffd"'), ("é".encode(), "é")],
)
def test_trace_of_odd_bodies(body: bytes, shown: str) -> None:
    """Bytes that are no text are left out, and what no database would take is replaced."""
    assert call(WebhookResponse(200, body=body)).trace()["response"].endswith(f"\r\n\r\n{shown}")


def test_trace_without_response() -> None:
    """Where nobody answered, there is neither response nor status."""
    trace = call(None).trace()
    assert "response" not in trace
    assert "status_code" not in trace
    assert trace["sizes"]["response"] == 0


def test_unknown_status() -> None:
    """A status that no standard knows is shown by number."""
    assert WebhookResponse(299).head.startswith("HTTP/1.1 299 status code 299\r\n")
