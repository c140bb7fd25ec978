from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.rapidpro.model.contacts import ContactStatus

if TYPE_CHECKING:
    from rapidpro_simulator.world.loop import SimulationLoop
    from tests.rapidpro.api.conftest import Server

URN = "tel:+250788123123"
OTHER = "tel:+250788000001"
UNKNOWN = "0199bb93-ec0f-703b-9b5b-d26d4b6b133c"


def ann(server: Server, *urns: str) -> Any:
    return server.workspace.contacts.create(urns or [URN], "Ann")


def test_listed(community: Server) -> None:
    """A contact shows what is known of it, in order."""
    contact = ann(community)
    community.workspace.add_group("Nurses", [contact])
    community.workspace.fields.add("village")
    (row,) = community.get("contacts.json").results
    assert " ".join(row) == (
        "uuid name status language urns groups fields flow created_on modified_on last_seen_on blocked stopped"
    )
    assert (row["name"], row["status"], row["urns"], row["fields"]) == ("Ann", "active", [URN], {"village": None})
    assert [group["name"] for group in row["groups"]] == ["Nurses"]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("urn=tel:0788123123", 1),
        ("urn=tel:0788000001", 0),
        ("group=Nurses", 1),
        ("group=nurses", 0),
        ("group=fish", 0),
        ("deleted=true", 0),
        ("after=2026-03-02", 1),
        ("before=junk", 0),
        ("contact=whatever", 1),
    ],
)
def test_filters(server: Server, query: str, count: int) -> None:
    """Contacts are found by URN, group and date; unknown parameters don't matter."""
    server.workspace.add_group("Nurses", [ann(server)])
    assert len(server.get(f"contacts.json?{query}").results) == count


def test_bad_urn(server: Server) -> None:
    """A URN without a scheme is an error."""
    assert server.get("contacts.json?urn=12345").said == (400, {"detail": "Invalid URN: 12345"})


def test_bad_uuid(community: Server) -> None:
    """What is no UUID finds nobody in the community generation."""
    assert community.get("contacts.json?uuid=xyz").results == []


def test_checked_uuid(textit: Server) -> None:
    """The newer generation says so, and counts repeats."""
    assert textit.get("contacts.json?uuid=xyz").json() == {"detail": "Param 'uuid': xyz is not a valid UUID."}
    many = "&".join([f"uuid={UNKNOWN}"] * 101)
    assert textit.get(f"contacts.json?{many}").json() == {"detail": "Param 'uuid' can have a maximum of 100 values."}


def test_order(server: Server, loop: SimulationLoop) -> None:
    """Who was modified last comes first, unless the order is reversed."""
    first = ann(server, URN)
    loop.advance(1)
    second = ann(server, OTHER)
    order = [[row["uuid"] for row in server.get(f"contacts.json?reverse={flag}").results] for flag in ("", "Yes")]
    assert order == [[second.uuid, first.uuid], [first.uuid, second.uuid]]


def test_expanded_urns(server: Server) -> None:
    """URNs can be shown part by part, those first that can be reached, with the channel by which they would be."""
    contact = ann(server, "telegram:1234", f"{URN}#Annie")
    [channel] = server.workspace.channels
    shown = [
        {
            "channel": {"uuid": channel.uuid, "name": channel.name},
            "scheme": "tel",
            "path": "+250788123123",
            "display": "Annie",
        },
        {"channel": None, "scheme": "telegram", "path": "1234", "display": None},
    ]
    (row,) = server.get("contacts.json?expand_urns=true").results
    assert row["urns"] == shown
    written = server.post(f"contacts.json?uuid={contact.uuid}&expand_urns=true", {"name": "Anne"})
    assert written.json()["urns"] == shown


def test_anonymous_workspace(server: Server) -> None:
    """Numbers are masked, a stand-in is shown, and nobody is found by number."""
    contact = ann(server)
    server.workspace.settings.anonymous = True
    (row,) = server.get("contacts.json").results
    assert (row["urns"], row["anon_display"]) == (["tel:********"], f"{contact.id:010}")
    assert server.get(f"contacts.json?urn={URN}").said == (
        400,
        {"detail": "URN lookups not allowed for anonymous organizations"},
    )


