"""README and how-tos, executed: their files are written, their commands run, and their answers compared.

A block of the language `console` has commands behind `$` and their output below; a line of three dots stands for any
lines. `<!-- file: NAME -->` before a block makes it a file. `serve`, and the `dask` of a cluster, run beside the
commands that follow. What comes after a `sleep` is looked at until it is as documented: how long that takes is the
machine's affair.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.gateways.live import free_port
from tests.support.patience import PATIENCE

from .serving import ANY_PORTS, COMMAND, Served, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("how-to-*.md"))]
NOT_RUN = ("make ", "pip install")
ANYTHING = "..."

BLOCK = re.compile(
    r"(?:<!-- file: (?P<file>\S+) -->\n)?^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
FOLDER = "/home/you/clinic"  # where the reader of the documents is
NEEDED = ("node", "java")  # by examples in other languages; where they are not there, those are skipped
PORTS = {"control API": "8700", "RapidPro textit.com": "8000", "CHT cht.example.org": "5988", "CouchDB": "5984"}
# What differs between two runs, because it is of real time or of this machine.
VARIABLE = (
    (r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)", "<instant>"),
    (r"^\d\d \w{3} [\d:.]+(?=  outside)", "<time>"),
    (r"(\d\d \w{3} \d\d:\d\d:\d\d)\.\d{3}", r"\1"),  # latencies: every request before it moves them
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "<uuid>"),
    (r"\b\d+-[0-9a-f]{32}\b", "<revision>"),
    (r"in [\d.]+ ?s\b", "in <time>"),
)


@dataclass(frozen=True)
class Block:
    """A fenced block of a document, and the line it begins at."""

    language: str
    text: str
    file: str | None
    line: int


def blocks(document: Path) -> Iterator[Block]:
    text = document.read_text(encoding="utf-8")
    for match in BLOCK.finditer(text):
        yield Block(match["language"], match["text"], match["file"], text.count("\n", 0, match.start()) + 1)


def commands(block: Block) -> Iterator[tuple[str, list[str]]]:
    """Yield the commands of a block with the lines that they should print."""
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield command, output.splitlines()


class LocalCluster:
    """The scheduler and the workers that a document starts, on a port that is free."""

    PORT = "8786"
    READY = ("Scheduler at:", "Starting established connection")

    def __init__(self, folder: Path) -> None:
        self._log = folder / "dask.log"
        self._port = str(free_port())
        self._processes: list[subprocess.Popen[bytes]] = []

    def real(self, command: str) -> str:
        return command.replace(self.PORT, self._port)

    def start(self, command: str) -> None:
        ready = self.READY[len(self._processes)]
        with self._log.open("ab") as log:
            program, *arguments = shlex.split(self.real(command))
            path = COMMAND.parent / program
            if not path.exists():
                pytest.skip(f"{program} is not installed: pip install 'rapidpro-simulator[cluster]'")
            self._processes.append(subprocess.Popen([path, *arguments], stdout=log, stderr=log, cwd=self._log.parent))
        wait_for(lambda: ready in self._log.read_text(encoding="utf-8"), ready)

    def stop(self) -> None:
        for process in self._processes:
            process.kill()
            process.wait()


class Reader:
    """Somebody who does what a document says, in an empty folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.served: Served | None = None
        self.cluster = LocalCluster(folder)
        self.lacking: list[str] = []  # programs of other languages
        self.waits = False  # for what the next command shows
        self._left: list[int] = []  # groups of processes that go on when their command has ended

    def do(self, block: Block) -> None:
        if block.file is not None:
            path = self.folder / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
        elif block.language == "console":
            for command, expected in commands(block):
                program = command.partition(" ")[0]
                if program in NEEDED and shutil.which(program) is None:
                    self.lacking.append(program)
                elif program == "dask":
                    self.cluster.start(command)
                elif program == "sleep":
                    self.waits = True
                    self._do(command.partition("; ")[2], expected)
                elif not command.startswith(NOT_RUN):
                    self._do(command, expected)

    def _do(self, command: str, expected: list[str]) -> None:
        """Do it; where the document sleeps before it, look again until it shows what the reader waits for."""
        if not command:
            return
        waits, self.waits = self.waits, False
        end = time.monotonic() + PATIENCE
        difference = self._difference(expected, self._serve(command) or self._run(command))
        while waits and difference and time.monotonic() < end:
            difference = self._difference(expected, self._run(command))
        if difference:
            pytest.fail(f"$ {command}\n{difference}", pytrace=False)

    def _serve(self, command: str) -> str:
        if not command.startswith("rapidpro-simulator serve") or command.endswith("2>&1"):  # the latter shows an error
            return ""
        if self.served is not None:
            self.served.stop()  # there is one terminal
        self.served = Served(self.folder, *shlex.split(command)[2:], *ANY_PORTS)
        return self._as_documented(self.served.output)

    def _run(self, command: str) -> str:
        for real, documented in self._addresses():
            command = command.replace(f"//{documented}", f"//{real}")
        command = self.cluster.real(command.replace(FOLDER, str(self.folder)))
        command = command.replace("rapidpro-simulator sms ", f"rapidpro-simulator sms --wait {PATIENCE:g} ")
        path = f"{COMMAND.parent}{os.pathsep}{os.environ['PATH']}"
        variables = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
        process = subprocess.Popen(
            command,
            shell=True,
            cwd=self.folder,
            env={**variables, "PATH": path},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            process_group=0,
        )
        if command.endswith("&"):
            self._left.append(process.pid)
        try:
            output, _ = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise
        return self._as_documented(output)

    def leave(self) -> None:
        """End what goes on."""
        for group in self._left:
            with suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)

    def _as_documented(self, text: str) -> str:
        for real, documented in self._addresses():
            text = text.replace(real, documented)
        return text.replace(str(self.folder), FOLDER)

    def _addresses(self) -> Iterator[tuple[str, str]]:
        """Yield where each service is, and where the documents have it."""
        if self.served is None:
            return
        for name, port in PORTS.items():
            with suppress(AssertionError):  # one that was left out has no address
                yield self.served.url(name).removeprefix("http://"), f"127.0.0.1:{port}"

    def _difference(self, expected: list[str], output: str) -> str:
        wanted, found = (settled(text).splitlines() for text in ("\n".join(expected), output.strip("\n")))
        if matches(wanted, found):
            return ""
        return "\n".join(unified_diff(wanted, found, "documented", "real", lineterm="", n=99))


