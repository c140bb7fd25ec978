"""CouchDB's error dialect: a word and a sentence; which HTTP status they travel under is the wire's affair."""

from __future__ import annotations


class CouchError(Exception):
    """An error in CouchDB's own words: `error`, a word that programs compare, and `reason`, a sentence."""

    def __init__(self, error: str, reason: str) -> None:
        super().__init__(f"{error}: {reason}")
        self.error = error
        self.reason = reason

    def as_dict(self) -> dict[str, str]:
        return {"error": self.error, "reason": self.reason}


class Conflict(CouchError):  # noqa: N818 - named as CouchDB and its clients name it
    """The revision that an edit builds on is not the current one."""

    def __init__(self) -> None:
        super().__init__("conflict", "Document update conflict.")


class NotFound(CouchError):  # noqa: N818
    """There is no such document (`missing`), no longer (`deleted`), or no such database or view."""

    def __init__(self, reason: str = "missing") -> None:
        super().__init__("not_found", reason)


class BadRequest(CouchError):  # noqa: N818
    """The request cannot be read."""

    def __init__(self, reason: str, error: str = "bad_request") -> None:
        super().__init__(error, reason)


class Unauthorized(CouchError):  # noqa: N818
    """Nobody is logged in, or not an administrator."""

    def __init__(self, reason: str = "Authentication required.") -> None:
        super().__init__("unauthorized", reason)


class Forbidden(CouchError):  # noqa: N818
    """The user is known, and may not."""

    def __init__(self, reason: str) -> None:
        super().__init__("forbidden", reason)


INVALID_JSON = "invalid UTF-8 JSON"
NO_DATABASE = "Database does not exist."


def not_simulated(what: str, instead: str) -> CouchError:
    """Return the simulator's own error for `what` a real CouchDB can do and this one cannot, and what to do instead."""
    return CouchError("not_simulated", f"{what} is not simulated: {instead}")
