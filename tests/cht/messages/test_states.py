from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.cht.messages.states import set_task_state

if TYPE_CHECKING:
    from rapidpro_simulator.world.clock import FrozenClock


@pytest.mark.parametrize("history", [None, [], "text", 1, True, {"a": 1}])
def test_no_history(clock: FrozenClock, history: Any) -> None:
    """A task without a history gets one, whatever stands in its place (cht 6.3)."""
    task = {"state": "sent", "state_history": history}
    assert set_task_state(task, "sent", clock.now())
    assert [entry["state"] for entry in task["state_history"]] == ["sent"]


@pytest.mark.parametrize(
    ("last", "changed"), [({"state": "sent"}, False), ({"state": "pending"}, True), ("sent", True)]
)
def test_last_entry(clock: FrozenClock, last: Any, changed: bool) -> None:
    """Only a history that ends with the same state makes it no change (cht 6.3)."""
    assert set_task_state({"state": "sent", "state_history": [last]}, "sent", clock.now()) is changed
