"""Flows call servers: what is sent, what is never sent, and what a flow learns of the answer."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from rapidpro_simulator.rapidpro.flows.core.services import EngineLimits, Services
from rapidpro_simulator.rapidpro.flows.core.webhooks import WebhookRequest, WebhookResponse

from .playing import CONTACT, Played, play, uuid

CALL = {"type": "call_webhook", "method": "POST", "url": "http://a.example/", "result_name": "Answer"}
TELL = {"type": "send_msg", "text": "@(json(webhook.json)) @webhook.status @webhook"}


class Server:
    """Answers by URL, everything else with 200 and no body, and remembers what it was asked."""

    def __init__(self, **answers: WebhookResponse | None) -> None:
        self._answers = answers
        self.requests: list[WebhookRequest] = []

    async def __call__(self, request: WebhookRequest) -> WebhookResponse | None:
        self.requests.append(request)
        host = request.url.split("/")[2].partition(".")[0]
        return self._answers.get(host, WebhookResponse(200))


def call(server: Server, *actions: dict[str, Any], **world: Any) -> Played:
    services = Services(webhook=server, webhook_headers={"User-Agent": "Mailroom/26.3"}, blocked_hosts=["facebook.com"])
    return play(*actions, services=services, **world)


@pytest.mark.parametrize(
    ("response", "status", "result", "webhook"),
    [
        (WebhookResponse(201, body=b'{"a": [1]}'), "success", ("201", "Success", {"a": [1]}), '{"a":[1]} 201'),
        (WebhookResponse(200), "success", ("200", "Success", None), "null 200"),
        (WebhookResponse(500, body=b'"no"'), "response_error", ("500", "Failure", "no"), '"no" 500'),
        (WebhookResponse(410), "response_error", ("410", "Failure", None), "null 410"),
        (None, "connection_error", ("0", "Failure", None), "null 0"),
    ],
)
def test_outcomes(response: WebhookResponse | None, status: str, result: tuple[str, str, Any], webhook: str) -> None:
    """The event, the result and `@webhook` tell what came of a call."""
    played = call(Server(a=response), CALL, TELL)
    called, changed, said = played.events
    assert called["status"] == status
    assert (changed["value"], changed["category"], changed.get("extra")) == result
    assert played.run.results["answer"].input == "POST http://a.example/"
    assert said["msg"]["text"] == f"{webhook} POST http://a.example/"


def test_request() -> None:
    """URL, headers and body are evaluated; the method is in capitals, and the host's headers fill in."""
    server = Server()
    action = {
        **CALL,
        "method": "put",
        "url": " http://a.example/?n=@contact ",
        "headers": {"x-name": "@contact", "Content-Type": "application/json"},
        "body": '@(json(object("id", run.uuid, "a", 1)))',
    }
    played = call(server, action)
    (request,) = server.requests
    assert (request.method, request.url) == ("PUT", "http://a.example/?n=Ben")
    assert request.headers == {
        "User-Agent": "Mailroom/26.3",
        "X-Name": "Ben",
        "Content-Type": "application/json",
    }
    assert json.loads(request.body) == {"id": played.run.uuid, "a": 1}


@pytest.mark.parametrize(
    ("action", "error"),
    [
        ({"url": '@("")'}, {"text": "Webhook URL evaluated to empty string"}),
        (
            {"url": "http://a b/" + "x" * 300},
            {
                "text": "Webhook URL evaluated to an invalid URL: '" + ("http://a b/" + "x" * 300)[:255] + "'",
                "code": "url:invalid",
                "extra": {"url": ("http://a b/" + "x" * 300)[:255]},
            },
        ),
        (
            {"url": "https://Graph.Facebook.com./x"},
            {
                "text": "Webhook calls to graph.facebook.com. are not allowed",
                "code": "url:blocked",
                "extra": {"hostname": "graph.facebook.com."},
            },
        ),
        (
            {"body": "x" * 200},
            {
                "text": "Webhook request evaluated to 235 bytes, exceeding the limit of 200",
                "code": "webhook:request_size",
                "extra": {"size": "235", "limit": "200"},
            },
        ),
    ],
)
def test_never_sent(action: dict[str, Any], error: dict[str, Any]) -> None:
    """Some calls are not even attempted: no event, no result, and nothing is left of the call before."""
    server = Server(a=WebhookResponse(200, body=b"1"))
    before = {**CALL, "result_name": ""}
    played = call(server, before, {**CALL, **action}, limits=EngineLimits(webhook_request=200))
    assert played.events[1:] == [{"type": "error", **error}]
    assert len(server.requests) == 1
    assert (played.run.webhook, played.run.results) == (None, {})


def test_large_body_is_not_cut() -> None:
    """A body is never cut, whatever the limit of evaluated texts."""
    server = Server()
    call(server, {**CALL, "body": '@(repeat("x", 9000) & repeat("x", 9000))'})
    assert len(server.requests[0].body) == 18_000


def test_large_response() -> None:
    """A response that is too large counts as none, but its status is known."""
    server = Server(a=WebhookResponse(200, body=b'{"a":1}'))
    played = call(server, CALL, TELL, limits=EngineLimits(webhook_response=6))
    warning, called, changed, said = played.events
    assert warning == {
        "type": "warning",
        "text": "Webhook response exceeded the limit of 6 bytes",
        "code": "webhook:response_size",
        "extra": {"limit": "6"},
    }
    assert (called["status"], changed["value"], changed["category"]) == ("connection_error", "200", "Failure")
    assert said["msg"]["text"] == "null 200 POST http://a.example/"


