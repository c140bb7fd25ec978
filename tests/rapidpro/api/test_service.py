from __future__ import annotations

import base64
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.rapidpro.api.authentication import authenticate
from rapidpro_simulator.rapidpro.api.endpoints import HANDLERS, endpoints
from rapidpro_simulator.rapidpro.api.errors import RapidProApiError
from rapidpro_simulator.rapidpro.generations import GENERATIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.rapidpro.api import RapidProApi
    from rapidpro_simulator.world.clock import FrozenClock
    from rapidpro_simulator.world.journal import Journal
    from tests.rapidpro.api.conftest import Server

ANONYMOUS: dict[str, str] = {}
NO_CREDENTIALS = {"detail": "Authentication credentials were not provided."}
NO_PERMISSION = {"detail": "You do not have permission to perform this action."}
NOT_FOUND = "<h1>Not Found</h1>"


def basic(user: str, key: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{key}".encode()).decode()


# Routing: rapidpro 1.1


@pytest.mark.parametrize("path", ["messages.json", "messages.json/"])
def test_suffix(server: Server, path: str) -> None:
    """An endpoint answers with the suffix, and with a slash behind it."""
    assert server.get(path).status == 200


@pytest.mark.parametrize("path", ["messages/", "messages.xml", "fish.json", "/api/v1/messages.json", "/"])
def test_unknown_paths(server: Server, path: str) -> None:
    """Elsewhere there is a web page that says so, to everybody and for free."""
    reply = server.get(path, headers=ANONYMOUS)
    assert (reply.status, NOT_FOUND in reply.text) == (404, True)
    assert "html" in reply.headers["Content-Type"]


def test_redirect(server: Server) -> None:
    """The API's parent leads to its root."""
    reply = server.get("/api/")
    assert (reply.status, reply.headers["Location"]) == (302, "/api/v2/")


def test_root(server: Server) -> None:
    """The root is open to everybody and names the endpoints, with a suffix as well as without."""
    reply = server.get("/api/v2/", headers=ANONYMOUS)
    assert reply.json()["broadcasts"] == "https://rapidpro.org/api/v2/broadcasts"
    for path in ("/api/v2/.json", "/api/v2/.json/", "/api/v2/?format=json"):
        assert server.get(path, headers=ANONYMOUS).said == reply.said


@pytest.mark.parametrize(
    ("generation", "unlisted"),
    [
        ("community", ("definitions", "optins", "org", "templates")),
        ("textit-2025", ("boundaries", "channel_events", "definitions", "optins", "org")),
        ("textit-2026", ("boundaries", "channel_events", "definitions", "org", "statistics")),
    ],
)
def test_undocumented(start: Callable[..., Any], generation: str, unlisted: tuple[str, ...]) -> None:
    """What is not documented answers, and the root does not tell of it (rapidpro 4.0)."""
    server = start(generation)
    assert not set(unlisted) & set(server.get("/api/v2/").json())
    for name in unlisted:
        assert server.get(f"{name}.json").status == 200


def test_endpoints_of_a_generation(start: Callable[..., Any]) -> None:
    """Endpoints come and go."""
    community = start("community")
    assert (community.get("optins.json").status, community.get("statistics.json").status) == (200, 404)


@pytest.mark.parametrize(("generation", "status"), [("community", 403), ("textit-2026", 200)])
def test_documentation(start: Callable[..., Any], generation: str, status: int) -> None:
    """Without the suffix there is documentation: an empty list in JSON, open to everybody in the newer generation."""
    server = start(generation)
    accept = {"Accept": "application/json"}
    assert server.get("messages", headers=server.authorization | accept).said == (200, [])
    assert server.get("messages", headers=accept).status == status


@pytest.mark.parametrize(("generation", "status"), [("community", 201), ("textit-2026", 403)])
def test_write_without_suffix(start: Callable[..., Any], generation: str, status: int) -> None:
    """A gateway that forgets the suffix gets through in one generation, and is refused in the other."""
    server = start(generation)
    headers = server.authorization | {"Accept": "application/json"}
    reply = server.post("broadcasts", {"urns": ["tel:+250788123123"], "text": "Hi"}, headers=headers)
    assert (reply.status, len(server.workspace.broadcasts)) == (status, int(status == 201))


def test_html_without_suffix(community: Server) -> None:
    """Whoever does not ask for JSON reads the answer in a web page."""
    reply = community.post("broadcasts", {})
    assert (reply.status, reply.headers["Content-Type"]) == (400, "text/html; charset=utf-8")


# Negotiation: rapidpro 1.2, 0.3


@pytest.mark.parametrize(("accept", "status"), [("text/html", 406), ("*/*", 200), ("application/*;q=0.8", 200)])
def test_accept(server: Server, accept: str, status: int) -> None:
    """With the suffix there is JSON, or nothing acceptable."""
    assert server.get("messages.json", headers=server.authorization | {"Accept": accept}).status == status


def test_not_acceptable_comes_first(server: Server) -> None:
    """What is not acceptable is refused before anybody asks for credentials."""
    assert server.get("messages.json", headers={"Accept": "text/html"}).status == 406


def test_compact(server: Server) -> None:
    """JSON is compact, unless spaces are asked for."""
    indented = server.get("messages.json", headers=server.authorization | {"Accept": "application/json; indent=2"})
    assert server.get("messages.json").text == '{"next":null,"previous":null,"results":[]}'
    assert indented.text.startswith('{\n  "next": null')


# Authentication: rapidpro 1.3, 1.4


@pytest.mark.parametrize(
    ("header", "detail"),
    [
        (None, "Authentication credentials were not provided."),
        ("Bearer x", "Authentication credentials were not provided."),
        ("Token", "Invalid token header. No credentials provided."),
        ("Token a b", "Invalid token header. Token string should not contain spaces."),
        ("token nobody", "Invalid token"),
        ("Basic", "Invalid basic header. No credentials provided."),
        ("Basic a b", "Invalid basic header. Credentials string should not contain spaces."),
        ("Basic abc", "Invalid basic header. Credentials not correctly base64 encoded."),
        (basic("bob", "nobody"), "Invalid token or email"),
    ],
)
def test_authentication_failures(server: Server, header: str | None, detail: str) -> None:
    """Every failure is a 403 without a challenge, and free of charge."""
    headers = {} if header is None else {"Authorization": header}
    reply = server.get("messages.json", headers=headers)
    assert reply.said == (403, {"detail": detail})
    assert "WWW-Authenticate" not in reply.headers
    assert server.api.quota(server.workspace)["v2.messages"].used == 0


def test_undecodable_token(server: Server) -> None:
    """Bytes that are no UTF-8, which arrive as surrogates, are no token."""
    with pytest.raises(RapidProApiError, match="Token string should not contain invalid characters"):
        authenticate("Token a\udce9", server.rapidpro)


def test_schemes(server: Server) -> None:
    """The keyword is read in any case; the password of Basic is the token."""
    token = server.workspace.token
    headers = [f"TOKEN {token.key}", basic(token.user, token.key), basic("bob", token.key)]
    replies = [server.get("messages.json", headers={"Authorization": header}).status for header in headers]
    assert replies == [200, 200, 403]


SURVEYORS = ("boundaries", "contacts", "definitions", "fields", "flows", "groups")


@pytest.mark.parametrize(("generation", "open_to_surveyors"), [("community", SURVEYORS), ("textit-2026", ())])
def test_surveyor(start: Callable[..., Any], generation: str, open_to_surveyors: tuple[str, ...]) -> None:
    """In the older generations a Surveyor may use what a survey needs, and nothing else (rapidpro 1.4)."""
    server = start(generation)
    headers = {"Authorization": f"Token {server.workspace.new_token('Surveyor').key}"}
    readable = [name for name, endpoint in server.api.endpoints.items() if "GET" in endpoint.methods]
    allowed = [name for name in readable if server.get(f"{name}.json", headers=headers).status == 200]
    assert allowed == list(open_to_surveyors)


def test_inactive(server: Server) -> None:
    """A deactivated token is as good as none."""
    server.workspace.token.active = False
    assert server.get("messages.json").said == (403, {"detail": "Invalid token"})


@pytest.mark.parametrize(("role", "status"), [("Editor", 200), ("Viewer", 403), ("Surveyor", 403)])
def test_roles(server: Server, role: str, status: int) -> None:
    """Administrators and Editors may do everything, the others nothing."""
    token = server.workspace.new_token(role)
    reply = server.get("messages.json", headers={"Authorization": f"Token {token.key}"})
    assert reply.status == status
    assert status == 200 or reply.json() == NO_PERMISSION


# Methods: rapidpro 1.5


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
def test_not_allowed(server: Server, method: str) -> None:
    """A verb that an endpoint does not have is refused before the credentials are looked for, and for free."""
    said = (405, {"detail": f'Method "{method}" not allowed.'})
    assert [server.ask(method, "messages.json", headers=ANONYMOUS).said, server.ask(method, "messages.json").said] == [
        said,
        said,
    ]
    assert server.api.quota(server.workspace)["v2.messages"].used == 0


def test_head(server: Server) -> None:
    """HEAD is not allowed where an endpoint is bound to a model, although the header promises it."""
    reply = server.ask("HEAD", "messages.json")
    assert (reply.status, reply.headers["Allow"]) == (405, "GET, POST, HEAD, OPTIONS")


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("OPTIONS", 200), ("POST", 405)])
def test_explicit_permission(server: Server, method: str, status: int) -> None:
    """Endpoints that name their permission ask for credentials first, and count what they then refuse."""
    assert server.ask(method, "workspace.json", headers=ANONYMOUS).status == 403
    assert server.ask(method, "workspace.json").status == status
    assert server.api.quota(server.workspace)["v2"].used == 1


