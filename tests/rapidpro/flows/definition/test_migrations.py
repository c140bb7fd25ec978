from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from rapidpro_simulator.rapidpro.flows.definition.migrations import MIGRATIONS, migrate
from rapidpro_simulator.rapidpro.flows.definition.versions import CURRENT, Version

from .building import flow, node, send_msg, switch, uuid


def webhook(**changes: Any) -> dict[str, Any]:
    return {"type": "call_webhook", "uuid": uuid(12), "method": "GET", "url": "http://x/", **changes}


def test_every_version_has_its_change() -> None:
    """Migrations are in order, and the last one makes a definition current."""
    assert list(MIGRATIONS) == sorted(MIGRATIONS)
    assert list(MIGRATIONS)[-1] == CURRENT


def test_only_what_is_older_is_changed() -> None:
    """A change to a version is not made to definitions of that version or later ones."""
    assert migrate(flow(spec_version="14.0.0", expire_after_minutes=99_999))["expire_after_minutes"] == 99_999
    assert migrate(flow(spec_version="13.6.1", expire_after_minutes=99_999))["expire_after_minutes"] == 20160


def test_the_same_definition_becomes_the_same() -> None:
    """UUIDs that are made on the way follow from the definition, unless a maker of UUIDs is handed in."""
    old = flow(node(10, send_msg(12, templating={"template": None, "variables": ["a"]})), spec_version="13.0.0")
    to = Version(13, 4)

    assert migrate(old, to=to) == migrate(old, to=to)
    made = migrate(old, to=to, new_uuid=lambda: uuid(77))
    assert made["nodes"][0]["actions"][0]["templating"]["components"][0]["uuid"] == uuid(77)


@pytest.mark.parametrize(
    ("version", "type_", "before", "after"),
    [
        ("13.6.1", "messaging", 20161, 20160),
        ("13.6.1", "voice", 60, 15),
        ("13.6.1", "messaging_background", 60, 0),
        ("13.6.1", "messaging_offline", 60, 0),
    ],
)
def test_expiry_is_capped(version: str, type_: str, before: int, after: int) -> None:
    """Each type of flow has a longest time to wait."""
    old = flow(type=type_, spec_version=version, expire_after_minutes=before)

    assert migrate(old)["expire_after_minutes"] == after


@pytest.mark.parametrize(
    ("template", "after"),
    [
        ("@webhook", "@webhook.json"),
        ("@WEBHOOK.a", "@WEBHOOK.json.a"),
        ("@(webhook.a[webhook.b] & 1)", "@(webhook.json.a[webhook.json.b] & 1)"),
        ("@results.webhook and me@webhook.org", "@results.webhook and me@webhook.json.org"),
        ("@@webhook and @( webhook", "@@webhook and @( webhook"),
        ("@(upper( fields.a ))", "@(upper( fields.a ))"),
    ],
)
def test_webhook_is_looked_into(template: str, after: str) -> None:
    """Since 13.3 the parsed body is a property of the webhook; other expressions stay as they were written."""
    old = flow(
        node(10, webhook(url=template, headers={"A": template}, body=template)),
        node(20, send_msg(22, template, attachments=[template]), router=switch(21, operand=template)),
        spec_version="13.2.0",
        localization={"fra": {uuid(22): {"text": [template], "quick_replies": [template]}}},
    )

    new = migrate(old, to=Version(13, 3))

    call, message = (each["actions"][0] for each in new["nodes"])
    assert [call["url"], call["headers"]["A"], call["body"], message["text"], *message["attachments"]] == [after] * 5
    assert new["nodes"][1]["router"]["operand"] == after
    assert new["localization"]["fra"][uuid(22)] == {"text": [after], "quick_replies": [after]}


def test_translated_template_variables() -> None:
    """Translations of a template's variables end where the variables end: at the action."""
    templating = {"template": {"uuid": uuid(7), "name": "hi"}, "uuid": uuid(8), "variables": ["@contact", "@fields.a"]}
    old = flow(
        node(10, send_msg(12, templating=templating)),
        spec_version="13.1.0",
        localization={"fra": {uuid(8): {"variables": ["x", "y"]}, uuid(12): {"text": ["Salut"]}}, "spa": {}},
    )

    new = migrate(old)

    assert new["nodes"][0]["actions"] == [
        send_msg(12, template={"uuid": uuid(7), "name": "hi"}, template_variables=["@contact", "@fields.a"])
    ]
    assert new["localization"] == {
        "fra": {uuid(12): {"text": ["Salut"], "template_variables": ["x", "y"]}},
        "spa": {},
    }


