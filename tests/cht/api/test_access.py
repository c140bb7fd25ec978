from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.cht.api.access import ChtUser
from rapidpro_simulator.cht.api.negotiation import wants_json
from rapidpro_simulator.cht.api.nginx import BODY_LIMIT
from rapidpro_simulator.world.authorization import basic_auth
from rapidpro_simulator.world.faults import Fault, FaultKind

from .conftest import SETTINGS, WEBHOOK, Instance

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.world.faults import Faults
    from rapidpro_simulator.world.journal import Journal

DALVIK = "Dalvik/2.1.0 (Linux; U; Android 13) medic.gateway/1.4"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, False),
        ("*/*", False),
        ("text/*", False),
        ("text/html", False),
        ("text/html,application/xhtml+xml,*/*;q=0.8", False),
        ("text/plain, application/json", False),
        ("text/plain;q=0.5, application/json", True),
        ("application/json", True),
        ("application/json, text/plain, */*", True),
        ("application/*", True),
        ("application/*, text/plain", False),
        ("application/json;q=0, */*", False),
        ("*/*, application/json;q=0.1", False),
        ("application/json;q=nonsense", True),
        ("nonsense", False),
    ],
)
def test_negotiation(accept: str | None, expected: bool) -> None:
    """JSON is for who prefers it to text."""
    assert wants_json(accept) is expected


def test_unauthorized_json(cht: Instance) -> None:
    """A JSON client learns that nobody knows it, without a challenge (cht 1.6)."""
    answer = cht.ask("GET", "/api/sms", agent="python-requests/2")
    assert (answer.status, answer.text) == (401, '{"code":401,"error":"unauthorized"}')
    assert answer.headers["logout-authorization"] == "CHT-Core API"
    assert "WWW-Authenticate" not in answer.headers


@pytest.mark.parametrize("agent", ["curl/8.5", "python-requests/2", "Mozilla/5.0", "Dalvik/2.1.0"])
def test_unauthorized_browser(cht: Instance, agent: str) -> None:
    """Who has a user agent and wants no JSON is sent to the login page."""
    answer = cht.ask("GET", "//api/sms?a=b", accept=None, agent=agent)
    assert (answer.status, answer.headers["Location"]) == (302, "/medic/login?redirect=%2Fapi%2Fsms%3Fa%3Db")
    assert answer.headers["Set-Cookie"].startswith("login=force")


@pytest.mark.parametrize("agent", [None, DALVIK, "Dalvik/1.6 org.medicmobile.webapp.collect.android"])
def test_unauthorized_gateway(cht: Instance, agent: str | None) -> None:
    """A gateway, or who has no user agent, is challenged."""
    answer = cht.ask("GET", "/api/sms", accept=None, agent=agent)
    assert (answer.status, answer.text) == (401, "not logged in")
    assert answer.headers["WWW-Authenticate"] == 'Basic realm="Medic Web Services"'


@pytest.mark.parametrize(
    ("roles", "permission", "expected"),
    [
        (("gateway",), "can_access_gateway_api", True),
        (("nurse",), "can_access_gateway_api", False),
        (("unlisted",), "can_access_gateway_api", False),
        (("nurse", "gateway"), "can_access_gateway_api", True),
        (("gateway",), "can_fly", False),
        (("_admin",), "can_fly", True),
        (("admin",), "can_fly", True),
        ((), "can_edit", False),
    ],
)
def test_permission(roles: tuple[str, ...], permission: str, expected: bool) -> None:
    """A permission needs a role that has it and that is configured; administrators have all (cht 11.2)."""
    assert ChtUser("somebody", roles).may(permission, SETTINGS) is expected


def test_wrong_password(cht: Instance) -> None:
    """A wrong password is nobody."""
    answer = cht.ask("GET", "/api/sms", headers={"Authorization": basic_auth("gw", "wrong")})
    assert answer.status == 401


def test_couch_is_gone(cht: Instance, faults: Faults) -> None:
    """If CouchDB cannot say who it is, that is a server error."""
    faults.add(Fault(FaultKind.REFUSED, to="couch.internal", path="/_session"))
    assert cht.ask("GET", "/api/sms", user="gw").json() == {"code": 500, "error": "Server error"}


@pytest.mark.parametrize(
    ("release", "behind_nginx", "status"), [("5.2", True, 200), ("5.2", False, 500), ("4.16", False, 200)]
)
def test_header_that_breaks_fetch(
    build: Callable[..., Instance], release: str, behind_nginx: bool, status: int
) -> None:
    """A header of the connection makes the session lookup fail since 4.17, where no nginx takes it off (cht 0.2)."""
    cht = build(release, behind_nginx=behind_nginx)
    assert cht.ask("GET", "/api/sms", user="gw", headers={"Keep-Alive": "timeout=5"}).status == status


@pytest.mark.parametrize(
    ("status", "error"), [(429, "Too Many Requests"), (503, "503 Service Unavailable"), (500, "Server error")]
)
def test_fault(cht: Instance, faults: Faults, status: int, error: str) -> None:
    """A fault speaks CHT's language, or that of the nginx before it."""
    faults.add(Fault(FaultKind.STATUS, to="cht.org", status=status, retry_after=7))
    answer = cht.ask("GET", "/api/info")
    assert (answer.status, answer.json()["error"], answer.headers["Retry-After"]) == (status, error, "7")


@pytest.mark.parametrize(
    ("accept", "text"),
    [("application/json", '{"code":413,"error":"Payload Too Large"}'), ("text/html", "Payload Too Large")],
)
def test_too_large(cht: Instance, accept: str, text: str) -> None:
    """Bodies end at 32 MiB, and before anybody looks at the token (cht 1.3)."""
    body = io.BytesIO(b" " * (BODY_LIMIT + 1))
    answer = cht.ask("POST", WEBHOOK, data=body, accept=accept, headers={"Content-Type": "application/json"})
    assert (answer.status, answer.text) == (413, text)


@pytest.mark.parametrize(
    ("method", "path", "asked"),
    [
        ("GET", "/api/info", ["/_session"]),
        ("GET", "/api/sms", ["/_session", "/_session"]),
        ("GET", "/api/v1/settings", ["/_session", "/_session", "/medic/settings"]),
        ("GET", "/medic/other", ["/_session", "/_session", "/medic/other"]),
    ],
)
def test_round_trips(cht: Instance, journal: Journal, method: str, path: str, asked: list[str]) -> None:
    """Every request asks CouchDB who it is, and twice where that matters (cht 8.2)."""
    cht.rest()  # until the feed is followed
    before = len(journal)
    cht.ask(method, path, user="admin")
    exchanges = [exchange for exchange in journal.exchanges(to="couch.internal") if exchange.number > before]
    assert [exchange.data["path"] for exchange in exchanges] == asked
