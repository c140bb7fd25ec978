from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from rapidpro_simulator.rapidpro.flows.definition.flow import read_flow
from rapidpro_simulator.rapidpro.flows.definition.reading import DefinitionError

from .building import flow, node, send_msg, switch, uuid

PLAY_AUDIO = {"type": "play_audio", "uuid": uuid(3), "audio_url": "http://x/a.mp3"}
INVALID_NODE = f"invalid node[uuid={uuid(10)}]"
INVALID_ACTION = f"{INVALID_NODE}: invalid action[uuid={uuid(3)}, type=play_audio]"
INVALID_CASE = f"{INVALID_NODE}: invalid router: invalid case[uuid={uuid(502)}]"


def routed(**changes: Any) -> dict[str, Any]:
    """Return a flow of one node, with a router that is changed."""
    return flow(node(10, router=switch(11, **changes)))


def case(**changes: Any) -> dict[str, Any]:
    return {**switch(11)["cases"][0], **changes}


def category(**changes: Any) -> dict[str, Any]:
    return {**switch(11)["categories"][0], **changes}


def test_what_is_read() -> None:
    """A flow offers its nodes, their actions, routers and exits, by UUID."""
    read = read_flow(flow(node(10, send_msg(12), to=20), node(20, router=switch(21, result_name="Answer"))))

    first, second = read.nodes
    assert (read.name, read.language, read.reference.identity) == ("Relay", "eng", uuid(1))
    assert read.node(uuid(20)) is second
    assert read.node(uuid(99)) is None
    assert first.actions[0].uuid == uuid(12)
    assert first.exits[0].destination_uuid == uuid(20)
    assert second.exit(uuid(21)) is second.exits[0]
    assert second.router is not None
    assert second.router.result_name == "Answer"
    assert [each.name for each in second.router.categories] == ["Yes", "Other"]


def test_reading_changes_nothing() -> None:
    """A definition is left as it is, even when it has to be brought up to date."""
    definition = flow(node(10, send_msg(12, all_urns=True)), spec_version="13.0.0", language="base")
    before = deepcopy(definition)

    read = read_flow(definition)

    assert definition == before
    assert (read.spec_version, read.language) == ("14.4.2", "und")
    assert read.to_json()["nodes"][0]["actions"] == [send_msg(12)]


def test_a_flow_may_be_empty() -> None:
    """A flow without nodes is a flow."""
    assert read_flow(flow()).nodes == []


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "x" * 64},
        {"_ui": {"notes": "é" * 131_066}},
        {"localization": {"fra": {uuid(5): {"text": ["é" * 10_000] * 10}}}},
        {"nodes": [node(10 + 2 * number) for number in range(1000)]},
        {"nodes": [node(10, *(send_msg(100 + number) for number in range(100)))]},
    ],
)
def test_limits_can_be_reached(changes: dict[str, Any]) -> None:
    """A flow may be as big as the limits say."""
    assert read_flow(flow(**changes)).uuid == uuid(1)


@pytest.mark.parametrize(
    ("type_", "minutes", "expected"),
    [
        ("messaging", 0, 4320),
        ("messaging", 60, 60),
        ("voice", 0, 5),
        ("messaging_background", 0, 0),
        ("messaging_offline", 0, 0),
    ],
)
def test_expiry(type_: str, minutes: int, expected: int) -> None:
    """A run waits as long as the definition says, or else as long as the flow's type has it."""
    assert read_flow(flow(type=type_, expire_after_minutes=minutes)).expiry_minutes == expected


@pytest.mark.parametrize("version", ["13.0.0", "13.0", "13.6.1", "14.4.2", "14.4.9"])
def test_versions_that_are_read(version: str) -> None:
    """Everything from 13 on is read, and newer patches of the current version."""
    assert read_flow(flow(spec_version=version)).name == "Relay"


