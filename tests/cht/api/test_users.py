"""Users are made, changed and listed, each with the documents that belong to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from .conftest import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Instance

USER = "org.couchdb.user:akinyi"
PASSWORD = "Sunny-Road-7"
CHW: dict[str, Any] = {
    "username": "akinyi",
    "password": PASSWORD,
    "roles": ["chw"],
    "fullname": "Akinyi Otieno",
    "phone": "0712345678",
    "place": {"type": "health_center", "name": "Kisumu", "parent": "district"},
    "contact": {"name": "Akinyi", "phone": "+254712345678"},
}
ONLINE = {"username": "asha", "password": PASSWORD, "roles": ["nurse"]}


@pytest.fixture
def cht(cht: Instance) -> Instance:
    """The latest release, with a district."""
    cht.database.put({"_id": "district", "type": "district_hospital", "name": "Nyanza"})
    return cht


def create(cht: Instance, data: Any, version: int = 1, user: str = "admin") -> Any:
    return cht.ask("POST", f"/api/v{version}/users", json=data, user=user)


def test_documents(cht: Instance) -> None:
    """A health worker gets a login, a profile, a place and a contact that is the place's own."""
    answer = create(cht, CHW).json()

    user, own = cht.couch.database("_users").get(USER), cht.database.get(USER)
    contact = cht.database.get(answer["contact"]["id"])
    place = cht.database.get(user["facility_id"])
    assert answer["user"] == {"id": USER, "rev": user["_rev"]}
    assert answer["user-settings"] == {"id": USER, "rev": own["_rev"]}
    assert (user["roles"], user["contact_id"], "password" in user) == (["chw"], contact["_id"], False)
    assert (own["type"], own["fullname"], own["phone"]) == ("user-settings", "Akinyi Otieno", "0712345678")
    assert (own["facility_id"], own["contact_id"]) == (place["_id"], contact["_id"])
    assert (contact["type"], contact["parent"]) == ("person", {"_id": place["_id"], "parent": {"_id": "district"}})
    assert place["contact"] == {"_id": contact["_id"], "parent": contact["parent"]}
    assert cht.couch.login("akinyi", PASSWORD).roles == ("chw",)


def test_online(cht: Instance) -> None:
    """Who is not offline needs no place, and is marked as online."""
    assert set(create(cht, ONLINE).json()) == {"user", "user-settings"}

    assert cht.couch.database("_users").get("org.couchdb.user:asha")["roles"] == ["nurse", "mm-online"]


def test_existing(cht: Instance) -> None:
    """A place and a contact that there are can be named by their ids."""
    cht.database.put({"_id": "hc", "type": "health_center", "name": "Kisumu", "parent": {"_id": "district"}})
    cht.database.put({"_id": "p", "type": "person", "name": "Akinyi", "parent": {"_id": "hc"}})

    assert create(cht, {**CHW, "place": "hc", "contact": "p"}).json()["contact"]["id"] == "p"


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"username": None}, 400, "Missing required fields: username"),
        ({"password": "", "place": None}, 400, "Missing required fields: password, place"),
        ({"roles": []}, 400, "Missing required fields: type or roles"),
        ({"place": "nowhere"}, 404, "Failed to find place."),
        ({"place": "stranger"}, 400, "Wrong type, this is not a place."),
        ({"place": {"type": "health_center", "parent": "district"}}, 400, 'Place is missing a "name" property.'),
        (
            {"place": {"type": "health_center", "name": "Kisumu"}},
            400,
            'Place "Kisumu" is missing a "parent" property.',
        ),
        ({"contact": {"phone": "1"}}, 400, 'Person is missing a "name" property.'),
        (
            {"username": "Akinyi O"},
            400,
            {
                "message": "Invalid user name. Valid characters are lower case letters, numbers, underscore (_), and "
                "hyphen (-).",
                "translationKey": "username.invalid",
            },
        ),
        (
            {"password": "short"},
            400,
            {
                "message": "The password must be at least 8 characters long.",
                "translationKey": "password.length.minimum",
                "translationParams": {"minimum": 8},
            },
        ),
        (
            {"password": "aaaaaaaaaa"},
            400,
            {
                "message": "The password is too easy to guess. Include a range of types of characters to increase the "
                "score.",
                "translationKey": "password.weak",
            },
        ),
        (
            {"contact": "stranger"},
            400,
            {"message": "Contact is not within place.", "translationKey": "configuration.user.place.contact"},
        ),
    ],
)
def test_refused(cht: Instance, changes: dict[str, Any], status: int, error: Any) -> None:
    """What is missing, weak or wrong is refused in CHT's words, and no user is made."""
    cht.database.put({"_id": "stranger", "type": "person", "name": "Stranger"})

    answer = create(cht, {**CHW, **changes})

    assert (answer.status, answer.json()) == (status, {"code": status, "error": error})
    assert cht.couch.database("_users").find(USER) is None


