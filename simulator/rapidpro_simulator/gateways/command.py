"""A gateway that is a program: any command, in a process of its own on this machine."""

from __future__ import annotations

import asyncio
import os
import shlex
import sys
from contextlib import suppress
from pathlib import Path
from signal import Signals
from typing import TYPE_CHECKING

from . import faketime
from .live import GatewayError, LiveGateway, ended_with, working_folder
from .processes import Process
from .template import fill

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rapidpro_simulator.cht.administrator import Administrator
    from rapidpro_simulator.world.protocols import World

    from .template import Template


class Command(LiveGateway):
    """The program `command`, with arguments and placeholders, as a shell would read it; no shell runs it."""

    def __init__(
        self, world: World, administrator: Administrator, party: str, template: Template, command: str
    ) -> None:
        super().__init__(world, administrator, party, template)
        self._command = shlex.split(command)
        self._process: Process | None = None

    def pause(self) -> None:
        self._signal(Signals.SIGSTOP)

    def resume(self) -> None:
        self._signal(Signals.SIGCONT)

    def _what(self) -> str:
        return f"the program {shlex.join(self._command)!r}"

    async def _launch(self, values: Mapping[str, str]) -> None:
        await self._close()
        command = [fill(word, values) for word in self._command]
        if self.template.faketime:
            command = faketime.dilated(command, self.clock, faketime.library())
        try:
            self._process = await Process.start(
                command, self._environment(values), working_folder(self.template), self._hear, self._note_end
            )
        except OSError as error:
            raise GatewayError(f"{self._what()} cannot be started: {error}") from None

    def _environment(self, values: Mapping[str, str]) -> dict[str, str]:
        # What pytest says of itself is not for the program; `python` is the one that runs the tests.
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        told = {name: fill(value, values) for name, value in self.template.environment.items()}
        return {**inherited, "PATH": path, **told}

    async def _terminate(self) -> None:
        if self._process is None:
            return
        self._signal(Signals.SIGTERM)
        self._signal(Signals.SIGCONT)  # one that stands still could not hear it
        with suppress(TimeoutError):
            await asyncio.wait_for(self._process.ended.wait(), self.template.grace * self.speed)
        await self._close()

    def _kill(self) -> None:
        self._signal(Signals.SIGKILL)

    def _signal(self, number: Signals) -> None:
        if self._process is not None:
            self._process.signal(number)

    def _end(self) -> str | None:
        if self._process is None or not self._process.ended.is_set():
            return None
        return ended_with(self._process.code or 0)

    async def _close(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.close()
            await asyncio.sleep(0)  # the transports of its output close their pipes in the loop
