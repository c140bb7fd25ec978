"""An instance takes another release: its processes begin anew, and CouchDB keeps all it has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.cht.administrator import Administrator
from rapidpro_simulator.simulation import Simulation

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "cht.example.org"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
BUILD = {"namespace": "medic", "application": "medic", "version": "4.20.0"}


@pytest.fixture
def simulation() -> Iterator[Simulation]:
    with Simulation() as simulation:
        simulation.cht(NAME, "4.2")
        yield simulation


def administrator(simulation: Simulation) -> Administrator:
    return Administrator(simulation, simulation.instances[NAME])


def record(simulation: Simulation) -> str:
    """Return the id of a record that somebody has posted."""
    body = "message=hello&from=%2B254712345678"
    identifier: str = administrator(simulation).ask("POST", "/api/v2/records", body=body, headers=FORM)["id"]
    return identifier


def person(simulation: Simulation) -> str:
    """Return the id of a person that somebody has made."""
    identifier: str = administrator(simulation).ask("POST", "/api/v1/people", json={"name": "Asha"})["id"]
    return identifier


def upgrade(simulation: Simulation, release: str) -> None:
    simulation.run(simulation.instances[NAME].upgrade(release))


def deployed(simulation: Simulation) -> Any:
    return administrator(simulation).ask("GET", "/api/deploy-info")["version"]


def test_documents_stay(simulation: Simulation) -> None:
    """What was stored is there, beside what the new release stores: no id is given twice."""
    before = [make(simulation) for make in (person, person, record)]

    upgrade(simulation, "5.2")

    after = [make(simulation) for make in (person, person, record)]
    found = {document["_id"] for document in administrator(simulation).documents()}
    assert len({*before, *after}) == 6
    assert found >= {*before, *after}


def test_new_release(simulation: Simulation) -> None:
    """The release is told, and its APIs and databases are there."""
    assert administrator(simulation).request("GET", "/api/v2/users").status == 404

    upgrade(simulation, "5.2")

    assert deployed(simulation) == "5.2.0"
    assert administrator(simulation).request("GET", "/api/v2/users").status == 200


def test_gateway_goes_on(simulation: Simulation) -> None:
    """The gateway runs again; one that was stopped before stays so."""
    instance = simulation.instances[NAME]
    upgrade(simulation, "4.20")
    assert instance.gateway.is_running

    instance.stop_gateway()
    upgrade(simulation, "5.2")
    assert not instance.gateway.is_running


def test_never_back(simulation: Simulation) -> None:
    """An older release is refused, and the instance stays what it is."""
    with pytest.raises(ValueError, match=r"CHT 4\.2\.0 cannot go back to 4\.1\.0"):
        upgrade(simulation, "4.1")

    assert deployed(simulation) == "4.2.0"


def test_by_the_api(simulation: Simulation) -> None:
    """Who asks the API is answered at once, and the new release is there a little later."""
    administrator(simulation).ask("POST", "/api/v1/upgrade", json={"build": BUILD})
    assert deployed(simulation) == "4.2.0"

    simulation.advance(minutes=2)

    assert deployed(simulation) == "4.20.0"


def test_same_every_time() -> None:
    """Two runs with one seed have one journal, through the upgrade too."""

    def play() -> list[str]:
        with Simulation(seed=5) as simulation:
            simulation.cht(NAME, "4.2")
            record(simulation)
            upgrade(simulation, "5.2")
            record(simulation)
            return [simulation.journal.line(entry) for entry in simulation.journal]

    assert play() == play()