def test_create(server: Server) -> None:
    """A contact can be anything from nothing to somebody with numbers, groups and fields."""
    server.workspace.add_group("Nurses")
    server.workspace.fields.add("age", kind="number")
    body = {"name": "Bob", "language": "kin", "urns": ["tel:0788000001"], "groups": ["Nurses"], "fields": {"age": 5}}
    status, data = server.post("contacts.json", body).said
    assert (status, data["urns"], data["fields"], len(data["groups"])) == (201, [OTHER], {"age": "5"}, 1)
    assert server.post("contacts.json", {}).status == 201


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({"name": "x" * 65}, {"name": ["Ensure this field has no more than 64 characters."]}),
        ({"language": "english"}, {"language": ["Ensure this field has no more than 3 characters."]}),
        ({"language": "123"}, {"language": ["Not a valid ISO639-3 language code."]}),
        ({"fields": {"age": "5"}}, {"fields": ["Invalid contact field key: age"]}),
        ({"fields": []}, {"fields": ['Expected a dictionary of items but got type "list".']}),
        ({"groups": ["Old"]}, {"groups": ["Contact group must not be query based: Old"]}),
        ({"urns": ["123"]}, {"urns": {"0": ["Invalid URN: 123. Ensure phone numbers contain country codes."]}}),
    ],
)
def test_invalid(server: Server, body: dict[str, Any], errors: dict[str, Any]) -> None:
    """What is wrong with a contact is said field by field."""
    server.workspace.add_group("Old", query="age > 60")
    assert server.post("contacts.json", body).said == (400, errors)


def test_taken(community: Server) -> None:
    """Nobody is created with the number of somebody else."""
    ann(community)
    said = community.post("contacts.json", {"urns": ["tel:0788123123"]}).said
    assert said == (400, {"urns": ["URN belongs to another contact: tel:+250788123123"]})


def test_in_use(textit: Server) -> None:
    """The newer generation says which of the numbers it is."""
    ann(textit)
    said = textit.post("contacts.json", {"urns": [OTHER, URN]}).said
    assert said == (400, {"urns": {"1": ["URN is in use by another contact."]}})


def test_update(server: Server) -> None:
    """Only what is given changes; null clears."""
    contact = ann(server)
    server.workspace.fields.add("village")
    server.post(f"contacts.json?uuid={contact.uuid}", {"fields": {"village": "Kigali"}, "language": "kin"})
    status, data = server.post(f"contacts.json?urn={URN}", {"fields": {"village": None}}).said
    assert (status, data["name"], data["language"], data["fields"]) == (200, "Ann", "kin", {"village": None})


def test_moved(community: Server) -> None:
    """An update takes a number from somebody else without a word."""
    ann(community)
    bob = ann(community, OTHER)
    assert community.post(f"contacts.json?uuid={bob.uuid}", {"urns": [URN]}).json()["urns"] == [URN]
    assert sorted(row["urns"] for row in community.get("contacts.json").results) == [[], [URN]]


def test_not_moved(textit: Server) -> None:
    """The newer generation refuses that."""
    ann(textit)
    bob = ann(textit, OTHER)
    assert textit.post(f"contacts.json?uuid={bob.uuid}", {"urns": [URN]}).status == 400


def test_unknown(server: Server) -> None:
    """A UUID must be somebody's; a URN makes somebody new."""
    assert server.post(f"contacts.json?uuid={UNKNOWN}", {}).said == (
        404,
        {"detail": "No Contact matches the given query."},
    )
    status, data = server.post("contacts.json?urn=tel:0788000001", {"name": "Bob"}).said
    assert (status, data["urns"], data["name"]) == (201, [OTHER], "Bob")


def test_unknown_in_an_older_generation(start: Any) -> None:
    """Older frameworks did not say what was looked for."""
    assert start("v8").post(f"contacts.json?uuid={UNKNOWN}", {}).said == (404, {"detail": "Not found."})


