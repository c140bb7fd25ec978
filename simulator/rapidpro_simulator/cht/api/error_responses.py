"""How CHT's api tells a client of an error: as JSON, as text, or by sending it to the login page (cht 1.6)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from aiohttp import web

from rapidpro_simulator.cht.javascript import compact

from .errors import ChtApiError, FirewallError, NotLoggedInError
from .negotiation import wants_json
from .nginx import nginx_error
from .responses import json_response, text_response

if TYPE_CHECKING:
    from .call import ChtCall

TOO_LARGE = "Payload Too Large"
TOO_MANY = "Too Many Requests"
REASONS = {400: "Bad Request", 403: "Forbidden", 404: "Not Found", 413: TOO_LARGE, 429: TOO_MANY}
CHALLENGE = 'Basic realm="Medic Web Services"'
JAVASCRIPT_UNRESERVED = "!'()*-._~"  # what encodeURIComponent leaves alone

_GATEWAY_AGENT = re.compile(r"Dalvik.*(?:medic\.gateway|\.collect\.android)")


def render(error: ChtApiError, call: ChtCall, database: str) -> web.Response:
    """Return the answer that the client behind `call` gets for `error`."""
    if isinstance(error, NotLoggedInError):
        return _not_logged_in(error, call, database)
    if isinstance(error, FirewallError) or wants_json(call.headers.get("Accept")):
        return json_response(error_body(error), error.status)
    text = error.message if isinstance(error.message, str) else compact(error.message)
    return text_response(text if error.details is None else f"{text}: {compact(error.details)}", error.status)


def error_of(status: int, retry_after: int | None = None) -> web.Response:
    """Return CHT's answer for `status`, or that of the nginx before it, to a client that asks for JSON."""
    if status in {502, 503, 504}:
        response = nginx_error(status, "application/json")
    elif status >= 500:
        response = json_response(error_body(ChtApiError(500, "Server error")), status)
    else:
        response = json_response(error_body(ChtApiError(status, REASONS.get(status, "unauthorized"))), status)
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def error_body(error: ChtApiError) -> dict[str, Any]:
    body: dict[str, Any] = {"code": error.status, "error": error.message}
    return body if error.details is None else {**body, "details": error.details}


def _not_logged_in(error: NotLoggedInError, call: ChtCall, database: str) -> web.Response:
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


def _to_login(call: ChtCall, database: str) -> web.Response:
    location = f"/{database}/login?redirect={quote(call.url, safe=JAVASCRIPT_UNRESERVED)}"
    response = web.Response(text=f"Found. Redirecting to {location}", status=302, headers={"Location": location})
    response.set_cookie("login", "force", path="/")
    return response


def _is_human(user_agent: str | None) -> bool:
    # Whoever names a user agent counts as a browser: curl and python-requests get the login page.
    return bool(user_agent) and not _GATEWAY_AGENT.search(user_agent or "")
