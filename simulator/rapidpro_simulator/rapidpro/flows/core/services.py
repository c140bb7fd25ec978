"""What the engine is given: time, UUIDs, chance, services (all may be absent), and how much it allows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from rapidpro_simulator.rapidpro.flows.locales.dates import DateTime

    from .assets import LlmAsset
    from .contact import Contact
    from .webhooks import WebhookRequest, WebhookResponse


class ServiceError(Exception):
    """A service could not do what it was asked for; the text says why."""


async def _no_webhook(request: WebhookRequest) -> WebhookResponse | None:
    return None


async def _no_email(addresses: Sequence[str], subject: str, body: str) -> None:
    raise ServiceError("no email service available")


async def _no_airtime(sender: str, recipient: str, amounts: Mapping[str, Any]) -> Mapping[str, Any]:
    raise ServiceError("no airtime service available")


class LlmAnswer(NamedTuple):
    """What a language model answers, and how many tokens it has read and written for it."""

    output: str
    tokens_read: int = 0
    tokens_written: int = 0


async def _no_llm(llm: LlmAsset, instructions: str, input_: str, most_tokens: int) -> LlmAnswer:
    raise ServiceError("no LLM service available")


@dataclass(frozen=True, slots=True)
class Services:
    """Who does what flows cannot do themselves. All but `webhook` raise `ServiceError` where they fail.

    `webhook` returns the response, None if the server does not answer. `email` takes addresses, subject and body;
    `airtime` sender, recipient and amounts by currency, and returns the transfer as `airtime_created` has it; `llm` a
    model, instructions, input and the most tokens of output. `claim_urn` says whether a
    contact (UUID) may have a URN, `unsendable_reason` why a message (contact, text) cannot be sent, empty if it can.
    """

    webhook: Callable[[WebhookRequest], Awaitable[WebhookResponse | None]] = _no_webhook
    email: Callable[[Sequence[str], str, str], Awaitable[None]] = _no_email
    airtime: Callable[[str, str, Mapping[str, Any]], Awaitable[Mapping[str, Any]]] = _no_airtime
    llm: Callable[[LlmAsset, str, str, int], Awaitable[LlmAnswer]] = _no_llm
    claim_urn: Callable[[str, str], bool] = lambda contact_uuid, urn: True
    unsendable_reason: Callable[[Contact, str], str] = lambda contact, text: ""
    webhook_headers: Mapping[str, str] = field(default_factory=dict)
    blocked_hosts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class EngineLimits:
    """What is too much (flows 3.4); texts and URLs in characters, requests and responses of webhooks in bytes."""

    steps_per_sprint: int = 100
    sprints_per_session: int = 500
    runs_per_session: int = 500
    template: int = 10_000
    contact_name: int = 128
    field_text: int = 640
    result_value: int = 640
    webhook_url: int = 8192
    webhook_request: int = 262_144
    webhook_response: int = 262_144


MAILROOM_LIMITS = EngineLimits(steps_per_sprint=250, sprints_per_session=250, runs_per_session=250)
"""The limits of RapidPro's own host (flows 3.4)."""


@dataclass(slots=True, kw_only=True)
class Runtime:
    """The world that sessions run in, handed in by the host.

    `now` gives the time, `new_uuid` UUIDs of version 7, `random` numbers from 0 to below 1.
    """

    now: Callable[[], DateTime]
    new_uuid: Callable[[], str]
    random: Callable[[], float]
    services: Services = field(default_factory=Services)
    limits: EngineLimits = field(default_factory=EngineLimits)
