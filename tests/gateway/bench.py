"""A sender and a tracker on one outbox, between a clock that is moved and a RapidPro that says what it is told to."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

from cht_rapidpro_gateway.ages import AgeLimits
from cht_rapidpro_gateway.budget import Budget
from cht_rapidpro_gateway.clock import now
from cht_rapidpro_gateway.configuration import Category, Policy, Quota
from cht_rapidpro_gateway.rapidpro import Broadcast, Message, NotNowError, RapidProError, UncertainError
from cht_rapidpro_gateway.sender import Sender
from cht_rapidpro_gateway.tracker import Tracker
from cht_rapidpro_gateway.worker import Account
from cht_rapidpro_gateway.workspaces import Workspaces

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import AsyncIterator

    from cht_rapidpro_gateway.metrics import Metrics
    from cht_rapidpro_gateway.outbox import Outbox, Outgoing
    from rapidpro_simulator.world.loop import SimulationLoop

    from .world import Moment

NUMBER = "+254712345678"


class Longest(Random):
    """Chance that makes every pause as long as it may be."""

    def uniform(self, a: float, b: float) -> float:
        return max(a, b)


class RapidPro:
    """A RapidPro that says what it is told to say, and notes what it is asked."""

    def __init__(self) -> None:
        self.error: RapidProError | None = None
        self.listing_error: RapidProError | None = None
        self.listed: list[Broadcast] = []
        self.rows: list[Message] = []
        self.pages: list[list[Message]] | None = None
        self.poison: set[str] = set()
        self.asked: list[str] = []
        self.windows: list[tuple[float, float]] = []
        self.sent: list[str] = []
        self.texts: list[str] = []
        self.since: list[float] = []
        self.ahead = 0.0

    def text(self, content: str) -> str:
        return content

    def told(self) -> float:
        return now() + self.ahead

    async def send(self, recipient: str, content: str) -> Broadcast:
        self.sent.append(recipient)
        self.texts.append(content)
        if self.error is not None:
            raise self.error
        return Broadcast(f"{len(self.sent)}", (f"tel:{recipient}",), (), now() + self.ahead)

    async def broadcasts(self, since: float) -> list[Broadcast]:
        self.since.append(since)
        if self.listing_error is not None:
            raise self.listing_error
        return self.listed

    async def messages(self, after: float, before: float) -> AsyncIterator[list[Message]]:
        self.windows.append((after, before))
        if self.listing_error is not None:
            raise self.listing_error
        for page in [self.rows] if self.pages is None else self.pages:
            yield page

    async def messages_of(self, reference: str) -> list[Message]:
        self.asked.append(reference)
        if reference in self.poison:
            raise NotNowError("500")
        return [row for row in self.rows if row.broadcast == reference]


class Bench:
    """A sender and a tracker at work on one outbox."""

    def __init__(
        self, outbox: Outbox, connection: sqlite3.Connection, metrics: Metrics, loop: SimulationLoop, moment: Moment
    ) -> None:
        self.outbox = outbox
        self.rapidpro = RapidPro()
        self._moment = moment
        self._loop = loop
        self.metrics = metrics
        self.random: Random = Random(7)
        self._workspace = Workspaces(connection).met("0199", "Main", "token")
        self.use(Policy())

    def use(self, policy: Policy, *categories: Category) -> None:
        budget = Budget(Quota(), lambda _purpose, _until: None)
        rapidpro: Any = self.rapidpro
        limits = AgeLimits(policy, categories)
        account = Account(self.outbox, rapidpro, budget, self._workspace, policy, limits, self.metrics, self.random)
        self.sender, self.tracker = Sender(account), Tracker(account)

    def sends(self, steps: int = 1, after: float = 0) -> None:
        for _ in range(steps):
            self._moment.passes(after)
            self._loop.run(self.sender.step())

    def asks(self, after: float = 61) -> None:
        self._moment.passes(after)
        self._loop.run(self.tracker.step())

    def numbers(self) -> str:
        """Return the metrics as they are served."""
        return self.metrics.text().decode()

    def message(self, name: str) -> Outgoing:
        message = self.outbox.get(name)
        assert message is not None
        return message

    def loses(self, *names: str, text: str = "Hi", to: str = NUMBER) -> None:
        """Post messages, and get no answer."""
        self.rapidpro.error = UncertainError("no answer")
        for name in names:
            self.outbox.take(name, to, text)
            self.sends(after=10)
        self.rapidpro.error = None
