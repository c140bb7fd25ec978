"""The campaigns and triggers of an import (flows 1.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.model.campaigns import INTERRUPT, SYSTEM_DATES, UNITS
from rapidpro_simulator.rapidpro.model.triggers import TriggerKind

from .import_dependencies import DATE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rapidpro_simulator.rapidpro.flows.definition.exports import ExportedCampaign, ExportedCampaignEvent
    from rapidpro_simulator.rapidpro.flows.definition.references import Reference
    from rapidpro_simulator.rapidpro.flows.definition.triggers import ExportedTrigger
    from rapidpro_simulator.rapidpro.mailroom.mailroom import Mailroom
    from rapidpro_simulator.rapidpro.model.campaigns import Campaign
    from rapidpro_simulator.rapidpro.model.flows import Flow
    from rapidpro_simulator.rapidpro.model.groups import Group

    from .import_dependencies import ImportDependencies

FLOW_EVENT = "F"


class ImportAutomation:
    """Brings into a workspace what starts the flows of an import, once these are there."""

    def __init__(self, mailroom: Mailroom, dependencies: ImportDependencies, *, same_site: bool) -> None:
        self._mailroom = mailroom
        self._database = mailroom.database
        self._dependencies = dependencies
        self._same_site = same_site

    def campaign(self, definition: ExportedCampaign) -> None:
        """Create a campaign, or give the one of this name these events in place of its own."""
        campaigns = self._mailroom.campaigns
        group = self._dependencies.group(definition.group.identity, definition.group.name)
        known = self._known_campaign(definition)
        if known is None:
            known = campaigns.add(definition.name, group)
        else:
            known.archived = False
            for old in list(known.events):
                campaigns.remove_event(old)
            campaigns.change(known, definition.name, group)
        for event in definition.events:
            self._event(known, event)

    def _known_campaign(self, definition: ExportedCampaign) -> Campaign | None:
        campaigns = self._database.campaigns
        known = campaigns.get(definition.uuid) if self._same_site else None
        return known or next((each for each in campaigns.values() if each.name == definition.name), None)

    def _event(self, campaign: Campaign, definition: ExportedCampaignEvent) -> None:
        relative_to = definition.relative_to
        if relative_to.identity not in SYSTEM_DATES:
            self._dependencies.field(relative_to.identity, relative_to.name, DATE)
        starts_flow = definition.event_type == FLOW_EVENT
        flow = self._flow(definition.flow) if starts_flow and definition.flow is not None else None
        if starts_flow and flow is None:
            return  # RapidPro drops an event whose flow is not there
        base_language = definition.base_language or self._database.settings.default_language
        message = definition.message
        self._mailroom.campaigns.add_event(
            campaign,
            offset=definition.offset,
            unit=UNITS[definition.unit],
            relative_to=relative_to.identity,
            delivery_hour=definition.delivery_hour,
            flow=flow,
            message={base_language: message} if isinstance(message, str) else message,
            base_language=base_language,
            start_mode=definition.start_mode or INTERRUPT,
        )

    def trigger(self, definition: ExportedTrigger) -> None:
        """Create a trigger; its flow is in the workspace."""
        flow = self._flow(definition.flow)
        assert flow is not None  # else the import was refused
        channel = self._dependencies.channel(definition.channel) if definition.channel else None
        self._mailroom.triggers.add(
            TriggerKind(definition.type),
            flow,
            keywords=definition.keywords,
            match_type=definition.match_type,
            groups=self._groups(definition.groups),
            exclude_groups=self._groups(definition.exclude_groups),
            channel=next((each for each in self._database.channels if each is channel), None),
        )

    def _groups(self, references: Iterable[Reference]) -> list[Group]:
        return [self._dependencies.group(each.identity, each.name) for each in references]

    def _flow(self, reference: Reference) -> Flow | None:
        # By UUID alone: RapidPro does not look for the name.
        return self._database.flows.get(self._dependencies.mapping.get(reference.identity, reference.identity))
