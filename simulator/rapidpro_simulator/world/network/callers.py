"""What callers deal with: answers, and the Authorization header with the secrets that the journal must not show."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Answer:
    """What a server answered."""

    status: int
    headers: Mapping[str, str]
    text: str

    def json(self) -> Any:
        return json.loads(self.text)


def basic_auth(user: str, password: str) -> str:
    """Return the `Authorization` header of a user with a password (RFC 7617)."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def secrets_of(authorization: str) -> list[str]:
    """Return the secrets in an `Authorization` header: the token, or the payload and the password of Basic."""
    scheme, _, payload = authorization.partition(" ")
    payload = payload.strip()
    if not payload:
        return []
    if scheme.lower() != "basic":
        return [payload]
    try:
        _, _, password = base64.b64decode(payload).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        password = ""
    return [payload, password] if password else [payload]
