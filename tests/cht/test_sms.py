"""When a state counts as new, and what it leaves in the document."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from simulator.cht.sms import ABSENT, javascript_time, set_task_state, task_with_message

NOW = datetime(2026, 3, 2, 8, 1, 2, 345678, tzinfo=UTC)


def task(**more: Any) -> dict[str, Any]:
    known = {"state": "sent", "state_details": "Sent", "gateway_ref": 7, "state_history": [{"state": "sent"}]}
    return {**known, **more}


@pytest.mark.parametrize(
    ("details", "reference"),
    [("Sent", 7), ("Sent", ABSENT), (ABSENT, 7), (ABSENT, ABSENT), ("", 0), (None, None), ("Sent", 7.0)],
)
def test_same(details: Any, reference: Any) -> None:
    """The same state, with the same or no details and reference, changes nothing."""
    known = task()
    assert not set_task_state(known, "sent", NOW, details, reference)
    assert known == task()


@pytest.mark.parametrize(
    ("changed", "details", "reference"),
    [
        ({"state": "pending"}, "Sent", 7),
        ({"state_history": [{"state": "pending"}]}, "Sent", 7),
        ({"state_history": []}, "Sent", 7),
        ({"state_history": None}, "Sent", 7),
        ({}, "Resent", 7),
        ({}, "Sent", 8),
        ({}, "Sent", "7"),
        ({}, "Sent", True),
        ({"state_details": {"reason": "no credit"}}, {"reason": "no credit"}, 7),
        ({"gateway_ref": ["7"]}, "Sent", ["7"]),
    ],
)
def test_other(changed: dict[str, Any], details: Any, reference: Any) -> None:
    """Anything else is news, also what only looks the same: JavaScript compares objects by identity."""
    known = task(**changed)
    entries = len(known["state_history"] or [])
    assert set_task_state(known, "sent", NOW, details, reference)
    assert len(known["state_history"]) == entries + 1


def test_erased() -> None:
    """What is not supplied is erased, and is not in the history either."""
    known = task()
    set_task_state(known, "failed", NOW)
    assert known == {
        "state": "failed",
        "state_history": [{"state": "sent"}, {"state": "failed", "timestamp": "2026-03-02T08:01:02.345Z"}],
    }


def test_no_history() -> None:
    """A task without a history gets one."""
    known: dict[str, Any] = {}
    set_task_state(known, "sent", NOW, "Sent", 7)
    assert known["state_history"] == [
        {"state": "sent", "state_details": "Sent", "timestamp": "2026-03-02T08:01:02.345Z"}
    ]


@pytest.mark.parametrize(
    ("microsecond", "printed"), [(0, "08:01:02.000Z"), (999, "08:01:02.000Z"), (999_999, "08:01:02.999Z")]
)
def test_time(microsecond: int, printed: str) -> None:
    """Times have milliseconds, cut and not rounded."""
    assert javascript_time(NOW.replace(microsecond=microsecond)) == f"2026-03-02T{printed}"


def test_task_with_message() -> None:
    """The first task with the message is found, the immediate ones first."""
    wanted = {"messages": [{"uuid": "a"}, {"uuid": "b"}]}
    later = {"messages": [{"uuid": "b"}]}
    document = {"scheduled_tasks": [later], "tasks": [{}, {"messages": None}, wanted]}
    assert task_with_message(document, "b") is wanted
    assert task_with_message(document, "c") is None
