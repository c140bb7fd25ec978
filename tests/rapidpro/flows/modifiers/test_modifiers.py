"""Modifiers: what is already so is no change, what cannot be is an error, everything else is told."""

from __future__ import annotations

from typing import Any

import pytest

from rapidpro_simulator.rapidpro.flows.definition.reading import DefinitionError
from rapidpro_simulator.rapidpro.flows.modifiers import read_modifier
from tests.rapidpro.flows.actions.playing import NUMBERS, modify, reference, refusing, uuid

ANDROID, TELEGRAM = NUMBERS["Android"], NUMBERS["Telegram"]
PHONE, CHAT = "tel:+12065551212", "telegram:1234#ben"


@pytest.mark.parametrize(
    ("modifier", "contact"),
    [
        ({"type": "name", "name": "Ben"}, {}),
        ({"type": "language", "language": ""}, {}),
        ({"type": "timezone", "timezone": "Africa/Kigali"}, {"timezone": "Africa/Kigali"}),
        ({"type": "status", "status": "active"}, {}),
        ({"type": "field", "field": {"key": "age", "name": "Age"}, "value": ""}, {}),
        ({"type": "field", "field": {"key": "age"}, "value": "27"}, {"fields": {"age": {"text": "27", "number": 27}}}),
        ({"type": "field", "field": {"key": "gone"}, "value": "27"}, {}),
        ({"type": "seen", "seen_on": "2026-01-01T00:00:00.000Z"}, {"last_seen_on": "2026-01-01T00:00:00Z"}),
        ({"type": "groups", "groups": [{"uuid": uuid(7)}], "modification": "add"}, {}),
        ({"type": "groups", "groups": [reference("Testers")], "modification": "remove"}, {}),
        ({"type": "urns", "urns": [PHONE], "modification": "append"}, {}),
        ({"type": "urns", "urns": ["tel:+12065559999"], "modification": "remove"}, {}),
        ({"type": "urns", "urns": [PHONE, CHAT], "modification": "set"}, {}),
        ({"type": "routes", "routes": [{"urn": PHONE}], "modification": "append"}, {}),
        ({"type": "channel", "channel": None}, {}),
        ({"type": "channel", "channel": {"uuid": uuid(7), "name": "Gone"}}, {}),
        ({"type": "affinity", "urn": PHONE}, {}),
        ({"type": "affinity", "urn": "tel:+12065559999", "channel": reference("Android")}, {}),
        ({"type": "ticket_note", "ticket_uuid": uuid(7), "note": "x"}, {}),
        ({"type": "ticket_close", "ticket_uuid": uuid(7)}, {}),
        ({"type": "ticket_close", "ticket_uuid": uuid(7)}, {"tickets": [{"uuid": uuid(7), "status": "closed"}]}),
        ({"type": "ticket_topic", "ticket_uuid": uuid(7), "topic": reference("General")}, {}),
        ({"type": "ticket_assignee", "ticket_uuid": uuid(7), "assignee": None}, {"tickets": [{"uuid": uuid(7)}]}),
        ({"type": "ticket_open", "topic": reference("General")}, {"tickets": [{"uuid": uuid(7)}]}),
        (
            {"type": "ticket_reopen", "ticket_uuid": uuid(8)},
            {"tickets": [{"uuid": uuid(7)}, {"uuid": uuid(8), "status": "closed"}]},
        ),
    ],
)
def test_no_change(modifier: dict[str, Any], contact: dict[str, Any]) -> None:
    """What is so already, or is about something that is not there, changes nothing and tells nothing."""
    before, *_ = modify({"type": "affinity", "urn": "tel:+12065559999"}, contact)
    after, events, changed = modify(modifier, contact)
    assert (after.to_json(), events, changed) == (before.to_json(), [], False)


