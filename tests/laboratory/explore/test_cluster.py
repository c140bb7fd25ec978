"""A search on a dask cluster finds what it finds here, whoever dies, and says what is wrong with a cluster."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import cht_rapidpro_gateway
from rapidpro_simulator.laboratory.explore.cluster import Cluster, do_alike
from rapidpro_simulator.laboratory.explore.versions import contents, difference, versions
from rapidpro_simulator.world.errors import UsageError
from tests.commands.serving import wait_for
from tests.support.patience import PATIENCE

from .pretended import WORLDS

if TYPE_CHECKING:
    from collections.abc import Iterator

psutil = pytest.importorskip("psutil", reason="it comes with dask")
pytest.importorskip("distributed", reason="dask is not installed: pip install 'rapidpro-simulator[cluster]'")
pytestmark = pytest.mark.xdist_group("dask")  # they share a cluster

ROOT = Path(__file__).parents[3]
EXPLORE = (sys.executable, "-m", "rapidpro_simulator", "explore", "--gateway")
NOBODY = "tcp://127.0.0.1:1"


class LocalCluster:
    """A scheduler and workers, each a process of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._processes: list[subprocess.Popen[bytes]] = []
        self._log = (folder / "dask.log").open("wb")
        self._start((ROOT,), "scheduler", "--host", "127.0.0.1", "--port", "0")
        self.address = self._logged("Scheduler at: ").split()[0]

    def start_workers(self, number: int, *paths: Path) -> None:
        """Start workers that find modules in these folders first."""
        self._start((*paths, ROOT), "worker", self.address, "--nworkers", str(number), "--nthreads", "1")
        self._logged("Starting established connection")

    def kill_a_busy_worker(self) -> None:
        """Kill a worker that has a child, in which it lives through a world."""
        workers = psutil.Process(self._processes[-1].pid).children()
        next(worker for worker in workers if worker.children()).kill()

    def stop(self) -> None:
        for process in reversed(self._processes):
            process.kill()  # who is gone has no children, and dask takes seconds to say good-bye
            process.wait()
        self._log.close()

    def kill_the_workers(self) -> None:
        """Kill them, and who would start them again."""
        nanny = psutil.Process(self._processes[-1].pid)
        for process in (nanny, *nanny.children()):
            process.kill()

    def _start(self, paths: tuple[Path, ...], *arguments: str) -> None:
        command = [sys.executable, "-m", "dask", *arguments, "--no-dashboard"]
        process = subprocess.Popen(
            command, cwd=self._folder, env=environment(*paths), stdout=self._log, stderr=subprocess.STDOUT
        )
        self._processes.append(process)

    def _logged(self, what: str) -> str:
        log = self._folder / "dask.log"
        wait_for(lambda: what in log.read_text(encoding="utf-8"), what)
        return log.read_text(encoding="utf-8").partition(what)[2].strip()


def environment(*paths: Path) -> dict[str, str]:
    """Return the variables of a program that finds modules in these folders first."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths))}


@pytest.fixture
def empty_cluster(tmp_path: Path) -> Iterator[LocalCluster]:
    """Return a scheduler without workers."""
    cluster = LocalCluster(tmp_path)
    yield cluster
    cluster.stop()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCluster]:
    cluster = LocalCluster(tmp_path_factory.mktemp("dask"))
    cluster.start_workers(3)
    yield cluster
    cluster.stop()


def run(*command: str, paths: tuple[Path, ...] = (ROOT,)) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, env=environment(*paths), capture_output=True, text=True, timeout=PATIENCE, check=False
    )


def pretend(corpus: Path, deaths: Path, *scheduler: str) -> bytes:
    """Search as `pretended` does, and return the corpus."""
    deaths.mkdir(exist_ok=True)
    program = "import sys; from tests.laboratory.explore.pretended import search; search(*sys.argv[1:])"
    ended = run(sys.executable, "-c", program, str(corpus), str(deaths), *scheduler)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.split() == [str(number) for number in range(WORLDS)]
    return (corpus / "worlds.jsonl").read_bytes()


def test_a_scheduler_without_workers_is_told_of(empty_cluster: LocalCluster) -> None:
    """Nobody waits for ever for workers that do not come."""
    ended = run(*EXPLORE, "standalone", "--scheduler", empty_cluster.address)

    assert ended.returncode == 2
    assert ended.stderr.endswith(f"has no workers: start some with `dask worker {empty_cluster.address}`\n")


def test_a_worker_without_the_simulator_is_told_of(empty_cluster: LocalCluster, tmp_path: Path) -> None:
    """It would die of the first world that it is given, and so would the others."""
    package = tmp_path / "bare" / "rapidpro_simulator"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text('raise ImportError("there is none")', encoding="utf-8")
    empty_cluster.start_workers(1, package.parent)

    ended = run(*EXPLORE, "standalone", "--scheduler", empty_cluster.address)

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("rapidpro-simulator explore: the worker at tcp://127.0.0.1:")
    assert "cannot import the simulator" in ended.stderr
    assert ended.stderr.endswith(": pip install 'rapidpro-simulator[cluster]' there\n")


def test_workers_that_are_gone_for_good_are_told_of(
    empty_cluster: LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A scheduler would wait for others for ever, and the search with it."""
    monkeypatch.setattr("rapidpro_simulator.laboratory.explore.cluster.LOOKS_SECONDS", 0.1)
    empty_cluster.start_workers(1)
    executor = Cluster(empty_cluster.address)
    outcome = executor.submit(time.sleep, 3600)

    empty_cluster.kill_the_workers()

    error = outcome.exception(PATIENCE)
    executor.shutdown(wait=False, cancel_futures=True)
    assert isinstance(error, UsageError)
    assert str(error) == f"{empty_cluster.address} has no workers any more"


