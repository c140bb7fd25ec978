"""What RapidPro refuses of an export that can be read: keys, queries and flows that cannot be (flows 1.1).

It finds them on its way and undoes the import; here they are looked for before anything is changed, all at once.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from rapidpro_simulator.rapidpro.flows.contactql import QueryError, inspect, parse
from rapidpro_simulator.rapidpro.flows.definition.exports import ExportProblem
from rapidpro_simulator.rapidpro.flows.definition.inspection import inspect as inspect_flow
from rapidpro_simulator.rapidpro.model.campaigns import SYSTEM_DATES
from rapidpro_simulator.rapidpro.model.names import is_field_key

from .import_dependencies import DATE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rapidpro_simulator.rapidpro.flows.definition.exports import Export, ExportedGroup
    from rapidpro_simulator.rapidpro.mailroom.mailroom import Mailroom

BAD_KEY = "'{}' is not a valid contact field key"
DATE_IN_USE = "the type of the field '{}' cannot change while campaigns use it as a date"
NO_GROUP_QUERY = "the query '{}' cannot make a group"
NO_FLOW = "there is no flow {} ({!r}), neither in the export nor in the workspace"


class Refusal(NamedTuple):
    """Why an export is refused, and the part that a lenient import does without; None for what a flow needs."""

    problem: ExportProblem
    part: object = None


def refusals(mailroom: Mailroom, export: Export) -> list[Refusal]:
    """Return everything for which RapidPro refuses an export that could be read."""
    finders = (_fields, _groups, _dependencies, _campaigns, _triggers)
    return [refusal for find in finders for refusal in find(mailroom, export)]


def without(export: Export, found: list[Refusal]) -> Export:
    """Return an export without the parts that are refused."""
    refused = [each.part for each in found if each.part is not None]

    def kept(parts: list[object]) -> list[object]:
        return [part for part in parts if not any(part is each for each in refused)]

    lists = {name: kept(getattr(export, name)) for name in ("fields", "groups", "campaigns", "triggers")}
    return replace(export, **lists) if refused else export  # type: ignore[arg-type]


def _fields(mailroom: Mailroom, export: Export) -> Iterator[Refusal]:
    dates = {
        event.relative_to for each in mailroom.database.campaigns.values() if not each.archived for event in each.events
    }
    for field in export.fields:
        where = f"field '{field.name}'"
        known = mailroom.database.fields.get(field.key)
        if _is_bad_key(mailroom, field.key):
            yield Refusal(ExportProblem(where, BAD_KEY.format(field.key)), field)
        elif known is not None and known.kind == DATE != field.type and field.key in dates:
            yield Refusal(ExportProblem(where, DATE_IN_USE.format(field.key)), field)


def _groups(mailroom: Mailroom, export: Export) -> Iterator[Refusal]:
    for group in export.groups:
        problem = _query_problem(mailroom, group)
        if problem:
            yield Refusal(ExportProblem(f"group '{group.name}'", problem), group)


def _query_problem(mailroom: Mailroom, group: ExportedGroup) -> str | None:
    if not group.query:
        return None
    try:
        # Whether its fields are there is not asked: they come with the same export, or later.
        query = parse(mailroom.environment.current, group.query)
    except QueryError as error:
        return str(error)
    return None if inspect(query).allow_as_group else NO_GROUP_QUERY.format(group.query)


def _dependencies(mailroom: Mailroom, export: Export) -> Iterator[Refusal]:
    for flow in export.flows:
        for reference in inspect_flow(flow).dependencies:
            if reference.type == "field" and _is_bad_key(mailroom, reference.identity):
                yield Refusal(ExportProblem(f"flow '{flow.name}'", BAD_KEY.format(reference.identity)))


def _campaigns(mailroom: Mailroom, export: Export) -> Iterator[Refusal]:
    for campaign in export.campaigns:
        keys = dict.fromkeys(event.relative_to.identity for event in campaign.events)
        for key in keys:
            if key not in SYSTEM_DATES and _is_bad_key(mailroom, key):
                yield Refusal(ExportProblem(f"campaign '{campaign.name}'", BAD_KEY.format(key)), campaign)


def _triggers(mailroom: Mailroom, export: Export) -> Iterator[Refusal]:
    brought = {flow.uuid for flow in export.flows}
    for number, trigger in enumerate(export.triggers, 1):
        uuid = trigger.flow.identity
        if uuid not in brought and mailroom.database.flows.get(uuid) is None:
            problem = ExportProblem(f"trigger {number}", NO_FLOW.format(uuid, trigger.flow.name))
            yield Refusal(problem, trigger)


def _is_bad_key(mailroom: Mailroom, key: str) -> bool:
    reserved = mailroom.runtime.generation.api.reserved_keys
    return key not in mailroom.database.fields and not is_field_key(key, reserved)
