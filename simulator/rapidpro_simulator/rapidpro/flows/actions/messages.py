"""Actions that send messages: to the contact, or to others (flows 2.3, 2.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.flows.core import events
from rapidpro_simulator.rapidpro.flows.core.contact import ACTIVE
from rapidpro_simulator.rapidpro.flows.core.routes import preferred_route, without_query
from rapidpro_simulator.rapidpro.flows.locales.environment import locale_of

from . import templating
from .content import evaluate
from .recipients import recipients_of

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.core.routes import MessageRoute
    from rapidpro_simulator.rapidpro.flows.definition.actions.messages import SendBroadcast, SendMsg
    from rapidpro_simulator.rapidpro.flows.runs.run import Run

    from .templating import Filled


async def send_msg(action: SendMsg, run: Run) -> None:
    environment = run.environment
    content = evaluate(run, action)
    locale = locale_of(content.language, environment.country)
    route = preferred_route(run.contact, run.session.assets)
    message: dict[str, Any] = {}
    if route is not None:
        message = {"urn": without_query(route.urn), "channel": route.channel.reference.to_json()}
    filled = _filled(action, run, route)
    if filled is not None:
        content, locale = filled.content, filled.locale
    message |= content.to_json()
    if filled is not None:
        message["templating"] = filled.templating
    if locale:
        message["locale"] = locale
    if reason := _unsendable_reason(run, route, content.text):
        message["unsendable_reason"] = reason
    run.log(events.msg_created(message))


def _filled(action: SendMsg, run: Run, route: MessageRoute | None) -> Filled | None:
    template = run.session.assets.find(action.template) if action.template is not None else None
    if template is None or route is None:
        return None
    values = [run.evaluate_text(variable)[0] for variable in action.template_variables]
    locales = (run.environment.locale, run.session.environment.locale)
    return templating.fill(template, route.channel, locales, values)


async def send_broadcast(action: SendBroadcast, run: Run) -> None:
    recipients = recipients_of(action, run)
    if run.session.is_batch and recipients.are_many:
        run.log(events.error("Can't send broadcasts to groups during batch starts"))
        return
    flow = run.flow
    languages = dict.fromkeys([flow.language, *sorted(flow.localization.languages)])
    translations = {language: evaluate(run, action, [language]).to_json() for language in languages}
    if not recipients:
        return
    template = run.session.assets.find(action.template) if action.template is not None else None
    details: dict[str, Any] = {}
    if template is not None:
        variables = [run.evaluate_text(variable)[0] for variable in action.template_variables]
        details = {"template": template.reference.to_json(), "template_variables": variables}
    run.log(events.broadcast_created(translations, flow.language, recipients.to_json(), **details))


def _unsendable_reason(run: Run, route: MessageRoute | None, text: str) -> str:
    if run.contact.status != ACTIVE:
        return f"contact_{run.contact.status}"
    reason = run.runtime.services.unsendable_reason(run.contact, text)
    return reason or ("" if route is not None else "no_route")
