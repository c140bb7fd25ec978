"""Gateways that are programs: our own, and one in another language, from the first message to the last crash."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.gateways import faketime
from rapidpro_simulator.gateways.command import Command
from rapidpro_simulator.gateways.template import Template, read_template
from rapidpro_simulator.world.errors import UsageError
from rapidpro_simulator.world.faults import FaultKind, FaultMoment

from .conftest import ROOT, MakeWorld, World, program, state_of, wait_for

if TYPE_CHECKING:
    from rapidpro_simulator.gateways.live import LiveGateway

OURS = ("command:{python} -m cht_rapidpro_gateway", Template(folder=str(ROOT)))
NODE = ("command:node gateway.mjs", read_template(Path(__file__).parent / "node_gateway" / "gateway.toml"))
GATEWAYS = [
    pytest.param(*OURS, id="ours"),
    pytest.param(
        *NODE, id="node", marks=pytest.mark.skipif(shutil.which("node") is None, reason="there is no Node here")
    ),
]


def is_missing() -> bool:
    try:
        faketime.library()
    except UsageError:
        return True
    return False


dilated = pytest.mark.skipif(is_missing(), reason="libfaketime is not on this machine")


@pytest.fixture
def working(world: MakeWorld, gateway: str, template: Template) -> World:
    made = world(gateway, replace(template, faketime=True))
    made.connect()
    return made


def is_stopped(gateway: LiveGateway) -> bool:
    assert isinstance(gateway, Command)
    assert gateway._process is not None
    return state_of(gateway._process.pid) == "T"


@dilated
@pytest.mark.parametrize(("gateway", "template"), GATEWAYS)
class TestAProgram:
    def test_delivers(self, working: World) -> None:
        """Messages go all the way, and the journal knows who asked."""
        working.add_messages(5)

        assert working.are_delivered(5)
        assert len(working.simulation.journal.exchanges(by="gateway", method="POST", path="*/broadcasts.json")) == 5
        assert working.simulation.journal.exchanges(by="outside") == []

    def test_is_said_to_have_crashed(self, working: World) -> None:
        """A fault that is fatal to the gateway kills it at that very request; it goes on with what it had saved."""
        fatal = working.simulation.fault(
            by="gateway", path="*/broadcasts.json", kind=FaultKind.CRASH, moment=FaultMoment.AFTER, count=1
        )
        working.add_messages(1)
        assert working.comes(lambda: fatal.struck == 1)

        working.gateway.start()

        assert working.comes(lambda: bool(working.simulation.journal.exchanges(by="gateway", path="/api/sms")))
        assert working.kinds() == ["gateway.started", "gateway.crashed", "gateway.started"]

    def test_goes_on_after_a_stop(self, working: World) -> None:
        """What it was told before, it still knows."""
        working.add_messages(2)
        assert working.are_delivered(2)
        working.gateway.stop()
        working.add_messages(2)

        working.gateway.start()

        assert working.are_delivered(4)
        assert working.kinds() == ["gateway.started", "gateway.stopped", "gateway.started"]

    def test_stands_still(self, working: World) -> None:
        """Paused it does nothing, then it goes on."""
        working.gateway.pause()
        wait_for(lambda: is_stopped(working.gateway), "its standstill")
        working.settle()
        number = working.simulation.journal.event("mark").number
        working.simulation.advance(minutes=20)
        assert working.simulation.journal.exchanges(by="gateway", after=number) == []

        working.gateway.resume()
        working.add_messages(1)

        assert working.are_delivered(1)

    def test_loses_its_network(self, working: World) -> None:
        """Cut off it reaches nobody; connected again it goes on."""
        working.gateway.cut()
        working.add_messages(1)
        number = working.simulation.journal.event("mark").number
        working.simulation.advance(minutes=20)
        assert working.simulation.journal.exchanges(by="gateway", after=number, outcome="answered") == []

        working.gateway.reconnect()

        assert working.are_delivered(1)

    def test_changes_its_account(self, working: World) -> None:
        """It is started anew with the token of another workspace."""
        other = working.simulation.rapidpro("textit.com").workspace("Other")
        working.gateway.use(token=other.token.key)
        working.add_messages(1)

        assert working.are_delivered(1)
        assert len(other.messages) == 1


TELLS_TIME = program("import datetime", "print('now', datetime.datetime.now(datetime.timezone.utc).isoformat())")


@dilated
def test_time_goes_along(world: MakeWorld) -> None:
    """The gateway's clock says what the simulation's says, although it began later and runs faster than the wall's."""
    made = world(f"command:{TELLS_TIME}", Template(ready="log:^now", faketime=True))
    made.simulation.advance(hours=2)
    before = made.simulation.clock.now()
    made.connect()

    said = made.simulation.journal.where("gateway.log", text="now *")[0]
    told = said.time.fromisoformat(str(said.get("text")).removeprefix("now "))
    inexact = timedelta(minutes=1)  # a tenth of a second here
    assert before - inexact <= told <= said.time + inexact
    assert before - made.simulation.clock.start >= timedelta(hours=2)


