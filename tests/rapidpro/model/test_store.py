"""Rows are found by their ids, however many there are and whichever of them lack."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.model.messages import Broadcast
    from rapidpro_simulator.rapidpro.workspace import Workspace

MANY = 60


@pytest.fixture
def broadcasts(workspace: Workspace) -> list[Broadcast]:
    return [workspace.create_broadcast(urns=[], text={"eng": str(number)}) for number in range(MANY)]


def keep(workspace: Workspace, kept: list[Broadcast]) -> None:
    workspace.database.store.broadcasts[:] = kept


@pytest.mark.parametrize(
    "lacking",
    [set(), {0}, {0, 1, 2}, {MANY - 1}, {5, 6, 30}, set(range(1, MANY, 2)), set(range(MANY)) - {40}, set(range(MANY))],
    ids=["none", "the first", "some at the beginning", "the last", "some", "every other", "all but one", "all"],
)
def test_found_by_id(workspace: Workspace, broadcasts: list[Broadcast], lacking: set[int]) -> None:
    """Each row that there is, and none of those that lack or were never there, is found by its id."""
    keep(workspace, [each for number, each in enumerate(broadcasts) if number not in lacking])
    store = workspace.database.store
    found = [store.broadcast(each.id) for each in broadcasts]
    assert found == [None if number in lacking else each for number, each in enumerate(broadcasts)]
    assert [store.broadcast(number) for number in (-1, 0, broadcasts[-1].id + 1, 2**31)] == [None] * 4


def test_found_at_once(workspace: Workspace, broadcasts: list[Broadcast], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no row lacks it is not searched for: its id says where it stands."""
    monkeypatch.setattr("rapidpro_simulator.rapidpro.model.store.bisect_left", None)
    assert workspace.database.store.broadcast(broadcasts[40].id) is broadcasts[40]
