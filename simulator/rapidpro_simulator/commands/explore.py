"""`rapidpro-simulator explore`: random worlds for a gateway; what breaks a rule becomes a scenario."""

from __future__ import annotations

import sys
from concurrent.futures import BrokenExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from rapidpro_simulator.world.errors import UsageError
from rapidpro_simulator.world.output_files import slug
from rapidpro_simulator.world.plurals import counted

if TYPE_CHECKING:
    import argparse
    from concurrent.futures import Executor

    from rapidpro_simulator.laboratory.explore.causes import Cause
    from rapidpro_simulator.laboratory.explore.corpus import Corpus
    from rapidpro_simulator.laboratory.explore.searching import Plan
    from rapidpro_simulator.testing.terminal import Terminal

INTERRUPTED = 130
LONGEST_NAME = 80  # characters of a file's name


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.description = "Search for what breaks a gateway: random worlds, judged by the rules of gateways."
    parser.epilog = "The exit code is 1 where something was found, 3 where the simulator itself failed."
    option = parser.add_argument
    option("--gateway", metavar="NAME", required=True, help="cht:RELEASE or standalone")
    option("--worlds", type=int, default=100, help="how many worlds (default: %(default)s)")
    option("--minutes", type=float, help="begin no world after so many real minutes")
    option("--seed", type=int, default=0, help="what makes two searches the same search (default: %(default)s)")
    option("--output", metavar="DIR", type=Path, help="write a scenario for each cause into this folder")
    option("--corpus", metavar="DIR", type=Path, help="keep what was seen in this folder, and go on from there")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--workers", type=int, default=1, help="how many processes live through worlds (default: 1)")
    where.add_argument(
        "--scheduler", metavar="URL", help="live through them on a dask cluster, as in tcp://10.0.0.5:8786"
    )
    option("--junit", metavar="FILE", type=Path, help="write the result as JUnit XML as well")
    option("--html", metavar="FILE", type=Path, help="write the result as a page of HTML as well")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from rapidpro_simulator.laboratory.explore import report
    from rapidpro_simulator.laboratory.explore.corpus import Corpus, keep_to_the_same_worlds
    from rapidpro_simulator.laboratory.explore.searching import Plan
    from rapidpro_simulator.laboratory.explore.versions import drawn_by
    from rapidpro_simulator.testing.terminal import Terminal

    _require_frozen(options.gateway)
    executor, workers = _executor(options)
    plan = Plan(options.gateway, options.worlds, options.seed, options.minutes, workers)
    folder = _folder(options.corpus, plan)
    if folder is not None:
        keep_to_the_same_worlds(folder, drawn_by())
    corpus = Corpus(folder)
    here = Terminal(sys.stdout, fast=True)
    if corpus.visits:
        here.say(f"goes on after {counted(len(corpus.visits), 'world')}")
    interrupted = _search(plan, corpus, executor, here)
    here.say(report.summary(corpus))
    for line in report.table(corpus):
        here.say(line)
    if options.output is not None:
        _write_features(corpus.causes, options.output, here)
    for path, text in ((options.junit, report.junit), (options.html, report.page)):
        if path is not None:
            path.write_text(text(corpus, plan), encoding="utf-8")
    if interrupted:
        here.say(f"stopped; {'the same command' if options.corpus else 'a search with --corpus DIR'} goes on")
        return INTERRUPTED
    return report.exit_code(corpus)


def _executor(options: argparse.Namespace) -> tuple[Executor, int]:
    """Return what lives through worlds, and how many at a time."""
    if options.scheduler is None:
        from rapidpro_simulator.laboratory.explore.workers import Workers

        number = max(1, options.workers)
        return Workers(number), number
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


def _folder(corpus: Path | None, plan: Plan) -> Path | None:
    """Return where the corpus of a plan is: worlds of another gateway or seed are others."""
    return None if corpus is None else corpus / f"{slug(plan.gateway)}-seed-{plan.seed}"


def _write_features(causes: list[Cause], folder: Path, here: Terminal) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for cause in causes:
        if cause.feature:
            path = folder / f"{slug(cause.title)[:LONGEST_NAME].rstrip('-')}.feature"
            path.write_text(cause.feature, encoding="utf-8")
            here.say(f"written: {path}")
