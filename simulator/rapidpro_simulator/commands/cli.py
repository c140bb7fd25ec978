"""The command line: `rapidpro-simulator serve`, `demo`, `flow`, `expr`, `journal`, `conformance`.

It reads options and prints what comes of them. Whatever the user got wrong ends with one sentence and exit code 2.
"""

from __future__ import annotations

import argparse
import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from rapidpro_simulator.world.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapidpro_simulator.world.journal import Entry, Journal

WRONG_USAGE = 2
INTERRUPTED = 130


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, and where help is."""

    def error(self, message: str) -> NoReturn:
        self.exit(WRONG_USAGE, f"{self.prog}: {message}; see {self.prog} --help\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = _parser().parse_args(arguments)
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


def _parser() -> Parser:
    parser = Parser(prog="rapidpro-simulator", description="A deterministic simulator of RapidPro and CHT.")
    parser.add_argument("--version", action="version", version=f"rapidpro-simulator {version('rapidpro-simulator')}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_serve(commands.add_parser("serve", help="run fake RapidPro and fake CHT on TCP ports"))
    _add_demo(commands.add_parser("demo", help="play the account switch that burns the quota"))
    _add_flow(commands.add_parser("flow", help="talk to the flows of a RapidPro export, or look at them"))
    _add_expr(commands.add_parser("expr", help="evaluate an expression of RapidPro's flows"))
    _add_journal(commands.add_parser("journal", help="ask a saved journal what happened"))
    _add_conformance(commands.add_parser("conformance", help="show which gateways keep which rules"))
    return parser


# serve


def _add_serve(parser: argparse.ArgumentParser) -> None:
    parser.description = "Run fake RapidPro and fake CHT, with its built-in gateway, on TCP ports."
    option = parser.add_argument
    option("--config", metavar="FILE", type=Path, help="a TOML file; what stands on the command line counts more")
    option("--speed", type=float, help="seconds of the simulation a second: 1 is real time (default), 600 is fast")
    option("--address", help="where to listen (default: 127.0.0.1)")
    option("--rapidpro-port", type=int, help="port of the first RapidPro host, 0: any (default: 8000)")
    option("--cht-port", type=int, help="port of the first CHT instance, 0: any (default: 5988)")
    option("--couchdb-port", type=int, help="port of its CouchDB, 0: any (default: 5984)")
    option("--generation", help="the RapidPro generation (default: community)")
    option("--gateway", help="the gateway in CHT, cht:RELEASE (default: cht:5.2)")
    option("--flows", metavar="FILE", type=Path, action="append", help="import a RapidPro export; repeatable")
    option("--lenient", action="store_true", default=None, help="leave out what cannot be read of an export")
    option("--seed", type=int, help="what tokens, ids and chances are drawn from (default: 0)")
    option("--journal", metavar="FILE", type=Path, help="where the journal goes (default: journal.jsonl)")
    parser.set_defaults(run=_serve)


def _serve(options: argparse.Namespace) -> int:
    from .serve import LiveSimulation, read_plan, welcome

    names = (
        "speed",
        "address",
        "rapidpro_port",
        "cht_port",
        "couchdb_port",
        "generation",
        "gateway",
        "seed",
        "journal",
        "flows",
        "lenient",
    )
    plan = read_plan(options.config, **{name: getattr(options, name) for name in names})
    with LiveSimulation(plan) as live:
        live.run(on_ready=lambda: _say(welcome(live)))
    _say(f"\nstopped; the journal is {plan.journal.resolve()}")
    return 0


# demo


def _add_demo(parser: argparse.ArgumentParser) -> None:
    parser.description = "Play the account switch that burns the quota of RapidPro, in virtual time."
    option = parser.add_argument
    option("--seed", type=int, default=0, help="who the health workers are (default: 0)")
    option("--fast", action="store_true", help="do not pause for the reader")
    option("--no-color", action="store_true", help="plain text; so does the variable NO_COLOR")
    option("--journal", metavar="FILE", type=Path, default=Path("journal-demo.jsonl"), help="where the journal goes")
    parser.set_defaults(run=_demo)


def _demo(options: argparse.Namespace) -> int:
    from .demo import play

    play(seed=options.seed, fast=options.fast, color=not options.no_color, journal=options.journal)
    return 0


# flow


def _add_flow(parser: argparse.ArgumentParser) -> None:
    parser.description = "Talk to the flows of a RapidPro export, list them, or check them."
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name, run, purpose in (
        ("chat", _chat, "talk to a flow as a contact, in virtual time"),
        ("list", _list_flows, "tell of each flow its type, version, nodes, results and dependencies"),
        ("check", _check_flows, "report what is wrong with the flows; exit code 1 where anything is"),
    ):
        verb = verbs.add_parser(name, help=purpose, description=f"{purpose[0].upper()}{purpose[1:]}.")
        verb.add_argument("file", type=Path, help="the export, as RapidPro writes it")
        verb.add_argument("--lenient", action="store_true", help="leave out what cannot be read, instead of refusing")
        verb.set_defaults(run=run)
    _add_chat_options(verbs.choices["chat"])


def _add_chat_options(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Lines are messages of the contact; /help lists the commands. A pipe can talk as well."
    option = parser.add_argument
    option("flow", nargs="?", help="the name of the flow; without it a keyword is to be written first")
    option("--webhooks", metavar="FILE", type=Path, help="answers by URL, as JSON (default: ask the real servers)")
    option("--contact", metavar="FILE", type=Path, help="who talks, as JSON (default: Asha Mwangi)")
    option("--language", help="the contact's language, such as swa")
    option("--global", dest="globals", metavar="KEY=VALUE", action="append", default=[], help="a global; repeatable")
    option("--generation", default="community", help="the RapidPro generation (default: community)")
    option("--seed", type=int, default=0, help="what ids and chances are drawn from (default: 0)")
    option("--journal", metavar="FILE", type=Path, help="where the journal goes (default: nowhere)")
    option("--no-why", action="store_true", help="do not tell why each branch was taken")
    option("--no-color", action="store_true", help="plain text; so does the variable NO_COLOR")


def _chat(options: argparse.Namespace) -> int:
    from rapidpro_simulator.commands.flow.chat import ChatOptions, chat

    pairs = [pair.partition("=") for pair in options.globals]
    for key, equals, _ in pairs:
        if not (equals and key.isidentifier()):
            raise UsageError(f"--global: {key!r} is no global; write it like --global clinic=Kisumu")
    return chat(
        ChatOptions(
            export=options.file,
            flow=options.flow,
            lenient=options.lenient,
            webhooks=options.webhooks,
            contact=options.contact,
            language=options.language,
            globals={key: value for key, _, value in pairs},
            generation=options.generation,
            seed=options.seed,
            journal=options.journal,
            color=not options.no_color,
            explains=not options.no_why,
        )
    )


def _list_flows(options: argparse.Namespace) -> int:
    from rapidpro_simulator.commands.flow.listing import list_flows

    return list_flows(options.file, lenient=options.lenient)


def _check_flows(options: argparse.Namespace) -> int:
    from rapidpro_simulator.commands.flow.listing import check_flows

    return check_flows(options.file, lenient=options.lenient)


# expr


def _add_expr(parser: argparse.ArgumentParser) -> None:
    parser.description = "Evaluate a template of RapidPro's flows: a text with expressions."
    parser.epilog = "Exit codes: 0 it was evaluated, 1 an expression went wrong, 2 it could not be tried."
    option = parser.add_argument
    option("template", nargs="?", help="such as '@(upper(contact.first_name))'; - reads it from the standard input")
    option("--context", metavar="FILE", type=Path, help="the variables, as a JSON object (default: a sample)")
    option("--environment", metavar="FILE", type=Path, help="formats, time zone, languages and country, as JSON")
    option("--value", action="store_true", help="the value with its type, instead of a text")
    option("--seed", type=int, default=0, help="what rand() draws from (default: 0)")
    option("--functions", nargs="?", const="", metavar="NAME", help="list the functions, or tell of one")
    parser.set_defaults(run=_expr)


def _expr(options: argparse.Namespace) -> int:
    from rapidpro_simulator.commands.flow.expr import print_functions, run_expression

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


# journal


def _add_journal(parser: argparse.ArgumentParser) -> None:
    parser.description = "Ask a saved journal what happened; without a question, all of it."
    parser.epilog = "A question is a kind and criteria: exchange to=textit.com status=4* since=2026-03-02T09:00Z"
    option = parser.add_argument
    option("file", type=Path, help="the journal, as JSON Lines")
    option("question", nargs="*", help="a kind (exchange, message.status, …) and criteria such as status=4*")
    option("--json", action="store_true", help="whole entries as JSON Lines, instead of one line for people")
    parser.set_defaults(run=_journal)


def _journal(options: argparse.Namespace) -> int:
    from rapidpro_simulator.world.narration import tell
    from rapidpro_simulator.world.saved_journal import read_journal

    try:
        journal = read_journal(options.file)
    except OSError as error:
        raise UsageError(f"the journal {options.file} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise UsageError(str(error)) from None
    entries = _answers(journal, " ".join(options.question))
    for entry in entries:
        sys.stdout.write((journal.line(entry) if options.json else tell(journal, entry)) + "\n")
    sys.stderr.write(f"{len(entries)} of {len(journal)} entries\n")
    return 0


def _answers(journal: Journal, question: str) -> list[Entry]:
    try:
        return journal.find(question)
    except (ValueError, TypeError) as error:
        raise UsageError(
            f"the question {question!r} cannot be read ({error}); write a kind and criteria, "
            "such as: exchange to=textit.com status=4* since=2026-03-02T09:00Z"
        ) from None


# conformance


def _add_conformance(parser: argparse.ArgumentParser) -> None:
    parser.description = "Try the rules of gateways (features/rules), and show who keeps which."
    parser.epilog = "What follows on -- goes to pytest, such as the options of gateways in other processes."
    option = parser.add_argument
    option("--gateway", metavar="NAME", action="append", required=True, help="as of pytest --gateway; may be repeated")
    option("--rule", metavar="ID", action="append", default=[], help="only this rule, such as R13; may be repeated")
    option("--generation", default="community", help="the RapidPro generation (default: %(default)s)")
    option("--seed", type=int, default=0, help="what makes two runs the same run (default: %(default)s)")
    option("--jobs", type=int, default=1, help="how many gateways are tried at the same time (default: %(default)s)")
    option("--markdown", metavar="FILE", type=Path, help="write the matrix as Markdown as well")
    option("--html", metavar="FILE", type=Path, help="write the matrix as a page of HTML as well")
    option("--no-color", action="store_true", help="plain text; so does the variable NO_COLOR")
    option("arguments", nargs="*", metavar="-- OPTION", help="options of pytest")
    parser.set_defaults(run=_conformance)


def _conformance(options: argparse.Namespace) -> int:
    from rapidpro_simulator.testing.conformance import html, markdown, terminal
    from rapidpro_simulator.testing.conformance.run import ConformancePlan, run
    from rapidpro_simulator.testing.terminal import Terminal

    plan = ConformancePlan(
        gateways=options.gateway,
        only=options.rule,
        generation=options.generation,
        seed=options.seed,
        jobs=options.jobs,
        arguments=options.arguments,
    )
    matrix = run(plan, lambda gateway: sys.stderr.write(f"{gateway} has been tried\n"))
    terminal.show(matrix, Terminal(sys.stdout, color=not options.no_color, fast=True))
    subtitle = f"RapidPro {plan.generation}, seed {plan.seed}"
    for path, text in ((options.markdown, markdown.render(matrix)), (options.html, html.render(matrix, subtitle))):
        if path is not None:
            path.write_text(text, encoding="utf-8")
    return 1 if any(matrix.failures()) else 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
