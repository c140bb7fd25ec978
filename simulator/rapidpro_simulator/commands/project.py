"""`rapidpro-simulator project`: what there is in a CHT project, and what is wrong with it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from rapidpro_simulator.cht.project import Project


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.description = "Read a CHT project as cht-conf deploys it; exit code 1 where it cannot be deployed."
    parser.add_argument("folder", type=Path, help="the folder with app_settings.json, or app_settings/")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from rapidpro_simulator.cht.project import Severity, read_project

    project = read_project(options.folder)
    sys.stdout.write("\n".join(_lines(project)) + "\n")
    return int(bool(project.complaints.of(Severity.ERROR)))


def _lines(project: Project) -> Iterator[str]:
    from rapidpro_simulator.cht.project import Severity

    yield f"{project.folder}: {project.summary}"
    width = max(map(len, Severity))
    for severity in Severity:
        for complaint in project.complaints.of(severity):
            yield f"  {severity:{width}}  {complaint}"
    if not project.complaints:
        yield "  nothing is wrong with it"
