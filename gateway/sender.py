"""Sends what waits, one message at a time, and finds out about those whose answer was lost.

A message is marked before it is posted and after the answer. Whatever happens in between, RapidPro is asked what it
has before the message is posted again.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from .backoff import Backoff
from .budget import Budget, Purpose
from .rapidpro import AccessError, NotNowError, RefusedError, ThrottledError, UncertainError

if TYPE_CHECKING:
    from random import Random

    from .configuration import Policy
    from .metrics import Metrics
    from .outbox import Outbox, Outgoing
    from .rapidpro import Broadcast, Client

IDLE = 60.0  # seconds; new messages wake the sender before
SKEW = 600.0  # seconds by which RapidPro's clock may differ from ours
RETRY = (60.0, 3600.0)  # seconds until a message is tried again: the first time, at most
PAUSE = (1.0, 300.0)  # seconds until the next request after failures in a row: after the first, at most

_log = logging.getLogger(__name__)


class Sender:
    """Sends the messages of `outbox` through one workspace, whose number in the outbox is `workspace`."""

    def __init__(
        self,
        outbox: Outbox,
        client: Client,
        budget: Budget,
        workspace: int,
        policy: Policy,
        metrics: Metrics,
        random: Random,
    ) -> None:
        self._outbox = outbox
        self._client = client
        self._budget = budget
        self._workspace = workspace
        self._policy = policy
        self._metrics = metrics
        self._retry = Backoff(random, *RETRY)
        self._pauses = Backoff(random, *PAUSE)

    async def step(self) -> float:
        """Do one thing; return the seconds until there may be something else to do. Raises `AccessError`."""
        try:
            return await self._step()
        except ThrottledError:
            return self._budget.wait(Purpose.SENDING)
        except (NotNowError, UncertainError) as error:
            pause = self._pauses.pause()
            _log.warning("RapidPro does not answer as it should, pausing for %.0f s: %s", pause, error)
            return pause

    async def _step(self) -> float:
        wait = self._budget.wait(Purpose.SENDING)
        if wait > 0:
            return wait
        settling = await self._settle()
        message = self._outbox.next_waiting(_now())
        if message is None:
            return min(IDLE, settling)
        await self._send(message)
        self._pauses.reset()
        return 0.0

    async def _send(self, message: Outgoing) -> None:
        if _now() - message.taken_at > self._policy.give_up_days * 86_400 and message.attempts:
            self._fail(message, "RapidPro did not take it")
            return
        self._outbox.sending(message, self._workspace)
        try:
            broadcast = await self._client.send(message.recipient, message.content)
        except RefusedError as error:
            self._fail(message, f"RapidPro refuses it: {error}")
        except ThrottledError:
            self._outbox.postponed(message, message.due_at)
            raise
        except AccessError:
            self._outbox.postponed(message, message.due_at)
            raise
        except NotNowError:
            self._outbox.postponed(message, _now() + self._retry.after(message.attempts + 1))
            raise
        else:
            self._accept(message, broadcast)

    def _accept(self, message: Outgoing, broadcast: Broadcast) -> None:
        self._outbox.accepted(
            message, broadcast.reference, broadcast.created_on, _now() + self._policy.question_seconds
        )
        self._metrics.sent.inc()
        _log.info("message %s is broadcast %s", message.id, broadcast.reference)

    def _fail(self, message: Outgoing, reason: str) -> None:
        self._outbox.failed(message, reason)
        self._metrics.ended.labels("FAILED").inc()
        _log.warning("message %s cannot be sent: %s", message.id, reason)

    # The messages whose answer was lost

    async def _settle(self) -> float:
        """Find out about the messages that RapidPro may have; return the seconds until more can be found out."""
        uncertain = self._outbox.uncertain()
        if not uncertain:
            return IDLE
        # A listing may come from a replica that lags: what is not in it may still be there, until enough time is past.
        settled = [each for each in uncertain if _now() - (each.attempted_at or 0) >= self._policy.settle_seconds]
        if not settled:
            return (uncertain[0].attempted_at or 0) + self._policy.settle_seconds - _now()
        listed = await self._client.broadcasts((settled[0].attempted_at or 0) - SKEW)
        unknown = [each for each in listed if not self._outbox.knows_reference(self._workspace, each.reference)]
        for message in settled:
            found = next((each for each in unknown if self._is(each, message)), None)
            if found is not None:
                unknown.remove(found)
                self._metrics.adopted.inc()
                self._accept(message, found)
            elif any(each.urns is None and self._says(each, message) for each in unknown):
                self._settle_by_policy(message)
            else:
                self._outbox.postponed(
                    message, _now() + self._retry.after(message.attempts) - self._policy.settle_seconds
                )
        return 0.0

    def _settle_by_policy(self, message: Outgoing) -> None:
        """Decide about a message of a workspace that hides numbers: a broadcast has its text, and may be its own."""
        if self._policy.ambiguous == "fail":
            self._fail(message, "nobody knows whether RapidPro has it")
        else:
            self._outbox.postponed(message, _now())

    def _is(self, broadcast: Broadcast, message: Outgoing) -> bool:
        urns = broadcast.urns
        return (
            urns is not None and len(urns) == 1 and _same(urns[0], message.recipient) and self._says(broadcast, message)
        )

    def _says(self, broadcast: Broadcast, message: Outgoing) -> bool:
        return self._client.text(message.content).strip() in broadcast.texts


def _same(urn: str, recipient: str) -> bool:
    """Say whether a URN is a recipient's; RapidPro writes national numbers with the code of the country."""
    listed, given = ("".join(filter(str.isalnum, text.lower())) for text in (urn.partition(":")[2], recipient))
    return listed == given or (given.startswith("0") and listed.endswith(given.lstrip("0")) and len(given) > 1)


def _now() -> float:
    return datetime.now(UTC).timestamp()
