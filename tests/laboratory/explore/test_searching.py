"""A search goes on where it was broken off, loses nothing with a worker, and tells what it has found."""

from __future__ import annotations

from concurrent.futures import BrokenExecutor, Future
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest

from rapidpro_simulator.laboratory.explore import report, searching
from rapidpro_simulator.laboratory.explore.causes import Cause, Task
from rapidpro_simulator.laboratory.explore.corpus import Corpus, Visit
from rapidpro_simulator.laboratory.explore.searching import Plan, Search
from rapidpro_simulator.laboratory.explore.workers import Here

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

RULE = "no message is sent twice"
WORLDS = 12


class Tried:
    """Notes which worlds were tried; every fourth one breaks a rule, for one of two causes."""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.noted: list[int] = []

    def rules_broken(self, task: Task) -> list[str]:
        self.numbers.append(task.number)
        return [] if task.number % 4 else [RULE]

    def explain(self, task: Task, rule: str, known: Sequence[Cause]) -> tuple[Cause, bool]:
        cause = Cause(rule, ("odd" if task.number % 8 else "even",), task.number, "it was sent twice", "Feature: It")
        same = next((each for each in known if each.disturbances == cause.disturbances), None)
        return (same, False) if same else (cause, True)

    def visited(self, visit: Visit) -> None:
        self.noted.append(visit.number)


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> Tried:
    tried = Tried()
    monkeypatch.setattr(searching, "rules_broken", tried.rules_broken)
    monkeypatch.setattr(searching, "explain", tried.explain)
    return tried


def search(tried: Tried, corpus: Corpus, open_executor: Callable[[], Any] = Here, worlds: int = WORLDS) -> None:
    Search(Plan("cht:5.2", worlds), corpus, tried, open_executor).run()


def test_a_cause_is_told_once(tried: Tried) -> None:
    """Worlds of one cause are counted, and the cause has the number of the first."""
    corpus = Corpus(None)

    search(tried, corpus)

    assert [(cause.world, corpus.count(cause)) for cause in corpus.causes] == [(0, 2), (4, 1)]


def test_a_search_goes_on_where_it_was_broken_off(tried: Tried, tmp_path: Path) -> None:
    """What was seen is not tried again, what was half written is, and nothing is counted twice."""
    search(tried, Corpus(tmp_path), worlds=6)
    (file,) = tmp_path.iterdir()
    whole = file.read_text(encoding="utf-8")
    file.write_text(whole[:-20], encoding="utf-8")
    tried.numbers.clear()
    corpus = Corpus(tmp_path)

    search(tried, corpus)

    assert tried.numbers == [5, *range(6, WORLDS)]
    assert sorted(Corpus(tmp_path).visits) == list(range(WORLDS))
    assert [corpus.count(cause) for cause in Corpus(tmp_path).causes] == [2, 1]


class Mortal(Here):
    """An executor whose workers die at a call."""

    def __init__(self, at: int) -> None:
        self._left = at

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        self._left -= 1
        if self._left < 0:
            raise BrokenExecutor("killed")
        return super().submit(function, *arguments, **named)


@pytest.mark.parametrize("at", [0, 1, 3, 4, 6])
def test_workers_that_die_lose_nothing(tried: Tried, at: int) -> None:
    """Their worlds are given out again, and each is noted once, in order."""
    executors = iter([Mortal(at), Here()])

    search(tried, Corpus(None), lambda: next(executors))

    assert tried.noted == list(range(WORLDS))


def test_workers_that_always_die_end_the_search(tried: Tried) -> None:
    """A world that kills whoever visits it is no endless loop."""
    with pytest.raises(BrokenExecutor, match="at world 0"):
        search(tried, Corpus(None), lambda: Mortal(0))


def test_no_time_is_no_world(tried: Tried) -> None:
    """When the minutes are over no world is begun."""
    Search(Plan("cht:5.2", WORLDS, minutes=0), Corpus(None), tried, Here).run()

    assert tried.numbers == []


def test_the_result_is_a_table_and_junit_and_a_page(tried: Tried) -> None:
    """All three name every cause; in JUnit it is a failure with its scenario."""
    corpus = Corpus(None)
    search(tried, corpus)

    suite = ElementTree.fromstring(report.junit(corpus, "cht:5.2"))

    assert report.summary(corpus) == "12 worlds, 3 with a broken rule, 2 causes"
    assert list(report.table(corpus))[1:] == [
        "          0       2  No message is sent twice: even",
        "          4       1  No message is sent twice: odd",
    ]
    assert [failure.text for failure in suite.iter("failure")] == ["Feature: It"] * 2
    assert report.page(corpus, "cht:5.2").count("No message is sent twice: odd") == 2
