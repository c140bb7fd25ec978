"""Every endpoint of the control API, asked over HTTP; each answer is held against its schema in `Api.ask`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.patience import PATIENCE

from .api import ENDPOINTS

if TYPE_CHECKING:
    from .api import Api

FLOWS = Path(__file__).parents[2] / "fixtures" / "flows"
PHONE = "+265991234567"


def test_worlds(api: Api) -> None:
    """A world is made of a plan, listed, shown with all that a client needs to reach it, and ended."""
    plan = {
        "name": "clinic",
        "seed": 7,
        "rapidpro": [{"host": "textit.com", "workspaces": [{"name": "Clinic", "token": "ATOKENOFTHECLINIC"}]}],
        "cht": [{"host": "cht.example.org"}],
    }
    made = api.ask("POST", "/worlds", plan)
    assert (made["name"], made["seed"], made["speed"], made["outsiders"]) == ("clinic", 7, 0, [])
    [host] = made["rapidpro"]
    assert host["url"].startswith("http://127.0.0.1:")
    assert [(each["name"], each["token"]) for each in host["workspaces"]] == [("Clinic", "ATOKENOFTHECLINIC")]
    [instance] = made["cht"]
    assert (instance["name"], instance["database"], instance["user"]) == ("cht.example.org", "medic", "medic")
    shown = api.ask("GET", "/worlds/{world}", world="clinic")
    assert {**shown, "entries": 0} == {**made, "entries": 0}
    assert [world["name"] for world in api.ask("GET", "/worlds")["results"]] == ["main", "clinic"]
    api.ask("DELETE", "/worlds/{world}", world="clinic")
    assert [world["name"] for world in api.ask("GET", "/worlds")["results"]] == ["main"]


def test_sentences(api: Api) -> None:
    """Whatever a scenario can say can be said; what there is to say is listed, and found by its words."""
    said = api.ask(
        "POST", "/worlds/{world}/sentences", {"text": 'Given a RapidPro workspace "Main"\nWhen 1 hour passes'}
    )
    assert (said["said"], said["now"][11:16]) == (2, "09:00")
    every = api.ask("GET", "/sentences")["results"]
    found = api.ask("GET", "/sentences", find="switched workspace")["results"]
    assert len(every) > 150
    assert 0 < len(found) < len(every)
    assert found[0] in every


def test_conditions(sending: Api) -> None:
    """A program waits until something is so, no longer than it says, and is told how it is instead."""
    sending.ask("POST", "/worlds/{world}/messages", {"to": PHONE})
    sent = {"condition": 'the message is in the state "delivered"', "within": {"minutes": 5}}
    met = sending.ask("POST", "/worlds/{world}/conditions", sent)
    assert (met["met"], met["why"]) == (True, None)
    assert "08:00" < met["now"][11:16] < "08:05"
    unmet = sending.ask("POST", "/worlds/{world}/conditions", {"condition": 'the message is in the state "failed"'})
    assert (unmet["met"], unmet["now"][:19]) == (False, met["now"][:19])
    assert "delivered" in unmet["why"]
    table = [["state", "to"], ["delivered", PHONE]]
    assert sending.ask("POST", "/worlds/{world}/conditions", {"condition": "the messages are", "table": table})["met"]
    refused = sending.refused(409, "POST", "/worlds/{world}/conditions", {"condition": "the moon is full"})
    assert refused["sentence"] == "Then the moon is full"


def test_clock(api: Api) -> None:
    """Time is shown, moved at once, made faster, and paused."""
    began = api.ask("GET", "/worlds/{world}/clock")
    assert (began["speed"], began["outsiders"]) == (0, [])
    moved = api.ask("POST", "/worlds/{world}/clock/advance", {"days": 1, "hours": 1, "minutes": 30, "seconds": 1.5})
    assert (began["now"], moved["now"]) == ("2026-03-02T08:00:00+00:00", "2026-03-03T09:30:01.500000+00:00")
    assert api.ask("PATCH", "/worlds/{world}/clock", {"speed": 600})["speed"] == 600
    paused = api.ask("PATCH", "/worlds/{world}/clock", {"speed": 0})
    assert paused["speed"] == 0
    assert api.ask("GET", "/worlds/{world}/clock")["now"] == paused["now"] > moved["now"]


def test_phones(api: Api) -> None:
    """A phone texts, and what it is answered is listed."""
    for name in ("Main", "Other"):
        api.ask("POST", "/worlds/{world}/workspaces", {"name": name})
    text = {"from": PHONE, "text": 'She said "yes"', "workspace": "Other"}
    api.ask("POST", "/worlds/{world}/texts", text)
    [phone] = api.ask("GET", "/worlds/{world}/phones")["results"]
    assert (phone["urn"], phone["workspace"], phone["host"]) == (f"tel:{PHONE}", "Other", "textit.com")
    assert [(each["direction"], each["text"]) for each in phone["messages"]] == [("in", 'She said "yes"')]


def test_several_lines(api: Api) -> None:
    """A text of several lines arrives as it was sent."""
    api.ask("POST", "/worlds/{world}/workspaces", {"name": "Main"})
    api.ask("POST", "/worlds/{world}/texts", {"from": PHONE, "text": "one | two\nthree"})
    [phone] = api.ask("GET", "/worlds/{world}/phones")["results"]
    assert [each["text"] for each in phone["messages"]] == ["one | two\nthree"]


def test_carrier(sending: Api) -> None:
    """Carriers report what they are told to, by themselves or when they are made to."""
    sending.ask("PUT", "/worlds/{world}/workspaces/{workspace}/carrier", {"statuses": ["wired"]}, workspace="Main")
    sending.ask("POST", "/worlds/{world}/messages", {"to": PHONE})
    sending.ask("POST", "/worlds/{world}/clock/advance", {"minutes": 5})
    assert _statuses(sending) == ["wired"]
    sending.ask("POST", "/worlds/{world}/reports", {"workspace": "Main", "message": 1, "status": "delivered"})
    assert _statuses(sending) == ["delivered"]


def test_messages(sending: Api) -> None:
    """Messages are shown with the states of both sides, and with what was tried for each."""
    sending.ask("POST", "/worlds/{world}/faults", {"requests": "broadcast", "failure": "answered with 500", "next": 1})
    sending.ask("POST", "/worlds/{world}/messages", {"to": PHONE, "text": "Visit tomorrow"})
    sending.ask("POST", "/worlds/{world}/clock/advance", {"minutes": 5})
    [message] = sending.ask("GET", "/worlds/{world}/messages")["results"]
    assert (message["number"], message["to"], message["text"]) == (1, PHONE, "Visit tomorrow")
    assert message["state"] == message["history"][-1]["state"] == "delivered"
    assert [each["status"] for each in message["rapidpro"]] == ["delivered"]
    tries = [(each["what"], each["status"], each["fault"] is None) for each in message["attempts"]]
    assert tries[:2] == [("send", 500, False), ("send", 201, True)]
    sending.ask("POST", "/worlds/{world}/messages", {"count": 3})
    sending.ask("PUT", "/worlds/{world}/messages/{number}/state", {"state": "muted"}, number=2)
    states = [each["state"] for each in sending.ask("GET", "/worlds/{world}/messages")["results"]]
    assert (len(states), states.count("muted")) == (4, 1)


def test_documents(sending: Api) -> None:
    """Documents are saved in CHT's database."""
    message = {"to": PHONE, "message": "Hello", "uuid": "one"}
    task = {"state": "scheduled", "messages": [message]}
    docs = [{"_id": "visit", "type": "data_record", "reported_date": 1, "tasks": [task]}]
    docs.append(
        {"_id": "broken", "type": "data_record", "tasks": [None, {"messages": [{}], "state_history": "none"}, 7]}
    )
    sending.ask("POST", "/worlds/{world}/documents", {"docs": docs})
    broken, found = sending.ask("GET", "/worlds/{world}/messages")["results"]
    assert (found["document"], found["text"], found["state"]) == ("visit", "Hello", "scheduled")
    assert (broken["document"], broken["history"]) == ("broken", [])


