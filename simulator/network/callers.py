"""What the Authorization header gives away: the secrets that the journal must not show."""

from __future__ import annotations

import base64
import binascii


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