# Headers: rapidpro 1.6


def test_workspace_header(start: Callable[..., Any]) -> None:
    """The older generation marks its answers with a number, under an older name."""
    server = start("community")
    assert server.get("messages.json").headers["X-Temba-Org"] == str(server.workspace.id)


def test_new_workspace_header(textit: Server) -> None:
    """The newer generation marks its answers with a UUID."""
    assert textit.get("messages.json").headers["X-Temba-Workspace"] == textit.workspace.uuid


def test_content_type(server: Server) -> None:
    """JSON says no charset."""
    assert server.get("messages.json").headers["Content-Type"] == "application/json"


# Bodies: rapidpro 1.7


@pytest.mark.parametrize(
    ("content_type", "data", "said"),
    [
        ("text/plain", b"{}", (415, {"detail": 'Unsupported media type "text/plain" in request.'})),
        ("", b"{}", (415, {"detail": 'Unsupported media type "" in request.'})),
        (
            "application/json; charset=utf-8",
            b"{",
            (
                400,
                {
                    "detail": "JSON parse error - Expecting property name enclosed in double quotes: "
                    "line 1 column 2 (char 1)"
                },
            ),
        ),
        (
            "application/json",
            b"\xff",
            (
                400,
                {"detail": "JSON parse error - 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"},
            ),
        ),
        (
            "application/json",
            b'{"a":NaN}',
            (400, {"detail": "JSON parse error - Out of range float values are not JSON compliant: 'NaN'"}),
        ),
        ("application/json", b"[1]", (400, {"non_field_errors": ["Request body should be a single JSON object"]})),
        ("application/json", b"1", (400, {"non_field_errors": ["Request body should be a single JSON object"]})),
        ("text/plain", b"", (400, {"contact": ["This field is required."]})),
    ],
)
def test_bodies(server: Server, content_type: str, data: bytes, said: tuple[int, Any]) -> None:
    """What cannot be read is refused in the framework's words; nothing at all is an empty object."""
    headers = server.authorization | ({"Content-Type": content_type} if content_type else {})
    assert server.ask("POST", "messages.json", headers=headers, data=data).said == said


