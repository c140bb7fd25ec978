"""What a message says to one contact: the right translation of it, with its templates evaluated (rapidpro 4.1, 6.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

from rapidpro_simulator.rapidpro.flows.actions import templating
from rapidpro_simulator.rapidpro.flows.core.routes import preferred_route
from rapidpro_simulator.rapidpro.flows.locales.environment import locale_of

from .templates import TemplateRenderer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rapidpro_simulator.rapidpro.mailroom.mailroom import Mailroom
    from rapidpro_simulator.rapidpro.model.campaigns import CampaignEvent
    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.model.messages import Broadcast, QuickReply

T = TypeVar("T")


class MessageContent(NamedTuple):
    """What is in a message."""

    text: str = ""
    attachments: Sequence[str] = ()
    quick_replies: Sequence[QuickReply] = ()

    @property
    def empty(self) -> bool:
        return not (self.text or self.attachments or self.quick_replies)


class ContentWriter:
    """Writes the content of a broadcast's or a campaign's message to one contact."""

    def __init__(self, mailroom: Mailroom) -> None:
        self._mailroom = mailroom
        self._settings = mailroom.database.settings
        self._habits = mailroom.runtime.generation.mailroom

    def of_broadcast(self, broadcast: Broadcast, contact: Contact) -> MessageContent | None:
        """Return what a broadcast says to a contact; None where that is nothing, before or after its evaluation."""
        content = self._fill_in(broadcast, contact) or self._translate(broadcast, contact)
        checks_before = self._habits.empty_check == "before"
        if checks_before and content.empty:
            return None
        if not broadcast.evaluated:
            content = self._evaluate(content, contact)
        return None if not checks_before and content.empty else content

    def of_campaign_event(self, event: CampaignEvent, contact: Contact) -> MessageContent | None:
        """Return what the message of a campaign event says to a contact; None for nothing."""
        text = _first(event.message or {}, self._languages(event.base_language, contact)) or ""
        content = self._evaluate(MessageContent(text), contact)
        return None if content.empty else content

    def _fill_in(self, broadcast: Broadcast, contact: Contact) -> MessageContent | None:
        if broadcast.template is None:
            return None
        assets, snapshot = self._mailroom.snapshots.assets(), self._mailroom.snapshots.contact(contact)
        template, route = assets.templates.get(broadcast.template.uuid), preferred_route(snapshot, assets)
        if template is None or route is None:
            return None
        country = self._mailroom.environment.current.country
        locales = [locale_of(language, country) for language in self._languages(broadcast.base_language, contact)]
        filled = templating.fill(template, route.channel, locales, broadcast.template.variables)
        if filled is None:
            return None
        said = filled.content.to_json()
        self._mailroom.runtime.record(
            "template.sent", template=template.name, locale=filled.locale, variables=list(broadcast.template.variables)
        )
        return MessageContent(said["text"], said.get("attachments", ()), said.get("quick_replies", ()))

    def _translate(self, broadcast: Broadcast, contact: Contact) -> MessageContent:
        texts = (broadcast.said,) if isinstance(broadcast.said, str) else tuple(broadcast.said.values())
        if len(texts) == 1 and not broadcast.attachments and not broadcast.quick_replies:
            return MessageContent(texts[0])  # nothing to choose from, as nearly always
        languages = self._languages(broadcast.base_language, contact)
        parts = (broadcast.text, broadcast.attachments, broadcast.quick_replies)
        if self._habits.translation == "whole":
            languages = [next((each for each in languages if any(part.get(each) for part in parts)), languages[-1])]
        return MessageContent(
            _first(broadcast.text, languages) or "",
            _first(broadcast.attachments, languages) or (),
            _first(broadcast.quick_replies, languages) or (),
        )

    def _languages(self, base_language: str, contact: Contact) -> list[str]:
        spoken = self._settings.languages
        wanted = [contact.language] if contact.language in spoken else []
        return [language for language in (*wanted, *spoken[:1], base_language) if language]

    def _evaluate(self, content: MessageContent, contact: Contact) -> MessageContent:
        everything = (content.text, *content.attachments, *(reply.get("text") or "" for reply in content.quick_replies))
        if not any("@" in text for text in everything):
            return content
        renderer = TemplateRenderer(self._mailroom, contact)
        text = renderer.evaluate(content.text)
        if not self._habits.renders_all:
            return content._replace(text=text)
        attachments = [renderer.evaluate(attachment) for attachment in content.attachments]
        replies = [
            {**reply, "text": renderer.evaluate(caption)} if (caption := reply.get("text")) else reply
            for reply in content.quick_replies
        ]
        return MessageContent(text, attachments, replies)


def _first(translations: Mapping[str, T], languages: Iterable[str]) -> T | None:
    return next((value for language in languages if (value := translations.get(language))), None)
