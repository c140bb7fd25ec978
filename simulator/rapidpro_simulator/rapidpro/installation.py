"""A RapidPro installation: its workspaces, the sequences behind its ids, and the health of its parts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from rapidpro_simulator.rapidpro.mailroom.task_queue import MailroomStatus, TaskQueue

from .generations import generation as generation_of
from .generations.rates import rate_profile as rate_profile_of
from .workspace import Token, Workspace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from rapidpro_simulator.rapidpro.flows.core.webhooks import WebhookRequest, WebhookResponse
    from rapidpro_simulator.world.context import Context

    from .generations.rates import Rate

WebhookService = Callable[["WebhookRequest"], Awaitable["WebhookResponse | None"]]
CourierStatus = Literal["up", "down", "unreachable"]


async def _unreachable(_request: WebhookRequest) -> None:
    return None


class RapidPro:
    """One installation, reached by one `name` (`textit.com`).

    `generation` is a name of `GENERATIONS`, `rate_profile` one of `RATE_PROFILES` (default: the generation's own).
    Integer ids are sequences of the installation that begin at `first_id`, so ids of two installations collide
    (rapidpro 9). `replica_lag`: seconds after which readers see what was written. `dispatch_delay`: bounds, in
    seconds, of the time between a broadcast's POST and its first message. `webhook` calls web servers for flows;
    without it nobody answers them.

    >>> rapidpro = RapidPro("textit.com", Context(clock, seed, journal), generation="textit-2026")
    >>> workspace = rapidpro.workspace("Moshi", country="TZ")
    >>> workspace.deliver("delivered")
    >>> broadcast = workspace.create_broadcast(urns=["tel:+255754123123"], text={"eng": "Hi @contact.name"})
    """

    def __init__(
        self,
        name: str,
        context: Context,
        generation: str = "community",
        rate_profile: str | None = None,
        first_id: int = 1,
    ) -> None:
        self.name = name
        self.clock = context.clock
        self.seed = context.seed
        self.journal = context.journal
        self.generation = generation_of(generation)
        self.rate_profile = rate_profile_of(rate_profile or self.generation.access.rate_profile)
        self.workspaces: dict[str, Workspace] = {}
        self.replica_lag = 0.0
        self.dispatch_delay = (0.05, 0.2)
        self.backend = TaskQueue(context.clock)
        self.webhook: WebhookService = _unreachable
        self._tokens: dict[str, Token] = {}
        self._courier: CourierStatus = "up"
        self._next_ids: defaultdict[str, int] = defaultdict(lambda: first_id)

    def workspace(
        self,
        name: str,
        *,
        country: str | None = None,
        languages: Sequence[str] = ("eng",),
        rates: Mapping[str, str | Rate] | None = None,
        anonymous: bool = False,
        timezone: str = "Africa/Nairobi",
    ) -> Workspace:
        """Create a workspace with one Administrator's token and one aggregator channel.

        `country` (ISO 3166, two letters) reads national numbers; `languages` are ISO 639-3 codes, the first is the
        default; `rates` override the profile's by scope, such as `{"v2.messages": "20000/hour"}`. Raises `ValueError`
        where the name is taken.
        """
        if name in self.workspaces:
            raise ValueError(f"{self.name} has a workspace {name!r} already")
        workspace = Workspace(
            self,
            name,
            country=country,
            languages=tuple(languages),
            rates=rates or {},
            anonymous=anonymous,
            timezone=timezone,
        )
        self.workspaces[name] = workspace
        workspace.new_token()
        workspace.add_channel("aggregator")
        return workspace

    def token(self, key: str) -> Token | None:
        """Return the token of a key, an inactive one too; None where there is none."""
        return self._tokens.get(key)

    def add_token(self, token: Token) -> None:
        """Let `token` be used. Raises `ValueError` where its key is taken."""
        if token.key in self._tokens:
            raise ValueError(f"{self.name} has a token with this key already")
        self._tokens[token.key] = token
        self.journal.hide(token.key)

    def next_id(self, kind: str) -> int:
        """Return the next integer id of a kind of row (`message`, `broadcast`, `contact`, …)."""
        number = self._next_ids[kind]
        self._next_ids[kind] = number + 1
        return number

    @property
    def next_broadcast_id(self) -> int:
        """The id of the next broadcast. A sequence only ever grows: setting it lower raises `ValueError`."""
        return self._next_ids["broadcast"]

    @next_broadcast_id.setter
    def next_broadcast_id(self, number: int) -> None:
        if number < self.next_broadcast_id:
            raise ValueError(f"the ids of broadcasts are at {self.next_broadcast_id} already, {number} is in the past")
        self._next_ids["broadcast"] = number

    @property
    def visible_until(self) -> datetime:
        """Until when readers see what was written (rapidpro 9, replica lag)."""
        return self.clock.now() - timedelta(seconds=self.replica_lag)

    @property
    def mailroom(self) -> MailroomStatus:
        """Whether mailroom is `up`, `slow` or `down` (rapidpro 11); how slow: `mailroom_delay`."""
        return self.backend.status

    @mailroom.setter
    def mailroom(self, status: MailroomStatus) -> None:
        self.backend.status = status

    @property
    def mailroom_delay(self) -> float:
        """The seconds that a slow mailroom takes longer for each of its tasks and answers."""
        return self.backend.delay if self.backend.status == "slow" else 0.0

    def slow_mailroom(self, seconds: float) -> None:
        """Make mailroom take `seconds` longer for everything."""
        self.backend.delay = seconds
        self.backend.status = "slow"

    @property
    def courier(self) -> CourierStatus:
        """Whether courier is `up`, `down` or `unreachable`.

        While it is down, messages stay queued (rapidpro 9). While mailroom cannot reach it, they cannot even be queued:
        mailroom tries each of them again after ten minutes (rapidpro 6.2).
        """
        return self._courier

    @courier.setter
    def courier(self, status: CourierStatus) -> None:
        if status not in {"up", "down", "unreachable"}:
            raise ValueError(f"courier is up, down or unreachable, not {status!r}")
        self._courier = status
        if status == "up":
            for workspace in self.workspaces.values():
                workspace.courier.wake()
