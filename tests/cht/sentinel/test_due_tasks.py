"""Scheduled messages become pending when they are due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.world.faults import FaultKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import SentinelWorld

PHONE = "+254711000003"
DUE = "2026-03-02T08:10:00.000Z"  # 10 minutes after the beginning
SENT = {"messages": [{"uuid": "a", "to": PHONE, "message": "Visit today"}]}
EMPTY = {"messages": [{"uuid": "b", "to": PHONE, "message": " "}]}
BY_TEXT = {"message": [{"content": "Visit {{name}}", "locale": "en"}], "recipient": "reporting_unit"}


def report(*tasks: dict[str, Any], **more: Any) -> dict[str, Any]:
    scheduled = [{"due": DUE, "state": "scheduled", "state_history": [], **task} for task in tasks]
    return {"_id": "r1", "type": "data_record", "form": "P", "from": PHONE, "scheduled_tasks": scheduled, **more}


def states(world: SentinelWorld) -> list[str]:
    return [task["state"] for task in world.medic.get("r1")["scheduled_tasks"]]


def test_a_task_is_pending_at_the_first_tick_from_its_time_on(world: SentinelWorld) -> None:
    """At 8:10 it is due; sentinel looks every five minutes from its start on, and gives it the text."""
    world.put(**report(BY_TEXT, fields={"name": "Zuri"}))
    world.advance(minutes=9)
    assert states(world) == ["scheduled"]

    world.advance(minutes=6)
    [task] = world.medic.get("r1")["scheduled_tasks"]
    assert (task["state"], task["messages"][0]["message"], task["messages"][0]["to"]) == (
        "pending",
        "Visit Zuri",
        PHONE,
    )


@pytest.mark.parametrize(
    ("due", "expected"), [("2026-02-23T08:06:00.000Z", "pending"), ("2026-02-23T07:59:00.000Z", "scheduled")]
)
def test_a_week_is_too_late(world: SentinelWorld, due: str, expected: str) -> None:
    """A task that is overdue for more than a week, as sentinel was down for so long, is never sent."""
    world.put(**report({**SENT, "due": due}))
    world.advance(minutes=6)

    assert states(world) == [expected]


@pytest.mark.parametrize(("release", "expected"), [("5.1.0", "pending"), ("5.1.1", "sent")])
def test_what_was_sent_is_sent_again_before_5_1_1(
    world_of: Callable[[str], SentinelWorld], release: str, expected: str
) -> None:
    """A sent task that shares its instant with one that stays scheduled becomes pending again (H14)."""
    world = world_of(release)
    world.put(**report({**SENT, "state": "sent", "gateway_ref": "7"}, EMPTY))
    world.advance(minutes=16)

    assert states(world) == [expected, "scheduled"]
    assert len(world.medic.get("r1")["scheduled_tasks"][0]["state_history"]) == (1 if release == "5.1.0" else 0)


@pytest.mark.parametrize(
    ("release", "clear", "expected"),
    [("5.0", False, "pending"), ("5.1.0", False, "scheduled"), ("5.1.0", True, "clear"), ("5.0", True, "pending")],
)
def test_a_task_without_text(
    world_of: Callable[[str], SentinelWorld], release: str, clear: bool, expected: str
) -> None:
    """Up to 5.0 a blank text became pending; since then it waits, or is cleared where the settings want that."""
    world = world_of(release)
    world.administrator.change_settings(sms={"clear_failing_schedules": clear})
    world.put(**report(EMPTY))
    world.advance(minutes=16)

    assert states(world) == [expected]


def test_a_conflict_ends_the_run(world: SentinelWorld) -> None:
    """Whoever edits a document in between stops the run; those that come after it wait five minutes more."""
    world.put(**report(SENT))
    world.put(**{**report(SENT), "_id": "r2"})
    world.medic.conflict_next(1, "r1")
    world.advance(minutes=11)
    assert [world.medic.get(name)["scheduled_tasks"][0]["state"] for name in ("r1", "r2")] == ["scheduled"] * 2

    world.advance(minutes=5)
    assert [world.medic.get(name)["scheduled_tasks"][0]["state"] for name in ("r1", "r2")] == ["pending"] * 2
    assert world.log == ["dueTasks: 409 - conflict: Document update conflict."]


def test_a_job_is_skipped_while_it_runs(world: SentinelWorld) -> None:
    """A run that takes longer than five minutes is not joined by another."""
    world.advance(minutes=1)
    view = "/medic/_design/medic/_view/messages_by_state"
    world.simulation.fault(kind=FaultKind.LATENCY, seconds=700, by="sentinel*", path=view, count=1)
    world.advance(minutes=14)
    assert world.exchanges(path=view) == 2

    world.advance(minutes=10)
    assert world.exchanges(path=view) == 4