def test_form_broadcast(server: Server) -> None:
    """A broadcast cannot be sent as a form."""
    reply = server.ask("POST", "broadcasts.json", data={"urns": "tel:+250788123123", "text": "Hi"})
    empty = ["This dictionary may not be empty."]
    fields = ["text", "attachments"] + ["quick_replies"] * (server.rapidpro.generation.name == "textit-2026")
    assert reply.said == (400, dict.fromkeys(fields, empty))


@pytest.mark.parametrize("multipart", [True, False])
def test_form_contact(server: Server, multipart: bool) -> None:
    """Others can: a list is a field that comes several times."""
    pairs = [("name", "Ann"), ("urns", "tel:0788000001"), ("urns", "tel:0788000002")]
    if multipart:
        headers = server.authorization | {"Content-Type": "multipart/form-data; boundary=x"}
        parts = [f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in pairs]
        reply = server.ask("POST", "contacts.json", headers=headers, data=("".join(parts) + "--x--\r\n").encode())
    else:
        reply = server.ask("POST", "contacts.json", data=pairs)
    assert (reply.status, reply.json()["urns"]) == (201, ["tel:+250788000001", "tel:+250788000002"])


# Suspended and flagged: rapidpro 1.11


@pytest.mark.parametrize(("flags", "word"), [(("suspended",), "suspended"), (("suspended", "flagged"), "flagged")])
def test_suspended(server: Server, flags: tuple[str, ...], word: str) -> None:
    """A suspended or flagged workspace reads but does not write; before that only the shape of the body counts."""
    for flag in flags:
        setattr(server.workspace.settings, flag, True)
    refusal = server.post("broadcasts.json", {})
    assert refusal.json()["non_field_errors"][0].startswith(f"Sorry, your workspace is currently {word}. To re-enable")
    assert server.post("broadcasts.json", []).json() == {
        "non_field_errors": ["Request body should be a single JSON object"]
    }
    assert server.get("broadcasts.json").status == 200


