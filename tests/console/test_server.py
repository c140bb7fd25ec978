"""Who may ask the control API, and what is answered where something cannot be done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.console.pages.pages import COOKIE

from .api import TOKEN, Api, problem_of, served

if TYPE_CHECKING:
    from rapidpro_simulator.console.worlds import Worlds

BEARER = {"Authorization": f"Bearer {TOKEN}"}


class TestWhoMayAsk:
    """The token, the name of the server, and pages of others."""

    @pytest.mark.parametrize("header", ["", "Bearer", "Bearer not-the-token", f"Basic {TOKEN}", TOKEN, "Bearer é"])
    def test_token(self, api: Api, header: str) -> None:
        """Without the token nothing is told, and nothing done."""
        headers = {"Authorization": header.encode("utf-8").decode("latin-1")} if header else {}
        assert "Bearer TOKEN" in problem_of(api.send("GET", "/v1/worlds", headers=headers), 401)["detail"]
        assert problem_of(api.send("DELETE", "/v1/worlds/main", headers=headers), 401)
        assert api.ask("GET", "/worlds/{world}")["name"] == "main"

    def test_open(self, worlds: Worlds) -> None:
        """Where nobody is asked for a token, none is needed; the document is open in any case."""
        with served(worlds, token=None) as api:
            assert api.send("GET", "/v1/worlds").status == 200
        with served(worlds) as api:
            assert api.send("GET", "/openapi.json").json()["openapi"] == "3.1.0"

    @pytest.mark.parametrize(
        "host", ["evil.example", "evil.example:8700", "localhost.evil.example", "127.0.0.1.nip.io", ""]
    )
    def test_host(self, api: Api, host: str) -> None:
        """A name of somebody else's that leads here is refused, with the token or without."""
        reply = api.send("GET", "/v1/worlds", headers={**BEARER, "Host": host})
        assert "--console-host" in problem_of(reply, 421)["detail"]

    @pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1:8700", "[::1]:8700"])
    def test_this_machine(self, api: Api, host: str) -> None:
        """The names of this machine are its own, at whatever port."""
        assert api.send("GET", "/v1/worlds", headers={**BEARER, "Host": host}).status == 200

    @pytest.mark.parametrize(
        ("site", "status"), [("same-origin", 200), ("none", 200), ("cross-site", 401), ("same-site", 401), (None, 401)]
    )
    def test_cookie(self, api: Api, site: str | None, status: int) -> None:
        """The cookie of a browser changes something only where a page of ours has asked."""
        headers = {"Cookie": f"{COOKIE}={TOKEN}", **({"Sec-Fetch-Site": site} if site else {})}
        path = "/v1/worlds/main/clock"
        assert api.send("PATCH", path, {"speed": 0}, headers).status == status
        assert api.send("GET", path, headers=headers).status == 200
        assert api.send("GET", path, headers={"Cookie": f"{COOKIE}=another"}).status == 401


