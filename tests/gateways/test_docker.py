"""Gateways that are containers: our own, in an image made of what is on this machine."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.gateways.docker import MACHINE, OWNER, Container, engine, lives, owner, prune
from rapidpro_simulator.gateways.interface import InapplicableError
from rapidpro_simulator.gateways.live import GatewayError
from rapidpro_simulator.gateways.template import Template
from rapidpro_simulator.simulation import Simulation
from rapidpro_simulator.world.faults import FaultKind, FaultMoment

from .image import build
from .test_command import dilated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .conftest import MakeWorld, World

IMAGE = "rapidpro-simulator-test-gateway"


@pytest.fixture(scope="session")
def client() -> Iterator[Any]:
    try:
        client = engine()
    except InapplicableError as reason:
        pytest.skip(str(reason))
    yield client
    client.close()


@pytest.fixture(scope="session")
def image(client: Any) -> str:
    build(IMAGE, client)
    return IMAGE


@pytest.fixture
def working(world: MakeWorld, image: str) -> World:
    made = world(f"docker:{image}", Template(faketime=True))
    made.connect()
    return made


def ours(client: Any) -> list[Any]:
    """Return the containers of this very process."""
    containers = client.containers.list(
        all=True, ignore_removed=True, filters={"label": f"{OWNER}={owner(os.getpid())}"}
    )
    return list(containers)


@dilated
class TestAContainer:
    def test_delivers(self, working: World) -> None:
        """Messages go all the way, and the journal knows who asked."""
        working.add_messages(5)

        assert working.are_delivered(5)
        assert len(working.simulation.journal.exchanges(by="gateway", method="POST", path="*/broadcasts.json")) == 5

    def test_crashes_and_goes_on(self, working: World) -> None:
        """A fault kills it at that very request; another container goes on with its state, and sends nothing twice."""
        fatal = working.simulation.fault(
            by="gateway", path="*/broadcasts.json", kind=FaultKind.CRASH, moment=FaultMoment.AFTER, count=1
        )
        working.add_messages(2)
        assert working.comes(lambda: fatal.struck == 1)

        working.gateway.start()

        assert working.are_delivered(2)
        assert len(working.simulation.hosts["textit.com"].workspace("Main").messages) == 2

    def test_stands_still(self, working: World) -> None:
        """Paused it does nothing, and can be stopped all the same."""
        working.gateway.pause()
        working.settle()
        number = working.simulation.journal.event("mark").number
        working.simulation.advance(minutes=20)
        assert working.simulation.journal.exchanges(by="gateway", after=number) == []

        working.gateway.stop()

        assert working.kinds() == ["gateway.started", "gateway.stopped"]

    def test_loses_its_network(self, working: World) -> None:
        """Cut off it reaches nobody; connected again it goes on."""
        working.gateway.cut()
        working.add_messages(1)
        number = working.simulation.journal.event("mark").number
        working.simulation.advance(minutes=20)
        assert working.simulation.journal.exchanges(by="gateway", after=number) == []

        working.gateway.reconnect()

        assert working.are_delivered(1)

    def test_leaves_nothing(self, working: World, client: Any) -> None:
        """Whoever closes the simulation finds the engine as it was."""
        assert len(ours(client)) == 1

        working.gateway.close()

        assert ours(client) == []
        working.simulation.gateways.clear()


def test_it_is_reached_at_its_port(world: MakeWorld, image: str) -> None:
    """Its own HTTP is there for a flow of RapidPro, and for whoever asks for its health."""
    made = world(f"docker:{image}", Template(ready="url:{gateway_url}/healthz"), speed=1)

    made.connect()

    assert made.kinds() == ["gateway.started"]


@pytest.mark.parametrize(
    ("template", "complaint"),
    [
        (Template(command=["sh", "-c", "echo no luck; exit 3"]), "exit code 3; its last words:\n  no luck"),
        (Template(command=["no-such-program"]), "exit code 127"),
        (Template(environment={}), "cht.url is missing"),
        (Template(ready="log:never said", deadline=2), "was not ready after 2 seconds"),
    ],
)
def test_one_that_does_not_start_says_why(world: MakeWorld, image: str, template: Template, complaint: str) -> None:
    """The reason is its own, or the engine's."""
    made = world(f"docker:{image}", template, speed=1)

    with pytest.raises(GatewayError) as failed:
        made.connect()

    assert complaint in str(failed.value)


def test_an_image_that_there_is_not(world: MakeWorld, client: Any) -> None:
    """The sentence says what to do."""
    assert client is not None
    made = world("docker:no-such-image:1.2")

    with pytest.raises(GatewayError, match=r"the engine has no image 'no-such-image:1\.2': `docker pull` or build"):
        made.connect()


def test_folders_are_mounted(world: MakeWorld, image: str, tmp_path: Path) -> None:
    """A volume of the template is there, and so is the folder for the state."""
    (tmp_path / "greeting").write_text("good morning")
    shows = [
        "sh",
        "-c",
        "read -r line </greetings/greeting; echo $line; echo x >{state_dir}/x && exec sh -c 'wait; read x'",
    ]
    template = Template(command=shows, volumes={str(tmp_path): "/greetings"}, ready="log:good morning")

    world(f"docker:{image}", template, speed=1).connect()


def test_what_a_lost_run_left_is_removed(client: Any, image: str) -> None:
    """Containers of processes that are gone go too; those of processes that live stay, whoever they are of."""
    names = {"gone": f"{2**22 + 1}-1", "again": f"{os.getpid()}-1", "here": owner(os.getpid())}
    made = {
        name: client.containers.create(image, labels={MACHINE: os.uname().nodename, OWNER: label})
        for name, label in names.items()
    }
    try:
        prune(client)

        there = {container.id for container in client.containers.list(all=True, ignore_removed=True)}
        assert [name for name, container in made.items() if container.id in there] == ["here"]
    finally:
        made["here"].remove(force=True)


def test_a_process_has_a_name_of_its_own() -> None:
    """A number that comes again is another process."""
    assert lives(owner(os.getpid()))
    assert not lives(f"{os.getpid()}-1")
    assert not lives(f"{2**22 + 1}-1")


def test_without_an_engine_it_is_not_tried(world: MakeWorld, tmp_path: Path) -> None:
    """The reason is told, and the scenario skipped: see the plugin."""
    made = world("docker:anything", replace(Template(), docker_host=f"unix://{tmp_path}/no.sock"))

    with pytest.raises(InapplicableError, match="no Docker engine can be reached"):
        made.connect()
    assert isinstance(made.simulation, Simulation)
    assert Container.__doc__
