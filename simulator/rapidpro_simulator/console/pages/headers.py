"""The headers of an exchange, as somebody may see them: without what lets one in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.world.journal import Exchange
from rapidpro_simulator.world.redaction import HIDDEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from multidict import MultiMapping

    from rapidpro_simulator.world.journal import Entry, Journal

CREDENTIALS = {"authorization", "proxy-authorization"}  # of which the scheme may be seen
COOKIES = {"cookie", "set-cookie"}


def headers_of(journal: Journal, entry: Entry) -> dict[str, str]:
    """Return the headers of the request and of the response, one a line each; nothing of what is no exchange."""
    if not isinstance(entry, Exchange):
        return {}
    both = {"request": entry.request_headers, "response": entry.response_headers}
    return {side: journal.redact("\n".join(_lines(headers))) for side, headers in both.items() if headers}


def _lines(headers: MultiMapping[str]) -> Iterator[str]:
    for name, value in headers.items():
        yield f"{name}: {_without_secrets(name.lower(), value)}"


def _without_secrets(name: str, value: str) -> str:
    if name in COOKIES:
        return HIDDEN
    scheme, _, secret = value.partition(" ")
    return (f"{scheme} {HIDDEN}" if secret else HIDDEN) if name in CREDENTIALS else value