class TestProblems:
    """What cannot be done is answered with problem details."""

    def test_no_such_world(self, api: Api) -> None:
        """Those there are are named."""
        problem = api.refused(404, "GET", "/worlds/{world}", world="mian")
        assert problem["detail"] == "there is no world called mian; there are: main"

    @pytest.mark.parametrize(("method", "path", "status"), [("GET", "/v1/nothing", 404), ("PUT", "/v1/worlds", 405)])
    def test_no_such_endpoint(self, api: Api, method: str, path: str, status: int) -> None:
        """A path or a method that there is not leads to the document."""
        assert "/openapi.json" in problem_of(api.send(method, path, headers=BEARER), status)["detail"]

    @pytest.mark.parametrize(
        ("body", "detail", "pointer"),
        [
            ({}, "'text' is a required property", ""),
            ({"text": 5}, "text: 5 is not of type 'string'", "text"),
            ({"text": "", "more": 1}, "'more' was unexpected", ""),
            ([], "[] is not of type 'object'", ""),
        ],
    )
    def test_body(self, api: Api, body: object, detail: str, pointer: str) -> None:
        """A body that does not keep to its schema is refused, with the place."""
        problem = api.refused(422, "POST", "/worlds/{world}/sentences", body)
        assert detail in problem["detail"]
        assert problem["pointer"] == pointer

    @pytest.mark.parametrize("body", [b"{", b'{"text": NaN}', b'"\xff"', b'{"text": "\\ud800"}', b"[" * 100_000])
    def test_no_json(self, api: Api, body: bytes) -> None:
        """A body that is no JSON, or cannot be told again, is refused."""
        assert "no JSON" in api.refused(400, "POST", "/worlds/{world}/sentences", body)["detail"]

    @pytest.mark.parametrize(("query", "status"), [({"limit": 0}, 422), ({"limit": "x"}, 422), ({"limits": 1}, 400)])
    def test_query(self, api: Api, query: dict[str, Any], status: int) -> None:
        """So is a parameter that there is not, or that is out of its bounds."""
        assert "limit" in api.refused(status, "GET", "/worlds/{world}/journal", **query)["detail"]

    def test_false_sentence(self, sending: Api) -> None:
        """The first sentence that is not true ends it: it is named, with its line and how it is instead."""
        text = 'When a pending message is added\n\nThen the workspace "Main" has 7 messages\nWhen 1 day passes'
        problem = sending.refused(409, "POST", "/worlds/{world}/sentences", {"text": text})
        assert (problem["sentence"], problem["line"]) == ('Then the workspace "Main" has 7 messages', 3)
        assert "7" in problem["detail"]
        assert sending.ask("GET", "/worlds/{world}/clock")["now"] < "2026-03-02T09"

    def test_unknown_sentence(self, sending: Api) -> None:
        """A sentence that there is not is answered with those that come close."""
        text = {"text": 'When the instance is switched to workspace "Main"'}
        problem = sending.refused(409, "POST", "/worlds/{world}/sentences", text)
        assert "the instance is switched to the workspace" in problem["detail"]

    @pytest.mark.parametrize("text", ["And 1 hour passes", "Feature: x", "When\n  | a |", "1 hour passes"])
    def test_no_sentences(self, api: Api, text: str) -> None:
        """What is no Gherkin is refused before anything is done."""
        assert api.refused(422, "POST", "/worlds/{world}/sentences", {"text": text})["detail"]

    @pytest.mark.parametrize(
        ("method", "path", "body", "parameters"),
        [
            ("PUT", "/worlds/{world}/workspaces/{workspace}/state", {"state": "restored"}, {"workspace": 'x" is'}),
            ("PUT", "/worlds/{world}/workspaces/{workspace}/state", {"state": "restored"}, {"workspace": "a\nWhen"}),
            ("PUT", "/worlds/{world}/messages/{number}/state", {"state": "sent"}, {"number": "one"}),
            ("DELETE", "/worlds/{world}/faults/{number}", None, {"number": 0}),
            ("PUT", "/worlds/{world}/cht/keys/{direction}", {"value": "x"}, {"direction": "sideways"}),
            ("POST", "/worlds/{world}/messages", {"text": "to nobody"}, {}),
            ("POST", "/worlds/{world}/messages", {"to": "+1", "text": "two\nlines"}, {}),
            ("POST", "/worlds/{world}/conditions", {"condition": "it is so\nWhen 1 day passes"}, {}),
            ("POST", "/worlds/{world}/clock/advance", {}, {}),
            ("POST", "/worlds/{world}/clock/advance", {"days": 1e300}, {}),
            ("PATCH", "/worlds/{world}/clock", {"speed": -1}, {}),
            (
                "PUT",
                "/worlds/{world}/workspaces/{workspace}/channel",
                {"kind": "android", "settings": {"a": "b"}},
                {"workspace": "Main"},
            ),
        ],
    )
    def test_what_no_sentence_has(self, sending: Api, method: str, path: str, body: object, parameters: Any) -> None:
        """What would make other sentences of it, or none, is refused, and nothing is done."""
        before = sending.ask("GET", "/worlds/{world}/snapshot")["story"]
        sending.refused(422, method, path, body, **parameters)
        assert sending.ask("GET", "/worlds/{world}/snapshot")["story"] == before

    def test_defect(self, api: Api, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        """A defect of ours is told as one, to the client in the form that it knows."""

        def fail(_: object) -> None:
            raise KeyError("mine")

        monkeypatch.setattr("rapidpro_simulator.console.resources.clock.clock", fail)
        assert "please report it" in api.refused(500, "GET", "/worlds/{world}/clock")["detail"]
        assert "KeyError: 'mine'" in capsys.readouterr().err
