"""Holds what gateways send, and what our own hosts answer, against the schemas of the wire.

What a server does with a wrong request is the server's own affair.
"""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from functools import cache, cached_property, lru_cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl

from rapidpro_simulator.world.journal import Exchange
from rapidpro_simulator.world.redaction import HIDDEN

from .documents import Schemas, bundled
from .endpoints import FORM, QUERY, REQUEST, TEXT, EndpointSchemas, WireSchemas
from .violations import Violation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rapidpro_simulator.world.journal import Entry, Journal

REMEMBERED = 4096  # requests whose check is not repeated


class Inspector:
    """Holds what gateways send against the schemas; `journal.listeners.append(inspector)` puts it to work.

    `roles` are globs of the names under which gateways make requests (`gateway`, `gateway of *`). `schemas_of` returns
    the schemas of a host by its name, the same object each time; None for a host that has none.

    Each violation becomes an event `schema.violation` of the journal: `exchange` (its number), `schema`, `path`,
    `message`. A request is inspected whatever became of it, unless it never reached the wire. With `answers` what our
    own hosts answer to anybody is inspected too, whole pages included: a violation there is an event
    `schema.response_violation`.
    """

    def __init__(
        self,
        journal: Journal,
        roles: Iterable[str],
        schemas_of: Callable[[str], WireSchemas | None],
        *,
        documents: Schemas | None = None,
        answers: bool = False,
    ) -> None:
        self._journal = journal
        roles = tuple(roles)
        self._inspects = cache(lambda party: any(fnmatchcase(party, role) for role in roles))
        self._schemas_of = schemas_of
        self._given = documents
        self._answers = answers
        # A gateway asks the same questions minute after minute.
        self._violations = lru_cache(REMEMBERED)(self._check_request)

    @cached_property
    def _documents(self) -> Schemas:
        return self._given or bundled()  # not before the first request: many worlds see none of a gateway

    def __call__(self, entry: Entry) -> None:
        """Inspect `entry`, if it is an exchange of interest."""
        if not isinstance(entry, Exchange) or entry.data["outcome"] == "refused":
            return
        inspects_request = self._inspects(entry.data["by"])
        if inspects_request or self._answers:
            self._inspect(entry, inspects_request=inspects_request)

    def _inspect(self, exchange: Exchange, *, inspects_request: bool) -> None:
        data = exchange.data
        wire = self._schemas_of(data["to"])
        if wire is None:
            return
        if inspects_request:
            request = SentRequest(wire, data["method"], data["path"], data["query"], exchange.request)
            self._record("schema.violation", exchange, self._violations(request))
        endpoint = wire.find(data["method"], data["path"]) if self._answers else None
        if endpoint is not None:
            for schema, read in _answered(exchange, endpoint):
                self._record("schema.response_violation", exchange, self._check(schema, wire, read))

    def _check_request(self, sent: SentRequest) -> list[Violation]:
        endpoint = sent.wire.find(sent.method, sent.path)
        parts = _parts_of(sent, endpoint) if endpoint is not None else ()
        return [violation for schema, read in parts for violation in self._check(schema, sent.wire, read)]

    def _check(self, schema: str, wire: WireSchemas, read: Callable[[], Any]) -> list[Violation]:
        schema = self._documents.name(schema, wire.endings)
        try:
            return self._documents.check(schema, read())
        except (ValueError, RecursionError) as error:  # the latter from brackets within brackets
            return [Violation(schema, "$", f"unreadable: {error}")]

    def _record(self, kind: str, exchange: Exchange, violations: Iterable[Violation]) -> None:
        for found in violations:
            self._journal.event(
                kind, exchange=exchange.number, schema=found.schema, path=found.path, message=found.message
            )


class SentRequest(NamedTuple):
    """A request as it was sent: all that decides whether it keeps to its schemas."""

    wire: WireSchemas
    method: str
    path: str
    query: str
    body: bytes


def _parts_of(sent: SentRequest, endpoint: EndpointSchemas) -> Iterator[tuple[str, Callable[[], Any]]]:
    body, parts = sent.body, endpoint.parts
    if QUERY in parts:
        yield parts[QUERY], partial(read_form, sent.query)
    if body == HIDDEN.encode():
        return
    if TEXT in parts:
        yield parts[TEXT], body.decode
    elif FORM in parts and body.lstrip()[:1] not in {b"{", b"["}:
        yield parts[FORM], lambda: read_form(body.decode())
    elif REQUEST in parts:
        # Both services take an empty body for an empty object (rapidpro 1.7, cht 1.3).
        yield parts[REQUEST], partial(read_json, body or b"{}")


def _answered(exchange: Exchange, endpoint: EndpointSchemas) -> Iterator[tuple[str, Callable[[], Any]]]:
    # Only what is the server's own, not a fault's, and JSON: heartbeats and pages in HTML are neither.
    if exchange.status is None or exchange.data["fault"] or not exchange.content_type.startswith("application/json"):
        return
    schema = endpoint.answer(exchange.status)
    if schema is not None and exchange.response not in {b"", HIDDEN.encode()}:
        yield schema, partial(read_json, exchange.response)


def read_form(text: str) -> dict[str, str | list[str]]:
    """Return the fields of a form or a query; one that is repeated is a list."""
    fields: dict[str, str | list[str]] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        known = fields.get(name)
        fields[name] = value if known is None else [*([known] if isinstance(known, str) else known), value]
    return fields


def read_json(body: bytes) -> Any:
    """Return what `body` holds, strictly: `NaN` is no number. Raises `ValueError` where it is no JSON."""
    return json.loads(body.decode(), parse_constant=_refuse)


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")
