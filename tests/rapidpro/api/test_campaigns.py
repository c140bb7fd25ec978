"""The endpoints campaigns, campaign_events and those of resthooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ..mailroom.building import flow, node, send  # noqa: TID252 - the tests have no name from outside

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.model.campaigns import Campaign

    from .conftest import Server

NOBODY = "11111111-1111-4111-8111-111111111111"
EVENTS = "campaign_events.json"
REQUIRED = "This field is required."
LONG_NAME = ["Cannot be longer than 64 characters.", "Ensure this field has no more than 64 characters."]


@pytest.fixture
def campaign(server: Server) -> Campaign:
    server.workspace.fields.add("due_date", "Due date", "datetime")
    return server.workspace.mailroom.campaigns.add("Visits", server.workspace.add_group("Mothers"))


def event(campaign: Campaign, **changes: Any) -> dict[str, Any]:
    body = {
        "campaign": campaign.uuid,
        "relative_to": "due_date",
        "offset": -2,
        "unit": "weeks",
        "delivery_hour": 9,
        "message": "Come and see us",
    }
    return {**body, **changes}


def test_campaigns(server: Server) -> None:
    """A campaign is made for a group, and given another name and group (rapidpro 4.13)."""
    mothers, fathers = server.workspace.add_group("Mothers"), server.workspace.add_group("Fathers")
    created = server.post("campaigns.json", {"name": "Visits", "group": "mothers"})
    assert created.status == 201
    shown = created.json()
    assert list(shown) == ["uuid", "name", "archived", "group", "created_on"]
    assert shown["group"] == {"uuid": mothers.uuid, "name": "Mothers"}
    updated = server.post(f"campaigns.json?uuid={shown['uuid']}", {"name": "Calls", "group": fathers.uuid})
    assert (updated.status, updated.json()["name"]) == (200, "Calls")
    assert [each["group"]["name"] for each in server.get("campaigns.json").results] == ["Fathers"]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({}, {"name": [REQUIRED], "group": [REQUIRED]}),
        ({"name": "Visits", "group": "Mothers"}, {"name": ["This field must be unique."]}),
        ({"name": "x" * 65, "group": "Mothers"}, {"name": LONG_NAME}),
        ({"name": "Calls", "group": "Nobody"}, {"group": ["No such object: Nobody"]}),
    ],
)
def test_campaign_refused(server: Server, campaign: Campaign, body: Any, problem: Any) -> None:
    """Names are unique, and groups have to be there."""
    assert server.post("campaigns.json", body).said == (400, problem)


def test_archived_campaign(server: Server, campaign: Campaign) -> None:
    """An archived campaign is not there, and its events are not (rapidpro 4.13)."""
    server.post(EVENTS, event(campaign))
    campaign.archived = True
    assert server.get("campaigns.json").results == server.get(EVENTS).results == []
    update = server.post(f"campaigns.json?uuid={campaign.uuid}", {"name": "Visits", "group": "Mothers"})
    assert update.status == 404


def test_event(server: Server, campaign: Campaign) -> None:
    """An event sends a message, or starts a flow (rapidpro 4.14)."""
    [reminder] = server.workspace.import_flows(flow("Reminder", node(send("Hello"))))
    created = server.post(EVENTS, event(campaign))
    assert created.status == 201
    shown = created.json()
    assert shown["relative_to"] == {"key": "due_date", "name": "Due date", "label": "Due date"}
    assert (shown["offset"], shown["unit"], shown["delivery_hour"]) == (-2, "weeks", 9)
    assert (shown["flow"], shown["message"]) == (None, {"eng": "Come and see us"})
    other = server.post(EVENTS, event(campaign, message=None, flow=reminder.uuid, relative_to="last_seen_on")).json()
    assert (other["flow"]["name"], other["message"], other["relative_to"]["name"]) == ("Reminder", None, "Last Seen On")
    assert len(server.get(f"{EVENTS}?campaign={campaign.uuid}").results) == 2
    assert len(server.get(f"{EVENTS}?uuid={other['uuid']}").results) == 1
    assert server.get(f"{EVENTS}?campaign=Nothing").results == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"message": None}, {"non_field_errors": ["Flow or a message text required."]}),
        ({"message": {"fra": "Venez"}}, {"message": ["Message text in default flow language is required."]}),
        ({"unit": "years"}, {"unit": ['"years" is not a valid choice.']}),
        ({"offset": "many"}, {"offset": ["A valid integer is required."]}),
        ({"delivery_hour": 24}, {"delivery_hour": ["Ensure this value is less than or equal to 23."]}),
        ({"relative_to": "nothing"}, {"relative_to": ["No such object: nothing"]}),
        ({"campaign": NOBODY}, {"campaign": [f"No such object: {NOBODY}"]}),
        ({"flow": NOBODY}, {"flow": [f"No such object: {NOBODY}"]}),
    ],
)
def test_event_refused(server: Server, campaign: Campaign, changes: dict[str, Any], problem: Any) -> None:
    """What is wrong with an event is said under the name of its field (rapidpro 4.14)."""
    assert server.post(EVENTS, {**event(campaign), **changes}).said == (400, problem)


def test_event_changed(server: Server, campaign: Campaign) -> None:
    """An event that is changed is a new one in the older generation, and the same in the newer (rapidpro 4.14)."""
    before = server.post(EVENTS, event(campaign)).json()
    after = server.post(f"{EVENTS}?uuid={before['uuid']}", event(campaign, offset=5))
    assert (after.status, after.json()["offset"]) == (200, 5)
    assert (after.json()["uuid"] != before["uuid"]) is (server.rapidpro.generation.name == "community")
    assert len(server.get(EVENTS).results) == 1


def test_event_of_another_campaign(server: Server, campaign: Campaign) -> None:
    """An event stays in its campaign."""
    uuid = server.post(EVENTS, event(campaign)).json()["uuid"]
    other = server.workspace.mailroom.campaigns.add("Other", campaign.group)
    reply = server.post(f"{EVENTS}?uuid={uuid}", event(other))
    assert reply.said == (400, {"campaign": ["Cannot change campaign for existing events"]})


def test_event_deleted(server: Server, campaign: Campaign) -> None:
    """An event can be deleted, once."""
    uuid = server.post(EVENTS, event(campaign)).json()["uuid"]
    assert [server.ask("DELETE", f"{EVENTS}?uuid={uuid}").status for _ in range(2)] == [204, 404]
    assert server.ask("DELETE", EVENTS).status == 400


def test_group_in_use(server: Server, campaign: Campaign) -> None:
    """A group cannot be deleted while a campaign uses it (rapidpro 4.11)."""
    reply = server.ask("DELETE", f"groups.json?uuid={campaign.group.uuid}")
    detail = "Group is being used by campaigns which must be archived first."
    assert reply.said == (400, {"detail": detail})


def test_field_in_use(server: Server, campaign: Campaign) -> None:
    """A date that events go by stays a date, and tells how many there are (rapidpro 4.12)."""
    server.post(EVENTS, event(campaign))
    [shown] = server.get("fields.json?key=due_date").results
    assert shown["usages"] == {"flows": 0, "groups": 0, "campaign_events": 1}
    reply = server.post("fields.json?key=due_date", {"name": "Due date", "type": "text"})
    assert reply.status == 400
    assert "Can't change type of date field being used by campaign events." in reply.text


# Resthooks


def test_resthooks(server: Server) -> None:
    """Whoever subscribes to a resthook is listed, and can leave (rapidpro 4.15)."""
    server.workspace.database.resthooks.add("new-registration")
    [shown] = server.get("resthooks.json").results
    assert shown["resthook"] == "new-registration"
    body = {"resthook": "new-registration", "target_url": "https://receiver.example/hook"}
    created = server.post("resthook_subscribers.json", body)
    assert created.status == 201
    assert list(created.json()) == ["id", "resthook", "target_url", "created_on"]
    assert server.post("resthook_subscribers.json", body).status == 400
    assert len(server.get("resthook_subscribers.json?resthook=new-registration").results) == 1
    number = created.json()["id"]
    assert [server.ask("DELETE", f"resthook_subscribers.json?id={number}").status for _ in range(2)] == [204, 404]
    assert server.get("resthook_events.json?resthook=new-registration").results == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"resthook": "nothing"}, {"resthook": ["No resthook with slug: nothing"]}),
        ({"target_url": "nowhere"}, {"target_url": ["Enter a valid URL."]}),
        ({"target_url": ""}, {"target_url": ["This field may not be blank."]}),
    ],
)
def test_subscription_refused(server: Server, change: dict[str, str], problem: Any) -> None:
    """One subscribes a URL to a resthook that is there."""
    server.workspace.database.resthooks.add("new-registration")
    body = {"resthook": "new-registration", "target_url": "https://receiver.example/hook", **change}
    assert server.post("resthook_subscribers.json", body).said == (400, problem)


# Query groups


def test_query_groups(server: Server) -> None:
    """A contact that is written is in the groups that it belongs to before the answer comes (rapidpro 4.3)."""
    workspace = server.workspace
    workspace.fields.add("age", kind="number")
    workspace.add_group("Adults", query="age >= 18")
    body = {"name": "Ann", "urns": ["tel:+250788000001"], "fields": {"age": "23"}}
    created = server.post("contacts.json", body).json()
    assert [group["name"] for group in created["groups"]] == ["Adults"]
    changed = server.post(f"contacts.json?uuid={created['uuid']}", {"fields": {"age": "7 yrs"}}).json()
    assert (changed["groups"], changed["fields"]) == ([], {"age": None})


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("text", "23", "23"),
        ("number", "23.50", "23.50"),
        ("number", "23 yrs", None),
        ("datetime", "2026-06-05T08:00:00Z", "2026-06-05T11:00:00+03:00"),
        ("datetime", "some day", None),
        ("state", "Kigali", None),
    ],
)
def test_field_values(server: Server, kind: str, value: str, shown: str | None) -> None:
    """A value prints as its field's type has it, a date with the workspace's offset (rapidpro 4.3)."""
    server.workspace.fields.add("note", kind=kind)
    body = {"urns": ["tel:+250788000001"], "fields": {"note": value}}
    assert server.post("contacts.json", body).json()["fields"] == {"note": shown}


def test_no_limit(server: Server) -> None:
    """There may be any number of campaigns (rapidpro 1.10)."""
    mothers = server.workspace.add_group("Mothers")
    for number in range(250):
        server.workspace.mailroom.campaigns.add(f"Visits {number}", mothers)
    assert server.post("campaigns.json", {"name": "Visits", "group": "Mothers"}).status == 201
