"""What a workspace holds, as far as flows can see it: flows, channels, groups, fields and so on.

Hosts hand it in; a session only looks things up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from rapidpro_simulator.rapidpro.flows import contactql
from rapidpro_simulator.rapidpro.flows.definition.flow import FlowDefinition, read_flow
from rapidpro_simulator.rapidpro.flows.definition.reading import DefinitionError
from rapidpro_simulator.rapidpro.flows.definition.references import Reference
from rapidpro_simulator.rapidpro.flows.texts.strings import lower, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from rapidpro_simulator.rapidpro.flows.contactql import ContactQuery
    from rapidpro_simulator.rapidpro.flows.locales.environment import Environment
    from rapidpro_simulator.rapidpro.flows.locales.locations import Locations

SEND, RECEIVE, CALL, ANSWER = "send", "receive", "call", "answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """Something that has a name, and an identity by which definitions refer to it."""

    TYPE: ClassVar[str]

    uuid: str = ""
    name: str = ""

    @property
    def identity(self) -> str:
        """What definitions know it by."""
        return self.uuid

    @property
    def reference(self) -> Reference:
        """How events and definitions refer to it."""
        return Reference(self.TYPE, self.identity, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignAsset(Asset):
    TYPE = "campaign"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelAsset(Asset):
    TYPE = "channel"

    address: str = ""
    schemes: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    country: str = ""
    match_prefixes: tuple[str, ...] = ()
    allow_international: bool = False
    features: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldAsset(Asset):
    TYPE = "field"

    key: str = ""
    type: str = "text"

    @property
    def identity(self) -> str:
        return self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class GlobalAsset(Asset):
    TYPE = "global"

    key: str = ""
    value: str = ""

    @property
    def identity(self) -> str:
        return self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupAsset(Asset):
    """A group of contacts; with a query, contacts are in it because they match (flows 3.8)."""

    TYPE = "group"

    query: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelAsset(Asset):
    TYPE = "label"


@dataclass(frozen=True, slots=True, kw_only=True)
class LlmAsset(Asset):
    TYPE = "llm"

    type: str = ""
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResthookAsset(Asset):
    TYPE = "resthook"

    slug: str = ""
    subscribers: tuple[str, ...] = ()

    @property
    def identity(self) -> str:
        return self.slug


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateAsset(Asset):
    """A message template; its translations are as on the wire."""

    TYPE = "template"

    translations: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicAsset(Asset):
    TYPE = "topic"


@dataclass(frozen=True, slots=True, kw_only=True)
class UserAsset(Asset):
    TYPE = "user"

    email: str = ""


AnyAsset = TypeVar("AnyAsset", bound=Asset)


class AssetSet(Generic[AnyAsset]):
    """Assets of one type, in the workspace's order."""

    def __init__(self, assets: Iterable[AnyAsset] = ()) -> None:
        self._by_identity = {asset.identity: asset for asset in assets}
        self._by_name: dict[str, AnyAsset] = {}
        for asset in self:
            self._by_name.setdefault(lower(asset.name), asset)

    def get(self, identity: str) -> AnyAsset | None:
        """Return the asset with this UUID, key or slug; None if there is none."""
        return self._by_identity.get(identity)

    def named(self, name: str) -> AnyAsset | None:
        """Return the first asset of this name, whatever its case; None if there is none."""
        return self._by_name.get(lower(name))

    def __iter__(self) -> Iterator[AnyAsset]:
        return iter(self._by_identity.values())

    def __len__(self) -> int:
        return len(self._by_identity)


_TYPES: Mapping[str, type[Asset]] = {
    "campaigns": CampaignAsset,
    "channels": ChannelAsset,
    "fields": FieldAsset,
    "globals": GlobalAsset,
    "groups": GroupAsset,
    "labels": LabelAsset,
    "llms": LlmAsset,
    "resthooks": ResthookAsset,
    "templates": TemplateAsset,
    "topics": TopicAsset,
    "users": UserAsset,
}


