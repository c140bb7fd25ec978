"""The options of `rapidpro-simulator serve`, and what it does with them."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


CONSOLE_PORT = 8700
MOST_WORLDS = 16
MOST_SECONDS = 120.0
ENVIRONMENT_VARIABLE = "RAPIDPRO_SIMULATOR_TOKEN"
NAME = "main"  # of the world that the options describe
OF_THE_PLAN = (
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


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.description = "Run fake RapidPro and fake CHT, with its built-in gateway, on TCP ports."
    option = parser.add_argument
    option("--config", metavar="FILE", type=Path, help="a TOML file; what stands on the command line counts more")
    option(
        "--speed",
        type=float,
        help="seconds of the simulation a second: 1 is real time (default), 600 is fast, 0 is a pause",
    )
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
    option("--console-port", type=int, default=CONSOLE_PORT, help="of the control API, 0: any (default: %(default)s)")
    option("--console-address", default="127.0.0.1", help="where it listens (default: %(default)s)")
    option(
        "--console-token",
        metavar="TOKEN",
        default=os.environ.get(ENVIRONMENT_VARIABLE) or None,
        help=f"what its callers present; none: nothing (default: that of {ENVIRONMENT_VARIABLE}, or drawn anew)",
    )
    option("--console-host", metavar="NAME", action="append", default=[], help="a name that it may be called by, too")
    option("--most-worlds", type=int, default=MOST_WORLDS, help="that the control API makes (default: %(default)s)")
    option(
        "--most-seconds",
        type=float,
        default=MOST_SECONDS,
        help="of real time that what is done to a world may take (default: %(default)g)",
    )
    option("--idle-minutes", type=float, help="after which a world that was made there, and is not asked, ends")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    # Next to nothing of what is made until a world is there becomes garbage, and to look for it takes a fifth of the
    # time; `Serving` begins with that.
    gc.disable()
    try:
        return _serve(options)
    finally:
        gc.enable()


def _serve(options: argparse.Namespace) -> int:
    from rapidpro_simulator.console.worlds import Worlds
    from rapidpro_simulator.served.configuration import read_plan

    from .serving import Serving

    plan = read_plan(options.config, **{name: getattr(options, name) for name in OF_THE_PLAN})
    idle = None if options.idle_minutes is None else options.idle_minutes * 60
    worlds = Worlds(Path.cwd(), options.most_worlds, idle, most_seconds=options.most_seconds, address=plan.address)
    try:
        world = worlds.add(NAME, plan, may_end=False)
        Serving(worlds, world, options, _say).run()
    finally:
        worlds.close()
    _say(f"\nstopped; the journal is {plan.journal.resolve()}" if plan.journal else "\nstopped")
    return 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
