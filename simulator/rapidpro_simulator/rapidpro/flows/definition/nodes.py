"""Nodes of a flow and their exits (flows 1.2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from . import fields, limits
from .actions import Action, read_action
from .kinds import DelegatedKind, ListKind, refuse
from .reading import DefinitionError, prefixed, read
from .routers import Router, check_limit, read_router

if TYPE_CHECKING:
    from collections.abc import Collection


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """A way out of a node; the run ends where it has no destination."""

    uuid: str = fields.uuid()
    destination_uuid: str = fields.uuid(required=False)


def _read_router(document: Any) -> Router:
    with prefixed("unable to read router"):
        return read_router(document)


def _read_actions(documents: Any) -> list[Action]:
    if not isinstance(documents, list):
        raise refuse(documents, "actions", "list")
    actions: list[Action] = []
    for index, document in enumerate(documents):
        with prefixed(f"unable to read action[{index}]"):
            actions.append(read_action(document))
    return actions


@dataclass(kw_only=True)
class Node:
    """A node: its actions run first, then its router or its first exit decides where to go."""

    uuid: str = fields.uuid()
    actions: list[Action] = fields.declare(DelegatedKind(reader=_read_actions, name="actions"), default=[])
    router: Router | None = fields.declare(DelegatedKind(reader=_read_router, name="router"))
    exits: list[Exit] = fields.declare(ListKind(required=True, item=fields.nested(Exit), minimum=1), default=[])
    _by_uuid: dict[str, Exit] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._by_uuid = {exit_.uuid: exit_ for exit_ in self.exits}

    def exit(self, uuid: str) -> Exit | None:
        """Return the exit with this UUID, None if there is none."""
        return self._by_uuid.get(uuid)

    def validate(self, flow_type: str, nodes: Collection[str], seen: SeenUuids) -> None:
        """Raise `DefinitionError` unless the node fits into a flow of this type with these nodes.

        ``seen`` remembers the UUIDs of the nodes before.
        """
        check_limit(self.actions, limits.ACTIONS_OF_A_NODE, "actions")
        check_limit(self.exits, limits.EXITS_OF_A_NODE, "exits")
        for action in self.actions:
            self._validate_action(action, flow_type, seen)
        self._validate_router(flow_type)
        for exit_ in self.exits:
            seen.add("exit", exit_.uuid)
            if exit_.destination_uuid and exit_.destination_uuid not in nodes:
                raise DefinitionError(
                    f"destination {exit_.destination_uuid} of exit[uuid={exit_.uuid}] isn't a known node"
                )

    def _validate_action(self, action: Action, flow_type: str, seen: SeenUuids) -> None:
        seen.add("action", action.uuid)
        if flow_type not in action.allowed_in:
            with prefixed(f"invalid action[uuid={action.uuid}, type={action.type}]"):
                raise DefinitionError(f"action type '{action.type}' is not allowed in a flow of type '{flow_type}'")

    def _validate_router(self, flow_type: str) -> None:
        if self.router is None:
            return
        with prefixed("invalid router"):
            wait = self.router.wait
            if wait is not None and flow_type not in wait.allowed_in:
                raise DefinitionError(f"wait type '{wait.type}' is not allowed in a flow of type '{flow_type}'")
            self.router.validate(self._by_uuid)


class SeenUuids:
    """The UUIDs of a flow's parts, which have to be unique among their own sort."""

    def __init__(self) -> None:
        self._uuids: set[tuple[str, str]] = set()

    def add(self, sort: str, uuid: str) -> None:
        """Raise `DefinitionError` ``<sort> UUID U isn't unique`` for a UUID that was there before."""
        if (sort, uuid) in self._uuids:
            raise DefinitionError(f"{sort} UUID {uuid} isn't unique")
        self._uuids.add((sort, uuid))


def read_node(document: Any) -> Node:
    """Return a node from its JSON document; raises `DefinitionError`."""
    with prefixed("unable to read node"):
        return read(Node, document)