@pytest.mark.parametrize(
    ("modifier", "contact", "urns"),
    [
        (
            {"type": "urns", "urns": ["tel:+1 206 555 1313"], "modification": "append"},
            {},
            [PHONE, CHAT, "tel:+12065551313"],
        ),
        ({"type": "urns", "urns": ["telegram:1234"], "modification": "remove"}, {}, [PHONE]),
        ({"type": "urns", "urns": ["telegram:1234"], "modification": "set"}, {}, [CHAT]),
        (
            {"type": "routes", "routes": [{"urn": PHONE, "channel": reference("Android")}], "modification": "append"},
            {},
            [f"{PHONE}?channel={ANDROID}", CHAT],
        ),
        (
            {"type": "affinity", "urn": "telegram:1234", "channel": reference("Telegram")},
            {},
            [f"telegram:1234?channel={TELEGRAM}#ben", PHONE],
        ),
        ({"type": "affinity", "urn": "telegram:1234"}, {}, [CHAT, PHONE]),
        ({"type": "channel", "channel": reference("Android")}, {}, [f"{PHONE}?channel={ANDROID}", CHAT]),
        (
            {"type": "channel", "channel": reference("Telegram")},
            {},
            [f"telegram:1234?channel={TELEGRAM}#ben", PHONE],
        ),
        (
            {"type": "channel", "channel": reference("Android")},
            {"urns": [f"telegram:1?channel={TELEGRAM}", f"{PHONE}?channel={uuid(9)}", "tel:+12065551313"]},
            [f"{PHONE}?channel={ANDROID}", f"tel:+12065551313?channel={ANDROID}", f"telegram:1?channel={TELEGRAM}"],
        ),
        ({"type": "channel", "channel": None}, {"urns": [f"{PHONE}?channel={ANDROID}#x"]}, [f"{PHONE}#x"]),
    ],
)
def test_urns(modifier: dict[str, Any], contact: dict[str, Any], urns: list[str]) -> None:
    """URNs come and go by identity; phone numbers change to a channel, other URNs only if they have none."""
    after, events, changed = modify(modifier, contact)
    assert after.urns == urns
    assert (events, changed) == ([{"type": "contact_urns_changed", "urns": urns}], True)


@pytest.mark.parametrize(
    ("modifier", "contact", "error"),
    [
        (
            {"type": "urns", "urns": ["telegram:x"], "modification": "append"},
            {},
            {"text": "'telegram:x' is not valid URN", "code": "urn:invalid", "extra": {"urn": "telegram:x"}},
        ),
        (
            {"type": "urns", "urns": ["tel:+12065550001"], "modification": "append"},
            {},
            {
                "text": "URN is taken by another contact",
                "code": "urn:taken",
                "extra": {"urn": "tel:+12065550001"},
            },
        ),
        (
            {"type": "urns", "urns": ["tel:+12065550002"], "modification": "append"},
            {"urns": [f"telegram:{number}" for number in range(50)]},
            {"text": "Contact has too many URNs, limit is 50"},
        ),
        (
            {"type": "channel", "channel": reference("Deaf")},
            {},
            {"text": "Can't set channel that can't send as the preferred channel"},
        ),
        (
            {"type": "groups", "groups": [reference("Testers")], "modification": "remove"},
            {"status": "blocked"},
            {"text": "Can't add blocked or stopped contacts to groups"},
        ),
        (
            {"type": "groups", "groups": [reference("Named")], "modification": "add"},
            {},
            {"text": "Can't add contacts to the query based group 'Named'"},
        ),
    ],
)
def test_errors(modifier: dict[str, Any], contact: dict[str, Any], error: dict[str, Any]) -> None:
    """What cannot be is told in the engine's words, and changes nothing."""
    after, events, changed = modify(modifier, contact, refusing("tel:+12065550001"))
    assert (events, changed) == ([{"type": "error", **error}], False)
    assert after.urns == contact.get("urns", [PHONE, CHAT])


def test_the_rest_is_done() -> None:
    """Of several URNs, those that can be added are, and what the contact has already is never asked for."""
    urns = [PHONE, "telegram:x", "tel:+12065550001", "tel:+12065550002"]
    after, events, _ = modify({"type": "urns", "urns": urns, "modification": "set"}, services=refusing(PHONE))
    assert after.urns == [PHONE, "tel:+12065550001", "tel:+12065550002"]
    assert [event["type"] for event in events] == ["error", "contact_urns_changed"]


@pytest.mark.parametrize(
    ("modifier", "cut"),
    [
        ({"type": "name", "name": "x" * 200}, {"type": "contact_name_changed", "name": "x" * 128}),
        (
            {"type": "field", "field": {"key": "village", "name": "old"}, "value": "x" * 700},
            {
                "type": "contact_field_changed",
                "field": {"key": "village", "name": "Village"},
                "value": {"text": "x" * 640},
            },
        ),
    ],
)
def test_cut(modifier: dict[str, Any], cut: dict[str, Any]) -> None:
    """Names and fields are cut without an ellipsis."""
    assert modify(modifier)[1] == [cut]


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ({"type": "x"}, "unknown type: 'x'"),
        ({}, "field 'type' is required"),
        ({"type": "status", "status": "drunk"}, "field 'status' is not a valid contact status"),
        ({"type": "field", "value": "x"}, "field 'field' is required"),
        ({"type": "urns", "urns": []}, "field 'modification' is required"),
        ({"type": "urns", "urns": [], "modification": "x"}, "field 'modification' is not a valid URN modification"),
    ],
)
def test_refused(document: dict[str, Any], problem: str) -> None:
    """A modifier that cannot be is refused in the engine's words."""
    with pytest.raises(DefinitionError) as refused:
        read_modifier(document)
    assert str(refused.value) == problem