def test_no_database(sending: Api) -> None:
    """Without its database a CHT has no messages."""
    sending.ask("POST", "/worlds/{world}/messages", {})
    assert len(sending.ask("GET", "/worlds/{world}/messages")["results"]) == 1
    main = sending.worlds.find("main")
    main.read(lambda live: live.simulation.instances["cht.example.org"].couch.drop("medic")).result(PATIENCE)
    assert sending.ask("GET", "/worlds/{world}/messages")["results"] == []


def test_faults(sending: Api) -> None:
    """Faults are added, count how often they strike, and are taken away, one or all; what is taken away is told."""
    late = {"requests": "status", "failure": "answered 90 seconds late", "duration": "2 hours"}
    added = sending.ask("POST", "/worlds/{world}/faults", late)
    assert (added["number"], added["struck"], added["over"], added["count"]) == (1, 0, False, None)
    lost = {"requests": "broadcast", "failure": "never answered", "next": 2, "after_side_effect": True}
    assert sending.ask("POST", "/worlds/{world}/faults", lost)["count"] == 2
    sending.ask("DELETE", "/worlds/{world}/faults/{number}", number=1)
    assert [each["over"] for each in sending.ask("GET", "/worlds/{world}/faults")["results"]] == [True, False]
    sending.ask("DELETE", "/worlds/{world}/faults")
    assert [each["over"] for each in sending.ask("GET", "/worlds/{world}/faults")["results"]] == [True, True]
    told = [each["sentence"]["text"] for each in sending.ask("GET", "/worlds/{world}/snapshot")["story"]]
    assert told[-2:] == ["fault 1 ends", "nothing goes wrong any more"]
    assert "there are 2" in sending.refused(404, "DELETE", "/worlds/{world}/faults/{number}", number=3)["detail"]