@dilated
def test_timers_go_along(world: MakeWorld) -> None:
    """An hour of sleep is over in an hour of the simulation."""
    sleeper = program("import time", "print('begins')", "time.sleep(3600)", "print('ends')", "time.sleep(1e6)")
    made = world(f"command:{sleeper}", Template(ready="log:begins", faketime=True))
    made.connect()

    assert made.comes(lambda: "ends" in made.said())


def test_without_libfaketime_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody wonders why a gateway is slow."""
    monkeypatch.setattr(faketime, "PLACES", ())

    with pytest.raises(UsageError, match="apt-get install faketime"):
        faketime.library()


def test_the_environment_is_the_users_and_the_templates(world: MakeWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """What pytest says of itself is not in it; the command has placeholders too."""
    monkeypatch.setenv("OF_THE_USER", "1")
    shows = program("import os, sys", "print(sys.argv[1:])", "[print(*item, sep='=') for item in os.environ.items()]")
    template = Template(environment={"WHERE": "{rapidpro_url}/api"}, ready="log:^WHERE=")
    made = world(f"command:{shows} {{cht_user}} '{{{{x}}}}'", template)

    made.connect()

    assert "['gateway', '{x}']" in made.said()
    assert "OF_THE_USER=1" in made.said()
    assert [line for line in made.said() if line.startswith("WHERE=http://127.0.0.1:") and line.endswith("/api")]
    assert not [line for line in made.said() if line.startswith("PYTEST")]


def test_an_end_that_nobody_asked_for_is_in_the_journal(world: MakeWorld) -> None:
    """Whoever reads why a scenario failed sees that the gateway was gone."""
    made = world("command:" + program("print('ready')", "raise SystemExit(3)"), Template(ready="log:ready"))
    made.connect()

    assert made.comes(lambda: "gateway.ended" in made.kinds())
    assert made.simulation.journal.where("gateway.ended")[0].get("how") == "exit code 3"


def test_a_gateway_that_does_not_want_to_end_is_killed(world: MakeWorld) -> None:
    """It has its time of grace, and no more."""
    stubborn = program("import signal, time", "signal.signal(15, signal.SIG_IGN)", "print('ready')", "time.sleep(1000)")
    made = world(f"command:{stubborn}", Template(ready="log:ready", grace=0.2))
    made.connect()

    made.gateway.stop()

    assert made.kinds() == ["gateway.started", "gateway.stopped"]


ASKS_COUCHDB = (
    "import base64, sys, time, urllib.request",
    "url, user, password, whole = sys.argv[1:]",
    "basic = 'Basic ' + base64.b64encode((user + ':' + password).encode()).decode()",
    "request = urllib.request.Request(url + '/medic/_all_docs?limit=1', headers=dict(Authorization=basic))",
    "status = urllib.request.urlopen(request).status",
    "print(status, whole == url.replace('//', '//' + user + ':' + password + '@') + '/medic')",
    "time.sleep(1000)",
)


def test_couchdb_can_be_told(world: MakeWorld) -> None:
    """A gateway that works on CHT's documents is told CouchDB's address and account, and is known there by its port."""
    told = "{couchdb_url} {couchdb_user} {couchdb_password} {couch_url}"
    made = world(f"command:{program(*ASKS_COUCHDB)} {told}", Template(ready="log:200"))
    made.connect()

    assert made.said() == ["200 True"]
    [exchange] = made.simulation.journal.exchanges(by="gateway", to="couchdb.*")
    assert (exchange.get("path"), exchange.status) == ("/medic/_all_docs", 200)
