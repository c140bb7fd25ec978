"""Webhook calls: requests and responses as data, what is worth sending, and the trace that the event carries.

The host carries a request to its server; the action says what a flow does with the answer.
"""

from __future__ import annotations

import json
import math
import re
import sys
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from rapidpro_simulator.rapidpro.flows.texts.strings import truncate_with_ellipsis, whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LONGEST_TRACED_URL = 2048
LONGEST_TRACE = 10_000
LONGEST_EXTRA = 10_000  # bytes of JSON that a result, or a run that waits, still takes along

SUCCESS = "success"
RESPONSE_ERROR = "response_error"
CONNECTION_ERROR = "connection_error"
SUBSCRIBER_GONE = "subscriber_gone"

REPLACEMENT = "\ufffd"


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """One request of a flow; the headers that any client adds (host, length) are not among its headers."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def size(self) -> int:
        """The bytes that count against the limit of a request (flows 4.1)."""
        headers = sum(len(name.encode()) + len(value.encode()) + 4 for name, value in self.headers.items())
        return len(self.method) + len(self.url.encode()) + 12 + headers + 2 + len(self.body)

    @property
    def head(self) -> str:
        """Request line and headers, in the order in which RapidPro's client writes them."""
        parts = urlsplit(self.url)
        headers = dict(self.headers)
        lines = [f"{self.method} {_target(self.url)} HTTP/1.1", f"Host: {headers.pop('Host', parts.netloc)}"]
        if agent := headers.pop("User-Agent", None):
            lines.append(f"User-Agent: {agent}")
        if self.body or self.method in {"POST", "PUT", "PATCH"}:
            lines.append(f"Content-Length: {len(self.body)}")
        lines += [f"{name}: {headers[name]}" for name in sorted(headers)]
        if self.method != "HEAD" and not headers.keys() & {"Accept-Encoding", "Range"}:
            lines.append("Accept-Encoding: gzip")
        return "\r\n".join([*lines, "", ""])

    @classmethod
    def of(cls, method: str, url: str, headers: Mapping[str, str], body: str) -> WebhookRequest:
        """Return a request with an upper-case method and canonical names of headers."""
        named = {canonical(name): value for name, value in headers.items()}
        return cls(method.upper(), url, named, body.encode(errors="replace"))

    def with_defaults(self, headers: Mapping[str, str]) -> WebhookRequest:
        """Return the request with those of some headers that it does not have (flows 4.1)."""
        return replace(self, headers={canonical(name): value for name, value in headers.items()} | {**self.headers})


@dataclass(frozen=True, slots=True)
class WebhookResponse:
    """What a server answered: `body` is whole and decoded, `protocol` is as in the status line.

    `request` is the last one of a client that was sent elsewhere, None where the flow's own was answered.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    reason: str | None = None
    protocol: str = "HTTP/1.1"
    request: WebhookRequest | None = None

    @property
    def first_headers(self) -> dict[str, str]:
        """Headers by canonical name, of several with one name the first (flows 4.6)."""
        headers: dict[str, str] = {}
        for name, value in self.headers:
            headers.setdefault(canonical(name), value)
        # Go's client keeps to itself how the body came, and that it was packed: it asks for that on its own.
        headers.pop("Transfer-Encoding", None)
        if headers.get("Content-Encoding") == "gzip":
            del headers["Content-Encoding"]
            headers.pop("Content-Length", None)
        return dict(sorted(headers.items()))

    @property
    def head(self) -> str:
        """Status line and headers as RapidPro shows them: the length first, the others by name."""
        named = sorted((canonical(name), value) for name, value in self.headers)
        kept = self.first_headers.keys()
        shown = [f"{name}: {value}" for name, value in named if name in kept and name not in _LENGTHS]
        reason = self.reason or _reason(self.status)
        return "\r\n".join([f"{self.protocol} {self.status:03d} {reason}", *self._length(dict(named)), *shown, "", ""])

    def _length(self, headers: Mapping[str, str]) -> list[str]:
        if headers.get("Content-Encoding") == "gzip":
            return []
        if "Transfer-Encoding" in headers:
            return [f"Transfer-Encoding: {headers['Transfer-Encoding']}"]
        return [f"Content-Length: {headers.get('Content-Length', len(self.body))}"]


@dataclass(frozen=True, slots=True)
class WebhookCall:
    """A request and what became of it; no response means that no server could be reached in time (flows 4.3)."""

    request: WebhookRequest
    response: WebhookResponse | None
    elapsed_ms: int
    response_limit: int  # bytes

    @property
    def oversized(self) -> bool:
        return self.response is not None and len(self.response.body) > self.response_limit

    @property
    def status_code(self) -> int:
        """The status of the response, 0 without one."""
        return self.response.status if self.response else 0

    @property
    def body(self) -> bytes:
        """The body that the flow gets to see: nothing of one that is too large."""
        return self.response.body if self.response and not self.oversized else b""

    @property
    def json(self) -> str | None:
        """The text of the JSON value in the body, None where there is none (flows 4.5)."""
        return extract_json(self.body)

    def status(self, resthook: str = "") -> str:
        """Return the outcome in the words of the event; only a subscriber of a resthook can be gone (flows 4.3)."""
        if self.response is None or self.oversized:
            return CONNECTION_ERROR
        if self.response.status // 100 == 2:
            return SUCCESS
        if resthook and self.response.status == HTTPStatus.GONE:
            return SUBSCRIBER_GONE
        return RESPONSE_ERROR

    def trace(self) -> dict[str, Any]:
        """Return the properties of `webhook_called` that show request and response (flows 4.4)."""
        shown: dict[str, Any] = {
            "url": truncate_with_ellipsis(self.request.url, LONGEST_TRACED_URL),
            "request": _shown(self.request.head, self.request.body),
            "elapsed_ms": self.elapsed_ms,
            "retries": 0,
            "sizes": {"request": len(self.request.head.encode()) + len(self.request.body), "response": 0},
        }
        if self.response:
            head = self.response.head
            shown["status_code"] = self.response.status
            shown["response"] = _shown(head, self.body)
            shown["sizes"]["response"] = len(head.encode()) + len(self.response.body)
        return shown


def is_valid_url(url: str, longest: int) -> bool:
    """Say whether a URL of at most so many characters can be taken apart at all; a call may still fail (flows 4.1)."""
    if len(url) > longest or re.search(r"[\x00-\x1f\x7f]", url):
        return False
    rest, _, fragment = url.partition("#")
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", rest)
    rest = (rest[scheme.end() :] if scheme else rest).partition("?")[0]
    if _BAD_ESCAPE.search(fragment):
        return False
    if scheme and not rest.startswith("/"):
        return True  # `mailto:x`: opaque, nothing to look into
    if not scheme and ":" in rest.partition("/")[0]:
        return False
    authority, path = "", rest
    if rest.startswith("//") and not (scheme is None and rest.startswith("///")):
        authority, slash, path = rest[2:].partition("/")
        path = slash + path
    return _AUTHORITY.fullmatch(authority) is not None and not _BAD_ESCAPE.search(path)


def host_name(url: str) -> str:
    """Return the host of a URL in lower case, without port; empty where it has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def is_blocked(host: str, domains: Iterable[str]) -> bool:
    """Say whether a host is one of some domains, or under one of them (flows 4.1)."""
    host = host.rstrip(".").lower()
    return any(host == domain or host.endswith(f".{domain}") for domain in map(str.lower, domains))