def test_refusal_as_text(cht: Instance) -> None:
    """A client that wants text gets the translatable refusal as JSON in it."""
    answer = cht.ask("POST", "/api/v1/users", json={**ONLINE, "password": "short"}, user="admin", accept="text/plain")

    assert answer.text.startswith('{"message":"The password must be')


def test_taken(cht: Instance) -> None:
    """A name is given once."""
    create(cht, ONLINE)

    error = create(cht, ONLINE).json()["error"]

    assert error["message"] == 'Username "asha" already taken.'
    assert error["translationParams"] == {"username": "asha"}


def test_who_may(cht: Instance) -> None:
    """Making users needs the permission."""
    assert create(cht, ONLINE, user="nurse").json() == {"code": 403, "error": "Insufficient privileges"}


def test_several(cht: Instance) -> None:
    """Several users are made one by one: the mistake of one does not keep the others away."""
    made, refused = create(cht, [ONLINE, {**ONLINE, "username": "asha2", "password": "short"}]).json()

    assert made["user"]["id"] == "org.couchdb.user:asha"
    assert refused == {"username": "asha2", "error": "The password must be at least 8 characters long."}


def test_several_incomplete(cht: Instance) -> None:
    """None is made where one of several lacks something; the answer says which."""
    answer = create(cht, [ONLINE, {"username": "b"}]).json()

    assert answer["details"] == {"failingIndexes": [{"fields": ["password", "type or roles"], "index": 1}]}
    assert cht.couch.database("_users").find("org.couchdb.user:asha") is None


def test_table(cht: Instance) -> None:
    """Version 2 takes a table; paths make objects, roles are separated by colons."""
    table = "username,password,roles,place.type,place.name,place.parent,contact.name,x:excluded\n"
    table += f"akinyi,{PASSWORD},chw:nurse,health_center,Kisumu,district,Akinyi,1\n"

    (made,) = cht.ask("POST", "/api/v2/users", data=table, user="admin", headers={"Content-Type": "text/csv"}).json()

    assert made["user"]["id"] == USER
    assert cht.couch.database("_users").get(USER)["roles"] == ["chw", "nurse"]


def test_several_places(cht: Instance) -> None:
    """Version 3 gives a user several places, in a list."""
    for name in ("a", "b"):
        cht.database.put({"_id": name, "type": "health_center", "name": name, "parent": {"_id": "district"}})

    create(cht, {**CHW, "place": ["a", "b"]}, version=3)

    assert cht.couch.database("_users").get(USER)["facility_id"] == ["a", "b"]


@pytest.mark.parametrize(("release", "status"), [("3.15", 405), ("3.16", 200)])
def test_versions(build: Callable[..., Instance], release: str, status: int) -> None:
    """The versions of the API came with releases; before, CouchDB is asked, and does not know them."""
    assert create(build(release), ONLINE, version=2).status == status


@pytest.mark.parametrize(("release", "changes"), [("4.16", False), ("4.17", True)])
def test_first_login(build: Callable[..., Instance], release: str, changes: bool) -> None:
    """Since 4.17 a user has to change the password that somebody else chose."""
    instance = build(release)
    create(instance, ONLINE)

    user = instance.couch.database("_users").get("org.couchdb.user:asha")

    assert user.get("password_change_required", False) is changes


