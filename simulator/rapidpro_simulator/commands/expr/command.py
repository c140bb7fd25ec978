"""The options of `rapidpro-simulator expr`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rapidpro_simulator.world.errors import UsageError

if TYPE_CHECKING:
    import argparse


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.description = "Evaluate a template of RapidPro's flows: a text with expressions."
    parser.epilog = "Exit codes: 0 it was evaluated, 1 an expression went wrong, 2 it could not be tried."
    option = parser.add_argument
    option("template", nargs="?", help="such as '@(upper(contact.first_name))'; - reads it from the standard input")
    option("--context", metavar="FILE", type=Path, help="the variables, as a JSON object (default: a sample)")
    option("--environment", metavar="FILE", type=Path, help="formats, time zone, languages and country, as JSON")
    option("--value", action="store_true", help="the value with its type, instead of a text")
    option("--seed", type=int, default=0, help="what rand() draws from (default: 0)")
    option("--functions", nargs="?", const="", metavar="NAME", help="list the functions, or tell of one")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from .evaluation import print_functions, run_expression

    if options.functions is not None:
        return print_functions(options.functions or options.template)
    if options.template is None:
        raise UsageError("what is to be evaluated? Write it in quotes, such as '@(upper(contact.first_name))'")
    return run_expression(
        options.template,
        context=options.context,
        environment=options.environment,
        as_value=options.value,
        seed=options.seed,
    )
