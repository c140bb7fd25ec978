"""The part of a workspace that is about flows: who runs them when. Running them is `mailroom`'s part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.model.flows import FlowStart
from rapidpro_simulator.rapidpro.model.inventory import Inventory
from rapidpro_simulator.rapidpro.model.triggers import FIRST_WORD, Schedule, Trigger, TriggerKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapidpro_simulator.rapidpro.mailroom.mailroom import Automation
    from rapidpro_simulator.rapidpro.model.campaigns import Campaign, CampaignEvent
    from rapidpro_simulator.rapidpro.model.channels import Channel
    from rapidpro_simulator.rapidpro.model.contacts import Contact, Group
    from rapidpro_simulator.rapidpro.model.flows import Flow

    from .installation import RapidPro


class Automating(Inventory):
    """Starts, triggers and campaigns of a workspace; `automation` makes them happen."""

    host: RapidPro
    automation: Automation

    def delete_flow(self, flow: Flow | str) -> None:
        """Delete a flow, with its triggers and the campaign events that start it.

        Who waits in it fails with the next message (flows 10).
        """
        found = self.flows.find(flow) if isinstance(flow, str) else flow
        self.flows.remove(found)
        self.triggers = [trigger for trigger in self.triggers if trigger.flow is not found]
        events = [event for campaign in self.campaigns.values() for event in campaign.events if event.flow is found]
        for event in events:
            self.automation.campaigns.remove_event(event)

    def start_flow(self, flow: Flow | str, **settings: Any) -> FlowStart:
        """Let contacts run a flow, given itself or by its name or UUID (rapidpro 8.1).

        `settings` are those of `FlowStart`: `contacts`, `groups`, `urns`, `params`, `restart_participants`,
        `exclude_active` and so on.
        """
        now = self.host.clock.now()
        found = self.flows.find(flow) if isinstance(flow, str) else flow
        number, uuid = self.host.next_id("start"), self.automation.sessions.new_uuid()
        start = FlowStart(number, uuid, found, created_on=now, modified_on=now, **settings)
        self.automation.starts.add(start)
        return start

    def add_trigger(
        self,
        kind: TriggerKind,
        flow: Flow | str,
        *,
        keywords: Sequence[str] = (),
        match_type: str = FIRST_WORD,
        groups: Sequence[Group] = (),
        exclude_groups: Sequence[Group] = (),
        contacts: Sequence[Contact] = (),
        channel: Channel | None = None,
        referrer_id: str = "",
        schedule: Schedule | None = None,
    ) -> Trigger:
        """Create a trigger; those that it conflicts with are archived (rapidpro 8.3)."""
        trigger = Trigger(
            id=self.host.next_id("trigger"),
            kind=kind,
            flow=self.flows.find(flow) if isinstance(flow, str) else flow,
            created_on=self.host.clock.now(),
            keywords=tuple(keywords),
            match_type=match_type,
            groups=tuple(groups),
            exclude_groups=tuple(exclude_groups),
            contacts=tuple(contacts),
            channel=channel,
            referrer_id=referrer_id,
            schedule=schedule,
        )
        for other in self.triggers:
            other.archived = other.archived or trigger.conflicts(other)
        self.triggers.append(trigger)
        if schedule is not None:
            self.automation.schedules.add(trigger)
        return trigger

    def add_campaign(self, name: str, group: Group) -> Campaign:
        """Create a campaign for the members of a group; `add_campaign_event` says what happens in it."""
        return self.automation.campaigns.add(name, group)

    def add_campaign_event(
        self, campaign: Campaign, *, offset: int, unit: str, relative_to: str, **settings: Any
    ) -> CampaignEvent:
        """Let something happen `offset` `unit`s (minutes, hours, days, weeks) after a date of the contact's.

        `settings`: `flow` or `message` (texts by language), `delivery_hour`, `start_mode` (rapidpro 8.4).
        """
        return self.automation.campaigns.add_event(
            campaign, offset=offset, unit=unit, relative_to=relative_to, **settings
        )