def test_token_login(cht: Instance) -> None:
    """A user who logs in by SMS gets two messages, and a password that nobody knows."""
    cht.configure(token_login={"enabled": True, "message": "Tap the link."}, app_url="https://cht.org")

    answer = create(cht, {"username": "asha", "roles": ["nurse"], "phone": "0712345678", "token_login": True}).json()

    (document,) = [each for each in cht.database.documents() if each.get("type") == "token_login"]
    sent = [(task["state"], *task["messages"]) for task in document["tasks"]]
    assert [(state, message["to"]) for state, message in sent] == [("pending", "+254712345678")] * 2
    assert sent[0][1]["message"] == "Tap the link."
    assert sent[1][1]["message"].startswith("https://cht.org/medic/login/token/")
    assert answer["token_login"]["expiration_date"] > document["reported_date"]


def test_token_login_needs_a_phone(cht: Instance) -> None:
    """Without a number that can be, nobody is made."""
    cht.configure(token_login={"enabled": True})

    answer = create(cht, {"username": "asha", "roles": ["nurse"], "phone": "12", "token_login": True})

    assert answer.json()["error"]["translationKey"] == "configuration.enable.token.login.phone"


def test_update(cht: Instance) -> None:
    """A user gets another password, other roles and another name."""
    create(cht, ONLINE)

    answer = cht.ask(
        "POST",
        "/api/v1/users/asha",
        json={"password": "Other-Road-8", "roles": ["boss"], "fullname": "Asha M"},
        user="admin",
    )

    assert set(answer.json()) == {"user", "user-settings"}
    assert cht.couch.login("asha", "Other-Road-8").roles == ("boss", "mm-online")
    assert cht.database.get("org.couchdb.user:asha")["fullname"] == "Asha M"


@pytest.mark.parametrize(
    ("name", "data", "user", "error"),
    [
        ("nobody", {"fullname": "x"}, "admin", "Failed to find user."),
        ("asha", {"nothing": 1}, "admin", "One of the following fields are required: place, contact, password, "),
        ("asha", {"roles": ["boss"]}, "nurse", "You do not have permissions to modify this person"),
    ],
)
def test_update_refused(cht: Instance, name: str, data: dict[str, Any], user: str, error: str) -> None:
    """Who is not there, what is nothing, and what is not one's own cannot be changed."""
    create(cht, ONLINE)

    assert cht.ask("POST", f"/api/v1/users/{name}", json=data, user=user).json()["error"].startswith(error)


def test_own_profile(cht: Instance) -> None:
    """Users change their own names, and nothing else of themselves."""
    cht.database.put({"_id": "org.couchdb.user:nurse", "type": "user-settings", "name": "nurse"})

    path = "/api/v1/users/nurse"

    assert cht.ask("POST", path, json={"fullname": "Nurse"}, user="nurse").status == 200
    assert cht.ask("POST", path, json={"roles": ["boss"]}, user="nurse").status == 403


def test_list(cht: Instance) -> None:
    """Users are listed with their places and contacts, and found by them."""
    answer = create(cht, CHW).json()

    everybody = cht.ask("GET", "/api/v1/users", user="admin").json()
    (found,) = cht.ask("GET", f"/api/v2/users?contact_id={answer['contact']['id']}", user="admin").json()

    assert {each["username"] for each in everybody} == {"akinyi", *("gw", "nurse", "chw", "boss")}
    assert (found["username"], found["roles"], found["fullname"]) == ("akinyi", ["chw"], "Akinyi Otieno")
    assert found["place"]["parent"]["name"] == "Nyanza"
    assert found["contact"]["name"] == "Akinyi"


def test_one(cht: Instance) -> None:
    """Users see themselves; who may not see users sees nobody else."""
    assert cht.ask("GET", "/api/v2/users/nurse", user="nurse").json()["username"] == "nurse"
    assert cht.ask("GET", "/api/v2/users/boss", user="nurse").status == 403
    assert cht.ask("GET", "/api/v2/users/nobody", user="admin").status == 404


def test_settings_are_known() -> None:
    """The roles of these tests are what they take them for."""
    assert SETTINGS["roles"]["chw"] == {"offline": True}
