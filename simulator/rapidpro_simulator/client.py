"""A client of the control API of `rapidpro-simulator serve`, for programs in Python; this module is all it needs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import timedelta
    from types import TracebackType

PREFIX = "/v1"


class ClientError(Exception):
    """What the server could not do: an HTTP `status`, and the `problem` as the server told it, `sentence` among it."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(problem.get("detail") or f"the server answered {status}")
        self.status = status
        self.problem = dict(problem)


@dataclass(frozen=True)
class Client:
    """The server at `url`, such as `http://127.0.0.1:8700`, and the `token` that it printed (None: it asks for none).

    `timeout` is how many seconds an answer may take. Every method raises `ClientError` for what the server refuses, and
    `OSError` where it is not there.
    """

    url: str
    token: str | None = None
    timeout: float = 300.0

    @property
    def worlds(self) -> list[str]:
        """Return the names of the worlds that there are."""
        return [world["name"] for world in self.ask("GET", "/worlds")["results"]]

    def world(self, name: str = "main") -> World:
        """Return a world that there is; it is asked for when something is done with it."""
        return World(self, name)

    def new_world(self, sentences: str = "", **plan: Any) -> World:
        """Make a world in which `sentences` have been said, and return it; as a context manager it ends in the end.

        `plan` is what `POST /v1/worlds` takes: `name`, `seed`, `speed`, `rapidpro`, `cht`, or a `snapshot`.
        """
        body = {**plan, **({"sentences": sentences} if sentences else {})}
        return World(self, self.ask("POST", "/worlds", body)["name"])

    def ask(self, method: str, path: str, body: object = None, **query: object) -> Any:
        """Ask an endpoint by its `path` below the version, and return the JSON that it answers, or None."""
        connection, response = self._send(method, path, body, query)
        try:
            text = response.read()
            return json.loads(text) if text else None
        finally:
            connection.close()

    def events(self, path: str, **query: object) -> Iterator[dict[str, Any]]:
        """Yield the data of server-sent events, until the server ends them."""
        connection, response = self._send("GET", path, None, query)
        try:
            for line in response:
                name, _, value = line.decode().rstrip("\n").partition(": ")
                if name == "data":
                    yield json.loads(value)
        finally:
            connection.close()

    def _send(self, method: str, path: str, body: object, query: Mapping[str, object]) -> tuple[HTTPConnection, Any]:
        place = urlsplit(self.url)
        connect = HTTPSConnection if place.scheme == "https" else HTTPConnection
        connection = connect(place.netloc, timeout=self.timeout)
        headers = {"Content-Type": "application/json", "Accept": "*/*"}
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        target = f"{place.path.rstrip('/')}{PREFIX}{path}{'?' if query else ''}{urlencode(query)}"
        try:
            connection.request(method, target, None if body is None else json.dumps(body), headers)
            response = connection.getresponse()
            if response.status >= 400:
                raise ClientError(response.status, _problem(response.read()))
        except BaseException:
            connection.close()
            raise
        return connection, response


@dataclass(frozen=True)
class World:
    """A world of a server. Use one of `Client.new_world` as a context manager: it ends with the block.

    Methods that are not here are endpoints: `world.ask("PUT", "/cht/url", {"url": "https://rapidpro.example.org"})`.
    """

    client: Client
    name: str

    def __enter__(self) -> World:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def ask(self, method: str, path: str = "", body: object = None, **query: object) -> Any:
        """Ask an endpoint of this world, by its path below the world's."""
        return self.client.ask(method, self._path(path), body, **query)

    def describe(self) -> dict[str, Any]:
        """Return its hosts and instances, with the URLs, tokens and passwords that a gateway needs."""
        found: dict[str, Any] = self.ask("GET")
        return found

    def say(self, sentences: str) -> int:
        """Do what sentences say, one a line; the first that is not true raises `ClientError`, which names it."""
        said: int = self.ask("POST", "/sentences", {"text": sentences})["said"]
        return said

    def advance(self, duration: timedelta) -> str:
        """Let so much time pass at once, and return what time it is then."""
        now: str = self.ask("POST", "/clock/advance", {"seconds": duration.total_seconds()})["now"]
        return now

    def run(self, speed: float) -> None:
        """Let time pass by itself, `speed` seconds a second; 0 pauses it."""
        self.ask("PATCH", "/clock", {"speed": speed})

    def text(self, sender: str, text: str, workspace: str | None = None) -> None:
        """Let the phone `sender`, such as +254712345678, send a text to a workspace (None: the only one)."""
        self.ask("POST", "/texts", {"from": sender, "text": text, **({"workspace": workspace} if workspace else {})})

    def wait_for(self, condition: str, within: timedelta) -> bool:
        """Wait until a condition is met, as a `Then` has it, for so long at most, and return whether it is."""
        body = {"condition": condition, "within": {"seconds": within.total_seconds()}}
        met: bool = self.ask("POST", "/conditions", body)["met"]
        return met

    @property
    def messages(self) -> list[dict[str, Any]]:
        """Return the messages of CHT, with the states of both sides, and what was tried for each."""
        return list(self.ask("GET", "/messages")["results"])

    def journal(self, question: str = "", *, after: int = 0, limit: int = 1000) -> list[dict[str, Any]]:
        """Return what happened after an entry: the latest entries that `question` asks for, such as `status=4*`."""
        query: dict[str, Any] = {"find": question} if question else {}
        return list(self.ask("GET", "/journal", after=after, limit=limit, **query)["results"])

    def follow(self, *, after: int = 0) -> Iterator[dict[str, Any]]:
        """Yield the entries of the journal after the one of a number, as they happen, until the world ends."""
        return self.client.events(self._path("/journal/stream"), after=after)

    def snapshot(self) -> dict[str, Any]:
        """Return the world as data, from which `Client.new_world(snapshot=…)` makes it again."""
        saved: dict[str, Any] = self.ask("GET", "/snapshot")
        return saved

    def end(self) -> None:
        """End the world; its ports are free then."""
        self.ask("DELETE")

    def _path(self, path: str) -> str:
        return f"/worlds/{quote(self.name, safe='')}{path}"


def _problem(text: bytes) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
