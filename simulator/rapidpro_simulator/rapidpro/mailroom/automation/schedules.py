"""Triggers that fire by the clock (rapidpro 8.3)."""

from __future__ import annotations

from datetime import timedelta
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.flows.locales.timezones import timezone_of
from rapidpro_simulator.rapidpro.runtime.cron import Cron

from .timetable import next_fire

if TYPE_CHECKING:
    from datetime import datetime

    from rapidpro_simulator.rapidpro.mailroom.mailroom import Mailroom
    from rapidpro_simulator.rapidpro.model.triggers import Trigger

EVERY_MINUTE = timedelta(minutes=1)


class Schedules:
    """Looks every minute for the schedules of a workspace that are due."""

    def __init__(self, mailroom: Mailroom) -> None:
        self._mailroom = mailroom
        self._settings = mailroom.database.settings
        self._runtime = runtime = mailroom.runtime
        self._waiting: list[tuple[datetime, int, Trigger]] = []
        self._cron = Cron(runtime.clock, lambda: runtime.tasks.later(0, self._fire_due), EVERY_MINUTE)

    def add(self, trigger: Trigger) -> None:
        """Have a trigger fire at the next time of its schedule."""
        assert trigger.schedule is not None
        moment = next_fire(trigger.schedule, timezone_of(self._settings.timezone), self._runtime.now())
        if moment is not None:
            heappush(self._waiting, (moment, trigger.id, trigger))
            self._cron.arm(moment)

    def _fire_due(self) -> None:
        now = self._runtime.now()
        while self._waiting and self._waiting[0][0] <= now:
            _, _, trigger = heappop(self._waiting)
            if trigger.active:
                self._fire(trigger)
            self.add(trigger)
        if self._waiting:
            self._cron.arm(self._waiting[0][0])

    def _fire(self, trigger: Trigger) -> None:
        self._runtime.record("trigger.matched", type="schedule", flow=trigger.flow.name, trigger=trigger.id)
        excluded = {contact for group in trigger.exclude_groups for contact in group.members}
        members = [contact for group in trigger.groups for contact in group.members]
        contacts = [contact for contact in dict.fromkeys((*trigger.contacts, *members)) if contact not in excluded]
        self._mailroom.starts.create(trigger.flow, contacts=contacts, origin="trigger")
