"""What starts sessions (flows 3.6): read, checked and written as RapidPro has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from rapidpro_simulator.rapidpro.flows.definition import fields
from rapidpro_simulator.rapidpro.flows.definition.reading import DefinitionError, read_typed, write
from rapidpro_simulator.rapidpro.flows.locales.timestamps import normalized

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rapidpro_simulator.rapidpro.flows.definition.references import Reference

NO_TIME: Final = "0001-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionTrigger:
    """Starts a flow; `params`, `history` and `event` are JSON."""

    type: ClassVar[str]
    EVENTS: ClassVar[tuple[str, ...]] = ()

    flow: Reference = fields.reference("flow", required=True)
    triggered_on: str = fields.text()
    event: dict[str, Any] | None = fields.json()
    batch: bool = fields.flag()
    params: dict[str, Any] | None = fields.json()
    history: dict[str, Any] | None = fields.json()

    def to_json(self) -> dict[str, Any]:
        """Return the trigger as sessions are saved."""
        document = write(self)
        if self.params is not None:
            document["params"] = self.params
        if self.triggered_on:
            document["triggered_on"] = normalized(self.triggered_on)
        return document

    def check(self) -> None:
        """Raise `DefinitionError` for an event that such a trigger cannot have, or a time that is none."""
        if self.event and self.EVENTS and self.event.get("type") not in self.EVENTS:
            raise DefinitionError(f"{self.type} trigger event must be of type {' or '.join(self.EVENTS)}")
        try:
            normalized(self.triggered_on or NO_TIME)
        except ValueError as error:
            raise DefinitionError(f"field 'triggered_on': {error}") from error

    @property
    def context_params(self) -> dict[str, Any]:
        """What expressions see as the trigger's params."""
        return self.params or {}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeywordMatch:
    """The keyword that a message matched: its first word or its only one."""

    type: str = fields.text(required=True)
    keyword: str = fields.text(required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualTrigger(SessionTrigger):
    """A user or a program started the flow."""

    type = "manual"

    user: Reference | None = fields.reference("user")
    origin: str = fields.text()


@dataclass(frozen=True, slots=True, kw_only=True)
class MsgTrigger(SessionTrigger):
    """A message started the flow, perhaps by a keyword."""

    type = "msg"
    EVENTS = ("msg_received",)

    keyword_match: KeywordMatch | None = fields.part(KeywordMatch)


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignTrigger(SessionTrigger):
    """A point of a campaign started the flow."""

    type = "campaign"
    EVENTS = ("campaign_fired",)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowActionTrigger(SessionTrigger):
    """Another session started the flow; `run_summary` tells of its run."""

    type = "flow_action"

    run_summary: dict[str, Any] = fields.json(required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTrigger(SessionTrigger):
    """A phone call that came in, or was missed, started the flow."""

    type = "call"
    EVENTS = ("call_received", "call_missed")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatTrigger(SessionTrigger):
    """A new conversation started the flow; its event may have params."""

    type = "chat"
    EVENTS = ("chat_started",)

    @property
    def context_params(self) -> dict[str, Any]:
        return self.params or (self.event or {}).get("params") or {}


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketTrigger(SessionTrigger):
    """The end of a ticket started the flow."""

    type = "ticket"
    EVENTS = ("ticket_closed",)

    ticket: dict[str, Any] = fields.json(required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelTrigger(SessionTrigger):
    """Something that happened on a channel started the flow: only old sessions have it."""

    type = "channel"

    event: dict[str, Any] = fields.json(required=True)


_TRIGGERS: Mapping[str, type[SessionTrigger]] = {
    trigger.type: trigger
    for trigger in (
        ManualTrigger,
        MsgTrigger,
        CampaignTrigger,
        FlowActionTrigger,
        CallTrigger,
        ChatTrigger,
        TicketTrigger,
        ChannelTrigger,
    )
}


def read_trigger(document: dict[str, Any]) -> SessionTrigger:
    """Return the trigger of a JSON document. Raises `DefinitionError` with RapidPro's text."""
    trigger: SessionTrigger = read_typed(_TRIGGERS, document)
    trigger.check()
    return trigger
