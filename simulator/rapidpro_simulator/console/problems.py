"""What the control API answers where it cannot do what was asked: problem details (RFC 9457)."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from aiohttp import web

CONTENT_TYPE = "application/problem+json"


class ProblemError(Exception):
    """A request that cannot be fulfilled: an HTTP `status`, a sentence that helps, and `more` members of the answer."""

    def __init__(self, status: int, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.more = more

    def response(self) -> web.Response:
        """Return the answer."""
        return problem(self.status, str(self), **self.more)


def problem(status: int, detail: str, **more: Any) -> web.Response:
    """Return an answer with problem details."""
    body = {"title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}
    text = json.dumps(body, ensure_ascii=False)
    return web.Response(status=status, text=text, content_type=CONTENT_TYPE)
