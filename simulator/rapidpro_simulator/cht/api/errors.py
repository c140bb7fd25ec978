"""CHT's own dialect of errors: what it says, and to whom as JSON or as text (cht 1.6)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from aiohttp import web

from .javascript import compact

if TYPE_CHECKING:
    from rapidpro_simulator.cht.couch_client import CouchError

    from .call import Call

CHALLENGE = 'Basic realm="Medic Web Services"'
OFFLINE_USER = "Offline users are not allowed access to this endpoint"
JAVASCRIPT_UNRESERVED = "!'()*-._~"  # what encodeURIComponent leaves alone

_GATEWAY_AGENT = re.compile(r"Dalvik.*(?:medic\.gateway|\.collect\.android)")
_MEDIA = {"text": ("text", "plain"), "json": ("application", "json")}


class ApiError(Exception):
    """A request ends with `status` and CHT's words for it; `details` are shown beside them."""

    def __init__(self, status: int, message: str, details: Any = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.details = details


class NotLoggedInError(ApiError):
    """Nobody known is asking; with `always_challenge` even a JSON client is told so in text (cht 4)."""

    def __init__(self, *, always_challenge: bool = False) -> None:
        super().__init__(401, "unauthorized")
        self.always_challenge = always_challenge


class FirewallError(ApiError):
    """An offline user asks for what only online users may; the answer is JSON for every client (cht 11.2)."""

    def __init__(self) -> None:
        super().__init__(403, "forbidden", OFFLINE_USER)


def from_couch(error: CouchError) -> ApiError:
    """Return what CHT makes of an error of CouchDB: a 4xx leaks, anything else is a server error."""
    if error.status == 401:
        return NotLoggedInError()
    if error.status is None or not 400 <= error.status < 500:
        return ApiError(500, "Server error")
    return ApiError(error.status, f"{error.status} - {compact({'error': error.error, 'reason': error.reason})}")


def json_response(value: Any, status: int = 200) -> web.Response:
    return web.Response(text=compact(value), status=status, content_type="application/json", charset="utf-8")


def text_response(text: str, status: int = 200) -> web.Response:
    return web.Response(text=text, status=status, content_type="text/plain", charset="utf-8")


def render(error: ApiError, call: Call, database: str) -> web.Response:
    """Return the answer that the client behind `call` gets for `error`."""
    if isinstance(error, NotLoggedInError):
        return _not_logged_in(error, call, database)
    if isinstance(error, FirewallError) or wants_json(call.headers.get("Accept")):
        return json_response(error_body(error), error.status)
    text = error.message if error.details is None else f"{error.message}: {compact(error.details)}"
    return text_response(text, error.status)


def error_body(error: ApiError) -> dict[str, Any]:
    body = {"code": error.status, "error": error.message}
    return body if error.details is None else {**body, "details": error.details}


def _not_logged_in(error: NotLoggedInError, call: Call, database: str) -> web.Response:
    if not error.always_challenge:
        if wants_json(call.headers.get("Accept")):
            response = json_response(error_body(error), 401)
            response.headers["logout-authorization"] = "CHT-Core API"
            return response
        if _is_human(call.headers.get("User-Agent")):
            return _to_login(call, database)
    response = text_response("not logged in", 401)
    response.headers["WWW-Authenticate"] = CHALLENGE
    return response


def _to_login(call: Call, database: str) -> web.Response:
    location = f"/{database}/login?redirect={quote(call.url, safe=JAVASCRIPT_UNRESERVED)}"
    response = web.Response(text=f"Found. Redirecting to {location}", status=302, headers={"Location": location})
    response.set_cookie("login", "force", path="/")
    return response


def _is_human(user_agent: str | None) -> bool:
    # Whoever names a user agent counts as a browser: curl and python-requests get the login page.
    return bool(user_agent) and not _GATEWAY_AGENT.search(user_agent or "")


def wants_json(accept: str | None) -> bool:
    """Say whether content negotiation between text and JSON picks JSON; a tie is text's (cht 1.6)."""
    if not accept:
        return False
    ranked = [(rank, name) for name, media in _MEDIA.items() if (rank := _rank(accept, *media)) is not None]
    return bool(ranked) and min(ranked, key=lambda each: each[0])[1] == "json"


def _rank(accept: str, kind: str, subtype: str) -> tuple[float, int, int] | None:
    """Return the place of a media type in `accept`: quality, how exactly it is named, position; best is least."""
    best: tuple[int, float, int] | None = None
    for position, part in enumerate(accept.split(",")):
        name, _, parameters = part.strip().partition(";")
        exactness = _exactness(name.strip().lower(), kind, subtype)
        if exactness is not None and (best is None or exactness > best[0]):
            best = (exactness, _quality(parameters), position)
    if best is None or best[1] <= 0:
        return None
    exactness, quality, position = best
    return -quality, -exactness, position


def _exactness(name: str, kind: str, subtype: str) -> int | None:
    return {f"{kind}/{subtype}": 2, f"{kind}/*": 1, "*/*": 0}.get(name)


def _quality(parameters: str) -> float:
    found = re.search(r"q\s*=\s*([\d.]+)", parameters)
    try:
        return float(found[1]) if found else 1.0
    except ValueError:
        return 1.0
