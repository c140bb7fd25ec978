"""`serve` without parts of CHT: others stand in their place, at CouchDB."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.cht.api import ChtApi
from rapidpro_simulator.cht.couch.client import CouchClient
from rapidpro_simulator.cht.gateway import BuiltInGateway, GatewayContext
from rapidpro_simulator.cht.releases import release
from rapidpro_simulator.simulation import Simulation
from rapidpro_simulator.world.clock import LiveClock
from tests.commands.serving import ANY_PORTS, Served, ask, run_command, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Serve = Callable[..., Served]

SPEED = "600"
UNHURRIED = 60.0  # a tick a second: rounds that overlap, as on a busy machine, send a message twice (H1)
SEVERAL_TICKS = 0.5  # real seconds
MESSAGE = {"uuid": "u1", "to": "+254712345678", "message": "Visit"}
DOCUMENT: dict[str, Any] = {"type": "data_record", "reported_date": 1}
PENDING = {**DOCUMENT, "tasks": [{"state": "pending", "messages": [MESSAGE]}]}


def couch_url(served: Served) -> tuple[str, str]:
    """Return the base URL of CouchDB, and the password, out of the COUCH_URL that is printed."""
    match = re.search(r"COUCH_URL=http://medic:(\w+)@([\d.:]+)/medic$", served.output, re.MULTILINE)
    assert match
    return f"http://{match[2]}", match[1]


def test_without_gateway_nothing_is_sent(serve: Serve) -> None:
    """CHT's api answers, and nobody sends: what waits goes on waiting."""
    served = serve(*ANY_PORTS, "--speed", SPEED, "--without", "gateway")
    assert served.ask_cht("PUT", "/medic/waits", PENDING).status == 201

    time.sleep(SEVERAL_TICKS)

    assert served.ask_cht("GET", "/medic/waits").json()["tasks"][0]["state"] == "pending"
    assert "/api/v2/broadcasts" not in served.journal.read_text(encoding="utf-8")


class OtherApi:
    """An api process of somebody else, with its gateway, at a CouchDB that it knows by COUCH_URL alone."""

    def __init__(self, url: str, password: str) -> None:
        self.simulation = Simulation(clock=LiveClock(speed=UNHURRIED))
        self.simulation.run(self._start(url, password))

    async def _start(self, url: str, password: str) -> None:
        context, network = self.simulation.context.part("other"), self.simulation.network
        couch = CouchClient(network.client("api"), url, "medic", password)
        api = ChtApi("other.example.org", context, couch, release("5.2"))
        await api.start()
        gateway_context = GatewayContext(
            clock=context.clock, journal=context.journal, couch=couch, settings=lambda: api.configuration.settings
        )
        self.gateway = BuiltInGateway(gateway_context, release("5.2"))
        self.gateway.start()
        self.api = api

    def close(self) -> None:
        self.gateway.stop()
        self.simulation.run(self.api.stop())
        self.simulation.close()


@pytest.fixture
def without_api(serve: Serve) -> Served:
    return serve(*ANY_PORTS, "--speed", SPEED, "--without", "api")


@pytest.fixture
def other(without_api: Served) -> Iterator[OtherApi]:
    other = OtherApi(*couch_url(without_api))
    yield other
    other.close()


def test_another_api_stands_at_couchdb(without_api: Served, other: OtherApi) -> None:
    """Whoever takes the api's place finds settings and keys in CouchDB, and the messages go out."""
    url, password = couch_url(without_api)
    request = Requests(url, password)
    request("PUT", "/medic/travels", PENDING)

    def is_delivered() -> bool:
        other.simulation.advance(minutes=2)
        return bool(request("GET", "/medic/travels")["tasks"][0]["state"] == "delivered")

    wait_for(is_delivered, "the delivery")

    lines = without_api.journal.read_text(encoding="utf-8").splitlines()
    sent = [line for line in lines if "/api/v2/broadcasts" in line]
    assert sent
    assert all('"by":"outside"' in each for each in sent)


class Requests:
    def __init__(self, url: str, password: str) -> None:
        from rapidpro_simulator.world.authorization import basic_auth

        self._url, self._authorization = url, basic_auth("medic", password)

    def __call__(self, method: str, path: str, body: object = None) -> Any:
        return ask(method, self._url + path, body, self._authorization).json()


def test_without_api_nobody_listens_for_it(without_api: Served) -> None:
    """There is no address of CHT, and no example that would need one."""
    assert re.search(r"^CHT cht.example.org \(5.2.0\)$", without_api.output, re.MULTILINE)
    assert "without        api, gateway; what takes their place needs" in without_api.output
    assert "/medic/visit" not in without_api.output


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (
            ["--without", "gatway"],
            "--without: a CHT instance has no part 'gatway' that can be left out; possible are api, ",
        ),
        (["--config", "none.toml", "--without", "api"], "--without api: there is no CHT instance"),
        (["--config", "parts.toml"], "cht 1, without: a CHT instance has no part 'sms' that can be left out"),
    ],
)
def test_unknown_parts_are_refused(tmp_path: Path, options: list[str], complaint: str) -> None:
    """The sentence names the parts there are."""
    (tmp_path / "none.toml").write_text("cht = []\n", encoding="utf-8")
    (tmp_path / "parts.toml").write_text('[[cht]]\nhost = "cht.example.org"\nwithout = ["sms"]\n', encoding="utf-8")

    ended = run_command(tmp_path, "serve", *options)

    assert ended.returncode == 2
    assert complaint in ended.stderr
