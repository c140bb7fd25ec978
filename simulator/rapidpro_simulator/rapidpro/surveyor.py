"""Flows of Surveyor, the app that enumerators carried: no server runs them, unless they are made flows of messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .flows.definition.limits import OFFLINE
from .model.flows import DEFAULT_EXPIRY, MESSAGING

if TYPE_CHECKING:
    from .model.flows import Flow
    from .workspace import Workspace


def is_of_surveyor(flow: Flow) -> bool:
    """Say whether a flow was made for Surveyor."""
    return flow.kind == OFFLINE


def take_online(workspace: Workspace, flow: Flow) -> None:
    """Make a flow of Surveyor a flow of messages, which expires as those do."""
    flow.kind = MESSAGING
    expiry = DEFAULT_EXPIRY[MESSAGING]
    flow.definition = {**flow.definition, "type": MESSAGING, "expire_after_minutes": expiry}
    workspace.mailroom.snapshots.forget()