@pytest.mark.parametrize(("length", "kept"), [(9_999, True), (10_000, False)])
def test_extra_of_results(length: int, kept: bool) -> None:
    """Results keep JSON of less than 10000 bytes; expressions see any."""
    body = json.dumps("x" * (length - 2)).encode()
    played = call(Server(a=WebhookResponse(200, body=body)), CALL)
    assert (played.run.results["answer"].extra is not None) is kept
    assert played.run.webhook is not None
    assert len(played.run.webhook["json"]) == length - 2


@pytest.mark.parametrize("number", ["1e400", "-1e400", "9" * 5_000])
def test_numbers_beyond_all_range(number: str) -> None:
    """A number that nobody can hold is JSON all the same, and none for expressions."""
    body = f'{{"n": {number}, "a": 1}}'.encode()
    told = {"type": "send_msg", "text": "@webhook.json.a @(is_error(webhook.json.n))"}
    called, changed, said = call(Server(a=WebhookResponse(200, body=body)), CALL, told).events
    assert said["msg"]["text"] == "1 true"
    json.dumps([called, changed], allow_nan=False)


def test_halves_of_characters() -> None:
    """JSON can escape halves of characters: they become U+FFFD, in expressions and in results."""
    told = {"type": "send_msg", "text": "@(word_count(webhook.json)) @webhook.json"}
    played = call(Server(a=WebhookResponse(200, body=rb'"\ud83d a"')), CALL, told)
    assert played.events[-1]["msg"]["text"] == "2 \ufffd a"
    assert played.run.results["answer"].extra == "\ufffd a"


def test_legacy_extra_is_as_it_came() -> None:
    """What was `@extra` shows the JSON of a result with the white space that it came with."""
    told = {"type": "send_msg", "text": "@legacy_extra.answer"}
    played = call(Server(a=WebhookResponse(200, body=b'{ "a" : 1 }')), CALL, told)
    assert played.events[-1]["msg"]["text"] == '{ "a" : 1 }'
    assert "extra_source" not in played.run.results["answer"].to_json()


def test_redirected() -> None:
    """Of a call that was sent elsewhere, the last request is shown."""
    last = WebhookRequest.of("GET", "http://b.example/", {}, "")
    played = call(Server(a=WebhookResponse(200, request=last)), CALL)
    assert played.events[0]["url"] == "http://b.example/"
    assert played.run.results["answer"].input == "GET http://b.example/"


def test_headers_are_seen() -> None:
    """Expressions see the headers of a response by any case."""
    server = Server(a=WebhookResponse(200, (("x-count", "7"), ("Date", "now"))))
    played = call(server, CALL, {"type": "send_msg", "text": '@(webhook.headers["X-COUNT"])'})
    assert played.events[-1]["msg"]["text"] == "7"


RESTHOOK = {"type": "call_resthook", "resthook": "born", "result_name": "Told"}


@pytest.mark.parametrize(
    ("first", "second", "result"),
    [
        (200, 201, "201"),
        (200, 410, "200"),
        (410, 200, "200"),
        (500, 200, "500"),
        (500, 503, "503"),
        (200, None, "0"),
        (410, 410, "410"),
    ],
)
def test_subscribers(first: int, second: int | None, result: str) -> None:
    """The last failure counts, else the last success, else the last that is gone."""
    server = Server(a=WebhookResponse(first), b=None if second is None else WebhookResponse(second))
    played = call(server, RESTHOOK)
    assert played.types == ["resthook_called", "webhook_called", "webhook_called", "run_result_changed"]
    assert played.run.results["told"].value == result


def test_subscriber_gone() -> None:
    """A subscriber that answers 410 has gone; the event names the resthook."""
    _, called, *_ = call(Server(a=WebhookResponse(410)), RESTHOOK).events
    assert (called["status"], called["resthook"]) == ("subscriber_gone", "born")


def test_payload() -> None:
    """Subscribers get the contact, the run, the way it went and what it found out."""
    server = Server()
    saved = {"type": "set_run_result", "name": "Age", "value": "27", "category": "Adult"}
    played = call(server, saved, RESTHOOK, contact={**CONTACT, "language": "eng"})
    payload = json.loads(server.requests[0].body)
    assert payload == played.events[1]["payload"]
    assert payload["contact"] == {
        "uuid": uuid(3),
        "name": "Ben",
        "urn": "tel:+12065551212",
        "language": "eng",
    }
    assert (payload["input"], payload["channel"], payload["run"]["uuid"]) == (None, None, played.run.uuid)
    assert [step["node_uuid"] for step in payload["path"]] == [uuid(1)]
    result = payload["results"]["age"]
    assert (result["name"], result["value"], result["category"], result["node_uuid"]) == ("Age", "27", "Adult", uuid(1))


def test_unknown_resthook() -> None:
    """A resthook that does not exist is called by nobody, and leaves no webhook."""
    played = call(Server(), {**CALL, "result_name": ""}, {**RESTHOOK, "resthook": "gone"})
    assert (played.types, played.run.webhook) == (["webhook_called"], None)


def test_resthook_without_subscribers() -> None:
    """A resthook that nobody listens to is called, and has no result."""
    played = call(Server(), RESTHOOK, workspace={"resthooks": [{"slug": "born", "subscribers": []}]})
    assert (played.types, played.run.results) == (["resthook_called"], {})


def test_without_a_host() -> None:
    """Where nobody carries requests, nobody is reached."""
    assert play(CALL, services=replace(Services())).events[0]["status"] == "connection_error"
