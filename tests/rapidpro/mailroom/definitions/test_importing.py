from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.rapidpro.flows.core.webhooks import WebhookResponse
from rapidpro_simulator.rapidpro.flows.definition.exports import ExportError
from rapidpro_simulator.rapidpro.model.triggers import TriggerKind

from ..building import export, flow, node, send, survey, uuid, webhook  # noqa: TID252 - the tests have no name from outside
from ..conftest import JANE  # noqa: TID252 - the tests have no name from outside

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.core.webhooks import WebhookRequest
    from rapidpro_simulator.rapidpro.installation import RapidPro
    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.workspace import Workspace

    from ..conftest import Said  # noqa: TID252 - the tests have no name from outside

Wait = Any

HERE = "https://textit.com"


def full() -> dict[str, Any]:
    """Return an export with something of everything."""
    group = {"uuid": uuid(), "name": "Mothers"}
    join = {"type": "add_contact_groups", "uuid": uuid(), "groups": [group]}
    registration = flow("Registration", node(join, send("Welcome, call @globals.hotline")))
    reference = {"uuid": registration["uuid"], "name": "Registration"}
    event = {
        "uuid": uuid(),
        "offset": 2,
        "unit": "W",
        "event_type": "F",
        "delivery_hour": 9,
        "relative_to": {"key": "due_date", "label": "Due date"},
        "start_mode": "S",
        "flow": reference,
    }
    trigger = {
        "trigger_type": "K",
        "keywords": ["join"],
        "match_type": "O",
        "flow": reference,
        "groups": [],
        "exclude_groups": [group],
        "channel": None,
    }
    return export(
        registration,
        campaigns=[{"uuid": uuid(), "name": "Visits", "group": group, "events": [event]}],
        triggers=[trigger],
        fields=[{"key": "due_date", "name": "Due date", "type": "datetime"}],
        groups=[{**group, "query": None}],
    )


def test_everything(workspace: Workspace) -> None:
    """An export brings flows, groups, fields, campaigns and triggers, and the globals that its flows need."""
    [registration] = workspace.import_flows(full())
    assert list(workspace.fields) == ["due_date"]
    assert [group.name for group in workspace.groups.values()] == ["Open Tickets", "Mothers"]
    assert workspace.globals["hotline"].value == ""
    [campaign] = workspace.database.campaigns.values()
    [event] = campaign.events
    assert (event.offset, event.unit, event.start_mode, event.flow) == (2, "weeks", "S", registration)
    [trigger] = workspace.database.triggers
    assert (trigger.kind, trigger.keywords, trigger.match_type) == (TriggerKind.KEYWORD, ("join",), "O")
    assert [group.name for group in trigger.exclude_groups] == ["Mothers"]


def test_remapped(workspace: Workspace, said: Said) -> None:
    """What is imported has UUIDs of its own, and leads to the groups of the workspace (flows 1.1)."""
    mothers = workspace.add_group("MOTHERS")
    document = full()
    [registration] = workspace.import_flows(document)
    theirs = document["flows"][0]
    assert registration.uuid != theirs["uuid"]
    assert registration.definition["nodes"][0]["uuid"] != theirs["nodes"][0]["uuid"]
    message = workspace.receive(JANE, "join")
    assert said() == ["Welcome, call "]
    assert message.contact in mothers


def test_again(workspace: Workspace) -> None:
    """What was imported once is found by its name, and brought up to date (flows 1.1)."""
    first = workspace.import_flows(full())
    second = workspace.import_flows(full())
    assert first == second
    assert (len(workspace.flows), len(workspace.database.campaigns), len(workspace.groups)) == (1, 1, 2)
    assert first[0].revision == 2
    assert [len(each.events) for each in workspace.database.campaigns.values()] == [1]
    assert [trigger.archived for trigger in workspace.database.triggers] == [True, False]


def test_same_site(workspace: Workspace) -> None:
    """An export of this very site is matched by UUID, whatever the names are now (flows 1.1)."""
    [registration] = workspace.import_flows(full())
    document = workspace.export_definitions([registration])
    registration.name = "Renamed"
    assert workspace.import_flows(document) == [registration]


def test_same_name_other_type(workspace: Workspace) -> None:
    """A flow of the same name and another type is another flow, and gets another name (flows 1.1)."""
    workspace.import_flows(flow("Registration", node(send("Hi"))))
    quiet = flow("Registration", node({"type": "set_run_result", "uuid": uuid(), "name": "a", "value": "b"}))
    [second] = workspace.import_flows({**quiet, "type": "messaging_background"})
    assert second.name == "Registration 2"


