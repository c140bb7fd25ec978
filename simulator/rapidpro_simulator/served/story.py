"""What was done to a served world, each with its instant: sentences that were said, requests that came from outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiohttp import web
    from multidict import MultiMapping

    from rapidpro_simulator.testing.sentences import Sentence

MOST_PARTS = 100_000
MOST_BYTES = 64 * 1024 * 1024  # of what was said, and of the bodies of requests


@dataclass(frozen=True)
class Told:
    """A sentence that was said, from `begun` until `ended` (seconds since the world began)."""

    begun: float
    ended: float
    sentence: Sentence


class Visit(NamedTuple):
    """A request from outside to `host`, `begun` so many seconds after the world began."""

    begun: float
    host: str
    method: str
    target: str
    headers: MultiMapping[str]
    body: bytes


class Story:
    """The sentences of a world and the requests that came to it from outside, in order.

    Sentences that failed are not among them: they did nothing that counts. Where more came than can be kept, the story
    is `torn`: it cannot be told again.
    """

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._bytes = 0
        self.parts: list[Told | Visit] = []
        self.torn = False

    def tell(self, begun: float, sentence: Sentence) -> None:
        """Remember a sentence that was said, and has ended now."""
        below = sum(len(cell) for row in sentence.table or () for cell in row) + len(sentence.docstring or "")
        self._remember(Told(begun, self._seconds(), sentence), len(sentence.text) + below)

    def visit(self, host: str, request: web.BaseRequest, body: bytes) -> None:
        """Remember a request from outside."""
        if self.torn:
            return
        target = request.rel_url.raw_path_qs
        self._remember(Visit(self._seconds(), host, request.method, target, request.headers, body), len(body))

    def _remember(self, part: Told | Visit, size: int) -> None:
        self._bytes += size
        if self.torn or len(self.parts) >= MOST_PARTS or self._bytes > MOST_BYTES:
            self.torn = True
        else:
            self.parts.append(part)
