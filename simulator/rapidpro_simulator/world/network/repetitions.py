"""Answers to questions that are asked again and again while nothing changes, such as those of an idle gateway.

A service that can tell its `version` is asked once for each; until that changes, the same answer is given and recorded
again without another trip through a socket. Nobody but the processor can tell the difference.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from multidict import MultiMapping

    from rapidpro_simulator.world.journal import Exchange

MOST = 256
"""Answers of one host that are remembered."""
FEEDS = ("_changes", "_session")
"""Ends of paths whose answers depend on the time."""


@runtime_checkable
class Versioned(Protocol):
    """A service whose answers to the same question are the same as long as its version is."""

    @property
    def version(self) -> Hashable:
        """Return what changes with everything that could change an answer."""


@dataclass(frozen=True)
class Repetition:
    """An answer that was given, and what the journal has of it."""

    version: Hashable
    path: str
    query: str
    headers: MultiMapping[str]
    text: str
    shown: bytes
    content_type: str


class Repetitions:
    """The latest answers of `service`, by who asked, the target, and the authorization shown."""

    def __init__(self, service: Any) -> None:
        self._versioned = service if isinstance(service, Versioned) else None
        self._known: OrderedDict[tuple[str, str, str], Repetition] = OrderedDict()
        self._writes = 0

    def version(self) -> Hashable:
        """Return the version of now; None where the service cannot tell."""
        return None if self._versioned is None else (self._writes, self._versioned.version)

    def note_write(self) -> None:
        """Forget all: somebody has asked for a change."""
        self._writes += 1

    def find(self, party: str, target: str, headers: Mapping[str, str]) -> Repetition | None:
        """Return the answer that the service would give again."""
        known = self._known.get((party, target, headers.get("Authorization", "")))
        return known if known is not None and known.version == self.version() else None

    def remember(
        self, party: str, request: web.BaseRequest, response: web.StreamResponse, exchange: Exchange, before: Hashable
    ) -> None:
        """Keep the answer to `request`, if nothing has changed since `before`."""
        body = response.body if isinstance(response, web.Response) else None
        is_feed = request.path.rpartition("/")[2] in FEEDS
        if (
            request.method != "GET"
            or before is None
            or response.status != 200
            or is_feed
            or not isinstance(body, bytes)
            or self.version() != before
        ):
            return
        key = (party, request.rel_url.raw_path_qs, request.headers.get("Authorization", ""))
        self._known[key] = Repetition(
            version=before,
            path=request.path,
            query=request.rel_url.raw_query_string,
            headers=response.headers,
            text=body.decode("utf-8", "replace"),
            shown=exchange.response,
            content_type=exchange.content_type,
        )
        self._known.move_to_end(key)
        while len(self._known) > MOST:
            self._known.popitem(last=False)
