"""A CouchDB: databases, configuration, and who may log in. The wire is the affair of `service`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from . import users
from .cht_designs import SIBLINGS, design_documents
from .database import Database
from .errors import NO_DATABASE, BadRequest, CouchError, NotFound, Unauthorized
from .query_server import QueryServer
from .users import ADMIN_ROLE, USER_PREFIX, CouchAccount, CouchUser

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from rapidpro_simulator.world.context import Context

    from .documents import JSON

VERSION = "3.5.0"
NODE = "nonode@nohost"
SESSION_SECONDS = 365 * 24 * 3600  # CHT's configuration: one year (cht 0.1)
WRONG_PASSWORD = "Name or password is incorrect."  # noqa: S105 - CouchDB's words
UNKNOWN_SETTING = "unknown_config_value"
SECRET_SECTIONS = ("admins", "medic-credentials")  # the latter up to CHT 3.17: cht 3.2
SYSTEM_DATABASES = ("_users", "_replicator")
_NAME = re.compile(r"[a-z][a-z0-9_$()+/-]*")


class CouchDB:
    """One CouchDB server with its administrator (name and password).

    `secret` is what credentials are encrypted with and cookies are signed with (cht 3.2); drawn from the seed where it
    is not given.
    """

    def __init__(
        self,
        context: Context,
        *,
        admin: tuple[str, str] = ("admin", "pass"),
        secret: str | None = None,
    ) -> None:
        self._configured = 0  # how often the configuration, or which databases there are, was changed
        self.clock = context.clock
        self.journal = context.journal
        self.stream = context.seed.stream("couchdb")
        self.uuid = self.stream.hex(32)
        self._requests = context.seed.stream("couchdb.requests")
        self._salts = context.seed.stream("couchdb.salts")
        self._databases: dict[str, Database] = {}
        self.config: dict[str, dict[str, str]] = {
            "chttpd": {"require_valid_user": "true"},
            "couch_httpd_auth": {"secret": secret or self.stream.hex(32), "timeout": str(SESSION_SECONDS)},
            "admins": {},
        }
        self.configure("admins", *admin)
        self.journal.hide(self.secret)
        self._query_server = QueryServer(self.clock.now)
        for name in SYSTEM_DATABASES:
            self._add(name)
        self.database("_users").prepare = self._prepare_user

    def new_id(self) -> str:
        """Return an identifier for a document that came without one: 32 hexadecimal digits."""
        return self.stream.hex(32)

    def new_request_id(self) -> str:
        """Return what an answer bears as `X-Couch-Request-ID`."""
        return self._requests.hex(10)

    def state_behind(self, name: str) -> Hashable:
        """Return a value that changes whenever what can be read of the database `name`, or who may read it, does."""
        database = self._databases.get(name)
        return self.login_state, None if database is None else database.state

    @property
    def login_state(self) -> Hashable:
        """Return a value that changes whenever who may log in does."""
        users = self._databases.get("_users")
        return self._configured, None if users is None else users.state

    # Databases

    def install_cht(self, release: str, main: str = "medic") -> Database:
        """Create what a CHT instance of `release` ("5.2.0") needs, and return its main database (cht 0.1, 7).

        That is the database `main` and its siblings (`medic-sentinel`, `medic-vault`, …) with CHT's design documents.
        """
        databases = {name: self.create(f"{main}-{name}" if name else main) for name in ("", *SIBLINGS)}
        for name, document in design_documents(release):
            databases[name].put(document)
        return databases[""]

    def upgrade_cht(self, release: str, main: str = "medic") -> None:
        """Put the design documents of another release in place of those there are; whatever else there is stays."""
        for name, document in design_documents(release):
            database = self.database(f"{main}-{name}" if name else main)
            known = database.find(document["_id"])
            database.put({**document, "_rev": known["_rev"]} if known else document)

    def create(self, name: str) -> Database:
        """Create an empty database; raises `CouchError` (`file_exists`, `illegal_database_name`) in CouchDB's words."""
        if name not in SYSTEM_DATABASES and not _NAME.fullmatch(name):
            raise BadRequest(
                f"Name: '{name}'. Only lowercase characters (a-z), digits (0-9), and any of the characters "
                "_, $, (, ), +, -, and / are allowed. Must begin with a letter.",
                "illegal_database_name",
            )
        return self._add(name)

    def _add(self, name: str) -> Database:
        if name in self._databases:
            raise CouchError("file_exists", "The database could not be created, the file already exists.")

        def log(design: str, text: str) -> None:
            self.journal.event("couchdb.log", db=name, design=design, text=text)

        database = Database(name, self.new_id, self._query_server, log)
        self._databases[name] = database
        self._configured += 1
        database.listeners.append(lambda id, rev: self.journal.event("document.saved", db=name, id=id, rev=rev))  # noqa: A006
        return database

    def drop(self, name: str) -> None:
        """Delete a database with all that is in it; raises `NotFound`."""
        self.database(name).close()
        del self._databases[name]
        self._configured += 1

    def database(self, name: str) -> Database:
        """Return a database; raises `NotFound` in CouchDB's words."""
        if name not in self._databases:
            raise NotFound(NO_DATABASE)
        return self._databases[name]

    @property
    def names(self) -> list[str]:
        """Return the names of the databases, in order."""
        return sorted(self._databases)

    # Configuration

    @property
    def secret(self) -> str:
        return self.config["couch_httpd_auth"]["secret"]

    def configure(self, section: str, key: str, value: str) -> str:
        """Set a value of the configuration and return the former one, or an empty text; administrators are hashed."""
        values = self.config.setdefault(section, {})
        former = values.get(key, "")
        if section in SECRET_SECTIONS or key == "secret":
            self.journal.hide(value)
        if section == "admins" and not value.startswith("-pbkdf2-"):
            value = users.hash_for_config(value, self._salts.hex(32))
        values[key] = value
        self._configured += 1
        return former

    def setting(self, section: str, key: str) -> str:
        """Return a value of the configuration; raises `NotFound`."""
        try:
            return self.config[section][key]
        except KeyError:
            raise NotFound(UNKNOWN_SETTING) from None

    def unset(self, section: str, key: str) -> str:
        """Remove a value of the configuration and return it; raises `NotFound`."""
        value = self.setting(section, key)
        del self.config[section][key]
        self._configured += 1
        return value

    # Users

    def add_user(self, name: str, password: str, roles: Sequence[str] = ()) -> CouchUser:
        """Create a user, or give one a new password and new `roles`, as a document of `_users`."""
        database = self.database("_users")
        current = database.find(USER_PREFIX + name) or {"_id": USER_PREFIX + name, "name": name, "type": "user"}
        database.put({**current, "roles": list(roles), "password": password})
        return CouchUser(name, tuple(roles))

    def login(self, name: str, password: str) -> CouchAccount:
        """Return the account of `name`; raises `Unauthorized` where the password is not theirs."""
        account = self._account(name)
        if account is None or not account.accepts(password):
            raise Unauthorized(WRONG_PASSWORD)
        return account

    def open_session(self, account: CouchAccount) -> str:
        """Return a cookie that lets `account` in for a year."""
        return users.write_cookie(account, self.secret, self._now())

    def resume_session(self, cookie: str) -> CouchUser | None:
        """Return whose session `cookie` is; None where it is over or forged. Raises `BadRequest` for nonsense."""
        name, began = users.read_cookie(cookie)
        account = self._account(name)
        if account is None or self._now() >= began + SESSION_SECONDS:
            return None
        if not users.verify_cookie(cookie, account, self.secret, began):
            return None
        return CouchUser(account.name, account.roles, "cookie")

    def _account(self, name: str) -> CouchAccount | None:
        if name in self.config["admins"]:
            return users.admin_account(name, self.config["admins"][name])
        document = self.database("_users").find(USER_PREFIX + name)
        return None if document is None else users.user_account(document)

    def _prepare_user(self, document: JSON) -> JSON:
        return users.prepare_user(document, self._salts.hex(32))

    def _now(self) -> int:
        return int(self.clock.now().timestamp())


def allows(database: Database, user: CouchUser, part: str) -> bool:
    """Return whether `user` belongs to `part` (`members` or `admins`) of a database; administrators always do."""
    if user.is_admin:
        return True
    named = [database.security.get(each, {}) for each in ("admins", part)]
    if part == "members" and not any(named[1].get(kind) for kind in ("names", "roles")):
        return True  # a database without members is open to everybody who is logged in
    return any(
        user.name in who.get("names", [])
        or any(role in user.roles for role in who.get("roles", []) if role != ADMIN_ROLE)
        for who in named
    )