def matches(wanted: list[str], found: list[str]) -> bool:
    """Say whether the lines are those that are `wanted`, where three dots stand for any lines."""
    if ANYTHING not in wanted:
        return wanted == found
    cut = wanted.index(ANYTHING)
    first, rest = wanted[:cut], wanted[cut + 1 :]
    if found[:cut] != first:
        return False
    following = rest[: rest.index(ANYTHING)] if ANYTHING in rest else rest
    # The first place is as good as any later one, but for the last lines: those must be the last.
    starts = range(cut, len(found) - len(following) + 1)
    if following is rest:
        return len(starts) > 0 and found[len(found) - len(rest) :] == rest
    place = next((start for start in starts if found[start : start + len(following)] == following), None)
    return place is not None and matches(rest, found[place:])


def settled(text: str) -> str:
    """Return `text` without what differs between two runs."""
    for pattern, name in VARIABLE:
        text = re.sub(pattern, name, text, flags=re.MULTILINE)
    return text


@pytest.mark.parametrize(
    ("wanted", "found", "met"),
    [
        ("a b", "a b", True),
        ("a b", "a", False),
        ("", "", True),
        ("... b", "a b", True),
        ("a ...", "a", True),
        ("... b", "b a", False),
        ("... b ... d", "a b c d", True),
        ("... b ... d", "a d c b", False),
        ("a ... b c ... e", "a b x b c d e", True),
        ("...", "", True),
    ],
)
def test_three_dots_stand_for_any_lines(wanted: str, found: str, met: bool) -> None:
    """The comparison itself can fail."""
    assert matches(wanted.split(), found.split()) is met


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    reader = Reader(tmp_path)
    yield reader
    reader.leave()
    reader.cluster.stop()
    if reader.served is not None:
        assert reader.served.stop() == 0


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_a_document_does_what_it_says(reader: Reader, document: Path) -> None:
    """Whoever follows it step by step sees what it shows."""
    there_are = list(blocks(document))
    for block in there_are:
        reader.do(block)

    assert there_are
    if reader.lacking:
        pytest.skip(f"all but what needs {' and '.join(reader.lacking)}, which this machine does not have")


@pytest.mark.parametrize("document", sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").glob("*.md")), ids=str)
def test_links_lead_somewhere(document: Path) -> None:
    """A link to a file of this repository finds it."""
    links = re.findall(r"\]\((?!http)([^)#]+)\)", document.read_text(encoding="utf-8"))

    assert [link for link in links if not (document.parent / link).exists()] == []


def test_the_readme_shows_what_is_printed(tmp_path: Path) -> None:
    """The commands that `rapidpro-simulator serve` prints work as they are printed."""
    served = Served(tmp_path, "--speed", "600", *ANY_PORTS)
    try:
        printed = served.output.partition("# ask RapidPro")[2].partition("\njournal")[0]
        for command in re.findall(r"^curl (?:.*\\\n)?.*$", printed, re.MULTILINE):
            ended = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=PATIENCE, check=True)
            assert "error" not in ended.stdout
            assert ended.stdout.startswith("{")
        wait_for(lambda: '"state":"delivered"' in _visit(served), "the delivery")
    finally:
        served.stop()


def _visit(served: Served) -> str:
    return served.ask_cht("GET", "/medic/visit").text


@pytest.mark.parametrize("document", sorted((ROOT / "docs").glob("fidelity-*.md")), ids=lambda document: document.name)
def test_what_is_called_proven_has_its_test(document: Path) -> None:
    """Each test and each file that a fidelity page names is there."""
    text = document.read_text(encoding="utf-8")
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")]
    known = {name for source in sources for name in re.findall(r"def (test_\w+)\(", source)}
    files = {path.as_posix() for folder in ("tests", "features", "simulator") for path in (ROOT / folder).rglob("*.*")}
    named_files = re.findall(r"`([\w/-]+\.(?:py|feature))`", text)

    assert set(re.findall(r"\b(test_\w+)(?!\w*\.py)\b", text)) <= known | {Path(name).stem for name in named_files}
    assert [name for name in named_files if not any(file.endswith(f"/{name}") for file in files)] == []
