"""Sends what waits, one message at a time, and finds out about those whose answer was lost.

A message is marked before it is posted and after the answer. Whatever happens in between, RapidPro is asked what it
has before the message is posted again.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from .ages import HOUR
from .backoff import Backoff
from .budget import Purpose
from .clock import DAY
from .rapidpro import AccessError, NotNowError, RefusedError, ThrottledError, UncertainError
from .texts import same_number, same_text
from .worker import Worker

if TYPE_CHECKING:
    from .outbox import Outgoing
    from .rapidpro import Broadcast
    from .worker import Account

IDLE_SECONDS = 60.0  # new messages wake the sender before
CLOCK_SKEW_SECONDS = 600.0  # by which RapidPro's clock may wander against ours
UNKNOWN_CLOCK_SKEW_SECONDS = 86_400.0  # the same, before RapidPro has accepted anything
RETRY_BACKOFF_SECONDS = (60.0, 3600.0)  # until a message is tried again: the first time, at most
SECOND_OPINION_SECONDS = 300.0  # until CHT has told what time it is, where a message seems to be too old
FAILURE_BACKOFF_SECONDS = (1.0, 300.0)  # after failures in a row: after the first, at most

_log = logging.getLogger(__name__)


class Sender(Worker):
    """Sends the messages of an account, one a step."""

    def __init__(self, account: Account) -> None:
        super().__init__(account, Purpose.SENDING, FAILURE_BACKOFF_SECONDS)
        self._limits = account.limits
        self._retry = Backoff(account.random, *RETRY_BACKOFF_SECONDS)
        self._listings = Backoff(account.random, *RETRY_BACKOFF_SECONDS)

    async def _step(self) -> float:
        settling = await self._settle()
        message = self._outbox.next_waiting()
        if message is None:
            due = self._outbox.next_due()
            return min(IDLE_SECONDS, settling, IDLE_SECONDS if due is None else max(0.1, due - self._now()))
        await self._send(message)
        self._pauses.reset()
        return 0.0

    async def _send(self, message: Outgoing) -> None:
        limit = self._limits.of(message)
        if self._now() - message.taken_at > limit and not self._outbox.clock.is_fresh():
            self._outbox.postponed(message, self._now() + SECOND_OPINION_SECONDS, tried=False)
            return
        if self._outbox.age(message) > limit:
            self._fail(message, f"it has waited for more than {limit / HOUR:g} hours")
            return
        self._outbox.sending(message, self._workspace)
        try:
            broadcast = await self._client.send(message.recipient, message.content)
        except RefusedError as error:
            self._fail(message, f"RapidPro refuses it: {error}")
        except (ThrottledError, AccessError):
            self._outbox.postponed(message, message.due_at, tried=False)
            raise
        except NotNowError:
            if self._is_at_fault(message):
                self._fail(message, "RapidPro did not take it")
            else:
                self._outbox.postponed(message, self._now() + self._retry.after(message.attempts + 1))
            raise
        except UncertainError:
            # Who is slow to answer may be slow to do it, too; and a listing may come from a replica that lags.
            wait = max(self._policy.settle_seconds, self._retry.after(message.attempts + 1))
            self._outbox.uncertain_until(message, self._now() + wait)
            raise
        else:
            self._accept(message, broadcast)

    def _is_at_fault(self, message: Outgoing) -> bool:
        """Say whether RapidPro has not taken a message for long, while it takes others: it has not been away."""
        patience = self._policy.give_up_days * DAY
        return self._outbox.age(message) > patience and self._outbox.has_been_accepted_since(
            self._workspace, message.taken_at
        )

    def _accept(self, message: Outgoing, broadcast: Broadcast) -> None:
        self._outbox.accepted(
            message, broadcast.reference, broadcast.created_on, self._now() + self._policy.question_seconds
        )
        self._metrics.sent.inc()
        _log.info("message %s is broadcast %s", message.id, broadcast.reference)

    def _fail(self, message: Outgoing, reason: str) -> None:
        self._outbox.failed(message, reason)
        self._metrics.ended.labels("FAILED").inc()
        _log.warning("message %s cannot be sent: %s", message.id, reason)

    # The messages whose answer was lost

    async def _settle(self) -> float:
        """Find out about the messages that RapidPro may have; return the seconds until more can be found out.

        What cannot be found out yet does not keep other messages from being sent.
        """
        uncertain = self._outbox.uncertain()
        if not uncertain:
            return IDLE_SECONDS
        rest = max(self._listings.remaining(), min(map(self._settled_at, uncertain)) - self._now())
        if rest > 0:
            return rest
        settled = [each for each in uncertain if self._settled_at(each) <= self._now()]
        try:
            listed = await self._client.broadcasts(self._since(settled[0].attempted_at or 0))
        except ThrottledError:
            raise
        except NotNowError as error:
            pause = self._listings.pause()
            _log.warning("RapidPro does not say what it has; asking again in %.0f s: %s", pause, error)
            return pause
        self._listings.reset()
        self._compare(settled, listed)
        return 0.0

    def _settled_at(self, message: Outgoing) -> float:
        return max((message.attempted_at or 0) + self._policy.settle_seconds, message.due_at)

    def _since(self, attempted_at: float) -> float:
        """Return from when on RapidPro, by its own clock, may have got what was posted at a time."""
        ahead = self._outbox.clock_ahead(self._workspace, attempted_at)
        if ahead is None:
            return attempted_at + self._client.ahead - UNKNOWN_CLOCK_SKEW_SECONDS
        # A clock that seems a little ahead may only have told the time late.
        return attempted_at + (min(0.0, ahead) if ahead < DAY else ahead) - CLOCK_SKEW_SECONDS

    def _compare(self, uncertain: list[Outgoing], listed: list[Broadcast]) -> None:
        unknown = [each for each in listed if not self._outbox.knows_reference(self._workspace, each.reference)]
        for message in uncertain:
            found = next((each for each in unknown if self._is(each, message)), None)
            if found is not None:
                unknown.remove(found)
                self._adopt(message, found)
                continue
            # A workspace that hides numbers: are there as many broadcasts of this text as messages that claim one?
            fitting = [each for each in unknown if each.urns is None and self._says(each, message)]
            claimants = sum(same_text(each.content, message.content) for each in self._outbox.uncertain())
            if fitting and len(fitting) >= claimants:
                unknown.remove(fitting[0])
                self._adopt(message, fitting[0])
            elif fitting:
                self._settle_by_policy(message)
            else:
                self._outbox.postponed(message, self._now())

    def _adopt(self, message: Outgoing, broadcast: Broadcast) -> None:
        self._metrics.adopted.inc()
        self._accept(message, broadcast)

    def _settle_by_policy(self, message: Outgoing) -> None:
        """Decide about a message that nobody can tell from others: a broadcast has its text, and may be its own."""
        if self._policy.ambiguous == "fail":
            self._fail(message, "nobody knows whether RapidPro has it")
        else:
            self._outbox.postponed(message, self._now())

    def _is(self, broadcast: Broadcast, message: Outgoing) -> bool:
        urns = broadcast.urns
        fits = urns is not None and len(urns) == 1 and same_number(urns[0], message.recipient)
        return fits and self._says(broadcast, message)

    def _says(self, broadcast: Broadcast, message: Outgoing) -> bool:
        wanted = self._client.text(message.content)
        return any(same_text(text, wanted) for text in broadcast.texts)
