from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from rapidpro_simulator.rapidpro.flows.definition.exports import ExportError, read_export
from rapidpro_simulator.rapidpro.flows.definition.references import Reference

from .building import flow, node, send_msg, switch, uuid

FLOW = {"uuid": uuid(1), "name": "Relay"}
GROUP = {"uuid": uuid(2), "name": "Mothers"}
ALIEN = {"type": "send_interactive_msg", "uuid": uuid(13)}

CAMPAIGN = {
    "uuid": uuid(3),
    "name": "Reminders",
    "group": GROUP,
    "events": [
        {
            "uuid": uuid(4),
            "offset": -3,
            "unit": "D",
            "event_type": "M",
            "delivery_hour": 9,
            "relative_to": {"label": "Due Date", "key": "due_date"},
            "start_mode": "I",
            "message": {"eng": "Soon"},
            "base_language": "eng",
        }
    ],
}

LOST = f"flow 'Lost': invalid node[uuid={uuid(10)}]: destination {uuid(99)} of exit[uuid={uuid(11)}] isn't a known node"
OLD = (
    "flow 'Old': definitions of version 11.6 are not supported, only those from 13.0.0 on:"
    " import the file into RapidPro and export it again, which brings it up to date"
)


def export(**changes: Any) -> dict[str, Any]:
    return {
        "version": "13",
        "site": "https://rapidpro.example.org",
        "flows": [flow(node(10, send_msg(12)))],
        "campaigns": [],
        "triggers": [],
        "fields": [],
        "groups": [],
        **changes,
    }


def trigger(**changes: Any) -> dict[str, Any]:
    return {"trigger_type": "K", "flow": FLOW, "groups": [], "keywords": ["join"], **changes}


def refusals(document: Any) -> list[str]:
    with pytest.raises(ExportError) as refused:
        read_export(document)
    return [str(problem) for problem in refused.value.problems] or [str(refused.value)]


def test_a_whole_export() -> None:
    """An export has flows, and the campaigns, triggers, fields and groups that belong to them."""
    read = read_export(
        export(
            campaigns=[CAMPAIGN],
            triggers=[trigger()],
            fields=[{"key": "due_date", "name": "Due Date", "type": "datetime"}],
            groups=[{**GROUP, "query": None}],
        )
    )

    event = read.campaigns[0].events[0]
    assert (read.version, read.site, read.skipped) == ("13", "https://rapidpro.example.org", [])
    assert [each.name for each in read.flows] == ["Relay"]
    assert (event.offset, event.unit, event.delivery_hour, event.message) == (-3, "D", 9, {"eng": "Soon"})
    assert event.relative_to.identity == "due_date"
    assert read.triggers[0].flow == Reference("flow", uuid(1), "Relay")
    assert [each.type for each in read.fields] == ["datetime"]
    assert [each.query for each in read.groups] == [""]


def test_what_an_export_may_lack() -> None:
    """Only the version is required."""
    read = read_export({"version": 13})

    assert (read.flows, read.campaigns, read.triggers, read.fields, read.groups) == ([], [], [], [], [])


@pytest.mark.parametrize("version", ["3", "13", 13, 11.12, "11.6", 13.0, "13.0.0", "12.99.1"])
def test_versions_that_are_read(version: Any) -> None:
    """Versions from 3 to 13 are read, as texts or as numbers."""
    assert read_export(export(version=version)).version == str(version)


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        ([], "an export is a JSON object"),
        ({}, "Export missing version field"),
        ({"flows": []}, "Export missing version field"),
        (flow(), "Export missing version field: this is the definition of one flow, not an export of a workspace"),
        (
            {"version": "11.6", "action_sets": []},
            "Export missing version field: this is the definition of one flow, not an export of a workspace",
        ),
        (export(version="14"), "Unsupported export version 14"),
        (export(version="13.0.1"), "Unsupported export version 13.0.1"),
        (export(version="2"), "Unsupported export version 2"),
        (export(version="2.9.9"), "Unsupported export version 2.9.9"),
        (export(version="1e1"), "Unsupported export version 1e1"),
        (export(version="١٣"), "Unsupported export version ١٣"),
        (export(version=True), "Unsupported export version True"),
        (export(version="x"), "Unsupported export version x"),
        (export(flows={}), "the export cannot be read: 'flows' is no list of objects"),
        (export(groups=["Mothers"]), "the export cannot be read: 'groups' is no list of objects"),
    ],
)
@pytest.mark.parametrize("lenient", [False, True])
def test_what_is_no_export(document: Any, complaint: str, lenient: bool) -> None:
    """Files that are no exports are refused, leniently or not."""
    with pytest.raises(ExportError) as refused:
        read_export(document, lenient=lenient)

    assert str(refused.value) == complaint


