"""What CHT keeps about a document beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.cht.infodocs import InfoDocuments
from tests.support.document_store import run

if TYPE_CHECKING:
    from rapidpro_simulator.world.clock import FrozenClock
    from tests.support.document_store import InProcessStore

NOW = "2026-03-02T08:00:00.000Z"


@pytest.fixture
def infos(store: InProcessStore, clock: FrozenClock) -> InfoDocuments:
    return InfoDocuments(store, clock)


def stored(store: InProcessStore, document_id: str) -> dict[str, Any]:
    return store.couch.database("medic-sentinel").get(f"{document_id}-info")


def dates(info: dict[str, Any]) -> tuple[Any, Any]:
    return info["initial_replication_date"], info["latest_replication_date"]


def test_sentinel_makes_one_with_unknown_dates(infos: InfoDocuments, store: InProcessStore) -> None:
    """A document that no api has seen gets an info document without dates, and without transitions, once."""
    info = run(infos.of("p1"))

    assert info == stored(store, "p1") == run(infos.of("p1"))
    assert (dates(info), "transitions" in info) == (("unknown", "unknown"), False)


def test_the_api_dates_its_own_in_milliseconds(infos: InfoDocuments, store: InProcessStore) -> None:
    """A record that passes the api's transitions gets both dates before it is saved, as numbers."""
    [info] = run(infos.begin(["r1"]))

    assert info == stored(store, "r1")
    assert (dates(info), info["transitions"]) == ((1772438400000, 1772438400000), {})


def test_later_writes_change_the_latest_date(infos: InfoDocuments, store: InProcessStore, clock: FrozenClock) -> None:
    """The first write that the api passes on sets both dates, a later one only the latest."""
    run(infos.note_writes(["r1"]))
    clock.jump_to(60_000_000)
    run(infos.note_writes(["r1", "r2"]))

    assert dates(stored(store, "r1")) == (NOW, "2026-03-02T08:01:00.000Z")
    assert dates(stored(store, "r2")) == ("2026-03-02T08:01:00.000Z",) * 2


@pytest.mark.parametrize("conflicts", [0, 3])
def test_everybody_saves_only_their_own(infos: InfoDocuments, store: InProcessStore, conflicts: int) -> None:
    """Dates, transitions, pushes and muting live in one document; a conflict costs nobody anything."""
    for save in (
        infos.note_writes(["r1"]),
        infos.save_transitions("r1", {"muting": {"ok": True}}),
        infos.save_completed_tasks("r1", [{"name": "flow"}]),
        infos.save_muting_history({"r1": [{"muted": True}]}),
    ):
        store.couch.database("medic-sentinel").conflict_next(conflicts)
        run(save)

    info = stored(store, "r1")
    assert (dates(info), info["transitions"]) == ((NOW, NOW), {"muting": {"ok": True}})
    assert (info["completed_tasks"], info["muting_history"]) == ([{"name": "flow"}], [{"muted": True}])
