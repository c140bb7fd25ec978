"""The Authorization header: how it is written, and which secrets in it the journal must not show."""

from __future__ import annotations

import base64
import binascii


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
