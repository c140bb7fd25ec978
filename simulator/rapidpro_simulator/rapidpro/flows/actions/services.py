"""Actions that ask other services: e-mail, airtime, language models (flows 2.3)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.flows.core import events
from rapidpro_simulator.rapidpro.flows.core.routes import preferred_route
from rapidpro_simulator.rapidpro.flows.core.services import ServiceError
from rapidpro_simulator.rapidpro.flows.locales.timestamps import milliseconds
from rapidpro_simulator.rapidpro.flows.texts.strings import trim
from rapidpro_simulator.rapidpro.flows.texts.urns import identity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rapidpro_simulator.rapidpro.flows.definition.actions.services import CallLlm, SendEmail, TransferAirtime
    from rapidpro_simulator.rapidpro.flows.runs.run import Run

ENGINE_ROLE = "engine"
LLM_FAILED = "<ERROR>"
MOST_OUTPUT_TOKENS = 2_500

_SPACES = re.compile(r"[ \t\n\f\r]+")  # RE2's `\s`


async def send_email(action: SendEmail, run: Run) -> None:
    (native,), _ = run.localized(action.uuid, "subject", [action.subject])
    subject = trim(_SPACES.sub(" ", run.evaluate_text(native)[0]))
    if not subject:
        run.log(events.error("Email subject evaluated to empty string, skipping"))
        return
    (native,), _ = run.localized(action.uuid, "body", [action.body])
    body, _ = run.evaluate_text(native)
    if not body:
        run.log(events.error("Email body evaluated to empty string, skipping"))
        return
    addresses = list(_addresses(action, run))
    if not addresses:
        return
    try:
        await run.runtime.services.email(addresses, subject, body)
    except ServiceError as error:
        run.log(events.error(f"Unable to send email: {error}"))
    else:
        run.log(events.email_sent(addresses, subject, body))


def _addresses(action: SendEmail, run: Run) -> Iterator[str]:
    for template in action.addresses:
        address, _ = run.evaluate_text(template)
        if address:
            yield address.removeprefix("mailto:")
        else:
            run.log(events.error("Email address evaluated to empty string, skipping"))


async def transfer_airtime(action: TransferAirtime, run: Run) -> None:
    try:
        transfer = await _transfer(action, run)
    except ServiceError as error:
        run.log(events.error(str(error)))
        run.locals["_new_transfer"] = ""
    else:
        run.locals["_new_transfer"] = run.log(events.airtime_created(transfer))["uuid"]


async def _transfer(action: TransferAirtime, run: Run) -> Mapping[str, Any]:
    """Return the transfer. Raises `ServiceError` with what went wrong."""
    recipient = next((urn for urn in run.contact.urns if urn.startswith("tel:")), None)
    if recipient is None:
        raise ServiceError("can't transfer airtime to contact without a phone number")
    route = preferred_route(run.contact, run.session.assets)
    sender = f"tel:{route.channel.address}" if route is not None and "tel" in route.channel.schemes else ""
    return await run.runtime.services.airtime(sender, identity(recipient), action.amounts)


async def call_llm(action: CallLlm, run: Run) -> None:
    instructions, _ = run.evaluate_text(action.instructions)
    text, _ = run.evaluate_text(action.input)
    output = await _ask(action, run, instructions, text)
    run.locals[action.output_local] = LLM_FAILED if output is None else output


async def _ask(action: CallLlm, run: Run, instructions: str, text: str) -> str | None:
    llm = run.session.assets.llms.get(action.llm.identity)
    if llm is None:
        run.log(events.missing_dependency(action.llm))
        return None
    if ENGINE_ROLE not in llm.roles:
        run.log(events.error(f"LLM {llm.uuid} does not have the engine role"))
        return None
    started = run.runtime.now()
    try:
        answer = await run.runtime.services.llm(llm, instructions, text, MOST_OUTPUT_TOKENS)
    except ServiceError as error:
        run.log(events.error(str(error)))
        return None
    elapsed = milliseconds(started, run.runtime.now())
    run.log(events.llm_called(llm.reference, instructions, text, answer, elapsed_ms=elapsed))
    return answer.output
