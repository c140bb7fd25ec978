from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.cht.messages.states import javascript_time, set_task_state, task_with_message, tasks_of

if TYPE_CHECKING:
    from rapidpro_simulator.world.clock import FrozenClock


@pytest.mark.parametrize(
    ("last", "changed"), [({"state": "sent"}, False), ({"state": "pending"}, True), ("sent", True)]
)
def test_last_entry(clock: FrozenClock, last: Any, changed: bool) -> None:
    """Only a history that ends with the same state makes it no change (cht 6.3)."""
    assert set_task_state({"state": "sent", "state_history": [last]}, "sent", clock.now()) is changed


@pytest.mark.parametrize(
    ("supplied", "changed"),
    [
        ({}, False),
        ({"details": "Sent", "gateway_ref": "7"}, False),
        ({"details": "Resent"}, True),
        ({"gateway_ref": "8"}, True),
        ({"details": "", "gateway_ref": None}, False),
    ],
)
def test_what_is_supplied_counts(clock: FrozenClock, supplied: dict[str, Any], changed: bool) -> None:
    """Other details or another reference are a change; what JavaScript takes for false is not supplied (cht 6.3)."""
    task = {"state": "sent", "state_history": [{"state": "sent"}], "state_details": "Sent", "gateway_ref": "7"}

    assert set_task_state(task, "sent", clock.now(), **supplied) is changed


def test_tasks_and_then_scheduled_tasks() -> None:
    """A document may have neither."""
    first, second = {"state": "sent"}, {"state": "scheduled"}

    assert list(tasks_of({"scheduled_tasks": [second], "tasks": [first]})) == [first, second]
    assert list(tasks_of({"tasks": None})) == []


def test_the_task_of_a_message() -> None:
    """Its uuid tells it, in any of the messages of a task; tasks may have no messages."""
    tasks: list[dict[str, Any]] = [{}, {"messages": [{"uuid": "a"}]}, {"messages": [{}, {"uuid": "b"}, {"uuid": "c"}]}]

    assert [task_with_message({"tasks": tasks}, uuid) for uuid in ("a", "b", "c")] == [tasks[1], tasks[2], tasks[2]]
    assert task_with_message({"tasks": tasks}, "d") is None


def test_what_a_change_writes(clock: FrozenClock) -> None:
    """The task and its history say the same; what is not supplied is erased (cht 6.3)."""
    task: dict[str, Any] = {"state": "pending"}
    set_task_state(task, "sent", clock.now(), "Sent", "7")
    first = {"state": "sent", "state_details": "Sent", "timestamp": "2026-03-02T08:00:00.000Z"}
    assert task == {"state": "sent", "state_details": "Sent", "gateway_ref": "7", "state_history": [first]}

    set_task_state(task, "failed", clock.now())
    second = {"state": "failed", "timestamp": "2026-03-02T08:00:00.000Z"}
    assert task == {"state": "failed", "state_history": [first, second]}


NO_ARRAY, NULL = r"^a state history is an array$", r"^Cannot read properties of null \(reading 'state'\)$"


@pytest.mark.parametrize(
    ("history", "words"), [*((history, NO_ARRAY) for history in ("x", {"a": 1}, {}, 5)), ([None], NULL)]
)
def test_a_broken_history(clock: FrozenClock, history: Any, words: str) -> None:
    """A history that is none, or whose last entry is null, makes CHT throw."""
    with pytest.raises(TypeError, match=words):
        set_task_state({"state": "sent", "state_history": history}, "sent", clock.now())


@pytest.mark.parametrize("history", [None, "", 0, False, []])
def test_no_history(clock: FrozenClock, history: Any) -> None:
    """What counts as false is no history, and one begins."""
    task: dict[str, Any] = {"state": "sent", "state_history": deepcopy(history)}  # the test may run again
    assert set_task_state(task, "sent", clock.now())
    assert len(task["state_history"]) == 1


def test_javascript_has_milliseconds() -> None:
    """What is less is cut off."""
    assert javascript_time(datetime(2026, 3, 2, 8, 0, 1, 999_999, UTC)) == "2026-03-02T08:00:01.999Z"
    assert javascript_time(datetime(2026, 3, 2, 8, 0, 1, 1_000, UTC)) == "2026-03-02T08:00:01.001Z"
