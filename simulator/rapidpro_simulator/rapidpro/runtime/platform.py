"""What an installation gives to its workspaces, and what the parts of one workspace take of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from .task_queue import TaskQueue

if TYPE_CHECKING:
    from datetime import datetime

    from rapidpro_simulator.rapidpro.flows.core.webhooks import WebhookRequest, WebhookResponse
    from rapidpro_simulator.rapidpro.generations import Generation
    from rapidpro_simulator.rapidpro.model.messages import Message, Status
    from rapidpro_simulator.world.context import Context
    from rapidpro_simulator.world.seed import Stream

WebhookService = Callable[["WebhookRequest"], Awaitable["WebhookResponse | None"]]
CourierStatus = Literal["up", "down", "unreachable"]


@dataclass(frozen=True)
class Submission:
    """What came of calling an aggregator at `url`; without a `status` it rejects the message. `problem`: what is wrong.

    `answered` is the status of HTTP, None where nobody answers.
    """

    status: Status | None
    url: str
    answered: int | None
    problem: str = ""


ProviderService = Callable[["Message", Callable[[Submission], object]], object]
PhoneService = Callable[["Message", str, Callable[[bool], object]], bool]
"""Gives a message of the workspace of a name to a phone that says when it has it (or never will); False: to none."""


async def _unreachable(_request: WebhookRequest) -> None:
    return None


def _no_provider(message: Message, done: Callable[[Submission], object]) -> None:
    raise NotImplementedError(f"{message!r} goes to an aggregator, and this RapidPro is on no network: RapidProHost(…)")


class Platform:
    """One installation as all of its workspaces share it.

    `tasks` is mailroom's queue, `courier` says whether courier is up, `webhook` calls web servers for flows (default:
    none answers), `provider` the aggregators of external channels, `phones` are those of the scenario.
    `dispatch_delay`: bounds, in seconds, of the time between a broadcast's POST and its first message. Integer ids are
    sequences of the installation that begin at `first_id` (rapidpro 9).
    """

    def __init__(self, name: str, context: Context, generation: Generation, first_id: int = 1) -> None:
        self.name = name
        self.context = context
        self.generation = generation
        self.tasks = TaskQueue(context.clock)
        self.courier: CourierStatus = "up"
        self.webhook: WebhookService = _unreachable
        self.provider: ProviderService = _no_provider
        self.phones: PhoneService = lambda _message, _workspace, _report: False
        self.dispatch_delay = (0.05, 0.2)
        self._next_ids: defaultdict[str, int] = defaultdict(lambda: first_id)

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


class Runtime:
    """The platform as the parts of the workspace called `workspace` use it: what they draw and record is marked as its.

    RapidPro's mailroom has an object of this name for the same purpose.
    """

    def __init__(self, platform: Platform, workspace: str) -> None:
        self.platform = platform
        self.workspace = workspace
        self.clock = platform.context.clock
        self.generation = platform.generation
        self.tasks = platform.tasks
        self.next_id = platform.next_id
        self._journal = platform.context.journal

    def now(self) -> datetime:
        """Return the current instant, in UTC."""
        return self.clock.now()

    def stream(self, part: str) -> Stream:
        """Return the random stream of a part of the workspace, from its beginning."""
        return self.platform.context.seed.stream(f"rapidpro/{self.platform.name}/{self.workspace}/{part}")

    def record(self, kind: str, **data: object) -> None:
        """Record an event of the workspace in the journal."""
        where = {"host": self.platform.name, "workspace": self.workspace}
        self._journal.add_event(kind, where | data)
