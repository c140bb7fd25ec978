from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.rapidpro.api.conftest import Server


@pytest.mark.parametrize("name", ["workspace", "org"])
def test_workspace(server: Server, name: str) -> None:
    """The workspace is a single object, under two names."""
    workspace = server.workspace
    assert server.get(f"{name}.json").json() == {
        "uuid": workspace.uuid,
        "name": "Kigali",
        "country": "RW",
        "languages": ["eng", "kin"],
        "timezone": workspace.settings.timezone,
        "date_style": "day_first",
        "anon": False,
        "credits": {"used": -1, "remaining": -1},
        "primary_language": "eng",
    }


def test_channels(server: Server) -> None:
    """Channels are listed, the newest first; of a phone that has never synced nothing is known."""
    server.workspace.add_channel("android", "Phone", address="+250788000009")
    phone, aggregator = server.get("channels.json").results
    unknown = {"power_level": -1, "power_status": None, "power_source": None, "network_type": None}
    assert (phone["device"], aggregator["device"]) == ({"name": "Phone", **unknown}, None)
    assert ("type" in phone) == (server.rapidpro.generation.name == "textit-2026")


@pytest.mark.parametrize(
    ("kind", "slug"),
    [
        ("aggregator", "external"),
        ("aggregator without reports", "external"),
        ("twilio", "twilio"),
        ("360dialog", "dialog360"),
    ],
)
def test_channel_types(textit: Server, kind: str, slug: str) -> None:
    """The newer generation tells the type of a channel, in words of its own (rapidpro 4.10)."""
    textit.workspace.use_channel(kind)
    assert [row["type"] for row in textit.get("channels.json").results] == [slug]


DATELESS = (
    *("boundaries", "campaigns", "campaign_events", "channels", "fields", "groups", "labels", "resthooks"),
    *("resthook_subscribers", "tickets", "topics", "users"),
)


@pytest.mark.parametrize("name", DATELESS)
@pytest.mark.parametrize("query", ["before=2000-01-01", "after=2100-01-01", "after=yesterday"])
def test_dateless(furnished: Server, name: str, query: str) -> None:
    """Where no dates are asked for, they are unknown parameters like any other (rapidpro 4.0)."""
    rows = furnished.get(f"{name}.json").results
    assert rows
    assert furnished.get(f"{name}.json?{query}").results == rows


@pytest.fixture
def furnished(server: Server) -> Server:
    """Return a server that has something of everything that takes no dates."""
    workspace = server.workspace
    workspace.load_locations({"name": "Rwanda"})
    workspace.fields.add("due", kind="datetime")
    mothers = workspace.add_group("Mothers")
    workspace.database.labels.add("Urgent")
    workspace.database.resthooks.add("new-mother")
    workspace.mailroom.tickets.open(workspace.contacts.create())
    campaign = server.post("campaigns.json", {"name": "Visits", "group": mothers.uuid}).json()["uuid"]
    event = {"campaign": campaign, "relative_to": "due", "offset": 1, "unit": "days", "delivery_hour": -1}
    assert server.post("campaign_events.json", {**event, "message": "Come"}).status == 201
    hook = {"resthook": "new-mother", "target_url": "https://receiver.example/hook"}
    assert server.post("resthook_subscribers.json", hook).status == 201
    return server


@pytest.mark.parametrize(("query", "count"), [("address=%2B250788000009", 1), ("address=1", 0)])
def test_channel_by_address(server: Server, query: str, count: int) -> None:
    """A channel is found by its exact address."""
    server.workspace.add_channel("android", "Phone", address="+250788000009")
    assert len(server.get(f"channels.json?{query}").results) == count


def test_groups(server: Server) -> None:
    """Groups say how many they are; they are found by name in any case."""
    group = server.workspace.add_group("Nurses", [server.workspace.contacts.create()])
    server.workspace.fields.add("age", kind="number")
    server.workspace.add_group("Old", query="age > 60")
    assert server.get("groups.json?name=nurses").results == [
        {"uuid": group.uuid, "name": "Nurses", "query": None, "status": "ready", "system": False, "count": 1}
    ]
    assert [row["name"] for row in server.get("groups.json").results] == ["Old", "Nurses", "Open Tickets"]


def test_unreadable_group(server: Server) -> None:
    """The newer generation says of a query that it makes no sense (rapidpro 4.11)."""
    server.workspace.add_group("Broken", query="nonsense = 1")
    [shown] = server.get("groups.json?name=broken").results
    expected = {"community": "ready", "textit-2026": "invalid"}
    assert shown["status"] == expected[server.rapidpro.generation.name]


def test_exclusive(server: Server) -> None:
    """A group is named in one way."""
    assert server.get("groups.json?uuid=x&name=y").said == (
        400,
        {"detail": "You may only specify one of the uuid, name parameters"},
    )


