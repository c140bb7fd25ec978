"""`rapidpro-simulator explore` as somebody calls it: what it says when it does not come to its end."""

from __future__ import annotations

from concurrent.futures import BrokenExecutor
from io import BytesIO, TextIOWrapper
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.commands.cli import main
from rapidpro_simulator.laboratory.explore import versions
from rapidpro_simulator.laboratory.explore.causes import Cause
from rapidpro_simulator.laboratory.explore.corpus import Corpus, Visit, alone_in
from rapidpro_simulator.laboratory.explore.searching import Search

if TYPE_CHECKING:
    from pathlib import Path

EXPLORE = ("explore", "--gateway", "standalone", "--worlds", "9")


CORPUS = "standalone-seed-0"


def ends_with(error: BaseException | None, monkeypatch: pytest.MonkeyPatch, *visits: Visit) -> None:
    """Have a search end, with an error or without, after some worlds."""

    def run(search: Search) -> None:
        for visit in visits or (Visit(0),):
            search.corpus.add(visit)
        if error is not None:
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


def test_what_was_seen_before_the_workers_died_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Hours of a search without a corpus are not lost with the cluster."""
    ends_with(BrokenExecutor("the workers die"), monkeypatch, Visit(0), broken(1, "a message is read"))

    assert main((*EXPLORE, "--output", str(tmp_path), "--junit", str(tmp_path / "junit.xml"))) == 2

    told = capsys.readouterr()
    assert told.out.startswith("2 worlds, 1 with a broken rule, 1 cause\n")
    assert told.err == "rapidpro-simulator explore: the workers die\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["it-is-kept-a-message-is-read.feature", "junit.xml"]


def broken(number: int, *disturbances: str) -> Visit:
    """Return the visit of a world that has shown something new."""
    cause = Cause("it is kept", disturbances, number, "it was not", f"Feature: {number}\n")
    return Visit(number, (cause.title,), new=(cause,))


def test_each_cause_has_a_file_of_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Causes that are too long for the name of a file do not share one, and no word is cut."""
    many = tuple(f"something of the kind {number} goes wrong" for number in range(12))
    ends_with(None, monkeypatch, broken(1, *many), broken(2, *many, "and more"))

    assert main((*EXPLORE, "--output", str(tmp_path))) == 1

    files = sorted(tmp_path.iterdir())
    assert [path.read_text(encoding="utf-8") for path in files] == ["Feature: 1\n", "Feature: 2\n"]
    assert [path.name.rpartition("-kind-2-")[2] for path in files] == ["goes-world-1.feature", "goes-world-2.feature"]


def test_a_terminal_need_not_know_every_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it does not know is told by its number."""
    written = BytesIO()
    monkeypatch.setattr("sys.stdout", TextIOWrapper(written, encoding="ascii"))
    ends_with(None, monkeypatch, Visit(0, error="“"))

    assert main(EXPLORE) == 3

    assert written.getvalue().endswith(b"error: \\u201c\n")


@pytest.mark.parametrize(("option", "file"), [("--output", "found"), ("--corpus", f"found/{CORPUS}")])
def test_a_folder_that_is_none_is_refused_before_the_search(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, option: str, file: str
) -> None:
    """Nobody searches for hours for what cannot be written."""
    ends_with(AssertionError("it has begun"), monkeypatch)
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).touch()

    assert main((*EXPLORE, option, str(tmp_path / "found"))) == 2

    assert capsys.readouterr() == (
        "",
        f"rapidpro-simulator explore: {tmp_path / file} cannot be written to: it is a file\n",
    )


@pytest.mark.parametrize("name", ["worlds.jsonl", "drawn-by.txt"])
def test_a_corpus_that_cannot_be_read_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str
) -> None:
    """It is no traceback."""
    ends_with(None, monkeypatch)
    main((*EXPLORE, "--corpus", str(tmp_path)))
    (tmp_path / CORPUS / name).unlink()
    (tmp_path / CORPUS / name).mkdir()
    capsys.readouterr()

    assert main((*EXPLORE, "--corpus", str(tmp_path))) == 2

    file = tmp_path / CORPUS / name
    assert capsys.readouterr() == ("", f"rapidpro-simulator explore: {file} cannot be read: Is a directory\n")


def test_two_searches_do_not_share_a_corpus(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """They would live through the same worlds; the second is told so, and another corpus is free."""
    ends_with(None, monkeypatch)

    with alone_in(tmp_path / CORPUS):
        assert main((*EXPLORE, "--corpus", str(tmp_path))) == 2
        assert main((*EXPLORE, "--corpus", str(tmp_path), "--seed", "1")) == 0
    assert main((*EXPLORE, "--corpus", str(tmp_path))) == 0

    told = capsys.readouterr()
    assert told.err.startswith(f"rapidpro-simulator explore: another search goes on in {tmp_path / CORPUS}: ")
    assert list(Corpus(tmp_path / CORPUS).visits) == [0]


def test_one_machine_or_many(capsys: pytest.CaptureFixture[str]) -> None:
    """A cluster has the workers that it has."""
    with pytest.raises(SystemExit):
        main((*EXPLORE, "--workers", "2", "--scheduler", "tcp://127.0.0.1:8786"))

    assert "not allowed with argument" in capsys.readouterr().err
