"""One request to CouchDB with all that a handler needs, its routes, and how responses are written."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from aiohttp import web

from rapidpro_simulator.world.network.content_encoding import (
    GZIP,
    BrokenEncodingError,
    InflatedTooLargeError,
    unpack,
)
from rapidpro_simulator.world.network.http_date import http_date

from .documents import DESIGN, LOCAL
from .errors import BadRequest, CouchError, Forbidden
from .parameters import read_bool, read_json
from .server import VERSION, allows

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    from .attachments import Contents
    from .database import Database
    from .documents import JSON
    from .server import CouchDB
    from .users import CouchUser

BODY_LIMIT = 64 * 1024 * 1024  # bytes
JSON_TYPE = "application/json"
NO_ADMIN = "You are not a db or server admin."


class AccessLevel(Enum):
    """Who may use a route."""

    ANYBODY = "anybody"
    USER = "whoever is logged in"
    MEMBER = "members of the database"
    OWNER = "administrators of the database"
    ADMIN = "administrators of the server"


@dataclass(frozen=True)
class CouchRoute:
    """One method of a path; `{name}` stands for one segment of it."""

    method: str
    path: str
    handler: Callable[[CouchCall], Awaitable[web.StreamResponse]]
    access: AccessLevel = AccessLevel.MEMBER


def split_path(path: str) -> tuple[str, ...]:
    """Return the decoded segments of a path; a run of slashes counts as one (cht 8.2)."""
    segments = [unquote(segment) for segment in path.split("/") if segment]
    if len(segments) > 1 and segments[1].startswith((DESIGN, LOCAL)):
        segments[1:2] = segments[1].split("/", 1)  # sent as %2F by some clients
    if len(segments) > 3 and segments[0] != "_node" and not segments[1].startswith("_"):
        segments[2:] = ["/".join(segments[2:])]  # the name of an attachment may have slashes
    return tuple(segments)


@dataclass
class CouchCall:
    """One request: who asks (None: nobody), and what stands for the placeholders of its route."""

    couch: CouchDB
    request: web.BaseRequest
    user: CouchUser | None
    arguments: Mapping[str, str]
    body: bytes

    @property
    def database(self) -> Database:
        return self.couch.database(self.arguments["db"])

    @property
    def parameters(self) -> Mapping[str, str]:
        return self.request.rel_url.query

    @property
    def user_context(self) -> JSON:
        """Who asks, as functions of design documents see it."""
        return {"name": self.user.name, "roles": list(self.user.roles)} if self.user else {"name": None, "roles": []}

    @property
    def contents(self) -> Contents | None:
        """What attachments hold, where the request wants to have it in the documents."""
        wanted = self.flag("attachments") or "atts_since" in self.parameters
        return self.database.contents if wanted else None

    def flag(self, name: str, default: bool = False) -> bool:
        """Return whether the parameter `name` is given as true."""
        text = self.parameters.get(name)
        return default if text is None else read_bool(text)

    def read(self) -> Any:
        """Return the JSON value in the body, whatever the request calls it; CouchDB unpacks gzip and nothing else."""
        return read_json(_unpacked(self.body, self.request.headers.get("Content-Encoding", "identity")))

    def read_object(self) -> JSON:
        """Return the JSON object in the body; raises `CouchError` where it is none, or not called JSON."""
        if self.request.headers.get("Content-Type", "").partition(";")[0].strip() != JSON_TYPE:
            raise CouchError("bad_content_type", "Content-Type must be application/json")
        value = self.read()
        if not isinstance(value, dict):
            raise BadRequest("Request body must be a JSON object")
        return value

    def member(self, name: str, kind: type, complaint: str) -> Any:
        """Return a member of the JSON object in the body; raises `BadRequest` with `complaint` where it is none."""
        value = self.read_object().get(name)
        if not isinstance(value, kind):
            raise BadRequest(complaint)
        return value

    def protect_designs(self, documents: Iterable[JSON]) -> None:
        """Raise `Forbidden` where one of `documents` is a design document and the user may not write those."""
        writes_design = any(str(document.get("_id")).startswith(DESIGN) for document in documents)
        if writes_design and not (self.user and allows(self.database, self.user, "admins")):
            raise Forbidden(NO_ADMIN)


def _unpacked(body: bytes, encoding: str) -> bytes:
    if encoding == "identity":
        return body
    if encoding != "gzip":
        raise CouchError("bad_content_type", f"{encoding} is not a supported content encoding.")
    try:
        return unpack(body, GZIP, BODY_LIMIT)
    except BrokenEncodingError:
        raise BadRequest("Request body is not properly gzipped.") from None
    except InflatedTooLargeError:
        raise CouchError("too_large", "the request entity is too large") from None


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def encode(data: Any) -> bytes:
    return _ENCODER.encode(data).encode() + b"\n"


def answer(data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """Return `data` as CouchDB writes it: compact, with a newline at the end."""
    return web.Response(body=encode(data), status=status, headers={"Content-Type": JSON_TYPE, **(headers or {})})


def add_headers(response: web.StreamResponse, couch: CouchDB) -> None:
    """Give `response` the headers that every answer of CouchDB bears."""
    headers = {
        "Cache-Control": "must-revalidate",
        "Date": http_date(couch.clock.now()),
        "Server": f"CouchDB/{VERSION} (Erlang OTP/26)",
        "X-Couch-Request-ID": couch.new_request_id(),
        "X-CouchDB-Body-Time": "0",
    }
    given = response.headers
    for name, value in headers.items():
        given.setdefault(name, value)
