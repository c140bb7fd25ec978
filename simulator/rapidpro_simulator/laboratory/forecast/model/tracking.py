"""How the standalone gateway asks what became of messages: many by one listing, young ones often, old ones rarely."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from cht_rapidpro_gateway.budget import Purpose
from cht_rapidpro_gateway.configuration import Policy
from cht_rapidpro_gateway.tracker import (
    DISPATCH_SECONDS,
    INTERVAL_SHARE,
    LISTING_GAP_SECONDS,
    LONGEST_INTERVAL_SECONDS,
    OLDER_SECONDS,
)

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from cht_rapidpro_gateway.budget import Budget

    from .kernel import Actor, Kernel
    from .latency import LatencyModel
    from .messages import ModelMessage
    from .outbox import OutboxModel
    from .rapidpro import RapidProModel

    Request = Generator[float, None, float]

ASKS = "gateway asks"
PAGE = 250  # messages that RapidPro lists at a time (rapidpro 3)
QUESTION_SECONDS: float = Policy.question_seconds
GIVE_UP_SECONDS = Policy.give_up_days * 86_400.0
UNLISTED = -1.0


@dataclass(slots=True, eq=False)
class Followed:
    """A message that RapidPro has, or is said to have; `next_question` None: nobody asks about it any more."""

    message: ModelMessage
    accepted: float
    next_question: float | None
    inherited: bool = False


class TrackerModel:
    """Follows open messages within a budget."""

    def __init__(
        self, kernel: Kernel, latency: LatencyModel, outbox: OutboxModel, rapidpro: RapidProModel, budget: Budget
    ) -> None:
        self._kernel = kernel
        self._latency = latency
        self._outbox = outbox
        self._door = rapidpro.door(ASKS, "messages")
        self._budget = budget
        self._log: list[Followed] = []  # what was sent, in that order: what a listing shows
        self._due: list[tuple[float, int, Followed]] = []
        self._number = 0

    def follow(self, message: ModelMessage) -> None:
        """Ask about a message that was sent now."""
        now = self._kernel.now
        followed = Followed(message, now, None)
        self._log.append(followed)
        self._ask_at(followed, now + QUESTION_SECONDS)

    def inherit(self, message: ModelMessage) -> None:
        """Ask about a message that another gateway sent."""
        self._ask_at(Followed(message, message.due, None, inherited=True), self._kernel.now)

    def _ask_at(self, followed: Followed, time: float) -> None:
        self._number += 1
        followed.next_question = time
        heappush(self._due, (time, self._number, followed))

    def work(self) -> Actor:
        """Ask about all that is due, again and again."""
        while True:
            rest = self._budget.wait(Purpose.ASKING)
            if not rest:
                rest = yield from self._step()
            yield self._kernel.now + (rest or QUESTION_SECONDS)

    def _step(self) -> Request:
        due = sorted(self._take_due(), key=lambda each: each.accepted)
        groups = [[each] for each in due if each.inherited]
        groups += _windows([each for each in due if not each.inherited])
        for number, group in enumerate(groups):
            if rest := (yield from self._ask(group)):
                for each in [each for later in groups[number:] for each in later]:
                    if each.next_question is not None and each.next_question <= self._kernel.now:
                        self._ask_at(each, each.next_question)
                return rest
        return 0.0

    def _take_due(self) -> Iterator[Followed]:
        now = self._kernel.now
        while self._due and self._due[0][0] <= now:
            time, _, followed = heappop(self._due)
            if followed.next_question == time:  # else a listing has told of it in the meantime
                yield followed

    def _ask(self, window: list[Followed]) -> Request:
        """Ask about a window: by a listing, then one by one; return the seconds to wait where the quota is used up."""
        missing = dict.fromkeys(window)
        rest = (yield from self._list(window, missing)) if len(window) > 1 else UNLISTED
        if rest > 0:
            return rest
        for each in missing:
            if rest == UNLISTED or self._age(each) >= 2 * DISPATCH_SECONDS:
                if refused := (yield from self._request()):
                    return refused
                if self._answered(each):
                    continue
            self._not_found(each)
        return 0.0

    def _list(self, window: list[Followed], missing: dict[Followed, None]) -> Request:
        """Take what a listing shows out of `missing`; return the seconds to wait, or `UNLISTED` where it was left."""
        for number, page in enumerate(self._pages(window), 1):
            if rest := (yield from self._request()):
                return rest
            for each in page:
                if each.next_question is not None and self._answered(each):
                    missing.pop(each, None)
            # Where others fill the pages, asking one by one is cheaper.
            if not missing or number > len(missing):
                return UNLISTED
        return 0.0

    def _pages(self, window: list[Followed]) -> list[list[Followed]]:
        low, high = window[0].accepted - OLDER_SECONDS, window[-1].accepted + DISPATCH_SECONDS
        first = bisect_left(self._log, low, key=lambda each: each.accepted)
        end = bisect_right(self._log, high, key=lambda each: each.accepted)
        rows = self._log[first:end][::-1]
        return [rows[start : start + PAGE] for start in range(0, len(rows), PAGE)]

    def _request(self) -> Request:
        """Make a request; return the seconds until another may be made where it was not answered."""
        if (wait := self._budget.wait(Purpose.ASKING)) > 0:
            return wait
        self._budget.spend(Purpose.ASKING)
        yield self._kernel.now + self._latency.web()
        now = self._kernel.now
        if self._door.admits(now):
            return 0.0
        seconds = self._door.seconds_refused(now)
        self._budget.refused(Purpose.ASKING, seconds)
        return seconds

    def _answered(self, followed: Followed) -> bool:
        """Take what RapidPro says of a message now, and say whether it says anything."""
        status = followed.message.status_at(self._kernel.now)
        if status is None:
            return False
        if self._outbox.status_received(followed.message, status):
            followed.next_question = None
        else:
            self._not_found(followed)
        return True

    def _not_found(self, followed: Followed) -> None:
        """Ask again later, or never, where nothing was said for long."""
        age = self._age(followed)
        if age > GIVE_UP_SECONDS:
            followed.next_question = None
            return
        interval = min(max(QUESTION_SECONDS, age * INTERVAL_SHARE), LONGEST_INTERVAL_SECONDS)
        self._ask_at(followed, self._kernel.now + interval)

    def _age(self, followed: Followed) -> float:
        return self._kernel.now - followed.accepted


def _windows(due: list[Followed]) -> list[list[Followed]]:
    """Return messages in groups that one listing each can show."""
    windows: list[list[Followed]] = []
    for each in due:
        if windows and each.accepted - windows[-1][-1].accepted <= LISTING_GAP_SECONDS:
            windows[-1].append(each)
        else:
            windows.append([each])
    return windows
