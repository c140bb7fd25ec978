"""`rapidpro-simulator explore` as somebody calls it: what it says when it does not come to its end."""

from __future__ import annotations

from concurrent.futures import BrokenExecutor
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.commands.cli import main
from rapidpro_simulator.laboratory.explore import versions
from rapidpro_simulator.laboratory.explore.corpus import Visit
from rapidpro_simulator.laboratory.explore.searching import Search

if TYPE_CHECKING:
    from pathlib import Path

EXPLORE = ("explore", "--gateway", "standalone", "--worlds", "9")


def ends_with(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a search end with an error after one world."""

    def run(search: Search) -> None:
        search.corpus.add(Visit(0))
        raise error

    monkeypatch.setattr(Search, "run", run)


def test_who_stops_a_search_is_told_how_to_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Ctrl-C tells what was seen, and the same command begins with what is missing."""
    ends_with(KeyboardInterrupt(), monkeypatch)
    command = (*EXPLORE, "--corpus", str(tmp_path))

    assert (main(command), main(command)) == (130, 130)

    seen, stopped = "1 world, 0 with a broken rule, 0 causes", "stopped; the same command goes on"
    assert capsys.readouterr().out.splitlines() == [seen, stopped, "goes on after 1 world", seen, stopped]


def test_worlds_of_another_release_are_not_mixed_with_these(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Their numbers would mean other worlds."""
    ends_with(KeyboardInterrupt(), monkeypatch)
    main((*EXPLORE, "--corpus", str(tmp_path)))
    monkeypatch.setattr(versions, "DRAWING", ("events.py",))

    assert main((*EXPLORE, "--corpus", str(tmp_path))) == 2

    said = capsys.readouterr().err
    assert said.startswith(f"rapidpro-simulator explore: the worlds in {tmp_path / 'standalone-seed-0'} were drawn by ")
    assert said.endswith(" would draw others: name another --corpus\n")


def test_who_keeps_no_corpus_is_told_of_it(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Without one, the next search begins anew."""
    ends_with(KeyboardInterrupt(), monkeypatch)

    assert main(EXPLORE) == 130

    assert capsys.readouterr().out.endswith("stopped; a search with --corpus DIR goes on\n")


def test_workers_that_die_are_one_sentence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """It is no traceback."""
    ends_with(BrokenExecutor("the workers die, whatever they are given"), monkeypatch)

    assert main(EXPLORE) == 2

    assert capsys.readouterr().err == "rapidpro-simulator explore: the workers die, whatever they are given\n"


def test_one_machine_or_many(capsys: pytest.CaptureFixture[str]) -> None:
    """A cluster has the workers that it has."""
    with pytest.raises(SystemExit):
        main((*EXPLORE, "--workers", "2", "--scheduler", "tcp://127.0.0.1:8786"))

    assert "not allowed with argument" in capsys.readouterr().err
