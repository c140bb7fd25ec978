from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from rapidpro_simulator.world.loop import SimulationLoop
    from tests.rapidpro.api.conftest import Server

UNKNOWN = "0199bb93-ec0f-703b-9b5b-d26d4b6b133c"
NAMED = ("groups", "labels")
MODELS = {"groups": "ContactGroup", "labels": "Label"}


@pytest.mark.parametrize("endpoint", NAMED)
def test_lifecycle(server: Server, endpoint: str) -> None:
    """What has a name is created, renamed and deleted."""
    uuid = server.post(f"{endpoint}.json", {"name": "Nurses"}).json()["uuid"]
    assert server.post(f"{endpoint}.json?uuid={uuid}", {"name": "Doctors"}).said[0] == 200
    assert [row["name"] for row in server.get(f"{endpoint}.json?name=doctors").results] == ["Doctors"]
    assert server.ask("DELETE", f"{endpoint}.json?uuid={uuid}").status == 204
    assert server.get(f"{endpoint}.json?name=doctors").results == []


@pytest.mark.parametrize("endpoint", NAMED)
@pytest.mark.parametrize(
    ("name", "errors"),
    [
        ("x" * 65, ["Cannot be longer than 64 characters.", "Ensure this field has no more than 64 characters."]),
        ('the "best"', ['Cannot contain the character: "']),
        ("back\\slash", ["Cannot contain the character: \\"]),
        ("null\x00", ["Cannot contain null characters.", "Null characters are not allowed."]),
        ("nurses", ["This field must be unique."]),
        ("", ["This field may not be blank."]),
        (None, ["This field may not be null."]),
    ],
)
def test_names(server: Server, endpoint: str, name: str | None, errors: list[str]) -> None:
    """Names are short, plain and taken only once, in whatever case."""
    server.post(f"{endpoint}.json", {"name": "Nurses"})
    assert server.post(f"{endpoint}.json", {"name": name}).said == (400, {"name": errors})


@pytest.mark.parametrize("endpoint", NAMED)
@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_unknown(server: Server, endpoint: str, method: str) -> None:
    """What is not there cannot be changed."""
    body = {"name": "Nurses"} if method == "POST" else None
    detail = f"No {MODELS[endpoint]} matches the given query."
    assert server.ask(method, f"{endpoint}.json?uuid={UNKNOWN}", body).said == (404, {"detail": detail})


@pytest.mark.parametrize("endpoint", NAMED)
def test_delete_needs_a_lookup(server: Server, endpoint: str) -> None:
    """Nothing is deleted without being named."""
    detail = "URL must contain one of the following parameters: uuid"
    assert server.ask("DELETE", f"{endpoint}.json").said == (400, {"detail": detail})


@pytest.mark.parametrize(("endpoint", "status"), [("groups", 200), ("labels", 500)])
def test_bad_uuid(community: Server, endpoint: str, status: int) -> None:
    """What is no UUID finds nothing, or breaks the community generation, as the column has it."""
    assert community.get(f"{endpoint}.json?uuid=xyz").status == status


@pytest.mark.parametrize("endpoint", NAMED)
def test_checked_uuid(textit: Server, endpoint: str) -> None:
    """The newer generation says what is wrong."""
    assert textit.get(f"{endpoint}.json?uuid=xyz").status == 400


@pytest.mark.parametrize(("generation", "end"), [("community", " of 250."), ("textit-2026", ".")])
def test_limit(start: Any, generation: str, end: str) -> None:
    """A full workspace refuses more, before it looks at what they are."""
    server = start(generation)
    for number in range(250):
        server.workspace.add_group(f"Group {number}")
    detail = f"Cannot create object because workspace has reached limit{end}"
    assert server.post("groups.json", {}).said == (409, {"detail": detail})


def test_globals(server: Server, loop: SimulationLoop) -> None:
    """A global is created by name and changed by key; the last change comes first."""
    status, data = server.post("globals.json", {"name": "Org Name", "value": "Acme"}).said
    assert (status, data["key"], data["name"], data["value"]) == (201, "org_name", "Org Name", "Acme")
    server.post("globals.json", {"name": "URL", "value": "x"})
    loop.advance(1)
    assert server.post("globals.json?key=org_name", {"name": "Ignored", "value": "New"}).json()["name"] == "Org Name"
    assert [row["key"] for row in server.get("globals.json").results] == ["org_name", "url"]


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({"value": "x"}, {"non_field_errors": ["Name is required when creating new global."]}),
        ({"name": "A", "value": ""}, {"value": ["This field may not be blank."]}),
        ({"name": "A!", "value": "x"}, {"name": ["Name contains illegal characters."]}),
        ({"name": "1st", "value": "x"}, {"name": ["Name creates Key that is invalid"]}),
        ({"name": "org", "value": "x"}, {"name": ["This field must be unique."]}),
    ],
)
def test_bad_globals(server: Server, body: dict[str, Any], errors: dict[str, Any]) -> None:
    """A global needs a name that makes a key, and a value."""
    server.workspace.globals.set("org", "Acme")
    assert server.post("globals.json", body).said == (400, errors)


def test_unknown_global(server: Server) -> None:
    """An unknown key creates nothing."""
    said = server.post("globals.json?key=org", {"value": "x"}).said
    assert said == (404, {"detail": "No Global matches the given query."})


def test_fields(server: Server) -> None:
    """A contact field is made from a name and a type, and keeps its key when it is renamed."""
    status, data = server.post("fields.json", {"name": "Expected Date", "type": "datetime"}).said
    assert (status, data["key"], data["value_type"]) == (201, "expected_date", "datetime")
    renamed = server.post("fields.json?key=expected_date", {"label": "Due", "value_type": "numeric"}).json()
    assert (renamed["key"], renamed["name"], renamed["type"]) == ("expected_date", "Due", "number")
    assert [row["key"] for row in server.get("fields.json?key=expected_date").results] == ["expected_date"]


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({"type": "text"}, {"non_field_errors": ["Field 'name' is required."]}),
        ({"name": "Age"}, {"non_field_errors": ["Field 'type' is required."]}),
        ({"name": "Age!", "type": "text"}, {"name": ["Can only contain letters, numbers and hypens."]}),
        ({"name": "Has", "type": "text"}, {"name": ['Generated key "has" is invalid or a reserved name.']}),
        ({"name": "Age", "type": "fish"}, {"type": ['"fish" is not a valid choice.']}),
        ({"name": "village", "type": "text"}, {"name": ["This field must be unique."]}),
    ],
)
def test_bad_fields(server: Server, body: dict[str, Any], errors: dict[str, Any]) -> None:
    """A contact field needs a name that makes a key, and a type that there is."""
    server.workspace.fields.add("village")
    assert server.post("fields.json", body).said == (400, errors)


def test_reserved_keys(community: Server) -> None:
    """The community generation keeps more keys for itself."""
    assert community.post("fields.json", {"name": "Language", "type": "text"}).status == 400


def test_fewer_reserved_keys(textit: Server) -> None:
    """The newer generation gave them up."""
    assert textit.post("fields.json", {"name": "Language", "type": "text"}).status == 201
