"""The options of `rapidpro-simulator sms`, and what it does with them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rapidpro_simulator.world.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from rapidpro_simulator.commands.serve.address_file import PhoneAddress, Served

WAIT = 2.0  # real seconds


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.description = "Text a workspace of a simulation that is served, as a phone would, and show what it answers."
    parser.epilog = "It is found by the file that `serve` leaves in its working folder, or named with --url."
    option = parser.add_argument
    option("sender", metavar="FROM", help="who texts: +254712345678, a short code such as 60396, or a name")
    option("text", metavar="TEXT", help="what they text")
    option("--workspace", metavar="NAME", help="the workspace that is texted (default: the first one)")
    option("--url", help="where the texts go, as `serve` prints it: http://127.0.0.1:8000/c/ex/…/receive")
    option("--wait", metavar="SECONDS", type=float, default=WAIT, help="how long to watch for answers (default: 2)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from rapidpro_simulator.commands.serve import address_file

    from .answers import AnswerWatch
    from .sending import bring

    served = None if options.url else address_file.read(Path.cwd())
    url = options.url or _receive_url(served, options.workspace)
    watch = None if served is None else AnswerWatch(served.journal)
    urn = bring(url, options.sender, options.text)
    _say(f"{options.sender} texts: {options.text}")
    if watch is not None:
        for text in watch.answers(urn, options.wait):
            _say(f"RapidPro answers: {text}")
    return 0


def _receive_url(served: Served | None, name: str | None) -> str:
    if served is None:
        raise UsageError(
            "no simulation is served from this folder: run `rapidpro-simulator serve` here, in another terminal, "
            "or name the URL that it prints with --url"
        )
    phone = _phone(served.phones, name)
    if phone.receive is None:
        raise UsageError(
            f"the channel of the workspace {phone.workspace!r} cannot be texted over HTTP; "
            'give it another in the configuration of `serve`: channel = "external"'
        )
    return phone.receive


def _phone(phones: Sequence[PhoneAddress], name: str | None) -> PhoneAddress:
    found = [each for each in phones if name in {None, each.workspace, f"{each.host}/{each.workspace}"}]
    if not found:
        there_are = ", ".join(each.workspace for each in phones)
        raise UsageError(f"no workspace is called {name!r}; there are: {there_are}")
    if name is not None and len(found) > 1:
        there_are = ", ".join(f"{each.host}/{each.workspace}" for each in found)
        raise UsageError(f"several workspaces are called {name!r}; say which: {there_are}")
    return found[0]


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
