"""What an endpoint of the control API is: data of which the router, the checks and the OpenAPI document are made."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from rapidpro_simulator.world.schemas.complaint import complaint

from .problems import ProblemError
from .schemas import NAME, POSITION, TEXT

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from concurrent.futures import Future

    from aiohttp import web

    from rapidpro_simulator.served.live import LiveSimulation
    from rapidpro_simulator.served.world import ServedWorld

    from .worlds import Worlds

    Schema = Mapping[str, Any]
    Handler = Callable[["Call"], Awaitable[Any]]

T = TypeVar("T")

PREFIX = "/v1"
PARAMETERS = {
    "workspace": NAME,
    "key": NAME,
    "number": POSITION,
    "direction": {"enum": ["incoming", "outgoing"]},
}  # of paths
NOTHING = 204


@dataclass(frozen=True)
class Endpoint:
    """One thing that the control API can do.

    `path` is that of a URL below the version, with parameters in braces; `body` and `answer` are JSON Schemas (None:
    there is none), `query` those of the query's parameters. `subject` groups endpoints for readers.
    """

    method: str
    path: str
    subject: str
    summary: str
    handler: Handler
    body: Schema | None = None
    answer: Schema | None = None
    query: Mapping[str, Schema] = field(default_factory=dict)
    status: int = 200

    @property
    def url(self) -> str:
        return f"{PREFIX}{self.path}"


class Resource:
    """The endpoints of one subject; its methods are decorators of their handlers."""

    def __init__(self, subject: str) -> None:
        self.subject = subject
        self.endpoints: list[Endpoint] = []

    def get(self, path: str, answer: Schema, query: Mapping[str, Schema] | None = None) -> Callable[[Handler], Handler]:
        return self._add("GET", path, answer=answer, query=query or {})

    def post(
        self, path: str, body: Schema, answer: Schema | None = None, status: int = 200
    ) -> Callable[[Handler], Handler]:
        return self._add("POST", path, body=body, answer=answer, status=status)

    def put(self, path: str, body: Schema) -> Callable[[Handler], Handler]:
        return self._add("PUT", path, body=body, status=NOTHING)

    def patch(self, path: str, body: Schema, answer: Schema | None) -> Callable[[Handler], Handler]:
        return self._add("PATCH", path, body=body, answer=answer, status=200 if answer else NOTHING)

    def delete(self, path: str) -> Callable[[Handler], Handler]:
        return self._add("DELETE", path, status=NOTHING)

    def _add(self, method: str, path: str, **more: Any) -> Callable[[Handler], Handler]:
        def add(handler: Handler) -> Handler:
            summary = " ".join((handler.__doc__ or "").split())
            self.endpoints.append(Endpoint(method, path, self.subject, summary, handler, **more))
            return handler

        return add


class Call:
    """A request to an endpoint, whose body and query have been checked."""

    def __init__(
        self, request: web.Request, worlds: Worlds, body: Any = None, query: Mapping[str, Any] | None = None
    ) -> None:
        self.request = request
        self.worlds = worlds
        self.body = body
        self.query = query or {}

    def parameter(self, name: str) -> str:
        """Return a parameter of the path. Raises `ProblemError` where it cannot be one."""
        text = self.request.match_info[name]
        _read_value(text, parameter_schema(name), name)
        return text

    @property
    def host(self) -> str:
        """Return the name by which the caller has found this server, without the port."""
        return self.request.host.rpartition(":")[0] or self.request.host

    @property
    def world(self) -> ServedWorld:
        """Return the world that the path names. Raises `ProblemError`."""
        return self.worlds.find(self.parameter("world"))

    async def read(self, question: Callable[[LiveSimulation], T]) -> T:
        """Ask the world something that changes nothing."""
        return await done(self.world.read(question))

    async def keep(self, kind: str, content: Any) -> str:
        """Keep a JSON document for sentences that name files, and return the name of its file."""
        return await self.drive(lambda live: live.files.keep(kind, content))

    async def drive(self, action: Callable[[LiveSimulation], T]) -> T:
        """Do something to the world."""
        return await done(self.world.drive(action))

    async def say(self, *sentences: str) -> int:
        """Do what sentences say. Raises `SentenceError`."""
        return await done(self.world.say("\n".join(sentences)))


async def done(future: Future[T]) -> T:
    """Return the result of what happens in another thread; it goes on there where nobody waits for it any more."""
    return await asyncio.shield(asyncio.wrap_future(future))


async def read_body(request: web.Request, schema: Schema) -> Any:
    """Return the body of a request, which is JSON and keeps to `schema`. Raises `ProblemError`."""
    try:
        text = await request.text()
        body = json.loads(text or "{}", parse_constant=_refuse)
        if "\\ud" in text.lower():  # half a character, which no answer could tell again
            json.dumps(body, ensure_ascii=False).encode()
    except (ValueError, LookupError, RecursionError) as error:  # no JSON, no encoding, or without end
        raise ProblemError(400, f"the body is no JSON: {error}") from None
    _check(body, schema, "")
    return body


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number")


def read_query(request: web.Request, schemas: Mapping[str, Schema]) -> dict[str, Any]:
    """Return the parameters of a query, with their defaults. Raises `ProblemError`."""
    unknown = [name for name in request.query if name not in schemas]
    if unknown:
        known = ", ".join(schemas) or "none"
        raise ProblemError(400, f"there is no parameter {unknown[0]!r} here; possible are: {known}")
    found = {name: schema["default"] for name, schema in schemas.items() if "default" in schema}
    for name, text in request.query.items():
        found[name] = _read_value(text, schemas[name], name)
    return found


def parameter_schema(name: str) -> Schema:
    """Return the schema of a parameter of paths."""
    return PARAMETERS.get(name, TEXT)


def _read_value(text: str, schema: Schema, name: str) -> Any:
    value: Any = text
    if schema.get("type") == "integer" and text.lstrip("-").isdecimal() and text.isascii():
        value = int(text)
    _check(value, schema, name)
    return value


def _check(value: Any, schema: Schema, where: str) -> None:
    wrong = complaint(schema, value)
    if wrong is not None:
        place = "/".join(filter(None, (where, wrong.place)))
        raise ProblemError(422, f"{place}: {wrong.message}" if place else wrong.message, pointer=place)
