"""The options of `rapidpro-simulator serve`, and what it does with them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.description = "Run fake RapidPro and fake CHT, with its built-in gateway, on TCP ports."
    option = parser.add_argument
    option("--config", metavar="FILE", type=Path, help="a TOML file; what stands on the command line counts more")
    option("--speed", type=float, help="seconds of the simulation a second: 1 is real time (default), 600 is fast")
    option("--address", help="where to listen (default: 127.0.0.1)")
    option("--rapidpro-port", type=int, help="port of the first RapidPro host, 0: any (default: 8000)")
    option("--cht-port", type=int, help="port of the first CHT instance, 0: any (default: 5988)")
    option("--couchdb-port", type=int, help="port of its CouchDB, 0: any (default: 5984)")
    option(
        "--without",
        metavar="PART",
        action="append",
        help="leave api, gateway or sentinel of the first CHT instance to processes of your own; repeatable",
    )
    option("--generation", help="the RapidPro generation (default: community)")
    option("--gateway", help="the gateway in CHT, cht:RELEASE (default: cht:5.2)")
    option("--cht-project", metavar="DIR", type=Path, help="deploy a CHT project to the first CHT instance")
    option("--flows", metavar="FILE", type=Path, action="append", help="import a RapidPro export; repeatable")
    option("--lenient", action="store_true", default=None, help="leave out what cannot be read of an export")
    option("--seed", type=int, help="what tokens, ids and chances are drawn from (default: 0)")
    option("--journal", metavar="FILE", type=Path, help="where the journal goes (default: journal.jsonl)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from .configuration import read_plan
    from .live import LiveSimulation
    from .welcome import welcome

    names = (
        "speed",
        "address",
        "rapidpro_port",
        "cht_port",
        "cht_project",
        "couchdb_port",
        "without",
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


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
