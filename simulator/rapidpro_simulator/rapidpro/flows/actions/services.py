"""Actions that ask other services: e-mail, airtime, language models (flows 2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from rapidpro_simulator.rapidpro.flows.core import events
from rapidpro_simulator.rapidpro.flows.core.routes import preferred_route
from rapidpro_simulator.rapidpro.flows.core.services import ServiceError
from rapidpro_simulator.rapidpro.flows.definition import fields
from rapidpro_simulator.rapidpro.flows.definition.reading import DefinitionError
from rapidpro_simulator.rapidpro.flows.excellent.numbers import is_in_range
from rapidpro_simulator.rapidpro.flows.texts.urns import identity

from .base import Action, milliseconds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from decimal import Decimal

    from rapidpro_simulator.rapidpro.flows.definition.references import Reference
    from rapidpro_simulator.rapidpro.flows.runs.run import Run, Step

ENGINE_ROLE = "engine"
LLM_FAILED = "<ERROR>"
MOST_OUTPUT_TOKENS = 2_500


@dataclass(frozen=True, slots=True, kw_only=True)
class SendEmail(Action):
    """Sends an e-mail to some addresses."""

    type: ClassVar[str] = "send_email"

    addresses: list[str] = fields.texts(required=True, minimum=1, evaluated=True)
    subject: str = fields.text(required=True, maximum=1_000, evaluated=True, localized=True)
    body: str = fields.text(required=True, maximum=10_000, evaluated=True, localized=True)

    async def execute(self, run: Run, step: Step) -> None:
        (native,), _ = run.localized(self.uuid, "subject", [self.subject])
        subject = " ".join(run.evaluate_text(native)[0].split())
        if not subject:
            run.log(events.error("Email subject evaluated to empty string, skipping"))
            return
        (native,), _ = run.localized(self.uuid, "body", [self.body])
        body, _ = run.evaluate_text(native)
        if not body:
            run.log(events.error("Email body evaluated to empty string, skipping"))
            return
        addresses = list(self._addresses(run))
        if not addresses:
            return
        try:
            await run.engine.services.email(addresses, subject, body)
        except ServiceError as error:
            run.log(events.error(f"Unable to send email: {error}"))
        else:
            run.log(events.email_sent(addresses, subject, body))

    def _addresses(self, run: Run) -> Iterator[str]:
        for template in self.addresses:
            address, _ = run.evaluate_text(template)
            if address:
                yield address.removeprefix("mailto:")
            else:
                run.log(events.error("Email address evaluated to empty string, skipping"))


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferAirtime(Action):
    """Gives the contact airtime, by currency; the local `_new_transfer` is the event's UUID, empty if it failed."""

    type: ClassVar[str] = "transfer_airtime"
    LOCALS: ClassVar[tuple[str, ...]] = ("_new_transfer",)

    amounts: dict[str, Decimal] = fields.number_map(required=True)

    def check(self) -> None:
        for currency, amount in self.amounts.items():
            if not amount.is_finite() or not is_in_range(amount):
                raise DefinitionError("number value is out of permitted range")
            if amount < 0:
                raise DefinitionError(f"amount for '{currency}' is out of range")

    async def execute(self, run: Run, step: Step) -> None:
        try:
            transfer = await self._transfer(run)
        except ServiceError as error:
            run.log(events.error(str(error)))
            run.locals["_new_transfer"] = ""
        else:
            run.locals["_new_transfer"] = run.log(events.airtime_created(transfer))["uuid"]

    async def _transfer(self, run: Run) -> Mapping[str, Any]:
        """Return the transfer. Raises `ServiceError` with what went wrong."""
        recipient = next((urn for urn in run.contact.urns if urn.startswith("tel:")), None)
        if recipient is None:
            raise ServiceError("can't transfer airtime to contact without a phone number")
        route = preferred_route(run.contact, run.session.assets)
        sender = f"tel:{route.channel.address}" if route is not None and "tel" in route.channel.schemes else ""
        return await run.engine.services.airtime(sender, identity(recipient), self.amounts)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLlm(Action):
    """Asks a language model; a local is what it answers, or `<ERROR>`."""

    type: ClassVar[str] = "call_llm"

    llm: Reference = fields.reference("llm", required=True)
    instructions: str = fields.text(required=True, maximum=10_000, evaluated=True)
    input: str = fields.text(maximum=10_000, evaluated=True)
    output_local: str = fields.text(required=True, check=fields.LOCAL_NAME)

    async def execute(self, run: Run, step: Step) -> None:
        instructions, _ = run.evaluate_text(self.instructions)
        text, _ = run.evaluate_text(self.input)
        output = await self._ask(run, instructions, text)
        run.locals[self.output_local] = LLM_FAILED if output is None else output

    async def _ask(self, run: Run, instructions: str, text: str) -> str | None:
        llm = run.session.assets.llms.get(self.llm.identity)
        if llm is None:
            run.log(events.missing_dependency(self.llm))
            return None
        if ENGINE_ROLE not in llm.roles:
            run.log(events.error(f"LLM {llm.uuid} does not have the engine role"))
            return None
        started = run.engine.now()
        try:
            output, tokens = await run.engine.services.llm(llm, instructions, text, MOST_OUTPUT_TOKENS)
        except ServiceError as error:
            run.log(events.error(str(error)))
            return None
        elapsed = milliseconds(started, run.engine.now())
        run.log(events.llm_called(llm.reference, instructions, text, output, tokens=tokens, elapsed_ms=elapsed))
        return output

    def locals(self) -> Iterator[str]:
        yield self.output_local
