"""Requests that no endpoint was there for, and the endpoints that come closest: what somebody has probably meant."""

from __future__ import annotations

import re
import sys
from difflib import SequenceMatcher
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.api.routes import ROUTES
from rapidpro_simulator.cht.releases import release
from rapidpro_simulator.rapidpro.api.openapi import describe
from rapidpro_simulator.rapidpro.generations import generation
from rapidpro_simulator.world.journal import Exchange
from rapidpro_simulator.world.network.routing import ANY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rapidpro_simulator.simulation import Simulation

NOT_FOUND, NOT_ALLOWED = 404, 405
OTHER_LENGTH = 0.8  # of the likeness of paths with more or fewer segments
PARAMETER_COUNTS = 0.7
METHOD_COUNTS = 0.15  # of the likeness of two requests; the rest is the path
UNMATCHED = frozenset({NOT_FOUND, NOT_ALLOWED})
PARAMETER = re.compile(r"{[^}]*}")
SUFFIXES = (".json", ".api")


def unmatched(simulation: Simulation) -> list[dict[str, Any]]:
    """Return the requests of anybody but the simulation itself that no endpoint was there for, the latest last."""
    return latest(simulation, sys.maxsize)


def latest(simulation: Simulation, most: int) -> list[dict[str, Any]]:
    """Return the latest of them, at most so many, the latest last."""
    known = dict(_known(simulation))
    refused = (each for each in reversed(simulation.journal) if isinstance(each, Exchange) and each.status in UNMATCHED)
    found = (
        (exchange, endpoints)
        for exchange in refused
        if (endpoints := known.get(exchange.data["to"])) is not None and not _is_there(exchange, endpoints)
    )
    return [_told(exchange, endpoints) for exchange, endpoints in islice(found, most)][::-1]


def _told(exchange: Exchange, known: list[tuple[str, str]]) -> dict[str, Any]:
    return {
        "entry": exchange.number,
        "at": exchange.time.isoformat(),
        "by": exchange.data["by"],
        "request": f"{exchange.data['method']} https://{exchange.data['to']}{exchange.target}",
        "status": exchange.status,
        "closest": closest(exchange, known),
        "why": _why(exchange, known),
    }


def closest(exchange: Exchange, known: Iterable[tuple[str, str]]) -> str | None:
    """Return the endpoint that is most like what was asked for, as `POST /api/v2/broadcasts.json`."""
    method, path = exchange.data["method"], exchange.data["path"]
    best = max(known, key=lambda each: _likeness(method, path, *each), default=None)
    return None if best is None else f"{best[0]} {best[1]}"


def _why(exchange: Exchange, known: list[tuple[str, str]]) -> str:
    method, path = exchange.data["method"], exchange.data["path"]
    methods = [each for each, template in known if _fits(path, template)]
    if methods:
        return f"{path} takes {', '.join(sorted(set(methods)))}, not {method}"
    return f"there is no {path} here"


def _is_there(exchange: Exchange, known: list[tuple[str, str]]) -> bool:
    """Say whether the endpoint is there, so that what was not found is a thing and no endpoint."""
    method, path = exchange.data["method"], exchange.data["path"]
    return any(each in {method, ANY} and _fits(path, template) for each, template in known)


def _fits(path: str, template: str) -> bool:
    pattern = "[^/]+".join(map(re.escape, PARAMETER.split(_bare(template))))
    return re.fullmatch(pattern, _bare(path)) is not None


def _bare(path: str) -> str:
    bare = path.rstrip("/")
    return next((bare.removesuffix(suffix) for suffix in SUFFIXES if bare.endswith(suffix)), bare)


def _likeness(method: str, path: str, other: str, template: str) -> float:
    return METHOD_COUNTS * (other in {method, ANY}) + (1 - METHOD_COUNTS) * _path_likeness(_bare(path), _bare(template))


def _path_likeness(path: str, template: str) -> float:
    """Return how alike two paths are, 0 to 1: segment by segment where there are as many, a parameter is like any."""
    ours, theirs = path.split("/"), template.split("/")
    if len(ours) != len(theirs):
        return OTHER_LENGTH * SequenceMatcher(None, path, template).ratio()
    alike = (
        PARAMETER_COUNTS if PARAMETER.fullmatch(b) else SequenceMatcher(None, a, b).ratio()
        for a, b in zip(ours, theirs, strict=True)
    )
    return sum(alike) / len(ours)


def _known(simulation: Simulation) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    for host in simulation.hosts.values():
        yield host.name, _of_rapidpro(host.installation.generation.name)
    for instance in simulation.instances.values():
        yield instance.name, _of_cht(instance.release.name, instance.database)


@cache
def _of_rapidpro(name: str) -> list[tuple[str, str]]:
    paths = describe(generation(name))["paths"]
    return [(method.upper(), path) for path, methods in paths.items() for method in methods if method != "parameters"]


@cache
def _of_cht(name: str, database: str) -> list[tuple[str, str]]:
    served = [route for route in ROUTES if route.served(release(name))]
    webhooks = [("POST", path) for path in release(name).incoming_paths]
    # What the api does not answer itself it passes on to CouchDB.
    passed_on = [(ANY, f"/{database}/{{id}}"), (ANY, f"/{database}"), (ANY, "/_users/{id}"), (ANY, "/_session")]
    return [*((route.method, route.path.replace("{database}", database)) for route in served), *webhooks, *passed_on]