@pytest.mark.parametrize(
    ("definition", "complaint"),
    [
        ({}, "unable to read flow header: field 'uuid' is required, field 'name' is required"),
        (flow(spec_version="x"), "unable to read flow header: field 'spec_version' is not a valid semantic version"),
        (flow(spec_version="14.5.0"), "spec version 14.5.0 is newer than this library (14.4.2)"),
        (flow(spec_version="12.0.0"), "definitions of version 12.0.0 are not supported"),
        ({"action_sets": [], "version": "11.6"}, "definitions of version 11.6 are not supported"),
        (flow(name="x" * 65), "unable to read flow header: field 'name' must be less than or equal to 64"),
        (flow(language="base"), "field 'language' is not a valid language code"),
        (flow(language="vvv"), "field 'language' is not a valid language code"),
        (flow(type="monologue"), "field 'type' is not a valid flow type"),
        (flow(node(10, node_uuid=1) | {"uuid": ""}), "unable to read node: field 'uuid' is required"),
        (flow(node(10) | {"exits": []}), "unable to read node: field 'exits' must have a minimum of 1 items"),
        (flow(node(10, send_msg(12), {"type": "jump"})), "unable to read node: unable to read action[1]: unknown type"),
        (flow(node(10, send_msg(12, ""))), "unable to read node: unable to read action[0]: field 'text' is required"),
        (routed(type="chaos"), "unable to read node: unable to read router: unknown type: 'chaos'"),
        (routed(operand=""), "unable to read node: unable to read router: field 'operand' is required"),
        (
            routed(result_name="x" * 65),
            "unable to read node: unable to read router: field 'result_name' is not a valid",
        ),
        (
            routed(categories=[category(name="")]),
            "unable to read node: unable to read router: unable to read category: field 'name' is required",
        ),
        (
            routed(categories=[category(name="x" * 65)]),
            "unable to read node: unable to read router: unable to read category: field 'name' is not a valid result",
        ),
        (
            routed(wait={"type": "msg", "timeout": {"seconds": 0, "category_uuid": uuid(9)}}),
            "unable to read node: unable to read router: unable to read wait: field 'timeout.seconds' is required",
        ),
        (
            routed(wait={"type": "msg", "hint": {"type": "digits", "count": "many"}}),
            "unable to read node: unable to read router: unable to read wait: json: cannot unmarshal string into Go",
        ),
        (routed(wait={"type": "nap"}), "unable to read node: unable to read router: unable to read wait: unknown type"),
        (flow(node(10), node(10)), f"node UUID {uuid(10)} isn't unique"),
        (flow(node(10, send_msg(12), send_msg(12))), f"{INVALID_NODE}: action UUID {uuid(12)} isn't unique"),
        (flow(node(10, exits=[{"uuid": uuid(11)}] * 2)), f"{INVALID_NODE}: exit UUID {uuid(11)} isn't unique"),
        (
            flow(node(10, to=30)),
            f"{INVALID_NODE}: destination {uuid(30)} of exit[uuid={uuid(11)}] isn't a known node",
        ),
        (
            flow(node(10, PLAY_AUDIO)),
            f"{INVALID_ACTION}: action type 'play_audio' is not allowed in a flow of type 'messaging'",
        ),
        (
            routed(wait={"type": "msg"}) | {"type": "messaging_background"},
            f"{INVALID_NODE}: invalid router: wait type 'msg' is not allowed in a flow of type 'messaging_background'",
        ),
        (
            routed(wait={"type": "dial", "phone": "+1"}),
            f"{INVALID_NODE}: invalid router: wait type 'dial' is not allowed in a flow of type 'messaging'",
        ),
        (routed(cases=[case(type="has_ice")]), f"{INVALID_CASE}: has_ice is not a registered test function"),
        (routed(cases=[case(category_uuid=uuid(9))]), f"{INVALID_CASE}: category {uuid(9)} is not a valid category"),
        (routed(cases=[case(arguments=["a"] * 11)]), f"{INVALID_CASE}: can't have more than 10 arguments (has 11)"),
        (
            routed(default_category_uuid=uuid(9)),
            f"{INVALID_NODE}: invalid router: default category {uuid(9)} is not a valid category",
        ),
        (
            routed(wait={"type": "msg", "timeout": {"seconds": 5, "category_uuid": uuid(9)}}),
            f"{INVALID_NODE}: invalid router: timeout category {uuid(9)} is not a valid category",
        ),
        (
            flow(node(10, router=switch(99))),
            f"{INVALID_NODE}: invalid router: category exit {uuid(99)} is not a valid exit",
        ),
        (flow(localization=[]), "json: cannot unmarshal array into Go struct field localization of type map"),
        (
            flow(localization={"fra": {uuid(5): []}}),
            f"json: cannot unmarshal array into Go struct field localization[fra][{uuid(5)}] of type map",
        ),
        (flow(localization={"vvv": {}}), "invalid localization: language 'vvv' is not a valid language code"),
        (flow(localization={"french": {}}), "invalid localization: language 'french' is not a valid language code"),
        (
            flow(localization={"fra": {uuid(5): {"text": ["a"] * 11}}}),
            "invalid localization: property 'text' can't have more than 10 values (has 11)",
        ),
        (
            flow(localization={"fra": {uuid(5): {"text": ["a" * 10_001]}}}),
            "invalid localization: property 'text' can't have values longer than 10000",
        ),
        (
            flow(localization={"fra": {uuid(5): {f"p{index}": ["a"] for index in range(11)}}}),
            f"invalid localization: item '{uuid(5)}' can't have more than 10 properties (has 11)",
        ),
        (flow(_ui={"notes": "x" * 262_144}), "field '_ui' must be less than or equal to 262144"),
        (flow(*(node(10 + 2 * n) for n in range(1001))), "flow can't have more than 1000 nodes (has 1001)"),
        (
            flow(node(10, *(send_msg(100 + n) for n in range(101)))),
            f"{INVALID_NODE}: can't have more than 100 actions (has 101)",
        ),
        (
            flow(node(10, exits=[{"uuid": uuid(100 + n)} for n in range(101)])),
            f"{INVALID_NODE}: can't have more than 100 exits (has 101)",
        ),
        (
            routed(cases=[case(uuid=uuid(600 + n)) for n in range(101)]),
            f"{INVALID_NODE}: invalid router: can't have more than 100 cases (has 101)",
        ),
        (
            routed(categories=[category(uuid=uuid(600 + n)) for n in range(101)], cases=[], default_category_uuid=None),
            f"{INVALID_NODE}: invalid router: can't have more than 100 categories (has 101)",
        ),
    ],
)
def test_what_is_refused(definition: dict[str, Any], complaint: str) -> None:
    """A definition that the engine would not run is refused in the engine's words, with the place in front."""
    with pytest.raises(DefinitionError) as refused:
        read_flow(definition)

    assert str(refused.value).startswith(complaint)


@pytest.mark.parametrize("definition", [None, [], "flow", 5])
def test_what_is_no_object(definition: Any) -> None:
    """A definition is a JSON object."""
    with pytest.raises(DefinitionError, match=r"json: cannot unmarshal [a-z]+ into Go value of type Header$"):
        read_flow(definition)
