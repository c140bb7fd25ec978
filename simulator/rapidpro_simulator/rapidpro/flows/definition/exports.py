"""Reads export files: flows with the campaigns, triggers, fields and groups that belong to them (flows 1.1).

An export is read as a whole or not at all. What becomes of it in a workspace is for the importing host to decide;
`remapping` has what it needs for that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from . import fields
from .dialects import unknown_parts, without_unknown_actions
from .reading import DefinitionError, read
from .triggers import IGNORED_TRIGGERS, ExportedTrigger, read_trigger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .flow import FlowDefinition
    from .references import Reference

EARLIEST_VERSION: Final = 3
LATEST_VERSION: Final = 13
FIELD_TYPES: Final = ("text", "number", "datetime", "state", "district", "ward")
UNITS: Final = ("M", "H", "D", "W")
EVENT_TYPES: Final = ("F", "M")
START_MODES: Final = ("I", "S", "P")

_VERSION: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9}){0,9}")


class ExportProblem(NamedTuple):
    """Something in an export that cannot be read: what it belongs to, and what is wrong with it."""

    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text}"


class ExportError(DefinitionError):
    """An export cannot be read; ``problems`` has everything that is wrong with it, where that is known."""

    def __init__(self, text: str, problems: list[ExportProblem] | None = None) -> None:
        self.problems = problems or []
        super().__init__("\n- ".join([text, *_sentences(self.problems)]))


def _sentences(problems: list[ExportProblem]) -> Iterator[str]:
    """Yield what is wrong, and with what: what is wrong with many things is said once."""
    places: dict[str, list[str]] = {}
    for where, text in problems:
        places.setdefault(text, []).append(where)
    for text, names in places.items():
        yield str(ExportProblem(", ".join(dict.fromkeys(names)), text))


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedField:
    """A field of contacts that the flows use."""

    key: str = fields.text(required=True)
    name: str = fields.text(required=True)
    type: str = fields.text(required=True, check=fields.one_of(FIELD_TYPES, "field type"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedGroup:
    """A group that the flows use; without a query its members are added by hand or by flows."""

    uuid: str = fields.uuid()
    name: str = fields.text(required=True)
    query: str = fields.text()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedCampaignEvent:
    """What happens ``offset`` ``unit`` (minutes, hours, days, weeks) after the date in a field of the contact.

    ``delivery_hour`` is an hour of the day, -1 for any.
    """

    uuid: str = fields.uuid()
    offset: int = fields.integer(required=True)
    unit: str = fields.text(required=True, check=fields.one_of(UNITS, "unit"))
    event_type: str = fields.text(required=True, check=fields.one_of(EVENT_TYPES, "event type"))
    delivery_hour: int = fields.integer(required=True)
    relative_to: Reference = fields.reference("field", required=True)
    start_mode: str = fields.text(check=fields.one_of(START_MODES, "start mode"))
    flow: Reference | None = fields.reference("flow")
    message: dict[str, str] | str | None = fields.json()
    base_language: str = fields.text()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedCampaign:
    """Events for the contacts of a group."""

    uuid: str = fields.uuid()
    name: str = fields.text(required=True)
    group: Reference = fields.reference("group", required=True)
    events: list[ExportedCampaignEvent] = fields.parts(ExportedCampaignEvent)


@dataclass(slots=True, kw_only=True)
class Export:
    """What an export file holds. ``skipped`` is what lenient reading has left out."""

    version: str
    site: str = ""
    flows: list[FlowDefinition] = field(default_factory=list)
    campaigns: list[ExportedCampaign] = field(default_factory=list)
    triggers: list[ExportedTrigger] = field(default_factory=list)
    fields: list[ExportedField] = field(default_factory=list)
    groups: list[ExportedGroup] = field(default_factory=list)
    skipped: list[ExportProblem] = field(default_factory=list)


def read_export(document: Any, *, lenient: bool = False, new_uuid: Callable[[], str] | None = None) -> Export:
    """Return what an export file holds, its flows brought to the current version.

    With ``lenient`` actions of a type that RapidPro does not know are left out, and so is everything else that cannot
    be read (a whole flow, campaign, trigger, field or group); the result's ``skipped`` says what. Otherwise
    `ExportError` names all of it at once. Files that are no exports are refused either way (flows 1.1).
    ``new_uuid`` makes the UUIDs that migrations need.
    """
    export = Export(version=_version(document), site=document.get("site") or "")
    problems: list[ExportProblem] = []
    for index, definition in enumerate(_items(document, "flows")):
        where, readable = _describe("flow", definition, index), definition
        unknown = [ExportProblem(where, text) for text in unknown_parts(definition)]
        problems += unknown
        if lenient and unknown:
            readable = without_unknown_actions(definition)
        if lenient or not unknown:
            _read_into(export.flows, lambda document: _read_flow(document, new_uuid), readable, where, problems)
    for name, reader in _READERS.items():
        for index, part in enumerate(_items(document, name)):
            if name != "triggers" or part.get("trigger_type") not in IGNORED_TRIGGERS:
                _read_into(getattr(export, name), reader, part, _describe(name[:-1], part, index), problems)
    if problems and not lenient:
        raise ExportError("the export cannot be read", problems)
    export.skipped = problems
    return export


_READERS: Final[dict[str, Callable[[Any], Any]]] = {
    "fields": lambda document: read(ExportedField, document),
    "groups": lambda document: read(ExportedGroup, document),
    "campaigns": lambda document: read(ExportedCampaign, document),
    "triggers": read_trigger,
}


def _read_flow(document: Any, new_uuid: Callable[[], str] | None) -> FlowDefinition:
    from .flow import read_flow

    return read_flow(document, new_uuid=new_uuid)


def _read_into(
    parts: list[Any], reader: Callable[[Any], Any], document: Any, where: str, problems: list[ExportProblem]
) -> None:
    try:
        parts.append(reader(document))
    except DefinitionError as error:
        problems.append(ExportProblem(where, str(error)))


def _version(document: Any) -> str:
    if not isinstance(document, dict):
        raise ExportError("an export is a JSON object")
    version = document.get("version")
    if version in (None, "") or "action_sets" in document:
        raise ExportError(_no_export(document))
    if not _is_supported(str(version)):
        raise ExportError(f"Unsupported export version {version}")
    return str(version)


def _is_supported(version: str) -> bool:
    """Compare it as versions are compared: 13, 13.0 and 13.0.0 are one version, 13.1 is a later one."""
    if not _VERSION.fullmatch(version):
        return False
    numbers = tuple(map(int, version.split(".")))
    while numbers[-1:] == (0,):
        numbers = numbers[:-1]
    return (EARLIEST_VERSION,) <= numbers <= (LATEST_VERSION,)


def _no_export(document: dict[str, Any]) -> str:
    text = "Export missing version field"
    if "nodes" in document or "action_sets" in document:
        return f"{text}: this is the definition of one flow, not an export of a workspace"
    return text


def _items(document: dict[str, Any], key: str) -> Iterator[Any]:
    items = document.get(key)
    if items is None:
        return
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise ExportError(f"the export cannot be read: '{key}' is no list of objects")
    yield from items


def _describe(sort: str, part: dict[str, Any], index: int) -> str:
    metadata = part.get("metadata")
    name = part.get("name") or (metadata.get("name") if isinstance(metadata, dict) else None)
    return f"{sort} '{name}'" if name else f"{sort} {index + 1}"
