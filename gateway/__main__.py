"""`python -m gateway`: reads the configuration, opens the database and works until it is told to stop."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from random import SystemRandom
from typing import TYPE_CHECKING

import aiohttp
from aiohttp import web

from . import __version__, configuration, database, logs
from .service import Service

if TYPE_CHECKING:
    from collections.abc import Sequence

BAD_INPUT = 2

_log = logging.getLogger("gateway")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the gateway; return the exit code: 0 after a signal to stop, 2 for a configuration that cannot be used."""
    parser = argparse.ArgumentParser(prog="gateway", description="A gateway between CHT and RapidPro.")
    parser.add_argument("--config", type=Path, help="a TOML file; environment variables (GATEWAY_…) win over it")
    parser.add_argument("--check", action="store_true", help="check the configuration and the database, then stop")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    options = parser.parse_args(arguments)
    try:
        return _run(options.config, only_check=options.check)
    except (configuration.ConfigurationError, database.NewerDatabaseError) as error:
        print(error, file=sys.stderr)
    except sqlite3.Error as error:
        print(f"the database cannot be used: {error}", file=sys.stderr)
    return BAD_INPUT


def _run(path: Path | None, *, only_check: bool) -> int:
    while True:
        settings = configuration.load(path, os.environ)
        with closing(database.connect(settings.database)) as connection:
            if only_check:
                return 0
            logs.configure(settings.log, (settings.cht.password, settings.rapidpro.token, settings.incoming.token))
            if not asyncio.run(_serve(settings, connection)):
                return 0


async def _serve(settings: configuration.Configuration, connection: sqlite3.Connection) -> bool:
    """Work until a signal comes; say whether it was the one to begin anew with the configuration as it is now."""
    again = False
    loop = asyncio.get_running_loop()
    async with aiohttp.ClientSession() as session:
        service = Service(settings, session, connection, SystemRandom())

        def reload() -> None:
            nonlocal again
            again = True
            service.stop()

        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, service.stop)
        loop.add_signal_handler(signal.SIGHUP, reload)
        runner = web.ServerRunner(web.Server(service.receiver.handle))
        await runner.setup()
        try:
            await web.TCPSite(runner, settings.incoming.host, settings.incoming.port).start()
            _log.info("gateway %s listens on port %d", __version__, settings.incoming.port)
            await service.run()
        finally:
            await runner.cleanup()
    _log.info("stopped")
    return again


if __name__ == "__main__":
    sys.exit(main())
