"""A visit leaves a CHT as it was, whatever was done to it, in every release."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.cht.administrator import Administrator, message_document
from rapidpro_simulator.cht.releases import release
from rapidpro_simulator.cht.remote import RemoteCht, RemoteChtError, RemoteInstance
from rapidpro_simulator.cht.remote.visit import Visit
from rapidpro_simulator.simulation import Simulation
from rapidpro_simulator.world.clock import LiveClock

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY, OLD_KEY = "rapidpro:outgoing", "rapidpro:incoming"
IGNORED = re.compile("^_design/|____tombstone$")  # the latter are sentinel's, of what was deleted, up to 3.x
PHONE = "+254712345678"


@pytest.fixture(params=["3.17", "5.2"])
def administrator(request: pytest.FixtureRequest) -> Iterator[Administrator]:
    """The administrator of a CHT that has a key, a user, settings and a sent message of its own."""
    with Simulation() as simulation:
        administrator = Administrator(simulation, simulation.cht("cht.example.org", request.param))
        administrator.set_credential(OLD_KEY, "a-key-from-before")
        administrator.send_by_gateway("gateway", "a-password-from-before")
        administrator.save([message_document(simulation, 1, PHONE, "Before", state="delivered")])
        administrator.change_settings(locale="sw")
        yield administrator


def belongings(administrator: Administrator) -> dict[str, Any]:
    """Return what the CHT has, without revisions."""
    database = administrator.site.database
    found = {"settings": administrator.ask("GET", "/api/v1/settings")}
    names = [database, "_users", *([f"{database}-vault"] if administrator.site.release.is_since("4.0") else [])]
    for name in names:
        rows = administrator.ask("GET", f"/{name}/_all_docs?include_docs=true")["rows"]
        found[name] = [{**row["doc"], "_rev": ""} for row in rows if not IGNORED.search(row["id"])]
    found["keys"] = administrator.ask("GET", "/_node/_local/_config/medic-credentials")
    return found


def scenario(administrator: Administrator, simulation: Any) -> None:
    administrator.set_credential(KEY, "a-key-of-the-scenario")
    administrator.set_credential(OLD_KEY, "another-key-of-the-scenario")
    administrator.send_by_gateway("gateway", "a-password-of-the-scenario")
    administrator.send_by_gateway("another", "a-password-of-the-scenario")
    administrator.change_settings(locale="ne", forms={"VISIT": {}})
    administrator.save(message_document(simulation, number, PHONE, f"Visit {number}") for number in range(2, 5))


def test_everything_is_as_before(administrator: Administrator) -> None:
    """Settings, keys, users and documents come back; what is new is gone."""
    before = belongings(administrator)
    visit = Visit(administrator)
    scenario(administrator, administrator._simulation)
    assert belongings(administrator) != before

    visit.undo()

    assert belongings(administrator) == before


def test_what_was_taken_away_comes_back(administrator: Administrator) -> None:
    """A key and a document that a scenario has deleted are there again, and one that it changed is as it was."""
    administrator.save([{"_id": "form:delivery", "title": "Delivery"}, {"_id": "form:visit", "title": "Visit"}])
    before = belongings(administrator)
    visit = Visit(administrator)
    administrator.forget_credential(OLD_KEY)
    forms = {each["_id"]: each for each in administrator.documents()}
    administrator.save([{**forms["form:delivery"], "_deleted": True}, {**forms["form:visit"], "title": "Another"}])

    visit.undo()

    assert belongings(administrator) == before


def test_it_begins_without_a_rapidpro(administrator: Administrator) -> None:
    """For the time of the visit CHT knows neither a RapidPro nor a key of one, and has all its other settings."""
    administrator.change_settings(sms={"rapidpro": {"url": "https://textit.com"}, "duplicate_limit": 3})
    administrator.set_credential(KEY, "a-key-from-before")
    before = belongings(administrator)
    visit = Visit(administrator)

    visit.clear()

    settings = administrator.ask("GET", "/api/v1/settings")
    assert (settings["sms"], settings["locale"]) == ({"duplicate_limit": 3}, "sw")
    now = belongings(administrator)
    assert len(now["keys"]) + len(now.get("medic-vault", ())) == 0
    visit.undo()
    assert belongings(administrator) == before


@pytest.mark.parametrize("state", ["pending", "forwarded-to-gateway", "received-by-gateway", "sent"])
def test_open_messages_are_not_touched(administrator: Administrator, state: str) -> None:
    """A CHT with messages that it would send, or ask about, is in use: it is refused."""
    document = message_document(administrator._simulation, 2, PHONE, "Open", state=state, gateway_ref=7)
    administrator.save([document])

    with pytest.raises(RemoteChtError, match=f"messages without a final state, as in '{document['_id']}'"):
        Visit(administrator)


def test_frozen_time_is_refused() -> None:
    """A CHT that runs elsewhere does not stand still with the simulation."""
    with pytest.raises(TypeError, match="needs real or dilated time"):
        Simulation(cht=RemoteCht("http://127.0.0.1:9", "medic", "pw"))


def test_urls_are_told_as_the_cht_reaches_them() -> None:
    """Hosts of the simulation have a door with the name and ports that were asked for; other URLs stay as they are."""
    remote = RemoteCht("http://127.0.0.1:9", "medic", "pw", rapidpro_name="host.docker.internal")
    with Simulation(clock=LiveClock()) as simulation:
        simulation.rapidpro("textit.com")
        instance = RemoteInstance(simulation, "cht.example.org", remote, release("5.2"), "gateway")

        told = instance.outward(
            {"a": ["https://textit.com", "https://textit.com/api/v2?x=1"], "b": "https://elsewhere.example", "c": 7}
        )
        instance.give_back()

    first, second = told["a"]
    assert first.startswith("http://host.docker.internal:")
    assert second == f"{first}/api/v2?x=1"
    assert (told["b"], told["c"]) == ("https://elsewhere.example", 7)