def test_quotas(sending: Api) -> None:
    """Quotas are shown with the history of the hour, and can be set."""
    quota = {"scope": "v2.broadcasts", "an_hour": 2}
    sending.ask("PUT", "/worlds/{world}/workspaces/{workspace}/quota", quota, workspace="Main")
    for count in (1, 1, 1):
        sending.ask("POST", "/worlds/{world}/messages", {"count": count})
        sending.ask("POST", "/worlds/{world}/clock/advance", {"minutes": 2})
    quotas = {each["scope"]: each for each in sending.ask("GET", "/worlds/{world}/quotas")["results"]}
    found = quotas["v2.broadcasts"]
    assert (found["used"], found["limit"], found["workspace"]) == (2, 2, "Main")
    assert (sum(found["answered"]), sum(found["refused"]) > 0, len(found["answered"])) == (2, True, 60)


def test_rapidpro(api: Api) -> None:
    """Hosts of any generation, workspaces with any channel, suspended or not, and outages."""
    host = {"name": "rapidpro.org", "generation": "v7", "rate_profile": "shared-2500", "first_id": 100}
    api.ask("POST", "/worlds/{world}/hosts", host)
    api.ask("POST", "/worlds/{world}/workspaces", {"name": "Main", "host": "rapidpro.org"})
    for kind in ("whatsapp", "aggregator", "aggregator without reports", "external", "android"):
        api.ask("PUT", "/worlds/{world}/workspaces/{workspace}/channel", {"kind": kind}, workspace="Main")
    [found] = api.ask("GET", "/worlds/{world}")["rapidpro"]
    assert (found["name"], found["generation"]) == ("rapidpro.org", "v7")
    assert [each["kind"] for each in found["workspaces"][0]["channels"]] == ["android"]
    api.ask("PUT", "/worlds/{world}/workspaces/{workspace}/state", {"state": "suspended"}, workspace="Main")
    api.ask("PUT", "/worlds/{world}/workspaces/{workspace}/token", {"state": "deactivated"}, workspace="Main")
    api.ask("POST", "/worlds/{world}/outages", {"duration": {"hours": 2}})
    assert ["rapidpro.org" in each["where"] for each in api.ask("GET", "/worlds/{world}/faults")["results"]] == [True]


def test_contacts(api: Api) -> None:
    """Contacts are added and changed; what is left out stays."""
    api.ask("POST", "/worlds/{world}/workspaces", {"name": "Main"})
    contact = {"phone": PHONE, "name": "Grace", "groups": ["Mothers", "Zomba"], "fields": {"due_date": "2026-05-01"}}
    api.ask("POST", "/worlds/{world}/contacts", contact)
    api.ask("POST", "/worlds/{world}/contacts", {"phone": PHONE, "language": "nya"})
    [found] = api.ask("GET", "/worlds/{world}/contacts")["results"]
    assert (found["name"], found["language"], found["urns"]) == ("Grace", "nya", [f"tel:{PHONE}"])
    assert (sorted(found["groups"]), found["workspace"]) == (["Mothers", "Zomba"], "Main")
    assert "2026-05-01" in found["fields"]["due_date"]


