"""The options of `rapidpro-simulator demo`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.description = "Play the account switch that burns the quota of RapidPro, in virtual time."
    option = parser.add_argument
    option("--seed", type=int, default=0, help="who the health workers are (default: 0)")
    option("--fast", action="store_true", help="do not pause for the reader")
    option("--no-color", action="store_true", help="plain text; so does the variable NO_COLOR")
    option("--journal", metavar="FILE", type=Path, default=Path("journal-demo.jsonl"), help="where the journal goes")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from .play import play

    play(seed=options.seed, fast=options.fast, color=not options.no_color, journal=options.journal)
    return 0
