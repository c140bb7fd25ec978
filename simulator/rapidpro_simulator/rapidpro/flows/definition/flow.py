"""A flow: what it is called, how it is to be run, its nodes and its translations (flows 1.2)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from . import fields, limits
from .kinds import DelegatedKind, ListKind
from .localization import Localization, read_localization
from .nodes import Exit, Node, SeenUuids, read_node
from .reading import DefinitionError, prefixed, read
from .references import Reference
from .versions import CURRENT, OLDEST, Version

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Exit", "FlowDefinition", "Node", "read_flow"]

FLOW_TYPES: Final = tuple(limits.DEFAULT_EXPIRY_MINUTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    uuid: str = fields.uuid()
    name: str = fields.text(required=True, maximum=limits.FLOW_NAME)
    spec_version: str = fields.text(required=True)


@dataclass(kw_only=True)
class FlowDefinition:
    """A flow definition that has been read and checked."""

    uuid: str = fields.uuid()
    name: str = fields.text(required=True, maximum=limits.FLOW_NAME)
    spec_version: str = fields.text(required=True)
    language: str = fields.text(required=True, check=fields.LANGUAGE)
    type: str = fields.text(required=True, check=fields.one_of(FLOW_TYPES, "flow type"))
    revision: int = fields.integer()
    expire_after_minutes: int = fields.integer()
    localization: Localization = fields.declare(DelegatedKind(reader=read_localization, name="localization"))
    nodes: list[Node] = fields.declare(ListKind(item=DelegatedKind(reader=read_node, name="node")), default=[])
    document: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    _by_uuid: dict[str, Node] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self.localization = self.localization or Localization()
        self._by_uuid = {node.uuid: node for node in self.nodes}

    def node(self, uuid: str) -> Node | None:
        """Return the node with this UUID, None if there is none."""
        return self._by_uuid.get(uuid)

    @property
    def expiry_minutes(self) -> int:
        """How many minutes a run waits for an answer: the definition's figure, or that of the flow's type."""
        return self.expire_after_minutes or limits.DEFAULT_EXPIRY_MINUTES[self.type]

    @property
    def reference(self) -> Reference:
        """What others call it."""
        return Reference("flow", self.uuid, self.name)

    @property
    def ui(self) -> dict[str, Any]:
        """What the editor keeps in the definition; only the editor reads it."""
        return self.document.get("_ui") or {}

    def to_json(self) -> dict[str, Any]:
        """Return the definition that was read, at the current version."""
        return self.document

    def validate(self) -> None:
        """Raise `DefinitionError` for whatever the engine refuses to run (flows 1.2)."""
        if len(self.nodes) > limits.NODES:
            raise DefinitionError(f"flow can't have more than {limits.NODES} nodes (has {len(self.nodes)})")
        editor_state = json.dumps(self.ui, separators=(",", ":"), ensure_ascii=False)
        if len(editor_state.encode(errors="surrogatepass")) > limits.EDITOR_STATE_BYTES:
            raise DefinitionError(f"field '_ui' must be less than or equal to {limits.EDITOR_STATE_BYTES}")
        with prefixed("invalid localization"):
            self.localization.validate()
        seen = SeenUuids()
        for node in self.nodes:
            seen.add("node", node.uuid)
            with prefixed(f"invalid node[uuid={node.uuid}]"):
                node.validate(self.type, self._by_uuid, seen)


def _legacy(version: object) -> DefinitionError:
    return DefinitionError(
        f"definitions of version {version} are not supported, only those from {OLDEST} on: import the file into"
        " RapidPro and export it again, which brings it up to date"
    )


def read_flow(
    document: dict[str, Any], *, migrate: bool = True, new_uuid: Callable[[], str] | None = None
) -> FlowDefinition:
    """Return the flow that a definition describes, after bringing the definition to the current version.

    ``document`` is left as it is. ``migrate=False`` reads older definitions as if they were current; ``new_uuid`` makes
    the UUIDs that some migrations need (without it they are derived from those that are there).
    Raises `DefinitionError` with the engine's text (flows 1.2).
    """
    if isinstance(document, dict) and "action_sets" in document:
        raise _legacy(document.get("version") or "before 11")
    with prefixed("unable to read flow header"):
        header = read(_Header, document)
        version = Version.parse(header.spec_version)
    if version < OLDEST:
        raise _legacy(version)
    if not version.is_supported:
        raise DefinitionError(f"spec version {version} is newer than this library ({CURRENT})")
    if migrate and version < CURRENT:
        from .migrations import migrate as bring_up_to_date

        document = bring_up_to_date(document, new_uuid=new_uuid)
    flow = read(FlowDefinition, document)
    flow.document = document
    flow.validate()
    return flow
