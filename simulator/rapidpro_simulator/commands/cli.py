"""The command line: `rapidpro-simulator COMMAND`.

Each command has a module of its own. A mistake of the user's ends with one sentence and exit code 2.
"""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from io import TextIOWrapper
from typing import TYPE_CHECKING, NoReturn

from rapidpro_simulator.world.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

WRONG_USAGE = 2
INTERRUPTED = 130
# Each has a module with its options, which imports what it needs when it runs.
COMMANDS = (
    ("serve", "serve.command", "run fake RapidPro and fake CHT on TCP ports"),
    ("sms", "sms.command", "text a workspace of what is served, as a phone would"),
    ("demo", "demo.command", "play the account switch that burns the quota"),
    ("flow", "flow.command", "talk to the flows of a RapidPro export, or look at them"),
    ("project", "project", "look at a CHT project as it lies on disk"),
    ("expr", "expr.command", "evaluate an expression of RapidPro's flows"),
    ("journal", "journal", "ask a saved journal what happened"),
    ("record", "record", "write what happened as a scenario"),
    ("forecast", "forecast", "say what becomes of an incident, and which remedy helps"),
    ("conformance", "conformance", "show which gateways keep which rules"),
    ("explore", "explore", "search for what breaks a gateway, in random worlds"),
    ("steps", "steps", "list the sentences of scenarios, or find some"),
    ("init", "init", "begin a project: a feature, a sentence of its own, a workflow of CI"),
)


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, and where help is."""

    def error(self, message: str) -> NoReturn:
        self.exit(WRONG_USAGE, f"{self.prog}: {message}; see {self.prog} --help\n")


class ShowVersion(argparse.Action):
    """Prints the version, which is looked up where somebody asks for it."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import version

        sys.stdout.write(f"rapidpro-simulator {version('rapidpro-simulator')}\n")
        parser.exit()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    options = _parser(arguments).parse_args(arguments)
    if isinstance(sys.stdout, TextIOWrapper):
        # As stderr has it, for letters that the terminal does not know.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code: int = options.run(options)
        sys.stdout.flush()
    except UsageError as error:
        sys.stderr.write(f"rapidpro-simulator {options.command}: {error}\n")
        return WRONG_USAGE
    except BrokenPipeError:  # `rapidpro-simulator journal … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return INTERRUPTED
    return code


def _parser(arguments: Sequence[str]) -> Parser:
    """Return what reads `arguments`: it knows every command, and the options of the one that is named."""
    parser = Parser(prog="rapidpro-simulator", description="A deterministic simulator of RapidPro and CHT.")
    parser.add_argument("--version", action=ShowVersion, nargs=0, help="show program's version number and exit")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, module, purpose in COMMANDS:
        command = commands.add_parser(name, help=purpose)
        if name in arguments:
            import_module(f".{module}", __package__).add_options(command)
    return parser
