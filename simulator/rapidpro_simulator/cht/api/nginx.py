"""What nginx, which stands before the api, says itself when the api does not answer (cht 0.1)."""

from __future__ import annotations

from aiohttp import web

from .responses import json_response

BODY_LIMIT = 32 * 1024 * 1024  # bytes
REASONS = {
    400: "Bad Request",
    405: "Not Allowed",
    414: "Request-URI Too Large",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Time-out",
}


def nginx_error(status: int, accept: str | None) -> web.Response:
    """Return nginx's error page for `status`, as JSON where the client's `Accept` mentions it."""
    reason = f"{status} {REASONS[status]}"
    if "application/json" in (accept or ""):
        return json_response({"type": "ERROR", "error": reason, "server": "nginx"}, status)
    page = f"<html><head><title>{reason}</title></head><body><center><h1>{reason}</h1></center></body></html>"
    return web.Response(text=page, status=status, content_type="text/html")