# The throttle: rapidpro 2


def test_throttle(start: Callable[..., Any], journal: Journal, clock: FrozenClock) -> None:
    """Beyond its rate a workspace is refused with the time to wait; that is an event, and costs nothing."""
    server = start("community")
    server.workspace.access.rates = {"v2.messages": "2/hour"}
    statuses = [server.get("messages.json").status for _ in range(3)]
    reply = server.get("messages.json")
    wait = int(reply.headers["Retry-After"])
    assert statuses == [200, 200, 429]
    assert reply.json() == {"detail": f"Request was throttled. Expected available in {wait} seconds."}
    assert [event.data for event in journal.where("throttle.refused")] == [
        {"host": "rapidpro.org", "workspace": "Kigali", "scope": "v2.messages", "wait": 3600}
    ] * 2
    assert server.api.quota(server.workspace)["v2.messages"] == (2, 2)
    clock.advance(timedelta(hours=1))
    assert server.get("messages.json").status == 200


@pytest.mark.parametrize(("generation", "scope"), [("community", "v2.broadcasts"), ("textit-2026", "v2")])
def test_scopes(start: Callable[..., Any], generation: str, scope: str) -> None:
    """Who counts a broadcast depends on the generation; all methods of an endpoint share its scope."""
    server = start(generation)
    server.get("broadcasts.json")
    server.post("broadcasts.json", {})
    used = {name: quota.used for name, quota in server.api.quota(server.workspace).items() if quota.used}
    assert used == {scope: 2}


@pytest.mark.parametrize(
    ("method", "path", "status", "cost"),
    [
        ("GET", "messages.json", 200, 1),
        ("POST", "messages.json", 400, 1),
        ("GET", "messages.json?id=", 400, 1),
        ("GET", "messages.json?cursor=abc", 404, 1),
        ("GET", "messages.json?broadcast=abc", 500, 1),
        ("PUT", "messages.json", 405, 0),
        ("GET", "messages/", 404, 0),
    ],
)
def test_costs(server: Server, method: str, path: str, status: int, cost: int) -> None:
    """What reaches an endpoint costs one unit, whatever comes of it."""
    assert server.ask(method, path).status == status
    assert server.api.quota(server.workspace)["v2.messages"].used == cost


def test_tokens_share_the_quota(server: Server) -> None:
    """All tokens of a workspace draw on one quota."""
    token = server.workspace.new_token("Editor", user="bob@rapidpro.org")
    server.get("messages.json")
    server.get("messages.json", headers={"Authorization": f"Token {token.key}"})
    assert server.api.quota(server.workspace)["v2.messages"].used == 2


def test_anonymous_quota(start: Callable[..., Any]) -> None:
    """Anonymous callers are throttled by their address."""
    server = start("community", rate_profile="legacy-1200")
    statuses = [server.get("/api/v2/", headers=ANONYMOUS).status for _ in range(1201)]
    assert (statuses.count(200), statuses[-1]) == (1200, 429)
    assert server.get("/api/v2/").status == 200


# Faults


@pytest.mark.parametrize(
    ("status", "content_type", "part"),
    [
        (403, "application/json", b'{"detail":"Invalid token"}'),
        (429, "application/json", b"Expected available in 1 second."),
        (500, "text/html; charset=utf-8", b"Server Error. Site administrators have been notified."),
        (502, "text/html; charset=utf-8", b"<h1>502 Bad Gateway</h1>"),
        (504, "text/html; charset=utf-8", b"<h1>504 Gateway Timeout</h1>"),
    ],
)
def test_faults(server: Server, status: int, content_type: str, part: bytes) -> None:
    """A fault looks like an error of RapidPro, or of the proxy in front of it."""
    api: RapidProApi = server.api
    response = api.error(status, 1)
    assert (response.status, response.headers["Content-Type"]) == (status, content_type)
    assert isinstance(response.body, bytes)
    assert part in response.body


@pytest.mark.parametrize("name", GENERATIONS)
def test_everything_is_answered(name: str) -> None:
    """There is somebody who answers each method of each endpoint, in every generation."""
    for endpoint in endpoints(GENERATIONS[name]).values():
        assert set(endpoint.methods) <= set(HANDLERS[endpoint.name])


def test_no_content(server: Server) -> None:
    """An answer without a body says no type of it."""
    group = server.workspace.add_group("Nurses")
    response = server.ask("DELETE", f"groups.json?uuid={group.uuid}")
    assert (response.status, response.text, "Content-Type" in response.headers) == (204, "", False)
