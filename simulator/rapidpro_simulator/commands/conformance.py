"""`rapidpro-simulator conformance`: which gateways keep which rules, on the terminal and as files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rapidpro_simulator.testing.conformance.plan import RULE_TIMEOUT

from .numbers import at_least_one

if TYPE_CHECKING:
    import argparse


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.description = "Try the rules of gateways (features/rules), and show who keeps which."
    parser.epilog = (
        "What follows on -- goes to pytest, such as the options of gateways in other processes. "
        "A run that was broken off goes on when the same command is given in the same folder."
    )
    option = parser.add_argument
    option("--gateway", metavar="NAME", action="append", required=True, help="as of pytest --gateway; may be repeated")
    option("--rule", metavar="ID", action="append", default=[], help="only this rule, such as R13; may be repeated")
    option("--generation", default="community", help="the RapidPro generation (default: %(default)s)")
    option("--seed", type=int, default=0, help="what makes two runs the same run (default: %(default)s)")
    option(
        "--jobs",
        type=at_least_one,
        default=1,
        help="how many gateways are tried at the same time (default: %(default)s)",
    )
    option(
        "--rule-timeout",
        metavar="SECONDS",
        type=float,
        default=RULE_TIMEOUT,
        help="real seconds until a rule is given up, which is a failure (default: %(default)g)",
    )
    option("--fresh", action="store_true", help="begin anew, whatever a run that was broken off has found")
    option("--markdown", metavar="FILE", type=Path, help="write the matrix as Markdown as well")
    option("--html", metavar="FILE", type=Path, help="write the matrix as a page of HTML as well")
    option("--no-color", action="store_true", help="plain text; so does the variable NO_COLOR")
    option("arguments", nargs="*", metavar="-- OPTION", help="options of pytest")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from rapidpro_simulator.testing.conformance import html, markdown, terminal
    from rapidpro_simulator.testing.conformance.plan import ConformancePlan
    from rapidpro_simulator.testing.conformance.resumable import run_resumable
    from rapidpro_simulator.testing.terminal import Terminal
    from rapidpro_simulator.world.output_files import require_file, write_whole

    for path in filter(None, (options.markdown, options.html)):
        require_file(path)
    plan = ConformancePlan(
        gateways=list(dict.fromkeys(options.gateway)),
        only=options.rule,
        generation=options.generation,
        seed=options.seed,
        jobs=options.jobs,
        arguments=options.arguments,
        rule_timeout=options.rule_timeout,
    )
    here = Terminal(sys.stdout, color=not options.no_color, fast=True)
    matrix = run_resumable(plan, here, fresh=options.fresh)
    here.say()
    terminal.show(matrix, here)
    subtitle = f"RapidPro {plan.generation}, seed {plan.seed}"
    for path, text in ((options.markdown, markdown.render(matrix)), (options.html, html.render(matrix, subtitle))):
        if path is not None:
            write_whole(path, text)
    return 1 if any(matrix.failures()) else 0
