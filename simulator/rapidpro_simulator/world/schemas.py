"""The JSON Schemas of the wire, and the inspector that holds what a gateway sends against them.

The schemas are files, `fixtures/schemas/<service>/<endpoint>.<direction>.json`; which request or answer each of them is
about is the table here. What a server does with a wrong request is the server's own affair.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache, lru_cache, partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import parse_qsl, urljoin

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from .journal import HIDDEN, Exchange

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from importlib.resources.abc import Traversable

    from jsonschema.exceptions import ValidationError

    from .journal import Entry, Journal

QUERY: Final = "query"
REQUEST: Final = "request"  # in JSON, where `FORM` or `TEXT` don't say otherwise
FORM: Final = "form"  # what is not JSON is a form
TEXT: Final = "text"  # a text as it is

REMEMBERED = 4096  # requests whose check is not repeated
LONGEST_MESSAGE = 300  # characters of a complaint: it may quote a whole document


@dataclass(frozen=True)
class Endpoint:
    """What has a schema, of the exchanges with one `method` (`*`: any) and `path`.

    In a path `*` stands for (part of) one segment, `**` for the rest. `parts` are schemas by what they are about:
    `QUERY`, `REQUEST`, `FORM`, `TEXT`, or a glob of the status of an answer; the first glob that fits holds.
    """

    method: str
    path: str
    parts: Mapping[str, str] = field(default_factory=dict)

    def fits(self, method: str, path: str) -> bool:
        return self.method in {"*", method} and _pattern(self.path).fullmatch(path) is not None

    def answer(self, status: int) -> str | None:
        """Return the schema of an answer with `status`; None where there is none."""
        return next((schema for part, schema in self.parts.items() if fnmatchcase(str(status), part)), None)


def _rapidpro(method: str, name: str, **parts: str) -> Endpoint:
    return Endpoint(method, f"/api/v2/{name}.json", {**_answers(parts, "rapidpro"), **RAPIDPRO_ERRORS})


def _cht(method: str, path: str, *, errors: str = "cht/error", **parts: str) -> Endpoint:
    return Endpoint(method, path, {**_answers(parts, "cht"), "[45]*": errors})


def _couch(method: str, path: str, **parts: str) -> Endpoint:
    return Endpoint(method, path, {**_answers(parts, "couch"), "[45]*": "couch/error"})


def _answers(parts: Mapping[str, str], service: str) -> dict[str, str]:
    return {"2*" if part == "answer" else part: f"{service}/{schema}" for part, schema in parts.items()}


RAPIDPRO_ERRORS = {"400": "rapidpro/error.invalid", "429": "rapidpro/error.throttled", "4*": "rapidpro/error"}

_NEW_MESSAGE = {"query": "nothing.query", "request": "messages.request", "form": "messages.form"}
_NEW_CONTACT = {"query": "contact.query", "request": "contacts.request", "form": "contacts.form"}

RAPIDPRO = (
    _rapidpro("GET", "broadcasts", query="broadcasts.query", answer="broadcasts.response"),
    _rapidpro("POST", "broadcasts", query="nothing.query", request="broadcasts.request", answer="broadcast.response"),
    _rapidpro("GET", "messages", query="messages.query", answer="messages.response"),
    _rapidpro("POST", "messages", **_NEW_MESSAGE, answer="message.response"),
    _rapidpro("GET", "contacts", query="contacts.query", answer="contacts.response"),
    _rapidpro("POST", "contacts", **_NEW_CONTACT, answer="contact.response"),
    _rapidpro("DELETE", "contacts", query="contact.delete.query"),
    _rapidpro("GET", "workspace", query="nothing.query", answer="workspace.response"),
    _rapidpro("GET", "org", query="nothing.query", answer="workspace.response"),
    _rapidpro("GET", "flow_starts", query="flow_starts.query", answer="flow_starts.response"),
    _rapidpro("POST", "flow_starts", request="flow_starts.request", answer="flow_start.response"),
    _rapidpro("GET", "runs", query="runs.query", answer="runs.response"),
    _rapidpro("GET", "flows", answer="flows.response"),
    _rapidpro("GET", "definitions", answer="definitions.response"),
    _rapidpro("GET", "campaigns", answer="campaigns.response"),
    _rapidpro("POST", "campaigns", answer="campaign.response"),
    _rapidpro("GET", "campaign_events", answer="campaign_events.response"),
    _rapidpro("POST", "campaign_events", answer="campaign_event.response"),
    _rapidpro("GET", "resthooks", answer="resthooks.response"),
    _rapidpro("GET", "resthook_events", answer="resthook_events.response"),
    _rapidpro("GET", "resthook_subscribers", answer="resthook_subscribers.response"),
    _rapidpro("POST", "resthook_subscribers", answer="resthook_subscriber.response"),
)

COUCH = (
    _couch("GET", "/_session", answer="session.response"),
    _couch("POST", "/_session", request="session.request", answer="session.opened.response"),
    _couch("GET", "/[!_]*/_design/*/_view/*", query="rows.query", answer="rows.response"),
    _couch("POST", "/[!_]*/_design/*/_view/*", query="rows.query", request="rows.request", answer="rows.response"),
    _couch("GET", "/[!_]*/_all_docs", query="rows.query", answer="rows.response"),
    _couch("POST", "/[!_]*/_all_docs", query="rows.query", request="rows.request", answer="rows.response"),
    _couch("POST", "/[!_]*/_bulk_docs", request="bulk-docs.request", answer="bulk-docs.response"),
    _couch("GET", "/[!_]*/_changes", query="changes.query", answer="changes.response"),
    _couch("GET", "/[!_]*", answer="database.response"),
    _couch("PUT", "/[!_]*", answer="created.response"),
    _couch("POST", "/[!_]*", request="document.request", answer="saved.response"),
    *(
        endpoint
        for path in ("/[!_]*/[!_]*", "/[!_]*/_design/*", "/[!_]*/_local/*")
        for endpoint in (
            _couch("GET", path, query="document.query", answer="document.response"),
            _couch("PUT", path, query="document.query", request="document.request", answer="saved.response"),
            _couch("DELETE", path, query="document.query", answer="saved.response"),
        )
    ),
)

_SETTINGS = "/api/v1/settings"
_DESIGN = "/*/_design/medic/_rewrite"
_UPDATES = {"query": "settings.query", "request": "settings.request", "answer": "settings.updated.response"}
_RECORDS = {"request": "records.request", "form": "records.form", "answer": "records.response"}
_WEBHOOK = {"request": "incoming-messages.request", "answer": "incoming-messages.response"}

CHT = (
    _cht("POST", "/api/v2/sms/rapidpro/incoming-messages", **_WEBHOOK),
    _cht("POST", "/api/v1/sms/radpidpro/incoming-messages", **_WEBHOOK),  # misspelt by CHT itself (cht 1.1)
    _cht("GET", "/api/sms", answer="sms.welcome.response"),
    _cht("POST", "/api/sms", request="sms.request", answer="sms.response"),
    _cht("PUT", "/api/v1/credentials/**", text="credentials.request", answer="credentials.response"),
    _cht("GET", _SETTINGS, answer="settings.response"),
    _cht("PUT", _SETTINGS, **_UPDATES),
    _cht("GET", f"{_SETTINGS}/deprecated-transitions", answer="deprecated-transitions.response"),
    _cht("PUT", f"{_DESIGN}/update_settings/medic", **_UPDATES),
    _cht("GET", f"{_DESIGN}/app_settings/medic", answer="settings.legacy.response"),
    _cht("POST", "/api/v1/records", query="records.query", **_RECORDS),
    _cht("POST", "/api/v2/records", **_RECORDS),
    _cht("GET", "/api/info", answer="info.response"),
    _cht("GET", "/api/deploy-info", answer="deploy-info.response"),
    _cht("GET", "/setup/poll", answer="setup-poll.response"),
    _cht("POST", "/*/login", errors="cht/login.error", request="login.request"),
)

# What CHT doesn't know it hands on to CouchDB, but may refuse in words of its own before (cht 0.2, step 7).
OTHERS_OF_CHT = (Endpoint("*", "/api/**"), Endpoint("*", "/setup/**"), Endpoint("GET", "/*/login"))
HANDED_ON = tuple(
    Endpoint(each.method, each.path, {part: schema for part, schema in each.parts.items() if part != "[45]*"})
    for each in COUCH
)

ENDPOINTS: Mapping[str, tuple[Endpoint, ...]] = {
    "rapidpro": RAPIDPRO,
    "cht": (*CHT, *OTHERS_OF_CHT, *HANDED_ON),
    "couch": COUCH,
}
"""The table, by the kind of the host. The first endpoint that fits holds."""

DIALECTS: Mapping[str, tuple[str, ...]] = {
    "community": ("community",),
    "textit-2025": ("textit-2025", "textit"),
    "textit-2026": ("textit-2026", "textit"),
    "v8": ("v8", "community"),
    "v7": ("v7", "v8", "community"),
}
"""Generations of RapidPro, and the endings of the schemas that hold for each, the nearest first (rapidpro 10)."""


@cache
def _pattern(path: str) -> re.Pattern[str]:
    pieces = {"**": ".*", "*": "[^/]*", "[!_]": "[^_/]"}
    return re.compile("".join(pieces.get(piece, re.escape(piece)) for piece in re.split(r"(\*+|\[!_\])", path)))


def find_endpoint(kind: str, method: str, path: str) -> Endpoint | None:
    """Return what the table has for a request to a host of `kind`; a slash at the end makes no difference."""
    path = path.rstrip("/") or "/"
    return next((each for each in ENDPOINTS.get(kind, ()) if each.fits(method, path)), None)


@dataclass(frozen=True)
class Violation:
    """One thing wrong: which schema it breaks, where (a JSON path), and what is wrong there."""

    schema: str
    path: str
    message: str


class Schemas:
    """The schemas in a folder (default: ours), each under its path without `.json`."""

    def __init__(self, folder: Traversable | None = None) -> None:
        self.documents = dict(_read_folder(folder or find_folder()))
        self._registry = Registry().with_resources(
            (f"{BASE}{name}.json", Resource.from_contents(schema)) for name, schema in self.documents.items()
        )
        self._validators: dict[str, Draft202012Validator] = {}

    def name(self, schema: str, generation: str | None = None) -> str:
        """Return the name of what `schema` is in a generation of RapidPro; itself where it is the same in all."""
        candidates = (f"{schema}.{ending}" for ending in DIALECTS.get(generation or "", ()))
        return next((name for name in candidates if name in self.documents), schema)

    def check(self, name: str, instance: Any) -> list[Violation]:
        """Return what is wrong with `instance`. Raises `KeyError` where there is no schema called `name`."""
        errors = self._validator(name).iter_errors(instance)
        found = [Violation(name, _path(error.absolute_path), _shorten(_describe(error))) for error in errors]
        return sorted(found, key=lambda violation: violation.path)

    def _validator(self, name: str) -> Draft202012Validator:
        if name not in self._validators:
            schema = self._inline(self.documents[name], f"{name}.json", ())
            self._validators[name] = Draft202012Validator(schema, registry=self._registry)
        return self._validators[name]

    def _inline(self, schema: Any, file: str, within: tuple[str, ...]) -> Any:
        # To look a reference up takes far longer than to check what it refers to, so each is put in its place
        # beforehand; only one that leads back into itself stays.
        if isinstance(schema, list):
            return [self._inline(each, file, within) for each in schema]
        if not isinstance(schema, dict):
            return schema
        rest = {key: self._inline(value, file, within) for key, value in schema.items() if key not in {"$ref", "$defs"}}
        if "$ref" not in schema:
            return rest
        target, _, place = urljoin(f"/{file}", schema["$ref"]).removeprefix("/").partition("#")
        reference = f"{target}#{place}"
        if reference in within:
            return {"$ref": BASE + reference}
        found = self.documents[target.removesuffix(".json")]
        for step in place.split("/")[1:]:
            found = found[step]
        inlined = self._inline(found, target, (*within, reference))
        return {**rest, "allOf": [*rest.get("allOf", ()), inlined]} if rest else inlined


BASE: Final = "https://rapidpro-simulator.invalid/schemas/"

# Of these the library can only say that something "does not match" or "is not valid under any": where a schema has a
# title, "is not <title>" says more.
SAID_BY_TITLE = frozenset({"pattern", "not", "anyOf"})


def _describe(error: ValidationError) -> str:
    title = error.schema.get("title") if isinstance(error.schema, dict) else None
    if title is None or error.validator not in SAID_BY_TITLE:
        return error.message
    return f"{error.instance!r} is not {title}"


def _path(steps: Iterable[str | int]) -> str:
    # The library has such a path too, but quotes other names in each of its versions.
    path = "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return path.encode(errors="backslashreplace").decode()  # JSON can name what no file can be written with


def _shorten(message: str) -> str:
    half = LONGEST_MESSAGE // 2
    return message if len(message) <= LONGEST_MESSAGE else f"{message[:half]} … {message[-half:]}"


def find_folder() -> Traversable:
    """Return the folder of the schemas: in the installed package, or at the top of the checkout."""
    try:
        return files("rapidpro_simulator.fixtures") / "schemas"
    except ModuleNotFoundError:
        return Path(__file__).parents[3] / "fixtures" / "schemas"


def _read_folder(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _read_folder(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".json"):
            yield prefix + entry.name.removesuffix(".json"), json.loads(entry.read_text(encoding="utf-8"))


@cache
def bundled() -> Schemas:
    """Return our own schemas; they are read once."""
    return Schemas()


class Inspector:
    """Holds what gateways send against the schemas; `journal.listeners.append(inspector)` puts it to work.

    `roles` are globs of the names under which gateways make requests (`gateway`, `gateway of *`). `kind_of` returns the
    kind of a host, `rapidpro`, `cht` or `couch`, or None for one that has no schemas; a generation may follow,
    `rapidpro:textit-2026`, for the schemas of just that one.

    Each violation becomes an event `schema.violation` of the journal: `exchange` (its number), `schema`, `path`,
    `message`. A request is inspected whatever became of it, unless it never reached the wire. With `answers` what our
    own hosts answer to anybody is inspected too, whole pages included: a violation there is an event `schema.lie`.
    """

    def __init__(
        self,
        journal: Journal,
        roles: Iterable[str],
        kind_of: Callable[[str], str | None],
        *,
        schemas: Schemas | None = None,
        answers: bool = False,
    ) -> None:
        self._journal = journal
        self._roles = tuple(roles)
        self._kind_of = kind_of
        self._schemas = schemas or bundled()
        self._answers = answers
        # A gateway asks the same questions minute after minute.
        self._violations = lru_cache(REMEMBERED)(self._check_request)

    def __call__(self, entry: Entry) -> None:
        """Inspect `entry`, if it is an exchange of interest."""
        if not isinstance(entry, Exchange) or entry.data["outcome"] == "refused":
            return
        inspects_request = any(fnmatchcase(entry.data["by"], role) for role in self._roles)
        if inspects_request or self._answers:
            self._inspect(entry, inspects_request=inspects_request)

    def _inspect(self, exchange: Exchange, *, inspects_request: bool) -> None:
        kind, _, generation = (self._kind_of(exchange.data["to"]) or "").partition(":")
        data = exchange.data
        if inspects_request:
            request = Sent(kind, generation, data["method"], data["path"], data["query"], exchange.request)
            self._record("schema.violation", exchange, self._violations(request))
        endpoint = find_endpoint(kind, data["method"], data["path"]) if self._answers else None
        if endpoint is not None:
            for schema, read in _answered(exchange, endpoint):
                self._record("schema.lie", exchange, self._check(self._schemas.name(schema, generation), read))

    def _check_request(self, sent: Sent) -> list[Violation]:
        endpoint = find_endpoint(sent.kind, sent.method, sent.path)
        parts = _parts_of(sent, endpoint) if endpoint is not None else ()
        return [
            violation
            for schema, read in parts
            for violation in self._check(self._schemas.name(schema, sent.generation), read)
        ]

    def _check(self, schema: str, read: Callable[[], Any]) -> list[Violation]:
        try:
            return self._schemas.check(schema, read())
        except (ValueError, RecursionError) as error:  # the latter from brackets within brackets
            return [Violation(schema, "$", f"unreadable: {error}")]

    def _record(self, kind: str, exchange: Exchange, violations: Iterable[Violation]) -> None:
        for found in violations:
            self._journal.event(
                kind, exchange=exchange.number, schema=found.schema, path=found.path, message=found.message
            )


class Sent(NamedTuple):
    """A request as it was sent: all that decides whether it keeps to its schemas."""

    kind: str
    generation: str
    method: str
    path: str
    query: str
    body: bytes


def _parts_of(sent: Sent, endpoint: Endpoint) -> Iterator[tuple[str, Callable[[], Any]]]:
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


def _answered(exchange: Exchange, endpoint: Endpoint) -> Iterator[tuple[str, Callable[[], Any]]]:
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