def test_archived(workspace: Workspace) -> None:
    """An archived flow is restored."""
    [imported] = workspace.import_flows(survey())
    imported.archived = True
    workspace.import_flows(survey())
    assert not imported.archived


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ({}, "Export missing version field"),
        ({"version": "99"}, "Unsupported export version 99"),
        ([], "an export is a JSON object"),
        (export(survey(), triggers=[{"trigger_type": "K", "keywords": ["no no"]}]), "no no is not a valid keyword"),
        (export(survey(), survey(language="")), "field 'language'"),
    ],
)
def test_refused(workspace: Workspace, document: Any, problem: str) -> None:
    """An export that cannot be read changes nothing at all."""
    with pytest.raises(ExportError, match=problem):
        workspace.import_flows(document)
    assert (len(workspace.flows), workspace.database.triggers) == (0, [])


def test_older_definition(workspace: Workspace, generation: str, jane: Contact, said: Said, wait: Wait) -> None:
    """An older definition runs; each generation brings it to the version of its own time (rapidpro 4.8)."""
    [imported] = workspace.import_flows({**flow("Old", node(send("Hi @contact"))), "spec_version": "13.1.0"})
    expected = {"community": "13.2.0", "textit-2026": "14.4.2"}
    assert imported.definition["spec_version"] == expected[generation]
    workspace.start_flow("Old", contacts=[jane])
    wait(seconds=1)
    assert said() == ["Hi Jane"]


def test_round_trip(rapidpro: RapidPro, workspace: Workspace) -> None:
    """What is exported can be imported elsewhere, and says the same there."""
    [registration] = workspace.import_flows(full())
    document = workspace.export_definitions([registration])
    other = rapidpro.workspace("Other")
    other.import_flows(document)
    again = other.export_definitions(list(other.flows))
    for part, keys in {"flows": ["name"], "campaigns": ["name"], "groups": ["name"], "fields": ["key", "type"]}.items():
        assert [[each[key] for key in keys] for each in again[part]] == [
            [each[key] for key in keys] for each in document[part]
        ]
    assert [each["keywords"] for each in again["triggers"]] == [["join"]]


@pytest.mark.parametrize(
    ("dependencies", "counts"),
    [("none", (1, 0, 0, 0, 0)), ("flows", (2, 0, 1, 0, 0)), ("all", (2, 1, 1, 1, 1))],
)
def test_dependencies(workspace: Workspace, dependencies: str, counts: tuple[int, ...]) -> None:
    """An export has as much of what flows depend on as was asked for (rapidpro 4.8)."""
    workspace.import_flows(full())
    registration = workspace.flows.find("Registration")
    enter = {"type": "enter_flow", "uuid": uuid(), "flow": {"uuid": registration.uuid, "name": "Registration"}}
    [outer] = workspace.import_flows(flow("Outer", node(enter)))
    document = workspace.export_definitions([outer], dependencies=dependencies)
    parts = ("flows", "campaigns", "triggers", "fields", "groups")
    assert tuple(len(document[part]) for part in parts) == counts


def test_lenient(workspace: Workspace, jane: Contact, said: Said, wait: Wait, happened: Any) -> None:
    """A lenient import leaves out what nobody knows, and says so."""
    document = export(flow("Odd", node({"type": "dance", "uuid": uuid()}, send("Hi"))))
    with pytest.raises(ExportError, match="unknown action type 'dance'"):
        workspace.import_flows(document)
    [imported] = workspace.import_flows(document, lenient=True)
    workspace.start_flow(imported, contacts=[jane])
    wait(seconds=1)
    assert said() == ["Hi"]
    assert [each["where"] for each in happened("import.skipped")] == ["flow 'Odd'"]


def test_one_name_twice(workspace: Workspace) -> None:
    """Of two flows with one name in a file the second takes the place of the first, as if they came one by one."""
    first, second = workspace.import_flows(export(survey(), flow("Survey", node(send("Hi")))))
    assert first is second
    assert (len(workspace.flows), len(first.definition["nodes"])) == (1, 1)


def test_parsed_body(workspace: Workspace, jane: Contact, said: Said, wait: Wait) -> None:
    """What `@webhook` meant when a flow was written it means still: before 13.3, the parsed body (flows 1.3)."""
    body = WebhookResponse(200, (), b'{"village":"Moshi"}')

    async def answer(_request: WebhookRequest) -> WebhookResponse:
        return body

    workspace.runtime.platform.webhook = answer
    document = flow("Ask", node(webhook(), send("@webhook.village @(json(webhook))")))
    workspace.import_flows({**document, "spec_version": "13.2.0"})
    workspace.start_flow("Ask", contacts=[jane])
    wait(seconds=1)
    assert said() == ['Moshi {"village":"Moshi"}']


@pytest.mark.parametrize(
    ("generation", "minutes", "kept"),
    [("community", 0, 10080), ("textit-2026", 0, 4320), ("community", 60, 60), ("textit-2026", 60, 60)],
)
def test_expiry(workspace: Workspace, minutes: int, kept: int) -> None:
    """A flow that does not say when it expires gets what is usual in its generation (rapidpro 4.7, flows 1.1)."""
    [imported] = workspace.import_flows(survey(expire_after_minutes=minutes))
    assert imported.expires == kept
