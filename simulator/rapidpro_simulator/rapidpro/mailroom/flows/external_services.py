"""Who does for flows what RapidPro itself does not: web servers, e-mail, airtime, language models.

Web servers are reached over whatever the host gives; the others are scripted by whoever tests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.flows.core.services import LlmAnswer, ServiceError, Services
from rapidpro_simulator.rapidpro.mailroom.contacts.prompts import simulated_answer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from decimal import Decimal

    from rapidpro_simulator.rapidpro.flows.core.assets import LlmAsset
    from rapidpro_simulator.rapidpro.model.database import Database
    from rapidpro_simulator.rapidpro.runtime.platform import Runtime

Transfer = dict[str, Any]


class ExternalServices:
    """What the services around a workspace do.

    `emails` are those that were sent: addresses, subject, body; `email_problem` lets all others fail. `airtime` is
    called with a number and the amounts by currency, and returns currency and amount; where it is None there is no such
    service. `llm` is called with instructions and input, and returns the output; where it is None, language models
    answer as `database.language_models` says, and else by a simulation of their own.
    """

    def __init__(self, database: Database, runtime: Runtime) -> None:
        self._contacts = database.contacts
        self._runtime = runtime
        self.emails: list[tuple[tuple[str, ...], str, str]] = []
        self.email_problem = ""
        self.airtime: Callable[[str, Mapping[str, Decimal]], tuple[str, Decimal]] | None = None
        self.llm: Callable[[str, str], str] | None = None
        self._models = database.language_models

    @property
    def services(self) -> Services:
        """The services as the engine takes them."""
        headers = {"User-Agent": self._runtime.generation.flows.webhook_agent, "X-Mailroom-Mode": "normal"}
        return Services(
            webhook=self._runtime.platform.webhook,
            email=self._send_email,
            airtime=self._transfer_airtime,
            llm=self._ask_model,
            claim_urn=self._may_have,
            webhook_headers=headers,
        )

    def _may_have(self, contact_uuid: str, urn: str) -> bool:
        owner = self._contacts.by_urn(urn)
        return owner is None or owner.uuid == contact_uuid or self._runtime.generation.mailroom.moves_urns

    async def _send_email(self, addresses: Sequence[str], subject: str, body: str) -> None:
        if self.email_problem:
            raise ServiceError(self.email_problem)
        self.emails.append((tuple(addresses), subject, body))

    async def _transfer_airtime(self, sender: str, recipient: str, amounts: Mapping[str, Decimal]) -> Transfer:
        if self.airtime is None:
            raise ServiceError("no airtime transfer service configured")
        currency, amount = self.airtime(recipient, amounts)
        return {"sender": sender, "recipient": recipient, "currency": currency, "amount": amount, "http_logs": []}

    async def _ask_model(self, model: LlmAsset, instructions: str, text: str, _most_tokens: int) -> LlmAnswer:
        output = self._answer(model.name, instructions, text)
        return LlmAnswer(output, len(instructions.split()) + len(text.split()), len(output.split()))

    def _answer(self, model: str, instructions: str, text: str) -> str:
        if self.llm is not None:
            return self.llm(instructions, text)
        scripted = self._models.scripted(model, text)
        if scripted is None:
            self._runtime.record("llm.simulated", model=model)
            return simulated_answer(model, instructions, text)
        if scripted.problem:
            raise ServiceError(scripted.problem)
        return scripted.output
