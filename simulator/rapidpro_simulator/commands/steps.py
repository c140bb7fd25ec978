"""`rapidpro-simulator steps`: which sentences there are; searches them, and tells editors of them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from rapidpro_simulator.testing.catalogue import Entry


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.description = "List the sentences that a scenario can say, or find some by their words."
    parser.epilog = "In a grammar <name> stands for a value, (a | b) for one of these, [a] for what may be left out."
    parser.add_argument("action", nargs="?", choices=["list", "find"], default="list", help="(default: %(default)s)")
    parser.add_argument("words", nargs="*", metavar="WORD", help='what to find: "message delivered"')
    parser.add_argument(
        "--cucumber",
        metavar="DIR",
        type=Path,
        help="write what makes editors with the Cucumber extension know the sentences",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from rapidpro_simulator.testing import catalogue, cucumber, step_search
    from rapidpro_simulator.world.errors import UsageError

    if (options.action == "find") != bool(options.words):
        raise UsageError('say what to find: steps find "message delivered"')
    if options.cucumber is not None:
        sys.stdout.write(cucumber.write(options.cucumber))
        return 0
    found = step_search.find(" ".join(options.words)) if options.words else catalogue.entries()
    if not found:
        raise UsageError(f"no sentence has any of these words: {' '.join(options.words)}")
    show = _in_full if options.words else _in_short
    sys.stdout.write("".join(map(show, found)))
    return 0


def _in_short(entry: Entry) -> str:
    return "".join(f"{line}\n" for line in entry.lines)


def _in_full(entry: Entry) -> str:
    first = " ".join(entry.text.split("\n\n")[0].split())
    lines = [entry.example, f"    {first}", *(f"    {line}" for line in entry.lines)]
    lines += [f"        <{name}>: {what}" for name, what in entry.values.items()]
    lines += [f"    Below it stands {block}." for block in entry.blocks]
    return "\n".join([*lines, "\n"])
