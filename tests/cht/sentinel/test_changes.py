"""Sentinel follows what changes in the main database, and knows how far it has come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.world.faults import FaultKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import SentinelWorld


def test_a_change_is_processed_at_once(world: SentinelWorld) -> None:
    """A document gets an info document that says it was seen, and the position is that of its change."""
    world.put(_id="a")

    assert world.info("a") is not None
    assert (world.info("a") or {})["transitions"] == {}
    assert world.position == world.medic.update_seq


@pytest.mark.parametrize("identifier", ["_design/own", "a-info", "a____1-b____tombstone"])
def test_some_are_ignored(world: SentinelWorld, identifier: str) -> None:
    """Design documents, info documents and tombstones are not processed, and do not move the position."""
    world.put(_id="a")
    world.put(_id=identifier)

    assert world.info(identifier) is None
    assert world.position == world.medic.update_seq - 1


def test_a_deleted_document_only_moves_the_position(world: SentinelWorld) -> None:
    """Nothing is done about a document that is gone."""
    world.put(_id="a")
    revision = (world.info("a") or {})["_rev"]

    world.put(_id="a", _deleted=True)

    assert (world.info("a") or {})["_rev"] == revision
    assert world.position == world.medic.update_seq


def test_up_to_4_2_a_deleted_document_leaves_a_tombstone(world_of: Callable[[str], SentinelWorld]) -> None:
    """Old releases keep the last revision of what was deleted."""
    world = world_of("4.2")
    world.put(_id="a")
    world.put(_id="a", _deleted=True)

    [name] = [each for each in world.medic.ids if each.endswith("tombstone")]
    assert world.medic.get(name)["tombstone"]["_id"] == "a"


def test_it_goes_on_where_it_stopped(world: SentinelWorld) -> None:
    """What changes while sentinel is down is processed when it is back, and nothing twice."""
    world.put(_id="a")
    world.instance.stop_sentinel()
    world.put(_id="b")
    assert world.info("b") is None
    before = world.exchanges(path="/medic/a")

    world.instance.start_sentinel()
    world.advance(seconds=20)

    assert world.info("b") is not None
    assert world.exchanges(path="/medic/a") == before


def test_a_position_that_an_operator_writes_counts(world: SentinelWorld) -> None:
    """Who writes the position while sentinel is stopped decides from where on it goes on."""
    world.instance.stop_sentinel()
    world.put(_id="a")
    known = world.infos.find("_local/transitions-seq") or {"_id": "_local/transitions-seq"}
    world.infos.put({**known, "value": str(world.medic.update_seq)})

    world.instance.start_sentinel()
    world.advance(seconds=20)

    assert world.info("a") is None


def test_a_long_queue_closes_the_feed_until_it_is_empty(world: SentinelWorld) -> None:
    """With a hundred changes waiting the feed is closed, and opened again from the position."""
    world.instance.stop_sentinel()
    for number in range(250):
        world.medic.put({"_id": f"d{number:03}"})
    world.instance.start_sentinel()
    before = world.exchanges(path="/medic/_changes")

    world.advance(minutes=1)

    assert all(world.info(f"d{number:03}") for number in range(250))
    assert world.exchanges(path="/medic/_changes") - before == 1 + 3  # one for the settings


def test_a_change_that_fails_is_lost_when_the_next_succeeds(world: SentinelWorld) -> None:
    """A failed change does not move the position; the one behind it does, past both."""
    world.simulation.fault(kind=FaultKind.STATUS, status=500, by="sentinel*", path="/medic-sentinel/a-info", count=1)
    world.put(_id="a")
    assert world.position < world.medic.update_seq

    world.put(_id="b")

    assert (world.info("a"), world.position) == (None, world.medic.update_seq)
    assert world.log == ["Change a has failed: 500 - internal_server_error: No DB shards could be opened."]


def test_a_change_that_failed_comes_again_with_the_feed(world: SentinelWorld) -> None:
    """Started again, sentinel sees the change on which it failed."""
    world.simulation.fault(kind=FaultKind.STATUS, status=500, by="sentinel*", path="/medic-sentinel/a-info", count=1)
    world.put(_id="a")

    world.instance.stop_sentinel()
    world.instance.start_sentinel()
    world.advance(seconds=20)

    assert world.info("a") is not None


def test_a_feed_that_breaks_is_opened_again(world: SentinelWorld) -> None:
    """After an error of the feed a minute passes."""
    # The first feed is that of the settings.
    world.simulation.fault(kind=FaultKind.STATUS, by="sentinel*", path="/medic/_changes", first=2, count=1)
    world.instance.stop_sentinel()
    world.instance.start_sentinel()
    world.put(_id="a")

    world.advance(seconds=50)
    assert world.info("a") is None
    world.advance(seconds=30)
    assert world.info("a") is not None
