"""The traffic of a live system, as browsers and proxies save it (HAR 1.2), read as a journal."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from rapidpro_simulator.world.clock import FrozenClock
from rapidpro_simulator.world.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Mapping

GATEWAY_ASKS = (("POST", "/api/v2/broadcasts"), ("GET", "/api/v2/messages"))
TOO_MANY, BROKEN = 429, 500
MAIN = "Main"


def read_har(text: str) -> Journal:
    """Return the requests of a HAR file as a journal, in the order of their instants.

    Each host of RapidPro has a workspace for each token that it was asked with; what sends broadcasts and asks for
    messages is taken for the gateway. Raises `ValueError` where the text is no HAR file.
    """
    try:
        saved = json.loads(text)["log"]["entries"]
        entries = sorted(saved, key=lambda each: datetime.fromisoformat(each["startedDateTime"]))
        journal = Journal(FrozenClock())
        workspaces: dict[tuple[str, str], str] = {}
        for entry in entries:
            _add(journal, entry, workspaces)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"this is no HAR file: {error!r}") from None
    return journal


def _add(journal: Journal, entry: Mapping[str, Any], workspaces: dict[tuple[str, str], str]) -> None:
    request, response = entry["request"], entry["response"]
    url = urlsplit(request["url"])
    host = url.hostname or ""
    by_gateway = any(request["method"] == method and url.path.startswith(path) for method, path in GATEWAY_ASKS)
    data: dict[str, Any] = {
        "by": "gateway" if by_gateway else "outside",
        "to": host,
        "method": request["method"],
        "path": url.path,
        "query": url.query,
    }
    if url.path.startswith("/api/v2/") and (key := _token(request)) is not None:
        data["workspace"] = workspaces.setdefault(
            (host, key), MAIN if not workspaces else f"Main {len(workspaces) + 1}"
        )
    exchange = journal.begin(_body(request), **data)
    status = response.get("status") or None
    if by_gateway and status is not None and status >= BROKEN:
        exchange.data["fault"] = f"status {status}"
    elif by_gateway and status is None:
        exchange.data["fault"] = "no answer"
    exchange.response = str((response.get("content") or {}).get("text") or "").encode()
    journal.end(exchange, "answered" if status else "no answer", status)
    exchange.time = datetime.fromisoformat(entry["startedDateTime"])
    if status == TOO_MANY and "workspace" in data:
        scope = f"v2.{url.path.removeprefix('/api/v2/').partition('.')[0]}"
        refusal = journal.event("throttle.refused", host=host, workspace=data["workspace"], scope=scope, wait=None)
        refusal.time = exchange.time


def _token(request: Mapping[str, Any]) -> str | None:
    for header in request.get("headers") or ():
        if str(header["name"]).lower() == "authorization":
            return str(header["value"]).rpartition(" ")[2]
    return None


def _body(request: Mapping[str, Any]) -> bytes:
    data = request.get("postData") or {}
    text = str(data.get("text") or "")
    return base64.b64decode(text) if data.get("encoding") == "base64" else text.encode()
