"""One RapidPro installation: a hostname with its workspaces, tokens, quotas and outages."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.model.settings import Settings
from rapidpro_simulator.rapidpro.runtime.platform import Platform

from .access import Tokens
from .generations import generation as generation_of
from .generations.rates import rate_profile as rate_profile_of
from .workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from rapidpro_simulator.rapidpro.runtime.platform import CourierStatus
    from rapidpro_simulator.rapidpro.runtime.task_queue import MailroomStatus
    from rapidpro_simulator.world.context import Context

    from .generations.rates import Rate


class RapidPro:
    """One installation, reached by one `name` (`textit.com`).

    `generation` is a name of `GENERATIONS`, `rate_profile` one of `RATE_PROFILES` (default: the generation's own).
    Integer ids are sequences of the installation that begin at `first_id`, so ids of two installations collide
    (rapidpro 9). `replica_lag`: seconds after which readers see what was written. `platform` is what all workspaces
    share.

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
        self.journal = context.journal
        self.generation = generation_of(generation)
        self.rate_profile = rate_profile_of(rate_profile or self.generation.access.rate_profile)
        self.platform = Platform(name, context, self.generation, first_id)
        self.tokens = Tokens(name, context.journal)
        self.workspaces: dict[str, Workspace] = {}
        self.replica_lag = 0.0

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
        settings = Settings(country, tuple(languages), timezone, anonymous)
        workspace = Workspace(name, settings, self.platform, self.tokens, self.rate_profile, rates or {})
        self.workspaces[name] = workspace
        workspace.new_token()
        workspace.add_channel("aggregator")
        return workspace

    @property
    def visible_until(self) -> datetime:
        """Until when readers see what was written (rapidpro 9, replica lag)."""
        return self.clock.now() - timedelta(seconds=self.replica_lag)

    @property
    def mailroom_status(self) -> MailroomStatus:
        """Whether mailroom is `up`, `slow` or `down` (rapidpro 11); how slow: `mailroom_delay`."""
        return self.platform.tasks.status

    @mailroom_status.setter
    def mailroom_status(self, status: MailroomStatus) -> None:
        self.platform.tasks.status = status

    @property
    def mailroom_delay(self) -> float:
        """The seconds that a slow mailroom takes longer for each of its tasks and answers."""
        tasks = self.platform.tasks
        return tasks.delay if tasks.status == "slow" else 0.0

    def slow_mailroom(self, seconds: float) -> None:
        """Make mailroom take `seconds` longer for everything."""
        self.platform.tasks.delay = seconds
        self.platform.tasks.status = "slow"

    @property
    def courier_status(self) -> CourierStatus:
        """Whether courier is `up`, `down` or `unreachable`.

        While it is down, messages stay queued (rapidpro 9). While mailroom cannot reach it, they cannot even be queued:
        mailroom tries each of them again after ten minutes (rapidpro 6.2).
        """
        return self.platform.courier

    @courier_status.setter
    def courier_status(self, status: CourierStatus) -> None:
        if status not in {"up", "down", "unreachable"}:
            raise ValueError(f"courier is up, down or unreachable, not {status!r}")
        self.platform.courier = status
        if status == "up":
            for workspace in self.workspaces.values():
                workspace.delivery.courier.wake()