def test_everything_that_is_not_understood_is_said() -> None:
    """One look at the refusal tells everything that has to be changed, with the flows' names."""
    document = export(
        flows=[
            flow(node(10, send_msg(12), ALIEN), name="Register"),
            flow(node(10, router=switch(11, cases=[{**switch(11)["cases"][0], "type": "has_ice"}])), name="Ask"),
            flow(node(10, router={"type": "chaos", "wait": {"type": "nap"}}), name="Sleep"),
            flow(node(10, to=99), name="Lost"),
            {"action_sets": [], "version": "11.6", "metadata": {"name": "Old"}},
        ],
        campaigns=[{**CAMPAIGN, "group": None}],
        triggers=[trigger(flow=None)],
        fields=[{"key": "age", "name": "Age", "type": "integer"}],
        groups=[{"uuid": "x", "name": "Mothers"}],
    )

    assert refusals(document) == [
        f"flow 'Register': unknown action type 'send_interactive_msg' in node {uuid(10)}",
        f"flow 'Ask': unknown test 'has_ice' in node {uuid(10)}",
        f"flow 'Sleep': unknown router type 'chaos' in node {uuid(10)}",
        f"flow 'Sleep': unknown wait type 'nap' in node {uuid(10)}",
        LOST,
        OLD,
        "field 'Age': field 'type' is not a valid field type",
        "group 'Mothers': field 'uuid' must be a valid UUID",
        "campaign 'Reminders': field 'group' is required",
        "trigger 1: Field 'flow' is required.",
    ]


def test_what_is_wrong_with_many_is_said_once() -> None:
    """Many flows of an old version make one line, not many: their names, and what to do."""
    old = [{"action_sets": [], "version": "11.6", "metadata": {"name": name}} for name in ("Ask", "Tell")]

    with pytest.raises(ExportError) as refused:
        read_export(export(flows=old))

    assert len(refused.value.problems) == 2
    first, line = str(refused.value).split("\n")
    assert first == "the export cannot be read"
    assert line.startswith("- flow 'Ask', flow 'Tell': definitions of version 11.6 are not supported")


def test_lenient_reading() -> None:
    """Leniently, unknown actions are left out of their flows, and other flows that cannot be read altogether."""
    document = export(
        flows=[
            flow(node(10, send_msg(12), ALIEN), name="Register"),
            flow(node(10, ALIEN, to=99), name="Lost"),
            flow(node(10, send_msg(12)), name="Good"),
        ],
        triggers=[trigger(keywords=["two words"]), trigger()],
    )
    before = deepcopy(document)

    read = read_export(document, lenient=True)

    assert [each.name for each in read.flows] == ["Register", "Good"]
    assert [action.type for action in read.flows[0].nodes[0].actions] == ["send_msg"]
    assert [each.keywords for each in read.triggers] == [("join",)]
    assert [str(each) for each in read.skipped] == [
        f"flow 'Register': unknown action type 'send_interactive_msg' in node {uuid(10)}",
        f"flow 'Lost': unknown action type 'send_interactive_msg' in node {uuid(10)}",
        LOST,
        "trigger 1: two words is not a valid keyword",
    ]
    assert document == before


@pytest.mark.parametrize("type_", ["S", "I", "O"])
def test_triggers_that_no_import_brings_back(type_: str) -> None:
    """Schedules and opt-ins in a file are passed over."""
    assert read_export(export(triggers=[{"trigger_type": type_}])).triggers == []
