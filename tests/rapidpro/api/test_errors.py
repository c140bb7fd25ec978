"""What is said about bodies that are wrong in several places, and about values at the end of their range."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ..mailroom.building import flow, node, send  # noqa: TID252 - the tests have no name from outside

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.rapidpro.model.campaigns import CampaignEvent
    from rapidpro_simulator.world.loop import SimulationLoop

    from .conftest import Server

URN = "tel:+250788123123"
NOBODY = "11111111-1111-4111-8111-111111111111"
REQUIRED = ["This field is required."]
NULL = ["This field may not be null."]
LONG = "Ensure this field has no more than 64 characters."
NO_OBJECT = [f"No such object: {NOBODY}"]


@pytest.fixture
def event(server: Server) -> CampaignEvent:
    """Return an event of a campaign that visits mothers."""
    workspace = server.workspace
    workspace.fields.add("due", "Due", "datetime")
    campaigns = workspace.mailroom.campaigns
    campaign = campaigns.add("Visits", workspace.add_group("Mothers"))
    return campaigns.add_event(campaign, offset=1, unit="days", relative_to="due", message={"eng": "Come"})


@pytest.mark.parametrize(
    ("path", "body", "errors"),
    [
        (
            "contacts.json",
            {"name": None, "language": "xyz", "urns": ["123"], "groups": [NOBODY], "fields": {"hmmm": "X"}},
            {
                "language": ["Not a valid ISO639-3 language code."],
                "urns": {"0": ["Invalid URN: 123. Ensure phone numbers contain country codes."]},
                "groups": NO_OBJECT,
                "fields": ["Invalid contact field key: hmmm"],
            },
        ),
        ("contacts.json", {"language": "x"}, {"language": ["Ensure this field has at least 3 characters."]}),
        (
            "contacts.json",
            {"urns": [None, 1.5]},
            {"urns": {"0": NULL, "1": ["Invalid URN: 1.5. Ensure phone numbers contain country codes."]}},
        ),
        ("contacts.json", {"fields": {"due": []}}, {"fields": {"due": ["Not a valid string."]}}),
        ("contacts.json", {"name": "\x00"}, {"name": ["Null characters are not allowed."]}),
        ("contacts.json", {"name": "a\ud800"}, {"name": ["Surrogate characters are not allowed: U+D800."]}),
        (
            "campaigns.json",
            {"name": "Visits", "group": NOBODY},
            {"name": ["This field must be unique."], "group": NO_OBJECT},
        ),
        ("campaigns.json", {"name": "visits", "group": ""}, {"group": NULL}),
        (
            "fields.json",
            {"label": "due", "type": "fish"},
            {"label": ["This field must be unique."], "type": ['"fish" is not a valid choice.']},
        ),
        (
            "fields.json",
            {"name": "A!", "label": "has"},
            {
                "name": ["Can only contain letters, numbers and hypens."],
                "label": ['Generated key "has" is invalid or a reserved name.'],
            },
        ),
        (
            "fields.json?key=due",
            {"name": "Due", "type": "text"},
            {"type": ["Can't change type of date field being used by campaign events."]},
        ),
        ("globals.json", {"name": "A!"}, {"name": ["Name contains illegal characters."], "value": REQUIRED}),
        ("message_actions.json", {"messages": [1], "action": "label", "label": ""}, {"label": NULL}),
        (
            "message_actions.json",
            {"messages": [[]], "action": 5},
            {"messages": ["Must be a string or integer"], "action": ['"5" is not a valid choice.']},
        ),
        (
            "contact_actions.json",
            {"contacts": [], "action": "add", "group": ""},
            {"contacts": ["Contacts can't be empty."], "group": NULL},
        ),
        (
            "ticket_actions.json",
            {"tickets": [NOBODY], "note": "\x00"},
            {"tickets": NO_OBJECT, "action": REQUIRED, "note": ["Null characters are not allowed."]},
        ),
        (
            "flow_starts.json",
            {"flow": "Survey", "params": [], "restart_participants": "perhaps"},
            {
                "flow": ["No such object: Survey"],
                "params": ["Must be a valid JSON object"],
                "restart_participants": ["Must be a valid boolean."],
            },
        ),
        (
            "resthook_subscribers.json",
            {"resthook": "x", "target_url": "y"},
            {"resthook": ["No resthook with slug: x"], "target_url": ["Enter a valid URL."]},
        ),
        ("messages.json", {"contact": None, "text": {}}, {"contact": NULL, "text": ["Not a valid string."]}),
        (
            "messages.json",
            {"contact": NOBODY, "attachments": [NOBODY]},
            {"contact": NO_OBJECT, "attachments": NO_OBJECT},
        ),
        (
            "broadcasts.json",
            {"urns": URN, "attachments": [1] * 11},
            {
                "urns": ['Expected a list of items but got type "str".'],
                "attachments": {"eng": ["Ensure this field has no more than 10 elements."]},
            },
        ),
    ],
)
def test_all_at_once(server: Server, event: CampaignEvent, path: str, body: dict[str, Any], errors: Any) -> None:
    """Whatever is wrong with each field is said at once."""
    assert server.post(path, body).said == (400, errors)


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        (
            {"unit": "epocs", "delivery_hour": 25, "message": {"kin": "Muraho"}},
            {
                "unit": ['"epocs" is not a valid choice.'],
                "delivery_hour": ["Ensure this value is less than or equal to 23."],
                "message": ["Message text in default flow language is required."],
            },
        ),
        (
            {"offset": "1.5", "delivery_hour": -2},
            {
                "offset": ["A valid integer is required."],
                "delivery_hour": ["Ensure this value is greater than or equal to -1."],
            },
        ),
        (
            {"offset": "1" * 1001, "relative_to": "dew"},
            {"offset": ["String value too large."], "relative_to": ["No such object: dew"]},
        ),
    ],
)
def test_events(server: Server, event: CampaignEvent, changes: dict[str, Any], errors: Any) -> None:
    """An event's fields are looked at together."""
    body = {"campaign": event.campaign.uuid, "relative_to": "due", "offset": 1, "unit": "weeks", "delivery_hour": 9}
    assert server.post("campaign_events.json", {**body, "message": "Hi", **changes}).said == (400, errors)


