"""Who is asking: the `Authorization` header and the token behind it (rapidpro 1.3). Roles are checked later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.world.authorization import decode_basic

from .errors import RapidProApiError

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.access import Token
    from rapidpro_simulator.rapidpro.installation import RapidPro

EMPTY = "Invalid {} header. No credentials provided."
SPACES = "Invalid {} header. {} string should not contain spaces."
UNREADABLE = "Invalid token header. Token string should not contain invalid characters."
NOT_BASE64 = "Invalid basic header. Credentials not correctly base64 encoded."
UNKNOWN = "Invalid token"
UNKNOWN_PAIR = "Invalid token or email"

STRINGS = {"token": "Token", "basic": "Credentials"}


def authenticate(header: str, rapidpro: RapidPro) -> Token | None:
    """Return the token of an `Authorization` header; None for an anonymous caller or an unknown scheme.

    Raises a 403: RapidPro never answers 401 (rapidpro 1.3).
    """
    words = header.split()
    scheme = words[0].lower() if words else ""
    if scheme not in STRINGS:
        return None
    if len(words) == 1:
        raise _refused(EMPTY.format(scheme))
    if len(words) > 2:
        raise _refused(SPACES.format(scheme, STRINGS[scheme]))
    return _by_token(words[1], rapidpro) if scheme == "token" else _by_pair(words[1], rapidpro)


def _by_token(key: str, rapidpro: RapidPro) -> Token:
    try:
        key.encode()
    except UnicodeEncodeError as error:  # bytes that were no UTF-8 come as surrogates
        raise _refused(UNREADABLE) from error
    token = rapidpro.tokens.get(key)
    if token is None or not token.active:
        raise _refused(UNKNOWN)
    return token


def _by_pair(payload: str, rapidpro: RapidPro) -> Token:
    try:
        user, key = decode_basic(payload, lenient=True)
    except ValueError as error:
        raise _refused(NOT_BASE64) from error
    token = rapidpro.tokens.get(key)
    if token is None or not token.active or token.user != user:
        raise _refused(UNKNOWN_PAIR)
    return token


def _refused(text: str) -> RapidProApiError:
    return RapidProApiError.detail(403, text)
