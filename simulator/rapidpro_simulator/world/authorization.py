"""The `Authorization` header: Basic credentials written and read, and the secrets that the journal must not show."""

from __future__ import annotations

import base64


def basic_auth(user: str, password: str) -> str:
    """Return the `Authorization` header of a user with a password (RFC 7617)."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def basic_credentials(authorization: str) -> tuple[str, str] | None:
    """Return user and password of a `Basic` header; None for any other scheme.

    Raises `ValueError` where the payload is not Base64, or not UTF-8.
    """
    scheme, _, payload = authorization.partition(" ")
    return decode_basic(payload.strip()) if scheme.lower() == "basic" else None


def decode_basic(payload: str, *, lenient: bool = False) -> tuple[str, str]:
    """Return user and password in the payload of a `Basic` header. Raises `ValueError` where it is not Base64.

    `lenient` skips characters that are none of Base64, and reads Latin-1 where it is not UTF-8.
    """
    decoded = base64.b64decode(payload, validate=not lenient)
    try:
        text = decoded.decode()
    except UnicodeDecodeError:
        if not lenient:
            raise
        text = decoded.decode("latin-1")
    user, _, password = text.partition(":")
    return user, password


def secrets_of(authorization: str) -> list[str]:
    """Return the secrets in an `Authorization` header: the token, or the payload and the password of Basic."""
    scheme, _, payload = authorization.partition(" ")
    payload = payload.strip()
    if not payload:
        return []
    if scheme.lower() != "basic":
        return [payload]
    try:
        _, password = decode_basic(payload, lenient=True)
    except ValueError:
        password = ""
    return [payload, password] if password else [payload]