def test_other_campaign(server: Server, event: CampaignEvent) -> None:
    """An event stays with its campaign, and is found where that is archived; but the campaign is not."""
    other = server.workspace.mailroom.campaigns.add("Calls", event.campaign.group)
    body = {"relative_to": "due", "offset": 1, "unit": "weeks", "delivery_hour": -1, "message": {"kin": "OK"}}
    path = f"campaign_events.json?uuid={event.uuid}"
    assert server.post(path, {**body, "campaign": other.uuid}).said == (
        400,
        {
            "campaign": ["Cannot change campaign for existing events"],
            "message": ["Message text in default flow language is required."],
        },
    )
    event.campaign.archived = True
    said = server.post(path, {**body, "message": "OK", "campaign": event.campaign.uuid}).said
    assert said == (400, {"campaign": [f"No such object: {event.campaign.uuid}"]})


@pytest.mark.parametrize(("offset", "unit"), [(2**31, "minutes"), (-(2**31) - 1, "weeks"), (10**30, "days")])
def test_offset_beyond_its_column(server: Server, event: CampaignEvent, offset: int, unit: str) -> None:
    """A number that its column cannot hold breaks RapidPro when the event is written, and none is."""
    body = {"campaign": event.campaign.uuid, "relative_to": "due", "offset": offset, "unit": unit, "delivery_hour": -1}
    assert server.post("campaign_events.json", {**body, "message": "Hi"}).status == 500
    assert event.campaign.events == [event]


