"""A fault that the journal tells of, as the sentence that lets it strike."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

AFTER = " after the side effect"
REQUESTS = (
    ("POST", "/api/v2/broadcasts", "broadcast"),
    ("GET", "/api/v2/messages", "status"),
    ("POST", "/api/v2/flow_starts", "flow-start"),
    ("POST", "/api/v1/records", "record-saving"),
    ("POST", "/api/v2/records", "record-saving"),
)
FAILURES = {
    "no answer": "never answered",
    "refused": "refused",
    "reset": "reset",
    "empty": "answered with nothing",
    "empty body": "answered with an empty body",
    "truncated": "answered with a truncated body",
    "malformed": "answered with malformed JSON",
    "html": "answered with a web page",
    "crash": "fatal to the gateway",
}
STATUS = re.compile(r"status (\d{3})")


def sentence_of(data: Mapping[str, Any], number: int = 1) -> str | None:
    """Return the sentence for an exchange with a fault; None where it has none, or no sentence says it.

    It is the request with this `number` of its kind, from when the sentence is said.
    """
    if not data.get("fault"):
        return None
    described = str(data["fault"])
    after = described.endswith(AFTER)
    kind = described.removesuffix(AFTER).partition(",")[0]
    status = STATUS.fullmatch(kind)
    failure = f"answered with {status[1]}" if status else FAILURES.get(kind)
    requests = requests_of(data)
    if requests is None or failure is None:
        return None
    which = "next" if number == 1 else ordinal(number)
    return f"the {which} {requests} request is {failure}{' after its side effect' if after else ''}"


def ordinal(number: int) -> str:
    """Return `2nd`, `11th` and the like."""
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def requests_of(data: Mapping[str, Any]) -> str | None:
    """Return what sentences call requests such as this exchange; None where they have no word for it."""
    method, path, host = str(data["method"]), str(data["path"]), str(data["to"])
    if path.endswith("/incoming-messages"):
        return "webhook"
    for asked, beginning, name in REQUESTS:
        if method == asked and path.startswith(beginning):
            return name
    if path.startswith("/api/v2/"):
        return "RapidPro"
    return "CouchDB" if host.startswith("couchdb.") else None
