"""What the API says when it refuses, in RapidPro's own words, and the exceptions that carry it to the answer."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

Errors = list[str] | dict[str, Any]

SERVER_ERROR = "Server Error. Site administrators have been notified."
SUSPENDED = (
    "Sorry, your workspace is currently {}. To re-enable starting flows and sending messages, please contact support."
)
NO_PERMISSION = "You do not have permission to perform this action."
NO_CREDENTIALS = "Authentication credentials were not provided."

DETAILS = {
    400: "Malformed request.",
    401: NO_CREDENTIALS,
    403: "Invalid token",
    404: "Not found.",
    405: 'Method "GET" not allowed.',
    406: "Could not satisfy the request Accept header.",
    409: "Cannot create object because workspace has reached limit.",
    415: 'Unsupported media type "" in request.',
    429: "Request was throttled.",
}
"""What a fault of the network says where the case that RapidPro would name is unknown."""


NGINX_PHRASES = {405: "Not Allowed", 413: "Request Entity Too Large", 414: "Request-URI Too Large"}
"""What nginx calls a status, where Python calls it otherwise, or other releases of it do."""


class RapidProApiError(Exception):
    """The service refuses with `status`, and `body` as JSON; `retry_after` in whole seconds."""

    def __init__(self, status: int, body: dict[str, Any], retry_after: int | None = None) -> None:
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body
        self.retry_after = retry_after

    @classmethod
    def detail(cls, status: int, text: str) -> RapidProApiError:
        """Return the error that says one sentence: `{"detail": text}`."""
        return cls(status, {"detail": text})

    @classmethod
    def overall(cls, text: str) -> RapidProApiError:
        """Return the 400 about a body as a whole: `{"non_field_errors": [text]}`."""
        return cls(400, {"non_field_errors": [text]})


class ServerError(Exception):
    """RapidPro itself fails here: the answer is its 500 page."""


class Invalid(Exception):  # noqa: N818 - a finding, reported together with others, rather than an error of the program
    """A value of a request's body is refused; `errors` go under the name of its field (rapidpro 1.9)."""

    def __init__(self, errors: str | Errors) -> None:
        super().__init__(errors)
        self.errors: Errors = [errors] if isinstance(errors, str) else errors


def throttled(wait: int | None) -> str:
    """Return the sentence of a 429 (rapidpro 2.4)."""
    if wait is None:
        return DETAILS[429]
    return f"{DETAILS[429]} Expected available in {wait} second{'' if wait == 1 else 's'}."


def page(title: str, sentence: str) -> str:
    """Return an error page of the web framework."""
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n  <title>{title}</title>\n</head>\n'
        f"<body>\n  <h1>{title}</h1><p>{sentence}</p>\n</body>\n</html>\n"
    )


def proxy_page(status: int) -> str:
    """Return the page of the proxy in front of RapidPro."""
    title = f"{status} {NGINX_PHRASES.get(status) or HTTPStatus(status).phrase}"
    return (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
        f"<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    )
