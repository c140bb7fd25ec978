"""Which incoming messages are there already: providers and phones deliver twice (rapidpro 6.7)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.runtime.interval_memory import IntervalMemory
from rapidpro_simulator.rapidpro.urns import identity

if TYPE_CHECKING:
    from datetime import datetime

    from rapidpro_simulator.rapidpro.model.messages import Message

SAME_ID = timedelta(hours=24)  # so it is known for 24 to 48 hours
SAME_TEXT = timedelta(seconds=2)  # 2 to 4 seconds


class Duplicates:
    """Remembers what has come in: a provider's ids by channel, and the last text of each URN.

    A message with an id is told by its id alone: a provider that gives two of them means two messages.
    """

    def __init__(self) -> None:
        self._by_id: IntervalMemory[tuple[str, str], Message] = IntervalMemory(SAME_ID)
        self._by_urn: IntervalMemory[str, Message] = IntervalMemory(SAME_TEXT)

    def known(self, channel: str, urn: str, text: str, external_id: str | None, now: datetime) -> Message | None:
        """Return the message that one on a channel (its UUID) repeats; None where it is new."""
        if external_id is not None:
            return self._by_id.get((channel, external_id), now)
        last = self._by_urn.get(identity(urn), now)
        return last if last is not None and last.text == text else None

    def remember(self, message: Message, external_id: str | None) -> None:
        """Know a new message from now on."""
        assert message.channel is not None
        assert message.urn is not None
        if external_id is not None:
            self._by_id.put((message.channel.uuid, external_id), message, message.created_on)
        else:
            self._by_urn.put(identity(message.urn), message, message.created_on)

    def answered(self, message: Message) -> None:
        """Take notice that an outgoing message has left: the same text after it is a new answer."""
        if message.urn is not None:
            self._by_urn.forget(identity(message.urn))
