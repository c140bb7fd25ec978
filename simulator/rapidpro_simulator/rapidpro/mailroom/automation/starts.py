"""Starts: who is to run a flow, who is left out, and the batches in which the others begin (rapidpro 8.1)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.flows.contactql import QueryError
from rapidpro_simulator.rapidpro.model.contacts import ContactStatus
from rapidpro_simulator.rapidpro.model.flows import FlowStart, StartStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rapidpro_simulator.rapidpro.mailroom.mailroom import Mailroom
    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.model.flows import Flow

BETWEEN_BATCHES = (0.05, 0.2)  # seconds
LOOKED_BACK = timedelta(days=90)


class Starts:
    """Turns the starts of a workspace into sessions, one after the other, in the background."""

    def __init__(self, mailroom: Mailroom) -> None:
        self._mailroom = mailroom
        self._database = mailroom.database
        self._runtime = mailroom.runtime
        self._stream = mailroom.runtime.stream("starts")
        self._last_due = mailroom.runtime.now()

    def create(self, flow: Flow | str, /, **settings: Any) -> FlowStart:
        """Let contacts run a flow, given itself or by its name or UUID (rapidpro 8.1).

        `settings` are those of `FlowStart`: `contacts`, `groups`, `urns`, `params`, `restart_participants`,
        `exclude_active` and so on. It begins soon, after earlier starts. Raises `ValueError` where no such flow is.
        """
        now = self._runtime.now()
        found = self._database.flows.find(flow) if isinstance(flow, str) else flow
        number, uuid = self._runtime.next_id("start"), self._mailroom.sessions.new_uuid()
        start = FlowStart(number, uuid, found, created_on=now, modified_on=now, **settings)
        self._add(start)
        return start

    def _add(self, start: FlowStart) -> None:
        self._database.flows.starts.append(start)
        self._runtime.record("flow_start.created", flow=start.flow.name, start=start.uuid, origin=start.origin)
        now = self._runtime.now()
        due = now + timedelta(seconds=self._stream.uniform(*self._runtime.platform.dispatch_delay))
        self._last_due = max(due, self._last_due)
        self._runtime.tasks.later((self._last_due - now).total_seconds(), lambda: self._begin(start))

    def interrupt(self, start: FlowStart) -> None:
        """Stop a start: nobody else begins."""
        if start.status not in {StartStatus.COMPLETED, StartStatus.FAILED}:
            self._set_status(start, StartStatus.INTERRUPTED)

    def _begin(self, start: FlowStart) -> None:
        if start.status is not StartStatus.PENDING:
            return
        if start.flow.uuid not in self._database.flows:
            self._set_status(start, StartStatus.FAILED)
            return
        try:
            contacts = self._chosen(start)
        except QueryError as error:
            self._runtime.record("flow_start.failed", flow=start.flow.name, start=start.uuid, reason=str(error))
            self._set_status(start, StartStatus.FAILED)
            return
        start.total = len(contacts)
        self._set_status(start, StartStatus.QUEUED if contacts else StartStatus.COMPLETED)
        if contacts:
            self._batch(start, contacts)

    def _recipients(self, start: FlowStart) -> dict[Contact, None]:
        database = self._database
        contacts = dict.fromkeys(map(database.contacts.get_or_create, start.urns))
        contacts.update(dict.fromkeys(start.contacts))
        for group in start.groups:
            contacts.update(group.members)
        if start.query:
            contacts.update(dict.fromkeys(self._mailroom.query_groups.matching(start.query)))
        if start.create_contact:
            contacts[database.contacts.create()] = None
        return contacts

    def _chosen(self, start: FlowStart) -> list[Contact]:
        recipients = self._recipients(start)
        took_part = set() if start.restart_participants else self._participants(start.flow)
        return [
            contact
            for contact in recipients
            if not contact.deleted and contact not in took_part and not any(self._exclusions(contact, start))
        ]

    def _exclusions(self, contact: Contact, start: FlowStart) -> Iterator[bool]:
        yield start.exclude_inactive and contact.status is not ContactStatus.ACTIVE
        yield start.exclude_active and contact.session is not None
        seen, days = contact.last_seen_on, start.not_seen_since_days
        yield bool(days) and (seen is None or seen < self._runtime.now() - timedelta(days=days))

    def _participants(self, flow: Flow) -> set[Contact]:
        since = self._runtime.now() - LOOKED_BACK
        runs = self._database.flows.runs
        return {run.contact for run in runs if run.flow is flow and run.created_on > since}

    def _batch(self, start: FlowStart, contacts: list[Contact]) -> None:
        if start.status is StartStatus.INTERRUPTED:
            return
        self._set_status(start, StartStatus.STARTED)
        size = self._runtime.generation.mailroom.start_batch
        batch, rest = contacts[:size], contacts[size:]
        for contact in batch:
            start.started += 1
            self._mailroom.turns.start(start, contact)
        if rest:
            delay = self._stream.uniform(*BETWEEN_BATCHES)
            self._runtime.tasks.later(delay, lambda: self._batch(start, rest))
        else:
            self._set_status(start, StartStatus.COMPLETED)

    def _set_status(self, start: FlowStart, status: StartStatus) -> None:
        start.status = status
        start.modified_on = self._runtime.now()
