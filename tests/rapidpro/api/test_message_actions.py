from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.rapidpro.model.messages import Visibility

if TYPE_CHECKING:
    from tests.rapidpro.api.conftest import Server


JANE = "tel:+250788000001"


def act(server: Server, action: str, messages: list[Any] | None = None, **extra: Any) -> Any:
    return server.post("message_actions.json", {"messages": messages or [1], "action": action, **extra})


@pytest.fixture
def incoming(server: Server) -> Any:
    return server.workspace.receive(JANE, "Hello")


def test_labels(server: Server, incoming: Any) -> None:
    """A label is put on a message, by name even one that is new, and taken off again; no message has it twice."""
    for _ in range(2):
        assert act(server, "label", label_name="Spam").status == 204
    assert [label["name"] for label in server.get("messages.json").results[0]["labels"]] == ["Spam"]
    assert act(server, "unlabel", label="spam").status == 204
    assert (incoming.labels, len(server.workspace.database.labels)) == ([], 1)


@pytest.mark.parametrize(
    ("action", "visibility"),
    [("archive", Visibility.ARCHIVED), ("restore", Visibility.VISIBLE), ("delete", Visibility.DELETED)],
)
def test_visibility(server: Server, incoming: Any, action: str, visibility: Visibility) -> None:
    """A message goes to the archive, comes back, or is gone at once."""
    assert act(server, action).status == 204
    assert incoming.visibility is visibility
    assert len(server.get("messages.json").results) == (visibility is not Visibility.DELETED)


def test_missing(server: Server, incoming: Any) -> None:
    """What is not there, or no more, is named; the rest is done."""
    act(server, "delete")
    other = server.workspace.receive(JANE, "Hello again")
    assert act(server, "archive", [1, other.id, 99]).said == (200, {"failures": [1, 99]})
    assert other.visibility is Visibility.ARCHIVED


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({"messages": [1, 2]}, {"messages": ["Not an incoming message: 2"]}),
        ({"messages": ["x"]}, {"messages": ["A valid integer is required."]}),
        ({"messages": 1}, {"messages": ['Expected a list of items but got type "int".']}),
        ({"messages": [1] * 101}, {"messages": ["Ensure this field has no more than 100 elements."]}),
        ({"action": "fish"}, {"action": ['"fish" is not a valid choice.']}),
        ({"label": "Spam"}, {"non_field_errors": ['For action "archive" you should not specify a label']}),
        ({"action": "label"}, {"non_field_errors": ['For action "label" you should also specify a label']}),
        ({"action": "label", "label": "Ham"}, {"label": ["No such object: Ham"]}),
        (
            {"action": "label", "label": "Spam", "label_name": "Ham"},
            {"non_field_errors": ["Can't specify both label and label_name."]},
        ),
    ],
)
def test_refused(server: Server, incoming: Any, body: dict[str, Any], errors: dict[str, Any]) -> None:
    """An action is about incoming messages, and about a label only where it has one."""
    server.workspace.database.labels.add("Spam")
    server.workspace.send_message(incoming.contact, "Bye")
    body = {"messages": [1], "action": "archive", **body}
    assert server.post("message_actions.json", body).said == (400, errors)
