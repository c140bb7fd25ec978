"""The queue of one channel: high priority before bulk, as fast as the channel allows (rapidpro 6.5)."""

from __future__ import annotations

from collections import deque
from datetime import timedelta
from typing import TYPE_CHECKING

from .segments import segments

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.rapidpro.model.channels import Channel
    from rapidpro_simulator.rapidpro.model.messages import Message
    from rapidpro_simulator.world.clock import Clock, Timer


class ChannelQueue:
    """Hands messages over one by one, with one timer for all of them. `is_open` says whether it may, just now."""

    def __init__(
        self, channel: Channel, clock: Clock, hand_over: Callable[[Message], object], is_open: Callable[[], bool]
    ) -> None:
        self.channel = channel
        self._clock = clock
        self._hand_over = hand_over
        self._is_open = is_open
        self._high: deque[Message] = deque()
        self._bulk: deque[Message] = deque()
        self._free_at = clock.now()
        self._timer: Timer | None = None

    def __len__(self) -> int:
        return len(self._high) + len(self._bulk)

    def push(self, message: Message) -> None:
        (self._high if message.high_priority else self._bulk).append(message)
        self.wake()

    def clear(self) -> None:
        self._high.clear()
        self._bulk.clear()

    def wake(self) -> None:
        """Go on handing over, where there is something and it may."""
        if self._timer is None and len(self) and self._is_open():
            self._timer = self._clock.call_at(self._free_at, self._next)

    def _next(self) -> None:
        self._timer = None
        if not len(self) or not self._is_open():
            return
        message = (self._high or self._bulk).popleft()
        cost = segments(message.text) + len(message.attachments or ())
        self._free_at = self._clock.now() + timedelta(seconds=cost / self.channel.segments_per_second)
        self._hand_over(message)
        self.wake()