def test_a_worker_that_is_killed_loses_nothing(cluster: LocalCluster, tmp_path: Path) -> None:
    """Three workers, some killed in the middle, note what one notes here, byte for byte: each world once."""
    alone = pretend(tmp_path / "alone", tmp_path / "none")
    deaths = tmp_path / "deaths"
    deaths.mkdir()
    for name in ("5", "11-child", "31"):
        (deaths / name).touch()

    together = pretend(tmp_path / "together", deaths, cluster.address)

    assert list(deaths.iterdir()) == []
    assert together == alone


def test_other_versions_are_refused(cluster: LocalCluster, tmp_path: Path) -> None:
    """One file of the gateway that is not the same on both sides is enough."""
    other = tmp_path / "cht_rapidpro_gateway"
    shutil.copytree(Path(cht_rapidpro_gateway.__file__).parent, other)
    with (other / "outbox.py").open("a", encoding="utf-8") as file:
        file.write("# mended\n")

    ended = run(*EXPLORE, "standalone", "--scheduler", cluster.address, paths=(tmp_path, ROOT))

    assert ended.returncode == 2
    assert f"has cht_rapidpro_gateway {contents(('cht_rapidpro_gateway',))}, not " in ended.stderr
    assert ended.stderr.endswith(": install the same there as here\n")


@pytest.mark.long
def test_random_worlds_are_the_same_everywhere(cluster: LocalCluster, tmp_path: Path) -> None:
    """The corpus of real worlds on three workers, one of which is killed in the middle, is that of one process."""
    worlds = ("cht:5.2", "--worlds", "4", "--seed", "5", "--corpus")
    searching = subprocess.Popen(
        [*EXPLORE, *worlds, str(tmp_path / "together"), "--scheduler", cluster.address], stdout=subprocess.DEVNULL
    )
    corpus = Path("cht-5.2-seed-5", "worlds.jsonl")
    wait_for((tmp_path / "together" / corpus).exists, "the first world")
    cluster.kill_a_busy_worker()
    assert searching.wait(PATIENCE) == 1
    assert run(*EXPLORE, *worlds, str(tmp_path / "alone")).returncode == 1

    assert (tmp_path / "together" / corpus).read_bytes() == (tmp_path / "alone" / corpus).read_bytes()


def test_a_scheduler_that_does_not_answer_is_told_of() -> None:
    """It takes seconds, and the sentence names the address."""
    began = time.monotonic()

    ended = run(*EXPLORE, "standalone", "--scheduler", NOBODY)

    assert ended.returncode == 2
    assert ended.stderr.startswith(f"rapidpro-simulator explore: no dask scheduler answers at {NOBODY}: ")
    assert time.monotonic() - began < PATIENCE / 3


@pytest.mark.parametrize("address", ["nonsense", "127.0.0.1:8786", "http://127.0.0.1:8786", "tcp://host", "tcp://h:x"])
def test_what_is_no_address_is_told_at_once(address: str) -> None:
    """Nobody is asked there."""
    with pytest.raises(UsageError, match="is no address of a dask scheduler"):
        Cluster(address)


def test_without_dask_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who needs no cluster needs no dask."""
    monkeypatch.setitem(sys.modules, "distributed", None)

    with pytest.raises(UsageError, match=r"pip install 'rapidpro-simulator\[cluster\]'"):
        Cluster(NOBODY)


def test_versions_are_told_apart_by_name() -> None:
    """Only what differs is told, and what is missing, too."""
    here = {"rapidpro_simulator": "1 (a)", "cht_rapidpro_gateway": "b", "hypothesis": "6.1"}

    assert difference(here, {**here, "hypothesis": "6.2"}) == "hypothesis 6.2, not 6.1"
    assert difference(here, {"rapidpro_simulator": "1 (a)", "hypothesis": "6.1"}) == "cht_rapidpro_gateway None, not b"
    assert difference(here, here) == ""


def test_no_world_is_begun_with_other_versions() -> None:
    """They are compared before anything is read."""
    with pytest.raises(UsageError, match="install the same there as here"):
        do_alike({**versions(), "hypothesis": "1.0"}, b"not to be read")
