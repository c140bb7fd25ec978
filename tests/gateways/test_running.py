"""Gateways that run already: offered the fakes at fixed ports, with one token in every scenario."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from rapidpro_simulator.gateways.interface import InapplicableError
from rapidpro_simulator.gateways.live import GatewayError, free_port
from rapidpro_simulator.gateways.running import to_configure, token_of
from rapidpro_simulator.gateways.separate import USER, password_of
from rapidpro_simulator.gateways.template import Template
from rapidpro_simulator.world.faults import FaultKind
from tests.support.patience import PATIENCE

from .conftest import MakeWorld, World, program

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def template() -> Template:
    return Template(rapidpro_port=free_port(), cht_port=free_port(), deadline=PATIENCE)


class SomebodyElses:
    """A gateway of the user's: it asks both services for something, again and again."""

    def __init__(self, world: World, template: Template) -> None:
        self._seed = world.simulation.seed
        self._template = template
        self._loop = world.simulation.loop
        self.answers: list[tuple[str, int]] = []
        self.task = self._loop.create_task(self._work())

    async def _work(self) -> None:
        basic = aiohttp.encode_basic_auth(USER, password_of(self._seed))
        wanted = {
            f"http://127.0.0.1:{self._template.cht_port}/api/sms": basic,
            f"http://127.0.0.1:{self._template.rapidpro_port}/api/v2/messages.json": f"Token {token_of(self._seed)}",
        }
        async with aiohttp.ClientSession() as session:
            while True:
                for url, authorization in wanted.items():
                    with suppress(aiohttp.ClientError):
                        async with session.get(url, headers={"Authorization": authorization}) as answer:
                            self.answers.append((url.rpartition("/")[2], answer.status))
                await asyncio.sleep(30)


@pytest.fixture
def running(world: MakeWorld, template: Template) -> Iterator[World]:
    made = world("running", template)
    gateway = SomebodyElses(made, template)
    made.connect()
    assert made.comes(lambda: {("sms", 200), ("messages.json", 200)} <= set(gateway.answers))
    yield made
    gateway.task.cancel()


def test_it_is_waited_for(running: World) -> None:
    """Its first request begins the scenario; it is known by the port at which it comes."""
    assert running.kinds() == ["gateway.started"]
    assert running.simulation.journal.exchanges(by="gateway") != []


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        (lambda gateway: gateway.stop(), "is not stopped"),
        (lambda gateway: gateway.crash(), "is not killed"),
        (lambda gateway: gateway.pause(), "cannot be paused"),
        (lambda gateway: gateway.forget_token(), "keeps its token"),
        (
            lambda gateway: gateway.use(token="another-token-than-before"),
            "account of a gateway that runs already cannot",
        ),
        (
            lambda gateway: gateway.use(url="https://rapidpro.example.org"),
            "account of a gateway that runs already cannot",
        ),
    ],
)
def test_it_is_not_steered(running: World, what: Any, reason: str) -> None:
    """A scenario that wants that does not apply."""
    with pytest.raises(InapplicableError, match=reason):
        what(running.gateway)


def test_the_same_account_again_is_fine(running: World) -> None:
    """Nothing is asked of it that it does not do already."""
    token = running.simulation.rapidpro("textit.com").workspace("Main").token.key

    running.gateway.use(url="https://textit.com", token=token)

    assert running.kinds() == ["gateway.started"]


def test_a_fault_cannot_be_fatal_to_it(running: World) -> None:
    """Whoever lets time pass hears that the scenario does not apply."""
    running.simulation.fault(by="gateway", kind=FaultKind.CRASH)

    with pytest.raises(InapplicableError, match="is not killed"):
        running.comes(lambda: False)


def test_its_network_can_be_cut(running: World) -> None:
    """The fakes do not answer it, and then they do."""
    running.gateway.cut()
    number = running.simulation.journal.event("mark").number
    running.simulation.advance(minutes=5)
    assert running.simulation.journal.exchanges(by="gateway", after=number) == []

    running.gateway.reconnect()

    assert running.comes(lambda: running.simulation.journal.exchanges(by="gateway", after=number) != [])


def test_one_that_does_not_come_is_told_how(world: MakeWorld, template: Template) -> None:
    """The complaint says what should be configured."""
    made = world("running", replace(template, deadline=0.5))

    with pytest.raises(GatewayError) as late:
        made.connect()

    assert str(late.value).endswith(to_configure(template, made.simulation.seed))


@pytest.mark.parametrize(
    ("script", "complaint"),
    [
        ("print('afresh')", "was not ready"),
        ("import sys; sys.exit('no compose file')", "could not be reset: exit code 1"),
    ],
)
def test_it_can_be_reset_before_each_scenario(
    world: MakeWorld, template: Template, script: str, complaint: str
) -> None:
    """The user's command brings it to its beginning, and its output is kept."""
    import shlex

    made = world("running", replace(template, deadline=0.5, reset=shlex.split(program(script))))

    with pytest.raises(GatewayError, match=complaint):
        made.connect()

    assert made.said() == ["afresh" if complaint == "was not ready" else "no compose file"]


def test_what_to_configure_does_not_change(world: MakeWorld, template: Template) -> None:
    """With one seed it is the same for every scenario: the user says it once."""
    first, second = (world("running", template).simulation.seed for _ in range(2))

    assert to_configure(template, first) == to_configure(template, second)
    assert f":{template.rapidpro_port}  token {token_of(first)}" in to_configure(template, first)
