"""Actions that send messages: to the contact, or to others (flows 2.3, 2.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from rapidpro_simulator.rapidpro.flows.core import events
from rapidpro_simulator.rapidpro.flows.core.contact import ACTIVE
from rapidpro_simulator.rapidpro.flows.core.routes import preferred_route, without_query
from rapidpro_simulator.rapidpro.flows.definition import fields, limits
from rapidpro_simulator.rapidpro.flows.locales.environment import locale_of

from . import templating
from .base import Action
from .content import evaluate
from .recipients import ActionOnOthers

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.core.routes import Route
    from rapidpro_simulator.rapidpro.flows.definition.references import Reference
    from rapidpro_simulator.rapidpro.flows.runs.run import Run, Step

    from .templating import Filled


@dataclass(frozen=True, slots=True, kw_only=True)
class SendMsg(Action):
    """Sends a message to the contact; one that cannot be sent is created all the same, with the reason."""

    type: ClassVar[str] = "send_msg"
    allowed_in = limits.EVERYWHERE

    text: str = fields.text(required=True, maximum=10_000, evaluated=True, localized=True)
    attachments: list[str] = fields.texts(maximum=10, evaluated=True, localized=True)
    quick_replies: list[str] = fields.texts(maximum=10, maximum_item=1_000, evaluated=True, localized=True)
    template: Reference | None = fields.reference("template")
    template_variables: list[str] = fields.texts(maximum=100, evaluated=True)

    async def execute(self, run: Run, step: Step) -> None:
        environment = run.environment
        content = evaluate(run, self)
        locale = locale_of(content.language, environment.country)
        route = preferred_route(run.contact, run.session.assets)
        message: dict[str, Any] = {}
        if route is not None:
            message = {"urn": without_query(route.urn), "channel": route.channel.reference.to_json()}
        filled = self._filled(run, route)
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

    def _filled(self, run: Run, route: Route | None) -> Filled | None:
        template = run.session.assets.find(self.template) if self.template is not None else None
        if template is None or route is None:
            return None
        values = [run.evaluate_text(variable)[0] for variable in self.template_variables]
        locales = (run.environment.locale, run.session.environment.locale)
        return templating.fill(template, route.channel, locales, values)


@dataclass(frozen=True, slots=True, kw_only=True)
class SendBroadcast(ActionOnOthers):
    """Sends a message to others, in every language of the flow, evaluated for the contact of this run."""

    type: ClassVar[str] = "send_broadcast"

    text: str = fields.text(required=True, maximum=10_000, evaluated=True, localized=True)
    attachments: list[str] = fields.texts(maximum=10, evaluated=True, localized=True)
    quick_replies: list[str] = fields.texts(maximum=10, maximum_item=1_000, evaluated=True, localized=True)
    template: Reference | None = fields.reference("template")
    template_variables: list[str] = fields.texts(maximum=100, evaluated=True)

    async def execute(self, run: Run, step: Step) -> None:
        recipients = self.recipients(run)
        if run.session.is_batch and recipients.are_many:
            run.log(events.error("Can't send broadcasts to groups during batch starts"))
            return
        flow = run.flow
        languages = dict.fromkeys([flow.language, *sorted(flow.localization.languages)])
        translations = {language: evaluate(run, self, [language]).to_json() for language in languages}
        if not recipients:
            return
        template = run.session.assets.find(self.template) if self.template is not None else None
        details: dict[str, Any] = {}
        if template is not None:
            variables = [run.evaluate_text(variable)[0] for variable in self.template_variables]
            details = {"template": template.reference.to_json(), "template_variables": variables}
        run.log(events.broadcast_created(translations, flow.language, recipients.to_json(), **details))


def _unsendable_reason(run: Run, route: Route | None, text: str) -> str:
    if run.contact.status != ACTIVE:
        return f"contact_{run.contact.status}"
    reason = run.engine.services.unsendable_reason(run.contact, text)
    return reason or ("" if route is not None else "no_route")
