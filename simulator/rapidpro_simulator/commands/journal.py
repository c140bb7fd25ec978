"""`rapidpro-simulator journal`: questions to a saved journal."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rapidpro_simulator.world.errors import UsageError
from rapidpro_simulator.world.plurals import counted

if TYPE_CHECKING:
    import argparse

    from rapidpro_simulator.world.journal import Entry, Journal


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.description = "Ask a saved journal what happened; without a question, all of it."
    parser.epilog = "A question is a kind and criteria: exchange to=textit.com status=4* since=2026-03-02T09:00Z"
    option = parser.add_argument
    option("file", type=Path, help="the journal, as JSON Lines")
    option("question", nargs="*", help="a kind (exchange, message.status, …) and criteria such as status=4*")
    option("--json", action="store_true", help="whole entries as JSON Lines, instead of one line for people")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from rapidpro_simulator.events import EVENT_KINDS
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
        sys.stdout.write((journal.line(entry) if options.json else tell(journal, entry, EVENT_KINDS)) + "\n")
    sys.stderr.write(f"{len(entries)} of {counted(len(journal), 'entry', 'entries')}\n")
    return 0


def _answers(journal: Journal, question: str) -> list[Entry]:
    try:
        return journal.find(question)
    except (ValueError, TypeError) as error:
        raise UsageError(
            f"the question {question!r} cannot be read ({error}); write a kind and criteria, "
            "such as: exchange to=textit.com status=4* since=2026-03-02T09:00Z"
        ) from None
