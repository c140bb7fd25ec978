"""The OpenAPI document of a release's api: the paths that it answers itself, and CHT's dialect of errors.

What it hands on to CouchDB is CouchDB's own affair, and not in it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from rapidpro_simulator.world.network.routing import ANY
from rapidpro_simulator.world.schemas import FORM, QUERY, REQUEST, TEXT
from rapidpro_simulator.world.schemas.openapi import Answer, Content, Description, Operation, document

from .call import Body
from .routes import served_routes
from .schemas import WIRE_SCHEMAS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rapidpro_simulator.cht.releases import Release
    from rapidpro_simulator.world.schemas import EndpointSchemas

    from .routes import ChtRoute

DESCRIPTION: Final = """\
The api of CHT as the simulator serves it for this release: what it answers itself. All other paths are handed on to
CouchDB. Errors are JSON for whoever asks for JSON (`Accept: application/json`), and plain text for others; a browser
that is not logged in is sent to the login page."""

TAGS: Final = {
    "messages": "What comes in from phones, and what goes out to them.",
    "contacts": "People and places, and reports about them.",
    "users": "Who may use the instance.",
    "settings": "App settings and secrets.",
    "operation": "How the instance is doing, and what it is.",
}
_TAG_OF: Final = {
    "messages": r"/sms|/records|/export/messages",
    "contacts": r"/contact|/people|/person|/place|/report|/export|/replication",
    "users": r"/users|/login",
    "settings": r"/credentials|settings",
}
"""By what is in a path; the first that fits."""

SCHEMES: Final = {
    "basic": {"type": "http", "scheme": "basic", "description": "A user and the password."},
    "session": {"type": "apiKey", "in": "cookie", "name": "AuthSession", "description": "The session of a login."},
    "incoming": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "The word `Token`, a space, and the credential `rapidpro:incoming`.",
    },
}
_OPEN = re.compile(r"/api/info|/setup/poll|.*/monitoring|/[^/]+/login")
_KEYED = re.compile(r".*/incoming-messages")

JSON: Final = "application/json"
PLAIN: Final = "text/plain"
_BODIES = {REQUEST: JSON, FORM: "application/x-www-form-urlencoded", TEXT: PLAIN}
_OTHER_ANSWERS: Final = {"/login": "text/html", "/export/": "text/csv"}
"""The type of an answer that is no JSON, by what is in the path."""

_SUCCESSES: Final = {200: "What was asked for, or what was done.", 302: "You are logged in."}
_REFUSALS: Final = {
    400: "The request is invalid.",
    401: "Nobody known is asking.",
    403: "Who is asking may not do this.",
    404: "There is no such thing.",
    413: "The body is larger than what is taken.",
    429: "Too many logins have failed.",
    500: "CHT fails over the request; it also answers so to many that are invalid.",
    502: "The api is not up.",
}


def describe(release: Release, database: str) -> dict[str, Any]:
    """Return the OpenAPI document of the api of a release, whose main database is called `database`."""
    return document(
        Description(
            title="CHT API",
            version=release.name,
            text=DESCRIPTION,
            service="cht",
            endings=(),
            tags=TAGS,
            schemes=SCHEMES,
            security=("basic", "session"),
            operations=tuple(_operations(release, database)),
        )
    )


def _operations(release: Release, database: str) -> Iterator[Operation]:
    for route in served_routes(release, database):
        path = route.path.removesuffix("/{rest*}")
        schemas = WIRE_SCHEMAS.find(route.method, re.sub(r"\{.*?\}", "x", path))
        if route.method != ANY and not path.endswith("/") and schemas is not None:
            yield Operation(
                method=route.method,
                path=path,
                tag=next((tag for tag, words in _TAG_OF.items() if re.search(words, path)), "operation"),
                summary=schemas.summary,
                query=schemas.parts.get(QUERY),
                body=_body(route, schemas),
                answers=_answers(path, schemas),
                security=_security(path),
            )


def _security(path: str) -> tuple[str, ...] | None:
    if _OPEN.fullmatch(path):
        return ()
    return ("incoming",) if _KEYED.fullmatch(path) else None


def _body(route: ChtRoute, schemas: EndpointSchemas) -> Content:
    named: dict[str, str | None] = {_BODIES[part]: schema for part, schema in schemas.parts.items() if part in _BODIES}
    return named | {"text/csv": None} if route.body is Body.JSON_OR_TEXT else named


def _answers(path: str, schemas: EndpointSchemas) -> dict[int, Answer]:
    other: Content = next(({kind: None} for words, kind in _OTHER_ANSWERS.items() if words in path), {})
    successes = {}
    for status in schemas.successes:
        name = schemas.answer(status)
        successes[status] = Answer(_SUCCESSES[status], {JSON: name} if name else {} if status == 302 else other)
    refusals = {status: Answer(text, _refusal(schemas, status)) for status, text in _REFUSALS.items()}
    return successes | refusals


def _refusal(schemas: EndpointSchemas, status: int) -> Content:
    return {JSON: schemas.answer(status), PLAIN: None, "text/html": None}
