"""Which JSON Schemas the exchanges with CouchDB have (cht 2)."""

from __future__ import annotations

from rapidpro_simulator.world.schemas import EndpointSchemas, WireSchemas
from rapidpro_simulator.world.schemas.endpoints import answer_schemas


def _endpoint(method: str, path: str, **parts: str) -> EndpointSchemas:
    return EndpointSchemas(method, path, {**answer_schemas("couch", parts), "[45]*": "couch/error"})


ENDPOINTS = (
    _endpoint("GET", "/_session", answer="session.response"),
    _endpoint("POST", "/_session", request="session.request", answer="session.opened.response"),
    _endpoint("GET", "/[!_]*/_design/*/_view/*", query="rows.query", answer="rows.response"),
    _endpoint("POST", "/[!_]*/_design/*/_view/*", query="rows.query", request="rows.request", answer="rows.response"),
    _endpoint("GET", "/[!_]*/_all_docs", query="rows.query", answer="rows.response"),
    _endpoint("POST", "/[!_]*/_all_docs", query="rows.query", request="rows.request", answer="rows.response"),
    _endpoint("POST", "/[!_]*/_bulk_docs", request="bulk-docs.request", answer="bulk-docs.response"),
    _endpoint("GET", "/[!_]*/_changes", query="changes.query", answer="changes.response"),
    _endpoint("GET", "/[!_]*", answer="database.response"),
    _endpoint("PUT", "/[!_]*", answer="created.response"),
    _endpoint("POST", "/[!_]*", request="document.request", answer="saved.response"),
    *(
        endpoint
        for path in ("/[!_]*/[!_]*", "/[!_]*/_design/*", "/[!_]*/_local/*")
        for endpoint in (
            _endpoint("GET", path, query="document.query", answer="document.response"),
            _endpoint("PUT", path, query="document.query", request="document.request", answer="saved.response"),
            _endpoint("DELETE", path, query="document.query", answer="saved.response"),
        )
    ),
)

WIRE_SCHEMAS = WireSchemas(ENDPOINTS)
