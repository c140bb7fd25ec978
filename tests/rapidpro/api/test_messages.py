from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from rapidpro_simulator.rapidpro.model.messages import Status, Visibility

if TYPE_CHECKING:
    from rapidpro_simulator.world.loop import SimulationLoop
    from tests.rapidpro.api.conftest import Server

URN = "tel:+250788123123"
BODY = {"urns": [URN], "text": "Visit tomorrow"}


def send(server: Server, *texts: str) -> list[Any]:
    """Send messages to Ann, and return them."""
    contacts = server.workspace.contacts
    ann = contacts.by_urn(URN) or contacts.create([URN], "Ann")
    return [server.workspace.send_message(ann, text) for text in texts]


def texts(server: Server, query: str) -> list[str]:
    return [row["text"] for row in server.get(f"messages.json?{query}").results]


COMMUNITY_KEYS = (
    "id broadcast contact urn channel direction type status archived visibility text labels flow attachments "
    "created_on sent_on modified_on media"
)
TEXTIT_KEYS = (
    "uuid contact urn channel direction type status archived visibility text labels flow attachments quick_replies "
    "created_on sent_on modified_on media id broadcast"
)


def test_from_broadcast_to_message(community: Server, loop: SimulationLoop) -> None:
    """Right after the POST there is no message; later there is one that names its broadcast."""
    number = community.post("broadcasts.json", BODY).json()["id"]
    path = f"messages.json?broadcast={number}"
    assert community.get(path).results == []
    loop.advance(10)
    (message,) = community.get(path).results
    assert " ".join(message) == COMMUNITY_KEYS
    assert (message["broadcast"], message["urn"], message["direction"], message["text"]) == (
        number,
        URN,
        "out",
        "Visit tomorrow",
    )


def test_newer_keys(textit: Server) -> None:
    """The newer generation puts the UUID in front and the numbers last."""
    send(textit, "Hi")
    assert " ".join(textit.get("messages.json").results[0]) == TEXTIT_KEYS


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (Status.INITIALIZING, "queued"),
        (Status.QUEUED, "queued"),
        (Status.WIRED, "wired"),
        (Status.SENT, "sent"),
        (Status.DELIVERED, "delivered"),
        (Status.ERRORED, "errored"),
        (Status.FAILED, "failed"),
    ],
)
def test_statuses(server: Server, status: Status, word: str) -> None:
    """Stored statuses are shown in the API's words."""
    (message,) = send(server, "Hi")
    message.status = status
    assert server.get("messages.json").results[0]["status"] == word


def test_read(community: Server) -> None:
    """The community generation has no word for a message that was read."""
    (message,) = send(community, "Hi")
    message.status = Status.READ
    assert community.get("messages.json").results[0]["status"] is None


@pytest.mark.parametrize("number", ["999", "-1", "0"])
def test_unknown_broadcast(server: Server, number: str) -> None:
    """A broadcast that is not there has no messages: that is no error."""
    send(server, "Hi")
    assert texts(server, f"broadcast={number}") == []


def test_empty_broadcast_parameter(server: Server) -> None:
    """An empty number filters nothing: the whole workspace is listed."""
    send(server, "one", "two")
    assert texts(server, "broadcast=") == ["two", "one"]


def test_last_parameter_wins(server: Server, loop: SimulationLoop) -> None:
    """Of several numbers the last counts."""
    for _ in range(2):
        server.post("broadcasts.json", BODY)
    loop.advance(10)
    rows = server.get("messages.json?broadcast=1&broadcast=2").results
    assert [row["broadcast"] for row in rows] == [2]


@pytest.mark.parametrize("number", ["abc", "1,2", "0199bb93-ec0f-703b-9b5b-d26d4b6b133c"])
def test_no_number(server: Server, number: str) -> None:
    """RapidPro fails over what is no number, with a page and not with JSON."""
    reply = server.get(f"messages.json?broadcast={number}")
    assert (reply.status, reply.text) == (500, "Server Error. Site administrators have been notified.")
    assert reply.headers["Content-Type"].startswith("text/html")


def test_large_number(community: Server) -> None:
    """Beyond 32 bits the community generation fails."""
    assert [community.get(f"messages.json?broadcast={number}").status for number in (2**31 - 1, 2**31)] == [200, 500]


def test_large_number_in_the_newer_generation(textit: Server) -> None:
    """The newer one finds nothing."""
    assert textit.get(f"messages.json?broadcast={2**31}").results == []


def test_exclusive(server: Server) -> None:
    """Only one of the filters may have a value."""
    detail = "You may only specify one of the contact, folder, label, broadcast parameters"
    assert server.get("messages.json?broadcast=1&folder=sent").said == (400, {"detail": detail})
    assert server.get("messages.json?broadcast=1&folder=").status == 200


@pytest.mark.parametrize("value", ["", "abc"])
def test_id_is_no_integer(server: Server, value: str) -> None:
    """A number that is none is an error, even an empty one."""
    assert server.get(f"messages.json?id={value}").said == (400, {"detail": "Value for id must be an integer"})


@pytest.mark.parametrize(("query", "count"), [("id=1", 1), ("id=9", 0), ("id=0", 2), ("before=junk", 0)])
def test_id(server: Server, query: str, count: int) -> None:
    """A number finds one message or none; 0 is no filter; an unreadable date finds nothing."""
    send(server, "one", "two")
    assert len(texts(server, query)) == count


