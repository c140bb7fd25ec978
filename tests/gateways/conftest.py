"""What tests of gateways in other processes stand on: live simulations, and looking at processes from outside."""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest

from rapidpro_simulator.cht.administrator import Administrator, message_document
from rapidpro_simulator.gateways import parse_gateway
from rapidpro_simulator.gateways.live import LiveGateway
from rapidpro_simulator.gateways.template import Template
from rapidpro_simulator.simulation import Simulation
from rapidpro_simulator.world.clock import LiveClock
from rapidpro_simulator.world.loop import Limits
from tests.support.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SHORT_TIMES = 10
ROOT = Path(__file__).parents[2]


class World:
    """A live simulation with a workspace, an instance, and the gateway under test between them."""

    def __init__(self, gateway: str, template: Template, speed: float) -> None:
        self.simulation = Simulation(
            clock=LiveClock(speed=speed),
            gateway=parse_gateway(gateway, template),
            limits=Limits(real_seconds=PATIENCE),
        )

    def connect(self) -> LiveGateway:
        """Let the gateway work between both."""
        host = self.simulation.rapidpro("textit.com")
        token = host.workspace("Main").token.key
        instance = self.simulation.cht("cht.example.org")
        self.gateway.use(url=host.url, token=token)
        assert instance.name == "cht.example.org"
        return self.gateway

    @property
    def gateway(self) -> LiveGateway:
        gateway = self.simulation.gateways["cht.example.org"]
        assert isinstance(gateway, LiveGateway)
        return gateway

    @property
    def administrator(self) -> Administrator:
        return Administrator(self.simulation, self.simulation.instances["cht.example.org"])

    def add_messages(self, count: int) -> None:
        number = len(self.administrator.messages())
        self.administrator.save(
            message_document(self.simulation, number + each, self.simulation.sample_data.health_worker().phone, "Hello")
            for each in range(count)
        )

    def comes(self, condition: Callable[[], bool]) -> bool:
        """Let time pass until something is so, and say whether that comes: a busy machine is given all it needs."""
        return self.simulation.wait_until(condition, seconds=PATIENCE * self.simulation.clock.speed)

    def settle(self) -> None:
        """Let what is under way end, in several short times: of one a machine that stands still would leave nothing."""
        for _ in range(SHORT_TIMES):
            self.simulation.advance(seconds=1)

    def are_delivered(self, count: int) -> bool:
        """Let time pass until so many messages are delivered, and say whether that comes."""
        return self.comes(lambda: [message.state for message in self.administrator.messages()] == ["delivered"] * count)

    def said(self) -> list[str]:
        """Return the lines that the gateway wrote."""
        return [str(entry.get("text")) for entry in self.simulation.journal.where("gateway.log")]

    def kinds(self) -> list[str]:
        """Return what became of the gateway, in order."""
        events = self.simulation.journal.where("gateway.*", gateway="gateway")
        return [event.kind for event in events if event.kind != "gateway.log"]


class MakeWorld(Protocol):
    def __call__(self, gateway: str, template: Template | None = None, speed: float = 600) -> World: ...


@pytest.fixture
def world() -> Iterator[MakeWorld]:
    """Make live simulations with a gateway; they are closed after the test."""
    with ExitStack() as stack:

        def make(gateway: str, template: Template | None = None, speed: float = 600) -> World:
            made = World(gateway, template or Template(), speed)
            stack.enter_context(made.simulation)
            return made

        yield make


def program(*lines: str) -> str:
    """Return the command that runs these lines of Python."""
    import shlex

    return shlex.join([sys.executable, "-u", "-c", "\n".join(lines)])


def wait_for(condition: Callable[[], bool], what: str) -> None:
    """Wait in real time for something outside of every simulation."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not come in {PATIENCE:g} seconds"
        time.sleep(0.02)


def state_of(pid: int) -> str:
    """Return the letter of a process's state, such as T for one that stands still; X where there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "X"


def lives(pid: int) -> bool:
    """Say whether a process is there and no zombie."""
    return state_of(pid) not in "ZX"


def kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
