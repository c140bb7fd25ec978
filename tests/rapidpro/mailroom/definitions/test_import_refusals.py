"""What RapidPro refuses, though it can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.rapidpro.flows.definition.exports import ExportError

from ..building import export, flow, node, send, uuid  # noqa: TID252 - the tests have no name from outside

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.workspace import Workspace

GROUP = {"uuid": uuid(), "name": "Mothers"}


def field(key: str, kind: str = "text") -> dict[str, Any]:
    return {"key": key, "name": "A field", "type": kind}


def campaign(key: str) -> dict[str, Any]:
    event = {"uuid": uuid(), "offset": 1, "unit": "D", "event_type": "M", "delivery_hour": 9, "message": "Soon"}
    return {"uuid": uuid(), "name": "Visits", "group": GROUP, "events": [{**event, "relative_to": {"key": key}}]}


def trigger(uuid: str) -> dict[str, Any]:
    return {"trigger_type": "K", "keywords": ["join"], "flow": {"uuid": uuid, "name": "Hello"}, "groups": []}


def holdings(workspace: Workspace) -> tuple[int, ...]:
    """Return how many flows, fields, groups, campaigns and triggers a workspace has."""
    rows = workspace.database
    groups = [group for group in rows.groups.values() if not group.system]
    return len(rows.flows), len(rows.fields), len(groups), len(rows.campaigns), len(rows.triggers)


REFUSED = [
    (export(fields=[field("2nd")]), "field 'A field': '2nd' is not a valid contact field key"),
    (export(fields=[field("First_Name")]), "'First_Name' is not a valid contact field key"),
    (export(fields=[field("x" * 37)]), "is not a valid contact field key"),
    (export(fields=[field("has")]), "'has' is not a valid contact field key"),
    (export(flow("Hello", node(send("Hi @fields.has")))), "flow 'Hello': 'has' is not a valid contact field key"),
    (export(flow("Hello", node(send(f"@contact.fields.{'x' * 37}")))), "flow 'Hello': 'xxx"),
    (export(campaigns=[campaign("urns")]), "campaign 'Visits': 'urns' is not a valid contact field key"),
    (export(groups=[{**GROUP, "query": "age >"}]), "group 'Mothers': "),
    (
        export(groups=[{**GROUP, "query": "group = Men"}]),
        "group 'Mothers': the query 'group = Men' cannot make a group",
    ),
    (export(triggers=[trigger(uuid())]), "trigger 1: there is no flow"),
]


@pytest.mark.parametrize(("document", "problem"), REFUSED, ids=[problem for _, problem in REFUSED])
def test_refused(workspace: Workspace, document: Any, problem: str) -> None:
    """The import is refused as a whole; a lenient one leaves out what it is refused for."""
    with pytest.raises(ExportError, match=problem.replace("'", ".")):
        workspace.import_flows(document)
    assert holdings(workspace) == (0, 0, 0, 0, 0)
    workspace.import_flows(document, lenient=True)
    assert holdings(workspace) == (len(document["flows"]), 0, 0, 0, 0)


def test_all_at_once(workspace: Workspace) -> None:
    """One look at the refusal tells all that has to be changed, what is wrong with several things once."""
    document = export(flow("Hello", node(send("@fields.has"))), fields=[field("has"), field("2nd")])
    with pytest.raises(ExportError) as refused:
        workspace.import_flows(document)
    assert str(refused.value) == (
        "the export is refused\n"
        "- field 'A field', flow 'Hello': 'has' is not a valid contact field key\n"
        "- field 'A field': '2nd' is not a valid contact field key"
    )


@pytest.mark.parametrize(("generation", "is_refused"), [("community", True), ("textit-2026", False)])
def test_reserved_keys(workspace: Workspace, is_refused: bool) -> None:
    """Each generation keeps keys of its own for itself (rapidpro 4.12)."""
    document = export(flow("Hello", node(send("Hi @fields.name"))))
    if is_refused:
        with pytest.raises(ExportError):
            workspace.import_flows(document)
    else:
        workspace.import_flows(document)
    assert ("name" in workspace.fields) is not is_refused


def test_a_field_that_is_there(workspace: Workspace) -> None:
    """Whatever its key is, a field that is there already is used."""
    workspace.fields.add("name")
    workspace.import_flows(flow("Hello", node(send("Hi @fields.name"))))


def test_date_of_a_campaign(workspace: Workspace) -> None:
    """A date that campaigns count from stays one."""
    workspace.import_flows(export(campaigns=[campaign("due")]))
    workspace.import_flows(export(fields=[field("due", "datetime")]))
    with pytest.raises(ExportError, match="the type of the field 'due' cannot change while campaigns use it"):
        workspace.import_flows(export(fields=[field("due")]))
    assert workspace.fields["due"].kind == "datetime"


def test_unknown_field_of_a_query(workspace: Workspace) -> None:
    """A group may ask for a field that is not there yet."""
    workspace.import_flows(export(groups=[{**GROUP, "query": "age > 60"}]))
    assert [group.query for group in workspace.groups.values() if not group.system] == ["age > 60"]


def test_trigger_of_a_flow_that_is_there(workspace: Workspace) -> None:
    """A trigger may start a flow of the workspace, which is found by UUID, not by name."""
    [hello] = workspace.import_flows(flow("Hello", node(send("Hi"))))
    workspace.import_flows(export(triggers=[trigger(hello.uuid)]))
    assert [each.flow for each in workspace.database.triggers] == [hello]
    with pytest.raises(ExportError, match="there is no flow"):
        workspace.import_flows(export(triggers=[trigger(uuid())]))


def test_campaign_event_without_its_flow(workspace: Workspace) -> None:
    """An event that starts a flow which is not there is dropped without a word."""
    document = campaign("due")
    document["events"].append({**document["events"][0], "event_type": "F", "flow": {"uuid": uuid(), "name": "Gone"}})
    workspace.import_flows(export(campaigns=[document]))
    [imported] = workspace.database.campaigns.values()
    assert [event.message for event in imported.events] == [{"eng": "Soon"}]
