"""What RapidPro asks an aggregator at the send URL of an external channel, and what it makes of the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from rapidpro_simulator.rapidpro.model.external import ExternalSettings
from rapidpro_simulator.rapidpro.model.messages import FailedReason, Status

if TYPE_CHECKING:
    from rapidpro_simulator.world.journal import Journal

    from .conftest import Aggregator, Asked

URL = "https://aggregator.example.org/send"
TEXT = 'Salaam & "karibu" <moja> élève'
REPLIES = [{"text": "Yes & no", "extra": None}, {"text": "<2>", "extra": None}]
FORM, JSON, XML = "urlencoded", "json", "xml"


def one(aggregator: Aggregator, text: str = TEXT, **settings: Any) -> Asked:
    """Let a text be sent by a channel with these settings, and return the request that does it."""
    asked = aggregator.answer(web.Response())
    channel = aggregator.set_up(**{"send_url": URL, **settings})
    channel.address = "+254700000000"
    aggregator.send(text, quick_replies=REPLIES)
    [request] = asked
    return request


def test_default_body(aggregator: Aggregator) -> None:
    """Unless it is told otherwise, RapidPro posts a form with all that an aggregator may want to know."""
    request = one(aggregator, "Habari & karibu")

    assert (request.method, request.path) == ("POST", "/send")
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert request.body == (
        "id=1&text=Habari+%26+karibu&to=%2B254711000001&to_no_plus=254711000001&from=%2B254700000000"
        f"&channel={aggregator.channel.uuid}"
    )


def test_get(aggregator: Aggregator) -> None:
    """With GET all is in the URL, and there is no body."""
    url = URL + "?to={{to_no_plus}}&from={{from_no_plus}}&text={{text}}&x={{unknown}}{{quick_replies}}"
    request = one(aggregator, send_url=url, send_method="GET")

    assert (request.method, request.body) == ("GET", "")
    assert request.path == (
        "/send?to=254711000001&from=254700000000&text=Salaam+%26+%22karibu%22+%3Cmoja%3E+%C3%A9l%C3%A8ve"
        "&x={{unknown}}&quick_reply=Yes+%26+no&quick_reply=%3C2%3E"
    )


BODIES = {
    FORM: (
        "text={{text}}{{quick_replies}}",
        "application/x-www-form-urlencoded",
        "text=Salaam+%26+%22karibu%22+%3Cmoja%3E+%C3%A9l%C3%A8ve&quick_reply=Yes+%26+no&quick_reply=%3C2%3E",
    ),
    JSON: (
        '{"text": {{text}}, "id": {{id}}, "replies": {{quick_replies}}}',
        "application/json",
        (
            r'{"text": "Salaam \u0026 \"karibu\" \u003cmoja\u003e élève", "id": "1", '
            r'"replies": ["Yes \u0026 no","\u003c2\u003e"]}'
        ),
    ),
    XML: (
        "<sms to='{{to}}'><text>{{text}}</text>{{quick_replies}}</sms>",
        "text/xml; charset=utf-8",
        (
            "<sms to='+254711000001'><text>Salaam &amp; &#34;karibu&#34; &lt;moja&gt; élève</text>"
            "<item>Yes &amp; no</item><item>&lt;2&gt;</item></sms>"
        ),
    ),
    "text/plain": ("{{to}} {{text}}", "text/plain", f"+254711000001 {TEXT}"),
}


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize("kind", BODIES)
def test_body(aggregator: Aggregator, kind: str, method: str) -> None:
    """A body is made of its template, with what it holds escaped as its kind asks."""
    template, content_type, body = BODIES[kind]
    request = one(aggregator, content_type=kind, send_body=template, send_method=method)

    assert (request.method, request.headers["Content-Type"], request.body) == (method, content_type, body)


def test_headers(aggregator: Aggregator, journal: Journal) -> None:
    """The authorization and other headers are sent along; the journal does not show the authorization."""
    request = one(aggregator, send_authorization="Key s3cr3t-and-long", send_headers={"X-Route": "gold"})

    assert (request.headers["Authorization"], request.headers["X-Route"]) == ("Key s3cr3t-and-long", "gold")
    assert not any("s3cr3t-and-long" in journal.line(entry) for entry in journal.where())


def test_national_number(aggregator: Aggregator) -> None:
    """Numbers may be wanted without the code of their country."""
    assert one(aggregator, send_body="{{to}} {{to_no_plus}}", use_national=True, content_type="text/plain").body == (
        "711000001 711000001"
    )


@pytest.mark.parametrize(
    ("encoding", "sent", "text"),
    [("smart", "“Hi” – she…", '"Hi" - she...'), ("smart", "“नमस्ते”", "“नमस्ते”"), ("default", "“Hi”", "“Hi”")],
)
def test_encoding(aggregator: Aggregator, encoding: str, sent: str, text: str) -> None:
    """A smart channel writes in the alphabet of SMS what it can; the others leave texts alone."""
    assert one(aggregator, sent, encoding=encoding, content_type="text/plain", send_body="{{text}}").body == text


def test_parts(aggregator: Aggregator) -> None:
    """A long text goes out in parts of one id, cut at a space near their end; quick replies come with the last."""
    asked = aggregator.answer(web.Response())
    aggregator.set_up(
        send_url=URL, send_body="{{id}}|{{text}}{{quick_replies}}", content_type="text/plain", max_length=20
    )
    message = aggregator.send("We expect you in the clinic on Monday morning", quick_replies=REPLIES[1:])

    assert [request.body for request in asked] == [
        "1|We expect you in",
        "1|the clinic on Monday",
        "1|morning&quick_reply=%3C2%3E",
    ]
    assert message.status is Status.WIRED


def test_text_without_spaces(aggregator: Aggregator) -> None:
    """Where there is no space, a part is as long as it may be; characters count, not bytes."""
    asked = aggregator.answer(web.Response())
    aggregator.set_up(send_url=URL, send_body="{{text}}", content_type="text/plain", max_length=4)
    aggregator.send("ééééabcdé")

    assert [request.body for request in asked] == ["éééé", "abcd", "é"]


def test_attachments(aggregator: Aggregator) -> None:
    """Attachments are sent as their addresses, each on a line of its own."""
    asked = aggregator.answer(web.Response())
    aggregator.set_up(send_url=URL, send_body="{{text}}", content_type="text/plain")
    aggregator.send("Look", attachments=["image/jpeg:https://textit.com/media/1.jpg"])

    assert asked[0].body == "Look\nhttps://textit.com/media/1.jpg"


# Answers

OK, BAD, BROKEN, BUSY = (web.Response(status=status, text=f"status {status}") for status in (200, 400, 500, 429))
JUDGED = [
    ("community", OK, "", Status.WIRED),
    ("community", OK, "status 200", Status.WIRED),
    ("community", OK, "accepted", Status.ERRORED),
    ("community", BAD, "", Status.ERRORED),
    ("community", BROKEN, "", Status.ERRORED),
    ("textit-2026", OK, "accepted", Status.FAILED),
    ("textit-2026", BAD, "", Status.FAILED),
    ("textit-2026", BROKEN, "", Status.ERRORED),
    ("textit-2026", BUSY, "", Status.ERRORED),
]


@pytest.mark.parametrize(("generation", "answer", "wanted", "status"), JUDGED)
def test_judged(aggregator: Aggregator, answer: web.Response, wanted: str, status: Status) -> None:
    """What is taken is wired; what is rejected is tried again in the older generations, and failed in the newer."""
    aggregator.answer(answer)
    aggregator.set_up(send_url=URL, mt_response_check=wanted)

    assert aggregator.send("Hello").status is status


@pytest.mark.parametrize("generation", ["community", "textit-2026"])
def test_nobody_there(aggregator: Aggregator, journal: Journal) -> None:
    """Where nobody answers, the message is tried again; the journal says why."""
    aggregator.set_up(send_url="https://nowhere.example.org/send?password=secret")
    message = aggregator.send("Hello")

    [event] = journal.where("provider.called", message=message.id)
    assert message.status is Status.ERRORED
    assert event.data["url"] == "https://nowhere.example.org/send"
    assert (event.data["status"], event.data["problem"]) == (None, "no answer")


def test_slow_answer(aggregator: Aggregator) -> None:
    """An answer that takes longer than 35 seconds is none."""
    aggregator.answer(36.0)
    aggregator.set_up(send_url=URL)

    message = aggregator.send("Hello", seconds=34)
    assert [message.status] == [Status.QUEUED]
    aggregator.loop.advance(2)
    assert [message.status] == [Status.ERRORED]


def test_retries(aggregator: Aggregator) -> None:
    """A message is asked for three times, five and ten minutes apart, and has failed then (rapidpro 6.3)."""
    asked = aggregator.answer(BROKEN)
    aggregator.set_up(send_url=URL)
    message = aggregator.send("Hello", seconds=3600)
    first = asked[0].time

    assert [round((request.time - first).total_seconds() / 60) for request in asked] == [0, 6, 17]
    assert (message.status, message.failed_reason) == (Status.FAILED, FailedReason.ERROR_LIMIT)


def test_second_attempt(aggregator: Aggregator) -> None:
    """Once the aggregator takes it, an errored message is wired, and waits for reports."""
    asked = aggregator.answer(BROKEN, OK)
    aggregator.set_up(send_url=URL)
    message = aggregator.send("Hello", seconds=600)

    assert (len(asked), message.status, message.error_count) == (2, Status.WIRED, 1)
    aggregator.tell("delivered", id=str(message.id))
    aggregator.loop.advance(1)
    assert message.status is Status.DELIVERED


def test_part_that_goes_wrong(aggregator: Aggregator) -> None:
    """Where one part is refused, the rest is not sent, and the next attempt sends all of them again."""
    asked = aggregator.answer(OK, BROKEN, OK)
    aggregator.set_up(send_url=URL, send_body="{{text}}", content_type="text/plain", max_length=3)
    message = aggregator.send("abcdefghi", seconds=600)

    assert [request.body for request in asked] == ["abc", "def", "abc", "def", "ghi"]
    assert message.status is Status.WIRED


def test_without_a_url_the_carrier_decides(aggregator: Aggregator) -> None:
    """A channel without a send URL only takes texts in; what becomes of messages is the simulated carrier's affair."""
    aggregator.set_up()

    assert aggregator.send("Hello", seconds=20).status is Status.DELIVERED


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"send_method": "PATCH"}, "sends by POST, GET, PUT, not by 'PATCH'"),
        ({"encoding": "S"}, "an encoding is default, smart, unicode, not 'S'"),
        ({"max_length": 0}, "at least one character, not 0"),
    ],
)
def test_impossible_settings(settings: dict[str, Any], complaint: str) -> None:
    """What cannot be set is refused, with what is possible."""
    with pytest.raises(ValueError, match=complaint):
        ExternalSettings(**settings)


def test_settings_of_another_kind(aggregator: Aggregator) -> None:
    """Only external channels have such settings."""
    with pytest.raises(ValueError, match="a channel of the kind 'twilio' has no settings"):
        aggregator.workspace.add_channel("twilio", external=ExternalSettings())
