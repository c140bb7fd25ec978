"""What expressions see of a run (flows 5). Every part is built when an expression first looks at it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from rapidpro_simulator.rapidpro.flows.core.contact import Contact
from rapidpro_simulator.rapidpro.flows.core.results import Result
from rapidpro_simulator.rapidpro.flows.definition.references import read_identity
from rapidpro_simulator.rapidpro.flows.excellent.jsons import value_of
from rapidpro_simulator.rapidpro.flows.excellent.values import ABSENT, Absent, Deprecated, Object
from rapidpro_simulator.rapidpro.flows.texts.strings import Attachment, lower

from .contact_context import (
    channel_object,
    contact_object,
    fields_object,
    moment,
    shown_contact,
    shown_urn,
    ticket_object,
    topic_object,
    urns_object,
    user_object,
)
from .legacy_extra import legacy_extra_object

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rapidpro_simulator.rapidpro.flows.core.assets import Assets
    from rapidpro_simulator.rapidpro.flows.core.inputs import Input
    from rapidpro_simulator.rapidpro.flows.core.resumes import Resume
    from rapidpro_simulator.rapidpro.flows.core.run_data import RunData
    from rapidpro_simulator.rapidpro.flows.core.session_data import SessionData
    from rapidpro_simulator.rapidpro.flows.core.triggers import SessionTrigger
    from rapidpro_simulator.rapidpro.flows.excellent.values import Property, Value
    from rapidpro_simulator.rapidpro.flows.locales.environment import Environment

LEGACY_EXTRA: Final = "@legacy_extra is deprecated"


class RunContext(Object):
    """The root of what expressions see: the variables are known by name, and built one by one when they are used."""

    __slots__ = ("_built", "_run", "_session")

    def __init__(self, session: SessionData, run: RunData) -> None:
        super().__init__(self._all)
        self._session = session
        self._run = run
        self._built: dict[str, Property] = {}

    @property
    def names(self) -> frozenset[str]:
        """The names of all variables."""
        return _NAMES

    def lookup(self, key: str, missing: Property | Absent = ABSENT) -> Property | Absent:
        """Give the variable of this name, whatever its case."""
        name = lower(key)
        if name not in self._built:
            build = _VARIABLES.get(name)
            if build is None:
                return missing
            self._built[name] = build(self._session, self._run)
        return self._built[name]

    def _all(self) -> Mapping[str, Property]:
        return {name: self.lookup(name) for name in _VARIABLES}  # type: ignore[misc]


def run_object(session: SessionData, run: RunData) -> Object:
    """Return the run as `@run` (flows 5)."""
    environment, contact = session.merged_environment, session.contact
    return Object(
        lambda: {
            "uuid": run.uuid,
            "contact": contact_object(environment, contact),
            "flow": flow_object(session.assets, run.flow_reference),
            "status": run.status,
            "locals": Object(dict(run.locals)),
            "results": results_object(run.results),
            "path": [Object({"node_uuid": step.node_uuid, "arrived_on": moment(step.arrived_on)}) for step in run.path],
            "created_on": moment(run.created_on),
            "exited_on": moment(run.exited_on),
        },
        lambda: f"{shown_contact(environment, contact)}@{run.flow_reference['name']}",
    )


def related_run_object(session: SessionData, run: RunData) -> Object:
    """Return another run of the session as `@parent` or `@child`."""
    return _related(
        session.merged_environment,
        session.assets,
        session.contact,
        uuid=run.uuid,
        flow=run.flow_reference,
        results=run.results,
        status=run.status,
    )


def summary_object(summary: Mapping[str, Any], environment: Environment, assets: Assets) -> Object:
    """Return the run of another session as `@parent`."""
    results = {key: Result.from_json(result) for key, result in (summary.get("results") or {}).items()}
    return _related(
        environment,
        assets,
        Contact.from_json(summary["contact"], assets, environment),
        uuid=summary["uuid"],
        flow=summary["flow"],
        results=results,
        status=summary["status"],
    )


def _related(
    environment: Environment,
    assets: Assets,
    contact: Contact,
    *,
    uuid: str,
    flow: Mapping[str, Any],
    results: Mapping[str, Result],
    status: str,
) -> Object:
    def default() -> str:
        known = assets.flow(flow["uuid"])
        return f"{shown_contact(environment, contact)}@{known.name if known else flow['name']}"

    return Object(
        lambda: {
            "uuid": uuid,
            "contact": contact_object(environment, contact),
            "flow": flow_object(assets, flow),
            "urns": urns_object(environment, contact),
            "fields": fields_object(contact),
            "results": results_object(results),
            "status": status,
            "run": Object({"status": status}),  # of old flows: `@child.run.status`
        },
        default,
    )


def flow_object(assets: Assets, reference: Mapping[str, Any]) -> Value:
    """Return a flow as the workspace has it now, null where it has none."""
    flow = assets.flow(reference["uuid"])
    if flow is None:
        return None
    return Object({"uuid": flow.uuid, "name": flow.name, "revision": Decimal(flow.revision)}, flow.name)


def results_object(results: Mapping[str, Result]) -> Object:
    """Return results by key; the default lists them by name."""
    return Object(
        lambda: {key: result_object(result) for key, result in results.items()},
        lambda: "\n".join(sorted(f"{result.name}: {result.value}" for result in results.values())),
    )


def result_object(result: Result) -> Object:
    return Object(
        lambda: {
            "name": result.name,
            "value": result.value,
            "category": result.category,
            "category_localized": result.category_localized or result.category,
            "input": result.input,
            "extra": value_of(result.extra),
            "node_uuid": result.node_uuid,
            "created_on": moment(result.created_on),
        },
        result.value,
    )


def input_object(environment: Environment, message: Input | None) -> Value:
    if message is None:
        return None

    def default() -> str:
        urls = (Attachment.parse(attachment).url for attachment in message.attachments)
        return "\n".join(filter(None, (message.text, *urls)))

    return Object(
        lambda: {
            "type": "msg",
            "uuid": message.uuid,
            "created_on": moment(message.created_on),
            "channel": channel_object(message.channel),
            "urn": shown_urn(environment, message.urn) if message.urn else None,
            "text": message.text,
            "attachments": list(message.attachments),
            "external_id": message.external_id,
            "payload": value_of({} if message.payload is None else message.payload),
        },
        default,
    )


def node_object(session: SessionData, run: RunData) -> Value:
    if not run.path:
        return None
    uuid = run.step.node_uuid
    node = session.flow_of(run).node(uuid)
    categories = node.router.categories if node and node.router else ()
    return Object(
        {
            "uuid": uuid,
            "categories": [category.name for category in categories],
            "visit_count": Decimal(sum(step.node_uuid == uuid for step in run.path)),
        }
    )


def globals_object(assets: Assets) -> Object:
    return Object(
        lambda: {item.key: item.value for item in assets.globals},
        lambda: "\n".join(f"{item.name}: {item.value}" for item in assets.globals),
    )


def webhook_object(webhook: Mapping[str, Any] | None) -> Value:
    """Return the last webhook call; method and URL are only in the default (flows 4.6)."""
    if webhook is None:
        return None
    return Object(
        lambda: {
            "status": Decimal(webhook["status"]),
            "headers": value_of(dict(webhook["headers"] or {})),
            "json": value_of(webhook["json"]),
        },
        f"{webhook['method']} {webhook['url']}",
    )


def trigger_object(trigger: SessionTrigger, assets: Assets) -> Object:
    event = trigger.event or {}

    def properties() -> dict[str, Property]:
        user, keyword = getattr(trigger, "user", None), getattr(trigger, "keyword_match", None)
        return {
            "type": trigger.type,
            "params": value_of(trigger.context_params),
            "keyword": keyword.keyword if keyword else "",
            "user": user_object(assets.find(user)) if user else None,
            "origin": getattr(trigger, "origin", ""),
            "campaign": _campaign(assets, event.get("campaign")),
            "ticket": _trigger_ticket(assets, getattr(trigger, "ticket", None)),
        }

    return Object(properties)


def resume_object(resume: Resume | None) -> Value:
    if resume is None:
        return None
    dial = resume.event.get("dial")
    shown = Object({"status": dial["status"], "duration": Decimal(dial["duration"])}) if dial else None
    return Object({"type": resume.type, "dial": shown})


def _campaign(assets: Assets, document: Mapping[str, Any] | None) -> Value:
    campaign = assets.campaigns.get(document["uuid"]) if document else None
    return Object({"uuid": campaign.uuid, "name": campaign.name}, campaign.name) if campaign else None


def _trigger_ticket(assets: Assets, document: dict[str, Any] | None) -> Value:
    if not document:
        return None
    topic = assets.find(read_identity("topic", document.get("topic") or {}))
    assignee = assets.find(read_identity("user", document.get("assignee") or {}))
    return Object(
        {"uuid": document["uuid"], "topic": topic_object(topic), "assignee": user_object(assignee)},
    )


def _parent(session: SessionData, run: RunData) -> Value:
    parent = session.parent_of(run)
    if parent is not None:
        return related_run_object(session, parent)
    summary = session.parent_summary
    return summary_object(summary, session.merged_environment, session.assets) if summary else None


def _child(session: SessionData, run: RunData) -> Value:
    child = session.child_of(run)
    return related_run_object(session, child) if child else None


_VARIABLES: Mapping[str, Callable[[SessionData, RunData], Property]] = {
    "child": _child,
    "contact": lambda session, run: contact_object(session.merged_environment, session.contact),
    "fields": lambda session, run: fields_object(session.contact),
    "globals": lambda session, run: globals_object(session.assets),
    "input": lambda session, run: input_object(session.merged_environment, session.input),
    "legacy_extra": lambda session, run: Deprecated(legacy_extra_object(session.trigger, run.results), LEGACY_EXTRA),
    "locals": lambda session, run: Object(dict(run.locals)),
    "node": node_object,
    "parent": _parent,
    "results": lambda session, run: results_object(run.results),
    "resume": lambda session, run: resume_object(session.resume),
    "run": run_object,
    "ticket": lambda session, run: ticket_object(session.contact.open_ticket),
    "trigger": lambda session, run: trigger_object(session.trigger, session.assets),
    "urns": lambda session, run: urns_object(session.merged_environment, session.contact),
    "webhook": lambda session, run: webhook_object(run.webhook),
}
_NAMES: Final = frozenset(_VARIABLES)