@pytest.mark.parametrize("operand", ["@results.call.category", "@webhook.status", "@webhook.json.status", "@input"])
def test_webhook_splits_become_one_shape(operand: str) -> None:
    """A node that calls a webhook and splits ends up splitting by status, whatever it looked at."""
    cases = switch(11)["cases"] + [{**switch(11)["cases"][0], "uuid": uuid(700)}]
    old = flow(
        node(10, webhook(), router=switch(11, operand=operand, cases=cases)),
        spec_version="13.3.0",
        localization={"fra": {uuid(502): {"arguments": ["oui"]}, uuid(500): {"name": ["Oui"]}}},
    )

    new = migrate(old)

    router = new["nodes"][0]["router"]
    assert router["operand"] == "@(default(webhook.status, 0))"
    assert [(case["type"], case["arguments"]) for case in router["cases"]] == [("has_number_between", ["200", "299"])]
    assert new["localization"] == {"fra": {uuid(500): {"name": ["Oui"]}}}


@pytest.mark.parametrize(
    "nodes",
    [
        [node(10, webhook(), send_msg(13), router=switch(11, operand="@webhook.status"))],
        [node(10, webhook()), node(20, router=switch(21, operand="@webhook.status"))],
        [node(10, webhook(), router={**switch(11), "type": "random"})],
    ],
)
def test_other_splits_stay(nodes: list[dict[str, Any]]) -> None:
    """Only a node with a webhook alone and a switch is a webhook's split."""
    assert migrate(flow(*nodes, spec_version="14.0.0"))["nodes"] == nodes


@pytest.mark.parametrize(
    ("action", "local"),
    [
        ({"type": "open_ticket", "uuid": uuid(12), "result_name": "Done"}, "_new_ticket"),
        ({"type": "transfer_airtime", "uuid": uuid(12), "amounts": {}, "result_name": "Done"}, "_new_transfer"),
    ],
)
def test_splits_on_what_came_of_an_action(action: dict[str, Any], local: str) -> None:
    """Tickets and transfers say what came of them in a local; the result becomes the router's."""
    old = flow(node(10, action, router=switch(11, operand="@results.done.category")), spec_version="14.2.0")

    new = migrate(old)["nodes"][0]

    assert new["router"]["operand"] == f"@locals.{local}"
    assert new["router"]["result_name"] == "Done"
    assert [(case["type"], case["arguments"]) for case in new["router"]["cases"]] == [("has_text", [])]
    assert "result_name" not in new["actions"][0]


def test_translated_arguments_are_joined() -> None:
    """Tests of words have one argument; so have their translations."""
    case = {**switch(11)["cases"][0], "arguments": ["yes", "yep"]}
    old = flow(
        node(10, router=switch(11, cases=[case])),
        spec_version="14.3.0",
        localization={"fra": {uuid(502): {"arguments": ["oui", "ouais"]}}},
    )

    new = migrate(old)

    assert new["nodes"][0]["router"]["cases"][0]["arguments"] == ["yes yep"]
    assert new["localization"]["fra"][uuid(502)]["arguments"] == ["oui ouais"]


@pytest.mark.parametrize(
    ("name", "after"),
    [
        ("x" * 36, "x" * 36),
        ("x" * 37, "x" * 36),
        ("é" * 19, "é" * 19),
        ("é" * 40, "é" * 36),
        ("x" * 35 + " yz", "x" * 35),
    ],
)
def test_names_are_shortened(name: str, after: str) -> None:
    """Names with more bytes than allowed are cut to as many characters, and trimmed."""
    category = {**switch(11)["categories"][0], "name": name}
    old = flow(node(10, router=switch(11, categories=[category])), spec_version="13.5.0")

    assert migrate(old)["nodes"][0]["router"]["categories"][0]["name"] == after


@pytest.mark.parametrize(
    "broken",
    [
        {"nodes": None},
        {"nodes": "x"},
        {"nodes": [None, 5]},
        {"nodes": [{"actions": None, "router": []}]},
        {"nodes": [{"actions": [None, {"type": "send_msg", "templating": 5, "quick_replies": "x"}], "router": None}]},
        {"nodes": [{"router": {"type": "switch", "cases": [None], "categories": 5}, "actions": [{}]}]},
        {"localization": []},
        {"localization": {"fra": None, "spa": {"x": None}}},
        {"expire_after_minutes": "soon", "language": None, "type": None},
    ],
)
def test_what_is_malformed_is_passed_over(broken: dict[str, Any]) -> None:
    """A migration refuses nothing: that is for those who read what comes of it."""
    old = {**flow(spec_version="13.0.0"), **broken}
    before = deepcopy(old)

    assert migrate(old)["spec_version"] == "14.4.2"
    assert old == before
