"""What definitions depend on, and the file does not bring along."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ..building import export, flow, node, send, uuid  # noqa: TID252 - the tests have no name from outside
from ..conftest import JANE  # noqa: TID252 - the tests have no name from outside

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.workspace import Workspace

    from ..conftest import Said  # noqa: TID252 - the tests have no name from outside

Wait = Any


def set_field(key: str, name: str, value: str = "Nkhoma") -> dict[str, Any]:
    return {"type": "set_contact_field", "uuid": uuid(), "field": {"key": key, "name": name}, "value": value}


def names(workspace: Workspace) -> dict[str, str]:
    return {field.key: field.name for field in workspace.fields.values()}


def test_fields(workspace: Workspace, jane: Contact, said: Said, wait: Wait) -> None:
    """Fields are created that actions set or templates read, so that what a flow says is what RapidPro says."""
    reads = send("You live in @fields.village. Age: @fields.age_of_child.")
    workspace.import_flows(flow("Register", node(set_field("village", "Home village"), reads)))
    assert names(workspace) == {"village": "Home village", "age_of_child": "Age Of Child"}
    assert {field.kind for field in workspace.fields.values()} == {"text"}
    workspace.start_flow("Register", contacts=[jane])
    wait(seconds=1)
    assert said() == ["You live in Nkhoma. Age: ."]


@pytest.mark.parametrize(
    ("key", "name", "expected"),
    [
        ("village", "The Village", "The Village"),
        ("village", "What's it called?", "Village"),
        ("village", "x" * 37, "Village"),
        ("village", "DISTRICT", "DISTRICT 2"),
        ("district", "Our district", "Our district"),
        ("district", "", "District"),
    ],
)
def test_names_of_fields(workspace: Workspace, key: str, name: str, expected: str) -> None:
    """A field has the name that the flow gives it, where fields may have it; no two have one name."""
    workspace.fields.add("district", "District", "district")
    workspace.import_flows(flow("Register", node(set_field(key, name))))
    assert names(workspace)[key] == expected
    assert workspace.fields["district"].kind == "district"


def test_long_names_of_fields(workspace: Workspace) -> None:
    """A name to which a number has to be added is cut for it."""
    long = "A name of thirty-six characters is x"
    workspace.import_flows(flow("Register", node(set_field("one", long), set_field("two", long))))
    assert names(workspace) == {"one": long, "two": "A name of thirty-six characters is 2"}


def test_dates_of_campaigns(workspace: Workspace) -> None:
    """What a campaign counts from is a date, also where it was none before; what is nobody's is created."""
    workspace.fields.add("due", "Due", "text")
    event = {
        "uuid": uuid(),
        "offset": 1,
        "unit": "D",
        "event_type": "M",
        "delivery_hour": -1,
        "message": {"eng": "Soon"},
        "base_language": "eng",
    }
    events = [{**event, "relative_to": {"key": key, "label": "The date"}} for key in ("due", "birth", "created_on")]
    campaign = {"uuid": uuid(), "name": "Visits", "group": {"uuid": uuid(), "name": "Mothers"}, "events": events}
    workspace.import_flows(export(campaigns=[campaign]))
    assert {field.key: field.kind for field in workspace.fields.values()} == {"due": "datetime", "birth": "datetime"}
    assert names(workspace)["birth"] == "The date 2"


def test_topic(workspace: Workspace, jane: Contact, said: Said, wait: Wait) -> None:
    """A ticket's topic is created: the ticket is not opened under another."""
    topic = {"uuid": uuid(), "name": "Safeguarding"}
    opens = {"type": "open_ticket", "uuid": uuid(), "topic": topic, "note": "help"}
    definition = flow("Help", node(opens, send("Topic: @ticket.topic.name")))
    workspace.import_flows(definition)
    workspace.import_flows(definition)
    assert [each.name for each in workspace.database.topics.values()] == ["General", "Safeguarding"]
    workspace.start_flow("Help", contacts=[jane])
    wait(seconds=1)
    assert said() == ["Topic: Safeguarding"]


def test_general_topic(workspace: Workspace) -> None:
    """The topic that every workspace has is found by its name."""
    opens = {"type": "open_ticket", "uuid": uuid(), "topic": {"uuid": uuid(), "name": "general"}, "note": ""}
    [imported] = workspace.import_flows(flow("Help", node(opens)))
    general = workspace.database.topics.general
    assert list(workspace.database.topics.values()) == [general]
    assert imported.definition["nodes"][0]["actions"][0]["topic"]["uuid"] == general.uuid


def test_labels_and_globals(workspace: Workspace) -> None:
    """Labels and globals are created, globals without a value."""
    labels = {"type": "add_input_labels", "uuid": uuid(), "labels": [{"uuid": uuid(), "name": "Complaints"}]}
    workspace.import_flows(flow("Tag", node(labels, send("Call @globals.help_line or @globals.nobody"))))
    assert [label.name for label in workspace.database.labels.values()] == ["Complaints"]
    assert {each.key: (each.name, each.value) for each in workspace.globals.values()} == {
        "help_line": ("Help Line", ""),
        "nobody": ("Nobody", ""),
    }


def test_groups(workspace: Workspace) -> None:
    """A group that only the flow names is created; one that the file brings has the file's query."""
    manual, smart = {"uuid": uuid(), "name": "Leaders"}, {"uuid": uuid(), "name": "Elders"}
    join = {"type": "add_contact_groups", "uuid": uuid(), "groups": [manual]}
    leave = {"type": "remove_contact_groups", "uuid": uuid(), "groups": [smart]}
    document = export(flow("Groups", node(join, leave)), groups=[{**smart, "query": "age > 60"}])
    workspace.import_flows(document)
    groups = {group.name: group.query for group in workspace.groups.values() if not group.system}
    assert groups == {"Elders": "age > 60", "Leaders": None}


def test_smart_group_has_its_members_at_once(workspace: Workspace) -> None:
    """Who belongs to a group with a query is in it as soon as it is imported."""
    workspace.fields.add("age", "Age", "number")
    old, young = workspace.contacts.create([JANE], "Jane"), workspace.contacts.create([], "Kit")
    for contact, age in ((old, "61"), (young, "5")):
        workspace.set_field(contact, "age", age)
    group = {"uuid": uuid(), "name": "Elders", "query": "age > 60"}
    workspace.import_flows(export(groups=[group]))
    assert [contact.name for contact in workspace.groups.find("Elders").contacts] == ["Jane"]  # type: ignore[union-attr]


def test_channel_of_an_older_format(workspace: Workspace) -> None:
    """Channels are found, by a name that may say their type, and never created."""
    channel = workspace.add_channel("aggregator", "Line 1")
    unknown = uuid()
    actions = [
        {"type": "set_contact_channel", "uuid": uuid(), "channel": {"uuid": theirs, "name": name}}
        for theirs, name in ((uuid(), "line 1"), (uuid(), "Twilio: Line 1"), (unknown, "Line 2"))
    ]
    count = len(workspace.channels)
    [imported] = workspace.import_flows(flow("Switch", node(*actions)))
    found = [action["channel"]["uuid"] for action in imported.definition["nodes"][0]["actions"]]
    assert found == [channel.uuid, channel.uuid, unknown]
    assert len(workspace.channels) == count
