"""`python -m cht_rapidpro_gateway`: reads the configuration, opens the database and works until it is told to stop."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import sys
from contextlib import closing
from pathlib import Path
from random import SystemRandom
from typing import TYPE_CHECKING

import aiohttp
from aiohttp import web

from . import __version__, configuration, database, logs
from .clock import SteadyClock
from .service import Service

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

BAD_INPUT = 2

_log = logging.getLogger("gateway")


class ListenError(Exception):
    """The address at which the gateway should be heard is taken, or not this machine's."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the gateway; return the exit code: 0 after a signal to stop, 2 for what somebody has to put right."""
    parser = argparse.ArgumentParser(prog="gateway", description="A gateway between CHT and RapidPro.")
    parser.add_argument("--config", type=Path, help="a TOML file; environment variables (GATEWAY_…) win over it")
    parser.add_argument("--check", action="store_true", help="check the configuration and the database, then stop")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    options = parser.parse_args(arguments)
    try:
        return _run(options.config, only_check=options.check)
    except (configuration.ConfigurationError, database.DatabaseError, ListenError) as error:
        print(error, file=sys.stderr)
    return BAD_INPUT


def _run(path: Path | None, *, only_check: bool) -> int:
    while True:
        settings = configuration.load(path, os.environ)
        with closing(database.connect(settings.database)) as connection:
            if only_check:
                return 0
            logs.configure(settings.log, (settings.cht.password, settings.rapidpro.token, settings.incoming.token))
            if not asyncio.run(_serve(settings, connection, path)):
                return 0


async def _serve(settings: configuration.Configuration, connection: sqlite3.Connection, path: Path | None) -> bool:
    """Work until a signal comes; say whether it was the one to begin anew with the configuration as it is now."""
    again = False
    loop = asyncio.get_running_loop()
    async with aiohttp.ClientSession() as session:
        service = Service(settings, session, connection, SystemRandom(), SteadyClock(connection))

        def reload() -> None:
            nonlocal again
            try:
                configuration.load(path, os.environ)
            except configuration.ConfigurationError as error:
                _log.error("going on with the configuration as it was: %s", error)
                return
            again = True
            service.stop()

        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, service.stop)
        loop.add_signal_handler(signal.SIGHUP, reload)
        runner = web.ServerRunner(web.Server(service.receiver.handle, access_log=None))
        await runner.setup()
        try:
            await _listen(runner, settings.incoming)
            _log.info("gateway %s listens on port %d", __version__, settings.incoming.port)
            await service.run()
        finally:
            await runner.cleanup()
    _log.info("stopped")
    return again


async def _listen(runner: web.ServerRunner, incoming: configuration.IncomingSettings) -> None:
    try:
        await web.TCPSite(runner, incoming.host, incoming.port).start()
    except OSError as error:
        raise ListenError(f"cannot listen at {incoming.host}, port {incoming.port}: {error.strerror}") from error


if __name__ == "__main__":
    sys.exit(main())
