"""Actions do what those of the real engine do: events, contact, locals and the webhook that expressions see."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.rapidpro.flows.definition.actions import read_action
from rapidpro_simulator.rapidpro.flows.definition.reading import DefinitionError, write

from .data import load, names
from .sessions import World, normal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rapidpro_simulator.rapidpro.flows.core.webhooks import WebhookRequest, WebhookResponse

ASSETS = load("actions/_assets.json")
CASES: list[Any] = [
    pytest.param(case, id=f"{name.removeprefix('actions/').removesuffix('.json')}-{case['description']}")
    for name in names("actions")
    if not name.endswith("_assets.json")
    for case in load(name)
]
REFUSED: list[Any] = [case for case in CASES if "read_error" in case.values[0]]
EXECUTED: list[Any] = [case for case in CASES if "read_error" not in case.values[0]]

ENVIRONMENT = {"allowed_languages": ["eng", "spa"], "default_country": "RW"}
CHANNEL = {"uuid": "57f1078f-88aa-46f4-a59a-948a5739c03d", "name": "My Android Phone"}
TELEPHONE = "tel:+12065551212"
CONTACT = {
    "uuid": "5d76d86b-3bb9-4d5a-b822-c9d86f5d8e4f",
    "name": "Ryan Lewis",
    "status": "active",
    "language": "eng",
    "timezone": "America/Guayaquil",
    "urns": [f"{TELEPHONE}?channel={CHANNEL['uuid']}", "twitterid:54784326227#nyaruka"],
    "groups": [
        {"uuid": "b7cf0d83-f1c9-411c-96fd-c511a4cfa86d", "name": "Testers"},
        {"uuid": "0ec97956-c451-48a0-a180-1ce766623e31", "name": "Males"},
    ],
    "fields": {"gender": {"text": "Male"}},
    "created_on": "2018-06-20T11:40:30.123456789-00:00",
}
MESSAGE = {
    "type": "msg_received",
    "uuid": "01969b47-0583-76f8-924e-9de1a11831b3",
    "created_on": "2025-05-04T12:30:46.123456789Z",
    "msg": {
        "urn": TELEPHONE,
        "text": "Hi everybody",
        "attachments": [
            "image/jpeg:http://http://s3.amazon.com/bucket/test.jpg",
            "audio/mp3:http://s3.amazon.com/bucket/test.mp3",
        ],
    },
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: Mapping[str, Any]) -> None:
    """An action that cannot be is refused in the real engine's words."""
    with pytest.raises(DefinitionError) as refused:
        read_action(case["action"])
    assert str(refused.value) == case["read_error"]


@pytest.mark.parametrize("case", EXECUTED)
def test_executed(case: Mapping[str, Any]) -> None:
    """An action leaves the events, the contact, the locals and the webhook that the real one leaves."""
    flow = _flow(case)
    world = World({**ASSETS, "flows": [*ASSETS["flows"], flow]}, ENVIRONMENT, case.get("http_mocks"))

    async def answer(request: WebhookRequest) -> WebhookResponse | None:
        response = await world.web(request)
        headers = [header for header in response.headers if header[0] != "Content-Length"] if response else []
        return replace(response, headers=tuple(headers)) if response else None  # the mocks know no length either

    world.engine.runtime.services = replace(
        world.engine.runtime.services, webhook=answer, unsendable_reason=_forbidden, airtime=_transfer
    )
    call = {"uuid": "01969b47-0000-7000-8000-000000000000", "channel": CHANNEL, "urn": TELEPHONE}
    session, sprint = world.start(_contact(case), _trigger(case, flow), call if flow["type"] == "voice" else None)
    run = session.runs[0]

    _, *events, _ = sprint.events  # around them are the start and the end of the run
    assert [event["type"] for event in events] == [event["type"] for event in case["events"]]
    after = {"contact": case.get("contact_after"), "locals": case["locals_after"], "webhook": case.get("webhook")}
    left = {
        "contact": session.contact.to_json() if after["contact"] else None,
        "locals": run.locals,
        "webhook": run.webhook if after["webhook"] else None,
    }
    assert normal({"events": events, **left}) == normal({"events": case["events"], **after})


@pytest.mark.parametrize("case", EXECUTED)
def test_written(case: Mapping[str, Any]) -> None:
    """An action that is written reads as the same action."""
    action = read_action(case["action"])
    assert read_action(write(action)) == action


def _flow(case: Mapping[str, Any]) -> dict[str, Any]:
    flow = ASSETS["flows"][1 if case.get("in_flow_type") == "voice" else 0]
    node = {**flow["nodes"][0], "actions": [case["action"]]}
    return {**flow, "nodes": [node], "localization": case.get("localization") or {}}


def _contact(case: Mapping[str, Any]) -> dict[str, Any]:
    contact = dict(case.get("contact") or CONTACT)
    return {**contact, "language": "spa"} if case.get("localization") else contact


def _trigger(case: Mapping[str, Any], flow: Mapping[str, Any]) -> dict[str, Any]:
    trigger = {"flow": {"uuid": flow["uuid"], "name": flow["name"]}, "triggered_on": "2025-05-04T12:30:45.123456789Z"}
    if case.get("no_input") or case.get("as_batch"):
        return {**trigger, "type": "manual", "batch": bool(case.get("as_batch"))}
    return {**trigger, "type": "msg", "event": MESSAGE}


def _forbidden(_contact: object, text: str) -> str:
    return "forbidden_content" if "FORBIDDEN" in text else ""


async def _transfer(sender: str, recipient: str, amounts: Mapping[str, Any]) -> dict[str, Any]:
    """Transfer Rwandan francs, whatever is offered, as the real engine's tests do."""
    log = {
        "url": "http://send.airtime.com",
        "status_code": 200,
        "request": "GET / HTTP/1.1\r\nHost: send.airtime.com\r\nUser-Agent: Go-http-client/1.1\r\n"
        "Accept-Encoding: gzip\r\n\r\n",
        "response": 'HTTP/1.0 200 OK\r\nContent-Length: 15\r\n\r\n{"status":"ok"}',
        "elapsed_ms": 0,
        "retries": 0,
        "sizes": {"request": 0, "response": 0},
        "status": "success",
        "created_on": "2019-10-16T13:59:30.123456789Z",
    }
    return {
        "external_id": "4ZJR8BT9MF",
        "sender": sender,
        "recipient": recipient,
        "currency": "RWF",
        "amount": int(amounts["RWF"]),
        "http_logs": [log],
    }
