"""A served world becomes a scenario that is run by pytest, and ends as the world did."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

import pytest

from rapidpro_simulator.laboratory.recording import recorder
from rapidpro_simulator.laboratory.recording.recorder import finished, say_all
from rapidpro_simulator.served.configuration import plan_of
from rapidpro_simulator.served.world import ServedWorld
from tests.support.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rapidpro_simulator.laboratory.recording.scenario import Scenario

PLAN: dict[str, Any] = {
    "speed": 0,
    "rapidpro": [{"host": "textit.com", "workspaces": [{"name": "Old"}, {"name": "New"}]}],
    "cht": [{"host": "cht.example.org", "release": "4.10"}],
}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[ServedWorld]:
    with ServedWorld("test", plan_of(PLAN, tmp_path), tmp_path) as world:
        yield world


def recorded(world: ServedWorld) -> Scenario:
    return finished(world.read(recorder.record).result(PATIENCE))


def lines(scenario: Scenario) -> list[str]:
    return [line.strip() for line in scenario.feature().splitlines()]


def test_the_account_switch(world: ServedWorld) -> None:
    """What was said is said again: what changes nothing is left out, what was seen in the end is checked."""
    world.say("""
        Given the workspace "New" may make 20 requests an hour in the scope "v2.messages"
        And messages of the workspace "Old" become wired
        When 3 pending messages are added
        Then CHT has no incoming messages
        When 5 minutes pass
        And the next webhook request may be refused
        And the instance is switched to the workspace "New"
        And 10 minutes pass
        And 10 minutes pass
    """).result(PATIENCE)
    scenario = recorded(world)
    assert lines(scenario)[3:] == [
        "Background:",
        'Given RapidPro workspaces "Old" and "New" on "textit.com"',
        'And a CHT 4.10 instance that sends through the workspace "Old"',
        "",
        "Scenario: What happened",
        'Given the workspace "New" may make 20 requests an hour in the scope "v2.messages"',
        'And messages of the workspace "Old" become wired',
        "When 3 pending messages are added",
        "And 5 minutes pass",
        'And the instance is switched to the workspace "New"',
        "And 20 minutes pass",
        'Then 3 messages are in the state "forwarded-by-gateway"',
        'And the workspace "Old" has 3 messages',
        'And the workspace "Old" has answered 3 broadcast requests',
        'And the workspace "Old" has answered 15 status requests',
        'And the workspace "New" has answered 20 status requests',
        "And 14 status requests were answered with 429",
    ]
    assert tuple(say_all(scenario, 0)) == scenario.outcome


def test_visitors(world: ServedWorld) -> None:
    """What came from outside is a sentence where there is one, and else the request that it was."""
    about = world.read(
        lambda live: (
            live.simulation.instances["cht.example.org"].host.live_url,
            live.simulation.instances["cht.example.org"].administrator,
            live.simulation.hosts["textit.com"].live_url,
            live.simulation.hosts["textit.com"].workspace("Old").token.key,
        )
    ).result(PATIENCE)
    cht, administrator, rapidpro, token = about
    basic = "Basic " + b64encode(":".join(administrator).encode()).decode()
    message = {"uuid": "1", "to": "+254712345678", "message": "Visit tomorrow"}
    document = {"type": "data_record", "reported_date": 1, "tasks": [{"state": "pending", "messages": [message]}]}
    ask("PUT", f"{cht}/medic/visit", basic, document)
    ask("POST", f"{rapidpro}/api/v2/groups.json", f"Token {token}", {"name": "Mothers"})
    ask("GET", f"{rapidpro}/api/v2/contacts.json", f"Token {token}")
    ask("GET", f"{cht}/medic/visit", basic)
    world.say("When 5 minutes pass").result(PATIENCE)
    recording = world.read(recorder.record).result(PATIENCE)
    said = [step.text for step in recording.scenario.steps]
    assert said == [
        'a pending message to "+254712345678" with the text "Visit tomorrow" is added',
        'the workspace "Old" sends POST "/api/v2/groups.json" to "textit.com" with',
        'somebody asks the workspace "Old" for "/api/v2/contacts.json"',
        "5 minutes pass",
    ]
    assert [step.text for step in finished(recording, shorten=False).outcome] == [
        '1 message is in the state "delivered"',
        'the workspace "Old" has 1 message',
        'the workspace "Old" has answered 1 broadcast request',
        'the workspace "Old" has answered 1 status request',
    ]


def test_documents(world: ServedWorld) -> None:
    """Documents that no sentence describes are a file that the scenario brings."""
    about = world.read(lambda live: live.simulation.instances["cht.example.org"].host.live_url).result(PATIENCE)
    user = world.read(lambda live: live.simulation.instances["cht.example.org"].administrator).result(PATIENCE)
    basic = "Basic " + b64encode(":".join(user).encode()).decode()
    ask("PUT", f"{about}/medic/person", basic, {"type": "person", "name": "Asha"})
    scenario = world.read(recorder.record).result(PATIENCE).scenario
    assert [step.text for step in scenario.steps] == ['the documents of "documents-1.json" are saved']
    assert scenario.files == {"documents-1.json": [{"_id": "person", "type": "person", "name": "Asha"}]}


def test_a_world_that_ended_otherwise(world: ServedWorld) -> None:
    """Where the replay ends otherwise than the world did, the feature says so."""

    def tamper(live: Any) -> None:
        live.simulation.hosts["textit.com"].workspace("Old").create_broadcast(
            urns=["tel:+254712345678"], text={"eng": "x"}
        )
        live.simulation.advance(minutes=1)

    world.drive(tamper).result(PATIENCE)
    remarks = recorded(world).remarks
    assert remarks[1:] == ('# in the world it was otherwise: the workspace "Old" has 1 message',)


def ask(method: str, url: str, authorization: str, body: object = None) -> None:
    headers = {"Authorization": authorization, "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(url, data, headers, method=method), timeout=PATIENCE) as answer:
        assert answer.status < 300
