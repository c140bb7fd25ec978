from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from rapidpro_simulator.world.clock import FrozenClock
    from tests.rapidpro.api.conftest import Server

URN = "tel:+250788123123"
BODY = {"urns": ["tel:0788123123"], "text": "Visit tomorrow"}
INVALID_URN = "Invalid URN: {}. Ensure phone numbers contain country codes."


def errors(text: str) -> dict[str, list[str]]:
    return {"non_field_errors": [text]}


def test_created_in_the_community_generation(community: Server) -> None:
    """A broadcast looks as in the specification, key by key (rapidpro 4.1)."""
    reply = community.post("broadcasts.json", BODY)
    created_on = reply.json()["created_on"]
    assert reply.status == 201
    assert reply.text == (
        '{"id":1,"urns":["tel:+250788123123"],"contacts":[],"groups":[],"text":{"eng":"Visit tomorrow"},'
        f'"attachments":{{"eng":[]}},"base_language":"eng","status":"queued","created_on":"{created_on}"}}'
    )


def test_created_in_the_newer_generation(textit: Server) -> None:
    """There it has a UUID in front, and its number at the end."""
    reply = textit.post("broadcasts.json", BODY)
    data = reply.json()
    assert reply.text == (
        f'{{"uuid":"{data["uuid"]}","status":"pending","progress":{{"total":-1,"started":0}},'
        '"urns":["tel:+250788123123"],"contacts":[],"groups":[],"text":{"eng":"Visit tomorrow"},'
        '"attachments":{"eng":[]},"quick_replies":{"eng":[]},"base_language":"eng",'
        f'"created_on":"{data["created_on"]}","id":1}}'
    )


