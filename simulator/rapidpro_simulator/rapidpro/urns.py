"""URNs: the addresses of contacts, as RapidPro's API reads, normalises and checks them. Pure functions.

Which contact a URN belongs to is the model's affair.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import phonenumbers

if TYPE_CHECKING:
    from collections.abc import Callable, Container

MOST_CHARACTERS = 255

_SHARED = (
    *("tel", "mailto", "ext", "facebook", "fcm", "freshchat", "instagram", "jiochat", "line", "rocketchat"),
    *("slack", "telegram", "twitterid", "twitter", "viber", "vk", "wechat", "webchat", "whatsapp"),
)
COMMUNITY_SCHEMES = frozenset([*_SHARED, "discord"])
TEXTIT_SCHEMES = frozenset([*_SHARED, "bsuid"])
SCHEMES = COMMUNITY_SCHEMES | TEXTIT_SCHEMES

_DIGITS = r"\d+"
_HEX_UUID = r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
_PATHS = {
    scheme: re.compile(pattern, re.ASCII)
    for scheme, pattern in {
        "mailto": r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+",
        "whatsapp": rf"{_DIGITS}|[A-Z]{{2}}\.[A-Za-z0-9.]+",
        "telegram": _DIGITS,
        "instagram": _DIGITS,
        "facebook": rf"-?{_DIGITS}|ref:.+",
        "discord": rf"-?{_DIGITS}",
        "twitter": r"[A-Za-z0-9_]{1,15}",
        "twitterid": _DIGITS,
        "viber": r"[A-Za-z0-9_=+/]{1,24}",
        "freshchat": rf"{_HEX_UUID}/{_HEX_UUID}",
    }.items()
}
_ESCAPES = {"%": "%25", "#": "%23", "?": "%3F"}
_ESCAPED = str.maketrans(_ESCAPES)
_HANDLE = re.compile(r"[a-z0-9_]{1,15}")
_SPREADSHEET_EXPONENTS = ("e+11", "e+12")
_FULL_LENGTH = 11


class Urn(NamedTuple):
    """The parts of `scheme:path[?query][#display]`; the path is unescaped."""

    scheme: str
    path: str
    query: str | None = None
    display: str | None = None

    @property
    def identity(self) -> str:
        """Return `scheme:path`: two URNs of one identity belong to one contact."""
        return f"{self.scheme}:{_escape(self.path)}"

    def __str__(self) -> str:
        query = f"?{self.query}" if self.query else ""
        display = f"#{self.display}" if self.display else ""
        return f"{self.identity}{query}{display}"


def parse(text: str) -> Urn:
    """Return the parts of a URN. Raises `ValueError` where it has no scheme, an unknown one, or no path."""
    rest, _, display = text.partition("#")
    rest, _, query = rest.partition("?")
    scheme, _, path = rest.partition(":")
    if scheme not in SCHEMES or not path:
        raise ValueError(f"{text!r} is no URN: it needs a known scheme, a colon and a path")
    return Urn(scheme, _unescape(path), query or None, display or None)


def identity(text: str) -> str:
    """Return a URN without query and display; what is no URN comes back unchanged."""
    return text.partition("#")[0].partition("?")[0]


def path_of(text: str) -> str:
    """Return the path of a URN as it is written, such as a phone number; nothing for what is no URN."""
    return identity(text).partition(":")[2]


def normalize(text: str, country: str | None = None) -> str:
    """Return a URN in the form that RapidPro stores; phone numbers of no country are read as numbers of `country`.

    What cannot be read as a phone number is only cleaned, and `is_valid` then refuses it (rapidpro 5.2). Raises
    `ValueError` where `parse` does.
    """
    urn = parse(text)
    path = urn.path.strip()
    normalizer = _NORMALIZERS.get(urn.scheme)
    if urn.scheme == "tel":
        path = normalize_number(path, country)
    elif normalizer is not None:
        path = normalizer(path)
    display = urn.display
    if urn.scheme == "twitterid" and display:
        display = _handle(display)
    return str(Urn(urn.scheme, path, urn.query, display))


def normalize_number(text: str, country: str | None = None) -> str:
    """Return a phone number as E.164 where it has a possible length, else its letters and digits (rapidpro 5.2)."""
    text = text.strip().lower()
    if text.endswith(_SPREADSHEET_EXPONENTS):
        text = text[:-4].replace(".", "")
    international = text.startswith("+")
    cleaned = re.sub(r"[^0-9a-z]", "", text)
    if international or (len(cleaned) >= _FULL_LENGTH and not cleaned.startswith("0")):
        return _e164(f"+{cleaned}", country) or cleaned
    return _e164(cleaned, country) or cleaned


def is_valid(text: str, country: str | None = None, schemes: Container[str] = SCHEMES) -> bool:
    """Say whether a normalised URN may be stored, given a workspace's `country` and a generation's `schemes`."""
    if len(text) > MOST_CHARACTERS:
        return False
    try:
        urn = parse(text)
    except ValueError:
        return False
    if urn.scheme not in schemes:
        return False
    if urn.scheme == "tel":
        return _e164(urn.path, country) is not None
    if urn.scheme == "twitterid" and urn.display and not _HANDLE.fullmatch(urn.display):
        return False
    pattern = _PATHS.get(urn.scheme)
    return pattern is None or pattern.fullmatch(urn.path) is not None


@lru_cache(maxsize=65_536)  # reading a phone number costs as much as all the rest of a broadcast's POST
def read(text: str, country: str | None, schemes: Container[str] = SCHEMES) -> str | None:
    """Return a URN in the form that RapidPro stores; None for what it refuses (rapidpro 5.2)."""
    try:
        normalized = normalize(text, country)
    except ValueError:
        return None
    return normalized if is_valid(normalized, country, schemes) else None


@lru_cache(maxsize=65_536)
def _e164(number: str, country: str | None) -> str | None:
    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return None
    # Length is all that is asked: that is why RapidPro takes some numbers that no phone can have.
    if phonenumbers.is_possible_number_with_reason(parsed) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _handle(text: str) -> str:
    return text.removeprefix("@").lower()


def _escape(path: str) -> str:
    return path.translate(_ESCAPED)


def _unescape(path: str) -> str:
    for character, escape in reversed(_ESCAPES.items()):
        path = path.replace(escape, character)
    return path


_NORMALIZERS: dict[str, Callable[[str], str]] = {"mailto": str.lower, "twitter": _handle}
