"""URNs as the flow engine reads, normalises, checks and shows them (flows 8.8).

The API's rules differ, e.g. about phone numbers: see `rapidpro.urns`, whose parts of a URN serve here.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from rapidpro_simulator.rapidpro.urns import Urn

from .phones import format_national, parse_phone
from .regexes import compile_pattern
from .strings import trim

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_PATH_BYTES = 200
REDACTED = "********"

SCHEMES = (
    *("bsuid", "ext", "facebook", "fcm", "freshchat", "instagram", "jiochat", "line", "mailto", "rocketchat", "slack"),
    *("tel", "telegram", "twitter", "twitterid", "viber", "vk", "webchat", "wechat", "whatsapp"),
)


class UrnError(ValueError):
    """A text that is no URN, or a URN that cannot be; the text is RapidPro's (flows 7)."""


@lru_cache(maxsize=16_384)
def parse(text: str) -> Urn:
    """Return the parts of a URN of whatever scheme. Raises `UrnError` without a scheme or a path."""
    rest, _, display = text.partition("#")
    rest, _, query = rest.partition("?")
    scheme, _, path = rest.partition(":")
    if not scheme:
        raise UrnError("scheme cannot be empty")
    if not path:
        raise UrnError("path cannot be empty")
    return Urn(scheme, _ESCAPES.sub(lambda match: _UNESCAPED[match[0]], path), query or None, display or None)


def normalize(text: str) -> str:
    """Return a URN in its normal form; what is no URN comes back unchanged."""
    try:
        urn = parse(text)
    except UrnError:
        return text
    path = _NORMALIZERS.get(urn.scheme, str)(trim(urn.path))
    return str(Urn(urn.scheme, path, urn.query, trim(urn.display or "") or None))


def validate(text: str) -> None:
    """Check a normalised URN. Raises `UrnError` for an unknown scheme, a bad path or one of more than 200 bytes."""
    try:
        urn = parse(text)
    except UrnError:
        raise UrnError("scheme or path cannot be empty") from None
    if urn.scheme not in SCHEMES:
        raise UrnError("unknown URN scheme")
    pattern = _PATHS.get(urn.scheme)
    if pattern is not None and not pattern.search(urn.path):
        raise UrnError("invalid path component")
    if len(quote(urn.path, safe="").encode()) > MOST_PATH_BYTES:
        raise UrnError("path component too long")


def is_valid(text: str) -> bool:
    """Say whether a normalised URN can be."""
    try:
        validate(text)
    except UrnError:
        return False
    return True


def identity(text: str) -> str:
    """Return a URN without its query and display."""
    return text.partition("#")[0].partition("?")[0]


def format_urn(text: str) -> str:
    """Return a URN as people read it: its display, its national phone number, or its path. Raises `UrnError`."""
    urn = parse(text)
    if urn.display:
        return urn.display
    return format_national(urn.path) if urn.scheme == "tel" else urn.path


def redacted(text: str) -> str:
    """Return a URN with its path hidden, for anonymous workspaces (flows 5.1)."""
    return f"{text.partition(':')[0]}:{REDACTED}"


def _tel(path: str) -> str:
    return parse_phone(path, None) or _NOT_IN_PHONE.sub("", path.lower())


def _with_upper_country(path: str) -> str:
    country, dot, rest = path.partition(".")
    return f"{country.upper()}.{rest}" if dot else path


_UNESCAPED = {"%25": "%", "%23": "#", "%3F": "?"}
_ESCAPES = re.compile("|".join(_UNESCAPED))
_NOT_IN_PHONE = re.compile(r"[^0-9a-z]+")
_NORMALIZERS: dict[str, Callable[[str], str]] = {
    "bsuid": _with_upper_country,
    "mailto": str.lower,
    "tel": _tel,
    "twitter": lambda path: path.lower().removeprefix("@"),
    "whatsapp": _with_upper_country,
}
_DIGITS = r"^[0-9]+$"
_UUID = r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
_PATHS = {
    scheme: compile_pattern(pattern, "")
    for scheme, pattern in {
        "bsuid": r"^[A-Z]{2}\.[a-zA-Z0-9]+$",
        "facebook": r"^(ref:.+|[0-9]+)$",
        "freshchat": rf"^{_UUID}/{_UUID}$",
        "instagram": _DIGITS,
        "jiochat": _DIGITS,
        "line": r"^[a-zA-Z0-9_]{1,36}$",
        "mailto": r"^[^\s@]+@[^\s@]+$",
        "slack": r"^[a-zA-Z0-9]+$",
        "tel": r"^((\+[0-9]{7,15})|([a-z0-9]{1,64}))$",
        "telegram": _DIGITS,
        "twitter": r"^[a-zA-Z0-9_]{1,15}$",
        "twitterid": _DIGITS,
        "viber": r"^[a-zA-Z0-9_=/+]{1,24}$",
        "webchat": r"^[a-zA-Z0-9]{24}(:[^\s@]+@[^\s@]+)?$",
        "whatsapp": r"^([0-9]+|[A-Z]{2}\.[a-zA-Z0-9]+)$",
    }.items()
}