class Assets:
    """All that a workspace holds.

    `flows` gives the flow with a UUID, None where there is none, or raises `DefinitionError`; `sets` are the other
    assets by plural type. `unreadable` tells what is wrong with flows that could not be read, by UUID.
    """

    def __init__(
        self,
        flows: Callable[[str], FlowDefinition | None],
        sets: Mapping[str, Iterable[Asset]] | None = None,
        *,
        locations: Locations | None = None,
    ) -> None:
        given = {name: AssetSet((sets or {}).get(name, ())) for name in _TYPES}
        self._flows = flows
        self._sets: Mapping[str, AssetSet[Any]] = {kind.TYPE: given[name] for name, kind in _TYPES.items()}
        self.campaigns: AssetSet[CampaignAsset] = given["campaigns"]  # type: ignore[assignment]
        self.channels: AssetSet[ChannelAsset] = given["channels"]  # type: ignore[assignment]
        self.fields: AssetSet[FieldAsset] = given["fields"]  # type: ignore[assignment]
        self.globals: AssetSet[GlobalAsset] = given["globals"]  # type: ignore[assignment]
        self.groups: AssetSet[GroupAsset] = given["groups"]  # type: ignore[assignment]
        self.labels: AssetSet[LabelAsset] = given["labels"]  # type: ignore[assignment]
        self.llms: AssetSet[LlmAsset] = given["llms"]  # type: ignore[assignment]
        self.resthooks: AssetSet[ResthookAsset] = given["resthooks"]  # type: ignore[assignment]
        self.templates: AssetSet[TemplateAsset] = given["templates"]  # type: ignore[assignment]
        self.topics: AssetSet[TopicAsset] = given["topics"]  # type: ignore[assignment]
        self.users: AssetSet[UserAsset] = given["users"]  # type: ignore[assignment]
        self.locations = locations
        self.unreadable: dict[str, DefinitionError] = {}
        self.query_groups = [group for group in self.groups if group.query]
        self._queries: dict[tuple[str, str | None, bool, str], ContactQuery | None] = {}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Assets:
        """Return the assets of a JSON document with a list for each plural type; flows are read when first needed."""
        sets = {name: [_read(kind, whole(item)) for item in document.get(name) or ()] for name, kind in _TYPES.items()}
        return cls(FlowDefinitions(document.get("flows") or ()), sets, locations=_read_locations(document))

    def flow(self, uuid: str) -> FlowDefinition | None:
        """Return the flow with this UUID; None where there is none that can be read."""
        try:
            return self._flows(uuid)
        except DefinitionError as error:
            self.unreadable[uuid] = error
            return None

    def find(self, reference: Reference) -> Any:
        """Return what a reference means by identity, None where it does not exist."""
        if reference.type == "flow":
            return self.flow(reference.identity)
        return self._sets[reference.type].get(reference.identity)

    def query_of(self, group: GroupAsset, environment: Environment) -> ContactQuery | None:
        """Return the query of a group, None where it cannot be read in this environment. Each is read once."""
        key = (group.query, environment.country, environment.redact_urns, environment.date_format)
        if key not in self._queries:
            try:
                self._queries[key] = contactql.parse(environment, group.query, self)
            except contactql.QueryError:
                self._queries[key] = None
        return self._queries[key]

    def resolve_field(self, key: str) -> FieldAsset | None:
        """Return the field that a contact query names."""
        return self.fields.get(key)

    def resolve_group(self, name: str) -> GroupAsset | None:
        """Return the group that a contact query names."""
        return self.groups.named(name)

    def resolve_flow(self, name: str) -> FlowDefinition | None:
        """Return the flow that a contact query names: groups cannot ask about flows, so there is none."""
        return None

    def matching(self, type_: str, name: str) -> Any:
        """Return the asset of a type (singular) by its name, whatever the case; None where there is none."""
        return self._sets[type_].named(name)


class FlowDefinitions:
    """Flow definitions as JSON, each read when it is first asked for."""

    def __init__(self, documents: Iterable[dict[str, Any]]) -> None:
        self._documents = {document.get("uuid"): document for document in documents}
        self._flows: dict[str, FlowDefinition | None] = {}

    def __call__(self, uuid: str) -> FlowDefinition | None:
        if uuid not in self._flows:
            document = self._documents.get(uuid)
            self._flows[uuid] = None if document is None else read_flow(document)
        return self._flows[uuid]


def _read(kind: type[AnyAsset], document: Mapping[str, Any]) -> AnyAsset:
    known = kind.__dataclass_fields__
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in document.items()
        if key in known and value is not None
    }
    return kind(**values)


def _read_locations(document: Mapping[str, Any]) -> Locations | None:
    from rapidpro_simulator.rapidpro.flows.locales.locations import Locations

    hierarchies = document.get("locations")
    return Locations(hierarchies[0]) if hierarchies else None
