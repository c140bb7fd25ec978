from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from rapidpro_simulator.world.authorization import basic_auth

if TYPE_CHECKING:
    from .conftest import Instance


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/medic/settings", None, 200),
        ("GET", "/medic/nothing", None, 404),
        ("PUT", "/medic/new", {"type": "person"}, 201),
        ("POST", "/medic/_all_docs", {"keys": ["settings"]}, 200),
        ("POST", "/medic/_bulk_docs", {"docs": [{"_id": "new"}]}, 201),
        ("GET", "/medic/_changes?limit=1", None, 200),
        ("GET", "/medic/_design/medic-sms/_view/messages_by_uuid", None, 200),
        ("GET", "//medic//settings", None, 200),
    ],
)
def test_couch_answers(cht: Instance, method: str, path: str, body: Any, status: int) -> None:
    """An online user reaches CouchDB through CHT."""
    assert cht.ask(method, path, json=body, user="boss").status == status


def test_same_answer(cht: Instance) -> None:
    """What CouchDB says is passed on unchanged."""
    answer = cht.ask("GET", "/api/v3/sms", user="admin")
    assert answer.json() == {"error": "not_found", "reason": "Database does not exist."}
    assert answer.headers["Server"].startswith("CouchDB/")


def test_keys_with_escapes(cht: Instance) -> None:
    """What is encoded in a path arrives as it was encoded."""
    assert cht.ask("PUT", "/medic/a%2Fb%20c", json={}, user="boss").status == 201
    assert cht.database.find("a/b c") is not None


@pytest.mark.parametrize(
    ("user", "method", "status", "error"),
    [
        (None, "GET", 401, "unauthorized"),
        ("chw", "GET", 403, "forbidden"),
        ("chw", "PUT", 403, "forbidden"),
        ("nurse", "GET", 200, None),
        ("nurse", "PUT", 403, "Insufficient privileges"),
        ("gw", "PUT", 409, "conflict"),
    ],
)
def test_who(cht: Instance, user: str | None, method: str, status: int, error: str | None) -> None:
    """Offline users are kept out, and writing needs `can_edit`."""
    answer = cht.ask(method, "/medic/settings", json={}, user=user)
    assert (answer.status, answer.json().get("error")) == (status, error)


def test_firewall_speaks_json(cht: Instance) -> None:
    """An offline user is refused in JSON, whatever was asked for."""
    answer = cht.ask("GET", "/medic/settings", user="chw", accept=None)
    details = "Offline users are not allowed access to this endpoint"
    assert answer.json() == {"code": 403, "error": "forbidden", "details": details}


@pytest.mark.parametrize(
    ("path", "body"),
    [("/_session", {"name": "gw", "password": "pass"}), ("/medic/login", {"user": "gw", "password": "pass"})],
)
def test_cookie(cht: Instance, path: str, body: dict[str, str]) -> None:
    """A cookie from either login opens the API."""
    cookies = cht.ask("POST", path, json=body).headers.getall("Set-Cookie")
    session = next(cookie for cookie in cookies if cookie.startswith("AuthSession="))
    answer = cht.ask("GET", "/api/sms", headers={"Cookie": session.partition(";")[0]})
    assert answer.status == 200


def test_login(cht: Instance) -> None:
    """A login leads to the app, with a cookie that says who it is."""
    answer = cht.ask("POST", "/medic/login", json={"user": "gw", "password": "pass"})
    assert (answer.status, answer.headers["Location"]) == (302, "/")
    assert any(cookie.startswith("userCtx=%7B%22name%22") for cookie in answer.headers.getall("Set-Cookie"))


def test_wrong_login(cht: Instance) -> None:
    """A wrong password is no login."""
    answer = cht.ask("POST", "/medic/login", json={"user": "gw", "password": "wrong"})
    assert (answer.status, answer.json()) == (401, {"error": "Not logged in"})


def test_password_must_change(cht: Instance) -> None:
    """Who must change the password gets no session, but Basic still works (cht 11.3)."""
    users = cht.couch.database("_users")
    users.put({**users.get("org.couchdb.user:gw"), "password_change_required": True})
    answer = cht.ask("POST", "/medic/login", json={"user": "gw", "password": "pass"})
    assert "AuthSession" not in "".join(answer.headers.getall("Set-Cookie", []))
    assert cht.ask("GET", "/api/sms", user="gw").status == 200


def test_login_page(cht: Instance) -> None:
    """Whoever follows the redirect of a 401 ends up on a page with status 200."""
    answer = cht.ask("GET", "/medic/login?redirect=x")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")


def test_credential_in_old_releases(cht: Instance) -> None:
    """An administrator reaches CouchDB's configuration as well."""
    path = "/_node/_local/_config/medic-credentials/rapidpro:outgoing"
    assert cht.ask("PUT", path, data='"key"', user="admin").status == 200
    assert cht.couch.setting("medic-credentials", "rapidpro:outgoing") == "key"


@pytest.mark.parametrize(("feed", "lines"), [("continuous&timeout=1000", 3), ("longpoll&since=now", 5)])
def test_feed(cht: Instance, feed: str, lines: int) -> None:
    """A feed of changes comes through as it is written, to its end."""

    async def follow() -> str:
        asyncio.get_running_loop().call_later(0.5, cht.database.put, {"_id": "news"})
        answer = await cht.asking("GET", f"/medic/_changes?since=now&feed={feed}", user="boss")
        return answer.text

    text = cht.loop.run(follow())
    assert '"id":"news"' in text
    assert text.strip().count("\n") <= lines


def test_feed_streams(cht: Instance) -> None:
    """Each change arrives when it happens, although the feed has no end; who hangs up ends it."""
    url = "https://cht.org/medic/_changes?feed=continuous&since=now&heartbeat=5000"
    headers = {"Authorization": basic_auth("boss", "pass")}
    cht.rest()  # until the process itself follows
    watchers = len(cht.database.watchers)

    async def first_change() -> str:
        async with cht.network.client("sentinel").get(url, headers=headers) as answer:
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            cht.database.put({"_id": "news"})
            while not (line := await answer.content.readline()).strip():
                pass
            return str(json.loads(line)["id"])

    assert cht.loop.run(first_change()) == "news"
    cht.rest(12)
    assert len(cht.database.watchers) == watchers


def test_broken_feed(cht: Instance) -> None:
    """A feed that breaks off on CouchDB's side does not look complete."""
    couch = cht.network.find("couch.internal", None)
    assert couch is not None
    cht.rest()

    async def follow() -> None:
        feed = asyncio.create_task(cht.asking("GET", "/medic/_changes?feed=continuous&since=now", user="boss"))
        await asyncio.sleep(1)
        await couch.server.close()
        await feed

    with pytest.raises(aiohttp.ClientError):
        cht.loop.run(follow())