@pytest.mark.parametrize("due", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59+14:00"])
@pytest.mark.parametrize("offset", [2**31 - 1, -(2**31), 1])
def test_far_dates(server: Server, event: CampaignEvent, offset: int, due: str) -> None:
    """A date at the end of time is kept, and nobody's turn comes then."""
    event.offset, event.unit = offset, "weeks"
    body = {"urns": [URN], "groups": ["Mothers"], "fields": {"due": due}}
    status, shown = server.post("contacts.json", body).said
    assert (status, shown["fields"]["due"] is not None, event.fires) == (201, True, {})


def test_nothing_but_a_text(server: Server, event: CampaignEvent) -> None:
    """An empty text in the place of a reference is null, which some references may be."""
    body = {"campaign": event.campaign.uuid, "relative_to": "due", "offset": 1, "unit": "weeks", "delivery_hour": 9}
    assert server.post("campaign_events.json", {**body, "message": "Hi", "flow": ""}).status == 201
    assert server.post("campaign_events.json", {**body, "message": "Hi", "relative_to": ""}).status == 400
    ticket = server.workspace.mailroom.tickets.open(server.workspace.contacts.create([URN]))
    assign = {"tickets": [ticket.uuid], "action": "assign", "assignee": server.workspace.token.user}
    for assignee in (assign["assignee"], ""):
        assert server.post("ticket_actions.json", {**assign, "assignee": assignee}).status == 204
        assert (ticket.assignee is None) is (assignee == "")


def test_quick_replies(textit: Server) -> None:
    """What is wrong with a quick reply stands under its number and the name of its part."""
    body = {"urns": [URN], "text": "Hi", "quick_replies": [{"text": "Yes"}, {"text": "x" * 65, "type": "fish"}]}
    reply = {"1": {"type": ['"fish" is not a valid choice.'], "text": [LONG]}}
    assert textit.post("broadcasts.json", body).said == (400, {"quick_replies": {"eng": reply}})


def test_quick_replies_of_a_message(textit: Server) -> None:
    """A message shows of a quick reply what it has."""
    contact = textit.workspace.contacts.create([URN]).uuid
    replies = [{"text": "Red"}, {"type": "url", "text": "Visit us", "extra": "https://example.com"}]
    shown = textit.post("messages.json", {"contact": contact, "text": "Colour?", "quick_replies": replies}).json()
    assert shown["quick_replies"] == [{"type": "text", "text": "Red"}, replies[1]]


@pytest.mark.parametrize("action", ["label", "unlabel"])
def test_opposite_actions(server: Server, action: str) -> None:
    """A label that is put on is made where it is not there; one that is taken off is not."""
    message = server.workspace.receive(URN, "Hi")
    body = {"messages": [message.id], "action": action, "label_name": "XYZ"}
    assert server.post("message_actions.json", body).status == 204
    assert [row["name"] for row in server.get("labels.json").results] == ["XYZ"] * (action == "label")


def test_deleted_contact(server: Server) -> None:
    """Who is deleted has no fields, whichever the workspace has."""
    server.workspace.fields.add("nickname")
    server.workspace.delete_contact(server.workspace.contacts.create([URN]))
    [row] = server.get("contacts.json?deleted=true").results
    assert (row["fields"], row["groups"]) == ({}, [])


def fill(server: Server, loop: SimulationLoop) -> None:
    """Give a workspace two of everything that is listed by when it was modified."""
    workspace = server.workspace
    [survey] = workspace.import_flows(flow("Survey", node(send("Hi"))))
    for number in range(2):
        contact = workspace.contacts.create([f"tel:+25078812312{number}"])
        workspace.mailroom.tickets.open(contact)
        workspace.start_flow(survey, contacts=[contact])
        workspace.globals.set(f"name_{number}", "x")
        workspace.database.resthooks.add(f"hook-{number}")
        loop.advance(5)


@pytest.mark.parametrize("endpoint", ["contacts", "runs", "flow_starts", "globals", "tickets", "resthooks"])
def test_reverse(server: Server, loop: SimulationLoop, endpoint: str) -> None:
    """What is listed by when it was modified is so in either direction (rapidpro 3.3)."""
    fill(server, loop)
    forwards, backwards = (server.get(f"{endpoint}.json?reverse={word}").results for word in ("false", "true"))
    assert len(forwards) == 2
    assert backwards == forwards[::-1]


@pytest.mark.parametrize("endpoint", ["runs", "tickets", "channel_events", "messages"])
def test_contact_is_not_checked(server: Server, loop: SimulationLoop, endpoint: str) -> None:
    """A contact to filter by need not be a UUID: whatever is none finds nothing."""
    fill(server, loop)
    assert server.get(f"{endpoint}.json?contact=invalid").said == (200, {"next": None, "previous": None, "results": []})


@pytest.mark.parametrize(("query", "status"), [("id=", 200), ("id=0", 200), ("id=x", 500), ("id=-1", 200)])
def test_id_of_a_start(server: Server, query: str, status: int) -> None:
    """The id of a start is no filter where it is empty, and is looked at by nobody before the database is."""
    assert server.get(f"flow_starts.json?{query}").status == status


@pytest.mark.parametrize(
    "query", ["broadcasts.json?id=", "messages.json?id=", "runs.json?id=", "messages.json?broadcast="]
)
@pytest.mark.parametrize(("generation", "status"), [("community", 500), ("textit-2026", 200)])
def test_large_numbers(start: Callable[..., Server], query: str, generation: str, status: int) -> None:
    """A number that no column can hold finds nothing, or breaks the older framework (rapidpro 4.2)."""
    assert start(generation).get(f"{query}{10**30}").status == status


@pytest.mark.parametrize(
    "query",
    ["contacts.json?group=", "labels.json?name=", "messages.json?label=", "fields.json?key=", "channels.json?address="],
)
def test_nul(server: Server, query: str) -> None:
    """A database cannot even look for a NUL character."""
    assert server.get(f"{query}a%00").status == 500


def test_users(textit: Server) -> None:
    """Whoever looks for a user by e-mail address may write it in any case."""
    user = textit.workspace.token.user
    assert [row["email"] for row in textit.get(f"users.json?email={user.upper()}").results] == [user]


@pytest.mark.parametrize(
    ("data", "restarts", "excludes"), [({}, False, False), ({"restart_participants": "yes"}, True, False)]
)
def test_flags_of_a_form(server: Server, data: dict[str, str], restarts: bool, excludes: bool) -> None:
    """In a form, a box that is not ticked is a no."""
    [survey] = server.workspace.import_flows(flow("Survey", node(send("Hi"))))
    reply = server.ask(
        "POST", "flow_starts.json", data={"flow": survey.uuid, "urns": URN, "params": '{"day": 1}', **data}
    )
    shown = reply.json()
    assert (reply.status, shown["params"]) == (201, {"day": 1})
    assert (shown["restart_participants"], shown["exclude_active"]) == (restarts, excludes)
