"""Who may log in: passwords as hashes, session cookies, and the documents of the `_users` database (cht 11.3)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from .errors import BadRequest, Forbidden

if TYPE_CHECKING:
    from .documents import JSON

USER_PREFIX = "org.couchdb.user:"
ADMIN_ROLE = "_admin"
ITERATIONS = 10  # CouchDB's default for long; every request with Basic authentication hashes once
MALFORMED_COOKIE = "Malformed AuthSession cookie. Please clear your cookies."


@dataclass(frozen=True)
class CouchUser:
    """Somebody who is logged in. `handler` is the way they came: `default` (Basic) or `cookie`."""

    name: str
    roles: tuple[str, ...]
    handler: str = "default"

    @property
    def is_admin(self) -> bool:
        return ADMIN_ROLE in self.roles


@dataclass(frozen=True)
class CouchAccount:
    """What is kept of somebody who may log in: never the password."""

    name: str
    roles: tuple[str, ...]
    derived_key: str
    salt: str
    iterations: int = ITERATIONS

    def accepts(self, password: str) -> bool:
        return hmac.compare_digest(derive_key(password, self.salt, self.iterations), self.derived_key)


@lru_cache(maxsize=256)  # who logs in does so with every request
def derive_key(password: str, salt: str, iterations: int = ITERATIONS) -> str:
    """Return the PBKDF2 key of `password`, in hex."""
    return hashlib.pbkdf2_hmac("sha1", password.encode(), salt.encode(), iterations, 20).hex()


def admin_account(name: str, hashed: str) -> CouchAccount:
    """Return the account of the administrator whose entry in the configuration is `hashed`."""
    derived_key, salt, iterations = hashed.removeprefix("-pbkdf2-").split(",")
    return CouchAccount(name, (ADMIN_ROLE,), derived_key, salt, int(iterations))


def hash_for_config(password: str, salt: str) -> str:
    """Return `password` as the section `admins` of the configuration keeps it."""
    return f"-pbkdf2-{derive_key(password, salt)},{salt},{ITERATIONS}"


def user_account(document: JSON) -> CouchAccount | None:
    """Return the account in a document of `_users`; None where it has no password."""
    try:
        return CouchAccount(
            document["name"],
            tuple(document["roles"]),
            document["derived_key"],
            document["salt"],
            document["iterations"],
        )
    except KeyError:
        return None


def prepare_user(document: JSON, salt: str) -> JSON:
    """Return `document` as `_users` stores it, its password hashed with `salt`.

    Raises `Forbidden`, in the words of CouchDB's own validation, where it does not describe a user.
    """
    if document.get("_deleted") is True or str(document.get("_id", "")).startswith("_design/"):
        return document
    name = document.get("name")
    if document.get("type") != "user":
        raise Forbidden("doc.type must be user")
    if not name:
        raise Forbidden("doc.name is required")
    if not isinstance(document.get("roles"), list):
        raise Forbidden("doc.roles must be an array")
    if document.get("_id") != USER_PREFIX + str(name):
        raise Forbidden("Doc ID must be of the form org.couchdb.user:name")
    if any(str(role).startswith("_") for role in document["roles"]):
        raise Forbidden("No system roles (starting with underscore) in users db.")
    password = document.pop("password", None)
    if password is not None:
        document.update(
            password_scheme="pbkdf2",  # noqa: S106 - the name of a method
            iterations=ITERATIONS,
            derived_key=derive_key(str(password), salt),
            salt=salt,
        )
    return document


def write_cookie(account: CouchAccount, secret: str, seconds: int) -> str:
    """Return a session cookie for `account`, made at `seconds` of Unix time."""
    session = f"{account.name}:{seconds:X}"
    return base64.urlsafe_b64encode(session.encode() + b":" + _sign(session, secret, account)).decode().rstrip("=")


def read_cookie(cookie: str) -> tuple[str, int]:
    """Return whose session it is and when it began; whether it is genuine is asked of `verify_cookie`.

    Raises `BadRequest` in CouchDB's words where it cannot be read.
    """
    try:
        name, seconds, _ = base64.urlsafe_b64decode(cookie + "=" * (-len(cookie) % 4)).split(b":", 2)
        return name.decode(), int(seconds, 16)
    except ValueError:
        raise BadRequest(MALFORMED_COOKIE) from None


def verify_cookie(cookie: str, account: CouchAccount, secret: str, seconds: int) -> bool:
    """Return whether `cookie` is what was made for `account` at `seconds`."""
    return hmac.compare_digest(cookie.encode(), write_cookie(account, secret, seconds).encode())


def _sign(session: str, secret: str, account: CouchAccount) -> bytes:
    return hmac.new((secret + account.salt).encode(), session.encode(), hashlib.sha1).digest()
