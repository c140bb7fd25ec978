"""A search goes on where it was broken off, loses nothing with a worker, and tells what it has found."""

from __future__ import annotations

import re
from concurrent.futures import BrokenExecutor, Executor, Future
from io import StringIO
from itertools import count
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest

from rapidpro_simulator.laboratory.explore import report, searching
from rapidpro_simulator.laboratory.explore.causes import Cause, Task, WorldError
from rapidpro_simulator.laboratory.explore.corpus import Corpus, Visit, keep_to_the_same_worlds
from rapidpro_simulator.laboratory.explore.progress import Progress
from rapidpro_simulator.laboratory.explore.searching import Plan, Search
from rapidpro_simulator.laboratory.explore.versions import drawn_by
from rapidpro_simulator.testing.terminal import Terminal
from rapidpro_simulator.world.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Sequence
    from pathlib import Path

RULE = "no message is sent twice"
WORLDS = 12
PLAN = Plan("cht:5.2", WORLDS)


class Here(Executor):
    """Does everything at once, in this process."""

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(function(*arguments, **named))
        except Exception as error:
            future.set_exception(error)
        return future


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


def search(tried: Tried, corpus: Corpus, executor: Executor | None = None, *, worlds: int = WORLDS) -> None:
    Search(Plan("cht:5.2", worlds, workers=2), corpus, tried, executor or Here()).run()


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


def test_what_was_broken_off_in_the_middle_of_a_letter_is_visited_again(tried: Tried, tmp_path: Path) -> None:
    """A letter may have several bytes, and a full disk does not care."""
    Corpus(tmp_path).add(Visit(0, sentences="“"))
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[: whole.index("“".encode()) + 1])

    search(tried, Corpus(tmp_path), worlds=2)

    assert sorted(Corpus(tmp_path).visits) == tried.numbers == [0, 1]


def test_a_line_is_what_ends_with_a_newline(tmp_path: Path) -> None:
    """What Unicode calls a line break, too, may stand in the words of an error."""
    visit = Visit(0, error="one\u2028two\x85three")

    Corpus(tmp_path).add(visit)

    assert Corpus(tmp_path).visits == {0: visit}


@pytest.mark.parametrize("line", ["null", "7", "[]", "{}", '{"number": 7}', '{"number": 7, "causes": [], "new": [{}]}'])
def test_what_is_no_visit_is_told_of(tmp_path: Path, line: str) -> None:
    """A file of somebody else's is not taken for a corpus, nor a part of it left out."""
    Corpus(tmp_path).add(Visit(0))
    with (tmp_path / "worlds.jsonl").open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")

    with pytest.raises(UsageError, match=r"worlds\.jsonl, line 3, is no world that was visited"):
        Corpus(tmp_path)


def test_a_corpus_keeps_to_the_same_worlds(tried: Tried, tmp_path: Path) -> None:
    """Where another Hypothesis or other sentences draw, the same numbers are other worlds: nothing is added to them."""
    keep_to_the_same_worlds(tmp_path, "Hypothesis 1")
    search(tried, Corpus(tmp_path), worlds=3)

    keep_to_the_same_worlds(tmp_path, "Hypothesis 1")
    with pytest.raises(UsageError, match="drawn by Hypothesis 1; now Hypothesis 2 would draw others: name another"):
        keep_to_the_same_worlds(tmp_path, "Hypothesis 2")


def test_what_draws_worlds_has_a_name() -> None:
    """It is that of Hypothesis with its release, and of the sentences that there are."""
    assert re.fullmatch(r"Hypothesis [\d.]+ from the sentences [0-9a-f]{12}", drawn_by())


def killed() -> Future[Any]:
    future: Future[Any] = Future()
    future.set_exception(BrokenExecutor("killed"))
    return future


class Mortal(Here):
    """An executor of which a worker dies at some calls, counted from 0."""

    def __init__(self, deaths: Container[int]) -> None:
        self._calls = count()
        self._deaths = deaths

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        return killed() if next(self._calls) in self._deaths else super().submit(function, *arguments, **named)


class Deadly(Here):
    """An executor whose workers do not survive some worlds."""

    def __init__(self, *numbers: int) -> None:
        self._numbers = numbers

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        return killed() if arguments[0].number in self._numbers else super().submit(function, *arguments, **named)


@pytest.mark.parametrize("numbers", [(0,), (5,), (0, 5, 6)])
def test_a_world_that_kills_its_worker_is_an_error_and_the_search_goes_on(
    tried: Tried, numbers: tuple[int, ...]
) -> None:
    """The worlds beside it are not blamed."""
    corpus = Corpus(None)

    search(tried, corpus, Deadly(*numbers))

    assert tried.noted == list(range(WORLDS))
    assert corpus.errors() == {"its worker dies (seed 0)": list(numbers)}


