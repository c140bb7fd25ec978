"""Message templates of WhatsApp come from JSON, and flows send them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.rapidpro.mailroom.definitions.message_templates import TemplateError, body_of

from ..building import flow, node, uuid  # noqa: TID252 - the tests have no name from outside

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.rapidpro.workspace import Workspace

URN = "whatsapp:254711000001"
BODY = {"type": "BODY", "text": "Hi {{ 1 }}, {{2}} and {{1}}."}
HEADER = {"type": "HEADER", "format": "IMAGE"}
FOOTER = {"type": "FOOTER", "text": "The clinic"}
BUTTONS = {
    "type": "BUTTONS",
    "buttons": [
        {"type": "QUICK_REPLY", "text": "Yes"},
        {"type": "URL", "text": "Look", "url": "https://x.org/{{1}}"},
        {"type": "FLOW", "text": "Form"},
    ],
}


def meta(*components: dict[str, Any], language: str = "en_US", **settings: Any) -> dict[str, Any]:
    return {"data": [{"name": "visit", "language": language, "components": list(components), **settings}]}


@pytest.fixture
def whatsapp(workspace: Workspace) -> Workspace:
    workspace.add_channel("whatsapp")
    return workspace


def test_the_list_of_metas_api(whatsapp: Workspace) -> None:
    """Each placeholder of each component is a variable of its own, and languages have three letters."""
    (template,) = whatsapp.import_templates(meta(HEADER, BODY, FOOTER, BUTTONS))
    (translation,) = template.documents
    assert (translation["locale"], translation["channel"]["name"]) == ("eng-US", whatsapp.channels[-1].name)
    assert translation["components"] == [
        {"name": "header", "type": "header/media", "content": "", "variables": {"1": 0}},
        {
            "name": "body",
            "type": "body/text",
            "content": "Hi {{1}}, {{2}} and {{1}}.",
            "variables": {"1": 1, "2": 2},
        },
        {"name": "footer", "type": "footer/text", "content": "The clinic", "variables": {}},
        {"name": "button.0", "type": "button/quick_reply", "content": "Yes", "variables": {}},
        {"name": "button.1", "type": "button/url", "content": "https://x.org/{{1}}", "variables": {"1": 3}},
    ]
    assert translation["variables"] == [{"type": "image"}, {"type": "text"}, {"type": "text"}, {"type": "text"}]


def test_what_meta_has_not_approved_is_left_out(whatsapp: Workspace) -> None:
    """RapidPro would not send it either."""
    assert whatsapp.import_templates(meta(BODY, status="REJECTED")) == []


def test_the_engines_own_documents(whatsapp: Workspace) -> None:
    """They are taken as they are, with their UUID; a channel may be named."""
    android = whatsapp.channels[0]
    translations = [
        {"locale": "spa", "components": body_of("Hola {{1}}")["components"], "variables": [{"type": "text"}]},
        {"locale": "eng", "channel": {"uuid": android.uuid}, "components": [{"type": "body/text", "content": "Hi"}]},
    ]
    identity = uuid()
    (template,) = whatsapp.import_templates(
        {"templates": [{"uuid": identity, "name": "hello", "translations": translations}]}
    )
    assert template.uuid == identity
    assert [(each["locale"], each["channel"]["uuid"]) for each in template.documents] == [
        ("spa", whatsapp.channels[-1].uuid),
        ("eng", android.uuid),
    ]


def test_a_later_import_replaces_a_translation(whatsapp: Workspace) -> None:
    """Of the same name, channel and locale; other locales stay."""
    for text, language in (("Hi", "en"), ("Hola", "es"), ("Hello", "en")):
        whatsapp.import_templates(meta({"type": "BODY", "text": text}, language=language))
    (template,) = whatsapp.database.templates.values()
    said = {each["locale"]: each["components"][0]["content"] for each in template.documents}
    assert said == {"eng": "Hello", "spa": "Hola"}


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        ([], '"templates", or "data"'),
        ({"flows": []}, '"templates", or "data"'),
        (meta(BODY, language="English"), "'English' is no locale"),
        (meta(BODY, name=""), "no 'name'"),
        ({"templates": [{"name": "x"}]}, "no 'translations'"),
        ({"templates": [{"name": "x", "translations": [{"components": []}]}]}, "no 'locale'"),
        ({"templates": [{"name": "x", "translations": [{"locale": "eng", "components": [{}]}]}]}, "no 'type'"),
    ],
)
def test_what_is_no_template(whatsapp: Workspace, document: Any, complaint: str) -> None:
    """The complaint says what is missing, and nothing is taken."""
    with pytest.raises(TemplateError, match=complaint):
        whatsapp.import_templates(document)
    assert not whatsapp.database.templates


def test_a_channel_is_needed(workspace: Workspace) -> None:
    """Templates are WhatsApp's."""
    with pytest.raises(TemplateError, match="no channel of the workspace"):
        workspace.import_templates(meta(BODY))


