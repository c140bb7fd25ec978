"""What sending and asking have in common: one account to work with, and pauses when RapidPro does not answer."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .backoff import Backoff
from .rapidpro import NotNowError, ThrottledError, UncertainError

if TYPE_CHECKING:
    from random import Random

    from .ages import AgeLimits
    from .budget import Budget, Purpose
    from .configuration import Policy
    from .metrics import Metrics
    from .outbox import Outbox
    from .rapidpro import RapidProClient

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Account:
    """What is needed to work with one workspace, whose number in the outbox is `workspace`."""

    outbox: Outbox
    client: RapidProClient
    budget: Budget
    workspace: int
    policy: Policy
    limits: AgeLimits
    metrics: Metrics
    random: Random


class Worker(ABC):
    """Does one kind of requests of an account; `pause` are the seconds after failures in a row: the first, at most."""

    def __init__(self, account: Account, purpose: Purpose, pause: tuple[float, float]) -> None:
        self._outbox = account.outbox
        self._now = account.outbox.clock.now
        self._client = account.client
        self._budget = account.budget
        self._workspace = account.workspace
        self._policy = account.policy
        self._metrics = account.metrics
        self._purpose = purpose
        self._pauses = Backoff(account.random, *pause)

    async def step(self) -> float:
        """Do what is to be done; return the seconds until there may be something else. Raises `AccessError`."""
        wait = max(self._pauses.remaining(), self._budget.wait(self._purpose))
        if wait > 0:
            return wait
        try:
            return await self._step()
        except ThrottledError as error:
            return error.seconds
        except (NotNowError, UncertainError) as error:
            rest = self._pauses.pause()
            _log.warning("RapidPro does not answer as it should, pausing for %.0f s: %s", rest, error)
            return rest

    @abstractmethod
    async def _step(self) -> float:
        """Do what is to be done, without a thought of failures; return the seconds until there may be more."""
