"""What messages say, in which language, and by which way they go."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from rapidpro_simulator.rapidpro.flows.core.services import Services
from rapidpro_simulator.rapidpro.flows.locales.environment import Environment

from .playing import CONTACT, play, reference, uuid

SEND = {"type": "send_msg", "text": "Hi @contact"}
ROUTE = {"urn": "tel:+12065551212", "channel": reference("Android")}
FRENCH = {"fra": {uuid(10): {"text": ["Salut @contact"], "quick_replies": ["Oui<extra>Bien"]}}}


def sent(action: dict[str, Any], **world: Any) -> dict[str, Any]:
    (event,) = play(action, **world).events
    assert event["type"] == "msg_created"
    return dict(event["msg"])


def test_message() -> None:
    """A message has a way, a text and a locale; what it has not is left out."""
    assert sent(SEND) == {**ROUTE, "text": "Hi Ben", "locale": "eng-US"}


@pytest.mark.parametrize(
    ("contact", "expected"),
    [
        ({"status": "blocked"}, {**ROUTE, "unsendable_reason": "contact_blocked"}),
        ({"status": "archived", "urns": []}, {"unsendable_reason": "contact_archived"}),
        ({"urns": []}, {"unsendable_reason": "no_route"}),
        ({"urns": ["twitter:ben"]}, {"unsendable_reason": "no_route"}),
        ({"urns": ["telegram:1#ben"]}, {"urn": "telegram:1#ben", "channel": reference("Telegram")}),
    ],
)
def test_ways(contact: dict[str, Any], expected: dict[str, Any]) -> None:
    """A message that cannot be sent is created all the same, and says why."""
    groups = [reference("Named")] if contact.get("status") is None else []
    message = sent(SEND, contact={**CONTACT, "groups": groups, **contact})
    assert {key: value for key, value in message.items() if key not in {"text", "locale"}} == expected


def test_host_reasons() -> None:
    """A host may have reasons of its own not to send."""
    services = replace(Services(), unsendable_reason=lambda _, text: "looping" if text == "Hi Ben" else "")
    assert sent(SEND, services=services)["unsendable_reason"] == "looping"


@pytest.mark.parametrize(
    ("language", "text", "replies", "locale"),
    [
        ("", "Hi Ben", None, "eng-US"),
        ("fra", "Salut Ben", [{"type": "text", "text": "Oui", "extra": "Bien"}], "fra-US"),
        ("spa", "Hi Ben", None, "eng-US"),
    ],
)
def test_translations(language: str, text: str, replies: Any, locale: str) -> None:
    """A contact is spoken to in its own language if the workspace has it."""
    message = sent(SEND, contact={**CONTACT, "language": language}, localization=FRENCH)
    assert (message["text"], message.get("quick_replies"), message["locale"]) == (text, replies, locale)


def test_locale_without_country() -> None:
    """Where nothing tells the country, the locale is the language."""
    contact = {**CONTACT, "urns": ["telegram:1"]}
    assert sent(SEND, contact=contact, environment=Environment())["locale"] == "eng"


@pytest.mark.parametrize(
    ("attachment", "kept", "error"),
    [
        (" image:http://a/@contact.name ", ["image:http://a/Ben"], None),
        ("a/b+c:x", ["a/b+c:x"], None),
        ("http://a/b.jpg", None, "Attachment evaluated to invalid value and will be ignored"),
        ('@("")', None, "Attachment evaluated to invalid value and will be ignored"),
        (
            "image:" + "é" * 1_022,
            None,
            "Evaluated attachment is longer than the 2048 limit and will be ignored",
        ),
    ],
)
def test_attachments(attachment: str, kept: list[str] | None, error: str | None) -> None:
    """An attachment is a type and a URL of at most 2048 bytes."""
    played = play({**SEND, "attachments": [attachment]})
    assert played.events[-1]["msg"].get("attachments") == kept
    assert played.errors == ([error] if error else [])


def test_quick_replies() -> None:
    """Quick replies have types; empty ones are left out, long ones cut."""
    replies = ["<location>Where?", "<form>Fill<extra>id", '@("")', "x" * 70]
    played = play({**SEND, "quick_replies": replies})
    assert played.errors == ["Quick reply evaluated to empty string and will be ignored"]
    assert played.events[-1]["msg"]["quick_replies"] == [
        {"type": "location", "text": "Where?"},
        {"type": "form", "text": "Fill", "extra": "id"},
        {"type": "text", "text": "x" * 61 + "..."},
    ]


def translation(locale: str, channel: str = "Android") -> dict[str, Any]:
    return {
        "channel": reference(channel),
        "locale": locale,
        "components": [
            {"name": "header", "type": "header/text", "content": f"In {locale}", "variables": {}},
            {"name": "body", "type": "body/text", "content": "Hi {{1}} and {{2}}", "variables": {"1": 0, "2": 1}},
            {"name": "button.0", "type": "button/quick_reply", "content": "{{1}}", "variables": {"1": 1}},
        ],
        "variables": [{"type": "text"}, {"type": "text"}],
    }


@pytest.mark.parametrize(
    ("locales", "language", "chosen"),
    [
        (["fra", "eng-US", "eng"], "", "eng-US"),
        (["fra", "eng"], "", "eng"),
        (["eng-GB", "eng"], "", "eng"),
        (["spa", "eng-GB"], "", "eng-GB"),
        (["eng", "fra"], "fra", "fra"),
        (["eng", "swa"], "fra", "eng"),
        (["spa", "swa"], "", "spa"),
    ],
)
def test_templates(locales: list[str], language: str, chosen: str) -> None:
    """Of a template, the translation is sent that fits best; missing variables are empty."""
    template = {**reference("Greeting"), "translations": [translation(locale) for locale in locales]}
    message = sent(
        {**SEND, "template": reference("Greeting"), "template_variables": ["@contact.name"]},
        workspace={"templates": [template]},
        contact={**CONTACT, "language": language},
    )
    assert (message["text"], message["locale"]) == (f"In {chosen}\n\nHi Ben and ", chosen)
    assert message["templating"] == {
        "template": reference("Greeting"),
        "components": [
            {"name": "body", "type": "body/text", "variables": {"1": 0, "2": 1}},
            {"name": "button.0", "type": "button/quick_reply", "variables": {"1": 1}},
        ],
        "variables": [{"type": "text", "value": "Ben"}, {"type": "text", "value": ""}],
    }


def test_template_of_another_channel() -> None:
    """A template without a translation for the channel is as good as none."""
    template = {**reference("Greeting"), "translations": [translation("eng", "Telegram")]}
    message = sent({**SEND, "template": reference("Greeting")}, workspace={"templates": [template]})
    assert message == {**ROUTE, "text": "Hi Ben", "locale": "eng-US"}


def test_broadcast_in_all_languages() -> None:
    """A broadcast is evaluated for this contact, in every language of the flow."""
    played = play({"type": "send_broadcast", "urns": ["tel:+250788123123"], "text": "Hi @contact"}, localization=FRENCH)
    (event,) = played.events
    assert event["translations"] == {
        "eng": {"text": "Hi Ben"},
        "fra": {"text": "Salut Ben", "quick_replies": [{"type": "text", "text": "Oui", "extra": "Bien"}]},
    }
    assert (event["base_language"], event["urns"]) == ("eng", ["tel:+250788123123"])


def test_broadcast_to_a_query() -> None:
    """What expressions put into a query is always one literal of it."""
    contact = {**CONTACT, "name": 'Ben" OR name = "Bob'}
    (event,) = play(
        {"type": "send_broadcast", "text": "x", "contact_query": "name = @contact.name"}, contact=contact
    ).events
    assert event["contact_query"] == r'name = "Ben\" OR name = \"Bob"'


@pytest.mark.parametrize(
    ("variable", "found"),
    [
        (uuid(1), {"contacts": [{"uuid": uuid(1), "name": ""}]}),
        (" testers ", {"groups": [reference("Testers")]}),
        ("tel:+12065551313", {"urns": ["tel:+12065551313"]}),
        ("(206) 555 1313", {"urns": ["tel:+12065551313"]}),
    ],
)
def test_legacy_variables(variable: str, found: dict[str, Any]) -> None:
    """A variable of an older flow is a contact, a group, a URN or a phone number."""
    (event,) = play({"type": "send_broadcast", "text": "x", "legacy_vars": [variable]}).events
    assert {key: event[key] for key in ("contacts", "groups", "urns") if key in event} == found


@pytest.mark.parametrize(
    ("text", "audio_url", "message"),
    [
        (" Hello @contact ", "", {"text": "Hello Ben"}),
        ("Hello", " http://a/b.mp3 ", {"text": "Hello", "attachments": ["audio:http://a/b.mp3"]}),
    ],
)
def test_spoken(text: str, audio_url: str, message: dict[str, Any]) -> None:
    """A voice flow speaks a text, or plays its recording, in the call."""
    (event,) = play({"type": "say_msg", "text": text, "audio_url": audio_url}, type_="voice").events
    assert event == {
        "type": "ivr_created",
        "msg": {"urn": "tel:+12065551212", "channel": reference("Android"), **message, "locale": "eng-US"},
    }


@pytest.mark.parametrize(
    ("action", "error"),
    [
        (
            {"type": "say_msg", "text": '@("")', "audio_url": " "},
            "Can't say message without audio URL or backdown text",
        ),
        ({"type": "play_audio", "audio_url": '@("")'}, "Audio URL evaluated to empty, skipping"),
    ],
)
def test_silence(action: dict[str, Any], error: str) -> None:
    """Nothing to say is an error."""
    assert play(action, type_="voice").events == [{"type": "error", "text": error}]