def test_whole_seconds(community: Server, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fraction of zero is left out of an instant (rapidpro 0.3)."""
    monkeypatch.setattr(community.rapidpro.clock, "now", lambda: clock.start)
    assert community.post("broadcasts.json", BODY).json()["created_on"] == "2026-03-02T08:00:00Z"


def test_unicode(server: Server) -> None:
    """Text goes out as it came in, as UTF-8 and not escaped."""
    assert '"Muraho é 😀"' in server.post("broadcasts.json", {**BODY, "text": "Muraho é 😀"}).text


def test_no_idempotency(server: Server) -> None:
    """The same request again is another broadcast, the newest of which is listed first."""
    for _ in range(2):
        server.post("broadcasts.json", BODY)
    assert [row["id"] for row in server.get("broadcasts.json").results] == [2, 1]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, errors("Must provide either text or attachments.")),
        ({"text": "Hi"}, errors("Must provide either urns, contacts or groups.")),
        ({"urns": [URN], "text": ""}, {"text": {"eng": ["This field may not be blank."]}}),
        ({"urns": [URN], "text": " \n"}, {"text": {"eng": ["This field may not be blank."]}}),
        ({"urns": [URN], "text": None}, {"text": ["This field may not be null."]}),
        ({"urns": [URN], "text": {}}, {"text": ["This dictionary may not be empty."]}),
        ({"urns": [URN], "text": 1}, {"text": ['Expected a dictionary of items but got type "int".']}),
        ({"urns": [URN], "text": {"xx": "Hi"}}, {"text": {"xx": ["Not an allowed ISO 639-3 language code."]}}),
        ({"urns": [URN], "text": {"eng": True}}, {"text": {"eng": ["Not a valid string."]}}),
        ({"urns": URN, "text": "Hi"}, {"urns": ['Expected a list of items but got type "str".']}),
        ({"urns": [URN] * 101, "text": "Hi"}, {"urns": ["Ensure this field has no more than 100 elements."]}),
        ({"urns": [URN, "123"], "text": "Hi"}, {"urns": {"1": [INVALID_URN.format("123")]}}),
        ({"urns": ["tel:12345"], "text": "Hi"}, {"urns": {"0": [INVALID_URN.format("tel:12345")]}}),
        ({"urns": ["+250788123123"], "text": "Hi"}, {"urns": {"0": [INVALID_URN.format("+250788123123")]}}),
        ({"contacts": ["abc", "def"], "text": "Hi"}, {"contacts": ["No such object: abc"]}),
        ({"contacts": [1.5], "text": "Hi"}, {"contacts": ["Must be a string or integer"]}),
        ({"contacts": [None], "text": "Hi"}, {"contacts": ["Must be a string or integer"]}),
        ({"contacts": [""], "text": "Hi"}, {"contacts": ["No such object: "]}),
        ({"groups": ["Nurses"], "text": "Hi"}, {"groups": ["No such object: Nurses"]}),
        (
            {"urns": [URN], "text": "Hi", "base_language": "?"},
            {"base_language": ["Not an allowed ISO 639-3 language code."]},
        ),
        (
            {"urns": [URN], "text": "Hi", "base_language": "kin"},
            errors("No text translation provided in base language."),
        ),
        (
            {"urns": [URN], "text": "Hi", "attachments": ["image/jpeg:https://example.org/a.jpg"]},
            {"attachments": {"eng": ["No such object: image/jpeg:https://example.org/a.jpg"]}},
        ),
    ],
)
def test_validation(server: Server, body: dict[str, Any], expected: dict[str, Any]) -> None:
    """What is wrong with a body is said in the service's words, and nothing is created."""
    assert server.post("broadcasts.json", body).said == (400, expected)
    assert server.workspace.broadcasts == []


def test_text_limits(community: Server) -> None:
    """A text of 640 characters passes in the community generation, one more does not."""
    assert community.post("broadcasts.json", {**BODY, "text": "x" * 640}).status == 201
    assert community.post("broadcasts.json", {**BODY, "text": "x" * 641}).said == (
        400,
        {"text": {"eng": ["Ensure this field has no more than 640 characters."]}},
    )


def test_longer_texts(textit: Server) -> None:
    """The newer generation takes 4096 characters."""
    statuses = [textit.post("broadcasts.json", {**BODY, "text": "x" * length}).status for length in (4096, 4097)]
    assert statuses == [201, 400]


def test_recipients(server: Server) -> None:
    """Contacts are named by UUID or a URN of theirs, groups by UUID or name in any case."""
    ann = server.workspace.contacts.create([URN], "Ann")
    group = server.workspace.add_group("Nurses", [ann])
    body = {"contacts": [ann.uuid, URN], "groups": [group.uuid, "nurses"], "text": {"kin": "Muraho"}}
    data = server.post("broadcasts.json", body).json()
    assert data["contacts"] == [{"uuid": ann.uuid, "name": "Ann"}] * 2
    assert data["groups"] == [{"uuid": group.uuid, "name": "Nurses"}] * 2
    assert (data["base_language"], data["text"]) == ("kin", {"kin": "Muraho"})


def test_anonymous_workspace(server: Server) -> None:
    """Who may not see numbers may still send to them."""
    server.workspace.settings.anonymous = True
    assert server.post("broadcasts.json", BODY).json()["urns"] is None


@pytest.mark.parametrize("path", ["broadcasts.json?id=1", "broadcasts.json?id=0", "broadcasts.json?after=2026-03-02"])
def test_filters(server: Server, path: str) -> None:
    """A broadcast is found by its number or date; a number of 0 is no filter."""
    server.post("broadcasts.json", BODY)
    assert len(server.get(path).results) == 1


@pytest.mark.parametrize("path", ["broadcasts.json?id=2", "broadcasts.json?after=junk", "broadcasts.json?before=2026"])
def test_nothing_found(server: Server, path: str) -> None:
    """No match is an empty page; so is a date that cannot be read."""
    server.post("broadcasts.json", BODY)
    assert server.get(path).results == []


def test_found_by_uuid(textit: Server) -> None:
    """The newer generation finds a broadcast by its UUID, and minds what is none."""
    uuid = textit.post("broadcasts.json", BODY).json()["uuid"]
    assert len(textit.get(f"broadcasts.json?uuid={uuid}").results) == 1
    assert textit.get("broadcasts.json?uuid=xyz").said == (400, {"detail": "Param 'uuid': xyz is not a valid UUID."})


def test_stray_uuid(community: Server) -> None:
    """A parameter that makes no sense on a POST is looked up nevertheless."""
    uuid = "0199bb93-ec0f-703b-9b5b-d26d4b6b133c"
    assert community.post(f"broadcasts.json?uuid={uuid}", BODY).status == 500


def test_stray_uuid_in_the_newer_generation(textit: Server) -> None:
    """There the parameter leads nowhere."""
    reply = textit.post("broadcasts.json?uuid=0199bb93-ec0f-703b-9b5b-d26d4b6b133c", BODY)
    assert reply.said == (404, {"detail": "No Broadcast matches the given query."})


def test_mailroom_down_in_the_community_generation(community: Server, loop: Any) -> None:
    """The broadcast is taken, and stays queued (rapidpro 4.1)."""
    community.rapidpro.mailroom_status = "down"
    assert community.post("broadcasts.json", BODY).status == 201
    loop.advance(3600)
    assert [row["status"] for row in community.get("broadcasts.json").results] == ["queued"]


def test_mailroom_down_in_the_newer_generation(textit: Server) -> None:
    """The client gets the error page, and there is no broadcast."""
    textit.rapidpro.mailroom_status = "down"
    reply = textit.post("broadcasts.json", BODY)
    assert (reply.status, reply.text) == (500, "Server Error. Site administrators have been notified.")
    assert textit.workspace.broadcasts == []


def test_slow_mailroom(textit: Server, clock: FrozenClock) -> None:
    """The client waits as long as mailroom takes."""
    textit.rapidpro.slow_mailroom(30)
    textit.post("broadcasts.json", BODY)
    assert timedelta(seconds=30) < clock.now() - clock.start < timedelta(seconds=31)


def test_quick_replies(textit: Server) -> None:
    """Quick replies are checked by their type and shown whole."""
    body = {**BODY, "quick_replies": [{"text": "Yes"}, {"type": "url", "text": "Go", "extra": "https://x.org"}]}
    assert textit.post("broadcasts.json", body).json()["quick_replies"] == {
        "eng": [{"type": "text", "text": "Yes", "extra": None}, {"type": "url", "text": "Go", "extra": "https://x.org"}]
    }


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        ({}, "Quick replies of type 'text' require a 'text' value."),
        ({"type": "form", "text": "Go"}, "Quick replies of type 'form' require 'text' and 'extra' values."),
        ({"type": "location", "extra": "x"}, "Quick replies of type 'location' cannot have an 'extra' value."),
    ],
)
def test_bad_quick_replies(textit: Server, reply: dict[str, str], error: str) -> None:
    """A quick reply says what it lacks."""
    said = textit.post("broadcasts.json", {**BODY, "quick_replies": [reply]}).said
    assert said == (400, {"quick_replies": {"eng": {"0": {"non_field_errors": [error]}}}})


def test_older_form(start: Any) -> None:
    """Before 8.1 a broadcast could be sent as a form, and showed less of itself."""
    reply = start("v8").ask("POST", "broadcasts.json", data={"urns": "tel:0788123123", "text": "Hi"})
    assert (reply.status, " ".join(reply.json())) == (201, "id urns contacts groups text status created_on")


def test_no_flow_language(server: Server) -> None:
    """In a workspace without flow languages a plain text is in none."""
    server.workspace.settings.languages = ()
    assert server.post("broadcasts.json", {"urns": ["tel:+250788123123"], "text": "Hi"}).json()["text"] == {"und": "Hi"}
