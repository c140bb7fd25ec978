"""What an aggregator brings to courier, and what it is answered (rapidpro 5.4, 6.2, 6.7)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.rapidpro.model.contacts import ContactStatus
from rapidpro_simulator.rapidpro.model.messages import Status

if TYPE_CHECKING:
    from .conftest import Aggregator

SENDER = "+254711000001"


def said(answer: Any) -> tuple[int, str, dict[str, Any]]:
    body = answer.json()
    return answer.status, body["message"], body["data"][0]


@pytest.mark.parametrize("method", ["POST", "GET"])
@pytest.mark.parametrize("names", [("from", "text"), ("sender", "message")])
def test_received(aggregator: Aggregator, method: str, names: tuple[str, str]) -> None:
    """A text that comes as a form or in a query becomes an incoming message, and courier says so."""
    answer = aggregator.tell("receive", method, **dict(zip(names, (SENDER, "JOIN <now> & here"), strict=True)))
    [message] = aggregator.messages

    assert (message.incoming, message.urn, message.text) == (True, f"tel:{SENDER}", "JOIN <now> & here")
    assert message.channel is aggregator.channel
    assert said(answer) == (
        200,
        "Message Accepted",
        {
            "type": "msg",
            "channel_uuid": aggregator.channel.uuid,
            "msg_uuid": message.uuid,
            "text": "JOIN <now> & here",
            "urn": f"tel:{SENDER}",
            "received_on": f"{message.created_on:%Y-%m-%dT%H:%M:%S.%f}Z",
        },
    )
    assert "JOIN \\u003cnow\\u003e \\u0026 here" in answer.text


def test_form_before_query(aggregator: Aggregator) -> None:
    """What is in the form counts more than what is in the query."""
    aggregator.ask("receive?from=60397&text=query", data={"text": "form"})

    assert [(message.urn, message.text) for message in aggregator.messages] == [("tel:60397", "form")]


def test_plus_that_became_a_space(aggregator: Aggregator) -> None:
    """A plus that nobody escaped arrives as a space, and the number is understood all the same."""
    aggregator.ask(
        "receive", data=f"from={SENDER}&text=JOIN", headers={"Content-Type": "application/x-www-form-urlencoded"}
    )

    assert aggregator.messages[0].urn == f"tel:{SENDER}"


def test_multipart(aggregator: Aggregator) -> None:
    """A form may come in several parts."""
    body = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in (("from", "60396"), ("text", "Habari"))
    )
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    aggregator.ask("receive", data=f"{body}--x--\r\n", headers=headers)

    assert [message.text for message in aggregator.messages] == ["Habari"]


def test_json_is_no_form(aggregator: Aggregator) -> None:
    """An external channel takes forms; what is said in JSON is not heard."""
    answer = aggregator.ask("receive", json={"from": SENDER, "text": "JOIN"})

    assert said(answer) == (400, "Error", {"type": "error", "error": "must have one of 'sender' or 'from' set"})


def test_empty_text(aggregator: Aggregator) -> None:
    """A text may be empty or absent: somebody has texted nonetheless."""
    assert aggregator.tell("receive", **{"from": SENDER}).status == 200
    assert [message.text for message in aggregator.messages] == [""]


def test_date(aggregator: Aggregator) -> None:
    """A date of the provider's is when the message was sent, and when courier says it was received."""
    answer = aggregator.tell("receive", sender=SENDER, text="hi", date="2026-03-01T09:30:00.5+03:00")

    assert aggregator.messages[0].sent_on == datetime(2026, 3, 1, 6, 30, 0, 500_000, UTC)
    assert said(answer)[2]["received_on"] == "2026-03-01T06:30:00.500000Z"


REFUSED = {
    "no sender": ({"text": "hi"}, "must have one of 'sender' or 'from' set"),
    "no date": ({"from": SENDER, "date": "yesterday"}, "invalid date format, must be RFC 3339"),
    "a date without a zone": ({"from": SENDER, "time": "2026-03-01T09:30:00"}, "invalid date format, must be RFC 3339"),
    "no month": ({"from": SENDER, "time": "2026-13-01T09:30:00Z"}, "invalid date format, must be RFC 3339"),
    "no number": ({"from": "a*b"}, "phone number supplied is not a number"),
}


@pytest.mark.parametrize(("parameters", "sentence"), REFUSED.values(), ids=REFUSED)
def test_refused(aggregator: Aggregator, parameters: dict[str, str], sentence: str) -> None:
    """What cannot be taken is refused in one sentence, and leaves no trace."""
    answer = aggregator.tell("receive", **parameters)

    assert said(answer) == (400, "Error", {"type": "error", "error": sentence})
    assert (aggregator.messages, len(aggregator.workspace.contacts)) == ([], 0)


