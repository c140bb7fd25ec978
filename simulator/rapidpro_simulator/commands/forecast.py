"""`rapidpro-simulator forecast`: what becomes of an incident, and which remedy helps."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rapidpro_simulator.world.errors import UsageError
from rapidpro_simulator.world.output_files import require_file, write_whole

if TYPE_CHECKING:
    import argparse

    from rapidpro_simulator.laboratory.forecast.run import Forecast

FORMATS = (".svg", ".html", ".json", ".csv")


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.description = "Say when a backlog is gone, when messages go out on time, and who gets the quota."
    option = parser.add_argument
    option("incident", type=Path, help="the deployment, what is open in it, and the remedies (TOML)")
    option(
        "-o",
        "--output",
        metavar="FILE",
        type=Path,
        action="append",
        default=[],
        help="write it, too: a picture (.svg), a page (.html), or data (.json, .csv); can be repeated",
    )
    option("--processes", metavar="N", type=int, help="how many to work with (default: as many as there are)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from rapidpro_simulator.laboratory.forecast.reading import read_incident
    from rapidpro_simulator.laboratory.forecast.run import forecast
    from rapidpro_simulator.laboratory.forecast.table import table

    for path in options.output:
        _require_place(path)
    if options.processes is not None and options.processes < 1:
        raise UsageError(f"--processes {options.processes}: it takes one at least")
    found = forecast(read_incident(options.incident), options.processes, _progress)
    for path in options.output:
        _write(path, found)
    # Who reads only the first lines of it, such as `head`, has the files all the same.
    sys.stdout.write(table(found))
    sys.stdout.writelines(f"written: {path}\n" for path in options.output)
    return 0


def _require_place(path: Path) -> None:
    """Raise `UsageError` for a file that cannot be written, before anything is played."""
    if path.suffix not in FORMATS:
        raise UsageError(f"{path}: the name says what is written; it ends in {', '.join(FORMATS)}")
    require_file(path)


def _write(path: Path, found: Forecast) -> None:
    from rapidpro_simulator.laboratory.forecast import data, page, picture

    writers = {".svg": picture.draw, ".html": page.page, ".json": data.as_json, ".csv": data.as_csv}
    write_whole(path, writers[path.suffix](found))


def _progress(done: int, wanted: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done} of {wanted} runs{'' if done < wanted else chr(10)}")
        sys.stderr.flush()
