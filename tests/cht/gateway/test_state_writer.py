"""Saving states: what changes a document, what a conflict costs, and how much CHT believes it has saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest

from rapidpro_simulator.cht.couch.client import CouchClientError
from rapidpro_simulator.cht.gateway.state_writer import SaveError
from rapidpro_simulator.cht.messages.states import ABSENT, StateChange
from rapidpro_simulator.world.faults import Fault, FaultKind

from .conftest import UUID

if TYPE_CHECKING:
    from rapidpro_simulator.world.faults import Faults
    from rapidpro_simulator.world.journal import Journal

    from .conftest import World

ANY_DOCUMENT = "document-*"


def sent(number: int, reference: Any = 7) -> StateChange:
    return StateChange("sent", "Sent", UUID.format(number), reference)


def save(world: World, *changes: StateChange, name: str = "5.2") -> int:
    return world.loop.run(world.writer(name).save(changes))


def asked(journal: Journal) -> list[str]:
    return [exchange.data["path"].rpartition("/")[2] for exchange in journal.exchanges(to="couchdb")]


def test_nothing(world: World, journal: Journal) -> None:
    """Without changes CouchDB is not asked."""
    assert save(world) == 0
    assert asked(journal) == []


def test_requests(world: World, journal: Journal) -> None:
    """One list of changes is two questions and one write."""
    world.add({})
    save(world, sent(10))
    assert asked(journal) == ["messages_by_uuid", "_all_docs", "_bulk_docs"]


def test_unchanged(world: World, journal: Journal) -> None:
    """What changes nothing is not written, but looked up all the same."""
    world.add({})
    save(world, sent(10))
    assert save(world, sent(10)) == 0
    assert asked(journal) == ["messages_by_uuid", "_all_docs", "_bulk_docs", "messages_by_uuid", "_all_docs"]


def test_saved(world: World) -> None:
    """A saved state comes with its details, its reference and its place in the history."""
    world.add({})
    assert save(world, sent(10)) == 1
    [task] = world.tasks()
    assert (task["state"], task["state_details"], task["gateway_ref"]) == ("sent", "Sent", 7)
    assert [(entry["state"], entry["state_details"]) for entry in task["state_history"]] == [("sent", "Sent")]


def test_unknown_message(world: World) -> None:
    """A message that is in no document is ignored, and the others are saved."""
    world.add({})
    assert save(world, sent(999), sent(10)) == 1
    assert world.states() == ["sent"]


def test_several_of_a_document(world: World, journal: Journal) -> None:
    """A document with several messages is written once, and each of them counts that changes."""
    world.add({}, {}, {}, {})
    assert save(world, sent(10), sent(11), sent(12)) == 3
    assert save(world, sent(10), sent(12), sent(13)) == 1
    assert world.states() == ["sent"] * 4


def test_one_task_of_several_messages(world: World) -> None:
    """Messages of one task overwrite each other's reference: the last one stays."""
    messages = [{"uuid": UUID.format(number), "to": "+254700000001", "message": "part"} for number in (10, 11)]
    world.add({"messages": messages})
    save(world, sent(10, 1), sent(11, 2))
    [task] = world.tasks()
    assert (task["gateway_ref"], len(task["state_history"])) == (2, 2)


@pytest.mark.parametrize("reference", [7, "7", "0199bb93"])
def test_by_reference(world: World, reference: Any) -> None:
    """A change that names no message finds it by its reference, and by the reference's type."""
    world.add({"state": "sent", "gateway_ref": reference})
    other = "7" if reference == 7 else 7
    assert save(world, StateChange("failed", "Failed", gateway_ref=other)) == 0
    assert save(world, StateChange("delivered", "Delivered", gateway_ref=reference)) == 1


def test_by_reference_and_by_name(world: World) -> None:
    """A change by reference keeps the reference and has its details; one beside it may name its message."""
    world.add({"state": "sent", "gateway_ref": 7}, {})
    changes = StateChange("delivered", "Delivered", gateway_ref=7), StateChange("sent", "Resent", UUID.format(11), 8)
    assert save(world, *changes) == 2
    assert [(task["state"], task["state_details"], task["gateway_ref"]) for task in world.tasks()] == [
        ("delivered", "Delivered", 7),
        ("sent", "Resent", 8),
    ]