def test_broken_escape(aggregator: Aggregator) -> None:
    """An escape of a URL that is none is refused."""
    answer = aggregator.ask(
        "receive", data="from=60396&text=100%zz", headers={"Content-Type": "application/x-www-form-urlencoded"}
    )

    assert said(answer)[2]["error"] == 'invalid URL escape "%zz"'


SENDERS = [
    *(("community", sender, accepted) for sender, accepted in (("60396", True), ("SAFARICOM", True), ("1", True))),
    *(("textit-2026", sender, accepted) for sender, accepted in (("60396", True), ("SAFARICOM", True), ("1", False))),
    ("community", "x" * 65, False),
    ("textit-2026", "+254 (711) 000-001", True),
]


@pytest.mark.parametrize(("generation", "sender", "accepted"), SENDERS)
def test_senders(aggregator: Aggregator, sender: str, accepted: bool) -> None:
    """Numbers, short codes and names may text in; how short they may be differs between the generations."""
    assert aggregator.tell("receive", **{"from": sender, "text": "hi"}).status == (200 if accepted else 400)


@pytest.mark.parametrize("generation", ["textit-2026"])
def test_refused_in_newer_words(aggregator: Aggregator) -> None:
    """The newer generations refuse a sender in words of their own."""
    assert said(aggregator.tell("receive", **{"from": "a*b"}))[2]["error"] == "not a possible number"


def test_other_schemes(aggregator: Aggregator) -> None:
    """A channel of another scheme takes its addresses as they are written, where they can be."""
    aggregator.set_up()
    aggregator.channel.schemes = ("telegram",)

    assert aggregator.tell("receive", **{"from": "12345", "text": "hi"}).status == 200
    assert said(aggregator.tell("receive", **{"from": "Ben"}))[2]["error"] == "invalid path component for telegram URN"
    assert [message.urn for message in aggregator.messages] == ["telegram:12345"]


def test_own_names(aggregator: Aggregator) -> None:
    """Where a channel names its parameters, those count and the usual ones do not."""
    aggregator.set_up(mo_from_field="msisdn", mo_text_field="body", mo_date_field="at")
    aggregator.tell("receive", msisdn=SENDER, body="hi", at="2026-03-01T06:30:00Z", text="not this")

    assert [message.text for message in aggregator.messages] == ["hi"]
    assert aggregator.messages[0].sent_on == datetime(2026, 3, 1, 6, 30, tzinfo=UTC)
    assert aggregator.tell("receive", **{"from": SENDER}).status == 400


def test_own_answer(aggregator: Aggregator) -> None:
    """Where a channel says what is to be answered, that is the answer."""
    aggregator.set_up(mo_response="<ok/>", mo_response_content_type="text/xml")
    answer = aggregator.tell("receive", **{"from": SENDER, "text": "hi"})

    assert (answer.status, answer.headers["Content-Type"], answer.text) == (200, "text/xml", "<ok/>")


def test_xml(aggregator: Aggregator) -> None:
    """Where a channel has paths, sender and text are read from a body of XML."""
    aggregator.set_up(from_xpath="//from", text_xpath="/sms/body/text")
    good = "<sms><from>60396</from><body><text>Habari &amp; karibu</text></body></sms>"

    assert aggregator.ask("receive", data=good).status == 200
    assert [(message.urn, message.text) for message in aggregator.messages] == [("tel:60396", "Habari & karibu")]
    assert said(aggregator.ask("receive", data="<sms><from>60396</from></sms>"))[2]["error"] == (
        "missing text at xpath: /sms/body/text"
    )
    assert said(aggregator.ask("receive", data="<sms>"))[0] == 400


# Reports


@pytest.mark.parametrize("method", ["POST", "GET"])
@pytest.mark.parametrize(("action", "status"), [("sent", "S"), ("delivered", "D"), ("failed", "F")])
def test_report(aggregator: Aggregator, action: str, status: str, method: str) -> None:
    """A report changes the message of an id when the next batch is written, half a second later at most."""
    aggregator.workspace.deliver("nothing")
    message = aggregator.workspace.send_message(aggregator.workspace.contacts.create([f"tel:{SENDER}"]), "Hello")
    aggregator.clock.advance(timedelta(seconds=1))
    answer = aggregator.tell(action, method, id=str(message.id))
    channel = aggregator.channel.uuid

    data = {"type": "status", "channel_uuid": channel, "status": status, "msg_id": message.id}
    assert said(answer) == (200, "Status Update Accepted", data)
    aggregator.clock.advance(timedelta(seconds=0.5))
    assert message.status is Status(status)