@pytest.mark.parametrize("deaths", [{0}, {1}, {3, 4}, {6, 7, 8}, {8, 9, 10}])
def test_workers_that_die_lose_nothing(tried: Tried, deaths: set[int]) -> None:
    """Their worlds are given out again, and each is noted once, in order; what others do is not repeated."""
    corpus = Corpus(None)

    search(tried, corpus, Mortal(deaths))

    assert tried.noted == list(range(WORLDS))
    assert len(tried.numbers) <= WORLDS + len(deaths)
    assert [corpus.count(cause) for cause in corpus.causes] == [2, 1]


def test_workers_that_always_die_end_the_search(tried: Tried) -> None:
    """Where no world is survived it is not the worlds."""
    with pytest.raises(BrokenExecutor, match="whatever they are given, such as world 3: killed"):
        search(tried, Corpus(None), Mortal(range(10**6)))


def test_no_time_is_no_world(tried: Tried) -> None:
    """When the minutes are over no world is begun."""
    Search(Plan("cht:5.2", WORLDS, minutes=0), Corpus(None), tried, Here()).run()

    assert tried.numbers == []


def test_an_error_of_one_world_does_not_end_the_search(tried: Tried, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told as what it is, in all results and in the exit code, and is no fault of the gateway's."""
    monkeypatch.setattr(searching, "rules_broken", failing_at(tried, 1, 3))
    corpus = Corpus(None)

    search(tried, corpus, worlds=4)

    suite = ElementTree.fromstring(report.junit(corpus, PLAN))
    assert tried.noted == [0, 1, 2, 3]
    assert report.summary(corpus).endswith("1 cause, 2 not lived through, by a defect of the simulator")
    assert list(report.table(corpus))[-1] == "          1       2  error: AssertionError: no such state (seed 0)"
    assert [error.get("message") for error in suite.iter("error")] == ["AssertionError: no such state (seed 0)"]
    assert "<td>error: AssertionError: no such state (seed 0)</td>" in report.page(corpus, PLAN)
    assert report.exit_code(corpus) == 1
    corpus.causes.clear()
    assert report.exit_code(corpus) == 3


def test_a_world_that_ended_in_an_error_is_visited_again(
    tried: Tried, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has mended the simulator goes on with the same corpus."""
    with monkeypatch.context() as once:
        once.setattr(searching, "rules_broken", failing_at(tried, 1))
        search(tried, Corpus(tmp_path), worlds=3)
    tried.numbers.clear()

    search(tried, Corpus(tmp_path), worlds=3)

    assert tried.numbers == [1]
    assert Corpus(tmp_path).errors() == {}


def failing_at(tried: Tried, *numbers: int) -> Callable[[Task], list[str]]:
    def rules_broken(task: Task) -> list[str]:
        if task.number in numbers:
            raise WorldError("AssertionError: no such state (seed 0)")
        return tried.rules_broken(task)

    return rules_broken


def test_the_result_is_a_table_and_junit_and_a_page(tried: Tried) -> None:
    """All three name every cause; in JUnit it is a failure with its scenario."""
    corpus = Corpus(None)
    search(tried, corpus)

    suite = ElementTree.fromstring(report.junit(corpus, PLAN))

    assert report.summary(corpus) == "12 worlds, 3 with a broken rule, 2 causes"
    assert list(report.table(corpus))[1:] == [
        "          0       2  No message is sent twice: even",
        "          4       1  No message is sent twice: odd",
    ]
    assert [failure.text for failure in suite.iter("failure")] == ["Feature: It"] * 2
    assert report.page(corpus, PLAN).count("No message is sent twice: odd") == 2


class Screen(Terminal):
    """A terminal that keeps what it is told."""

    def __init__(self) -> None:
        super().__init__(StringIO())
        self.lines: list[str] = []

    def draw(self, text: str) -> None:
        self.lines.append(text)


def test_the_progress_tells_how_far_a_search_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left is told by how long the worlds of this search have taken, and not those of the one before."""
    corpus = Corpus(None)
    corpus.add(Visit(0))

    assert drawn_after_half_a_minute(monkeypatch, corpus, Visit(1)) == ["2/12 worlds, 0 causes, 0:05:00 left"]


def test_worlds_that_are_visited_again_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that ended in an error are in the corpus, and yet to be done."""
    corpus = Corpus(None)
    for number in range(WORLDS):
        corpus.add(Visit(number, error="no such state" if number < 3 else ""))

    assert drawn_after_half_a_minute(monkeypatch, corpus, Visit(0)) == ["10/12 worlds, 0 causes, 0:01:00 left"]


def drawn_after_half_a_minute(monkeypatch: pytest.MonkeyPatch, corpus: Corpus, visit: Visit) -> list[str]:
    """Return how the progress of a search is drawn when it has visited a world."""
    now = iter([100.0, 130.0])
    monkeypatch.setattr("time.monotonic", lambda: next(now))
    screen = Screen()
    progress = Progress(screen, PLAN, corpus)
    corpus.add(visit)
    progress.visited(visit)
    return screen.lines
