"""Courier: hands queued messages to their channels, and takes what the carrier reports about them.

What a report changes in a message's row is `reports`' part.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.model.messages import Status

from . import reports
from .outcomes import Outcome, Report, reportable
from .queues import ChannelQueue
from .retries import Retries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rapidpro_simulator.rapidpro.model.channels import Channel
    from rapidpro_simulator.rapidpro.model.messages import Message
    from rapidpro_simulator.rapidpro.model.store import MessageStore
    from rapidpro_simulator.rapidpro.runtime.platform import Runtime, Submission

    from .carrier import Carrier
    from .ledger import Ledger

WRITING = timedelta(milliseconds=500)  # reports are written into the rows in batches (rapidpro 6.2)
PUSHED_AGAIN = timedelta(minutes=10)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Courier:
    """The sender of a workspace. A message costs it a timer only while reports on it are still to come.

    `on_hand_over` is called with each message that leaves.
    """

    def __init__(self, store: MessageStore, runtime: Runtime, ledger: Ledger, carrier: Carrier) -> None:
        self._store = store
        self._runtime = runtime
        self._ledger = ledger
        self._carrier = carrier
        self._retries = Retries(runtime, self._retry)
        self._queues: dict[Channel, ChannelQueue] = {}
        self._outcomes: dict[int, Outcome] = {}  # of the messages that are queued, or will be tried again
        self._paused: set[Channel] = set()
        self.on_hand_over: Callable[[Message], object] = lambda _message: None
        self._held: list[tuple[Message, Status]] = []
        self._written_at = _EPOCH

    def push(self, message: Message) -> None:
        """Queue a new message; what the carrier will do with it is decided now."""
        self._outcomes[message.id] = self._carrier.outcome(message)
        self._enqueue(message)

    def _retry(self, message: Message) -> None:
        """Queue a message once more, with the outcome that it was given at first."""
        self._ledger.set_status(message, Status.QUEUED)
        if message.id in self._outcomes:
            self._enqueue(message)
        else:
            self.resend(message)

    def resend(self, message: Message) -> None:
        """Queue a message once more, with a new outcome."""
        self._outcomes[message.id] = self._carrier.outcome(message, again=True)
        self._enqueue(message)

    def report(self, message: Message, word: str) -> None:
        """Take a report of the carrier now; courier has no guard of their order (rapidpro 6.2).

        Raises `ValueError` for a word that is none, and for an incoming message.
        """
        status = reportable(word)
        if message.incoming:
            raise ValueError(f"nobody reports on the incoming message {message.id}")
        self._apply(message, status)
        if status is Status.DELIVERED:
            self._runtime.platform.phones(message, self._runtime.workspace, lambda _got: None)

    def wish(self, message: Message) -> tuple[Report, ...]:
        """Return what the carrier is to do with this attempt of a message that is being handed over."""
        outcome = self._outcomes.get(message.id)
        return () if outcome is None else outcome.reports(message.error_count)

    def take_report(self, channel: Channel, number: int, status: Status) -> None:
        """Take what came over the wire about the message of an id; of what `channel` has not sent, nothing is true.

        It is in the row when the next batch is written (rapidpro 6.2).
        """
        message = self._store.message(number)
        if message is not None and not message.incoming and message.channel is channel:
            due = _written(self._runtime.now())
            self._runtime.clock.call_at(due, lambda: self._note(message, status))

    def pause(self, channel: Channel) -> None:
        """Hand nothing over to `channel`: its phone is off, or nobody may use it."""
        self._paused.add(channel)

    def resume(self, channel: Channel) -> None:
        self._paused.discard(channel)
        self.wake()

    def drop(self, channel: Channel) -> None:
        """Forget what waits for a channel that is no more."""
        queue = self._queues.pop(channel, None)
        if queue is not None:
            queue.clear()

    def wake(self) -> None:
        """Go on, now that something is up again; the reports that came in the meantime are the first."""
        if self._runtime.platform.courier == "up":
            held, self._held = self._held, []
            for message, status in held:
                self._apply(message, status)
        for queue in self._queues.values():
            queue.wake()

    def _enqueue(self, message: Message) -> None:
        channel = message.channel
        if channel is None:
            return
        if self._runtime.platform.courier == "unreachable" and not channel.kind.relayed:
            self._put_off(message)
            return
        queue = self._queues.get(channel)
        if queue is None:
            queue = ChannelQueue(channel, self._runtime.clock, self._hand_over, lambda: self._reaches(channel))
            self._queues[channel] = queue
        queue.push(message)

    def _put_off(self, message: Message) -> None:
        message.next_attempt = self._runtime.now() + PUSHED_AGAIN
        self._ledger.set_status(message, Status.INITIALIZING)
        self._retries.add(message)

    def _reaches(self, channel: Channel) -> bool:
        return channel not in self._paused and (channel.kind.relayed or self._runtime.platform.courier == "up")

    def _hand_over(self, message: Message) -> None:
        channel = message.channel
        outcome = self._outcomes.pop(message.id, None)
        if outcome is None or channel is None or message.status is not Status.QUEUED:
            return  # somebody has reported on it meanwhile
        self.on_hand_over(message)
        if channel.external is not None and channel.external.send_url:
            self._outcomes[message.id] = outcome
            self._runtime.platform.provider(message, lambda said: self._submitted(message, said))
            return
        coming = self._possible(outcome.reports(message.error_count), channel)
        if any(report.status is Status.ERRORED for report in coming):
            self._outcomes[message.id] = outcome
        self._expect(message, iter(coming), self._runtime.now())

    def _submitted(self, message: Message, said: Submission) -> None:
        """Take what came of calling an aggregator."""
        url = said.url.partition("?")[0]  # a query may hold passwords
        self._runtime.record("provider.called", message=message.id, url=url, status=said.answered, problem=said.problem)
        status = said.status or self._runtime.generation.courier.rejection
        if status is Status.WIRED:
            self._outcomes.pop(message.id, None)
        due = _written(self._runtime.now())
        self._runtime.clock.call_at(due, lambda: self._note(message, status))

    def _possible(self, wished: tuple[Report, ...], channel: Channel) -> list[Report]:
        generation = self._runtime.generation
        kind = channel.kind
        possible = []
        for report in wished:
            known = report if report.status is not None else Report(report.after, generation.courier.rejection)
            if known.status in kind.statuses and generation.words.message[known.status] is not None:
                possible.append(known)
        return possible if kind.reports else possible[:1]

    def _expect(self, message: Message, coming: Iterator[Report], start: datetime) -> None:
        # One timer a message: the next report is only waited for when the last has come.
        report = next(coming, None)
        if report is None:
            return

        def arrive() -> None:
            self._arrive(message, report)
            self._expect(message, coming, start)

        due = start + timedelta(seconds=report.after)
        relayed = message.channel is not None and message.channel.kind.relayed
        self._runtime.clock.call_at(due if relayed else _written(due), arrive)

    def _arrive(self, message: Message, report: Report) -> None:
        """Take a report of the simulated carrier; a scripted phone says itself when it has a message."""
        status = report.status
        if status is Status.DELIVERED and self._runtime.platform.phones(
            message,
            self._runtime.workspace,
            lambda got: self._note(message, Status.DELIVERED if got else Status.FAILED),
        ):
            return
        if status is not None:
            self._note(message, status)

    def _note(self, message: Message, status: Status) -> None:
        channel = message.channel
        if channel is None or channel.removed:
            return
        if self._runtime.platform.courier != "up" and not channel.kind.relayed:
            self._held.append((message, status))  # the provider tries until somebody answers
        else:
            self._apply(message, status)

    def _apply(self, message: Message, status: Status) -> None:
        if self._store.message(message.id) is not message:
            return  # archived or deleted: reports on unknown messages are ignored (rapidpro 6.2)
        now = self._runtime.now()
        if now != self._written_at:
            self._written_at = now
        # Rows that are written together share their instant: a million of them have no million instants.
        status = reports.write(message, status, self._written_at, self._runtime.generation)
        self._ledger.set_status(message, status)
        if status is Status.ERRORED:
            self._retries.add(message)
        elif status is Status.FAILED:
            self._outcomes.pop(message.id, None)


def _written(reported: datetime) -> datetime:
    return _EPOCH - (_EPOCH - reported) // WRITING * WRITING