def test_report_on_nothing(aggregator: Aggregator) -> None:
    """A report on a message that there is not, or that came in, is accepted and changes nothing."""
    aggregator.tell("receive", **{"from": SENDER, "text": "hi"})
    answers = [aggregator.tell("failed", id=number).status for number in ("1", "99", "-1")]
    aggregator.clock.advance(timedelta(seconds=1))

    assert answers == [200, 200, 200]
    assert aggregator.messages[0].status is Status.HANDLED


def test_report_of_another_channel(aggregator: Aggregator) -> None:
    """A channel can report on its own messages only."""
    aggregator.workspace.deliver("nothing")
    message = aggregator.workspace.send_message(aggregator.workspace.contacts.create([f"tel:{SENDER}"]), "Hello")
    other = aggregator.workspace.add_channel("external")
    aggregator.ask("delivered", uuid=other.uuid, data={"id": str(message.id)})
    aggregator.clock.advance(timedelta(seconds=1))

    assert message.status is Status.QUEUED


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("", "field 'id' required"),
        ("seven", 'schema: error converting value for "id"'),
        (str(10**30), 'schema: error converting value for "id"'),
    ],
)
def test_report_refused(aggregator: Aggregator, number: str, sentence: str) -> None:
    """A report needs the id of a message: a number that fits its column."""
    assert said(aggregator.tell("sent", id=number)) == (400, "Error", {"type": "error", "error": sentence})


# Stopping


def test_stopped(aggregator: Aggregator) -> None:
    """Who wants no more messages leaves all groups, is stopped until they write again, and the event is kept."""
    aggregator.tell("receive", **{"from": SENDER, "text": "hi"})
    [contact] = aggregator.workspace.contacts
    group = aggregator.workspace.add_group("Mothers", [contact])
    answer = aggregator.tell("stopped", **{"from": SENDER})
    aggregator.loop.advance(1)

    assert said(answer)[:2] == (200, "Event Accepted")
    assert said(answer)[2]["event_type"] == "stop_contact"
    assert (contact.status, contact in group) == (ContactStatus.STOPPED, False)
    assert [event.kind for event in aggregator.workspace.database.channel_events] == ["stop-contact"]
    aggregator.tell("receive", **{"from": SENDER, "text": "I am back"})
    assert contact.status is ContactStatus.ACTIVE


def test_stopped_while_mailroom_is_down(aggregator: Aggregator) -> None:
    """Courier takes the word; mailroom hears of it when it is up again."""
    aggregator.tell("receive", **{"from": SENDER, "text": "hi"})
    [contact] = aggregator.workspace.contacts
    aggregator.host.installation.mailroom_status = "down"
    assert aggregator.tell("stopped", **{"from": SENDER}).status == 200
    aggregator.loop.advance(60)
    assert [contact.status] == [ContactStatus.ACTIVE]
    aggregator.host.installation.mailroom_status = "up"
    aggregator.loop.advance(1)

    assert [contact.status] == [ContactStatus.STOPPED]


def test_stopped_by_nobody(aggregator: Aggregator) -> None:
    """Somebody must be named."""
    assert said(aggregator.tell("stopped"))[2]["error"] == "field 'from' required"


# Paths


def test_unknown_channel(aggregator: Aggregator) -> None:
    """A channel that there is not, or of another type, is refused."""
    unknown = aggregator.ask("receive", uuid="6d8ae5e2-310c-4d70-a8dc-c6c1e3c19a8a", data={"from": SENDER})
    twilio = aggregator.workspace.add_channel("twilio")

    assert said(unknown)[::2] == (400, {"type": "error", "error": "channel not found"})
    assert aggregator.ask("receive", uuid=twilio.uuid, data={"from": SENDER}).status == 400


def test_unknown_path(aggregator: Aggregator) -> None:
    """Other paths and methods are refused in courier's words."""
    assert said(aggregator.ask("nothing"))[:2] == (404, "Not Found")
    assert said(aggregator.ask("receive", uuid="short"))[:2] == (404, "Not Found")
    assert said(aggregator.ask("receive", "PUT"))[:2] == (405, "Method Not Allowed")


def test_trailing_slash(aggregator: Aggregator) -> None:
    """A slash at the end changes nothing."""
    assert aggregator.ask("receive/", data={"from": SENDER, "text": "hi"}).status == 200


def test_courier_down(aggregator: Aggregator) -> None:
    """While courier is down, the proxy before it answers."""
    aggregator.host.installation.courier_status = "down"

    assert aggregator.tell("receive", **{"from": SENDER, "text": "hi"}).status == 502
    assert aggregator.messages == []


def test_the_api_stands_beside(aggregator: Aggregator) -> None:
    """The rest of the host is API v2, with courier's paths costing nothing of its quota."""
    assert aggregator.call("/api/v2/messages.json", "GET").status == 403
    assert json.loads(aggregator.call("/api/v2/", "GET").text)["messages"].startswith("https://textit.com/")
