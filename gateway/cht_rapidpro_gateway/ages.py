"""How old a message may become before RapidPro has it: a reminder of yesterday's visit does more harm than good."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .configuration import Category, Policy
    from .outbox import Outgoing

HOUR = 3600.0  # seconds


class AgeLimits:
    """The limits of `policy`, and of the `categories` that go before it: the first that fits a message counts.

    CHT tells the number and the text of a message and no more, so these are what a category is told by.
    """

    def __init__(self, policy: Policy, categories: Sequence[Category] = ()) -> None:
        self._categories = [(re.compile(each.text), re.compile(each.recipient), _limit(each)) for each in categories]
        self._otherwise = _limit(policy)

    def of(self, message: Outgoing) -> float:
        """Return the age in seconds after which a message fails instead of being sent; infinity where it never does."""
        for text, recipient, limit in self._categories:
            if text.search(message.content) and recipient.search(message.recipient):
                return limit
        return self._otherwise


def _limit(rule: Category | Policy) -> float:
    return rule.too_old_hours * HOUR if rule.too_old == "fail" else math.inf
