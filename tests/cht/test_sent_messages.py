"""The messages of a database: their order, and that a look reads only what has changed since the last one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.cht.couch import Database
from rapidpro_simulator.cht.couch.query_server import QueryServer
from rapidpro_simulator.cht.sent_messages import SentMessages

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def database() -> Database:
    return Database("medic", lambda: "new", QueryServer(lambda: datetime(2026, 3, 2, tzinfo=UTC)))


@pytest.fixture
def messages(database: Database) -> SentMessages:
    return SentMessages(database)


def task(*texts: str, **members: Any) -> dict[str, Any]:
    return {"state": "pending", "messages": [{"message": text} for text in texts], **members}


def document(identifier: str, reported: Any, *tasks: Any, **members: Any) -> dict[str, Any]:
    return {"_id": identifier, "reported_date": reported, "tasks": list(tasks), **members}


def texts(messages: SentMessages) -> list[str]:
    return [each.message["message"] for each in messages.read(messages.rows())]


def test_order(database: Database, messages: SentMessages) -> None:
    """By the date of the report, then by its id; within one as they stand there, scheduled ones last."""
    database.put(document("b", 2, task("two, 1", "two, 2"), scheduled_tasks=[task("two, 3")]))
    database.put(document("c", 1, task("one, c")))
    database.put(document("a", 1, task("one, a")))
    database.put({"_id": "person", "type": "person"})

    assert texts(messages) == ["one, a", "one, c", "two, 1", "two, 2", "two, 3"]


def test_what_has_changed(database: Database, messages: SentMessages) -> None:
    """States, references and deletions are seen at the next look."""
    rev = database.put(document("a", 1, task("one")))
    database.put(document("b", 2, task("two")))
    assert [row.value for row in messages.rows()] == [None, None]

    rev = database.put(document("a", 1, task("one", state="sent", gateway_ref=7), _rev=rev))
    assert [row.value for row in messages.rows()] == [7, None]
    assert [each.state for each in messages.read(messages.rows())] == ["sent", "pending"]

    database.delete("a", rev)
    assert texts(messages) == ["two"]


def test_each_change_is_read_once(database: Database, messages: SentMessages, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is as it was is not read again, however many documents there are."""
    read: list[str] = []
    changed_since = database.changed_since

    def noted(seq: int) -> Iterator[tuple[str, str | None]]:
        for identifier, text in changed_since(seq):
            read.append(identifier)
            yield identifier, text

    monkeypatch.setattr(database, "changed_since", noted)
    for number in range(20):
        database.put(document(f"d{number:02}", number, task("a text")))
    messages.rows()
    read.clear()

    messages.rows()
    assert read == []
    database.put(document("d20", 20, task("a text")))
    assert (len(messages.rows()), read) == (21, ["d20"])


@pytest.mark.parametrize(
    "tasks", [7, "none", {"state": "pending"}, [7, "none", None], [{"messages": "none"}], [task(), {}]]
)
def test_nonsense(database: Database, messages: SentMessages, tasks: Any) -> None:
    """A document whose tasks are none has no messages, and does not hide those of others."""
    database.put({"_id": "a", "reported_date": "yesterday", "tasks": tasks})
    database.put(document("b", 1, task("one")))

    assert texts(messages) == ["one"]
