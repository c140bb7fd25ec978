"""The options of `rapidpro-simulator flow chat`, `list`, `check`, `explore` and `diff`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rapidpro_simulator.commands.numbers import at_least_one
from rapidpro_simulator.world.errors import UsageError

if TYPE_CHECKING:
    import argparse


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.description = "Talk to the flows of a RapidPro export, list them, or check them."
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name, run, purpose in (
        ("chat", _chat, "talk to a flow as a contact, in virtual time"),
        ("list", _list_flows, "tell of each flow its type, version, nodes, results and dependencies"),
        ("check", _check_flows, "report what is wrong with the flows; exit code 1 where anything is"),
        (
            "explore",
            _explore,
            "find inputs for every exit, and report what a reviewer would; exit code 1 for problems",
        ),
        ("diff", _diff, "compare what two exports do, not their bytes; exit code 1 where that differs"),
    ):
        verb = verbs.add_parser(name, help=purpose, description=f"{purpose[0].upper()}{purpose[1:]}.")
        verb.add_argument("file", type=Path, help="the export, as RapidPro writes it")
        verb.add_argument("--lenient", action="store_true", help="leave out what cannot be read, instead of refusing")
        verb.set_defaults(run=run)
    _add_chat_options(verbs.choices["chat"])
    _add_explore_options(verbs.choices["explore"])
    verbs.choices["diff"].add_argument("new", type=Path, help="the export that it is compared with")
    for name in ("explore", "diff"):
        verbs.choices[name].add_argument(
            "--walks", type=at_least_one, default=600, help="walks to try at most, a flow and language (default: 600)"
        )


def _add_chat_options(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Lines are messages of the contact; /help lists the commands. A pipe can talk as well."
    option = parser.add_argument
    option("flow", nargs="?", help="the name of the flow; without it a keyword is to be written first")
    option("--webhooks", metavar="FILE", type=Path, help="answers by URL, as JSON (default: ask the real servers)")
    option("--contact", metavar="FILE", type=Path, help="who talks, as JSON (default: Asha Mwangi)")
    option("--language", help="the contact's language, such as swa")
    option("--global", dest="globals", metavar="KEY=VALUE", action="append", default=[], help="a global; repeatable")
    option("--llm", metavar="TEXT=ANSWER", action="append", default=[], help="what language models answer; repeatable")
    option("--generation", default="community", help="the RapidPro generation (default: community)")
    option("--seed", type=int, default=0, help="what ids and chances are drawn from (default: 0)")
    option("--journal", metavar="FILE", type=Path, help="where the journal goes (default: nowhere)")
    option("--save", metavar="FILE", type=Path, help="write the conversation as a scenario, its flows beside it")
    option("--no-why", action="store_true", help="do not tell why each branch was taken")
    option("--no-color", action="store_true", help="plain text; so does the variable NO_COLOR")


def _add_explore_options(parser: argparse.ArgumentParser) -> None:
    option = parser.add_argument
    option("flow", nargs="*", help="the names of flows (default: all)")
    option("--save", metavar="DIR", type=Path, help="write a scenario for each path, and the export beside them")
    option("--seed", type=int, default=0, help="what ids and chances are drawn from (default: 0)")
    option("--quiet", action="store_true", help="leave out the paths")


def _answers(pairs: list[str]) -> dict[str, str]:
    answers = {}
    for pair in pairs:
        text, equals, answer = pair.partition("=")
        if not (equals and text):
            raise UsageError(f"--llm: {pair!r} is no answer; write it like fever=Clinic, or *=Other for all")
        answers[text] = answer
    return answers


def _chat(options: argparse.Namespace) -> int:
    from .chat import ChatOptions, chat

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
            llm=_answers(options.llm),
            generation=options.generation,
            seed=options.seed,
            journal=options.journal,
            save=options.save,
            color=not options.no_color,
            explains=not options.no_why,
        )
    )


def _list_flows(options: argparse.Namespace) -> int:
    from .listing import list_flows

    return list_flows(options.file, lenient=options.lenient)


def _check_flows(options: argparse.Namespace) -> int:
    from .listing import check_flows

    return check_flows(options.file, lenient=options.lenient)


def _explore(options: argparse.Namespace) -> int:
    from .exploring import explore_flows

    return explore_flows(
        options.file,
        options.flow,
        save=options.save,
        seed=options.seed,
        walks=options.walks,
        lenient=options.lenient,
        shows_paths=not options.quiet,
    )


def _diff(options: argparse.Namespace) -> int:
    from .exploring import compare_flows

    return compare_flows(options.file, options.new, walks=options.walks, lenient=options.lenient)
