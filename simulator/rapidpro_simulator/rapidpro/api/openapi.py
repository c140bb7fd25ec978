"""The OpenAPI document of a generation's API: its endpoints, their schemas, and RapidPro's dialect of errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rapidpro_simulator.world.schemas import FORM, MULTIPART, QUERY, REQUEST
from rapidpro_simulator.world.schemas.openapi import Answer, Content, Description, Operation, document

from . import bodies
from .endpoints import ROOT, endpoints
from .schemas import wire_schemas

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rapidpro_simulator.rapidpro.generations import Generation
    from rapidpro_simulator.world.schemas import EndpointSchemas

TEXT: Final = """\
API v2 as the simulator serves it for this generation of RapidPro. A slash at the end of a path is accepted too. The
same path without `.json` is a page for people. Unknown parameters and keys are ignored."""

TAGS: Final = {
    "messaging": "Messages, broadcasts, and what belongs to them.",
    "contacts": "Contacts, and what is known about them.",
    "flows": "Flows, and what contacts did in them.",
    "automation": "What sets off messages, flows and calls to others.",
    "tickets": "What was left to people.",
    "workspace": "The workspace itself.",
}
_TAG_OF: Final = {
    "messaging": "archives broadcasts labels media message_actions messages optins templates",
    "contacts": "boundaries contact_actions contacts fields groups",
    "flows": "classifiers definitions flow_starts flows globals runs",
    "automation": "campaign_events campaigns resthook_events resthook_subscribers resthooks",
    "tickets": "ticket_actions tickets topics",
    "workspace": "channel_events channels org statistics users workspace",
}
_TAGS = {name: tag for tag, names in _TAG_OF.items() for name in names.split()}

SCHEMES: Final = {
    "token": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "The word `Token`, a space, and the token of a user in a workspace.",
    },
    "basic": {"type": "http", "scheme": "basic", "description": "The user and, instead of a password, the token."},
}

LIMITED: Final = frozenset({"fields", "globals", "groups", "labels", "message_actions", "topics"})
"""What a workspace can only have so many of (rapidpro 1.10)."""

_JSON: Content = {bodies.JSON: "rapidpro/error"}
_PAGE: Content = {"text/html": None}
_SUCCESSES: Final = {200: "What was asked for.", 201: "What was created.", 204: "It is done."}
_REFUSALS: Final = {
    400: Answer("A parameter or the body is invalid.", {bodies.JSON: "rapidpro/error.invalid"}),
    403: Answer("The token is missing or unknown, or its owner may not do this.", _JSON),
    404: Answer("What a parameter names is not there, or a cursor cannot be read.", _JSON),
    406: Answer("The client does not take JSON.", _PAGE),
    409: Answer("The workspace has as many of these as it may have.", _JSON),
    414: Answer("The address is longer than the proxy in front takes.", _PAGE),
    415: Answer("The type of the body is not one that is taken.", _JSON),
    429: Answer(
        "The quota of the workspace is used up.",
        {bodies.JSON: "rapidpro/error.throttled"},
        {"Retry-After": {"type": "string", "pattern": "^[0-9]+$"}},
    ),
    500: Answer("RapidPro fails over the request.", _PAGE),
}
_ALWAYS = (403, 406, 414, 429, 500)
_BODIES = {REQUEST: bodies.JSON, FORM: bodies.FORM, MULTIPART: bodies.MULTIPART}


def describe(generation: Generation) -> dict[str, Any]:
    """Return the OpenAPI document of the hosts of a generation."""
    return document(
        Description(
            title="RapidPro API v2",
            version=generation.name,
            text=TEXT,
            service="rapidpro",
            endings=generation.schemas,
            tags=TAGS,
            schemes=SCHEMES,
            security=tuple(SCHEMES),
            operations=tuple(_operations(generation)),
        )
    )


def _operations(generation: Generation) -> Iterator[Operation]:
    wire = wire_schemas(generation)
    for name, endpoint in endpoints(generation).items():
        for method in endpoint.methods:
            path = f"{ROOT}{name}.json"
            schemas = wire.find(method, path)
            if schemas is not None:
                yield Operation(
                    method=method,
                    path=path,
                    tag=_TAGS[name],
                    summary=schemas.summary,
                    query=schemas.parts[QUERY],
                    body={_BODIES[part]: schema for part, schema in schemas.parts.items() if part in _BODIES},
                    answers=_answers(name, schemas),
                )


def _answers(name: str, schemas: EndpointSchemas) -> dict[int, Answer]:
    found = {status: Answer(_SUCCESSES[status], _success(status, schemas)) for status in schemas.successes}
    return found | {status: _REFUSALS[status] for status in (*_ALWAYS, *_more_refusals(name, schemas))}


def _success(status: int, schemas: EndpointSchemas) -> Content:
    return {} if status == 204 else {bodies.JSON: schemas.answer(status)}


def _more_refusals(name: str, schemas: EndpointSchemas) -> Iterator[int]:
    queried = schemas.parts[QUERY] != "rapidpro/nothing.query"
    if queried or schemas.method != "GET":
        yield 400
    if queried:  # a list's cursor may lead nowhere, and what is to be changed may not be there
        yield 404
    if schemas.method == "POST":
        yield 415
        if name in LIMITED:
            yield 409
