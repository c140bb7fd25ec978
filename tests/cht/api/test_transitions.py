from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from rapidpro_simulator.cht.messages.release_texts import RELEASE_TEXTS
from rapidpro_simulator.world.network import HandlerService

from .conftest import TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Instance

BEGUN = {"start_date": "2020-01-01"}
PHONE = "+254712345678"


def receive(cht: Instance, text: str = "hello", **settings: Any) -> dict[str, Any]:
    """Return the record of a message that arrives under `settings`."""
    cht.configure(**{"transitions": {"default_responses": True}, "default_responses": BEGUN, **settings})
    cht.receive({"id": text, "from": "0712345678", "content": text})
    return cht.records[-1]


@pytest.mark.parametrize(
    ("text", "settings", "reply"),
    [
        ("hello", {}, "sms_received"),
        ("   ", {}, "empty"),
        ("NOPE 1", {"forms_only_mode": True}, "form_not_found"),
        ("TEST hello 5", {}, None),
        ("hello", {"default_responses": {"start_date": "2999-01-01"}}, None),
        ("hello", {"default_responses": {}}, None),
        ("hello", {"default_responses": None}, None),
        ("hello", {"gateway_number": PHONE}, None),
        ("hello", {"transitions": {}}, None),
        ("hello", {"transitions": {"default_responses": {"disable": True}}}, None),
    ],
)
def test_default_response(open_cht: Instance, text: str, settings: dict[str, Any], reply: str | None) -> None:
    """What is no report gets a reply, once replies have begun, but never the gateway's own number (cht 6.6)."""
    tasks = receive(open_cht, text, **settings)["tasks"]
    found = [(message["to"], message["message"]) for task in tasks for message in task["messages"]]
    assert found == ([(PHONE, RELEASE_TEXTS[reply])] if reply else [])


def test_reply_is_pending(open_cht: Instance) -> None:
    """A reply waits for the gateway, with the history of a message (cht 6.1)."""
    [task] = receive(open_cht)["tasks"]
    assert (task["state"], [entry["state"] for entry in task["state_history"]]) == ("pending", ["pending"])
    assert open_cht.stored == []


@pytest.mark.parametrize(
    ("settings", "states"),
    [
        ({}, ["pending", "pending"]),
        ({"outgoing_deny_list": "+254"}, ["denied", "denied"]),
        ({"sms": {"duplicate_limit": 1}}, ["pending", "duplicate"]),
    ],
)
def test_state_of_a_reply(open_cht: Instance, settings: dict[str, Any], states: list[str]) -> None:
    """The rules for new messages hold for replies (cht 6.4)."""
    assert [receive(open_cht, text, **settings)["tasks"][0]["state"] for text in ("hello", "again")] == states


@pytest.mark.parametrize(("release", "version"), [("5.1", "4"), ("5.2", "7")])
def test_uuid(build: Callable[..., Instance], release: str, version: str) -> None:
    """Since 5.2 the uuid of a message tells when it was made (cht 6.1)."""
    cht = build(release)
    cht.set_credential("rapidpro:incoming", TOKEN)
    assert receive(cht)["tasks"][0]["messages"][0]["uuid"][14] == version


def test_resolve_pending(open_cht: Instance) -> None:
    """Pending messages are called sent at once, after whatever made them, whichever the settings name first."""
    [task] = receive(open_cht, transitions={"resolve_pending": True, "default_responses": True})["tasks"]
    assert [entry["state"] for entry in task["state_history"]] == ["pending", "sent"]


def test_record_of_transitions(open_cht: Instance) -> None:
    """Sentinel's record of the document says which transitions changed it before there was a revision (cht 8.2)."""
    record = receive(open_cht)
    info = open_cht.couch.database("medic-sentinel").get(f"{record['_id']}-info")
    entry = info["transitions"]["default_responses"]
    assert (entry["seq"], entry["ok"], "last_rev" in entry) == (None, True, False)


def test_reply_of_records_api(open_cht: Instance) -> None:
    """A record that comes as a text is replied to as well, and its document is sent at once (cht 9.1)."""
    open_cht.configure(transitions={"default_responses": True}, default_responses=BEGUN)
    open_cht.ask("POST", "/api/v2/records", data={"message": "hello", "from": PHONE}, user="gw")
    assert open_cht.stored == [open_cht.records[0]["_id"]]
    assert open_cht.records[0]["tasks"][0]["messages"][0]["message"] == RELEASE_TEXTS["sms_received"]


def test_push_before_the_record_is_saved(open_cht: Instance) -> None:
    """The api tells another system about a record before it saves it, and inside the request that brought it (H12)."""
    heard: list[tuple[int, Any]] = []

    async def answer(request: web.BaseRequest) -> web.Response:
        heard.append((len(open_cht.records), json.loads(await request.read())))
        return web.json_response({})

    open_cht.network.attach("flows.example.org", HandlerService(answer))
    push = {
        "relevant_to": "doc.type === 'data_record'",
        "destination": {"base_url": "https://flows.example.org", "path": "/start"},
        "mapping": {"urns": {"expr": "['tel:' + doc.from]"}},
    }
    record = receive(open_cht, transitions={"mark_for_outbound": True}, outbound={"start": push})
    info = open_cht.couch.database("medic-sentinel").get(f"{record['_id']}-info")
    assert heard == [(0, {"urns": [f"tel:{PHONE}"]})]
    assert [each["name"] for each in info["completed_tasks"]] == ["start"]
