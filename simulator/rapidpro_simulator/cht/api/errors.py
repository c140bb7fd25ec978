"""What ends a request of CHT's api: its errors, and what it makes of those of CouchDB (cht 1.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import compact

if TYPE_CHECKING:
    from rapidpro_simulator.cht.couch.client import CouchClientError

OFFLINE_USER = "Offline users are not allowed access to this endpoint"


class ChtApiError(Exception):
    """A request ends with `status` and CHT's words for it; `details` are shown beside them.

    A message that the web interface translates is an object.
    """

    def __init__(self, status: int, message: str | dict[str, Any], details: Any = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.details = details


class NotLoggedInError(ChtApiError):
    """Nobody known is asking; with `always_challenge` even a JSON client is told so in text (cht 4)."""

    def __init__(self, *, always_challenge: bool = False) -> None:
        super().__init__(401, "unauthorized")
        self.always_challenge = always_challenge


class FirewallError(ChtApiError):
    """An offline user asks for what only online users may; the answer is JSON for every client (cht 11.2)."""

    def __init__(self) -> None:
        super().__init__(403, "forbidden", OFFLINE_USER)


def from_couch(error: CouchClientError) -> ChtApiError:
    """Return what CHT makes of an error of CouchDB: a 4xx leaks, anything else is a server error."""
    if error.status == 401:
        return NotLoggedInError()
    if error.status is None or not 400 <= error.status < 500:
        return ChtApiError(500, "Server error")
    return ChtApiError(error.status, f"{error.status} - {compact({'error': error.error, 'reason': error.reason})}")
