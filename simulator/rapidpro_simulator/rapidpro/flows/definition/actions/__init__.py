"""What the nodes of a flow do: one dataclass for each type of action, gathered by family (flows 2.2, 2.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.flows.definition.reading import read_typed

from .base import Action, ResultInfo
from .contact import (
    AddContactUrn,
    SetContactChannel,
    SetContactField,
    SetContactLanguage,
    SetContactName,
    SetContactStatus,
    SetContactTimezone,
)
from .deprecated import CallClassifier, RequestOptin
from .memberships import AddContactGroups, AddInputLabels, RemoveContactGroups
from .messages import SendBroadcast, SendMsg
from .results import SetRunLocal, SetRunResult
from .services import CallLlm, SendEmail, TransferAirtime
from .sessions import EnterFlow, StartSession
from .tickets import OpenTicket
from .voice import PlayAudio, SayMsg
from .webhooks import CallResthook, CallWebhook

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ACTION_TYPES", "Action", "ResultInfo", "read_action"]

ACTION_TYPES: Mapping[str, type[Action]] = {
    action.type: action
    for action in (
        AddContactGroups,
        AddContactUrn,
        AddInputLabels,
        CallClassifier,
        CallLlm,
        CallResthook,
        CallWebhook,
        EnterFlow,
        OpenTicket,
        PlayAudio,
        RemoveContactGroups,
        RequestOptin,
        SayMsg,
        SendBroadcast,
        SendEmail,
        SendMsg,
        SetContactChannel,
        SetContactField,
        SetContactLanguage,
        SetContactName,
        SetContactStatus,
        SetContactTimezone,
        SetRunLocal,
        SetRunResult,
        StartSession,
        TransferAirtime,
    )
}


def read_action(document: Any) -> Action:
    """Return the action of a JSON document. Raises `DefinitionError` in the engine's words (flows 1.2)."""
    action: Action = read_typed(ACTION_TYPES, document)
    action.check()
    return action
