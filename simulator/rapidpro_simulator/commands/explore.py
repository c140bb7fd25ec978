"""`rapidpro-simulator explore`: random worlds for a gateway; what breaks a rule becomes a scenario."""

from __future__ import annotations

import sys
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rapidpro_simulator.world.errors import UsageError
from rapidpro_simulator.world.output_files import require_file, require_folder, slug, write_whole
from rapidpro_simulator.world.plurals import counted

from .numbers import at_least_one, more_than_none

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from concurrent.futures import Executor

    from rapidpro_simulator.laboratory.explore.causes import Cause
    from rapidpro_simulator.laboratory.explore.corpus import Corpus
    from rapidpro_simulator.laboratory.explore.searching import Plan
    from rapidpro_simulator.testing.terminal import Terminal

INTERRUPTED = 130
LONGEST_NAME = 120  # characters of a file's name


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.description = "Search for what breaks a gateway: random worlds, judged by the rules of gateways."
    parser.epilog = "The exit code is 1 where something was found, 3 where the simulator itself failed."
    option = parser.add_argument
    option("--gateway", metavar="NAME", required=True, help="cht:RELEASE or standalone")
    option("--worlds", type=at_least_one, default=100, help="how many worlds (default: %(default)s)")
    option("--minutes", type=more_than_none, help="begin no world after so many real minutes")
    option("--seed", type=int, default=0, help="what makes two searches the same search (default: %(default)s)")
    option("--output", metavar="DIR", type=Path, help="write a scenario for each cause into this folder")
    option("--corpus", metavar="DIR", type=Path, help="keep what was seen in this folder, and go on from there")
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--workers", type=at_least_one, default=1, help="how many processes live through worlds (default: 1)"
    )
    where.add_argument(
        "--scheduler", metavar="URL", help="live through them on a dask cluster, as in tcp://10.0.0.5:8786"
    )
    option("--junit", metavar="FILE", type=Path, help="write the result as JUnit XML as well")
    option("--html", metavar="FILE", type=Path, help="write the result as a page of HTML as well")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from rapidpro_simulator.testing.terminal import Terminal

    _require_frozen(options.gateway)
    _require_places(options)
    with _corpus(options) as corpus:
        return _explore(options, corpus, Terminal(sys.stdout, fast=True))


def _explore(options: argparse.Namespace, corpus: Corpus, here: Terminal) -> int:
    from rapidpro_simulator.laboratory.explore.report import exit_code
    from rapidpro_simulator.laboratory.explore.searching import Plan

    executor, workers = _executor(options)
    plan = Plan(options.gateway, options.worlds, options.seed, options.minutes, workers)
    if corpus.visits:
        here.say(f"goes on after {counted(len(corpus.visits), 'world')}")
    try:
        interrupted = _search(plan, corpus, executor, here)
    except UsageError:
        if corpus.visits:  # what was seen until then is told all the same
            _tell(options, plan, corpus, here)
        raise
    _tell(options, plan, corpus, here)
    if interrupted:
        here.say(f"stopped; {'the same command' if options.corpus else 'a search with --corpus DIR'} goes on")
        return INTERRUPTED
    return exit_code(corpus)


def _executor(options: argparse.Namespace) -> tuple[Executor, int]:
    """Return what lives through worlds, and how many at a time."""
    if options.scheduler is None:
        from rapidpro_simulator.laboratory.explore.workers import Workers

        return Workers(options.workers), options.workers
    from rapidpro_simulator.laboratory.explore.cluster import Cluster

    cluster = Cluster(options.scheduler)
    return cluster, cluster.size


def _search(plan: Plan, corpus: Corpus, executor: Executor, here: Terminal) -> bool:
    """Search, and say whether somebody has stopped it."""
    from rapidpro_simulator.laboratory.explore.progress import Progress
    from rapidpro_simulator.laboratory.explore.searching import Search

    try:
        Search(plan, corpus, Progress(here, plan, corpus), executor).run()
    except KeyboardInterrupt:
        return True
    except BrokenExecutor as error:
        raise UsageError(str(error)) from error
    return False


def _require_frozen(gateway: str) -> None:
    from rapidpro_simulator.gateways import parse_gateway

    try:
        under_test = parse_gateway(gateway)
    except ValueError as error:
        raise UsageError(str(error)) from None
    if under_test.live:
        raise UsageError(f"{gateway} lives in real time, and random worlds in frozen time: name cht:5.2 or standalone")


def _require_places(options: argparse.Namespace) -> None:
    """Raise `UsageError` for what cannot be written, before anything is searched."""
    for path in filter(None, (options.junit, options.html)):
        require_file(path)
    if options.output is not None:
        require_folder(options.output)


@contextmanager
def _corpus(options: argparse.Namespace) -> Iterator[Corpus]:
    """Open the corpus of a search: worlds of another gateway or seed are others."""
    from rapidpro_simulator.laboratory.explore.corpus import Corpus, alone_in, keep_to_the_same_worlds
    from rapidpro_simulator.laboratory.explore.versions import drawn_by

    if options.corpus is None:
        yield Corpus(None)
        return
    folder = options.corpus / f"{slug(options.gateway)}-seed-{options.seed}"
    with alone_in(folder):
        keep_to_the_same_worlds(folder, drawn_by())
        yield Corpus(folder)


def _tell(options: argparse.Namespace, plan: Plan, corpus: Corpus, here: Terminal) -> None:
    from rapidpro_simulator.laboratory.explore import report

    here.say(report.summary(corpus))
    for line in report.table(corpus):
        here.say(line)
    if options.output is not None:
        _write_features(corpus.causes, options.output, here)
    for path, text in ((options.junit, report.junit), (options.html, report.page)):
        if path is not None:
            write_whole(path, text(corpus, plan))


def _write_features(causes: list[Cause], folder: Path, here: Terminal) -> None:
    for cause in causes:
        if cause.feature:
            path = folder / f"{_name(cause)}.feature"
            write_whole(path, cause.feature)
            here.say(f"written: {path}")


def _name(cause: Cause) -> str:
    """Return a name for a cause's file. What is too long is cut after a word, and told apart by the cause's world."""
    name = slug(cause.title)
    if len(name) <= LONGEST_NAME:
        return name
    return f"{name[: LONGEST_NAME + 1].rpartition('-')[0]}-world-{cause.world}"
