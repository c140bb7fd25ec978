from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.rapidpro.mailroom.worker import ContactWorker, PendingResult, Task

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.rapidpro.model.contacts import Contact


class Questions:
    """Tasks that ask something, and what has happened."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.open: dict[str, Callable[[str], None]] = {}

    def task(self, name: str, *questions: str) -> Task:
        async def run() -> None:
            self.log.append(name)
            for question in questions:
                answer = await PendingResult[str](lambda take: self.open.__setitem__(question, take))  # noqa: B023
                self.log.append(f"{name}: {answer}")

        return run


@pytest.fixture
def john(workspace: Any) -> Contact:
    contact: Contact = workspace.contacts.create(["tel:+254711000002"])
    return contact


def test_in_order(jane: Contact, john: Contact) -> None:
    """While a task awaits an answer, further tasks of that contact wait, those of others do not."""
    questions, worker = Questions(), ContactWorker()
    worker.submit(jane, questions.task("first", "a", "b"))
    worker.submit(jane, questions.task("second", "c"))
    worker.submit(jane, questions.task("third"))
    worker.submit(john, questions.task("other"))
    assert questions.log == ["first", "other"]
    questions.open["a"]("1")
    questions.open["b"]("2")
    assert questions.log[2:] == ["first: 1", "first: 2", "second"]
    questions.open["c"]("3")
    assert questions.log[5:] == ["second: 3", "third"]
    assert not worker.busy(jane)


def test_submitted_within(jane: Contact) -> None:
    """What a task submits for its own contact runs after it."""
    questions, worker = Questions(), ContactWorker()

    async def outer() -> None:
        worker.submit(jane, questions.task("inner"))
        questions.log.append("outer")

    worker.submit(jane, outer)
    assert questions.log == ["outer", "inner"]


def test_failure(jane: Contact) -> None:
    """A task that fails does not stop those that come later."""
    questions, worker = Questions(), ContactWorker()

    async def broken() -> None:
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        worker.submit(jane, broken)
    worker.submit(jane, questions.task("later"))
    assert questions.log == ["later"]
