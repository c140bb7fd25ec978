"""Campaigns of a workspace: whose turn it is when, and what happens then (rapidpro 8.4)."""

from __future__ import annotations

from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.flows.locales.timezones import timezone_of
from rapidpro_simulator.rapidpro.model.campaigns import ANY_HOUR, INTERRUPT, SKIP, Campaign, CampaignEvent
from rapidpro_simulator.rapidpro.runtime.cron import Cron

from .timetable import due

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from rapidpro_simulator.rapidpro.mailroom.mailroom import Mailroom
    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.model.flows import Flow
    from rapidpro_simulator.rapidpro.model.groups import Group

BATCH_SIZE = 100


class Campaigns:
    """Schedules the events of each contact, and fires them at the generation's rhythm."""

    def __init__(self, mailroom: Mailroom) -> None:
        self._mailroom = mailroom
        self._database = mailroom.database
        self._runtime = runtime = mailroom.runtime
        self._waiting: list[tuple[datetime, int, CampaignEvent, Contact]] = []  # what is out of date is skipped
        self._order = count()
        self._cron = Cron(
            runtime.clock, lambda: runtime.tasks.later(0, self._fire_due), runtime.generation.mailroom.campaign_rhythm
        )

    def add(self, name: str, group: Group) -> Campaign:
        """Create a campaign for the members of a group."""
        campaign = Campaign(self._database.new_uuid(), name, group, self._runtime.now())
        self._database.campaigns[campaign.uuid] = campaign
        return campaign

    def change(self, campaign: Campaign, name: str, group: Group) -> None:
        """Give a campaign another name and group.

        Where the generation says so, everything is scheduled anew. In the others those who are scheduled stay so, and
        members of the new group follow with the next change of their own.
        """
        campaign.name, campaign.group = name, group
        if self._runtime.generation.mailroom.reschedules_new_group:
            for event in campaign.events:
                self._schedule_all(event)

    def archive(self, campaign: Campaign) -> None:
        """Put a campaign away: nothing of it happens any more."""
        campaign.archived = True
        for event in campaign.events:
            event.fires.clear()

    def add_event(
        self,
        campaign: Campaign,
        *,
        offset: int,
        unit: str,
        relative_to: str,
        delivery_hour: int = ANY_HOUR,
        flow: Flow | None = None,
        message: Mapping[str, str] | None = None,
        base_language: str | None = None,
        start_mode: str = INTERRUPT,
        uuid: str | None = None,
    ) -> CampaignEvent:
        """Create an event of a campaign, and schedule it for the members of its group."""
        event = CampaignEvent(
            id=self._runtime.next_id("campaign_event"),
            uuid=uuid or self._database.new_uuid(),
            campaign=campaign,
            relative_to=relative_to,
            offset=offset,
            unit=unit,
            delivery_hour=delivery_hour,
            created_on=self._runtime.now(),
            flow=flow,
            message=message,
            base_language=base_language or self._database.settings.default_language,
            start_mode=start_mode,
        )
        campaign.events.append(event)
        self._schedule_all(event)
        return event

    def change_event(self, event: CampaignEvent, **values: Any) -> None:
        """Change an event in place; it is scheduled anew."""
        for name, value in {"flow": None, "message": None, **values}.items():
            setattr(event, name, value)
        event.revision += 1
        self._schedule_all(event)

    def remove_event(self, event: CampaignEvent) -> None:
        """Take an event out of its campaign."""
        event.campaign.events.remove(event)
        event.fires.clear()

    def reschedule(self, contact: Contact) -> None:
        """Work out anew when it is the turn of a contact, whose dates or groups have changed."""
        for campaign in self._database.campaigns.values():
            if not campaign.archived:
                for event in campaign.events:
                    self._schedule(event, contact)

    def _schedule_all(self, event: CampaignEvent) -> None:
        event.fires.clear()
        for contact in event.campaign.group.contacts:
            self._schedule(event, contact)

    def _schedule(self, event: CampaignEvent, contact: Contact) -> None:
        moment = self._moment(event, contact)
        if moment == event.fires.get(contact):
            return
        if moment is None:
            del event.fires[contact]
            return
        event.fires[contact] = moment
        heappush(self._waiting, (moment, next(self._order), event, contact))
        self._cron.arm(moment)

    def _moment(self, event: CampaignEvent, contact: Contact) -> datetime | None:
        if contact.deleted or contact not in event.campaign.group:
            return None
        relative_to = self._date(contact, event.relative_to)
        if relative_to is None:
            return None
        return due(event, relative_to, timezone_of(self._database.settings.timezone), self._runtime.now())

    def _date(self, contact: Contact, key: str) -> datetime | None:
        if key in {"created_on", "last_seen_on"}:
            moment: datetime | None = getattr(contact, key)
            return moment
        value = self._mailroom.values.of(contact, key)
        return None if value is None or value.datetime is None else value.datetime.instant

    def _fire_due(self) -> None:
        now = self._runtime.now()
        turns: dict[CampaignEvent, list[Contact]] = {}
        while self._waiting and self._waiting[0][0] <= now:
            moment, _, event, contact = heappop(self._waiting)
            if event.fires.get(contact) == moment:
                del event.fires[contact]
                turns.setdefault(event, []).append(contact)
        if self._waiting:
            self._cron.arm(self._waiting[0][0])
        for event, contacts in turns.items():
            for first in range(0, len(contacts), BATCH_SIZE):
                self._fire(event, contacts[first : first + BATCH_SIZE])

    def _fire(self, event: CampaignEvent, contacts: list[Contact]) -> None:
        if event.start_mode == SKIP:
            contacts = [contact for contact in contacts if contact.session is None]
        self._runtime.record(
            "campaign.fired",
            campaign=event.campaign.name,
            event=event.uuid,
            flow=event.flow and event.flow.name,
            contacts=[contact.uuid for contact in contacts],
        )
        for contact in contacts:
            self._mailroom.turns.campaign(event, contact)
