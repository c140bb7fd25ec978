"""The OpenAPI document of the control API, made of its endpoints."""

from __future__ import annotations

import re
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from .endpoints import parameter_schema
from .problems import CONTENT_TYPE
from .schemas import PROBLEM

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .endpoints import Endpoint

JSON = "application/json"


def document(endpoints: Iterable[Endpoint]) -> dict[str, Any]:
    """Return the document, of OpenAPI 3.1."""
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in endpoints:
        paths.setdefault(endpoint.url, {})[endpoint.method.lower()] = _operation(endpoint)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Control API of rapidpro-simulator",
            "version": version("rapidpro-simulator"),
            "description": "Drives served worlds of RapidPro and CHT: what sentences can do, programs can do here.",
        },
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Problem": PROBLEM},
        },
    }


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": endpoint.handler.__name__,
        "tags": [endpoint.subject],
        "summary": endpoint.summary,
        "responses": {str(endpoint.status): _answer(endpoint), "default": _problem()},
    }
    parameters = [
        *(
            {"name": name, "in": "path", "required": True, "schema": parameter_schema(name)}
            for name in _names(endpoint.path)
        ),
        *({"name": name, "in": "query", "schema": schema} for name, schema in endpoint.query.items()),
    ]
    if parameters:
        operation["parameters"] = parameters
    if endpoint.body is not None:
        operation["requestBody"] = {"required": True, "content": {JSON: {"schema": endpoint.body}}}
    return operation


def _names(path: str) -> list[str]:
    return re.findall(r"{(\w+)}", path)


def _answer(endpoint: Endpoint) -> dict[str, Any]:
    if endpoint.answer is None:
        return {"description": "done"}
    kind = "text/event-stream" if endpoint.answer == {"type": "string"} else JSON
    return {"description": "the answer", "content": {kind: {"schema": endpoint.answer}}}


def _problem() -> dict[str, Any]:
    return {
        "description": "it cannot be done: why not",
        "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
