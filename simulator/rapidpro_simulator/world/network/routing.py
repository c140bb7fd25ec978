"""Which route a request takes: a table of paths with placeholders, for services that have more than fixed paths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

ANY = "*"
"""The method of a route that takes every method."""

_ANSWERED_LIKE = {"HEAD": "GET"}


class Route(Protocol):
    """One method of a path. `{name}` stands for one segment, `{name*}` at the end for all that follow, if any."""

    @property
    def method(self) -> str: ...

    @property
    def path(self) -> str: ...


R = TypeVar("R", bound=Route)

MOST_SHAPES = 1000
"""Of paths, that a table remembers the candidates of."""


class RouteTable(Generic[R]):
    """`routes` by their paths; `split` makes the segments of a path.

    Literal segments come before placeholders, whatever the order of the routes. A placeholder is never empty.
    """

    def __init__(self, routes: Iterable[R], split: Callable[[str], tuple[str, ...]]) -> None:
        self._split = split
        paths: dict[tuple[str, ...], dict[str, R]] = {}
        for route in routes:
            paths.setdefault(split(route.path), {})[route.method] = route
        self._paths = sorted(paths.items(), key=lambda each: [_is_placeholder(segment) for segment in each[0]])
        self._literals = {segment for pattern in paths for segment in pattern if not _is_placeholder(segment)}
        self._candidates: dict[tuple[str | None, ...], list[tuple[tuple[str, ...], dict[str, R]]]] = {}

    def find(self, path: str) -> tuple[Mapping[str, R], dict[str, str]]:
        """Return the routes of `path` by method, and what its placeholders stand for; no routes for no such path."""
        segments = self._split(path)
        for pattern, methods in self._candidates_of(segments):
            arguments = _match(pattern, segments)
            if arguments is not None:
                return methods, arguments
        return {}, {}

    def _candidates_of(self, segments: tuple[str, ...]) -> list[tuple[tuple[str, ...], dict[str, R]]]:
        """Return the patterns whose literals `segments` have; remembered, as few shapes of paths are asked for."""
        shape = tuple(segment if not segment or segment in self._literals else None for segment in segments)
        if shape not in self._candidates:
            if len(self._candidates) >= MOST_SHAPES:
                self._candidates.clear()
            self._candidates[shape] = [each for each in self._paths if _match(each[0], segments) is not None]
        return self._candidates[shape]


def route_for(method: str, methods: Mapping[str, R]) -> R | None:
    """Return the route that takes `method`; HEAD is answered like GET."""
    return methods.get(method) or methods.get(_ANSWERED_LIKE.get(method, ANY)) or methods.get(ANY)


def _match(pattern: Sequence[str], segments: Sequence[str]) -> dict[str, str] | None:
    if pattern and pattern[-1].endswith("*}"):
        fixed = len(pattern) - 1
        arguments = _match(pattern[:fixed], segments[:fixed])
        return None if arguments is None else {**arguments, pattern[-1][1:-2]: "/".join(segments[fixed:])}
    if len(pattern) != len(segments):
        return None
    arguments = {}
    for part, segment in zip(pattern, segments, strict=True):
        if _is_placeholder(part) and segment:
            arguments[part[1:-1]] = segment
        elif part != segment:
            return None
    return arguments


def _is_placeholder(segment: str) -> bool:
    return segment.startswith("{")
