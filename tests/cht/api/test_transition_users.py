"""Users whom a transition asks for, made by the api's rules (cht-sentinel 5.16)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.cht.api.transition_users import TransitionUsers
from rapidpro_simulator.cht.couch.errors import Unauthorized
from rapidpro_simulator.cht.transitions.users import UserRefusedError

if TYPE_CHECKING:
    from .conftest import Instance

USER: dict[str, Any] = {
    "username": "ann-1234",
    "roles": ["chw"],
    "phone": "+254712345678",
    "place": "home",
    "contact": "ann",
    "token_login": True,
}


@pytest.fixture
def users(cht: Instance) -> TransitionUsers:
    cht.database.put({"_id": "home", "type": "clinic", "name": "Home"})
    cht.database.put({"_id": "ann", "type": "person", "name": "Ann", "parent": {"_id": "home"}})
    cht.configure(token_login={"enabled": True}, app_url="https://cht.org")
    return TransitionUsers(cht.api.context)


def test_create(cht: Instance, users: TransitionUsers) -> None:
    """The user is there, and two messages with the login wait for the gateway."""
    cht.loop.run(users.create(USER))
    [login] = [each for each in cht.database.documents() if each.get("type") == "token_login"]
    assert [message["to"] for task in login["tasks"] for message in task["messages"]] == ["+254712345678"] * 2
    assert cht.loop.run(users.roles_of("ann-1234")) == ["chw"]


@pytest.mark.parametrize(
    ("change", "text"),
    [({"place": None}, "Missing required fields: place"), ({"contact": "nobody"}, "Failed to find person.")],
)
def test_refusal(cht: Instance, users: TransitionUsers, change: dict[str, Any], text: str) -> None:
    """What the api would say to a caller is said to the transition."""
    data = {name: value for name, value in {**USER, **change}.items() if value is not None}
    with pytest.raises(UserRefusedError, match=text):
        cht.loop.run(users.create(data))


def test_reset_password(cht: Instance, users: TransitionUsers) -> None:
    """The old password opens nothing any more; nobody's cannot be reset."""
    cht.loop.run(users.create({**USER, "token_login": False, "password": "Sunny-Road-7"}))
    assert cht.couch.login("ann-1234", "Sunny-Road-7").roles == ("chw",)
    cht.loop.run(users.reset_password("ann-1234"))
    with pytest.raises(Unauthorized):
        cht.couch.login("ann-1234", "Sunny-Road-7")
    with pytest.raises(UserRefusedError, match="Failed to find user"):
        cht.loop.run(users.reset_password("nobody"))