def test_flows(api: Api) -> None:
    """Flows are imported, started, and their runs shown with the path that each has taken."""
    api.ask("POST", "/worlds/{world}/workspaces", {"name": "Main"})
    export = json.loads((FLOWS / "registration.json").read_text(encoding="utf-8"))
    api.ask("POST", "/worlds/{world}/flows", {"export": export, "workspace": "Main"})
    [flow] = api.ask("GET", "/worlds/{world}/flows")["results"]
    api.ask("PUT", "/worlds/{world}/globals/{key}", {"value": "https://cht.example.org"}, key="cht_url")
    api.ask("POST", "/worlds/{world}/contacts", {"phone": PHONE, "groups": ["Mothers"]})
    api.ask("POST", "/worlds/{world}/flow_starts", {"flow": flow["name"], "phones": [PHONE]})
    api.ask("POST", "/worlds/{world}/clock/advance", {"minutes": 1})
    [run] = api.ask("GET", "/worlds/{world}/runs")["results"]
    assert (run["flow"], run["contact"], run["status"]) == (flow["name"], f"tel:{PHONE}", "waiting")
    nodes = {node["uuid"] for node in flow["definition"]["nodes"]}
    assert {step["node_uuid"] for step in run["path"]} <= nodes
    neither = api.refused(422, "POST", "/worlds/{world}/flow_starts", {"flow": flow["name"]})
    assert "'phones' or 'group'" in neither["detail"]
    api.ask("POST", "/worlds/{world}/flow_starts", {"flow": flow["name"], "group": "Mothers"})


def test_cht(api: Api) -> None:
    """An instance is added, switched, upgraded, given settings and keys; its gateway and its sentinel can fail."""
    for name in ("Old", "New"):
        api.ask("POST", "/worlds/{world}/workspaces", {"name": name})
    api.ask("POST", "/worlds/{world}/cht", {"sends_through": "Old", "release": "4.10"})
    [instance] = api.ask("GET", "/worlds/{world}")["cht"]
    assert instance["release"].startswith("4.10")
    api.ask("POST", "/worlds/{world}/cht/switch", {"workspace": "New"})
    api.ask("POST", "/worlds/{world}/cht/upgrade", {"release": "4.11"})
    api.ask("PATCH", "/worlds/{world}/cht/settings", {"locale": "sw"})
    api.ask("PUT", "/worlds/{world}/cht/keys/{direction}", {"value": "not-a-token"}, direction="outgoing")
    api.ask("DELETE", "/worlds/{world}/cht/keys/{direction}", direction="outgoing")
    for action in ("stop", "start", "restart"):
        api.ask("POST", "/worlds/{world}/gateway", {"action": action})
    for action in ("stop", "start"):
        api.ask("POST", "/worlds/{world}/sentinel", {"action": action})
    api.ask("PUT", "/worlds/{world}/cht/url", {"url": "https://rapidpro.example.org"})
    api.ask("POST", "/worlds/{world}/messages", {})
    api.ask("POST", "/worlds/{world}/clock/advance", {"minutes": 2})
    [message] = api.ask("GET", "/worlds/{world}/messages")["results"]
    assert (message["state"], message["rapidpro"]) == ("pending", [])


def test_journal(sending: Api) -> None:
    """The journal is asked in its own language; numbers lead from one answer to the next."""
    sending.ask("POST", "/worlds/{world}/messages", {"to": PHONE})
    sending.ask("POST", "/worlds/{world}/clock/advance", {"minutes": 5})
    question = {"find": "exchange to=textit.com method=POST", "limit": 10}
    [found] = sending.ask("GET", "/worlds/{world}/journal", **question)["results"]
    assert "POST /api/v2/broadcasts.json → 201" in found["told"]
    token = sending.ask("GET", "/worlds/{world}")["rapidpro"][0]["workspaces"][0]["token"]
    assert token not in json.dumps(sending.ask("GET", "/worlds/{world}/journal", limit=1000))
    after = sending.ask("GET", "/worlds/{world}/journal", after=found["number"], limit=1000)["results"]
    assert after[0]["number"] == found["number"] + 1
    assert sending.refused(400, "GET", "/worlds/{world}/journal", find="since=yesterday")["detail"]


def test_story(sending: Api) -> None:
    """What was done is told as a feature."""
    sending.ask("POST", "/worlds/{world}/messages", {"to": PHONE})
    sending.ask("POST", "/worlds/{world}/clock/advance", {"minutes": 5})
    feature = sending.ask("GET", "/worlds/{world}/story")["feature"]
    assert f'a pending message to "{PHONE}"' in feature
    assert "Scenario: " in feature


def test_unmatched(sending: Api) -> None:
    """Requests that no endpoint knows are listed."""
    assert sending.ask("GET", "/worlds/{world}/unmatched")["results"] == []


def test_every_endpoint_was_asked() -> None:
    """None is left out above; the stream, whose answer has no end, has tests of its own."""
    asked = re.findall(r'ask\(\s*"([A-Z]+)", "([^"]+)"', Path(__file__).read_text(encoding="utf-8"))
    assert set(ENDPOINTS) - set(asked) == {("GET", "/worlds/{world}/journal/stream")}


def _statuses(api: Api) -> list[str]:
    [message] = api.ask("GET", "/worlds/{world}/messages")["results"]
    return [each["status"] for each in message["rapidpro"]]