def test_channel_events(server: Server) -> None:
    """Calls and new conversations are listed, the newest first (rapidpro 4.15)."""
    workspace = server.workspace
    ann, [channel] = workspace.contacts.create(["tel:+250788000001"], "Ann"), workspace.channels
    workspace.mailroom.triggers.happened("call_missed", ann, channel)
    workspace.mailroom.triggers.conversation(ann, channel, "poster-7")
    workspace.mailroom.triggers.conversation(ann, None)
    events = server.get("channel_events.json").results
    assert [each["type"] for each in events] == ["new-conversation", "referral", "call-in-missed"]
    assert [each["extra"] for each in events] == [None, {"referrer_id": "poster-7"}, None]
    assert list(events[2]) == ["id", "type", "contact", "channel", "extra", "occurred_on", "created_on"]
    assert events[2]["channel"] == {"uuid": channel.uuid, "name": "Aggregator"}
    assert server.get(f"channel_events.json?id={events[1]['id']}").results == [events[1]]
    assert len(server.get(f"channel_events.json?contact={ann.uuid}").results) == 3


def test_optins(community: Server) -> None:
    """Opt-ins are made, and no two have one name (rapidpro 4.15)."""
    created = community.post("optins.json", {"name": "Jokes"})
    assert (created.status, list(created.json())) == (201, ["uuid", "name", "created_on"])
    assert community.get("optins.json").results == [created.json()]
    assert community.post("optins.json", {"name": "jokes"}).said == (400, {"name": ["This field must be unique."]})


def test_templates(community: Server) -> None:
    """Templates of WhatsApp are listed with what they say in each locale; a workspace begins without any."""
    assert community.get("templates.json").said == (200, {"next": None, "previous": None, "results": []})
    channel = community.workspace.add_channel("whatsapp")
    body = {"type": "BODY", "text": "Hi {{1}}, see {{2}}"}
    hello, bye = (
        community.workspace.import_templates({"data": [{"name": name, "language": "en_US", "components": [body]}]})[0]
        for name in ("hello", "bye")
    )

    rows = community.get("templates.json").results

    assert {row["uuid"] for row in rows} == {hello.uuid, bye.uuid}
    assert [list(row) for row in rows] == [["uuid", "name", "translations", "created_on", "modified_on"]] * 2
    assert rows[0]["translations"] == [
        {
            "language": "eng",
            "locale": "eng-US",
            "content": "Hi {{1}}, see {{2}}",
            "namespace": "",
            "variable_count": 2,
            "status": "approved",
            "channel": {"uuid": channel.uuid, "name": channel.name},
        }
    ]
    assert [row["name"] for row in community.get(f"templates.json?uuid={bye.uuid}").results] == ["bye"]


def test_classifiers(community: Server) -> None:
    """Classifiers are listed, the newest first, with the names of their intents (rapidpro 4.15)."""
    classifiers = community.workspace.database.classifiers
    luis = classifiers.add("Booker", "luis", ["book_flight", "book_car"])
    wit = classifiers.add("Helpline")
    rows = community.get("classifiers.json").results
    assert [row["name"] for row in rows] == ["Helpline", "Booker"]
    assert rows[1] == {
        "uuid": luis.uuid,
        "name": "Booker",
        "type": "luis",
        "intents": ["book_flight", "book_car"],
        "created_on": "2026-03-02T08:00:00Z",
    }
    assert community.get(f"classifiers.json?uuid={wit.uuid}").results == rows[:1]
    assert community.get("classifiers.json?uuid=x").status == 500


def test_unknown_classifier(community: Server) -> None:
    """A type of classifier that there is not is refused with those that there are."""
    with pytest.raises(ValueError, match="wit, luis, bothub"):
        community.workspace.database.classifiers.add("Siri", "siri")


def test_archives(server: Server) -> None:
    """Archives are counted: there are none (rapidpro 3.1)."""
    assert server.get("archives.json").said == (200, {"count": 0, "next": None, "previous": None, "results": []})


def test_statistics(textit: Server, clock: Any) -> None:
    """Messages are counted by day and channel; days without any are left out (rapidpro 4.15)."""
    workspace, [channel] = textit.workspace, textit.workspace.channels
    ann = workspace.contacts.create(["tel:+250788000001"])
    days = []
    for texts in (("one", "two"), ("three",)):
        for text in texts:
            workspace.send_message(ann, text)
        workspace.receive("tel:+250788000001", texts[0])
        days.append(clock.now().date().isoformat())
        clock.advance(timedelta(days=3))
    first, second = (
        {"date": day, "channels": {channel.uuid: {"type": "external", "text:out": out, "text:in": 1}}}
        for day, out in zip(days, (2, 1), strict=True)
    )
    assert textit.get("statistics.json").json() == {"results": [first, second]}
    assert textit.get(f"statistics.json?since={days[1]}").json() == {"results": [second]}
    assert textit.get(f"statistics.json?until={days[1]}").json() == {"results": [first]}


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("since=x", "Invalid date value for 'since'."),
        ("until=2026-99-01", "Invalid date value for 'until'."),
        ("since=2020-01-01&until=2026-01-01", "Date range can't be more than 366 days."),
    ],
)
def test_statistics_refused(textit: Server, query: str, detail: str) -> None:
    """What are no dates, or too many of them, is refused."""
    assert textit.get(f"statistics.json?{query}").said == (400, {"detail": detail})