def canonical(name: str) -> str:
    """Return the name of a header as Go writes it: `x-my-header` is `X-My-Header`."""
    return "-".join(part[:1].upper() + part[1:].lower() for part in name.split("-"))


def extract_json(body: bytes) -> str | None:
    """Return the text of the JSON value that a body is, whatever its type; None for anything else (flows 4.5)."""
    if not body:
        return None
    text = body.decode(errors="ignore").replace("\0", "")
    # An even number of backslashes before it escapes backslashes, and `u0000` is then five letters.
    text = re.sub(r"(?<!\\)((?:\\\\)*)\\u0000", r"\1", text)
    try:
        read_json(text)
    except (ValueError, RecursionError):
        return None
    return text


def read_json(text: str) -> Any:
    """Return the value of a JSON text. Raises `ValueError` or `RecursionError` for one that cannot be read.

    A number that Python cannot hold becomes one that it can, and that is still out of the range of expressions.
    """
    return whole(json.loads(text, parse_int=_integer, parse_float=_float, parse_constant=_no_constant))


# No brackets, or brackets around an address; a port of digits, which may be missing after its colon.
_ESCAPED = r"%[0-9A-Fa-f]{2}"
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_AUTHORITY = re.compile(
    rf"(?:(?:[\w.~!$&'()*+,;=:@-]|{_ESCAPED})*@)?"
    rf"(?:\[[^\]\s]*\]|(?:[^\x00-\x20\x7f%:@\\^`{{|}}\[\]/?#]|%[89A-Fa-f][0-9A-Fa-f])*)"
    r"(?::[0-9]*)?",
    re.ASCII,
)
_MOST_DIGITS = 300
_LENGTHS = ("Content-Length", "Transfer-Encoding")
_IN_A_PATH = "/%:@!$&'()*+,;=~[]"


def _target(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "/"
    path = quote(parts.path, safe=_IN_A_PATH) or "/"
    return f"{path}?{parts.query}" if "?" in url.partition("#")[0] else path


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return f"status code {status}"


def _shown(head: str, body: bytes) -> str:
    try:
        text = head + body.decode()
    except UnicodeDecodeError:
        text = f"{head}..."
    text = re.sub(r"(?<!\\)((?:\\\\)*)\\u0000", rf"\1{REPLACEMENT}", text.replace("\0", REPLACEMENT))
    return truncate_with_ellipsis(text, LONGEST_TRACE)


def _integer(text: str) -> int | float:
    return int(text) if len(text) <= _MOST_DIGITS else _float(text)


def _float(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else math.copysign(sys.float_info.max, number)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
