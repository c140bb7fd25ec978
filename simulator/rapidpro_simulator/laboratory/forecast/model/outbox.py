"""What the standalone gateway remembers of each message, and tells CHT: only what is new to CHT, as far as it knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cht_rapidpro_gateway.outbox import RETAKE_SECONDS
from cht_rapidpro_gateway.statuses import State, moves, state_of

if TYPE_CHECKING:
    from .kernel import Kernel
    from .messages import Mailbag, ModelMessage

CHT_STATES = {
    State.UNSENT: "received-by-gateway",
    State.PENDING: "forwarded-by-gateway",
    State.SENT: "sent",
    State.DELIVERED: "delivered",
    State.FAILED: "failed",
}
STATES = {word: state for state, word in CHT_STATES.items()}


class OutboxModel:
    """The messages that the gateway has taken, and the state that each of them is in."""

    def __init__(self, kernel: Kernel, mailbag: Mailbag) -> None:
        self._kernel = kernel
        self._mailbag = mailbag
        self._states: dict[ModelMessage, State] = {}
        self._retaken: dict[ModelMessage, float] = {}

    def knows(self, message: ModelMessage) -> bool:
        """Say whether the gateway has, or has had, a message."""
        return message in self._states

    def take(self, message: ModelMessage) -> bool:
        """Take a message that CHT offers, tell CHT so, and say whether it is to be sent.

        One that it has had is told of once more; one that has failed is sent again, at most once a day.
        """
        known = self._states.get(message)
        wanted = known is None or (known is State.FAILED and self._has_rested(message))
        if known is not None and wanted:
            self._retaken[message] = self._kernel.now
        self._set(message, State.UNSENT if known is None or wanted else known)
        return wanted

    def inherit(self, message: ModelMessage) -> None:
        """Take over a message of another gateway's, in the state that CHT knows."""
        self._states[message] = STATES[message.state]

    def fail(self, message: ModelMessage) -> None:
        """Give a message up, and tell CHT."""
        self._set(message, State.FAILED)

    def status_received(self, message: ModelMessage, status: str) -> bool:
        """Take what RapidPro says of a message, tell CHT if that is new, and say whether it is the end."""
        state = state_of(status)
        if state is not None and moves(self._states[message], state, status):
            self._set(message, state)
        return state is not None and state.is_final

    def _has_rested(self, message: ModelMessage) -> bool:
        return self._kernel.now - self._retaken.get(message, float("-inf")) >= RETAKE_SECONDS

    def _set(self, message: ModelMessage, state: State) -> None:
        self._states[message] = state
        # The protocol has no reference, so CHT loses the one it had (cht 6.3).
        self._mailbag.set_state(message, CHT_STATES[state], referenced=False)
