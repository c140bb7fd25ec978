"""Users for people who are added, or who follow others (cht-sentinel 5.16)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.cht.transitions.users import UserRefusedError

from .conftest import PLACES

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Office

NAME = "create_user_for_contacts"
SETTINGS: dict[str, Any] = {
    "transitions": {NAME: True},
    "token_login": {"enabled": True},
    "app_url": "https://cht.org",
}
PERSON = {"_id": "new", "type": "person", "name": "Ann O'Hara", "phone": "+254711000009", "parent": PLACES}


class Register:
    """Users that are asked for; `refusal` is why none is made."""

    def __init__(self) -> None:
        self.made: list[dict[str, Any]] = []
        self.reset: list[str] = []
        self.refusal = ""

    async def create(self, data: dict[str, Any]) -> None:
        if self.refusal:
            raise UserRefusedError(self.refusal)
        self.made.append(data)

    async def roles_of(self, name: str) -> list[str]:
        return ["chw"]

    async def reset_password(self, name: str) -> None:
        self.reset.append(name)


def prepared(cht: Office) -> tuple[Office, Register]:
    register = Register()
    cht.world.sentinel.context.users = register
    return cht, register


@pytest.mark.parametrize(("missing", "text"), [("token_login", "Token login"), ("app_url", "The app_url")])
def test_settings(office: Callable[..., Office], missing: str, text: str) -> None:
    """Logins by SMS have to be possible."""
    cht = office({name: value for name, value in SETTINGS.items() if name != missing})
    assert cht.world.sentinel.errors[1].startswith(f"Configuration error. {text} must be")


def test_new_person(office: Callable[..., Office]) -> None:
    """Who is added as a user gets one, with a name of her own, and is not made one again."""
    cht, register = prepared(office(SETTINGS))
    saved = cht.save({**PERSON, "role": "chw", "user_for_contact": {"create": "true"}})
    [user] = register.made
    assert (user["username"][:-4], user["username"][-4:].isdecimal()) == ("ann-ohara-", True)
    assert (user["roles"], user["place"], user["contact"], user["token_login"]) == (["chw"], "home", "new", True)
    assert saved["user_for_contact"] == {}


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"name": ""}, "Contact [new] must have a name."),
        ({"role": None}, 'Contact [new] must have a "role" or "roles" property.'),
        ({"refusal": "Username taken."}, "Username taken."),
    ],
)
def test_failure(office: Callable[..., Office], change: dict[str, Any], text: str) -> None:
    """Why no user could be made stands on the person."""
    cht, register = prepared(office(SETTINGS))
    register.refusal = change.get("refusal", "")
    saved = cht.save({**PERSON, "role": "chw", "user_for_contact": {"create": "true"}, **change})
    assert saved["errors"] == [{"code": f"{NAME}_error'", "message": f"Transition error on {NAME}: {text}"}]
    assert cht.info("new")["transitions"][NAME]["ok"] is False


def test_who_follows(office: Callable[..., Office]) -> None:
    """The one who follows gets the roles of the user, whose own password is nobody's from now on."""
    cht, register = prepared(office(SETTINGS))
    cht.world.put(PERSON)
    replace = {"akinyi": {"status": "READY", "replacement_contact_id": "new"}, "other": {"status": "PENDING"}}
    saved = cht.save({**cht.get("worker"), "user_for_contact": {"replace": replace}})
    assert ([each["contact"] for each in register.made], register.reset) == (["new"], ["akinyi"])
    assert [each["status"] for each in saved["user_for_contact"]["replace"].values()] == ["COMPLETE", "PENDING"]


def test_nobody_follows(office: Callable[..., Office]) -> None:
    """Where nobody is found to follow, the replacement has failed."""
    cht, register = prepared(office(SETTINGS))
    replace = {"akinyi": {"status": "READY", "replacement_contact_id": "nobody"}}
    saved = cht.save({**cht.get("worker"), "user_for_contact": {"replace": replace}})
    assert (saved["user_for_contact"]["replace"]["akinyi"]["status"], register.made) == ("ERROR", [])
