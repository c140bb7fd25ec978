"""When a gateway is ready, and what is said of one that is not."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.gateways import parse_gateway
from rapidpro_simulator.gateways.live import GatewayError, LiveGateway
from rapidpro_simulator.gateways.template import Template
from rapidpro_simulator.simulation import Simulation
from rapidpro_simulator.world.clock import FrozenClock

from .conftest import MakeWorld, program

if TYPE_CHECKING:
    from collections.abc import Mapping

SLEEPS = program("import time", "print('begins')", "time.sleep(1000)")
ASKS = program(
    "import os, time, urllib.request",
    "print('asks')",
    "urllib.request.urlopen(os.environ['GATEWAY_CHT_URL'] + '/api/info').read()",
    "time.sleep(1000)",
)
SERVES = program(
    "import os",
    "from http.server import HTTPServer, SimpleHTTPRequestHandler",
    "port = int(os.environ['GATEWAY_INCOMING_PORT'])",
    "HTTPServer((os.environ['GATEWAY_INCOMING_HOST'], port), SimpleHTTPRequestHandler).serve_forever()",
)


@pytest.mark.parametrize(
    ("command", "ready"),
    [
        (SLEEPS, "started"),
        (SLEEPS, "log:^beg.ns$"),
        (ASKS, "request"),
        (SERVES, "port"),
        (SERVES, "url:{gateway_url}/"),
        (SERVES, "url:http://{host}:{port}/"),
    ],
)
def test_it_is_ready_when_it_is_as_agreed(world: MakeWorld, command: str, ready: str) -> None:
    """Whatever the sign is, the start ends when it is there."""
    made = world(f"command:{command}", Template(ready=ready))

    made.connect()

    assert made.kinds() == ["gateway.started"]


until_ready = LiveGateway._until_ready


async def until_ready_from_its_first_words_on(gateway: LiveGateway, values: Mapping[str, str]) -> None:
    """Count the deadline from what it says first: how long a program takes to begin is the machine's affair."""
    while not gateway.lines:  # noqa: ASYNC110
        await asyncio.sleep(1)
    await until_ready(gateway, values)


@pytest.mark.parametrize("ready", ["request", "port", "log:^ready$", "url:{gateway_url}/"])
def test_it_must_be_ready_by_its_deadline(world: MakeWorld, monkeypatch: pytest.MonkeyPatch, ready: str) -> None:
    """The complaint says what was waited for, and what the gateway said last."""
    made = world(f"command:{SLEEPS}", Template(ready=ready, deadline=1))
    monkeypatch.setattr(LiveGateway, "_until_ready", until_ready_from_its_first_words_on)

    with pytest.raises(GatewayError) as late:
        made.connect()

    assert f"was not ready after 1 seconds (it is ready by {ready!r})" in str(late.value)
    assert str(late.value).endswith("its last words:\n  begins")


@pytest.mark.parametrize(
    ("command", "complaint"),
    [
        (
            program("import sys", "sys.exit('no token')"),
            "ended before it was ready: exit code 1; its last words:\n  no token",
        ),
        (program("import os", "os.abort()"), "ended before it was ready: signal 6; its last words:\n  (nothing)"),
        ("no-such-program --help", "cannot be started: No such file or directory: no-such-program"),
    ],
)
def test_it_must_not_end_before(world: MakeWorld, command: str, complaint: str) -> None:
    """Nobody waits for a gateway that is gone."""
    made = world(f"command:{command}", Template(deadline=1000))

    with pytest.raises(GatewayError) as ended:
        made.connect()

    assert complaint in str(ended.value)


CHOOSY = program(
    "import os, sys, time",
    "sys.exit('I do not like it') if os.environ['GATEWAY_RAPIDPRO_TOKEN'] == 'dislike' else print('ready')",
    "time.sleep(1000)",
)


def test_one_that_has_worked_may_refuse_to(world: MakeWorld) -> None:
    """That is no failure of the harness: the scenario judges. It is started again when it is told something else."""
    made = world(f"command:{CHOOSY}", Template(ready="log:ready"))
    made.connect()

    made.gateway.use(token="dislike")
    made.gateway.use(token="like")

    assert "ended before it was ready: exit code 1" in made.simulation.journal.where("gateway.not_ready")[0].get(
        "problem"
    )
    assert made.kinds()[-2:] == ["gateway.not_ready", "gateway.started"]


def test_last_words_have_no_secrets(world: MakeWorld) -> None:
    """A gateway that prints its token does not put it into the report."""
    prints = program("import os", "print(os.environ['GATEWAY_RAPIDPRO_TOKEN'], os.environ['GATEWAY_CHT_PASSWORD'])")
    made = world(f"command:{prints}")

    with pytest.raises(GatewayError, match=r"\[hidden\] \[hidden\]$"):
        made.connect()


def test_others_reach_it_through_the_simulation(world: MakeWorld) -> None:
    """So the journal has what they asked; where the gateway is gone they hear what a reverse proxy says."""
    made = world(f"command:{SERVES}", Template(ready="port"))
    made.connect()
    url = made.gateway.gateway_url()

    statuses = [made.simulation.request("GET", f"{url}{path}").status for path in ("/", "/nothing?here")]
    made.gateway.stop()
    statuses.append(made.simulation.request("POST", f"{url}/incoming", json={}).status)

    assert statuses == [200, 404, 502]
    asked = [exchange.target for exchange in made.simulation.journal.exchanges(to="gateway.example.org")]
    assert asked == ["/", "/nothing?here", "/incoming"]


def test_it_needs_a_live_clock() -> None:
    """Another process does not stand still between two steps."""
    frozen = Simulation(clock=FrozenClock(), gateway=parse_gateway(f"command:{sys.executable}"))
    with frozen, pytest.raises(TypeError, match="real or dilated time"):
        frozen.cht("cht.example.org")
