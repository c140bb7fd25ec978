"""Access to a workspace: its tokens, the users they are of, and how many requests they may make.

Reading tokens from a request, and refusing what is too much, is `api`'s part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.model.users import ADMINISTRATOR, AGENT, MEMBERS, User

from .generations import rates as rates_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rapidpro_simulator.world.journal import Journal
    from rapidpro_simulator.world.seed import Stream

    from .generations.rates import Rate, RateProfile
    from .workspace import Workspace

STAFF, SURVEYOR = "Staff", "Surveyor"
ROLES = ("Administrator", "Editor", "Viewer", "Agent", SURVEYOR, "Prometheus", STAFF)
UNRESTRICTED_ROLES = frozenset({"Administrator", "Editor", STAFF})

_KEY_LENGTH = 40


@dataclass(slots=True, eq=False)
class Token:
    """A key to a workspace, in the name of a user (an e-mail address) with a role (rapidpro 1.4)."""

    key: str
    workspace: Workspace
    role: str
    user: str
    active: bool = True

    @property
    def unrestricted(self) -> bool:
        """Whether the role may use every endpoint."""
        return self.role in UNRESTRICTED_ROLES

    def may_use(self, endpoint: str) -> bool:
        """Whether the role may use an endpoint, such as `contacts` (rapidpro 1.4)."""
        if self.unrestricted:
            return True
        for_surveyors = self.workspace.runtime.generation.access.surveyor_endpoints
        return self.role == SURVEYOR and endpoint in for_surveyors

    @property
    def bucket(self) -> str:
        """Whom the throttle counts this token's requests for (rapidpro 2.3)."""
        generation = self.workspace.runtime.generation
        kind = generation.access.staff_bucket if self.role == STAFF else generation.access.bucket
        return f"{self.workspace.id}-{self.user}" if kind == "user" else str(self.workspace.id)


class Tokens:
    """The tokens of an installation by key. None of them appears in the journal."""

    def __init__(self, host: str, journal: Journal) -> None:
        self._host = host
        self._journal = journal
        self._by_key: dict[str, Token] = {}

    def get(self, key: str) -> Token | None:
        """Return the token of a key, an inactive one too; None where there is none."""
        return self._by_key.get(key)

    def add(self, token: Token) -> None:
        """Let `token` be used. Raises `ValueError` where its key is taken."""
        if token.key in self._by_key:
            raise ValueError(f"{self._host} has a token with this key already")
        self._by_key[token.key] = token
        self._journal.hide(token.key)


class Access:
    """Who may use a workspace, and how often.

    `rates` are the workspace's own by scope, such as `{"v2.messages": "10/hour"}`, `rates_in_force` those with the
    profile's for all other scopes (rapidpro 2.2).
    """

    def __init__(
        self, workspace: Workspace, known: Tokens, profile: RateProfile, rates: Mapping[str, str | Rate], keys: Stream
    ) -> None:
        self._workspace = workspace
        self._known = known
        self._profile = profile
        self._keys = keys
        self.tokens: list[Token] = []
        self.rates = rates

    @property
    def rates(self) -> Mapping[str, str | Rate]:
        return self._rates

    @rates.setter
    def rates(self, rates: Mapping[str, str | Rate]) -> None:
        self._rates = rates
        self.rates_in_force = rates_of.merged(self._profile, rates)

    def quota(self, endpoint: str) -> tuple[str, Rate | None]:
        """Return the throttle scope of an endpoint and its rate, None for an unlimited one (rapidpro 2.1, 2.2)."""
        scope = self._profile.scope_of(endpoint)
        return scope, self.rates_in_force.get(scope)

    def new_token(self, role: str = ADMINISTRATOR, user: str | None = None, key: str | None = None) -> Token:
        """Create a token (default: with a key of the seed's).

        Raises `ValueError` for a role that there is not, and where the key is taken.
        """
        if role not in ROLES:
            raise ValueError(f"no role is called {role!r}; there are: {', '.join(ROLES)}")
        runtime = self._workspace.runtime
        key = key or _new_key(self._keys, runtime.generation.access.key_style)
        token = Token(key, self._workspace, role, user or f"{role.lower()}@{runtime.platform.name}")
        self._known.add(token)
        self.tokens.append(token)
        if role in MEMBERS and token.user.lower() not in self._workspace.database.users:
            self.add_user(token.user, role)
        return token

    def add_user(self, email: str, role: str = ADMINISTRATOR, password: str | None = None) -> User:
        """Add somebody with a role, who can sign in with a `password`; an agent is in the team of all topics.

        Raises `ValueError` for a role that people do not have, and where there is a user of this address.
        """
        database, runtime, email = self._workspace.database, self._workspace.runtime, email.lower()
        if role not in MEMBERS:
            raise ValueError(f"nobody has the role {role!r}; people have: {', '.join(MEMBERS)}")
        if email in database.users:
            raise ValueError(f"the workspace {self._workspace.name!r} has a user {email} already")
        team = database.teams.default if role == AGENT else None
        uuid = runtime.stream(f"users/{email}").uuid4()
        user = database.users[email] = User(uuid, email, role, runtime.now(), team, password or None)
        if password:
            runtime.platform.context.journal.hide(password)
        return user

    def token_for(self, user: User, role: str) -> Token:
        """Return the token that a user has for a role; it is made when it is first asked for."""
        known = (each for each in self.tokens if each.user == user.email and each.role == role and each.active)
        return next(known, None) or self.new_token(role, user.email)


def _new_key(stream: Stream, style: str) -> str:
    """Return a key in the style of a generation: hex or alphanumeric (rapidpro 1.3)."""
    return stream.hex(_KEY_LENGTH) if style == "hex" else stream.alphanumeric(_KEY_LENGTH)
