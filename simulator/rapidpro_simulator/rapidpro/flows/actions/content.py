"""What a message says: text, attachments and quick replies, each translated and evaluated on its own (flows 2.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from rapidpro_simulator.rapidpro.flows.core import events
from rapidpro_simulator.rapidpro.flows.texts.strings import MOST_ATTACHMENT_BYTES, Attachment, QuickReply, trim

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rapidpro_simulator.rapidpro.flows.runs.run import Run


@dataclass(frozen=True, slots=True)
class EvaluatedMessage:
    """What a message says, and the language that it says it in."""

    text: str
    attachments: Sequence[str] = ()
    quick_replies: Sequence[QuickReply] = ()
    language: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return it as on the wire, without the language."""
        document: dict[str, Any] = {"text": self.text}
        if self.attachments:
            document["attachments"] = list(self.attachments)
        if self.quick_replies:
            document["quick_replies"] = [reply.shortened().to_json() for reply in self.quick_replies]
        return document


class MessageTemplates(Protocol):
    """What is evaluated of an action that sends messages."""

    @property
    def uuid(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def attachments(self) -> list[str]: ...
    @property
    def quick_replies(self) -> list[str]: ...


def evaluate(run: Run, message: MessageTemplates, languages: Sequence[str] | None = None) -> EvaluatedMessage:
    """Return what a message says, in the languages of the contact or in the first of others that it is in."""
    uuid = message.uuid
    (native,), language = run.localized(uuid, "text", [message.text], languages)
    text, _ = run.evaluate_text(native)
    attachments, of_attachments = run.localized(uuid, "attachments", message.attachments, languages)
    attached = list(_attachments(run, attachments))
    replies, of_replies = run.localized(uuid, "quick_replies", message.quick_replies, languages)
    offered = list(_quick_replies(run, replies))
    # The parts may be in several languages: the message is in that of the first part that there is.
    spoken = language if native else of_attachments if attachments else of_replies if replies else ""
    return EvaluatedMessage(text, attached, offered, spoken)


def _attachments(run: Run, templates: Iterable[str]) -> Iterator[str]:
    for template in templates:
        attachment = trim(run.evaluate_text(template)[0])
        if not Attachment.parse(attachment).is_valid:
            run.log(events.error("Attachment evaluated to invalid value and will be ignored"))
        elif len(attachment.encode()) > MOST_ATTACHMENT_BYTES:
            limit = MOST_ATTACHMENT_BYTES
            run.log(events.error(f"Evaluated attachment is longer than the {limit} limit and will be ignored"))
        else:
            yield attachment


def _quick_replies(run: Run, templates: Iterable[str]) -> Iterator[QuickReply]:
    for template in templates:
        reply, _ = run.evaluate_text(template)
        if reply:
            yield QuickReply.parse(reply)
        else:
            run.log(events.error("Quick reply evaluated to empty string and will be ignored"))
