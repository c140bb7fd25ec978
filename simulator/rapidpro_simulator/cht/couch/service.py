"""CouchDB on the wire: who is asking, which route the request takes, and how errors are answered (cht 8)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rapidpro_simulator.world.authorization import basic_credentials
from rapidpro_simulator.world.network.routing import RouteTable, route_for

from . import (
    attachment_routes,
    changes_routes,
    database_routes,
    document_routes,
    mango_routes,
    rows_routes,
    server_routes,
)
from .calls import BODY_LIMIT, NO_ADMIN, AccessLevel, CouchCall, CouchRoute, add_headers, answer, split_path
from .errors import CouchError, Forbidden, NotFound, Unauthorized
from .server import WRONG_PASSWORD, CouchDB, allows
from .users import CouchUser

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from aiohttp import web

STATUSES = {
    "bad_arg": 400,
    "bad_request": 400,
    "doc_validation": 400,
    "illegal_database_name": 400,
    "illegal_docid": 400,
    "invalid_bookmark": 400,
    "invalid_design_doc": 400,
    "invalid_fields_json": 400,
    "invalid_index_json": 400,
    "invalid_index_name": 400,
    "invalid_key": 400,
    "invalid_limit": 400,
    "invalid_operator": 400,
    "invalid_selector_json": 400,
    "invalid_skip": 400,
    "invalid_sort_field": 400,
    "invalid_sort_json": 400,
    "missing_required_key": 400,
    "missing_stub": 412,
    "no_usable_index": 400,
    "query_parse_error": 400,
    "unsupported_mixed_sort": 400,
    "unauthorized": 401,
    "forbidden": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "compilation_error": 400,
    "conflict": 409,
    "file_exists": 412,
    "too_large": 413,
    "bad_content_type": 415,
    "not_simulated": 501,
}
"""Under which HTTP status each of CouchDB's errors travels; all others are the server's own, 500."""

# What CouchDB, or the haproxy before it, answers when something is wrong with the server: cht 0.1.
FAILURES: dict[int, dict[str, str]] = {
    401: {"error": "unauthorized", "reason": "Authentication required."},
    403: {"error": "forbidden", "reason": "You are not allowed to access this db."},
    404: {"error": "not_found", "reason": "missing"},
    409: {"error": "conflict", "reason": "Document update conflict."},
    413: {"error": "too_large", "reason": "the request entity is too large"},
    429: {"error": "too_many_requests", "reason": "Too many requests."},
    500: {"error": "internal_server_error", "reason": "No DB shards could be opened."},
    502: {
        "error": "502 Bad Gateway",
        "reason": "The server returned an invalid or incomplete response",
        "server": "haproxy",
    },
    503: {
        "error": "503 Service Unavailable",
        "reason": "No server is available to handle this request",
        "server": "haproxy",
    },
    504: {"error": "504 Gateway Time-out", "reason": "The server didn't respond in time", "server": "haproxy"},
}

NO_REQUEST = {"error": "400 Bad Request", "reason": "Your browser sent an invalid request", "server": "haproxy"}

ROUTES = [
    *server_routes.ROUTES,
    *database_routes.ROUTES,
    *rows_routes.ROUTES,
    *changes_routes.ROUTES,
    *mango_routes.ROUTES,
    *document_routes.ROUTES,
    *attachment_routes.ROUTES,
]
TABLE = RouteTable(ROUTES, split_path)


_REPEATABLE = frozenset(
    {document_routes.show_document, rows_routes.all_docs, rows_routes.view, server_routes.show_setting}
)
"""What answers about documents, views and settings: that depends on no time, and on no session."""


class CouchService:
    """Serves a CouchDB on the network.

    Nobody gets an answer without logging in (`require_valid_user`, cht 0.1): by Basic authentication or by the cookie
    of a session.
    """

    confidential: Sequence[str] = ("*/_users", "*/_users/*", "*/_session", "*/_node/*", "*-vault", "*-vault/*")
    body_limit = BODY_LIMIT

    def __init__(self, couch: CouchDB) -> None:
        self.couch = couch
        self._logged_in: dict[str, CouchUser] = {}  # by Authorization header: each comes with every request
        self._logged_in_at: Hashable = None  # as long as those who may log in are these

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        try:
            response = await self._answer(request)
        except CouchError as error:
            response = answer(error.as_dict(), STATUSES.get(error.error, 500))
        if not response.prepared:
            add_headers(response, self.couch)
        return response

    def error(self, status: int, retry_after: int | None = None) -> web.Response:
        """Return CouchDB's own answer for `status`, or that of the haproxy before it."""
        body = FAILURES.get(status, {"error": "unknown_error", "reason": "undefined"})
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        return answer(body, status, headers)

    def refuse(self, status: int, request: web.BaseRequest) -> web.Response:
        """Return haproxy's answer to what is no HTTP request: it knows one status for all of it (cht 0.1)."""
        return answer(NO_REQUEST, 400)

    def state_behind(self, method: str, path: str) -> Hashable | None:
        """Return the state of the database, the users and the configuration, for what depends on nothing else."""
        methods, arguments = _find(path)
        if method not in methods or methods[method].handler not in _REPEATABLE:
            return None
        return self.couch.state_behind(arguments.get("db", ""))

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        methods, arguments = _find(request.rel_url.raw_path)
        user = self._authenticate(request, methods)
        if not methods:
            raise NotFound
        route = route_for(request.method, methods)
        if route is None:
            return _refuse_method(methods)
        call = CouchCall(self.couch, request, user, arguments, await request.read())
        self._authorize(call, route.access)
        return await route.handler(call)

    def _authenticate(self, request: web.BaseRequest, methods: Mapping[str, CouchRoute]) -> CouchUser | None:
        route = methods.get(request.method)
        if route is not None and route.access is AccessLevel.ANYBODY:
            return None
        user = self._by_password(request) or self._by_cookie(request)
        if user is None:
            raise Unauthorized
        return user

    def _by_password(self, request: web.BaseRequest) -> CouchUser | None:
        authorization = request.headers.get("Authorization", "")
        state = self.couch.login_state
        if self._logged_in_at != state:
            self._logged_in.clear()
            self._logged_in_at = state
        user = self._logged_in.get(authorization) or self._log_in(authorization)
        if user is not None:
            self._logged_in[authorization] = user
        return user

    def _log_in(self, authorization: str) -> CouchUser | None:
        try:
            credentials = basic_credentials(authorization)
        except ValueError:
            raise Unauthorized(WRONG_PASSWORD) from None
        if credentials is None:
            return None  # other schemes are anonymous to CouchDB: cht 11.3
        account = self.couch.login(*credentials)
        return CouchUser(account.name, account.roles)

    def _by_cookie(self, request: web.BaseRequest) -> CouchUser | None:
        cookie = request.cookies.get("AuthSession")
        return self.couch.resume_session(cookie) if cookie else None

    def _authorize(self, call: CouchCall, access: AccessLevel) -> None:
        user = call.user
        if user is None or access is AccessLevel.USER:
            return
        if access is AccessLevel.ADMIN and not user.is_admin:
            raise Unauthorized("You are not a server admin.")
        if access in {AccessLevel.MEMBER, AccessLevel.OWNER} and not allows(call.database, user, "members"):
            raise Forbidden("You are not allowed to access this db.")
        if access is AccessLevel.OWNER and not allows(call.database, user, "admins"):
            raise Forbidden(NO_ADMIN)


@lru_cache(maxsize=4096)  # most requests of a day are for a few paths
def _find(path: str) -> tuple[Mapping[str, CouchRoute], Mapping[str, str]]:
    return TABLE.find(path)


def _refuse_method(methods: Mapping[str, CouchRoute]) -> web.Response:
    allowed = [each for method in methods for each in ([method, "HEAD"] if method == "GET" else [method])]
    names = ",".join(sorted(allowed))
    error = CouchError("method_not_allowed", f"Only {names} allowed")
    return answer(error.as_dict(), STATUSES[error.error], {"Allow": names})
