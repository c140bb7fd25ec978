"""A small world for the gateway: two RapidPro workspaces, a CHT, and the gateway between them, in frozen time."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from rapidpro_simulator.cht.administrator import Administrator, message_document
from rapidpro_simulator.simulation import Simulation
from rapidpro_simulator.world.frozen_datetime import freeze_datetime

if TYPE_CHECKING:
    from types import TracebackType

    from rapidpro_simulator.gateways.standalone import Standalone
    from rapidpro_simulator.rapidpro.workspace import Workspace
    from rapidpro_simulator.world.clock import FrozenClock
    from rapidpro_simulator.world.journal import Exchange

HOST = "textit.com"
CHT = "cht.example.org"


class Moment:
    """Time that stands still until it is moved: that of `clock`, and of `datetime.now()` with it."""

    def __init__(self, clock: FrozenClock) -> None:
        self._clock = clock

    def __enter__(self) -> Moment:
        self._freezer = freeze_datetime(self._clock)
        return self

    def __exit__(self, *_: object) -> None:
        self._freezer.stop()

    def passes(self, seconds: float) -> None:
        self._clock.advance(timedelta(seconds=seconds))


class World:
    """A simulation with everything in its place; `switch` to a workspace before anything is sent."""

    def __init__(self, **settings: Any) -> None:
        self.simulation = Simulation(gateway="standalone", freeze_datetime=True, **settings)
        self.host = self.simulation.rapidpro(HOST)
        self.main = self.host.workspace("Main")
        self.other = self.host.workspace("Other")
        self.cht = Administrator(self.simulation, self.simulation.cht(CHT))
        self.gateway = cast("Standalone", self.simulation.gateways[CHT])
        self.switch(self.main)
        self._count = 0

    def __enter__(self) -> World:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.simulation.close()

    def switch(self, workspace: Workspace) -> None:
        self.gateway.use(url=f"https://{workspace.runtime.platform.name}", token=workspace.token.key)

    def restart(self) -> None:
        self.gateway.crash()
        self.gateway.start()

    def add(self, count: int = 1, *, to: str = "", text: str = "Visit tomorrow") -> None:
        """Let CHT have messages to send: to `to`, or each to a number of its own."""
        documents = []
        for _ in range(count):
            self._count += 1
            number = to or f"+2547{self._count:08}"
            documents.append(message_document(self.simulation, self._count, number, f"{text} {self._count}"))
        self.cht.save(documents)

    def passes(self, **time: float) -> None:
        self.simulation.advance(**time)

    def states(self) -> Counter[str]:
        """Return how many messages are in which state, as CHT knows it."""
        return Counter(message.state for message in self.cht.messages())

    def received(self) -> Counter[tuple[str, str]]:
        """Return what RapidPro was given to send, by recipient and text."""
        return Counter(
            (str(message.urn), message.text)
            for workspace in (self.main, self.other)
            for message in workspace.messages
            if not message.incoming
        )

    def wanted(self) -> Counter[tuple[str, str]]:
        """Return what CHT wanted to be sent, by recipient and text."""
        return Counter((f"tel:{each.message['to']}", each.message["message"]) for each in self.cht.messages())

    def requests(self, **criteria: Any) -> list[Exchange]:
        """Return the gateway's requests."""
        return self.simulation.journal.exchanges(by="gateway*", **criteria)
