"""Message templates: which translation of one is sent, and what it says with its variables filled in (flows 2.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from rapidpro_simulator.rapidpro.flows.texts.strings import QuickReply

from .content import EvaluatedMessage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rapidpro_simulator.rapidpro.flows.core.assets import ChannelAsset, TemplateAsset

QUICK_REPLY = "button/quick_reply"
TEXTS = ("header/", "body/", "footer/")


class Filled(NamedTuple):
    """A template with its variables: what it says, how the wire has it, and its locale."""

    content: EvaluatedMessage
    templating: Mapping[str, Any]
    locale: str


def fill(
    template: TemplateAsset, channel: ChannelAsset, locales: Sequence[str], values: Sequence[str]
) -> Filled | None:
    """Return a template in the best of its translations for a channel; None where it has none for that.

    `locales` are wanted in this order, e.g. `eng-US`; `values` are those of the variables, missing ones are empty.
    """
    translations = [each for each in template.translations if each["channel"]["uuid"] == channel.uuid]
    if not translations:
        return None
    translation = _best(translations, locales)
    padded = [*values, *[""] * len(translation["variables"])]
    variables = [
        {"type": variable["type"], "value": value}
        for variable, value in zip(translation["variables"], padded, strict=False)
    ]
    templating: dict[str, Any] = {"template": template.reference.to_json()}
    if components := [_component(each) for each in translation["components"] if each["variables"]]:
        templating["components"] = components
    if variables:
        templating["variables"] = variables
    return Filled(_preview(translation["components"], variables), templating, translation["locale"])


def _best(translations: Sequence[Mapping[str, Any]], locales: Iterable[str]) -> Mapping[str, Any]:
    """Match whole locales before languages; the first translation serves where nothing matches."""
    for locale in locales:
        language = locale.partition("-")[0]
        for wanted in (locale, language):
            for translation in translations:
                if translation["locale"] == wanted:
                    return translation
        for translation in translations:
            if language and translation["locale"].partition("-")[0] == language:
                return translation
    return translations[0]


def _component(component: Mapping[str, Any]) -> dict[str, Any]:
    return {key: component[key] for key in ("name", "type", "variables")}


def _preview(components: Iterable[Mapping[str, Any]], variables: Sequence[Mapping[str, str]]) -> EvaluatedMessage:
    texts, attachments, replies = [], [], []
    for component in components:
        content = component.get("content") or ""
        for key, index in component["variables"].items():
            variable = variables[index]
            if variable["type"] == "text":
                content = content.replace(f"{{{{{key}}}}}", variable["value"])
            else:
                attachments.append(variable["value"])
        if content and component["type"].startswith(TEXTS):
            texts.append(content)
        elif content and component["type"] == QUICK_REPLY:
            replies.append(QuickReply("text", content))
    return EvaluatedMessage("\n\n".join(texts), attachments, replies)
