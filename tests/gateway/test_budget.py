"""The quota is spent, not exceeded; a refusal is believed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cht_rapidpro_gateway.budget import RESERVED_SHARE, WINDOW_SECONDS, Budget, Purpose
from cht_rapidpro_gateway.configuration import Quota

if TYPE_CHECKING:
    from .world import Moment

SENDING, ASKING = Purpose.SENDING, Purpose.ASKING
SHARED = Quota(sends_per_hour=100, questions_per_hour=40, shared=True)
SEPARATE = Quota(sends_per_hour=100, questions_per_hour=40, shared=False)


def _budget(quota: Quota) -> Budget:
    return Budget(quota, lambda _purpose, _until: None)


def _spend(budget: Budget, purpose: Purpose) -> int:
    count = 0
    while budget.wait(purpose) == 0 and count < 1000:
        budget.spend(purpose)
        count += 1
    return count


@pytest.mark.parametrize(
    ("quota", "order", "expected"),
    [
        (SHARED, (ASKING, SENDING), (40, 60)),
        (SHARED, (SENDING, ASKING), (95, 5)),
        (SEPARATE, (ASKING, SENDING), (40, 100)),
        (SEPARATE, (SENDING, ASKING), (100, 40)),
    ],
)
def test_an_hour_has_so_many_requests(
    quota: Quota, order: tuple[Purpose, ...], expected: tuple[int, ...], moment: Moment
) -> None:
    """Asking has its own limit; of a shared quota sending leaves it a little, so that neither ever stands still."""
    budget = _budget(quota)
    assert tuple(_spend(budget, purpose) for purpose in order) == expected
    assert [budget.left(purpose) for purpose in Purpose] == [0, 0]
    moment.passes(WINDOW_SECONDS)
    assert budget.wait(SENDING) == budget.wait(ASKING) == 0
    assert int(quota.sends_per_hour * RESERVED_SHARE) == 5


def test_what_is_left(moment: Moment) -> None:
    """Of a shared quota there is left what neither has spent; asking keeps its own limit, sending leaves a little."""
    shared, separate = _budget(SHARED), _budget(SEPARATE)
    assert [shared.left(purpose) for purpose in (SENDING, ASKING)] == [95, 40]
    for budget in (shared, separate):
        for _ in range(30):
            budget.spend(ASKING)
    assert [shared.left(purpose) for purpose in (SENDING, ASKING)] == [70, 10]
    assert [separate.left(purpose) for purpose in (SENDING, ASKING)] == [100, 10]
    for _ in range(65):
        shared.spend(SENDING)
    assert [shared.left(purpose) for purpose in (SENDING, ASKING)] == [5, 5]


def test_what_was_spent_comes_back_after_an_hour_one_by_one(moment: Moment) -> None:
    """The window slides: each request counts for an hour of its own."""
    budget = _budget(Quota(sends_per_hour=2, questions_per_hour=2, shared=False))
    budget.spend(SENDING)
    moment.passes(600)
    budget.spend(SENDING)
    assert budget.wait(SENDING) == WINDOW_SECONDS - 600
    moment.passes(WINDOW_SECONDS - 600)
    assert budget.left(SENDING) == 1


@pytest.mark.parametrize(("quota", "other"), [(SHARED, 1800.0), (SEPARATE, 0.0)])
def test_a_refusal_is_believed(quota: Quota, other: float, moment: Moment) -> None:
    """Nothing goes out until the time is over; of a shared quota neither does what was not refused."""
    blocked: dict[Purpose, float] = {}
    budget = Budget(quota, blocked.__setitem__)
    budget.refused(SENDING, 1800)
    budget.refused(SENDING, 60)
    assert (budget.wait(SENDING), budget.wait(ASKING)) == (1800, other)
    assert Budget(quota, blocked.__setitem__, blocked).wait(SENDING) == 1800
    moment.passes(1800)
    assert budget.wait(SENDING) == 0


def test_a_restart_does_not_give_the_quota_back(moment: Moment) -> None:
    """What was sent in the last hour counts for the next gateway as well."""
    budget = _budget(Quota(sends_per_hour=3, questions_per_hour=3, shared=False))
    for _ in range(3):
        budget.spend(SENDING)
    sent = list(budget._spent[SENDING])
    again = Budget(Quota(3, 3, shared=False), lambda _purpose, _until: None, {}, sent)
    assert again.wait(SENDING) == WINDOW_SECONDS
