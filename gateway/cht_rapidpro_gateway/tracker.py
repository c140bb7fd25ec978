"""Asks RapidPro what became of the messages it has: many by one request, young ones often, old ones rarely."""

from __future__ import annotations

import logging
from collections import defaultdict
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .budget import Purpose
from .clock import DAY
from .rapidpro import NotNowError, ThrottledError
from .statuses import state_of
from .texts import same_number, same_text
from .worker import Worker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator

    from .outbox import Outgoing
    from .rapidpro import Message
    from .worker import Account

LISTING_GAP_SECONDS = 600.0  # between two messages that are still asked about by one listing
OLDER_SECONDS = 5.0  # by which a message can seem older than its broadcast
DISPATCH_SECONDS = 300.0  # after which a broadcast has usually become a message
LONGEST_INTERVAL_SECONDS = 6 * 3600.0  # between two questions about an old message
INTERVAL_SHARE = 0.2  # of a message's age that passes until it is asked about again
FAILURE_BACKOFF_SECONDS = (5.0, 600.0)  # after failures in a row: after the first, at most

_log = logging.getLogger(__name__)


class Tracker(Worker):
    """Follows the open messages of an account: asks about all that are due, each step."""

    def __init__(self, account: Account) -> None:
        super().__init__(account, Purpose.ASKING, FAILURE_BACKOFF_SECONDS)

    async def _step(self) -> float:
        due = self._outbox.due_questions(self._workspace)
        for message in due:
            if _is_inherited(
                message
            ):  # when RapidPro got it, only CHT's clock has told: no listing would be sure to have it
                await self._ask_for(message)
        for window in _windows(message for message in due if not _is_inherited(message)):
            await self._ask([message for message in window if _is_number(message.reference)])
            await self._ask_by_content([message for message in window if not _is_number(message.reference)])
        self._pauses.reset()
        return self._policy.question_seconds

    async def _ask(self, window: list[Outgoing]) -> None:
        missing = {message.reference or "": message for message in window}  # none, where there is no window
        exhausted = await self._list(window, missing) if len(missing) > 1 else False
        for message in missing.values():
            if exhausted and self._client.told() - (message.accepted_at or 0) < 2 * DISPATCH_SECONDS:
                self._not_found(message)  # it is a broadcast still
            else:
                await self._ask_for(message)

    async def _list(self, window: list[Outgoing], missing: dict[str, Outgoing]) -> bool:
        """Ask about a window by listing it, and take what is found out of `missing`; say whether all was listed.

        Where strangers fill the pages, asking one by one is cheaper.
        """
        seen: set[str] = set()
        pages = 0
        async for page in self._pages(window):
            pages += 1
            # The newest comes first: what follows of the same broadcast has been sent again.
            newest = {each.broadcast: each for each in reversed(page) if each.broadcast and each.broadcast not in seen}
            seen.update(newest)
            known = self._outbox.open_by_reference(self._workspace, list(newest))
            with self._outbox.batch():
                for reference, message in known.items():
                    missing.pop(reference, None)
                    self._record(message, newest[reference])
            if not missing or pages > len(missing):
                return False
        return True

    async def _ask_for(self, message: Outgoing) -> None:
        with self._putting_off([message]):
            found = await self._client.messages_of(message.reference or "")
        if found:
            self._record(message, found[0])
        else:
            self._not_found(message)

    async def _ask_by_content(self, window: list[Outgoing]) -> None:
        """Ask about messages whose broadcasts have no number, as messages name no other: by the same words to the same.

        Where such are not as many in RapidPro as here, nobody knows which is which, and nothing is told.
        """
        if not window:
            return
        rows: defaultdict[str, list[Message]] = defaultdict(list)
        async for page in self._pages(window):
            for each in page:
                if each.broadcast is None:
                    rows[each.text.strip()].insert(0, each)
        alike: defaultdict[tuple[str, str], list[Outgoing]] = defaultdict(list)
        for message in self._outbox.accepted_between(self._workspace, *_span(window)):
            alike[message.recipient, message.content.strip()].append(message)
        due = {message.id for message in window}
        with self._outbox.batch():
            for (recipient, text), messages in alike.items():
                found = [row for row in rows[text] if row.urn is None or same_number(row.urn, recipient)]
                pairs = zip(messages, found if len(found) == len(messages) else [None] * len(messages), strict=True)
                for message, row in pairs:
                    if message.id in due and row is not None:
                        self._record(message, row)
                    elif message.id in due:
                        self._not_found(message)

    async def _pages(self, window: list[Outgoing]) -> AsyncIterator[list[Message]]:
        with self._putting_off(window):
            async for page in self._client.messages(*_span(window)):
                yield page

    @contextmanager
    def _putting_off(self, messages: list[Outgoing]) -> Iterator[None]:
        """Let others have their turn where a question about these messages fails: it may be the question."""
        try:
            yield
        except ThrottledError:
            raise
        except NotNowError:
            for message in messages:
                if self._too_old(message, 2):  # RapidPro itself may have been away until now
                    self._give_up(message, message.status)
                else:
                    self._outbox.question_postponed(message, self._next_question(message))
            raise

    def _record(self, message: Outgoing, answer: Message) -> None:
        if _is_inherited(message) and not _speaks_of(answer, message):
            self._not_found(message)  # the reference is another account's, and means another message in this one
            return
        if self._too_old(message) and not ((state := state_of(answer.status)) and state.is_final):
            self._give_up(message, answer.status)
            return
        state = self._outbox.status_received(message, answer.status, self._next_question(message))
        if state is None:
            self._metrics.unknown_statuses.labels(answer.status).inc()
            if message.status != answer.status:
                _log.error("message %s has the status %r, which is not known here", message.id, answer.status)
        elif state.is_final:
            self._metrics.ended.labels(state).inc()

    def _not_found(self, message: Outgoing) -> None:
        if self._too_old(message):
            self._give_up(message, message.status)
        else:
            self._outbox.question_postponed(message, self._next_question(message))

    def _give_up(self, message: Outgoing, status: str | None) -> None:
        reason = f"RapidPro told no final status in {self._policy.give_up_days:g} days; the last was {status}"
        if self._policy.unanswered == "fail":
            self._outbox.failed(message, reason)
        else:
            self._outbox.give_up(message, reason)
        self._metrics.given_up.inc()
        _log.warning("message %s: %s", message.id, reason)

    def _too_old(self, message: Outgoing, times: float = 1) -> bool:
        return self._age(message) > self._policy.give_up_days * DAY * times

    def _next_question(self, message: Outgoing) -> float:
        interval = max(self._policy.question_seconds, self._age(message) * INTERVAL_SHARE)
        return self._now() + min(interval, LONGEST_INTERVAL_SECONDS)

    def _age(self, message: Outgoing) -> float:
        """Return for how long RapidPro has had a message: by its clock as it told it last, or by ours if that is less.

        So nothing is given up without RapidPro having been heard, however often somebody sets a clock.
        """
        theirs = self._client.told() - (message.accepted_at or 0)
        return theirs if message.attempted_at is None else min(theirs, self._now() - message.attempted_at)


def _windows(messages: Iterable[Outgoing]) -> Iterator[list[Outgoing]]:
    """Yield the messages, in the order of their acceptance, in groups that one listing each can show."""
    window: list[Outgoing] = []
    for message in messages:
        if window and (message.accepted_at or 0) - (window[-1].accepted_at or 0) > LISTING_GAP_SECONDS:
            yield window
            window = []
        window.append(message)
    if window:
        yield window


def _span(window: list[Outgoing]) -> tuple[float, float]:
    """Return between which times, by RapidPro's clock, the messages of a window have been made."""
    return (window[0].accepted_at or 0) - OLDER_SECONDS, (window[-1].accepted_at or 0) + DISPATCH_SECONDS


def _is_inherited(message: Outgoing) -> bool:
    return message.attempted_at is None


def _speaks_of(answer: Message, message: Outgoing) -> bool:
    if answer.urn is not None:
        return same_number(answer.urn, message.recipient)
    return same_text(answer.text, message.content)


def _is_number(reference: str | None) -> bool:
    return bool(reference) and str(reference).isdecimal()
