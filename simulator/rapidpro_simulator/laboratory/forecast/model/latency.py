"""How long requests take, drawn from a seed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

Range = tuple[float, float]


class LatencyModel:
    """Seconds between a least and a most: of a request to RapidPro, and of one to CouchDB."""

    def __init__(self, random: Random, web: Range, couch: Range) -> None:
        self._draw = random.random
        self._web, self._web_spread = web[0], web[1] - web[0]
        self._couch, self._couch_spread = couch[0], couch[1] - couch[0]

    def web(self) -> float:
        """Draw the seconds of one request to RapidPro."""
        return self._web + self._web_spread * self._draw()

    def couch(self, requests: int = 1) -> float:
        """Draw the seconds of some requests to CouchDB, one after another."""
        return sum([self._couch + self._couch_spread * self._draw() for _ in range(requests)])
