"""What starts a flow: triggers, campaigns and other flows of the same export, or else whoever uses the API."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from rapidpro_simulator.rapidpro.flows.texts.collation import are_equal
from rapidpro_simulator.rapidpro.flows.texts.strings import tokens
from rapidpro_simulator.rapidpro.model.campaigns import ANY_HOUR, PASSIVE, SKIP
from rapidpro_simulator.rapidpro.model.triggers import ONLY_WORD, TriggerKind
from rapidpro_simulator.world.plurals import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rapidpro_simulator.rapidpro.flows.core.assets import Assets
    from rapidpro_simulator.rapidpro.model.campaigns import CampaignEvent
    from rapidpro_simulator.rapidpro.model.flows import Flow
    from rapidpro_simulator.rapidpro.model.triggers import Trigger
    from rapidpro_simulator.rapidpro.workspace import Workspace

BY_TEXT: Final = frozenset({TriggerKind.KEYWORD, TriggerKind.CATCH_ALL})
ANYBODY: Final = "whoever uses the API"
MODES: Final = {SKIP: ", not for who is in a flow", PASSIVE: ", beside other flows"}


def what_starts(workspace: Workspace, flow: Flow) -> str:
    """Return in words which triggers and campaigns start a flow."""
    told = {*_triggers(workspace, flow), *(_of_campaign(event) for event in _events(workspace) if event.flow is flow)}
    return "; ".join(sorted(told)) or ANYBODY


def campaign_messages(workspace: Workspace) -> dict[str, str]:
    """Return the messages of campaigns by when they are sent, in words."""
    found = defaultdict(list)
    for event in _events(workspace):
        if event.message is not None:
            texts = " / ".join(f"{language} “{text}”" for language, text in sorted(event.message.items()))
            found[_of_campaign(event)].append(texts)
    return {when: " and ".join(sorted(texts)) for when, texts in found.items()}


def keyword_in(workspace: Workspace, flow: Flow, text: str) -> str | None:
    """Return the keyword by which a text starts a flow: empty where any text does, None where this one does not."""
    collation, said = workspace.mailroom.environment.current.collation, tokens(text)
    fits = [
        (trigger.flow, word)
        for trigger in workspace.database.triggers
        if trigger.kind is TriggerKind.KEYWORD and not (trigger.match_type == ONLY_WORD and len(said) > 1)
        for word in trigger.keywords
        if said and are_equal(collation, said[0], word)
    ]
    own = next((word for started, word in fits if started is flow), None)
    return own if fits else "" if catches_all(workspace, flow) else None


def catches_all(workspace: Workspace, flow: Flow) -> bool:
    """Say whether any text starts a flow that starts no other."""
    return any(each.flow is flow and each.kind is TriggerKind.CATCH_ALL for each in workspace.database.triggers)


def groups_asked(workspace: Workspace, flow: Flow) -> tuple[str, ...]:
    """Return the UUID of a group whose members may start a flow by a text, empty where everybody may.

    Whoever is in a group with a query is there by what is known about them.
    """
    by_text = [each for each in workspace.database.triggers if each.flow is flow and each.kind in BY_TEXT]
    listed = [group.uuid for trigger in by_text for group in trigger.groups if not group.query]
    return tuple(listed[:1]) if all(trigger.groups for trigger in by_text) else ()


def needs_request(workspace: Workspace, assets: Assets, flow: Flow) -> bool:
    """Say whether nothing of the export starts a flow without a text, so that a request to the API has to."""
    triggered = any(each.flow is flow and each.kind not in BY_TEXT for each in workspace.database.triggers)
    scheduled = any(event.flow is flow for event in _events(workspace))
    definitions = (assets.flow(each.uuid) for each in workspace.flows if each is not flow)
    actions = (action for found in definitions if found is not None for node in found.nodes for action in node.actions)
    named = (getattr(action, "flow", None) for action in actions if action.type in {"enter_flow", "start_session"})
    return not (triggered or scheduled or any(each is not None and each.identity == flow.uuid for each in named))


def _triggers(workspace: Workspace, flow: Flow) -> Iterator[str]:
    for trigger in workspace.database.triggers:
        if trigger.flow is flow:
            kind = trigger.kind.name.lower().replace("_", " ")
            yield f"{kind} {', '.join(sorted(trigger.keywords))}".strip() + "".join(_limits(trigger))


def _limits(trigger: Trigger) -> Iterator[str]:
    if trigger.keywords and trigger.match_type == ONLY_WORD:
        yield ", alone"
    for words, groups in ((", for ", trigger.groups), (", not for ", trigger.exclude_groups)):
        if groups:
            yield words + ", ".join(sorted(group.name for group in groups))


def _events(workspace: Workspace) -> Iterator[CampaignEvent]:
    for campaign in workspace.database.campaigns.values():
        yield from campaign.events


def _of_campaign(event: CampaignEvent) -> str:
    distance = counted(abs(event.offset), event.unit.removesuffix("s"))
    side = "before" if event.offset < 0 else "after"
    hour = "" if event.delivery_hour == ANY_HOUR else f" at {event.delivery_hour}:00"
    name, group = event.campaign.name, event.campaign.group.name
    return f"campaign {name}, {distance} {side} {event.relative_to}{hour}, for {group}{MODES.get(event.start_mode, '')}"