@pytest.mark.parametrize("by", ["uuid", "name"])
def test_a_flow_sends_its_template(
    whatsapp: Workspace, by: str, wait: Callable[..., None], happened: Callable[[str], list[dict[str, Any]]]
) -> None:
    """Which an import finds by its UUID or its name, with what the flow fills in."""
    (template,) = whatsapp.import_templates(meta(HEADER, BODY, FOOTER, BUTTONS))
    reference = {"uuid": template.uuid if by == "uuid" else uuid(), "name": "visit"}
    variables = ["image/jpeg:https://x.org/a.jpg", "@contact.first_name", "us", "7"]
    send = {"type": "send_msg", "uuid": uuid(), "text": "Hello", "template": reference, "template_variables": variables}
    whatsapp.import_flows(flow("Visit", node(send)))
    jane = whatsapp.contacts.create([URN], "Jane Doe")

    whatsapp.start_flow("Visit", contacts=[jane])
    wait(seconds=2)

    (message,) = jane.messages
    assert message.text == "Hi Jane, us and Jane.\n\nThe clinic"
    assert list(message.attachments or ()) == variables[:1]
    assert [each["text"] for each in message.quick_replies or ()] == ["Yes"]
    (sent,) = happened("template.sent")
    assert (sent["template"], sent["locale"], sent["variables"][1:3]) == ("visit", "eng-US", ["Jane", "us"])


def test_a_broadcast_of_a_flow_sends_its_template(
    whatsapp: Workspace, wait: Callable[..., None], happened: Callable[[str], list[dict[str, Any]]]
) -> None:
    """To those whom a channel with the template reaches, in their language; others get the text."""
    for language, text in (("en", "Hi {{1}}"), ("sw", "Habari {{1}}")):
        whatsapp.import_templates(meta({"type": "BODY", "text": text}, language=language))
    whatsapp.settings.languages = ("eng", "swa")
    asha = whatsapp.contacts.create([URN], "Asha", language="swa")
    joe = whatsapp.contacts.create(["whatsapp:254711000002"], "Joe")
    jane = whatsapp.contacts.create(["tel:+254711000003"], "Jane")
    send = {
        "type": "send_broadcast",
        "uuid": uuid(),
        "text": "Hello",
        "contacts": [{"uuid": each.uuid, "name": each.name} for each in (asha, joe, jane)],
        "template": {"uuid": uuid(), "name": "visit"},
        "template_variables": ["you"],
    }
    whatsapp.import_flows(flow("Visit", node(send)))

    whatsapp.start_flow("Visit", contacts=[whatsapp.contacts.create(["tel:+254711000004"], "Nurse")])
    wait(seconds=5)

    assert [each.messages[-1].text for each in (asha, joe, jane)] == ["Habari you", "Hi you", "Hello"]
    assert {each["locale"] for each in happened("template.sent")} == {"swa", "eng"}