@pytest.mark.parametrize(
    ("query", "body", "errors"),
    [
        ("urn", {"urns": [OTHER]}, {"urns": ["Field not allowed when using URN in URL"]}),
        ("uuid", {"groups": ["Nurses"]}, {"groups": ["Non-active contacts can't be added to groups"]}),
    ],
)
def test_invalid_updates(server: Server, query: str, body: dict[str, Any], errors: dict[str, Any]) -> None:
    """Some changes are not for everybody."""
    server.workspace.add_group("Nurses")
    contact = ann(server)
    contact.status = ContactStatus.BLOCKED
    value = {"urn": URN, "uuid": contact.uuid}[query]
    assert server.post(f"contacts.json?{query}={value}", body).said == (400, errors)


def test_two_lookups(server: Server) -> None:
    """A contact is named in one way."""
    detail = "URL can only contain one of the following parameters: urn, uuid"
    assert server.post(f"contacts.json?uuid={UNKNOWN}&urn={URN}", {}).said == (400, {"detail": detail})


def test_delete(server: Server) -> None:
    """Who is deleted keeps nothing but a UUID, and is not listed with the others."""
    contact = ann(server)
    reply = server.ask("DELETE", f"contacts.json?uuid={contact.uuid}")
    assert (reply.status, reply.text) == (204, "")
    assert server.get("contacts.json").results == []
    (row,) = server.get("contacts.json?deleted=1").results
    assert (row["uuid"], row["name"], row["status"], row["urns"]) == (contact.uuid, None, None, [])
    assert server.post(f"contacts.json?uuid={contact.uuid}", {}).said == (
        400,
        {"non_field_errors": ["Deleted contacts can't be modified."]},
    )


def test_delete_whom(server: Server) -> None:
    """Without a name nobody is deleted."""
    detail = "URL must contain one of the following parameters: urn, uuid"
    assert server.ask("DELETE", "contacts.json").said == (400, {"detail": detail})


def test_meanwhile(server: Server, loop: SimulationLoop) -> None:
    """Whoever waits for a slow mailroom finds what others have done meanwhile."""
    server.rapidpro.slow_mailroom(5)
    loop.call_later(2, ann, server)
    assert server.post("contacts.json", {"urns": [URN]}).status == 400
    assert len(server.workspace.contacts) == 1


@pytest.mark.parametrize(
    ("kind", "given", "shown"),
    [
        ("text", "x" * 641, "x" * 640),
        ("number", "010.50", "10.50"),
        ("number", "-3", "-3"),
        ("number", "1e5", None),
        ("number", "NaN", None),
        ("number", "five", None),
    ],
)
def test_field_values(server: Server, kind: str, given: str, shown: str | None) -> None:
    """A field shows what its type can read, and nothing else (rapidpro 4.3, 8.5)."""
    server.workspace.fields.add("age", kind=kind)
    assert server.post("contacts.json", {"fields": {"age": given}}).json()["fields"] == {"age": shown}


def test_notes(textit: Server) -> None:
    """The newer generation keeps the last five notes about somebody, the oldest first."""
    uuid = textit.post("contacts.json", {"note": "Note 0"}).json()["uuid"]
    for number in range(1, 7):
        notes = textit.post(f"contacts.json?uuid={uuid}", {"note": f"Note {number}"}).json()["notes"]
    assert [note["text"] for note in notes] == [f"Note {number}" for number in (2, 3, 4, 5, 6)]
    assert (notes[0]["created_by"]["email"], list(notes[0])) == (
        textit.workspace.token.user,
        ["text", "created_on", "created_by"],
    )


def test_no_notes(community: Server) -> None:
    """The community generation knows no notes, and ignores them."""
    assert "notes" not in community.post("contacts.json", {"note": "Note"}).json()


def test_older_contact(start: Any) -> None:
    """Version 7 did not tell a contact's status yet (rapidpro 10)."""
    assert "status" not in start("v7").post("contacts.json", {}).json()
