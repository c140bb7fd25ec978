"""`python -m benchmarks [names…] [--quick]`: measure, print a table, write the results."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from . import (
    day,
    district,
    exchange,
    forecast,
    gateways,
    imports,
    quiet,
    sessions,
    start,
    store,
    templates,
    throughput,
    views,
)
from .machine import machine
from .processes import NoAnswerError
from .report import Figure, as_json, markdown, table
from .scale import FULL, QUICK, Scale
from .servers import StubsError
from .wrk import LoadError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

FOLDER = Path(__file__).parent
LATEST = FOLDER / "results" / "latest.json"
RESULTS = FOLDER / "RESULTS.md"

BENCHMARKS: Mapping[str, Callable[[Scale], Iterator[Figure]]] = {
    "throughput": throughput.measure,
    "exchange": exchange.measure,
    "day": day.measure,
    "district": district.measure,
    "quiet": quiet.measure,
    "poll": store.measure_polls,
    "memory": store.measure_memory,
    "start": start.measure,
    "templates": templates.measure,
    "sessions": sessions.measure,
    "imports": imports.measure,
    "views": views.measure,
    "forecast": forecast.measure,
    "gateways": gateways.measure,
}


def main(arguments: list[str] | None = None) -> int:
    """Measure what is asked for; return 1 where something could not be measured. A missed aim is no failure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="What we measure, and how: README.md.")
    known = ", ".join(BENCHMARKS)
    parser.add_argument("names", nargs="*", metavar="name", help=f"some of: {known} (default: all)")
    parser.add_argument("--quick", action="store_true", help="see that everything works; the figures mean little")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"there is no benchmark {', '.join(unknown)}; there are: {known}")
    names = options.names or list(BENCHMARKS)
    around = machine()
    figures, failures = _measure(names, QUICK if options.quick else FULL)
    print(table(figures))
    LATEST.parent.mkdir(exist_ok=True)
    LATEST.write_text(as_json(figures, around))
    if set(names) == set(BENCHMARKS) and not options.quick and not failures:
        RESULTS.write_text(markdown(figures, around))
    return 1 if failures else 0


def _measure(names: list[str], scale: Scale) -> tuple[list[Figure], int]:
    figures: list[Figure] = []
    failures = 0
    for name in names:
        print(f"{name} …", file=sys.stderr, flush=True)
        try:
            figures += BENCHMARKS[name](scale)
        except (LoadError, NoAnswerError, StubsError) as error:
            failures += 1
            print(f"{name} could not be measured: {error}", file=sys.stderr)
    return figures, failures


if __name__ == "__main__":
    sys.exit(main())
