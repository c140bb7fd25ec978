"""Actions that change the contact, and what it belongs to."""

from __future__ import annotations

from typing import Any

import pytest

from .playing import CONTACT, play, reference, refusing, uuid

NAMELESS = {"type": "contact_groups_changed", "groups_removed": [reference("Named")]}


@pytest.mark.parametrize(
    ("action", "events"),
    [
        ({"type": "set_contact_name", "name": " Bob "}, [{"type": "contact_name_changed", "name": "Bob"}]),
        ({"type": "set_contact_name", "name": " "}, [{"type": "contact_name_changed", "name": ""}, NAMELESS]),
        ({"type": "set_contact_name", "name": "@contact"}, []),
        (
            {"type": "set_contact_language", "language": " FRA "},
            [{"type": "contact_language_changed", "language": "fra"}],
        ),
        (
            {"type": "set_contact_language", "language": "fr"},
            [{"type": "error", "text": "iso-639-3 codes must be 3 characters, got: fr"}],
        ),
        (
            {"type": "set_contact_language", "language": "qqq"},
            [{"type": "error", "text": "unrecognized language code: qqq"}],
        ),
        (
            {"type": "set_contact_timezone", "timezone": "Africa/Kigali"},
            [{"type": "contact_timezone_changed", "timezone": "Africa/Kigali"}],
        ),
        (
            {"type": "set_contact_timezone", "timezone": "Mars/Olympus"},
            [
                {
                    "type": "error",
                    "text": "Unrecognized timezone: 'Mars/Olympus'",
                    "code": "timezone:invalid",
                    "extra": {"timezone": "Mars/Olympus"},
                }
            ],
        ),
        (
            {"type": "set_contact_field", "field": {"key": "age", "name": "Age"}, "value": " @(20 + 7) "},
            [
                {
                    "type": "contact_field_changed",
                    "field": {"key": "age", "name": "Age"},
                    "value": {"text": "27", "number": 27},
                }
            ],
        ),
        (
            {"type": "set_contact_field", "field": {"key": "gone", "name": "Gone"}, "value": "x"},
            [
                {
                    "type": "error",
                    "text": "Missing dependency: field[key=gone,name=Gone]",
                    "code": "dependency:missing",
                    "extra": {"type": "field", "identity": "gone"},
                }
            ],
        ),
        (
            {"type": "set_contact_channel", "channel": reference("Deaf")},
            [{"type": "error", "text": "Can't set channel that can't send as the preferred channel"}],
        ),
        (
            {"type": "set_contact_status", "status": "stopped"},
            [{"type": "contact_status_changed", "status": "stopped"}, NAMELESS],
        ),
        (
            {"type": "add_contact_groups", "groups": [{"name_match": 'test@("ers")'}, reference("Testers")]},
            [{"type": "contact_groups_changed", "groups_added": [reference("Testers")]}],
        ),
        ({"type": "remove_contact_groups", "all_groups": True}, []),
        (
            {"type": "add_input_labels", "labels": [reference("Spam")]},
            [{"type": "error", "text": "No input to add labels to"}],
        ),
    ],
)
def test_events(action: dict[str, Any], events: list[dict[str, Any]]) -> None:
    """Actions trim, check and change, and tell it in events."""
    assert play(action).events == events


@pytest.mark.parametrize(
    "action",
    [
        {"type": "set_contact_name", "name": "x@(1 / 0)"},
        {"type": "set_contact_language", "language": "fra@(1 / 0)"},
        {"type": "set_contact_timezone", "timezone": "UTC@(1 / 0)"},
        {"type": "set_contact_field", "field": {"key": "age", "name": "Age"}, "value": "1@(1 / 0)"},
        {"type": "add_contact_groups", "groups": [{"name_match": "Testers@(1 / 0)"}]},
    ],
)
def test_skipped(action: dict[str, Any]) -> None:
    """What is only partly known is not done."""
    assert play(action).types == ["error"]


@pytest.mark.parametrize(
    ("path", "local", "errors"),
    [
        ("+1 206 555 1313", "tel:+12065551313", []),
        ("+12065551212", "tel:+12065551212", []),
        ("+12065559999", "", ["URN is taken by another contact"]),
        ("+", "", ["'tel:' is not valid URN"]),
    ],
)
def test_add_urn(path: str, local: str, errors: list[str]) -> None:
    """The local tells whether the contact now has the URN, whoever gave it."""
    played = play({"type": "add_contact_urn", "scheme": "tel", "path": path}, services=refusing("tel:+12065559999"))
    assert (played.run.locals, played.errors) == ({"_has_urn": local}, errors)


def test_change_is_seen_at_once() -> None:
    """What an action changes, the expressions of the next one see."""
    played = play(
        {"type": "set_contact_name", "name": "Bob"},
        {"type": "set_contact_timezone", "timezone": "Africa/Kigali"},
        {"type": "send_msg", "text": '@contact @(format_datetime(now(), "tt:mm"))'},
    )
    assert played.events[-1]["msg"]["text"] == "Bob 05:04"


def test_labels() -> None:
    """Labels are put on the message that started the session."""
    message = {
        "type": "msg_received",
        "uuid": uuid(50),
        "created_on": "2026-01-01T00:00:00Z",
        "msg": {"urn": CONTACT["urns"][0], "text": "x"},
    }
    played = play(
        {"type": "add_input_labels", "labels": [reference("Spam")]}, trigger={"type": "msg", "event": message}
    )
    assert played.events == [{"type": "input_labels_added", "input_uuid": uuid(50), "labels": [reference("Spam")]}]
