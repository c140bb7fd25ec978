"""One request as CHT's handlers see it: its path, its query, its body read by content type (cht 0.2, 1.4)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from rapidpro_simulator.cht.javascript import parse_json
from rapidpro_simulator.world.network.content_encoding import (
    GZIP,
    ZLIB,
    BrokenEncodingError,
    InflatedTooLargeError,
    unpack,
)

from .errors import ChtApiError
from .nginx import BODY_LIMIT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp import web
    from multidict import CIMultiDictProxy

_SLASHES = re.compile(r"/{2,}")
TEXT_TYPES = frozenset({"text/plain", "application/xml", "text/csv"})


_INFLATED = {"gzip": GZIP, "deflate": ZLIB}


class Body(StrEnum):
    """How a route reads its body; where that is not how it was sent, the body is empty."""

    NONE = "none"
    JSON = "json"
    TEXT = "text"
    JSON_OR_FORM = "json or form"
    JSON_OR_TEXT = "json or text"


@dataclass
class ChtCall:
    """A request on its way through the api."""

    method: str
    path: str  # as on the wire, runs of slashes collapsed
    query_string: str
    headers: CIMultiDictProxy[str]
    raw: bytes
    address: str
    request: web.BaseRequest  # for who answers bit by bit
    body: Any = None
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"{self.path}?{self.query_string}" if self.query_string else self.path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(self.query_string, keep_blank_values=True))

    @property
    def content_type(self) -> str:
        """Return the media type of the body, without parameters."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    def read_body(self, how: Body) -> None:
        """Read the body as a route asks for it. Raises `ChtApiError` where it is declared JSON and is none."""
        self.body = _READERS[how](self)


def collapse_slashes(path: str) -> str:
    return _SLASHES.sub("/", path)


def parse_value(text: str) -> Any:
    """Return what a query value means: JSON where it is JSON, else its text (cht 0.2)."""
    try:
        return parse_json(text)
    except ValueError:
        return text


def _read_json(call: ChtCall) -> Any:
    if call.content_type != "application/json" or not call.raw:
        return {}
    try:
        body = parse_json(_unpacked(call).decode(_charset(call.headers)))
    except (ValueError, LookupError, RecursionError) as error:
        raise ChtApiError(500, "Server error") from error
    if not isinstance(body, (dict, list)):  # scalars and null are refused as if they were malformed
        raise ChtApiError(500, "Server error")
    return body


def _unpacked(call: ChtCall) -> bytes:
    """Return the body as Express reads it; what it cannot read is an error like any other to CHT."""
    encoding = call.headers.get("Content-Encoding", "identity").lower()
    if encoding == "identity":
        return call.raw
    try:
        return unpack(call.raw, _INFLATED[encoding], BODY_LIMIT)
    except InflatedTooLargeError as error:
        raise ChtApiError(413, "Payload Too Large") from error
    except (KeyError, BrokenEncodingError) as error:
        raise ChtApiError(500, "Server error") from error


def _charset(headers: Mapping[str, str]) -> str:
    found = re.search(r'charset\s*=\s*"?([^\s;"]+)', headers.get("Content-Type", ""), re.IGNORECASE)
    charset = found[1].lower() if found else "utf-8"
    if not charset.startswith("utf-"):
        raise LookupError(charset)
    return charset


def _read_form(call: ChtCall) -> Any:
    if call.content_type == "application/x-www-form-urlencoded":
        return dict(parse_qsl(_unpacked(call).decode("utf-8", "replace"), keep_blank_values=True))
    return _read_json(call)


def _read_text(call: ChtCall) -> str:
    return _unpacked(call).decode("utf-8", "replace") if call.content_type in TEXT_TYPES else ""


def _read_json_or_text(call: ChtCall) -> Any:
    return _read_text(call) if call.content_type in TEXT_TYPES else _read_json(call)


_READERS = {
    Body.NONE: lambda _: None,
    Body.JSON: _read_json,
    Body.TEXT: _read_text,
    Body.JSON_OR_FORM: _read_form,
    Body.JSON_OR_TEXT: _read_json_or_text,
}
