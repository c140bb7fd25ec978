from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.rapidpro.model.contacts import ContactStatus

if TYPE_CHECKING:
    from rapidpro_simulator.world.clock import FrozenClock
    from tests.rapidpro.api.conftest import Server

URN = "tel:+250788123123"


def act(server: Server, action: str, **extra: Any) -> Any:
    return server.post("contact_actions.json", {"contacts": [URN], "action": action, **extra})


@pytest.fixture
def ann(server: Server) -> Any:
    return server.workspace.contacts.create([URN], "Ann")


def test_groups(server: Server, ann: Any) -> None:
    """Contacts join a group and leave it."""
    group = server.workspace.add_group("Nurses")
    assert (act(server, "add", group="Nurses").status, ann in group) == (204, True)
    assert (act(server, "remove", group=group.uuid).status, ann in group) == (204, False)


def test_block(server: Server, ann: Any) -> None:
    """Who is blocked leaves all groups; unblocked, who it was is active again, in none."""
    group = server.workspace.add_group("Nurses", [ann])
    act(server, "block")
    assert (ann.status, ann in group) == (ContactStatus.BLOCKED, False)
    act(server, "unblock")
    assert (ann.status, ann in group) == (ContactStatus.ACTIVE, False)


def test_delete(server: Server, ann: Any, clock: FrozenClock) -> None:
    """Who is deleted is no longer found, but not at once."""
    assert act(server, "delete").status == 204
    assert len(server.get("contacts.json").results) == 1
    clock.advance(timedelta(seconds=2))
    assert act(server, "delete").said == (400, {"contacts": [f"No such object: {URN}"]})


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({"contacts": []}, {"contacts": ["Contacts can't be empty."]}),
        ({"action": "fish"}, {"action": ['"fish" is not a valid choice.']}),
        ({"action": "add"}, {"non_field_errors": ['For action "add" you should also specify a group']}),
        ({"group": "Nurses"}, {"non_field_errors": ['For action "block" you should not specify a group']}),
        ({"group": ""}, {"group": ["This field may not be null."]}),
        ({"group": None}, {"group": ["This field may not be null."]}),
    ],
)
def test_refused(server: Server, ann: Any, body: dict[str, Any], errors: dict[str, Any]) -> None:
    """An action needs contacts, and a group only where it is about one."""
    server.workspace.add_group("Nurses")
    assert server.post("contact_actions.json", {"contacts": [ann.uuid], "action": "block", **body}).said == (
        400,
        errors,
    )


def test_inactive(server: Server, ann: Any) -> None:
    """Blocked contacts join no group."""
    server.workspace.add_group("Nurses")
    act(server, "block")
    expected = {"non_field_errors": [f"Non-active contacts cannot be added to groups: {ann.uuid}"]}
    assert act(server, "add", group="Nurses").said == (400, expected)