def test_only_what_is_needed(world: World, journal: Journal) -> None:
    """CouchDB is asked for the messages of the list, and for no others."""
    for number in range(1, 4):
        world.add({"state": "sent", "gateway_ref": number})
    save(world, StateChange("delivered", "Delivered", gateway_ref=2))
    queries = [parse_qs(exchange.data["query"]) for exchange in journal.exchanges(to="couchdb")]
    assert [query.get("keys") for query in queries[:2]] == [["[2]"], [f'["{UUID.format(20)}"]']]


def test_first_of_a_reference(world: World) -> None:
    """Of two messages with one reference only the first is changed."""
    world.add({"state": "sent", "gateway_ref": 7})
    world.add({"state": "sent", "gateway_ref": 7})
    save(world, StateChange("delivered", "Delivered", gateway_ref=7))
    assert world.states() == ["delivered", "sent"]


def test_erased(world: World) -> None:
    """A change without a reference erases the one that was there."""
    world.add({"gateway_ref": 7})
    save(world, StateChange("failed", "Failed", UUID.format(10), ABSENT))
    assert "gateway_ref" not in world.tasks()[0]


@pytest.mark.parametrize("conflicts", [1, 2, 3])
def test_conflicts(world: World, journal: Journal, conflicts: int) -> None:
    """Up to three conflicts are overcome, with as many more writes, but the count forgets what a retry has saved."""
    world.add({})
    world.medic.conflict_next(conflicts, ANY_DOCUMENT)
    assert save(world, sent(10)) == 1 - conflicts
    assert asked(journal).count("_bulk_docs") == 1 + conflicts
    assert world.states() == ["sent"]


def test_count_after_a_conflict(world: World) -> None:
    """Two documents, one of them saved by a retry, count as one."""
    world.add({})
    world.add({})
    world.medic.conflict_next(1, ANY_DOCUMENT)
    assert save(world, sent(10), sent(20)) == 1
    assert world.states() == ["sent", "sent"]


def test_too_many_conflicts(world: World, journal: Journal) -> None:
    """After four writes CHT gives up; what was saved before stays saved."""
    world.add({})
    world.add({}, {})
    world.medic.conflict_next(4, "document-002")
    lost = f"{UUID.format(20)}, {UUID.format(21)}"
    with pytest.raises(SaveError, match=f"^Failed to updateMessageTaskStates: {lost}$"):
        save(world, sent(10), sent(20), sent(21))
    assert asked(journal).count("_bulk_docs") == 4
    assert world.states() == ["sent", "pending", "pending"]


def test_a_broken_task(world: World) -> None:
    """A task whose history is none loses the states of the whole list, and the error says what it was."""
    world.add({"state_history": "none"})
    world.add({})
    with pytest.raises(SaveError, match=r"^Failed to updateMessageTaskStates: a state history is an array$"):
        save(world, sent(10), sent(20))
    assert world.states() == ["pending", "pending"]


@pytest.mark.parametrize(("name", "states"), [("5.1", ["pending"]), ("5.2", ["sent"])])
def test_vanished_document(world: World, faults: Faults, name: str, states: list[str]) -> None:
    """A document deleted between the two questions loses the whole list until 5.1, and only itself since 5.2."""
    vanishing = world.add({})
    world.add({})
    faults.add(Fault(FaultKind.LATENCY, path="*/_all_docs", seconds=5))

    async def save_while_it_vanishes() -> int:
        world.clock.call_later(2, lambda: world.medic.put({**document, "_deleted": True}))
        return await world.writer(name).save([sent(10), sent(20)])

    document = world.medic.get(vanishing)
    if name == "5.1":
        with pytest.raises(SaveError, match=rf"^Cannot read properties of null .*: {vanishing}$"):
            world.loop.run(save_while_it_vanishes())
    else:
        assert world.loop.run(save_while_it_vanishes()) == 1
    assert world.states() == states


@pytest.mark.parametrize("path", ["*/messages_by_uuid", "*/_all_docs", "*/_bulk_docs"])
def test_unavailable(world: World, faults: Faults, path: str) -> None:
    """Where CouchDB fails, nothing is retried."""
    world.add({})
    fault = faults.add(Fault(FaultKind.STATUS, path=path, status=503))
    with pytest.raises(CouchClientError):
        save(world, sent(10))
    assert (fault.struck, world.states()) == (1, ["pending"])
