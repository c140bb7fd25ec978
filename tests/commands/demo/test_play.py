"""`rapidpro-simulator demo`: what it tells is what happened, and the same for one seed."""

from __future__ import annotations

import io
import os
import pty
import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.testing.terminal import Terminal
from tests.commands.serving import COMMAND, run_command
from tests.support.patience import PATIENCE

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("demo")  # one story for all, with --dist loadgroup

COLOR = "\033["
ESCAPES = re.compile(r"\033\[[\d;]*m")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def told(folder: Path) -> str:
    ended = run_command(folder, "demo", "--journal", "mine.jsonl")
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout


@pytest.mark.parametrize(
    "sentence",
    [
        "08:13     ██████░",
        "2500 of 2500 requests in the last hour",
        "429 Expected available in 60 seconds.",
        "dashboard → New",
        "“New” has answered 2,500 questions of CHT, and refused 3 requests with 429",
        "09:03     ░░░",
        "CHT     42 failed, 5 delivered",
        "“New” has answered 5 questions of CHT, and refused 0 requests with 429",
        "of virtual time and",
        "What to try next:",
    ],
)
def test_it_tells_the_story(told: str, sentence: str) -> None:
    """The quota fills, requests are refused, and with final states first none of it happens."""
    assert sentence in told


def test_it_is_short_and_plain(told: str) -> None:
    """What is not a terminal gets no colours, and nobody has to scroll far."""
    assert COLOR not in told
    assert len(told.splitlines()) < 100
    assert max(map(len, told.splitlines())) <= 120


def test_a_seed_tells_one_story(told: str, tmp_path: Path) -> None:
    """Only the real seconds and the folder differ between two runs with one seed, and a terminal gets colours."""
    shown = _on_terminal(tmp_path, "--fast", "--seed", "0", "--journal", "mine.jsonl").replace("\r\n", "\n")

    assert COLOR in shown
    assert _story(ESCAPES.sub("", shown)) == _story(told)


def test_another_seed_tells_another_story(told: str, tmp_path: Path) -> None:
    """Another seed has other people."""
    other = run_command(tmp_path, "demo", "--seed", "1").stdout

    assert _story(other) != _story(told)


def _story(text: str) -> str:
    return re.sub(r"in [\d.]+ s of real time.*?\n\n", "", text, flags=re.DOTALL)


@pytest.mark.usefixtures("told")
def test_the_journals_are_where_it_says(folder: Path) -> None:
    """Both journals are written, can be asked, and hold no token."""
    asked = run_command(folder, "journal", "mine.jsonl", "exchange status=429")
    free = run_command(folder, "journal", "mine-failed-first.jsonl", "exchange status=429")
    assert (asked.stdout.count("\n"), free.stdout.count("\n")) == (3, 0)
    assert '"Token ' not in (folder / "mine.jsonl").read_text(encoding="utf-8")


def _on_terminal(folder: Path, *options: str) -> str:
    ours, theirs = pty.openpty()
    variables = {name: value for name, value in os.environ.items() if name != "NO_COLOR"} | {"TERM": "xterm"}
    with subprocess.Popen([COMMAND, "demo", *options], cwd=folder, stdout=theirs, env=variables) as process:
        os.close(theirs)
        shown = b""
        try:
            while part := os.read(ours, 65_536):
                shown += part
        except OSError:
            pass  # how Linux says that the other side has closed its end
        finally:
            os.close(ours)
        assert process.wait(PATIENCE) == 0
    return shown.decode()


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "variables", "color", "colored"),
    [
        (Screen, {}, True, True),
        (Screen, {}, False, False),
        (Screen, {"NO_COLOR": "1"}, True, False),
        (Screen, {"NO_COLOR": ""}, True, True),
        (Screen, {"TERM": "dumb"}, True, False),
        (io.StringIO, {}, True, False),
    ],
)
def test_colors_can_be_refused(
    monkeypatch: pytest.MonkeyPatch,
    stream: type[io.StringIO],
    variables: dict[str, str],
    color: bool,
    colored: bool,
) -> None:
    """NO_COLOR, --no-color, a dumb terminal and a file get plain text."""
    for name, value in {"NO_COLOR": "", "TERM": "xterm", **variables}.items():
        monkeypatch.setenv(name, value)

    assert (COLOR in Terminal(stream(), color=color).paint("text", "red")) is colored


def test_a_reader_is_given_time() -> None:
    """A terminal gets pauses unless it is told to be fast; they are not counted as work."""
    patient, fast = Terminal(Screen()), Terminal(Screen(), fast=True)
    for terminal in (patient, fast):
        terminal.say("text", pause=0.001)

    assert (patient.paused, fast.paused) == (0.001, 0)


@pytest.mark.parametrize(("used", "full"), [(0, 0), (1249, 19), (1250, 20), (2499, 39), (2500, 40)])
def test_a_meter_is_as_full_as_what_it_measures(used: int, full: int) -> None:
    """The bar is full when all is used, and not before."""
    assert Terminal(io.StringIO()).meter(used, 2500) == "█" * full + "░" * (40 - full)
