"""What a new user must have, and which passwords, names and phones are good enough.

Modelled on the public reference of CHT's API.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import as_object, is_truthy
from rapidpro_simulator.cht.messages.phones import normalise

from .errors import ChtApiError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rapidpro_simulator.cht.couch.client import Document

ONLINE_ROLE = "mm-online"
ONLINE = frozenset({ONLINE_ROLE, "admin", "_admin"})
SHORTEST_PASSWORD = 8
LEAST_SCORE = 50
KINDS_OF_LETTERS = (r"\d", r"[a-z]", r"[A-Z]", r"\W")
POINTS_FOR_A_LETTER = 5.0
POINTS_FOR_A_KIND = 10
USERNAME = re.compile(r"[a-z0-9_-]+")
LEGACY_TYPES = {
    "admin": ["admin", ONLINE_ROLE],
    "national-manager": ["kujua_user", "data_entry", "national_admin", ONLINE_ROLE],
    "district-manager": ["kujua_user", "data_entry", "district_admin"],
    "facility-manager": ["kujua_user", "data_entry"],
    "data-entry": ["data_entry", ONLINE_ROLE],
    "analytics": ["kujua_analytics", ONLINE_ROLE],
    "gateway": ["gateway", ONLINE_ROLE],
}
"""The roles that the old `type` of a user stands for."""


class UserDataError(ChtApiError):
    """Something of a user is not good enough; the web interface translates it by `key`."""

    def __init__(self, message: str, key: str | None = None, parameters: Mapping[str, Any] | None = None) -> None:
        translation = {"translationKey": key, **({"translationParams": dict(parameters)} if parameters else {})}
        super().__init__(400, {"message": message, **translation} if key else message)


def roles_of(data: Document) -> list[str]:
    """Return the roles of a user: as they are given, or those that the `type` stands for."""
    given = data.get("roles")
    roles = [str(role) for role in given] if isinstance(given, list) else []
    return roles or list(LEGACY_TYPES.get(str(data.get("type")), [str(data["type"])] if data.get("type") else []))


def is_offline(roles: Sequence[str], settings: Mapping[str, Any]) -> bool:
    """Say whether users with `roles` have documents on their phones: by a role that is offline, or as none is known."""
    if any(role in ONLINE for role in roles):
        return False
    known = as_object(settings.get("roles"))
    configured = [as_object(known[role]) for role in roles if role in known]
    return not configured or any(is_truthy(role.get("offline")) for role in configured)


def stored_roles(roles: Sequence[str], settings: Mapping[str, Any]) -> list[str]:
    """Return `roles` as CouchDB gets them: who is not offline is marked as online (cht 11.1)."""
    return list(roles) if is_offline(roles, settings) or ONLINE_ROLE in roles else [*roles, ONLINE_ROLE]


def missing_fields(data: Document, settings: Mapping[str, Any]) -> list[str]:
    """Return the names of what a new user lacks."""
    needed = ["username"] if wants_token_login(data, settings) else ["username", "password"]
    missing = [name for name in needed if not data.get(name)]
    roles = roles_of(data)
    if not roles:
        missing.append("type or roles")
    elif is_offline(roles, settings):
        missing += [name for name in ("place", "contact") if not data.get(name)]
    return missing


def wants_token_login(data: Document, settings: Mapping[str, Any]) -> bool:
    enabled = as_object(settings.get("token_login")).get("enabled")
    return is_truthy(enabled) and is_truthy(data.get("token_login"))


def check_username(name: Any) -> None:
    """Raise `UserDataError` for a name that no user can have."""
    if not isinstance(name, str) or not USERNAME.fullmatch(name):
        text = "Invalid user name. Valid characters are lower case letters, numbers, underscore (_), and hyphen (-)."
        raise UserDataError(text, "username.invalid")


def check_password(password: Any) -> None:
    """Raise `UserDataError` for a password that is too short, or too easy to guess."""
    text = str(password)
    if len(text) < SHORTEST_PASSWORD:
        raise UserDataError(
            f"The password must be at least {SHORTEST_PASSWORD} characters long.",
            "password.length.minimum",
            {"minimum": SHORTEST_PASSWORD},
        )
    if password_score(text) < LEAST_SCORE:
        raise UserDataError(
            "The password is too easy to guess. Include a range of types of characters to increase the score.",
            "password.weak",
        )


def password_score(password: str) -> int:
    """Return how hard to guess a password is: each letter counts, the less the oftener, and each kind of letters."""
    seen: dict[str, int] = {}
    score = 0.0
    for letter in password:
        seen[letter] = seen.get(letter, 0) + 1
        score += POINTS_FOR_A_LETTER / seen[letter]
    kinds = sum(re.search(kind, password, re.ASCII) is not None for kind in KINDS_OF_LETTERS)
    return int(score + (kinds - 1) * POINTS_FOR_A_KIND)


def checked_phone(data: Document, settings: Mapping[str, Any]) -> str:
    """Return the phone that a login by SMS goes to, normalised. Raises `UserDataError`."""
    phone = normalise(data.get("phone"), settings)
    if phone is None:
        raise UserDataError("A valid phone number is required for SMS login.", "configuration.enable.token.login.phone")
    return phone
