"""Task documents: made, changed, and left alone once they are final."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from rapidpro_simulator.cht.tasks import Emission, TaskDocuments

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
VISIT = Emission(
    "r1~visit~visit", date(2026, 3, 3), start=1, end=1, requester="pat1", owner="pat1", owner_name="Baraka"
)


def tasks(*before: dict[str, Any]) -> TaskDocuments:
    return TaskDocuments("org.couchdb.user:joyce", {each["_id"]: each for each in before})


def states(documents: TaskDocuments) -> list[str]:
    return [each["state"] for each in documents.documents.values()]


@pytest.mark.parametrize(
    ("days", "state"), [(-1, "Draft"), (0, "Ready"), (1, "Ready"), (2, "Ready"), (3, "Failed"), (30, "Failed")]
)
def test_the_window_makes_the_state(days: int, state: str) -> None:
    """A task is a draft before its first day, ready until its last, and has failed after that."""
    documents = tasks()
    documents.refresh([VISIT], ["pat1"], NOW + timedelta(days=days))
    assert states(documents) == [state]


def test_days_pass() -> None:
    """A document that nobody recalculates changes its state with the days."""
    documents = tasks()
    documents.refresh([VISIT], ["pat1"], NOW - timedelta(days=2))
    assert [each["state"] for each in documents.let_time_pass(NOW)] == ["Ready"]
    assert documents.let_time_pass(NOW) == []
    assert [each["state"] for each in documents.let_time_pass(NOW + timedelta(days=9))] == ["Failed"]
    (document,) = documents.documents.values()
    assert [entry["state"] for entry in document["stateHistory"]] == ["Draft", "Ready", "Failed"]


def test_final_documents_stay() -> None:
    """What comes back after it has ended is a new document."""
    documents = tasks()
    documents.refresh([replace(VISIT, resolved=True)], ["pat1"], NOW)
    documents.refresh([VISIT], ["pat1"], NOW + timedelta(hours=1))
    assert states(documents) == ["Completed", "Ready"]


def test_nothing_is_cancelled_before_it_began() -> None:
    """Work that is called off before it was ever written leaves no document."""
    documents = tasks()
    assert documents.refresh([replace(VISIT, deleted=True)], ["pat1"], NOW) == []


def test_work_without_a_day_is_invalid() -> None:
    """A task whose day cannot be read any more is cancelled, with the reason."""
    documents = tasks()
    documents.refresh([VISIT], ["pat1"], NOW)
    (changed,) = documents.refresh([replace(VISIT, due=None)], ["pat1"], NOW)
    assert (changed["state"], changed["stateReason"]) == ("Cancelled", "invalid")


def test_duplicates_are_cancelled() -> None:
    """Of two open documents for the same work the newer one stays."""
    documents = tasks()
    documents.refresh([VISIT], ["pat1"], NOW)
    older = next(iter(documents.documents.values()))
    newer = {**older, "_id": "newer", "authoredOn": older["authoredOn"] + 1}
    both = tasks(older, newer)
    both.refresh([VISIT], ["pat1"], NOW + timedelta(hours=1))
    assert both.documents[older["_id"]]["state"] == "Cancelled"
    assert both.documents[older["_id"]]["stateReason"] == "duplicate"
    assert both.documents["newer"]["state"] == "Ready"


def test_of_two_emissions_the_ready_one_counts() -> None:
    """Rules that emit the same id twice make one task."""
    documents = tasks()
    documents.refresh([replace(VISIT, due=date(2026, 3, 20)), VISIT], ["pat1"], NOW)
    assert states(documents) == ["Ready"]


@pytest.mark.parametrize(("due", "is_written"), [(-61, False), (-60, True), (180, True), (181, False)])
def test_only_what_is_near_is_written(due: int, is_written: bool) -> None:
    """Work that ended two months ago, or begins in half a year, makes no document."""
    documents = tasks()
    documents.refresh([replace(VISIT, due=NOW.date() + timedelta(days=due))], ["pat1"], NOW)
    assert bool(documents.documents) is is_written


def test_the_urgent_come_first() -> None:
    """The list is in the order of priority, then of the day that a task is due."""
    urgent = replace(VISIT, identifier="urgent", shown={"priority": 7})
    early = replace(VISIT, identifier="early", due=date(2026, 3, 2))
    documents = tasks()
    documents.refresh([VISIT, early, urgent], ["pat1"], NOW)
    assert [each["emission"]["_id"] for each in documents.ready()] == ["urgent", "early", "r1~visit~visit"]


def test_others_are_left_alone() -> None:
    """A recalculation for one contact does not cancel the tasks of another."""
    documents = tasks()
    documents.refresh([VISIT], ["pat1"], NOW)
    assert documents.refresh([], ["pat2"], NOW) == []
    assert [each["state"] for each in documents.refresh([], ["pat1"], NOW)] == ["Cancelled"]