def test_dates(server: Server, loop: SimulationLoop) -> None:
    """Bounds are inclusive; a plus sign that was not escaped makes a date unreadable."""
    send(server, "one")
    loop.advance(60)
    send(server, "two")
    moment = server.get("messages.json").results[0]["created_on"]
    offset = moment.replace("Z", "+00:00")
    assert (texts(server, f"after={moment}"), texts(server, f"before={moment}")) == (["two"], ["two", "one"])
    assert (texts(server, f"after={offset.replace('+', '%2B')}"), texts(server, f"after={offset}")) == (["two"], [])


def test_contact(server: Server) -> None:
    """A contact is named by its UUID; who is unknown has no messages."""
    (message,) = send(server, "Hi")
    assert (texts(server, f"contact={message.contact.uuid}"), texts(server, "contact=junk")) == (["Hi"], [])


FOLDERS = [
    ("outbox", Status.QUEUED, 1),
    ("OutBox", Status.ERRORED, 1),
    ("outbox", Status.WIRED, 0),
    ("failed", Status.FAILED, 1),
    ("inbox", Status.QUEUED, 0),
    ("fish", Status.QUEUED, 0),
]


@pytest.mark.parametrize(("folder", "status", "count"), FOLDERS)
def test_folders(server: Server, folder: str, status: Status, count: int) -> None:
    """A folder holds messages of some statuses; its name is read in any case."""
    (message,) = send(server, "Hi")
    message.status = status
    assert len(texts(server, f"folder={folder}")) == count


def test_sent_folder(server: Server, loop: SimulationLoop) -> None:
    """Sent messages are listed by when they were sent, the last first."""
    first, second = send(server, "first", "second")
    first.status = second.status = Status.SENT
    second.sent_on = server.rapidpro.clock.now()
    loop.advance(1)
    first.sent_on = server.rapidpro.clock.now()
    assert texts(server, "folder=sent") == ["first", "second"]


def test_incoming(server: Server, loop: SimulationLoop) -> None:
    """What came in lies in the inbox, once it has been handled."""
    server.workspace.receive("tel:+250788000001", "Hello")
    loop.advance(5)
    assert (texts(server, "folder=inbox"), texts(server, "folder=archived")) == (["Hello"], [])
    assert server.get("messages.json").results[0]["direction"] == "in"


@pytest.mark.parametrize(("visibility", "count"), [(Visibility.ARCHIVED, 1), (Visibility.DELETED, 0)])
def test_visibility(server: Server, visibility: Visibility, count: int) -> None:
    """Archived messages are listed, deleted ones are not."""
    (message,) = send(server, "Hi")
    message.visibility = visibility
    assert len(texts(server, "")) == count


def test_pages(server: Server) -> None:
    """250 messages make a page; links keep the query, sorted, and lead through every message once."""
    send(server, *(f"text {number}" for number in range(260)))
    first = server.get("messages.json?folder=&before=2030-01-01T00:00:00Z").json()
    parts = urlsplit(first["next"])
    cursor = parse_qs(parts.query)["cursor"][0]
    assert (parts.scheme, parts.netloc, parts.path) == ("https", "rapidpro.org", "/api/v2/messages.json")
    assert parts.query.startswith("before=2030-01-01T00%3A00%3A00Z&cursor=cD0yMDI2LTAzLTAy")
    assert base64.b64decode(cursor).startswith(b"p=2026-03-02+08%3A00%3A")
    second = server.get(first["next"].removeprefix("https://rapidpro.org")).json()
    assert (len(first["results"]), len(second["results"]), second["next"]) == (250, 10, None)
    assert len({row["id"] for row in first["results"] + second["results"]}) == 260
    assert server.get(second["previous"].removeprefix("https://rapidpro.org")).results == first["results"]


def test_replica_lag(server: Server, loop: SimulationLoop) -> None:
    """Readers see a new message only when it has come to the replica."""
    server.rapidpro.replica_lag = 5.0
    send(server, "Hi")
    assert texts(server, "") == []
    loop.advance(6)
    assert texts(server, "") == ["Hi"]


def test_post(server: Server) -> None:
    """A single message exists at once, and is no template."""
    server.workspace.contacts.create([URN], "Ann")
    status, data = server.post("messages.json", {"contact": URN, "text": "Hi @contact.name"}).said
    assert (status, data["status"], data["text"], data["id"]) == (201, "queued", "Hi @contact.name", 1)


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, {"contact": ["This field is required."]}),
        ({"contact": "abc", "text": "Hi"}, {"contact": ["No such object: abc"]}),
        ({"contact": URN}, {"non_field_errors": ["Must provide either text or attachments."]}),
        ({"contact": URN, "text": []}, {"text": ["Not a valid string."]}),
    ],
)
def test_post_invalid(server: Server, body: dict[str, Any], errors: dict[str, Any]) -> None:
    """A single message needs a known contact and something to say."""
    server.workspace.contacts.create([URN])
    assert server.post("messages.json", body).said == (400, errors)


def test_post_without_mailroom(server: Server) -> None:
    """Single messages need mailroom in every generation."""
    server.workspace.contacts.create([URN])
    server.rapidpro.mailroom_status = "down"
    assert server.post("messages.json", {"contact": URN, "text": "Hi"}).status == 500


def test_no_destination(server: Server) -> None:
    """Who cannot be reached gets a message that has failed already."""
    ann = server.workspace.contacts.create()
    data = server.post("messages.json", {"contact": ann.uuid, "text": "Hi"}).json()
    assert (data["status"], data["urn"], data["channel"]) == ("failed", None, None)


def test_anonymous_workspace(server: Server) -> None:
    """Numbers are hidden."""
    send(server, "Hi")
    server.workspace.settings.anonymous = True
    assert server.get("messages.json").results[0]["urn"] is None
